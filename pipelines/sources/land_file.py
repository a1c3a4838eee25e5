"""Land one file: read, correct, cast, part the good rows from the bad, leave a folder that is never changed again."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from pipelines.manifest import rename_whole
from pipelines.sources.arrow import write_parquet
from pipelines.sources.bare_amounts import bare_amounts
from pipelines.sources.cast import Context, accepted_sql, fast_casts, plan_cast, rejected, text
from pipelines.sources.codes import plain
from pipelines.sources.columns import landed_columns
from pipelines.sources.contract import NAME_FIELDS, Contract
from pipelines.sources.corrected import keep_versions
from pipelines.sources.corrections import Correction
from pipelines.sources.duplicates import Former, has_repeated, keep_first
from pipelines.sources.lookups import insert_rows
from pipelines.sources.mapping import Mapping
from pipelines.sources.original_lines import keep_lines, show_rejected
from pipelines.sources.personal import mask
from pipelines.sources.quarantine import COLUMNS, READER
from pipelines.sources.readers import RawTable, read_file
from pipelines.sources.rejects_workbook import write_rejects
from pipelines.sources.returned import Returned, is_heading_of, number_in, read_returned
from pipelines.sources.row_by_row import cast_rows, leave_out_repeated
from pipelines.sources.sent_back import rejected_sheet
from pipelines.sources.uncounted import uncounted

ACCEPTED, REJECTED, RECEIPT, WORKBOOK = "accepted.parquet", "rejected.parquet", "receipt.json", "rejected.xlsx"
MAX_LINES = 100_000
FEW = 5_000  # records of a workbook, Parquet or JSON file that are cast in Python
_PARQUET = "(FORMAT parquet, COMPRESSION snappy)"  # a tenth quicker to land than zstd, twice as large, disposable
_LINES = {"sheet": "VARCHAR", "line_number": "BIGINT", "original_line": "VARCHAR"}
_RUNNING = {"sheet": "VARCHAR", "record_number": "BIGINT", "line_number": "BIGINT", "reasons": "VARCHAR"}


@dataclass
class _Work:
    """What accumulates over the sheets of one file.

    `few` holds the records of the tables that are not in the database. `accepted` counts rows, while `is_first_only`
    says that none of them reports what one before it does. `has_rejects` is false until the tables of the rejected rows
    are made: most small files need none. `returned` is set for a workbook of rejected rows that came back.
    """

    folder: Path
    contract: Contract
    context: Context
    tables: list[tuple[str, RawTable]] = field(default_factory=list)
    parts: list[Path] = field(default_factory=list)
    found: dict[int, list[str]] = field(default_factory=dict)
    applied: dict[int, int] = field(default_factory=dict)
    dropped: int = 0
    few: dict[str, list[tuple[int, int, Sequence]]] = field(default_factory=dict)
    accepted: int = 0
    is_first_only: bool = False
    has_rejects: bool = False
    returned: Returned | None = None

    def new_part(self) -> Path:
        """Where the accepted rows of the next table go."""
        self.parts.append(self.folder / f"part-{len(self.parts)}.parquet")
        return self.parts[-1]


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
) -> None:
    """Make the folder `target` of one file, in one step: accepted.parquet, rejected.parquet if need be, receipt.json.

    Another process may land the same file at the same time; whoever is first wins, and both have the same result.
    `former` are the files that a workbook of rejected rows came from: what they hold is not taken a second time.
    `is_history` says from when a record is known that a correction changes (`corrected.py`).

    Raises:
        PipelineError: The file as a whole cannot be read.
    """
    working = target.with_name(f".{target.name}.{os.getpid()}")
    work = _Work(working, contract, context, returned=read_returned(path))
    shutil.rmtree(working, ignore_errors=True)
    working.mkdir(parents=True)
    try:
        stages: list[tuple[date | None, Path]] = []
        days = sorted({entry.since for entry in corrections})
        for until, taking_effect in zip([None, *days], days, strict=False):
            stage = _Work(working / f"before-{taking_effect}", contract, context, returned=work.returned)
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
        receipt = _finish(con, work, shown, corrections)
        (working / RECEIPT).write_text(json.dumps(receipt, ensure_ascii=False, indent=1), encoding="utf-8")
        _sync(working)
        _publish(working, target)
    finally:
        shutil.rmtree(working, ignore_errors=True)
        _forget_tables(con, work)


def _land_tables(
    con: duckdb.DuckDBPyConnection,
    work: _Work,
    path: Path,
    shown: str,
    mapping: Mapping | None,
    corrections: Sequence[Correction],
    former: Sequence[Former],
) -> None:
    tables = read_file(path, con, work.contract, mapping, shown)
    is_alone = len(tables) == 1 and not former
    for i, raw in enumerate(tables):
        _land_table(con, work, f"raw_rows_{i}", raw, corrections, is_alone)
    _quarantine_duplicates(con, work, former)


def _forget_tables(con: duckdb.DuckDBPyConnection, work: _Work) -> None:
    for name, raw in work.tables:
        con.execute(f"DROP TABLE IF EXISTS {name}")
        if raw.sender is not None:
            con.execute(f"DROP TABLE IF EXISTS {raw.sender.table}")


def _land_table(
    con: duckdb.DuckDBPyConnection,
    work: _Work,
    table: str,
    raw: RawTable,
    corrections: Sequence[Correction],
    is_alone: bool,
) -> None:
    contract, context = work.contract, work.context
    work.tables.append((table, raw))
    records = None if corrections else raw.few_records(con, FEW)
    if records is not None:
        _land_few(con, work, table, raw, records, is_alone)
        return
    fast = fast_casts(contract, raw, context.codes)
    raw.fill(con, table, ", ".join(["*", *(f"{sql} AS f_{name}" for name, sql in fast.items())]))
    left_out = None
    if numbers := _left_out(con, work, table, raw, corrections, fast):
        left_out = "left_out"
        insert_rows(con, left_out, {"record_number": "BIGINT"}, [(number,) for number in sorted(numbers)])
    plan = plan_cast(con, table, contract, raw, context)
    part = work.new_part()
    good = accepted_sql(plan, raw, contract, context, left_out)
    accepted = con.execute(f"COPY ({good}) TO {text(part)} {_PARQUET}").fetchall()[0][0]
    excluded = f" WHERE {raw.record_number} NOT IN (SELECT record_number FROM {left_out})" if left_out else ""
    if accepted < con.execute(f"SELECT count(*) FROM {table}{excluded}").fetchall()[0][0]:
        _reject(con, work, raw, rejected(con, plan, raw, left_out))
    work.accepted += accepted


def _land_few(
    con: duckdb.DuckDBPyConnection,
    work: _Work,
    table: str,
    raw: RawTable,
    records: list[tuple[int, int, Sequence]],
    is_alone: bool,
) -> None:
    """The same for a small table, in Python; the database gets to see only what is rejected."""
    numbers = _left_out(con, work, table, raw, (), {})
    rows = [record for record in records if record[0] not in numbers] if numbers else records
    outcome = cast_rows(rows, raw, work.contract, work.context)
    if is_alone:
        leave_out_repeated(outcome, work.contract)
        work.is_first_only = True
    write_parquet(work.new_part(), landed_columns(work.contract), outcome.columns)
    work.few[table] = records
    work.accepted += outcome.accepted
    if outcome.rejected:
        _reject(con, work, raw, outcome.rejected)


def _open_quarantine(con: duckdb.DuckDBPyConnection, work: _Work) -> None:
    """Make the tables of the rejected rows and of their lines, once a file."""
    if not work.has_rejects:
        insert_rows(con, "rejects", _RUNNING, [])
        insert_rows(con, "original_lines", _LINES, [])
        work.has_rejects = True


def _reject(
    con: duckdb.DuckDBPyConnection,
    work: _Work,
    raw: RawTable,
    found: Iterable[tuple[int, int, list[dict[str, str | None]]]],
) -> None:
    """Keep the reasons of the rows that did not land; whatever was typed into a wrong column is no less personal."""
    _open_quarantine(con, work)
    rows = []
    for record, line, reasons in found:
        for reason in reasons:
            if reason["value"] and reason["field"] != "record_id":
                reason["value"] = mask(reason["value"])
        rows.append((raw.sheet, record, line, _told(reasons)))
    insert_rows(con, "rejects_here", _RUNNING, rows)
    con.execute("INSERT INTO rejects SELECT * FROM rejects_here")


def _told(reasons: list[dict[str, str | None]]) -> str:
    """As the database writes them, which adds those of rows that stand twice."""
    return json.dumps(reasons, ensure_ascii=False, separators=(",", ":"))


def _left_out(
    con: duckdb.DuckDBPyConnection,
    work: _Work,
    table: str,
    raw: RawTable,
    corrections: Sequence[Correction],
    fast: dict[str, str],
) -> set[int]:
    """Apply the corrections; return the records that take no part: those with a fault of reading, those dropped."""
    reasons: dict[tuple[int, int], list[dict]] = {}
    lines = []
    for fault in raw.faults:
        facts = json.dumps(dict(fault.facts), ensure_ascii=False)
        reason = {"code": READER + fault.code, "field": fault.field, "value": None, "rule": facts, "nearest": None}
        reasons.setdefault((fault.record_number, fault.line_number), []).append(reason)
        if fault.original_line is not None:
            lines.append((raw.sheet, fault.line_number, mask(fault.original_line)))
    if reasons:
        _open_quarantine(con, work)
        told = [(raw.sheet, *place, _told(why)) for place, why in reasons.items()]
        insert_rows(con, "read_faults", _RUNNING, told)
        con.execute("INSERT INTO rejects SELECT * FROM read_faults")
        insert_rows(con, "fault_lines", {"s": "VARCHAR", "n": "BIGINT", "l": "VARCHAR"}, lines)
        con.execute("INSERT INTO original_lines SELECT * FROM fault_lines")
    numbers = {number for fault in raw.faults if fault.field is not None for number in (fault.record_number,)}
    dropped = _correct(con, work, table, raw, corrections, fast)
    work.dropped += len(dropped - numbers)
    return numbers | dropped


def _correct(
    con: duckdb.DuckDBPyConnection,
    work: _Work,
    table: str,
    raw: RawTable,
    corrections: Sequence[Correction],
    fast: dict[str, str],
) -> set[int]:
    """Set what is to be set in the table; return the record numbers that are to be dropped."""
    dropped: set[int] = set()
    key = raw.columns.get("record_id")
    for entry in corrections:
        column = raw.columns.get(entry.field or "")
        if key is None or column is None:
            continue
        rows = con.execute(
            f"SELECT {raw.record_number}, {column} FROM {table} WHERE trim({key}) = ?", [entry.record_id.strip()]
        ).fetchall()
        work.found.setdefault(entry.line, []).extend(str(value or "") for _, value in rows)
        fitting = [number for number, value in rows if plain(value or "") == plain(entry.expect or "")]
        work.applied[entry.line] = work.applied.get(entry.line, 0) + len(fitting)
        if entry.action == "drop":
            dropped.update(fitting)
            continue
        for number in fitting:
            value = f"NULLIF({text(entry.value)}, '')"
            also = ""
            if entry.field in fast:
                also = f", f_{entry.field} = ({fast[entry.field].replace(column, value)})"
            con.execute(f"UPDATE {table} SET {column} = {value}{also} WHERE {raw.record_number} = {number:d}")
    return dropped


def _quarantine_duplicates(con: duckdb.DuckDBPyConnection, work: _Work, former: Sequence[Former]) -> None:
    """Keep the first row of each key; the others go to quarantine."""
    target = work.folder / ACCEPTED
    is_alone = len(work.parts) == 1 and not former
    if is_alone and (work.is_first_only or not has_repeated(con, work.parts[0], work.contract)):
        work.parts[0].rename(target)
        return
    _open_quarantine(con, work)
    work.accepted = keep_first(con, work.contract, work.parts, [raw.sheet for _, raw in work.tables], former, target)
    for part in work.parts:
        part.unlink()


def _finish(con: duckdb.DuckDBPyConnection, work: _Work, shown: str, corrections: Sequence[Correction]) -> dict:
    """Write rejected.parquet and the sender's workbook where there are rejects; tell what happened."""
    context = work.context
    accepted = work.accepted
    rejected = con.execute("SELECT count(*) FROM rejects").fetchall()[0][0] if work.has_rejects else 0
    labels = {name: raw.heading_of(name) for _, raw in work.tables for name in raw.columns}
    places = [labels[name] for name in NAME_FIELDS if name in labels]  # by which the sender names a region
    labels.setdefault("region_code", "/".join(places) or "region_code")
    if rejected:
        for table, raw in work.tables:
            if table in work.few:
                show_rejected(con, table, raw, work.few[table])
            keep_lines(con, table, raw, MAX_LINES)
        known = {"file_id": text(context.file_id), "kind": text(work.contract.kind)}
        columns = ", ".join(f"{known[name]} AS {name}" if name in known else name for name in COLUMNS)
        lines = "SELECT sheet, line_number, any_value(original_line) AS original_line FROM original_lines GROUP BY ALL"
        con.execute(
            f"COPY (SELECT {columns} FROM rejects LEFT JOIN ({lines}) USING (sheet, line_number) "
            f"ORDER BY sheet, line_number, record_number) TO {text(work.folder / REJECTED)} {_PARQUET}"
        )
        every = [rejected_sheet(con, work.contract, name, raw, labels) for name, raw in work.tables]
        sheets = [sheet for sheet in every if sheet.rows]
        file = shown.split(f"/{work.contract.kind}/", 1)[-1]
        write_rejects(work.folder / WORKBOOK, shown, sheets, rejected, context.file_id, file)
    return {
        "file_id": context.file_id,
        "kind": work.contract.kind,
        "format": work.tables[0][1].format if work.tables else "",
        "encoding": work.tables[0][1].encoding if work.tables else "",
        "records": accepted + rejected,
        "accepted": accepted,
        "rejected": rejected,
        "dropped_by_correction": work.dropped,
        "labels": labels,
        "returns": _returns(con, work),
        "uncounted": uncounted(con, work.contract, [raw for _, raw in work.tables], work.folder / ACCEPTED),
        "sheets": [
            {
                "sheet": raw.sheet,
                "unmatched_headings": raw.unmatched_headings,
                "heading_units": raw.heading_units,
                "without_unit": bare_amounts(con, work.contract, name, raw, work.few.get(name)),
                "notes": [{"code": note.code, "facts": dict(note.facts)} for note in raw.notes],
            }
            for name, raw in work.tables
        ],
        "corrections": [
            {"line": c.line, "applied": work.applied.get(c.line, 0), "found": work.found.get(c.line, [])[:5]}
            for c in corrections
        ],
    }


def _returns(con: duckdb.DuckDBPyConnection, work: _Work) -> dict | None:
    """Which rejected rows of which file came back in this one: `file_id`, and `lines` by sheet of that file."""
    if work.returned is None:
        return None
    lines: dict[str, list[int]] = {}
    for name, raw in work.tables:
        headings = raw.sender.headings if raw.sender is not None else raw.headings
        table = raw.sender.table if raw.sender is not None else name
        at = next((i for i, heading in enumerate(headings) if is_heading_of(heading, "line")), None)
        if at is None:
            continue
        if raw.sender is None and name in work.few:
            cells = [cells[at] for _, _, cells in work.few[name]]
        else:
            cells = [cell for (cell,) in con.execute(f"SELECT c{at} FROM {table}").fetchall()]
        numbers = {number for cell in cells if (number := number_in(cell)) is not None}
        lines.setdefault(work.returned.sheets.get(raw.sheet, raw.sheet), []).extend(sorted(numbers))
    return {"file_id": work.returned.file_id, "lines": lines}


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
