"""Cast a small table in Python, value by value; what comes out is what the SQL of `cast` makes of the same rows.

To plan that SQL takes longer than to cast some thousand rows here: the same dates, codes and numbers stand in many
files of an office, and each distinct one is understood once (`Context.known`). A test puts the same tables to both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.sources.cast import (
    FIGURE,
    NARROW,
    NO_FIGURE,
    REWRITTEN_ID,
    REWRITTEN_MARKS,
    WIDE,
    Context,
    as_day,
    inputs_of,
    missing_is_excused,
)
from pipelines.sources.columns import landed_columns, outputs, shown_bound
from pipelines.sources.contract import Contract, ContractField
from pipelines.sources.lookups import resolve_one, resolver
from pipelines.sources.masked_texts import masked, tidied
from pipelines.sources.readers import RawTable
from pipelines.sources.values import printed_moment

Row = tuple[int, int, Sequence[str | None]]  # record number, line, cells
Reason = dict[str, str | None]
_KNOWN_AT_MOST = 200_000
_NARROWED = str.maketrans(WIDE, NARROW)
_SPACES = "".join(map(chr, (0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)))  # as trim() of DuckDB


@dataclass
class Outcome:
    """What became of the rows: `columns` holds the landed columns of the accepted ones, `rejected` the others."""

    columns: list[list[Any]]
    accepted: int
    rejected: list[tuple[int, int, list[Reason]]]


@dataclass
class _Known:
    """The distinct values of a field that were understood: what lands of each, and why some cannot.

    `landed` has the value, of a field with several outputs a tuple of them, and nothing for what was refused; `refused`
    has code, rule and nearest.
    """

    landed: dict[Any, Any] = field(default_factory=dict)
    refused: dict[Any, tuple[Any, ...]] = field(default_factory=dict)


@dataclass
class _Table:
    """A table as it is being cast, column by column; `faults` are by row, each with its place among them."""

    raw: RawTable
    contract: Contract
    context: Context
    cells: dict[str, Sequence[str | None]]
    n: int
    typed: dict[str, list[Any]] = field(default_factory=dict)
    unread: dict[str, set[int]] = field(default_factory=dict)
    faults: dict[int, list[tuple[tuple[int, int, int], Reason]]] = field(default_factory=dict)

    def received(self, item: ContractField) -> Callable[[int], str | None]:
        """The text of the cells behind a field, by row, for the reasons; a figure's unit only beside a figure."""
        inputs = inputs_of(item, self.raw, self.contract)
        used = [self.cells[column] for column in (inputs[:2] if item.type == "measured" else inputs) if column]
        if len(used) == 1:
            return lambda i: used[0][i]
        if not used:
            return lambda i: None
        if item.type == "measured":
            figures, units = used
            has_unit = [
                bool(cell and units[i] is not None and re.search(FIGURE, cell)) for i, cell in enumerate(figures)
            ]
            return lambda i: f"{figures[i]} {units[i]}" if has_unit[i] else figures[i]
        return lambda i: " ".join(column[i] for column in used if column[i] is not None)

    def fault(
        self,
        place: tuple[int, int, int],
        rows: Iterable[int],
        code: str,
        item: ContractField,
        rule: str | None = None,
    ) -> None:
        """The same fault in some rows."""
        value = self.received(item)
        for i in rows:
            self.add(i, place, code, item.name, value(i), rule)

    def add(self, i: int, place: tuple[int, int, int], code: str, name: str, value, rule, nearest=None) -> None:
        reason = {"code": code, "field": name, "value": value, "rule": rule or None, "nearest": nearest}
        self.faults.setdefault(i, []).append((place, reason))


def cast_rows(rows: Sequence[Row], raw: RawTable, contract: Contract, context: Context) -> Outcome:
    """Cast the rows of one table.

    Args:
        rows: Their cells, by position; None (or nothing) where empty.
        raw: Which column holds which field, in which unit.
        contract: What the fields are.
        context: The file as a whole; what was understood before is in `context.known`.
    """
    by_position = list(zip(*(cells for _, _, cells in rows), strict=True)) if rows else []
    cells = {f"c{i}": column for i, column in enumerate(by_position)}
    if not rows:
        cells = {column: () for column in raw.columns.values()}
    table = _Table(raw, contract, context, cells, len(rows))
    for order, item in enumerate(contract.fields):
        _cast(table, order, item)
    _defaults(table)
    _conditions(table)
    good = [i for i in range(len(rows)) if i not in table.faults]
    table.typed |= {
        "file_id": [context.file_id] * len(rows),
        "sheet": [raw.sheet] * len(rows),
        "record_number": [row[0] for row in rows],
        "line_number": [row[1] for row in rows],
        "corrected_on": [None] * len(rows),
    }
    columns = [table.typed[name] for name in landed_columns(contract)]
    if table.faults:
        columns = [[column[i] for i in good] for column in columns]
    rejected = [
        (rows[i][0], rows[i][1], [reason for _, reason in sorted(told, key=lambda each: each[0])])
        for i, told in sorted(table.faults.items())
    ]
    return Outcome(columns, len(good), rejected)


