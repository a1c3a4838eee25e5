"""What lands: the columns of each kind of record, their types, lineage first."""

from __future__ import annotations

from pipelines.relations import LINEAGE
from pipelines.sources.contract import Contract, ContractField

_BIG = {"affected_person_times", "relocated", "houses_collapsed", "houses_damaged", "participants"}


def landed_columns(contract: Contract) -> dict[str, str]:
    """The columns of the Parquet of a kind and their types, lineage first."""
    columns = dict(LINEAGE)
    for item in contract.fields:
        columns |= outputs(item)
    return columns


def shown_bound(item: ContractField, bound: float) -> str:
    """A bound of a range as messages print it."""
    if item.type == "money":
        return f"{bound / 100:,.0f} 元"
    return f"{bound:g}" if abs(bound) < 1e6 else f"{bound:,.0f}"


def outputs(item: ContractField) -> dict[str, str]:
    """The columns that one field of a contract becomes, with DuckDB types."""
    if item.type == "period":
        return {"period_start": "DATE", "period_end": "DATE", "frequency": "VARCHAR"}
    if item.type == "measured":
        return {"value": "DOUBLE", "unit": "VARCHAR"}
    if item.hour is not None:
        return {item.name: "TIMESTAMP", item.hour: "INTEGER"}
    integer = "BIGINT" if item.name in _BIG else "INTEGER"
    types = {"integer": integer, "number": "DOUBLE", "share": "DOUBLE", "money": "BIGINT", "date": "DATE"}
    return {item.name: types.get(item.type, {"timestamp": "TIMESTAMP", "boolean": "BOOLEAN"}.get(item.type, "VARCHAR"))}
