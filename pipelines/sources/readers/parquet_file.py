"""Parquet: typed values come in as text, so that they pass the same checks as any file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from pipelines.errors import PipelineError
from pipelines.sources.contract import Contract
from pipelines.sources.headings import HeadingRow, match_headings, one_line
from pipelines.sources.readers.raw_table import MAX_COLUMNS, RawTable, Source, sql_text
from pipelines.sources.readers.tables import fresh_name


def read_parquet(
    path: Path,
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    shown: str,
    *,
    means: Callable[[str], bool] | None = None,
) -> RawTable:
    """Read a Parquet file into a temporary table of text.

    Raises:
        PipelineError: Damaged, no rows of columns, or what `match_headings` finds.
    """
    scan = f"read_parquet({sql_text(str(path))}, file_row_number=true)"
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()
        names = [row[0] for row in described if row[0] != "file_row_number"]
        if len(names) > MAX_COLUMNS:
            raise PipelineError("too_many_columns", where=shown, n=len(names), limit=MAX_COLUMNS)
        table = _text_table(con, scan, names)
    except duckdb.Error as fault:
        reason = one_line(str(fault).splitlines()[0].replace(str(path), path.name), 160)
        raise PipelineError("parquet_broken", where=shown, reason=reason) from None
    raw = RawTable(source=Source(table, is_temporary=True), columns={}, headings=names, format="parquet")
    if means is None:
        matched = match_headings(contract, HeadingRow(0, 0, names, [None] * len(names), len(names)), shown)
        raw.columns, raw.heading_units = matched.columns, matched.heading_units
        raw.unmatched_headings, raw.dropped = matched.unmatched_headings, matched.dropped
    return raw


def _text_table(con: duckdb.DuckDBPyConnection, scan: str, names: list[str]) -> str:
    quoted = ['"' + name.replace('"', '""') + '"' for name in names]
    projection = ", ".join(f"CAST({name} AS VARCHAR) AS c{i}" for i, name in enumerate(quoted))
    number = "file_row_number + 1 AS record_number, file_row_number + 1 AS line_number"
    table = fresh_name("raw_parquet")
    con.execute(f"CREATE TEMP TABLE {table} AS SELECT {projection}, {number} FROM {scan}")
    return table
