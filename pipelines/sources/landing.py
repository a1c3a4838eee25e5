"""From the folders of records to landed Parquet, for all files together; `land_all` is what a build calls."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from pipelines.errors import SHOWN_ROWS, PipelineError, SeveralErrors
from pipelines.progress import Progress, Silent
from pipelines.settings import Settings
from pipelines.sources.codes import Codes, read_codes
from pipelines.sources.connection import landing_connection
from pipelines.sources.contract import KINDS, load_contract
from pipelines.sources.duplicates import Former
from pipelines.sources.file_work import ACCEPTED, RECEIPT, REJECTED, WORKBOOK, is_whole
from pipelines.sources.helper import second_process
from pipelines.sources.jobs import Job, folder_name, in_turn, land_job
from pipelines.sources.quarantine import too_many_rejects
from pipelines.sources.readers.working_copies import remove_left_behind
from pipelines.sources.rejects_workbook import place_workbook, tidy_workbooks
from pipelines.sources.remarks import remarks_lines, remarks_of
from pipelines.sources.reporting_calendar import reporting_calendar
from pipelines.sources.returned import add_unchanged, mended_lines, records_at_first, still_rejected
from pipelines.sources.same_fault import told_once
from pipelines.sources.settling import Settling
from pipelines.sources.stale_corrections import stale_corrections
from pipelines.sources.to_land import find_jobs
from pipelines.sources.unlisted import Unlisted, unlisted_errors
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
        late_history: What files that are declared as history do to dates of which something was published, in words.
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
    late_history: list[str] = field(default_factory=list)
    _accepted: dict[str, list[Path]] = field(default_factory=lambda: {kind: [] for kind in KINDS})

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a build has to say of the files, in words."""
        told = (*self.late_history, *remarks_lines(self.files))
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
            _Round(settings, landing, root, scratch, write).run(today, progress or Silent(), withdraw)
        except PipelineError as error:
            landing.errors.extend(error.errors if isinstance(error, SeveralErrors) else [error])
    landing.errors = told_once(landing.errors)
    if landing.errors and stop:
        raise landing.errors[0] if len(landing.errors) == 1 else SeveralErrors(landing.errors)
    return landing


_LONGEST_NAME = 200
"""Bytes of a workbook's name without its ending: file systems take 255, and a draft of it has a few more."""


class _Landed(NamedTuple):
    """One file that is landed: what it is, where, and what landing found."""

    job: Job
    folder: Path
    receipt: dict[str, Any]


