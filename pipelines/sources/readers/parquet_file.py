"""Parquet: typed values come in as text, so that they pass the same checks as any file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb

from pipelines.errors import PipelineError
from pipelines.sources.contract import Contract
from pipelines.sources.headings import HeadingRow, match_headings
from pipelines.sources.readers import damage
from pipelines.sources.readers.not_records import own_places
from pipelines.sources.readers.raw_table import MAX_COLUMNS, RawTable, Source, sql_text
from pipelines.sources.readers.tables import fresh_name

_EXACT = "1e15"  # a floating number below it is a whole one exactly


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
        types = {row[0]: row[1] for row in described if row[0] != "file_row_number"}
        names = list(types)
        if len(names) > MAX_COLUMNS:
            raise PipelineError("too_many_columns", where=shown, n=len(names), limit=MAX_COLUMNS)
        table = _text_table(con, scan, types)
    except duckdb.Error as fault:
        raise PipelineError("parquet_broken", where=shown, reason=damage.told(fault)) from None
    raw = RawTable(source=Source(table, is_temporary=True), columns={}, headings=names, format="parquet")
    if means is None:
        matched = match_headings(contract, HeadingRow(0, 0, names, [None] * len(names), len(names)), shown)
        raw.columns, raw.heading_units = matched.columns, matched.heading_units
        raw.unmatched_headings, raw.dropped = matched.unmatched_headings, matched.dropped
        raw.own_places, raw.periods = own_places(raw.columns, contract), matched.periods
    return raw


def _text_table(con: duckdb.DuckDBPyConnection, scan: str, types: Mapping[str, str]) -> str:
    """Every column as text; NaN is how some programs write an empty cell of a column of floating numbers.

    Programs without a type for days write them as times: a column of times that are all midnight holds days.
    """
    days = _columns_of_days(con, scan, types)
    types = {name: "DATE" if name in days else kind for name, kind in types.items()}
    projection = ", ".join(f"{_as_text(name, kind)} AS c{i}" for i, (name, kind) in enumerate(types.items()))
    number = "file_row_number + 1 AS record_number, file_row_number + 1 AS line_number"
    table = fresh_name("raw_parquet")
    con.execute(f"CREATE TEMP TABLE {table} AS SELECT {projection}, {number} FROM {scan}")
    return table


def _columns_of_days(con: duckdb.DuckDBPyConnection, scan: str, types: Mapping[str, str]) -> set[str]:
    times = [name for name, kind in types.items() if kind.startswith("TIMESTAMP") and "ZONE" not in kind]
    if not times:
        return set()
    asked = ", ".join(f"bool_and({_quoted(name)} = date_trunc('day', {_quoted(name)}))" for name in times)
    found = con.execute(f"SELECT {asked} FROM {scan}").fetchall()[0]
    return {name for name, are_days in zip(times, found, strict=True) if are_days}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _as_text(name: str, kind: str) -> str:
    quoted = _quoted(name)
    if kind == "DATE":
        return f"CAST(CAST({quoted} AS DATE) AS VARCHAR)"
    text = f"CAST({quoted} AS VARCHAR)"
    if kind not in ("FLOAT", "DOUBLE"):
        return text
    whole = f"CAST(TRY_CAST({quoted} AS BIGINT) AS VARCHAR)"  # a number 2024001 in a column with gaps is no 2024001.0
    is_whole = f"abs({quoted}) < {_EXACT} AND {quoted} = trunc({quoted})"
    return f"CASE WHEN isnan({quoted}) THEN NULL WHEN {is_whole} THEN {whole} ELSE {text} END"
