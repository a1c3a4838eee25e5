"""From the folders of records to landed Parquet, for all files together; `land_all` is what a build calls."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.errors import SHOWN_ROWS, PipelineError, SeveralErrors
from pipelines.progress import Progress, Silent
from pipelines.settings import Settings
from pipelines.sources.codes import Codes, read_codes
from pipelines.sources.connection import landing_connection
from pipelines.sources.contract import KINDS, load_contract
from pipelines.sources.corrections import FILE as CORRECTIONS
from pipelines.sources.corrections import Correction, read_corrections
from pipelines.sources.duplicates import Former
from pipelines.sources.file_work import ACCEPTED, RECEIPT, REJECTED, WORKBOOK
from pipelines.sources.helper import second_process
from pipelines.sources.history import declared_at_first, first_days
from pipelines.sources.inbox import Found, Hashes, find_files, mapping_path
from pipelines.sources.jobs import Job, folder_name, in_turn, land_job
from pipelines.sources.quarantine import too_many_rejects
from pipelines.sources.readers.working_copies import remove_left_behind
from pipelines.sources.receipts import Journal, Receipt
from pipelines.sources.rejects_workbook import place_workbook, tidy_workbooks
from pipelines.sources.remarks import remarks_lines, remarks_of
from pipelines.sources.reporting_calendar import reporting_calendar
from pipelines.sources.returned import add_unchanged, mended_lines, records_at_first, still_rejected
from pipelines.sources.withdrawal import refuse_lost_folders, refuse_many_withdrawals, still_there
from pipelines.texts import say


@dataclass
class Landing:
    """Everything that was landed.

    Attributes:
        files: The rows of `src_files`.
        rejects: The rejected.parquet of every file that has one.
        reporting_calendar: The rows of `src_reporting_calendar`.
        fingerprint: Changes whenever anything does that a model could see.
        is_synthetic: Whether any file is simulated.
        reads: How many files were really read; the others had been landed before.
        errors: What stops a build. Empty unless `stop` was false.
        workbooks: Shown path of a file → the workbook of its rejected rows.
        withdrawn: Shown paths of the files that count as withdrawn from today on.
    """

    files: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[Path] = field(default_factory=list)
    reporting_calendar: list[dict[str, Any]] = field(default_factory=list)
    fingerprint: str = ""
    is_synthetic: bool = False
    reads: int = 0
    errors: list[PipelineError] = field(default_factory=list)
    workbooks: dict[str, Path] = field(default_factory=dict)
    withdrawn: list[str] = field(default_factory=list)
    _accepted: dict[str, list[Path]] = field(default_factory=lambda: {kind: [] for kind in KINDS})

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a build has to say of the files, in words."""
        told = remarks_lines(self.files)
        if not self.withdrawn:
            return told
        names = say("sources.comma").join(self.withdrawn[:SHOWN_ROWS]) + " …" * (len(self.withdrawn) > SHOWN_ROWS)
        return (say("sources.withdrawn", n=len(self.withdrawn), names=names), *told)

    def parquet(self, kind: str) -> list[Path]:
        """The accepted rows of one kind, a file each."""
        return self._accepted[kind]


def land_all(
    settings: Settings,
    *,
    today: date,
    progress: Progress | None = None,
    stop: bool = True,
    write: bool = True,
    withdraw: bool = False,
) -> Landing:
    """Land every file of the office that is not landed yet, and hand over all of them.

    Args:
        settings: Paths, limits, memory, threads.
        today: The day of this build; what has no declared date was received on the day of the first build that saw it.
        progress: Who watches.
        stop: Raise what stops a build; otherwise it is in `errors`.
        write: False looks only: nothing is noted in the journal, and new files are landed in a folder that is gone when
            the process ends.
        withdraw: Files that are gone were taken away on purpose, however many they are.

    Raises:
        PipelineError: Everything that is wrong with any file, together (`SeveralErrors`).
    """
    landing = Landing()
    remove_left_behind()
    with contextlib.ExitStack() as stack:
        root = settings.path("warehouse") / "landed"
        scratch = root if write else Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="anlan-")))
        try:
            _land(settings, landing, root, scratch, today, progress or Silent(), write, withdraw)
        except PipelineError as error:
            landing.errors.extend(error.errors if isinstance(error, SeveralErrors) else [error])
    if landing.errors and stop:
        raise landing.errors[0] if len(landing.errors) == 1 else SeveralErrors(landing.errors)
    return landing


