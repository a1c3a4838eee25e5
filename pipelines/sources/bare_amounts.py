"""Losses of which nobody says the unit: read as yuan, and told, since ten thousand yuan may have been meant.

Losses are reported in either; a fine is imposed in yuan, and needs no word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import duckdb

from pipelines.sources.contract import Contract
from pipelines.sources.readers import RawTable
from pipelines.sources.readers.raw_table import sql_text

_SAYS_YUAN = re.compile("元|yuan|cny|rmb", re.IGNORECASE)
_BARE = r"\s*[¥￥]?[+-]?[0-9.,]*[1-9][0-9.,]*\s*"  # zero is zero in every unit


def bare_amounts(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    table: str,
    raw: RawTable,
    records: Iterable[tuple[int, int, Sequence[str | None]]] | None,
) -> list[str]:
    """Headings of a table below which numbers stand whose unit neither heading, title, cell nor mapping gives.

    Args:
        con: Where the table stands, unless `records` holds its rows.
        contract: Of its kind; what it calls a loss is looked at.
        table: Name of the filled table.
        raw: What was read.
        records: Number, line and cells of a small table.
    """
    if raw.mapped:
        return []
    found = []
    for item in contract.fields:
        if item.type != "money" or "loss" not in item.name:
            continue
        column, heading = raw.columns.get(item.name), raw.heading_of(item.name)
        if column is None or item.name in raw.heading_units or _SAYS_YUAN.search(heading):
            continue
        if records is not None:
            at = int(column[1:])
            is_bare = any(re.fullmatch(_BARE, cells[at] or "") for _, _, cells in records)
        else:
            sql = f"SELECT 1 FROM {table} WHERE regexp_full_match({column}, {sql_text(_BARE)}) LIMIT 1"
            is_bare = bool(con.execute(sql).fetchall())
        if is_bare:
            found.append(heading)
    return found
