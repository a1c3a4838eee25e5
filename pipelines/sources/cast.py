"""From a table of text to a typed table: the SQL that a contract asks for.

A value in its plainest form (1234, 56.7, 2024-03-01) is cast by DuckDB while the file is read. The other values of a
column are few and repeat, so each *distinct* one goes through `values` or the code lists once, in Python, and comes
back by a join. A row is accepted when every fault condition is untrue of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import duckdb

from pipelines.sources import masked_texts
from pipelines.sources.codes import Codes
from pipelines.sources.columns import landed_columns, outputs, shown_bound
from pipelines.sources.contract import NAME_FIELDS, Contract, ContractField
from pipelines.sources.fast_casts import fast_casts
from pipelines.sources.lookups import insert_rows, listed_type, resolve_all, resolver
from pipelines.sources.masked_texts import look_up_masked
from pipelines.sources.personal import mask_sql
from pipelines.sources.readers import RawTable

LOOKUP = "lookup"
NO_FIGURE = ("struck_off", "zero_return")  # statuses of rows that report no figure
_AT_ONCE = 10_000
WIDE = "".join(chr(code + 0xFEE0) for code in range(0x21, 0x7F)) + "\u3000"
FIGURE = "[0-9０-９]"  # a cell with none holds no figure that a unit could belong to
NARROW = "".join(map(chr, range(0x21, 0x7F))) + " "

REWRITTEN_ID = r'\d(\.\d+)?[eE]\+\d+|=".*'
"""What a spreadsheet makes of a long number, whose last digits are lost (1.2E+17), and how some programs prevent it."""
REWRITTEN_MARKS = ("e+", "E+", '="')


@dataclass
class Fault:
    """A condition that makes a row unacceptable, and what to say of it.

    `value_of`, `rule_of` and `nearest_of` name columns of the typed table; `rule` is the same for every row, and stands
    before what `rule_of` holds. A code `lookup` means that the look-up table of the field says which fault it is.
    """

    code: str
    field: str
    condition: str
    rule: str = ""
    value_of: str | None = None
    rule_of: str | None = None

    def reason(self, row: dict[str, str | None]) -> dict[str, str | None]:
        """What lands beside the row: code, field, value, rule, nearest."""
        value = row[self.value_of] if self.value_of else None
        if self.code == LOOKUP:
            told = {name: row[f"{name}_{self.field}"] for name in ("rule", "nearest")}
            return {"code": row[f"fault_{self.field}"], "field": self.field, "value": value, **told}
        rule = f"{self.rule} {row[self.rule_of] or ''}".strip() if self.rule_of else self.rule
        return {"code": self.code, "field": self.field, "value": value, "rule": rule or None, "nearest": None}


@dataclass(frozen=True)
class Seen:
    """What a column really holds, so that a condition nothing can break is not put to every row."""

    left_over: int = 0
    has_null: bool = True
    low: object = None
    high: object = None

    def with_values(self, more: Sequence[object], has_null: bool) -> Seen:
        """With the values that a look-up found beside those in plain form."""
        known = [value for value in (self.low, self.high, *more) if value is not None]
        low, high = (min(known), max(known)) if known else (None, None)
        return Seen(0, self.has_null or has_null, low, high)


@dataclass
class Plan:
    """The SQL of one table: `fast` goes into the reading, the rest over the filled table."""

    table: str
    fast: dict[str, str]
    seen: dict[str, Seen] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    joins: list[str] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class Context:
    """What is known of the file as a whole.

    `known` holds the values that were understood in other files under the same code lists; see `row_by_row`.
    """

    file_id: str
    source: str
    received_on: date
    codes: Codes
    known: dict[tuple[object, ...], Any] = field(default_factory=dict)


def plan_cast(con: duckdb.DuckDBPyConnection, table: str, contract: Contract, raw: RawTable, context: Context) -> Plan:
    """Plan the cast of the filled table `table`, whose fast casts stand in columns `f_<field>`.

    Makes one temporary look-up table for each field that has values in another than the plainest form.
    """
    plan = Plan(table, fast_casts(contract, raw, context.codes))
    _survey(con, plan, contract, raw)
    for item in contract.fields:
        inputs = inputs_of(item, raw, contract)
        if item.name == "unit" and contract.kind == "statistics":
            continue
        if not any(inputs):
            for name, kind in outputs(item).items():
                plan.typed[name] = f"CAST(NULL AS {kind})"
        elif item.type == "text":
            seen = plan.seen[item.name]
            if item.personal == "mask" and 0 < seen.left_over <= masked_texts.FEW:
                join, plan.typed[item.name] = look_up_masked(con, table, item.name, inputs[0])
                plan.joins.append(join)
            else:
                plan.typed[item.name] = _text(item, inputs[0], bool(seen.left_over))
            if item.max_length and (seen.high or 0) > item.max_length:
                long = f"length({item.name}) > {item.max_length}"
                plan.faults.append(Fault("too_long", item.name, long, str(item.max_length), f"raw_{item.name}"))
            if item.name == "record_id":
                marked = " OR ".join(f"contains(record_id, {text(mark)})" for mark in REWRITTEN_MARKS)
                rewritten = f"({marked}) AND regexp_full_match(record_id, {text(REWRITTEN_ID)})"
                plan.faults.append(Fault("id_rewritten", item.name, rewritten, value_of="raw_record_id"))
        elif item.name in plan.fast and not plan.seen[item.name].left_over:
            plan.typed |= _fast_outputs(item, inputs[0])
        else:
            _look_up(con, plan, item, inputs, raw, context)
        plan.extra[f"raw_{item.name}"] = _as_received(item, inputs)
    _defaults(plan, contract, raw, context)
    _conditions(plan, contract, raw, context)
    return plan


def typed_sql(plan: Plan, raw: RawTable, left_out: str | None, extra: Iterable[str]) -> str:
    """The SELECT of every landed column and, of what stands beside them (raw values, faults), that which is asked for.

    `left_out` names a table of record numbers that have no part in it.
    """
    wanted = plan.typed | {name: plan.extra[name] for name in extra}
    columns = [f"{sql} AS {name}" for name, sql in wanted.items()]
    numbers = ((raw.record_number, "record_number"), (raw.line_number, "line_number"))
    more = "".join(f", {sql} AS {name}" for sql, name in numbers if sql != name)
    only = f" WHERE {raw.record_number} NOT IN (SELECT record_number FROM {left_out})" if left_out else ""
    rows = f"(SELECT *{more} FROM {plan.table}{only}) AS r"
    return f"SELECT r.record_number, r.line_number, {', '.join(columns)} FROM {rows} {' '.join(plan.joins)}"


def accepted_sql(plan: Plan, raw: RawTable, contract: Contract, context: Context, left_out: str | None) -> str:
    """The rows that land."""
    of_file = {
        "file_id": _constant(context.file_id),
        "sheet": _constant(raw.sheet),
        "corrected_on": "CAST(NULL AS DATE)",
    }
    columns = [f"{of_file[name]} AS {name}" if name in of_file else name for name in landed_columns(contract)]
    good = " AND ".join(f"({fault.condition}) IS NOT TRUE" for fault in plan.faults) or "TRUE"
    found = [name for name in plan.extra if name.startswith(("fault_", "day_"))]
    return f"SELECT {', '.join(columns)} FROM ({typed_sql(plan, raw, left_out, found)}) WHERE {good}"


def rejected(
    con: duckdb.DuckDBPyConnection, plan: Plan, raw: RawTable, left_out: str | None
) -> Iterator[tuple[int, int, list[dict[str, str | None]]]]:
    """Record number, line number and reasons of the rows that do not land."""
    bad = " OR ".join(f"({fault.condition}) IS TRUE" for fault in plan.faults) or "FALSE"
    which = ", ".join(f"CASE WHEN {fault.condition} THEN {i} END" for i, fault in enumerate(plan.faults))
    names = list(plan.extra)
    told = ", ".join(["record_number", "line_number", f"concat_ws(',', {which})", *names])
    found = con.execute(f"SELECT {told} FROM ({typed_sql(plan, raw, left_out, names)}) WHERE {bad}")
    while rows := found.fetchmany(_AT_ONCE):
        for record, line, faults, *facts in rows:
            row = dict(zip(names, facts, strict=True))
            yield record, line, [plan.faults[int(i)].reason(row) for i in faults.split(",")]


def text(value: object) -> str:
    """A string as an SQL literal; None is NULL."""
    return "NULL" if value is None else "'" + str(value).replace("'", "''") + "'"


def record_id_sql(column: str) -> str:
    """The number of a record as it lands: without blanks around it, in narrow signs; NULL where there is none."""
    return f"NULLIF(trim(translate({column}, {text(WIDE)}, {text(NARROW)})), '')"


def inputs_of(item: ContractField, raw: RawTable, contract: Contract) -> tuple[str | None, ...]:
    """The columns that say something of a field; None for those that the file lacks."""
    own = raw.columns.get(item.name)
    if item.name == "region_code":
        return (own, *(raw.columns.get(name) for name in NAME_FIELDS))
    if item.type == "measured":
        return (own, raw.columns.get("unit"), raw.columns.get("measure"))
    return (own,)


def _text(item: ContractField, column: str, is_untidy: bool) -> str:
    column = f"r.{column}"
    if not is_untidy:
        return column
    if item.name == "record_id":
        return record_id_sql(column)
    plain = f"NULLIF(trim({column}, ' 　\t\r\n'), '')"
    return f"CASE WHEN r.f_{item.name} THEN {mask_sql(plain)} ELSE {column} END" if item.personal == "mask" else plain


def _fast_outputs(item: ContractField, column: str) -> dict[str, str]:
    """What lands of a value in plain form; one without a colon is a day, and has no hour."""
    fast = {item.name: f"r.f_{item.name}"}
    if item.hour is not None:
        fast[item.hour] = f"CASE WHEN contains(r.{column}, ':') THEN CAST(hour(r.f_{item.name}) AS INTEGER) END"
    return fast


def _as_received(item: ContractField, inputs: tuple[str | None, ...]) -> str:
    """The text of the cells behind a field, for the reasons; a figure's unit only beside a figure."""
    used = [f"r.{column}" for column in (inputs[:2] if item.type == "measured" else inputs) if column]
    if len(used) > 1 and item.type == "measured":
        return (
            f"CASE WHEN regexp_matches({used[0]}, '{FIGURE}') THEN concat_ws(' ', {', '.join(used)}) ELSE {used[0]} END"
        )
    if len(used) > 1:
        return f"concat_ws(' ', {', '.join(used)})"
    return used[0] if used else "CAST(NULL AS VARCHAR)"