def _is_rewritten(number: str) -> bool:
    return any(mark in number for mark in REWRITTEN_MARKS) and re.fullmatch(REWRITTEN_ID, number) is not None


def _cast(table: _Table, order: int, item: ContractField) -> None:
    contract = table.contract
    if item.name == "unit" and contract.kind == "statistics":
        return
    inputs = inputs_of(item, table.raw, contract)
    if not any(inputs):
        for name in outputs(item):
            table.typed[name] = [None] * table.n
        return
    if item.type == "text":
        received = table.cells[inputs[0]]
        table.typed[item.name] = [None if cell is None else _text(item, cell) for cell in received]
        limit = item.max_length
        if limit and any(cell is not None and len(cell) > limit for cell in received):
            long = [i for i, cell in enumerate(table.typed[item.name]) if cell is not None and len(cell) > limit]
            table.fault((0, order, 0), long, "too_long", item, str(limit))
        if item.name == "record_id":
            rewritten = [i for i, cell in enumerate(table.typed[item.name]) if cell is not None and _is_rewritten(cell)]
            table.fault((0, order, 1), rewritten, "id_rewritten", item, None)
        return
    keys, known = _understood(table, item, inputs)
    names = list(outputs(item))
    landed = list(map(known.landed.__getitem__, keys))
    if len(names) == 1:
        table.typed[names[0]] = landed
    else:
        table.typed |= {name: [one[place] for one in landed] for place, name in enumerate(names)}
    if known.refused.keys().isdisjoint(keys):
        return
    received = table.received(item)
    table.unread[item.name] = {i for i, key in enumerate(keys) if key in known.refused}
    for i in table.unread[item.name]:
        code, rule, nearest = known.refused[keys[i]]
        table.add(i, (0, order, 0), code, item.name, received(i), rule, nearest)


def _text(item: ContractField, cell: str) -> str | None:
    if item.name == "record_id":
        return (cell if cell.isascii() else cell.translate(_NARROWED)).strip(_SPACES) or None
    return masked(cell) if item.personal == "mask" else tidied(cell)


def _understood(table: _Table, item: ContractField, inputs: Sequence[str | None]) -> tuple[Sequence[Any], _Known]:
    """What each row says of a field, and what that means."""
    said = table.raw.heading_units.get(item.name)
    place = (table.contract.kind, item.name, said, *map(bool, inputs))
    known = table.context.known.setdefault(place, _Known())
    resolve, width = resolver(item, said, table.context.codes), len(outputs(item))
    places = [bool(column) for column in inputs]
    columns = [table.cells[column] for column in inputs if column]
    if len(known.landed) > _KNOWN_AT_MOST:
        known.landed.clear()
        known.refused.clear()
    keys: Sequence[Any] = columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))
    unknown = set(keys).difference(known.landed)
    if item.type == "timestamp":  # most of what is new in a file are moments as programs print them
        printed = {key: moment for key in unknown if key and (moment := printed_moment(key)) is not None}
        known.landed |= printed if width == 1 else {key: [moment, moment.hour] for key, moment in printed.items()}
        unknown.difference_update(printed)
    for key in unknown:
        given = [part or "" for part in ((key,) if len(columns) == 1 else key)]
        *landed, code, rule, nearest = resolve_one(resolve, given, places, width)
        known.landed[key] = landed[0] if width == 1 else landed
        if code is not None:
            known.refused[key] = (code, rule, nearest)
    return keys, known


def _defaults(table: _Table) -> None:
    typed, contract = table.typed, table.contract
    for item in contract.fields:
        if item.default is not None:
            typed[item.name] = [item.default if value is None else value for value in typed[item.name]]
    typed["source"] = [table.context.source if value is None else value for value in typed["source"]]
    parts = (
        [typed[part] for part in ("measure", "sector_code", "frequency", "period_start", "period_end")]
        if (contract.kind == "statistics")
        else []
    )
    made = []
    for i, own in enumerate(typed["record_id"]):
        if own is None and typed["status"][i] == "zero_return":
            own = _joined("zero-return", typed[contract.date_field][i])
        elif own is None and parts:
            own = _joined(*(part[i] for part in parts))
        made.append(own)
    typed["record_id"] = made