def _land(
    settings: Settings,
    landing: Landing,
    root: Path,
    scratch: Path,
    today: date,
    progress: Progress,
    write: bool,
    withdraw: bool,
) -> None:
    codes = read_codes(settings.path("codes"))
    landing.reporting_calendar = reporting_calendar(
        settings.path("codes"), codes.regions, today, settings.office.regions
    )
    jobs = _jobs(settings, landing, root, today, write, withdraw)
    told: list[tuple[Any, ...]] = []
    known: dict[tuple[object, ...], Any] = {}
    landed: list[tuple[Job, Path, dict]] = []
    folders: dict[tuple[str, str], Path] = {}
    turns = in_turn(jobs)
    unread = _unread(turns, codes, root, scratch)
    with (
        landing_connection(settings) as con,
        second_process(settings, codes, list(unread.values())),
        progress.task(say("sources.reading"), len(jobs)) as advance,
    ):
        for job, origins in turns:
            former = [Former(one.name, folders[one.key] / ACCEPTED) for one in origins if one.key in folders]
            folder = root / job.kind / folder_name(job, codes, former)
            try:
                if job.key in unread or not (folder / RECEIPT).exists():
                    folder = scratch / job.kind / folder.name
                    if not (folder / RECEIPT).exists():
                        land_job(con, job, folder, codes, known, former)
                    landing.reads += 1
                landed.append((job, folder, json.loads((folder / RECEIPT).read_text(encoding="utf-8"))))
                folders[job.key] = folder
            except PipelineError as error:
                if job.withdrawn_on is None:
                    landing.errors.append(error)
            advance(1)
            if write:
                _forget_older(root / job.kind, job.file_id, folder)
    landed.sort(key=lambda one: (one[0].kind, one[0].shown, one[0].sha256))
    receipts = {job.key: receipt for job, _, receipt in landed}
    mended = mended_lines((job.kind, receipt) for job, _, receipt in landed if job.withdrawn_on is None)
    add_unchanged(mended, _editions(landed))
    for job, folder, receipt in landed:
        try:
            lines = mended.get(job.key, {})
            among = records_at_first(job.kind, receipt, receipts)
            _take(settings, landing, job, folder, receipt, told, write, lines, scratch, among)
        except PipelineError as error:
            if job.withdrawn_on is None:
                landing.errors.append(error)
    landing.errors.extend(_stale_corrections(jobs, told))
    if write:
        tidy_workbooks(settings.path("warehouse") / "rejected", landing.workbooks.values())
    landing.is_synthetic = any(row["is_synthetic"] for row in landing.files)
    everything = [sorted(t[:2] for t in told), landing.files, landing.reporting_calendar, codes.digest]
    landing.fingerprint = hashlib.sha256(json.dumps(everything, default=str).encode()).hexdigest()


def _editions(landed: Sequence[tuple[Job, Path, dict]]) -> list[tuple[str, str, Path, str, Path]]:
    """Each former edition of a file that is there, with the one that is there; see `add_unchanged`."""
    present = {(job.kind, job.shown): (job.file_id, folder) for job, folder, _ in landed if job.withdrawn_on is None}
    return [
        (job.kind, job.file_id, folder / REJECTED, there[0], there[1] / REJECTED)
        for job, folder, _ in landed
        if job.withdrawn_on is not None and (there := present.get((job.kind, job.shown))) is not None
    ]


def _unread(
    turns: Sequence[tuple[Job, Sequence[Job]]], codes: Codes, root: Path, scratch: Path
) -> dict[tuple[str, str], tuple[Job, Path]]:
    """The files that are to be landed and wait for no other one, each with its folder, in their order."""
    found = {}
    for job, origins in turns:
        name = "" if origins else folder_name(job, codes)
        if name and not (root / job.kind / name / RECEIPT).exists():
            found[job.key] = (job, scratch / job.kind / name)
    return found


def _jobs(settings: Settings, landing: Landing, root: Path, today: date, write: bool, withdraw: bool) -> list[Job]:
    """The files that are there, and those that were taken away, in a fixed order."""
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
            landing.errors.append(error)
    here = still_there(found, hashed, journal)
    if not withdraw:
        refuse_many_withdrawals(journal.present(), here, {file.shown for file in found})
    receipts = {(receipt.kind, receipt.sha256): receipt for receipt in journal.note(here, today)}
    firsts = first_days(receipts.values())
    gone = {r.path for r in receipts.values() if r.withdrawn_on is not None and r.withdrawn_on >= today}
    landing.withdrawn = sorted(gone - {file.shown for file in found})
    if write:
        hashes.keep()
    corrections = {kind: _corrections(file, landing) for kind, file in {file.kind: file for file in found}.items()}
    jobs: dict[tuple[str, str], Job] = {}
    for file, sha256 in hashed:
        if (file.kind, sha256) in jobs:
            continue
        try:
            mapping = mapping_path(file)
            original = journal.archive(file.path, sha256, file.shown) if write and not file.is_demo else file.path
        except PipelineError as error:
            landing.errors.append(error)
            continue
        receipt = receipts.get((file.kind, sha256))
        job = _job(file, sha256, receipt, today, mapping, corrections[file.kind])
        declared = declared_at_first(file.declared, receipt, firsts)
        jobs[file.kind, sha256] = replace(job, original=original, declared=declared)
    for key, receipt in receipts.items():
        kept = journal.archived(receipt.sha256)
        if key not in jobs and receipt.withdrawn_on is not None and kept:
            job = _withdrawn(settings, receipt, kept[0], corrections.get(receipt.kind, ()))
            jobs[key] = replace(job, declared=declared_at_first(job.declared, receipt, firsts))
    return sorted(jobs.values(), key=lambda job: (job.kind, job.shown, job.sha256))


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


