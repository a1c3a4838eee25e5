"""The files to land, each with what decides what becomes of it, in the order in which they can be landed."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from pipelines.errors import PipelineError
from pipelines.sources import person_names
from pipelines.sources.cast import Context
from pipelines.sources.codes import Codes
from pipelines.sources.contract import load_contract
from pipelines.sources.corrections import Correction
from pipelines.sources.duplicates import Former
from pipelines.sources.land_file import land_file
from pipelines.sources.provenance import Provenance
from pipelines.sources.returned import read_returned
from pipelines.sources.settling import Settle, at_once


@dataclass(frozen=True)
class Job:
    """One file to land: where its bytes are, what is known of it, and under which rules.

    `is_fresh` says that its bytes were compared with its hash a moment ago, `is_late` that it is to be published for
    the first time by an office that has published others before, and `former_id` which edition of a file declared as
    history was published in its place.
    """

    original: Path
    shown: str
    name: str
    kind: str
    sha256: str
    declared: Provenance
    received_on: date
    arrival: int
    withdrawn_on: date | None
    mapping: Path | None
    corrections: tuple[Correction, ...]
    copies: tuple[str, ...] = ()
    is_late: bool = False
    is_fresh: bool = False
    former_id: str = ""

    @property
    def file_id(self) -> str:
        """First sixteen digits of the hash."""
        return self.sha256[:16]

    @property
    def key(self) -> tuple[str, str]:
        """Kind and file id."""
        return self.kind, self.file_id


def in_turn(jobs: Sequence[Job]) -> list[tuple[Job, list[Job]]]:
    """Every file after the one whose rejected rows it brings back, with that one, the one before that, and so on."""
    by_key = {job.key: job for job in jobs}
    said = {job.key: read_returned(job.original) for job in jobs}
    found = []
    for job in jobs:
        origins: list[Job] = []
        seen, returned = {job.key}, said[job.key]
        while returned is not None and (job.kind, returned.file_id) in by_key.keys() - seen:
            origins.append(by_key[job.kind, returned.file_id])
            seen.add(origins[-1].key)
            returned = said[origins[-1].key]
        found.append((job, origins))
    return sorted(found, key=lambda one: len(one[1]))


def folder_name(job: Job, codes: Codes, former: Sequence[Former] = ()) -> str:
    """The file's id, and twelve digits that change with anything that decides what its bytes become."""
    contract = load_contract(job.kind)
    parts = [
        contract.model_dump_json(),
        codes.digest,
        _code_digest(),
        job.declared.source,
        job.received_on.isoformat(),
        job.shown,
        *(f"{entry.model_dump_json()} {job.declared.history}" for entry in job.corrections),
        *(f"{one.name} {one.accepted.parent.name}" for one in former),
    ]
    if job.mapping is not None and job.mapping.exists():
        parts.append(hashlib.sha256(job.mapping.read_bytes()).hexdigest())
    return f"{job.file_id}-{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()[:12]}"


def land_job(
    con: duckdb.DuckDBPyConnection,
    job: Job,
    folder: Path,
    codes: Codes,
    known: dict[tuple[object, ...], Any],
    former: Sequence[Former] = (),
    settle: Settle = at_once,
) -> None:
    """Land one file; see `land_file`.

    Args:
        con: For what is too large to be cast in Python.
        job: The file.
        folder: What it becomes.
        codes: The code lists.
        known: Values that were understood in other files; see `Context`.
        former: Files whose rejected rows it brings back.
        settle: Who waits for the disk.

    Raises:
        PipelineError: The file as a whole cannot be read, or is not what its hash says (`archive_damaged`).
    """
    _require_original(job)
    mapping = None
    if job.mapping is not None:
        from pipelines.sources.mapping import load_mapping

        mapping = load_mapping(job.mapping)
    context = Context(job.file_id, job.declared.source, job.received_on, codes, known)
    folder.parent.mkdir(parents=True, exist_ok=True)
    contract = load_contract(job.kind)
    more = {"is_history": job.declared.history, "settle": settle}
    land_file(con, job.original, job.shown, folder, contract, context, mapping, job.corrections, former, **more)


def _require_original(job: Job) -> None:
    """Refuse an original that the disk or somebody changed: its rows would be others than those that were received."""
    if job.is_fresh:
        return
    with job.original.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    if found != job.sha256:
        raise PipelineError("archive_damaged", where=job.shown, kept=job.original.name)


@functools.cache
def _code_digest() -> str:
    """A file is read again when the code that reads has changed, or the lists by which names are found."""
    digest = hashlib.sha256(duckdb.__version__.encode())
    for path in (*sorted(Path(__file__).parent.rglob("*.py")), person_names.FILE):
        digest.update(path.read_bytes())
    return digest.hexdigest()