def _joined(*parts: object) -> str:
    return ":".join(str(part) for part in parts if part is not None)


def _conditions(table: _Table) -> None:
    typed, contract = table.typed, table.contract
    for order, item in enumerate(contract.fields):
        name = next(iter(outputs(item)))
        values = typed.get(name, ())
        if item.required and None in values:
            excused = missing_is_excused(item, contract)
            passed = table.unread.get(item.name, set()) | (
                table.unread.get("measure", set()) if item.type == "measured" else set()
            )
            rows = [i for i, value in enumerate(values) if value is None and i not in passed]
            rows = [i for i in rows if typed["status"][i] not in excused]
            table.fault((1, order, 0), rows, "missing_required", item)
        there = [value for value in values if value is not None] if item.range is not None or item.past else []
        if item.range is not None and there:
            low, high = item.range
            if min(there) < low:
                below = [i for i, value in enumerate(values) if value is not None and value < low]
                table.fault((1, order, 1), below, "below_range", item, shown_bound(item, low))
            if max(there) > high:
                above = [i for i, value in enumerate(values) if value is not None and value > high]
                table.fault((1, order, 2), above, "above_range", item, shown_bound(item, high))
        limit = table.context.received_on
        if item.past and there and as_day(max(there)) > limit:
            later = [i for i, value in enumerate(values) if value is not None and as_day(value) > limit]
            table.fault((1, order, 3), later, "in_future", item, limit.isoformat())
        if item.over:
            _not_over(table, order, item)
    for order, rule in enumerate(contract.rules):
        sides = (rule.other, rule.field) if rule.at_least else (rule.field, rule.other)
        pairs = zip(*(_comparable(table, side) for side in sides), strict=True)
        broken = [i for i, (low, high) in enumerate(pairs) if low is not None and high is not None and low > high]
        code = "below_other" if rule.at_least else "above_other"
        other_received = table.received(contract.by_name[rule.other])
        received = table.received(contract.by_name[rule.field])
        for i in broken:
            told = f"{table.raw.heading_of(rule.other)} {other_received(i) or ''}".strip()
            table.add(i, (2, order, 0), code, rule.field, received(i), told)


def _not_over(table: _Table, order: int, item: ContractField) -> None:
    """The periods that end after the day of the report; see `cast`."""
    typed, context = table.typed, table.context
    told = (typed[name] for name in ("period_end", "reported_at", "measure", "status"))
    for i, (end, reported_at, measure, status) in enumerate(zip(*told, strict=True)):
        day = as_day(reported_at) if reported_at else context.received_on
        is_figure = measure is not None and measure not in context.codes.set_ahead and status not in NO_FIGURE
        if end is not None and end > day and is_figure:
            table.fault((1, order, 4), [i], "not_over", item, day.isoformat())


def _comparable(table: _Table, name: str) -> Sequence[Any]:
    """The values of a field; of moments their days."""
    values = table.typed[name]
    if table.contract.by_name[name].type != "timestamp":
        return values
    return [None if value is None else value.date() for value in values]


def leave_out_repeated(outcome: Outcome, contract: Contract) -> None:
    """Move the accepted rows that report what a row before them does to the rejected ones; see `duplicates`."""
    names = list(landed_columns(contract))
    by_name = dict(zip(names, outcome.columns, strict=True))
    parts = [by_name[name] for name in (*contract.key, *(["vintage"] if contract.kind == "statistics" else []))]
    words = [status if status in ("revised", "struck_off") else None for status in by_name["status"]]
    keys = list(zip(*parts, words, by_name["reported_at"], strict=True))
    if len(set(keys)) == len(keys):
        return
    first: dict[Any, int] = {}
    lines, numbers, own = (by_name[name] for name in ("line_number", "record_number", "record_id"))
    kept = []
    for i, key in enumerate(keys):
        if first.setdefault(key, i) == i:
            kept.append(i)
            continue
        reason = {"code": "duplicate", "field": "record_id", "value": own[i], "rule": str(lines[first[key]])}
        outcome.rejected.append((numbers[i], lines[i], [{**reason, "nearest": None}]))
    outcome.columns = [[column[i] for i in kept] for column in outcome.columns]
    outcome.accepted = len(kept)
