"""The lines of rejected rows as they stood in their file: what the sender is shown."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from pipelines.sources.cast import text
from pipelines.sources.lookups import insert_rows
from pipelines.sources.personal import mask
from pipelines.sources.readers import RawTable


def show_rejected(
    con: duckdb.DuckDBPyConnection, table: str, raw: RawTable, records: list[tuple[int, int, Sequence]]
) -> None:
    """Make the table of a small file in the database, of the rejected records only."""
    found = con.execute(f"SELECT record_number FROM rejects WHERE sheet = {text(raw.sheet)}").fetchall()
    wanted = {number for (number,) in found}
    columns = {f"c{i}": "VARCHAR" for i in range(len(raw.headings))} | {
        "record_number": "BIGINT",
        "line_number": "BIGINT",
    }
    insert_rows(con, table, columns, [(*cells, number, line) for number, line, cells in records if number in wanted])


def keep_lines(con: duckdb.DuckDBPyConnection, table: str, raw: RawTable, most: int) -> None:
    """Keep the original lines of the rejected rows, `most` at most, without numbers of persons."""
    wanted = con.execute(
        f"SELECT DISTINCT line_number FROM rejects WHERE sheet = {text(raw.sheet)} AND line_number NOT IN "
        f"(SELECT line_number FROM original_lines WHERE sheet = {text(raw.sheet)}) ORDER BY 1 LIMIT {most}"
    ).fetchall()
    own: dict[int, str] = {}
    if "record_id" in raw.columns:
        numbers = f"SELECT {raw.line_number} AS line_number, {raw.columns['record_id']} AS own FROM {table}"
        own = dict(
            con.execute(f"SELECT line_number, own FROM ({numbers}) SEMI JOIN rejects USING (line_number)").fetchall()
        )
    lines = raw.original_lines(number for (number,) in wanted)
    if wanted and not lines:  # a workbook has no lines; its cells stand for them
        cells = ", ".join(f"coalesce(c{i}, '')" for i in range(len(raw.headings)) if f"c{i}" not in raw.dropped)
        numbers = f"SELECT {raw.line_number} AS line_number, concat_ws('\t', {cells}) AS cells FROM {table}"
        among = f"SELECT line_number, cells FROM ({numbers}) SEMI JOIN rejects USING (line_number)"
        lines = dict(con.execute(among).fetchall())
    rows = [(raw.sheet, number, mask(line, own.get(number) or "")) for number, line in lines.items()]
    insert_rows(con, "more_lines", {"s": "VARCHAR", "n": "BIGINT", "l": "VARCHAR"}, rows)
    con.execute("INSERT INTO original_lines SELECT * FROM more_lines")
