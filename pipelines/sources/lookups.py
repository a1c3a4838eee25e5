"""The values of a column that are not in their plainest form: each distinct one is resolved once, in Python."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import duckdb

from pipelines.sources import values
from pipelines.sources.codes import NET, Codes
from pipelines.sources.columns import outputs, shown_bound
from pipelines.sources.contract import ContractField
from pipelines.sources.title_years import with_year

_BULK = 20_000
_FEW = 200
Resolve = Callable[[Sequence[str]], tuple[object, ...]]


def resolve_all(
    resolve: Resolve, distinct: Iterable[Sequence[str]], places: Sequence[bool], width: int
) -> list[tuple[object, ...]]:
    """Rows of a look-up table: the combination, its `width` outcomes, and fault, rule and nearest where it is refused.

    Args:
        resolve: What makes the outcomes of one combination, or raises `Refused`.
        distinct: Combinations as they stand in the file; those that say nothing are NULL without a fault.
        places: Which inputs of `resolve` the file has; the others are ''.
        width: How many outcomes there are.
    """
    rows = []
    for combination in distinct:
        rows.append((*combination, *resolve_one(resolve, combination, places, width)))
    return rows


def resolve_one(resolve: Resolve, combination: Sequence[str], places: Sequence[bool], width: int) -> tuple[object, ...]:
    """The outcomes of one combination; see `resolve_all`."""
    parts = iter(combination)
    given = [next(parts) if there else "" for there in places]
    if values.is_missing(given[0]) and not any(part.strip() for part in given[1:]):
        return (None,) * (width + 3)
    try:
        return (*resolve(given), None, None, None)
    except values.Refused as refused:
        return ((None,) * width) + (refused.code, refused.rule or None, refused.nearest)


def insert_rows(
    con: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str], rows: Sequence[Sequence[object]]
) -> None:
    """Create a temporary table of these rows, in bulk; values travel as text."""
    described = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({described})")
    for start in range(0, len(rows) if len(rows) > _FEW else 0, _BULK):
        parts = list(zip(*rows[start : start + _BULK], strict=True))
        casts = ", ".join(f"CAST(unnest(?::VARCHAR[]) AS {kind})" for kind in columns.values())
        as_text = [[None if value is None else _as_text(value) for value in part] for part in parts]
        con.execute(f"INSERT INTO {table} SELECT {casts}", as_text)
    if 0 < len(rows) <= _FEW:
        written = ", ".join(f"({', '.join(map(_literal, row))})" for row in rows)
        con.execute(f"INSERT INTO {table} VALUES {written}")


def listed_type(texts: Iterable[object]) -> str:
    """The type of a column of few distinct texts: an ENUM of them, of which Parquet need not look for what repeats."""
    different = sorted({str(value) for value in texts if value is not None})
    return f"ENUM({', '.join(map(_literal, different))})" if different else "VARCHAR"


def _literal(value: object) -> str:
    return "NULL" if value is None else "'" + _as_text(value).replace("'", "''") + "'"


def _as_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return format(value, "f") if isinstance(value, Decimal) else str(value)


_UNIT_MISSING = {"money": "unit_missing", "people": "unit_missing_people", "area": "unit_missing_area"}


def resolver(item: ContractField, said: str | None, codes: Codes) -> Resolve:
    """How one distinct value, or combination of values, of a field becomes what lands."""
    units = codes.units
    if item.name == "region_code":
        return lambda given: (_code(codes, "regions", given),)
    if item.type == "code":
        return lambda given: (_code(codes, item.codes or "", given),)
    if item.type == "measured":
        return lambda given: _measured(codes, given, said)
    if item.type == "period":
        return lambda given: _period(given[0])
    if item.hour is not None:
        return lambda given: values.to_moment(with_year(given[0], said))
    bits = 63 if outputs(item).get(item.name) == "BIGINT" else 31
    simple: dict[str, Callable[[str], object]] = {
        "integer": lambda cell: _within(values.to_integer(cell, item.unit, units, said), bits),
        "number": lambda cell: _finite(float(values.to_unit(cell, item.unit or "个", units, said))),
        "share": lambda cell: float(values.to_unit(cell, "1", units, said)),
        "money": lambda cell: _within(values.to_fen(cell, units, said or item.unit)),
        "date": lambda cell: values.to_date(with_year(cell, said)),
        "timestamp": lambda cell: values.to_timestamp(with_year(cell, said)),
        "boolean": values.to_boolean,
    }
    return lambda given: (_by_contract(item, simple[item.type], given[0]),)


def _by_contract(item: ContractField, understand: Callable[[str], object], cell: str) -> object:
    """The value; one that no column holds breaks the contract's own limit, and that is the limit to be told."""
    try:
        return understand(cell)
    except values.Refused as refused:
        if item.range is not None and refused.code in ("above_range", "below_range"):
            refused.rule = shown_bound(item, item.range[refused.code == "above_range"])
        raise


