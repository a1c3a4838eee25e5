"""Which records the rejected rows of a file name, so that a row counts as mended once its record came again."""

from __future__ import annotations

import csv
from collections.abc import Sequence

import duckdb

from pipelines.sources.cast import record_id_sql, text
from pipelines.sources.lookups import insert_rows
from pipelines.sources.readers import RawTable

NAMED = "named_records"
_COLUMNS = {"sheet": "VARCHAR", "record_number": "BIGINT", "source": "VARCHAR", "record_id": "VARCHAR"}
_DELIMITERS = ",\t;|"


def name_records(con: duckdb.DuckDBPyConnection, tables: Sequence[tuple[str, RawTable]], source: str) -> None:
    """Make the table `named_records`: sheet, record_number, source and record_id of the rejected rows that name one.

    Args:
        con: Holds `rejects`, `original_lines` and, of each of the tables, at least the rejected rows.
        tables: The tables of a file, by their names in the database.
        source: The source of rows that name none themselves.
    """
    insert_rows(con, NAMED, _COLUMNS, [])
    for table, raw in tables:
        if "record_id" not in raw.columns:
            continue
        sheet = text(raw.sheet)
        own = f"NULLIF(trim({raw.columns['source']}), '')" if "source" in raw.columns else "NULL"
        con.execute(
            f"INSERT INTO {NAMED} SELECT {sheet}, {raw.record_number}, coalesce({own}, {text(source)}), "
            f"{record_id_sql(raw.columns['record_id'])} FROM {table} "
            f"WHERE {raw.record_number} IN (SELECT record_number FROM rejects WHERE sheet = {sheet})"
        )
        if raw.mapped:  # where the number stands in a publisher's line, only a whole row tells
            continue
        broken = con.execute(
            f"SELECT record_number, any_value(original_line) FROM rejects JOIN original_lines "
            f"USING (sheet, line_number) WHERE sheet = {sheet} AND original_line IS NOT NULL "
            f"AND record_number NOT IN (SELECT record_number FROM {NAMED} WHERE sheet = {sheet}) GROUP BY record_number"
        ).fetchall()
        place = int(raw.columns["record_id"][1:])
        found = [(raw.sheet, number, source, _cell(line, place)) for number, line in broken]
        insert_rows(con, "named_in_lines", _COLUMNS, [row for row in found if row[-1]])
        con.execute(f"INSERT INTO {NAMED} SELECT * FROM named_in_lines")


def _cell(line: str, place: int) -> str | None:
    """A cell of a line that is no row of its table, parted by the sign that makes most cells of it; None if too short.

    >>> _cell("A-1,2024-05-01,a, b,c", 0), _cell("A-1", 0), _cell("A-1;B", 2)
    ('A-1', None, None)
    """
    try:
        cells = max((next(csv.reader([line], delimiter=sign), []) for sign in _DELIMITERS), key=len)
    except csv.Error:  # a cell of more than 131,072 signs, or a line break within
        return None
    return cells[place].strip() or None if place < len(cells) > 1 else None
