"""Land one table of a file: correct it, cast it, part the good rows from the bad; a small one in Python."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

import duckdb

from pipelines.sources.arrow import write_parquet
from pipelines.sources.cast import accepted_sql, plan_cast, rejected, text
from pipelines.sources.code_list import plain
from pipelines.sources.columns import landed_columns
from pipelines.sources.contract import NAME_FIELDS, Contract
from pipelines.sources.corrections import Correction
from pipelines.sources.fast_casts import fast_casts
from pipelines.sources.file_work import PARQUET, RUNNING, Work, open_quarantine, reasons_told, reject
from pipelines.sources.lookups import insert_rows
from pipelines.sources.personal import mask
from pipelines.sources.quarantine import READER
from pipelines.sources.readers import RawTable
from pipelines.sources.readers.not_records import date_column, leave_out, what_instead
from pipelines.sources.row_by_row import cast_rows, leave_out_repeated
from pipelines.sources.unusual import fields_with_unusual, highest_values

Rejected = tuple[int, int, list[dict[str, str | None]]]  # record number, line, reasons
FEW = 5_000  # records of a workbook, Parquet or JSON file that are cast in Python


def land_table(
    con: duckdb.DuckDBPyConnection,
    work: Work,
    table: str,
    raw: RawTable,
    corrections: Sequence[Correction],
    is_alone: bool,
) -> None:
    """Land one table of a file: its good rows become a part of `work`, the others are kept with their reasons.

    Args:
        con: Where the table is made.
        work: The file; the table is added to its tables.
        table: Name that the table has in the database.
        raw: As read.
        corrections: Of the file.
        is_alone: Whether no other rows can report what these do.
    """
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
    work.unusual |= fields_with_unusual(contract, {name: seen.high for name, seen in plan.seen.items()})
    part = work.new_part()
    good = accepted_sql(plan, raw, contract, context, left_out)
    accepted = con.execute(f"COPY ({good}) TO {text(part)} {PARQUET}").fetchall()[0][0]
    excluded = f" WHERE {raw.record_number} NOT IN (SELECT record_number FROM {left_out})" if left_out else ""
    if accepted < con.execute(f"SELECT count(*) FROM {table}{excluded}").fetchall()[0][0]:
        found = list(rejected(con, plan, raw, left_out))
        doubtful = _perhaps_no_records(found, contract)
        cells = _cells_of(con, table, raw, doubtful)
        reject(con, work, raw, _without_no_records(found, raw, doubtful, cells))
    work.accepted += accepted


def _land_few(
    con: duckdb.DuckDBPyConnection,
    work: Work,
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
    columns = landed_columns(work.contract)
    write_parquet(work.new_part(), columns, outcome.columns)
    work.unusual |= fields_with_unusual(work.contract, highest_values(work.contract, columns, outcome.columns))
    work.few[table] = records
    work.accepted += outcome.accepted
    doubtful = _perhaps_no_records(outcome.rejected, work.contract)
    cells = {number: cells for number, _, cells in rows if number in doubtful} if doubtful else {}
    if faulty := _without_no_records(outcome.rejected, raw, doubtful, cells):
        reject(con, work, raw, faulty)


def _perhaps_no_records(found: Iterable[Rejected], contract: Contract) -> set[int]:
    """The numbers of rejected rows without a date: every row that is no record is among them."""
    date = date_column(contract)
    return {number for number, _, reasons in found if any(reason["field"] == date for reason in reasons)}


def _cells_of(con: duckdb.DuckDBPyConnection, table: str, raw: RawTable, numbers: set[int]) -> dict[int, Sequence]:
    """The cells of some records of a filled table."""
    if not numbers:
        return {}
    insert_rows(con, "asked_for", {"number_": "BIGINT"}, [(number,) for number in sorted(numbers)])
    there = {row[0] for row in con.execute(f"DESCRIBE {table}").fetchall()}
    cells = ", ".join(f"c{i}" if f"c{i}" in there else "NULL" for i in range(len(raw.headings)))
    found = con.execute(
        f"SELECT {raw.record_number}, {cells} FROM {table} WHERE {raw.record_number} IN (SELECT number_ FROM asked_for)"
    ).fetchall()
    return {number: texts for number, *texts in found}


def _without_no_records(
    found: Sequence[Rejected], raw: RawTable, doubtful: set[int], cells: Mapping[int, Sequence]
) -> list[Rejected]:
    """The rejected rows but for those that are no records; totals, notes and headings are noted with their line."""
    kept = []
    for one in found:
        number, line, _ = one
        what = what_instead(cells[number], raw) if number in doubtful and not raw.mapped else ""
        if what:
            leave_out(raw, what, line, cells[number])
        else:
            kept.append(one)
    return kept


def _left_out(
    con: duckdb.DuckDBPyConnection,
    work: Work,
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
        open_quarantine(con, work)
        told = [(raw.sheet, *place, reasons_told(why)) for place, why in reasons.items()]
        insert_rows(con, "read_faults", RUNNING, told)
        con.execute("INSERT INTO rejects SELECT * FROM read_faults")
        insert_rows(con, "fault_lines", {"s": "VARCHAR", "n": "BIGINT", "l": "VARCHAR"}, lines)
        con.execute("INSERT INTO original_lines SELECT * FROM fault_lines")
    numbers = {number for fault in raw.faults if fault.field is not None for number in (fault.record_number,)}
    dropped = _correct(con, work, table, raw, corrections, fast)
    work.dropped += len(dropped - numbers)
    return numbers | dropped


def _correct(
    con: duckdb.DuckDBPyConnection,
    work: Work,
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
            if entry.field == "region_code":  # the names in the row spoke of the former place
                also = "".join(f", {raw.columns[name]} = NULL" for name in NAME_FIELDS if name in raw.columns)
            if entry.field in fast:
                also = f", f_{entry.field} = ({fast[entry.field].replace(column, value)})"
            con.execute(f"UPDATE {table} SET {column} = {value}{also} WHERE {raw.record_number} = {number:d}")
    return dropped
