"""What DuckDB makes of a cell while it reads the file: the value in its plainest form, and which texts need a look."""

from __future__ import annotations

from pipelines.sources import values
from pipelines.sources.codes import Codes
from pipelines.sources.columns import outputs
from pipelines.sources.contract import Contract, ContractField
from pipelines.sources.personal import MARKS
from pipelines.sources.readers import RawTable

_PLAIN_TIME = "[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([ T]([01]?[0-9]|2[0-3]):[0-9]{1,2}(:[0-9]{1,2})?)?"
_UNTIDY = r"^$|^[\x00-\x20　]|[ 　\t\r\n]$"  # blank at an end, or nothing


def fast_casts(contract: Contract, raw: RawTable, codes: Codes) -> dict[str, str]:
    """Field → expression over its text column that is NULL wherever the value is not in its plainest form.

    Of a text that may hold persons, whether it is to be looked at any closer.
    """
    found = {}
    for item in contract.fields:
        column = raw.columns.get(item.name)
        if column is not None and item.personal == "mask":
            found[item.name] = f"regexp_matches({column}, '{_UNTIDY}|{MARKS}')"
        elif column is not None and item.type in ("integer", "number", "money", "date", "timestamp"):
            cast = fast_cast(item, column, raw.heading_units.get(item.name), codes)
            if cast is not None:
                found[item.name] = cast
    return found


def fast_cast(item: ContractField, column: str, said: str | None, codes: Codes) -> str | None:
    """The bulk cast of one field, or None where its heading names a unit that needs more than a whole factor."""
    kind = outputs(item)[item.name]
    if item.type in ("date", "timestamp"):
        # DuckDB's cast also takes `10:00 PM` for ten in the morning, `epoch`, fractions and 24:00: none is plain.
        cast = f"TRY_CAST({column} AS {kind})"
        first, last = f"'{values.FIRST_YEAR}-01-01'", f"'{values.LAST_YEAR}-01-01'"
        as_printed = f"length({column}) IN (10, 16, 19) AND starts_with(CAST({cast} AS VARCHAR), {column})"
        plain = f"CASE WHEN {as_printed} THEN TRUE ELSE regexp_full_match({column}, '{_PLAIN_TIME}') END"
        return f"CASE WHEN {cast} >= {kind} {first} AND {cast} < {kind} {last} AND {plain} THEN {cast} END"
    base = "分" if item.type == "money" else item.unit or "个"
    factor = codes.units.factor(said or item.unit or "个", base)
    if factor is None or (item.type != "number" and factor != int(factor)):
        return None
    if item.type == "integer":
        cast = f"TRY_CAST({column} AS {kind})"
        return f"CASE WHEN CAST({cast} AS VARCHAR) = {column} THEN {cast} END" if factor == 1 else None
    if item.type == "number":
        cast = f"TRY_CAST({column} AS DOUBLE)"
        plain = f"isfinite({cast}) AND NOT contains({column}, '_')"
        return f"CASE WHEN {plain} THEN {cast} END" if factor == 1 else None
    exact = f"length({column}) <= 14 AND (instr({column}, '.') = 0 OR length({column}) - instr({column}, '.') <= 4)"
    plain = f"{exact} AND NOT contains({column}, '_') AND NOT contains(lower({column}), 'e')"
    amount = f"CAST(TRY_CAST({column} AS DECIMAL(18, 4)) AS DECIMAL(38, 4))"
    return f"CASE WHEN {plain} THEN CAST({amount} * {int(factor)} AS BIGINT) END"
