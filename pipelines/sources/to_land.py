"""Which files are to be landed: those that are there, each once, and those that were taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from pipelines.errors import PipelineError
from pipelines.settings import Settings
from pipelines.sources.contract import load_contract
from pipelines.sources.corrections import Correction, read_corrections
from pipelines.sources.history import declared_at_first, first_published, former_edition
from pipelines.sources.inbox import Found, Hashes, find_files, mapping_path
from pipelines.sources.jobs import Job
from pipelines.sources.receipts import Journal, Receipt
from pipelines.sources.withdrawal import refuse_lost_folders, refuse_many_withdrawals, still_there


@dataclass
class ToLand:
    """The files to land in a fixed order, shown paths of those that count as withdrawn from today on, what is wrong."""

    jobs: list[Job] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    errors: list[PipelineError] = field(default_factory=list)


def find_jobs(settings: Settings, root: Path, today: date, *, write: bool, withdraw: bool) -> ToLand:
    """The files that are there, and those that were taken away; the journal notes what came and went.

    Args:
        settings: Where the files, the journal and the archive are.
        root: Folder of what was landed, where the hashes are remembered.
        today: The day of this build.
        write: Whether anything is noted and archived.
        withdraw: Files that are gone were taken away on purpose, however many they are.
    """
    told = ToLand()
    journal = Journal(settings.path("journal"), is_dry=not write)
    if not withdraw:
        refuse_lost_folders(settings, journal.receipts.values())
    found = find_files(settings, today)
    hashes = Hashes(root / "hashes.json")
    hashed: list[tuple[Found, str]] = []
    for file in found:
        try:
            hashed.append((file, hashes.sha256(file.path, file.shown)))
        except PipelineError as error:
            told.errors.append(error)
    hashed = _originals_first(hashed, journal)
    here = still_there(found, hashed, journal)
    if not withdraw:
        refuse_many_withdrawals(journal.present(), here, {file.shown for file in found})
    receipts = {(receipt.kind, receipt.sha256): receipt for receipt in journal.note(here, today)}
    firsts = first_published(receipts.values())
    gone = {
        r.path for r in receipts.values() if r.is_published and r.withdrawn_on is not None and r.withdrawn_on >= today
    }
    told.withdrawn = sorted(gone - {file.shown for file in found})
    if write:
        hashes.keep()
    corrections = {kind: _corrections(file, told) for kind, file in {file.kind: file for file in found}.items()}
    jobs: dict[tuple[str, str], Job] = {}
    for file, sha256 in hashed:
        if (twin := jobs.get((file.kind, sha256))) is not None:
            jobs[file.kind, sha256] = replace(twin, copies=(*twin.copies, file.shown))
            continue
        try:
            mapping = mapping_path(file)
            original = journal.archive(file.path, sha256, file.shown) if write and not file.is_demo else file.path
        except PipelineError as error:
            told.errors.append(error)
            continue
        receipt = receipts.get((file.kind, sha256))
        is_fresh = sha256 in journal.archived_now or file.is_demo
        job = _job(file, sha256, receipt, today, mapping, corrections[file.kind])
        declared = declared_at_first(file.declared, receipt, firsts)
        former = former_edition(receipt, firsts) if file.declared.history else None
        is_late = bool(firsts) and receipt is not None and not receipt.is_published
        news = {"is_late": is_late, "is_fresh": is_fresh, "former_id": former.file_id if former else ""}
        jobs[file.kind, sha256] = replace(job, original=original, declared=declared, **news)
    for key, receipt in receipts.items():
        if key in jobs or receipt.withdrawn_on is None or not receipt.is_published:
            continue
        kept = journal.archived(receipt.sha256)
        if kept:
            job = _withdrawn(settings, receipt, kept[0], corrections.get(receipt.kind, ()))
            jobs[key] = replace(job, declared=declared_at_first(job.declared, receipt, firsts))
        elif not receipt.declared.synthetic:  # the demonstration's are made again, and not kept
            told.errors.append(PipelineError("archive_damaged", where=receipt.path, kept=receipt.sha256))
    told.jobs = sorted(jobs.values(), key=lambda job: (job.kind, job.shown, job.sha256))
    return told


def _originals_first(hashed: Sequence[tuple[Found, str]], journal: Journal) -> list[tuple[Found, str]]:
    """The files in their order, but further copies of the same bytes last.

    The original is the one by whose name the journal knows the bytes, else the one with the shortest name: a copy's is
    made longer.
    """
    known = {(one.kind, one.sha256): one.path for one in journal.present()}
    first: dict[tuple[str, str], tuple[bool, int, str]] = {}
    for file, sha256 in hashed:
        key = (file.kind, sha256)
        rank = (known.get(key) != file.shown, len(file.shown), file.shown)
        first[key] = min(first.get(key, rank), rank)
    return sorted(hashed, key=lambda one: first[one[0].kind, one[1]][2] != one[0].shown)


def _job(
    file: Found, sha256: str, receipt: Receipt | None, today: date, mapping: Path | None, all_of: Sequence[Correction]
) -> Job:
    received = file.declared.received_on or (receipt.first_seen if receipt else today)
    arrival = receipt.arrival if receipt else 0
    name = file.path.relative_to(file.kind_folder).as_posix()
    mine = tuple(entry for entry in all_of if entry.concerns(name, file.declared.source))
    return Job(file.path, file.shown, name, file.kind, sha256, file.declared, received, arrival, None, mapping, mine)


def _withdrawn(settings: Settings, receipt: Receipt, kept: Path, all_of: Sequence[Correction]) -> Job:
    """A file that is no longer there, as it was last declared; it never goes before it came."""
    declared = receipt.declared
    received = declared.received_on or receipt.first_seen
    folder = (settings.root / receipt.path).parent
    mapping = folder / declared.mapping if declared.mapping else None
    name = receipt.path.split(f"/{receipt.kind}/", 1)[-1]
    mine = tuple(entry for entry in all_of if entry.concerns(name, declared.source))
    gone = max(receipt.withdrawn_on or received, received)
    place = (receipt.path, name, receipt.kind, receipt.sha256)
    return Job(kept, *place, declared, received, receipt.arrival, gone, mapping, mine)


def _corrections(file: Found, told: ToLand) -> tuple[Correction, ...]:
    shown = file.shown.split(f"/{file.kind}/", 1)[0] + f"/{file.kind}"
    try:
        return tuple(read_corrections(file.kind_folder, shown, load_contract(file.kind)))
    except PipelineError as error:
        told.errors.append(error)
        return ()