@dataclass
class _Round:
    """One landing of all files, as it goes on.

    Attributes:
        settings: Of the office.
        landing: What is handed over.
        root: Folder of what was landed before.
        scratch: Folder of what is landed now; the same one unless nothing is to be written.
        write: Whether anything is noted.
        taken: The files whose rows count.
        unlisted: What a list of the office lacks, of files that stop the build for it.
    """

    settings: Settings
    landing: Landing
    root: Path
    scratch: Path
    write: bool
    taken: list[_Landed] = field(default_factory=list)
    unlisted: list[Unlisted] = field(default_factory=list)

    def run(self, today: date, progress: Progress, withdraw: bool) -> None:
        """Land what is not landed, take all, and say what stops a build."""
        settings, landing = self.settings, self.landing
        codes = read_codes(settings.path("codes"), settings.office.regions)
        landing.reporting_calendar = reporting_calendar(
            settings.path("codes"), codes.regions, today, settings.office.regions
        )
        wanted = find_jobs(settings, self.root, today, write=self.write, withdraw=withdraw)
        landing.errors.extend(wanted.errors)
        landing.withdrawn = wanted.withdrawn
        landed = self._land(wanted.jobs, codes, progress)
        landed.sort(key=lambda one: (one.job.kind, one.job.shown, one.job.sha256))
        self._take_all(landed)
        landing.errors.extend(unlisted_errors(self.unlisted, codes))
        landing.errors.extend(stale_corrections(wanted.jobs, [(one.job, one.receipt) for one in self.taken]))
        if self.write:
            tidy_workbooks(settings.path("warehouse") / "rejected", landing.workbooks.values())
        landing.is_synthetic = any(row["is_synthetic"] for row in landing.files)
        folders = sorted((one.job.file_id, one.folder.name) for one in self.taken)
        everything = [folders, landing.files, landing.reporting_calendar, codes.digest]
        landing.fingerprint = hashlib.sha256(json.dumps(everything, default=str).encode()).hexdigest()

    def _land(self, jobs: Sequence[Job], codes: Codes, progress: Progress) -> list[_Landed]:
        """Every file that can be landed; the errors of the others are noted."""
        known: dict[tuple[object, ...], Any] = {}
        folders: dict[tuple[str, str], Path] = {}
        turns = in_turn(jobs)
        unread = _unread(turns, codes, self.root, self.scratch)
        with (
            landing_connection(self.settings) as con,
            second_process(self.settings, codes, list(unread.values())),
            Settling() as settling,
            progress.task(say("sources.reading"), len(jobs)) as advance,
        ):
            for job, origins in turns:
                if origins:  # rows of files that have to be there come back in it
                    settling.wait()
                former = [Former(one.name, folders[one.key] / ACCEPTED) for one in origins if one.key in folders]
                folder = self.root / job.kind / folder_name(job, codes, former)
                try:
                    if job.key in unread or (origins and _is_to_be_landed(folder, is_kept=self.write)):
                        folder = self.scratch / job.kind / folder.name
                        if not (folder / RECEIPT).exists():
                            land_job(con, job, folder, codes, known, former, settling.settle)
                        self.landing.reads += 1
                    folders[job.key] = folder
                except PipelineError as error:
                    self._refuse(job, error)
                advance(1)
            settling.wait()
        landed = [(job, folders[job.key]) for job, _ in turns if job.key in folders]
        for job, folder in landed if self.write else ():
            _forget_older(self.root / job.kind, job.file_id, folder)
        return [
            _Landed(job, folder, json.loads((folder / RECEIPT).read_text(encoding="utf-8"))) for job, folder in landed
        ]

    def _refuse(self, job: Job, error: PipelineError) -> None:
        """What is wrong with a file that is no longer there stops nothing, unless its former rows would be lost."""
        if job.withdrawn_on is None or error.code == "archive_damaged":
            self.landing.errors.append(error)

    def _take_all(self, landed: Sequence[_Landed]) -> None:
        """Add every landed file; rejected rows that came back mended in another one are not counted."""
        receipts = {one.job.key: one.receipt for one in landed}
        mended = mended_lines((one.job.kind, one.receipt) for one in landed if one.job.withdrawn_on is None)
        add_unchanged(mended, _editions(landed))
        for one in landed:
            try:
                self._take(one, mended.get(one.job.key, {}), records_at_first(one.job.kind, one.receipt, receipts))
            except PipelineError as error:
                self._refuse(one.job, error)

    def _take(self, one: _Landed, mended: Mapping[str, Sequence[int]], among: int) -> None:
        """Add one landed file, unless too many of its rows were rejected.

        Args:
            one: The file.
            mended: Sheet and lines of its rejected rows that came back.
            among: How many records its rejected rows are a share of.
        """
        job, folder, receipt = one
        rejects: Path | None = folder / REJECTED if (folder / REJECTED).exists() else None
        if rejects and any(mended.values()):
            place = folder if self.write else self.scratch / job.kind / folder.name
            receipt, rejects = still_rejected(place, rejects, receipt, mended)
        if rejects and not self._bears(one, {**receipt, "records": max(among, receipt["records"])}, rejects):
            return
        self.taken.append(_Landed(job, folder, receipt))
        self.landing.parquet(job.kind).append(folder / ACCEPTED)
        self.landing.files.append(_file_row(job, receipt))
        if job.is_late and (job.former_id or job.declared.history):
            facts = {"file": job.shown, "n": receipt["accepted"], "day": job.received_on, "former": job.former_id}
            key = "sources.late_edition" if job.former_id else "sources.late_history"
            self.landing.late_history.append(say(key, **facts))

    def _bears(self, one: _Landed, share_of: Mapping[str, Any], rejects: Path) -> bool:
        """Whether a file counts although rows of it were rejected; their workbook is laid out for its sender.

        Raises:
            PipelineError: `too_many_rejected`, `every_row_rejected`.
        """
        job, settings, workbooks = one.job, self.settings, self.landing.workbooks
        contract = load_contract(job.kind)
        name = f"{job.kind}_{Path(job.name).stem}"
        short = name.encode()[:_LONGEST_NAME].decode(errors="ignore")
        workbook = settings.path("warehouse") / "rejected" / f"{short}.xlsx"
        if workbook in workbooks.values() or short != name:
            workbook = workbook.with_name(f"{short}_{job.file_id[:6]}.xlsx")
        limit = contract.max_rejected_share
        limit = settings.build.max_rejected_share if limit is None else limit
        is_below = workbook.is_relative_to(settings.root)
        shown = workbook.relative_to(settings.root).as_posix() if is_below else workbook.name
        borne = settings.build.rejected_rows_borne
        too_many = too_many_rejects(job.shown, contract, share_of, rejects, limit, shown, borne)
        if too_many is not None and job.withdrawn_on is not None:
            return False
        if job.withdrawn_on is None:
            workbooks[job.shown] = workbook
            if self.write:
                place_workbook(one.folder / WORKBOOK, workbook)
        if too_many is not None:
            self.unlisted.extend(too_many.unlisted)
            if too_many.error is not None:
                raise too_many.error
            return False
        self.landing.rejects.append(rejects)
        return True


def _file_row(job: Job, receipt: Mapping[str, Any]) -> dict[str, Any]:
    """The row of one file in `src_files`."""
    return {
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
        "remarks": remarks_of(load_contract(job.kind), receipt, is_mapped=job.mapping is not None, copies=job.copies),
    }


def _editions(landed: Sequence[_Landed]) -> list[tuple[str, str, Path, str, Path]]:
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
        if name and _is_to_be_landed(root / job.kind / name, is_kept=root == scratch):
            found[job.key] = (job, scratch / job.kind / name)
    return found


def _is_to_be_landed(folder: Path, *, is_kept: bool) -> bool:
    """Whether a file is not landed in its folder; what is damaged there goes, where anything is kept."""
    if is_whole(folder):
        return False
    if is_kept:
        shutil.rmtree(folder, ignore_errors=True)
    return True


def _forget_older(kind_folder: Path, file_id: str, current: Path) -> None:
    """Remove what the same file became under former rules."""
    if not (current / RECEIPT).exists():
        return
    for folder in kind_folder.glob(f"{file_id}-*"):
        if folder != current:
            shutil.rmtree(folder, ignore_errors=True)
