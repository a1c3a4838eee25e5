"""Land one file: read, correct, cast, part the good rows from the bad, leave a folder that is never changed again."""

from __future__ import annotations

import functools
import json
import os
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

from pipelines.manifest import rename_whole
from pipelines.sources.cast import Context
from pipelines.sources.contract import Contract
from pipelines.sources.corrected import keep_versions
from pipelines.sources.corrections import Correction
from pipelines.sources.duplicates import Former, has_repeated, keep_first
from pipelines.sources.file_work import ACCEPTED, RECEIPT, Work, open_quarantine
from pipelines.sources.land_receipt import finish
from pipelines.sources.land_table import land_table
from pipelines.sources.mapping import Mapping
from pipelines.sources.readers import read_file
from pipelines.sources.returned import read_returned
from pipelines.sources.settling import Settle, at_once


def land_file(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    shown: str,
    target: Path,
    contract: Contract,
    context: Context,
    mapping: Mapping | None,
    corrections: Sequence[Correction],
    former: Sequence[Former] = (),
    *,
    is_history: bool = False,
    settle: Settle = at_once,
) -> None:
    """Make the folder `target` of one file, in one step: accepted.parquet, rejected.parquet if need be, receipt.json.

    Another process may land the same file at the same time; whoever is first wins, and both have the same result.
    `former` are the files that a workbook of rejected rows came from: what they hold is not taken a second time.
    `is_history` says from when a record is known that a correction changes (`corrected.py`). `settle` is given what is
    left when everything is written: to wait for the disk, and to give the folder its name.

    Raises:
        PipelineError: The file as a whole cannot be read.
    """
    working = target.with_name(f".{target.name}.{os.getpid()}")
    work = Work(working, contract, context, returned=read_returned(path))
    shutil.rmtree(working, ignore_errors=True)
    working.mkdir(parents=True)
    try:
        stages: list[tuple[date | None, Path]] = []
        days = sorted({entry.since for entry in corrections})
        for until, taking_effect in zip([None, *days], days, strict=False):
            stage = Work(working / f"before-{taking_effect}", contract, context, returned=work.returned)
            stage.folder.mkdir()
            try:
                by_then = [entry for entry in corrections if entry.since < taking_effect]
                _land_tables(con, stage, path, shown, mapping, by_then, former)
            finally:
                _forget_tables(con, stage)
            stages.append((until, stage.folder / ACCEPTED))
        _land_tables(con, work, path, shown, mapping, corrections, former)
        if stages:
            stages.append((days[-1], working / ACCEPTED))
            kept = {"is_history": is_history, "target": working / ACCEPTED}
            work.accepted = keep_versions(con, contract, stages, context.received_on, **kept)
            for _, accepted in stages[:-1]:
                shutil.rmtree(accepted.parent)
        receipt = finish(con, work, shown, corrections)
        (working / RECEIPT).write_text(json.dumps(receipt, ensure_ascii=False, indent=1), encoding="utf-8")
    except BaseException:
        shutil.rmtree(working, ignore_errors=True)
        raise
    finally:
        _forget_tables(con, work)
    settle(functools.partial(_settle, working, target))


def _settle(working: Path, target: Path) -> None:
    """Bring a finished folder to the disk, then give it its name."""
    try:
        _sync(working)
        _publish(working, target)
    finally:
        shutil.rmtree(working, ignore_errors=True)


def _land_tables(
    con: duckdb.DuckDBPyConnection,
    work: Work,
    path: Path,
    shown: str,
    mapping: Mapping | None,
    corrections: Sequence[Correction],
    former: Sequence[Former],
) -> None:
    tables = read_file(path, con, work.contract, mapping, shown)
    is_alone = len(tables) == 1 and not former
    for i, raw in enumerate(tables):
        land_table(con, work, f"raw_rows_{i}", raw, corrections, is_alone)
    _quarantine_duplicates(con, work, former)


def _forget_tables(con: duckdb.DuckDBPyConnection, work: Work) -> None:
    for name, raw in work.tables:
        con.execute(f"DROP TABLE IF EXISTS {name}")
        if raw.sender is not None:
            con.execute(f"DROP TABLE IF EXISTS {raw.sender.table}")


def _quarantine_duplicates(con: duckdb.DuckDBPyConnection, work: Work, former: Sequence[Former]) -> None:
    """Keep the first row of each key; the others go to quarantine."""
    target = work.folder / ACCEPTED
    is_alone = len(work.parts) == 1 and not former
    if is_alone and (work.is_first_only or not has_repeated(con, work.parts[0], work.contract)):
        work.parts[0].rename(target)
        return
    open_quarantine(con, work)
    work.accepted = keep_first(con, work.contract, work.parts, [raw.sheet for _, raw in work.tables], former, target)
    for part in work.parts:
        part.unlink()


def _sync(folder: Path) -> None:
    """Bring everything in a folder to the disk before it is given its name."""
    for path in folder.iterdir():
        with path.open("rb+") as file:
            os.fsync(file.fileno())


def _publish(working: Path, target: Path) -> None:
    try:
        rename_whole(working, target)
    except OSError:
        if not (target / RECEIPT).exists():
            raise