def _within(number: int, bits: int = 63) -> int:
    if abs(number) >= 1 << bits:
        raise _beyond(number, f"{1 << bits:.1e}")
    return number


def _finite(number: float) -> float:
    if math.isinf(number):
        raise _beyond(number, "1.8e308")
    return number


def _beyond(number: float, limit: str) -> values.Refused:
    return values.Refused("above_range", limit) if number > 0 else values.Refused("below_range", f"-{limit}")


def _code(codes: Codes, name: str, given: Sequence[str]) -> str:
    listed = codes.lists[name]
    names = ["" if values.is_missing(name) else name for name in given[1:]]
    if not any(names):
        found = listed.find(given[0])
    elif values.is_missing(given[0]):
        found = codes.regions.find_names(*names)
    else:
        found = codes.regions.find_place(given[0], *names)
    if found.code is not None:
        return found.code
    if found.fault == "place_contradicts":
        raise values.Refused(found.fault, found.nearest or "")
    if found.fault == "ambiguous_code":
        raise values.Refused(found.fault, listed.file, found.nearest)
    every, near = listed.choices("".join(given), found.nearest)
    rule = code_rule(listed.file, every)
    raise values.Refused(found.fault or "unknown_code", rule, "\n".join(near) or None)


def code_rule(file: str, every: Iterable[Mapping[str, str]]) -> str:
    """The rule that an unknown code breaks, as it lands: the list, and a line for each code, its names by tabs."""
    return "\n".join([file, *(f"{names['zh']}\t{names['en']}" for names in every)])


def code_rule_parts(rule: str, language: str) -> tuple[str, list[str]]:
    """The list that a rule names, and the names of its codes in a language where it has them."""
    file, *every = rule.split("\n")
    return file, [name.split("\t")[language == "en"] for name in every]


def _period(cell: str) -> tuple[object, ...]:
    period = values.to_period(cell)
    return period.start, period.end, period.frequency


def _measured(codes: Codes, given: Sequence[str], said: str | None) -> tuple[object, ...]:
    """A figure in the canonical unit of its measure."""
    cell, unit, measure = given
    code = codes.lists["statistics_measures"].find(measure).code
    if code is None:  # the measure itself is the fault, and says so
        return None, None
    canonical = codes.measure_units[code]
    unit = unit.strip() or said or ""
    if canonical == "是否":
        plain = values.folded(cell).casefold()
        done = {"完成": True, "已完成": True, "未完成": False}.get(plain)
        return float(values.to_boolean(cell) if done is None else done), canonical
    if code in codes.unit_needed and not unit and not values.to_decimal(cell)[1]:
        raise values.Refused(_UNIT_MISSING[codes.units.find(canonical).dimension], canonical)
    value = values.to_unit(cell, canonical, codes.units, unit or None)
    if canonical == "1" and not 0 <= value <= 1:
        raise values.Refused("above_range" if value > 1 else "below_range", "1" if value > 1 else "0")
    if value < 0 and not code.endswith(NET):
        raise values.Refused("below_range", "0")
    if code in codes.bounds and (broken := codes.bounds[code].broken_by(value)):
        raise values.Refused(*broken)
    return float(value), canonical
