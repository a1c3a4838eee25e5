"""Measures that a file says nothing of, because it lacks the column that they add up: missing, and not zero."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from pipelines.record_measures import ASKED, SUMMED
from pipelines.sources.contract import Contract
from pipelines.sources.readers import RawTable
from pipelines.sources.readers.raw_table import sql_text


def uncounted(
    con: duckdb.DuckDBPyConnection, contract: Contract, tables: Sequence[RawTable], accepted: Path
) -> list[dict[str, Any]]:
    """What the accepted records of a file leave unsaid: `sheet`, `field` and the `measures` that add it up.

    Zero returns, strike-offs and records that no measure counts leave nothing unsaid.

    Args:
        con: Reads the accepted rows.
        contract: Of their kind.
        tables: As read; a column that a mapping fills is there.
        accepted: The file of accepted rows.
    """
    mine = {name: one for name, one in (SUMMED | ASKED).items() if one.kind == contract.kind}
    lacking = {raw.sheet: {name for name, one in mine.items() if one.field not in raw.columns} for raw in tables}
    anywhere = [name for name in mine if any(name in names for names in lacking.values())]
    if not anywhere:
        return []
    counted = ", ".join(f"bool_or({mine[name].among})" for name in anywhere)
    rows = con.execute(
        f"SELECT coalesce(v.sheet, ''), {counted} FROM read_parquet({sql_text(str(accepted))}) AS v "
        "WHERE v.status NOT IN ('struck_off', 'zero_return') GROUP BY 1 ORDER BY 1"
    ).fetchall()
    found: dict[tuple[str, str], list[str]] = {}
    for sheet, *counts in rows:
        for name, is_counted in zip(anywhere, counts, strict=True):
            if is_counted and name in lacking.get(sheet, anywhere):  # no sheet of the sender's: rows of a correction
                found.setdefault((sheet, mine[name].field), []).append(name)
    return [{"sheet": sheet, "field": field, "measures": names} for (sheet, field), names in found.items()]
