"""Rows of text into a temporary table of DuckDB, in batches."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import duckdb

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
    import pyarrow

    name = fresh_name("raw_text")
    columns = ", ".join(f"c{i} VARCHAR" for i in range(width))
    con.execute(f"CREATE TEMP TABLE {name} ({columns}, record_number BIGINT, line_number BIGINT)")
    names = [*(f"c{i}" for i in range(width)), "record_number", "line_number"]
    types = [*([pyarrow.string()] * width), pyarrow.int64(), pyarrow.int64()]
    source = iter(rows)
    while batch := list(itertools.islice(source, _BATCH)):
        rows_of_cells, record_numbers, lines = zip(*batch, strict=True)
        arrays = [[cell.strip() or None for cell in column] for column in zip(*rows_of_cells, strict=True)]
        arrays += [record_numbers, lines]
        table = pyarrow.table([pyarrow.array(a, t) for a, t in zip(arrays, types, strict=True)], names=names)
        con.register(f"{name}_batch", table)
        con.execute(f"INSERT INTO {name} SELECT * FROM {name}_batch")
        con.unregister(f"{name}_batch")
    return name