def _survey(con: duckdb.DuckDBPyConnection, plan: Plan, contract: Contract, raw: RawTable) -> None:
    """Look over the table once: which values the fast cast left over, which texts need tidying, and the extremes."""
    names, parts = [], []
    for item in contract.fields:
        column = raw.columns.get(item.name)
        if column is None or (item.name not in plan.fast and item.type != "text"):
            continue
        names.append(item.name)
        nulls = f"count(*) - count({column})"
        if item.personal == "mask":
            parts.append(f"count(*) FILTER (f_{item.name}), {nulls}, NULL, max(length({column}))")
        elif item.type == "text":
            ends = " OR ".join(f"ends_with({column}, '{sign}')" for sign in (" ", "　", "\t", "\r", "\n"))
            untidy = f"{column} < '!' OR starts_with({column}, '　') OR {ends}"
            if item.name == "record_id":
                untidy += f" OR strlen({column}) <> length({column})"
            parts.append(f"count(*) FILTER ({untidy}), {nulls}, NULL, max(length({column}))")
        else:
            fast = f"f_{item.name}"
            parts.append(f"count({column}) - count({fast}), {nulls}, min({fast}), max({fast})")
    if not names:
        return
    found = con.execute(f"SELECT {', '.join(parts)} FROM {plan.table}").fetchall()[0]
    for i, name in enumerate(names):
        left_over, nulls, low, high = found[4 * i : 4 * i + 4]
        is_blank = left_over > 0 and contract.by_name[name].type == "text"
        plan.seen[name] = Seen(left_over, nulls > 0 or is_blank, low, high)


