"""The few texts of a column that may hold persons: each distinct one is masked once, in Python, and joined."""

from __future__ import annotations

import duckdb

from pipelines.sources.lookups import insert_rows
from pipelines.sources.personal import mask

FEW = 2_000
"""Rows up to which that costs less than to have DuckDB make ready the long patterns of names."""
_BLANKS = " 　\t\r\n"


def tidied(cell: str) -> str | None:
    """A text without blanks at its ends; None where nothing is left."""
    return cell.strip(_BLANKS) or None


def masked(cell: str) -> str | None:
    """The same without persons."""
    plain = tidied(cell)
    return plain and mask(plain)


def look_up_masked(con: duckdb.DuckDBPyConnection, table: str, field: str, column: str) -> tuple[str, str]:
    """Make the look-up table of a field's marked texts.

    Args:
        con: Where the rows are.
        table: The rows, with `f_<field>` true where the text is marked.
        field: Of the contract.
        column: Of the rows.

    Returns:
        The join and the expression of what lands, over the rows `r`.
    """
    found = con.execute(f"SELECT DISTINCT {column} FROM {table} WHERE f_{field}").fetchall()
    name = f"lookup_{field}"
    insert_rows(con, name, {"k0": "VARCHAR", "v": "VARCHAR"}, [(cell, masked(cell)) for (cell,) in found])
    join = f"LEFT JOIN {name} ON {name}.k0 = CASE WHEN r.f_{field} THEN r.{column} END"
    return join, f"CASE WHEN r.f_{field} THEN {name}.v ELSE r.{column} END"
