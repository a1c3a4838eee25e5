"""Statistics whose years (or quarters) stand in columns: one record for each figure, under the heading of its column.

    地区 | 指标 | 单位 | 2019年 | 2020年
A figure keeps the line on which it stands, and the heading of its column as its quoted words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from pipelines.sources.contract import Contract
from pipelines.sources.headings import PERIOD, VALUE, heading_in, period_text
from pipelines.sources.readers.not_records import leave_out, what_instead
from pipelines.sources.readers.raw_table import RawTable, RowFault, Source
from pipelines.sources.readers.tables import fresh_name, text_table
from pipelines.sources.values import is_missing

_QUOTE = "quote"


def with_years_as_rows(raw: RawTable, con: duckdb.DuckDBPyConnection, contract: Contract) -> RawTable:
    """The same table with a record for each figure; a cell without one is none.

    Args:
        raw: With the columns of periods in `raw.periods`.
        con: Where the tables are made.
        contract: Of statistics.
    """
    wide = fresh_name("raw_wide")
    raw.fill(con, wide)
    others = [i for i in range(len(raw.headings)) if f"c{i}" not in raw.periods]
    fields = {name: f"c{others.index(int(column[1:]))}" for name, column in raw.columns.items()}
    added = [name for name in (PERIOD, VALUE, _QUOTE) if name not in fields]
    fields |= {name: f"c{len(others) + i}" for i, name in enumerate(added)}
    cells = ", ".join(f"c{i}" for i in range(len(raw.headings)))
    numbers = f"{raw.record_number} AS number_, {raw.line_number} AS line_"
    found = con.execute(f"SELECT {numbers}, {cells} FROM {wide} ORDER BY number_")
    figures = _figures(raw, found.fetchall(), others, has_quote=_QUOTE in raw.columns)
    table = text_table(con, figures, len(others) + len(added))
    con.execute(f"DROP TABLE {wide}")
    return RawTable(
        source=Source(table, is_temporary=True),
        columns=fields,
        headings=[*(raw.headings[i] for i in others), *(heading_in(contract, name, "zh") for name in added)],
        format=raw.format,
        encoding=raw.encoding,
        sheet=raw.sheet,
        heading_line=raw.heading_line,
        heading_units=raw.heading_units,
        unmatched_headings=raw.unmatched_headings,
        dropped=[f"c{others.index(int(column[1:]))}" for column in raw.dropped],
        faults=[_at_its_place(fault, list(raw.periods)) for fault in raw.faults],
        notes=raw.notes,
        own_places=raw.own_places,
        lines_of=lambda _, wanted: raw.original_lines(wanted),
    )


def _figures(
    raw: RawTable, rows: Sequence[Sequence], others: Sequence[int], has_quote: bool
) -> Iterator[tuple[list[str], int, int]]:
    """Cells, number and line of each figure."""
    for number, line, *cells in rows:
        what = what_instead(cells, raw)
        if what:
            leave_out(raw, what, line, cells)
            continue
        before = [cells[i] or "" for i in others]
        for turn, (column, heading) in enumerate(raw.periods.items(), start=1):
            cell = cells[int(column[1:])] or ""
            if not is_missing(cell):
                figure = [period_text(heading), cell, *([] if has_quote else [heading])]
                yield [*before, *figure], (number - 1) * len(raw.periods) + turn, line


def _at_its_place(fault: RowFault, periods: Sequence[str]) -> RowFault:
    """A fault of one figure at its figure; one of the rest of a wide row before the figures of the next one."""
    turn = periods.index(fault.field) + 1 if fault.field in periods else 1
    number = (fault.record_number - 1) * len(periods) + turn
    field = VALUE if fault.field in periods else fault.field
    return RowFault(number, fault.line_number, fault.code, fault.facts, fault.original_line, field)
