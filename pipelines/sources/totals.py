"""Totals that a file prints below its rows: one that differs from their sum shows that some were lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import duckdb

from pipelines.sources.contract import Contract, ContractField
from pipelines.sources.lookups import insert_rows
from pipelines.sources.readers import RawTable
from pipelines.sources.readers.not_records import FOOTNOTE, TOTAL
from pipelines.sources.readers.raw_table import TotalRow

_ADDED = ("integer", "money")
_COMPARED = 50  # totals of one table


def differing_totals(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    table: str,
    raw: RawTable,
    records: Sequence[tuple[int, int, Sequence[str | None]]] | None,
) -> list[dict[str, Any]]:
    """The printed totals that are the sum neither of all rows, nor of those above, nor of those since the last total.

    Only columns of plain numbers are compared; each total that differs is told by `line`, `field`, `printed`, `summed`.

    Args:
        con: Where the table stands, unless `records` holds its rows.
        contract: Of its kind; counts and amounts are added up.
        table: Name of the filled table.
        raw: As read, with its totals.
        records: Number, line and cells of a small table.
    """
    if not raw.totals or raw.mapped:
        return []
    rows, line = table, raw.line_number
    if records is not None:
        rows, line = "rows_to_sum", "line_number"
        columns = {f"c{i}": "VARCHAR" for i in range(len(raw.headings))} | {"line_number": "BIGINT"}
        insert_rows(con, rows, columns, [(*cells, number) for _, number, cells in records])
    totals = sorted(raw.totals, key=lambda total: total.line_number)
    lines = ", ".join(str(note.facts["row"]) for note in raw.notes if note.code in (TOTAL, FOOTNOTE))
    parts = f"(SELECT *, {line} AS line_ FROM {rows} WHERE {line} NOT IN ({lines}))"
    return list(_differing(con, contract, raw, parts, totals[:_COMPARED]))


def _differing(
    con: duckdb.DuckDBPyConnection, contract: Contract, raw: RawTable, parts: str, totals: Sequence[TotalRow]
) -> Iterator[dict[str, Any]]:
    for item in contract.fields:
        column = raw.columns.get(item.name)
        if column is None or item.type not in _ADDED:
            continue
        before = 0
        for total in totals:
            at = int(column[1:])
            cell = total.cells[at] if at < len(total.cells) else None
            printed = con.execute(f"SELECT {_number('said')} FROM (SELECT ? AS said)", [cell]).fetchall()[0][0]
            if printed is not None:
                sums = _sums(con, parts, column, before, total.line_number)
                if sums is not None and not any(_agrees(item, printed, one, n) for one, n in sums):
                    yield _told(raw, item, total, printed, next(one for one, n in sums if n))
            before = total.line_number


def _number(cell: str) -> str:
    """SQL for the plain number in a cell; NULL where it says anything else."""
    plain = f"replace(trim(CAST({cell} AS VARCHAR)), ',', '')"
    return f"CASE WHEN regexp_full_match({plain}, '[0-9]+([.][0-9]+)?') THEN CAST({plain} AS DECIMAL(24, 4)) END"


def _sums(
    con: duckdb.DuckDBPyConnection, parts: str, column: str, before: int, line: int
) -> list[tuple[Decimal, int]] | None:
    """Sum and number of the rows above, of those since the last total, and of all; None where they are no numbers."""
    where = (f"line_ < {line}", f"line_ < {line} AND line_ > {before}", "TRUE")
    asked = ", ".join(f"coalesce(sum(n) FILTER ({one}), 0), count(n) FILTER ({one})" for one in where)
    unread = "count(*) FILTER (said IS NOT NULL AND n IS NULL)"
    numbers = f"SELECT line_, nullif(trim({column}), '') AS said, {_number(column)} AS n FROM {parts}"
    found = con.execute(f"SELECT {unread}, {asked} FROM ({numbers})").fetchall()[0]
    if found[0] or not found[-1]:
        return None
    return list(zip(found[1::2], found[2::2], strict=True))


def _agrees(item: ContractField, printed: Decimal, summed: Decimal, n: int) -> bool:
    """Whether a total is the sum of n parts; amounts may have been rounded before or after they were added up."""
    if item.type == "integer":
        return printed == summed
    digits = max(-printed.normalize().as_tuple().exponent, -summed.normalize().as_tuple().exponent, 0)
    return abs(printed - summed) <= n * Decimal(1).scaleb(-digits) / 2


def _told(raw: RawTable, item: ContractField, total: TotalRow, printed: Decimal, summed: Decimal) -> dict[str, Any]:
    plain = [f"{number.normalize():,f}" for number in (printed, summed)]
    place = {"sheet": raw.sheet, "line": total.line_number, "field": item.name, "heading": raw.heading_of(item.name)}
    return {**place, "printed": plain[0], "summed": plain[1]}
