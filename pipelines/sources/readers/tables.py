"""Rows of text into a temporary table of DuckDB, in batches."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import duckdb

from pipelines.sources.arrow import arrow_table

_BATCH = 20_000
_numbers = itertools.count(1)


def fresh_name(stem: str) -> str:
    """A name for a temporary table that no other one has."""
    return f"{stem}_{next(_numbers)}"


def text_table(con: duckdb.DuckDBPyConnection, rows: Iterable[tuple[list[str], int, int]], width: int) -> str:
    """Make a temporary table `c0` … VARCHAR, record_number, line_number; empty cells are NULL.

    Args:
        con: Connection that owns the table.
        rows: Cells (exactly `width`), record number, line.
        width: Number of columns.

    Returns:
        The name of the table, fit for FROM.
    """
    name = fresh_name("raw_text")
    columns = {f"c{i}": "VARCHAR" for i in range(width)} | {"record_number": "BIGINT", "line_number": "BIGINT"}
    described = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    con.execute(f"CREATE TEMP TABLE {name} ({described})")
    source = iter(rows)
    while batch := list(itertools.islice(source, _BATCH)):
        rows_of_cells, record_numbers, lines = zip(*batch, strict=True)
        values = [[cell.strip() or None for cell in column] for column in zip(*rows_of_cells, strict=True)]
        con.register(f"{name}_batch", arrow_table(columns, [*values, record_numbers, lines]))
        con.execute(f"INSERT INTO {name} SELECT * FROM {name}_batch")
        con.unregister(f"{name}_batch")
    return name