def _look_up(
    con: duckdb.DuckDBPyConnection,
    plan: Plan,
    item: ContractField,
    inputs: tuple[str | None, ...],
    raw: RawTable,
    context: Context,
) -> None:
    """Resolve each distinct value (or combination) of the field once, and join the outcome."""
    table, name, has_fast = f"lookup_{item.name}", item.name, item.name in plan.fast
    used = [column for column in inputs if column]
    first = f"(CASE WHEN r.f_{name} IS NULL THEN r.{used[0]} END)" if has_fast else f"coalesce(r.{used[0]}, '')"
    keys = [first, *(f"coalesce(r.{column}, '')" for column in used[1:])]
    where = f" WHERE {first} IS NOT NULL" if has_fast else ""
    distinct = con.execute(f"SELECT DISTINCT {', '.join(keys)} FROM {plan.table} AS r{where}").fetchall()
    resolve = resolver(item, raw.heading_units.get(name), context.codes)
    places = [column is not None for column in inputs]
    rows = resolve_all(resolve, distinct, places, len(outputs(item)))
    columns = {f"k{i}": "VARCHAR" for i in range(len(keys))}
    for place, (output, kind) in enumerate(outputs(item).items(), start=len(keys)):
        columns[f"v_{output}"] = listed_type(row[place] for row in rows) if kind == "VARCHAR" else kind
    columns |= {"fault": "VARCHAR", "rule": "VARCHAR", "nearest": "VARCHAR"}
    insert_rows(con, table, columns, rows)
    outcomes = [(row[len(keys)], row[-3]) for row in rows]
    has_null = any(value is None and fault is None for value, fault in outcomes)
    before = plan.seen.get(name, Seen(has_null=False))
    plan.seen[name] = before.with_values([value for value, _ in outcomes if value is not None], has_null)
    plan.joins.append(f"LEFT JOIN {table} ON " + " AND ".join(f"{table}.k{i} = {key}" for i, key in enumerate(keys)))
    fast = _fast_outputs(item, used[0]) if has_fast else {}
    for output in outputs(item):
        looked_up = f"{table}.v_{output}"
        plan.typed[output] = f"coalesce({fast[output]}, {looked_up})" if has_fast else looked_up
    for part in ("fault", "rule", "nearest"):
        plan.extra[f"{part}_{name}"] = f"{table}.{part}"
    if any(fault is not None for _, fault in outcomes):
        plan.faults.append(Fault(LOOKUP, name, f"fault_{name} IS NOT NULL", value_of=f"raw_{name}"))


