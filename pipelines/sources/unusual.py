"""Values that are possible and out of the ordinary: they land, and are told with their line, so that somebody looks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from pipelines.errors import SHOWN_ROWS
from pipelines.sources.columns import shown_bound
from pipelines.sources.contract import Contract
from pipelines.sources.readers.raw_table import sql_text


def fields_with_unusual(contract: Contract, highest: Mapping[str, Any]) -> set[str]:
    """The fields of which a value was seen that is out of the ordinary.

    Args:
        contract: Says from where on.
        highest: Field → the highest value that was seen; None where there was none.
    """
    bounds = {item.name: item.unusual_from for item in contract.fields if item.unusual_from is not None}
    return {name for name, bound in bounds.items() if (high := highest.get(name)) is not None and high >= bound}


def highest_values(contract: Contract, names: Iterable[str], columns: Iterable[Sequence[Any]]) -> dict[str, Any]:
    """Field → the highest value of its column, of the fields for which the contract says what is unusual."""
    asked = {item.name for item in contract.fields if item.unusual_from is not None}
    return {
        name: max((value for value in values if value is not None), default=None)
        for name, values in zip(names, columns, strict=True)
        if name in asked
    }


def unusual(
    con: duckdb.DuckDBPyConnection, contract: Contract, fields: Collection[str], accepted: Path
) -> list[dict[str, Any]]:
    """The unusual values of a file: `sheet`, `field`, `rule`, how many (`n`) and the first of them (`line`, `value`).

    Args:
        con: Reads the accepted rows.
        contract: Of their kind.
        fields: Those that are looked at.
        accepted: The file of accepted rows.
    """
    found, file = [], sql_text(str(accepted))
    for item in (item for item in contract.fields if item.name in fields):
        here = f"status <> 'struck_off' AND {item.name} >= {item.unusual_from!r}"
        told = f"SELECT DISTINCT sheet, record_number, line_number, {item.name} FROM read_parquet({file}) WHERE {here}"
        rows = con.execute(
            f"SELECT sheet, count(*), min_by(line_number, (line_number, record_number), {SHOWN_ROWS}), "
            f"min_by({item.name}, (line_number, record_number), {SHOWN_ROWS}) "
            f"FROM ({told}) GROUP BY sheet ORDER BY sheet"
        ).fetchall()
        for sheet, n, lines, values in rows:
            first = [
                {"line": line, "value": shown_bound(item, value)} for line, value in zip(lines, values, strict=True)
            ]
            rule = shown_bound(item, item.unusual_from or 0)
            found.append({"sheet": sheet or "", "field": item.name, "rule": rule, "n": n, "first": first})
    return found