def _corrections(file: Found, landing: Landing) -> tuple[Correction, ...]:
    shown = file.shown.split(f"/{file.kind}/", 1)[0] + f"/{file.kind}"
    try:
        return tuple(read_corrections(file.kind_folder, shown, load_contract(file.kind)))
    except PipelineError as error:
        landing.errors.append(error)
        return ()


def _take(
    settings: Settings,
    landing: Landing,
    job: Job,
    folder: Path,
    receipt: dict,
    told: list[tuple[Any, ...]],
    write: bool,
    mended: Mapping[str, Sequence[int]],
    scratch: Path,
    among: int,
) -> None:
    """Add one landed file, unless too many of its rows were rejected; those that came back mended are not counted."""
    contract = load_contract(job.kind)
    rejects: Path | None = folder / REJECTED if (folder / REJECTED).exists() else None
    if rejects and any(mended.values()):
        place = folder if write else scratch / job.kind / folder.name
        receipt, rejects = still_rejected(place, rejects, receipt, mended)
    if rejects:
        workbook = settings.path("warehouse") / "rejected" / f"{job.kind}_{Path(job.name).stem}.xlsx"
        if workbook in landing.workbooks.values():
            workbook = workbook.with_name(f"{workbook.stem}_{job.file_id[:6]}.xlsx")
        limit = contract.max_rejected_share
        limit = settings.build.max_rejected_share if limit is None else limit
        shown = (
            workbook.relative_to(settings.root).as_posix() if workbook.is_relative_to(settings.root) else workbook.name
        )
        share_of = {**receipt, "records": max(among, receipt["records"])}
        borne = settings.build.rejected_rows_borne
        error = too_many_rejects(job.shown, contract, share_of, rejects, limit, shown, borne)
        if error is not None and job.withdrawn_on is not None:
            return
        if job.withdrawn_on is None:
            landing.workbooks[job.shown] = workbook
            if write:
                place_workbook(folder / WORKBOOK, workbook)
        if error is not None:
            raise error
        landing.rejects.append(rejects)
    told.append((job.file_id, folder.name, job, receipt))
    landing.parquet(job.kind).append(folder / ACCEPTED)
    landing.files.append(
        {
            "file_id": job.file_id,
            "kind": job.kind,
            "path": job.shown,
            "source": job.declared.source,
            "publisher": job.declared.publisher,
            "publisher_en": job.declared.publisher_en,
            "sha256": job.sha256,
            "received_on": job.received_on,
            "arrival": job.arrival,
            "withdrawn_on": job.withdrawn_on,
            "is_history": job.declared.history,
            "is_synthetic": job.declared.synthetic,
            "is_published": job.declared.published,
            **{name: receipt[name] for name in ("format", "encoding", "records", "accepted", "rejected")},
            "remarks": remarks_of(contract, receipt, is_mapped=job.mapping is not None),
        }
    )


def _stale_corrections(jobs: Sequence[Job], told: Sequence[tuple[Any, ...]]) -> list[PipelineError]:
    """The corrections that no longer meet what they expect."""
    applied: dict[tuple[str, int], int] = {}
    seen: dict[tuple[str, int], list[str]] = {}
    entries: dict[tuple[str, int], Correction] = {}
    for job in jobs:
        if job.withdrawn_on is None:
            entries |= {(job.kind, entry.line): entry for entry in job.corrections}
    for *_, job, receipt in told:
        if job.withdrawn_on is not None:
            continue
        for outcome in receipt["corrections"]:
            key = (job.kind, outcome["line"])
            applied[key] = applied.get(key, 0) + outcome["applied"]
            seen.setdefault(key, []).extend(outcome["found"])
    landed = {job.sha256 for *_, job, _ in told}
    there = [job for job in jobs if job.withdrawn_on is None]
    waiting = {(job.kind, e.line) for job in there if job.sha256 not in landed for e in job.corrections}
    return [
        PipelineError(
            "correction_outdated",
            where=f"{kind}/{CORRECTIONS}",
            line=line,
            record_id=entry.record_id,
            field=entry.field,
            expect=entry.expect,
            found=say("sources.comma").join(sorted(set(seen.get((kind, line), [])))) or say("sources.nothing"),
        )
        for (kind, line), entry in sorted(entries.items())
        if not applied.get((kind, line)) and (kind, line) not in waiting
    ]


def _forget_older(kind_folder: Path, file_id: str, current: Path) -> None:
    """Remove what the same file became under former rules."""
    if not (current / RECEIPT).exists():
        return
    for folder in kind_folder.glob(f"{file_id}-*"):
        if folder != current:
            shutil.rmtree(folder, ignore_errors=True)
