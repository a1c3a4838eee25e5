"""Days without a year that were read by the title of their table: they are told, since a title can be an old one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb

from pipelines.sources.contract import Contract
from pipelines.sources.readers import RawTable
from pipelines.sources.readers.raw_table import sql_text
from pipelines.sources.title_years import is_day_alone, names_period

_DAY_ALONE_SQL = r"\s*[0-9０-９]{1,2}月[0-9０-９]{1,2}[日号].*"


def dates_by_title(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    table: str,
    raw: RawTable,
    records: Iterable[tuple[int, int, Sequence[str | None]]] | None,
) -> list[dict[str, str]]:
    """Of which column days without a year were read by the title, and by what: heading and period; [] if of none.

    Args:
        con: Where the table stands, unless `records` holds its rows.
        contract: Of its kind.
        table: Name of the filled table.
        raw: What was read.
        records: Number, line and cells of a small table.
    """
    column, period = raw.columns.get(contract.date_field), raw.heading_units.get(contract.date_field, "")
    if raw.mapped or column is None or not names_period(period):
        return []
    if records is not None:
        at = int(column[1:])
        is_used = any(is_day_alone(cells[at] or "") for *_, cells in records)
    else:
        sql = f"SELECT 1 FROM {table} WHERE regexp_full_match({column}, {sql_text(_DAY_ALONE_SQL)}) LIMIT 1"
        is_used = bool(con.execute(sql).fetchall())
    return [{"heading": raw.heading_of(contract.date_field), "period": period}] if is_used else []