def _constant(value: str) -> str:
    return f"CAST({text(value)} AS {listed_type([value])})"


def _defaults(plan: Plan, contract: Contract, raw: RawTable, context: Context) -> None:
    typed = plan.typed
    for item in contract.fields:
        default = context.source if item.name == "source" else item.default
        if isinstance(default, str):
            is_alone = raw.columns.get(item.name) is None
            typed[item.name] = _constant(default) if is_alone else f"coalesce({typed[item.name]}, {text(default)})"
        elif default is not None:
            typed[item.name] = f"coalesce({typed[item.name]}, {str(default).upper()})"
    derived = ["'zero-return'", f"CAST({typed[contract.date_field]} AS VARCHAR)"]
    made = f"CASE WHEN {typed['status']} = 'zero_return' THEN concat_ws(':', {', '.join(derived)}) END"
    if contract.kind == "statistics":
        parts = ("measure", "sector_code", "frequency", "period_start", "period_end")
        figure = f"concat_ws(':', {', '.join(f'CAST({typed[part]} AS VARCHAR)' for part in parts)})"
        made = f"coalesce({made}, {figure})"
    typed["record_id"] = f"coalesce({typed['record_id']}, {made})"


def _conditions(plan: Plan, contract: Contract, raw: RawTable, context: Context) -> None:
    """Everything the contract forbids beyond a value that cannot be read."""
    add = plan.faults.append
    for item in contract.fields:
        name = next(iter(outputs(item)))
        raw_value = f"raw_{item.name}"
        seen = plan.seen.get(item.name, Seen())
        if item.required and seen.has_null:
            unless = missing_is_excused(item, contract)
            excused = f" AND status NOT IN ({', '.join(map(text, unless))})" if unless else ""
            unread = f" AND fault_{item.name} IS NULL" if f"fault_{item.name}" in plan.extra else ""
            if item.type == "measured" and "fault_measure" in plan.extra:
                unread += " AND fault_measure IS NULL"
            add(Fault("missing_required", item.name, f"{name} IS NULL{unread}{excused}", value_of=raw_value))
        if item.range is not None and seen.high is not None:
            low, high = item.range
            if seen.low < low:
                add(Fault("below_range", item.name, f"{name} < {_number(low)}", shown_bound(item, low), raw_value))
            if seen.high > high:
                add(Fault("above_range", item.name, f"{name} > {_number(high)}", shown_bound(item, high), raw_value))
        if item.past and seen.high is not None and as_day(seen.high) > context.received_on:
            limit = context.received_on.isoformat()
            add(Fault("in_future", item.name, f"CAST({name} AS DATE) > DATE '{limit}'", limit, raw_value))
        if item.over:
            add(_not_over(plan, item, context))
    for rule in contract.rules:
        if any(plan.seen.get(side, Seen()).high is None for side in (rule.field, rule.other)):
            continue
        sides = [_comparable(contract, side) for side in (rule.field, rule.other)]
        sign, code = ("<", "below_other") if rule.at_least else (">", "above_other")
        condition = f"{sides[0]} {sign} {sides[1]}"
        other = raw.heading_of(rule.other)
        add(Fault(code, rule.field, condition, other, f"raw_{rule.field}", f"raw_{rule.other}"))


def _not_over(plan: Plan, item: ContractField, context: Context) -> Fault:
    """A period that ends after the day of the report: nobody knows yet what it brings."""
    plan.extra["day_of_report"] = (
        f"CAST(coalesce(CAST({plan.typed['reported_at']} AS DATE), DATE '{context.received_on}') AS VARCHAR)"
    )
    ahead = ", ".join(map(text, sorted(context.codes.set_ahead))) or "''"
    condition = (
        f"CAST(period_end AS VARCHAR) > day_of_report AND measure NOT IN ({ahead}) "
        f"AND status NOT IN ({', '.join(map(text, NO_FIGURE))})"
    )
    return Fault("not_over", item.name, condition, value_of=f"raw_{item.name}", rule_of="day_of_report")


def missing_is_excused(item: ContractField, contract: Contract) -> list[str]:
    """The statuses under which a required field may be empty: a zero return has few, a strike-off need not repeat."""
    name = next(iter(outputs(item)))
    unless = [] if name in ("region_code", contract.date_field, "status") else ["zero_return"]
    return unless if item.name in ("record_id", "region_code") else [*unless, "struck_off"]


def _number(bound: float) -> str:
    return f"{bound:.0f}" if bound == int(bound) else repr(bound)


def as_day(moment: date) -> date:
    """The day of a date or timestamp."""
    return moment.date() if isinstance(moment, datetime) else moment


def _comparable(contract: Contract, name: str) -> str:
    item = contract.by_name[name]
    return f"CAST({name} AS DATE)" if item.type in ("date", "timestamp") else name
