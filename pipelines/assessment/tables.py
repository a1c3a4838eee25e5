"""The `assess_*` tables: every plan at every quarter-end and at its newest date, written into an open build."""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from fractions import Fraction

import duckdb

from pipelines import clock
from pipelines.assessment.assess import Assessment, assess_targets, with_reopenings
from pipelines.assessment.assessor import Archive, Office, as_of_dates
from pipelines.assessment.control_figures import control_figures
from pipelines.assessment.control_spans import control_spans
from pipelines.assessment.kept_dates import kept_dates
from pipelines.assessment.mostly import display_of
from pipelines.assessment.reasons import measured_as
from pipelines.assessment.schema import TABLES
from pipelines.assessment.series import Ask
from pipelines.assessment.values import is_over, month_is_closed
from pipelines.assessment.year_on_year import MEASURE, year_on_year
from pipelines.catalogue.model import Indicator
from pipelines.plans import Plan, load_facts, load_parents, resolve
from pipelines.plans.lint import Doubt, lint
from pipelines.progress import Progress, Silent
from pipelines.settings import Settings
from pipelines.texts import say

Rows = dict[str, list[tuple]]


def write_assessments(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    catalogue: Mapping[str, Indicator],
    plans: Mapping[str, Plan],
    progress: Progress | None = None,
    today: dt.date | None = None,
    compared: Collection[str] | None = None,
) -> None:
    """Assess every plan and create the `assess_*` tables; tables of the same name are replaced.

    Args:
        con: Connection to the open build, with the marts in it.
        settings: Thresholds and the folder of code lists.
        catalogue: Indicators by id.
        plans: Plans by id.
        progress: Who watches.
        today: Nothing is assessed at a later date; None = the calendar's today.
        compared: Marts that changed since the tables that are there were written, by the same definitions, with
            their rows `before__<mart>` and `after__<mart>`; only what these can have changed is assessed anew. None
            assesses everything.
    """

    def ask(sql: str, params: list) -> list[tuple]:
        return con.execute(sql, params).fetchall()

    office = Office.open(settings, catalogue, plans)
    dates = as_of_dates(ask, plans.values(), today or clock.today())
    kept = {} if compared is None else kept_dates(ask, plans.values(), dates, compared)
    open_dates = {plan_id: found[len(kept.get(plan_id, ())) :] for plan_id, found in dates.items()}
    archive = Archive(ask, office, [plan for plan in plans.values() if open_dates[plan.id]], open_dates)
    sectors = [code for (code,) in ask("SELECT sector_code FROM mart_sectors ORDER BY sort_order, sector_code", [])]
    synthetic = {code for (code,) in ask(_SYNTHETIC, [])}
    rows: Rows = {name: [] for name in TABLES}
    printed = load_facts(settings.path("plans") / "published-facts.csv")
    found = lint(plans, catalogue, printed, load_parents(settings.path("codes")))
    _definitions(rows, office, dates, synthetic, found)
    total = sum(len(found) for found in open_dates.values())
    with _no_collection(), (progress or Silent()).task(say("assessment.assessing"), total) as advance:
        for plan in plans.values():
            before = _verdicts(ask, plan.id, kept[plan.id][-1]) if kept.get(plan.id) else {}
            for as_of in open_dates[plan.id]:
                now = with_reopenings(assess_targets(archive, plan, as_of), before)
                for one in now:
                    _assessment(rows, archive, one)
                if plan.figures == "records":
                    _comparisons(rows, archive, plan, as_of, sectors)
                before = {one.target.id: one.verdict for one in now}
                advance(1)
    for name, columns in TABLES.items():
        if compared is not None and "as_of_on" in columns and name != "assess_as_of_dates":
            _renew(con, name, columns, rows[name], kept)
        else:
            create_table(con, name, columns, rows[name])


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Without the collector of cycles: of the rows made here none is one, and to walk them all takes a tenth more."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _verdicts(ask: Ask, plan_id: str, as_of: dt.date) -> dict[str, str]:
    """The verdicts of a plan that were kept at a date, by target."""
    sql = "SELECT target_id, verdict FROM assess_assessments WHERE plan_id = ? AND as_of_on = ?"
    return dict(ask(sql, [plan_id, as_of]))


def _renew(
    con: duckdb.DuckDBPyConnection,
    name: str,
    columns: Mapping[str, str],
    rows: list[tuple],
    kept: Mapping[str, list[dt.date]],
) -> None:
    """Leave the rows of the kept dates in a table and put the new ones beside them."""
    pairs = [(plan_id, as_of) for plan_id, found in kept.items() for as_of in found]
    create_table(con, "kept_dates", {"plan_id": "VARCHAR", "as_of_on": "DATE"}, pairs, is_temporary=True)
    con.execute(f"DELETE FROM {name} WHERE (plan_id, as_of_on) NOT IN (SELECT (plan_id, as_of_on) FROM kept_dates)")
    create_table(con, "fresh_rows", columns, rows, is_temporary=True)
    con.execute(f"INSERT INTO {name} BY NAME SELECT * FROM fresh_rows")


def create_table(
    con: duckdb.DuckDBPyConnection,
    name: str,
    columns: Mapping[str, str],
    rows: list[tuple],
    *,
    is_temporary: bool = False,
) -> None:
    """One table from rows; JSON in one parameter is twice as fast as lists, and needs no pandas."""
    kind = "TEMP TABLE" if is_temporary else "TABLE"
    lists = {column: [row[place] for row in rows] for place, column in enumerate(columns)}
    shape = json.dumps({column: [kind] for column, kind in columns.items()})
    fields = ", ".join(f'UNNEST(j."{column}") AS "{column}"' for column in columns)
    sql = f"CREATE OR REPLACE {kind} {name} AS SELECT {fields} FROM (SELECT from_json($1::JSON, '{shape}') AS j)"
    con.execute(sql, [json.dumps(lists, ensure_ascii=False, default=_plain, allow_nan=False)])


def _plain(value: object) -> object:
    """Dates as ISO text, fractions as the nearest double."""
    return value.isoformat() if isinstance(value, dt.date) else float(value)


def _definitions(
    rows: Rows, office: Office, dates: Mapping[str, list[dt.date]], synthetic: set[str], found: Iterable[Doubt]
) -> None:
    rows["assess_preferred_sources"] += enumerate(office.settings.statistics.preferred)
    doubts: dict[tuple[str, str], list[dict]] = {}
    for place, doubt in enumerate(found):
        told = {"code": doubt.code, "zh": doubt.tell("zh"), "en": doubt.tell("en")}
        doubts.setdefault((doubt.plan_id, doubt.target_id), []).append(told)
        where = (doubt.plan_id, doubt.target_id, place, doubt.code, doubt.clause)
        rows["assess_doubts"].append((*where, told["zh"], told["en"]))
    used: dict[str, Indicator] = {}
    for plan in office.plans.values():
        mine = dates[plan.id]
        rows["assess_plans"].append(
            (
                plan.id,
                plan.title.zh,
                plan.title.en,
                plan.region_code,
                plan.parent,
                plan.period.start,
                plan.period.end,
                plan.baseline_year,
                plan.region_code in synthetic and plan.figures == "records",
                mine[-1] if mine else None,
            )
        )
        for name in dict.fromkeys(target.indicator for target in plan.targets):
            for known in office.breaks_of(plan.region_code, office.catalogue[name]):
                place = (known.code, plan.region_code, plan.id, name)
                rows["assess_breaks"].append((*place, known.begins_on, known.name_zh, known.name_en))
        quarter_days = {(3, 31), (6, 30), (9, 30), (12, 31)}
        for as_of in mine:
            is_quarter_end = (as_of.month, as_of.day) in quarter_days
            rows["assess_as_of_dates"].append((plan.id, as_of, as_of == mine[-1], is_quarter_end))
        for place, target in enumerate(plan.targets):
            indicator = used.setdefault(target.indicator, office.indicator(plan, target))
            decides = resolve(office.plans, plan.id, target.id) if target.kind == "inherited" else None
            rule = decides.target if decides else target
            shown = display_of(target, rule, indicator)
            measured = measured_as(target, rule, indicator)
            rows["assess_targets"].append(
                (
                    plan.id,
                    target.id,
                    place,
                    target.name.zh,
                    target.name.en,
                    target.indicator,
                    target.kind,
                    ">=" if rule.required_share is not None else target.operator or rule.operator,
                    target.value,
                    target.unit,
                    target.printed,
                    shown.unit.zh,
                    shown.unit.en,
                    shown.factor,
                    shown.decimals,
                    target.nature,
                    target.due_year,
                    target.clause,
                    target.quote,
                    json.dumps(doubts.get((plan.id, target.id), []), ensure_ascii=False),
                    target.section,
                    target.category,
                    target.ledger_row,
                    target.gdp_basis,
                    measured.zh if measured else None,
                    measured.en if measured else None,
                    decides.plan_id if decides else None,
                    decides.target.id if decides else None,
                )
            )
    for indicator in used.values():
        rows["assess_indicators"].append(_indicator(indicator, office))


def _indicator(indicator: Indicator, office: Office) -> tuple:
    return (
        indicator.id,
        indicator.title.zh,
        indicator.title.en,
        indicator.unit.zh,
        indicator.unit.en,
        office.unit_of(indicator.numerator),
        office.unit_of(indicator.denominator),
        indicator.display.unit.zh,
        indicator.display.unit.en,
        indicator.display.factor,
        indicator.display.decimals,
        indicator.form,
        indicator.kind,
        indicator.better,
        indicator.formula.zh,
        indicator.formula.en,
        json.dumps(indicator.explain.model_dump(), ensure_ascii=False),
    )


def _assessment(rows: Rows, archive: Archive, one: Assessment) -> None:
    key = (one.plan.id, one.target.id, one.as_of.isoformat())
    progress, compared = one.progress, one.comparison
    rows["assess_assessments"].append(
        (
            *key,
            progress.value,
            progress.year,
            progress.is_provisional,
            one.facts.get("baseline_year"),
            one.baseline,
            one.baseline_printed,
            one.shown_bound.operator if one.shown_bound else None,
            one.shown_bound.value if one.shown_bound else None,
            progress.required,
            progress.pace,
            progress.elapsed,
            progress.elapsed_at_value,
            progress.rate,
            progress.rate_kind,
            progress.room,
            progress.total,
            progress.so_far,
            progress.ratio_of_sums,
            compared.now if compared else None,
            compared.before if compared else None,
            compared.rolling if compared else None,
            compared.through_month if compared else None,
            one.verdict,
            one.finding.settled,
            one.finding.reason,
            json.dumps(one.facts, ensure_ascii=False),
            json.dumps(one.flags),
        )
    )
    for year in one.years.values():
        counted = None if year.is_part else year.numerator
        counts = (_number(year.value), _number(counted), _number(year.denominator))
        state = (year.is_final, year.is_complete, year.missing_reason, year.vintage)
        rows["assess_years"].append((*key, year.year, *counts, *state))
    for year, required in sorted(progress.path.items()):
        rows["assess_path"].append((*key, year, float(required), _number(progress.budget.get(year))))
    for part in one.parts:
        rows["assess_contributions"].append((*key, part.from_year, part.to_year, part.part, float(part.amount)))
    for result in one.regions:
        bound = result.bound
        rows["assess_regions"].append(
            (*key, result.region_code, bound.operator, bound.value, result.value, result.year, result.finding.settled)
        )
    for year in one.watched:
        test = (year.tested_now, year.tested_before, year.p_value, year.q_value, year.finding)
        rows["assess_watched"].append((*key, year.year, year.now, year.before, year.measure, *test))
    rows["assess_months"].extend((*key, *month) for month in _months(archive, one))


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _months(archive: Archive, one: Assessment) -> Iterator[tuple[str, int, bool]]:
    """Monthly sums of the numerator: zero where the month is reported without any, absent where it is not reported.

    Of a demand on each of several regions they are those of the one that is shown. Absent is also a month with records
    in a file that lacks the column. A month of a past year whose owed returns have not all come would be a part and is
    absent; one of the running year is provisional.
    """
    source, measure = one.indicator.numerator.source(one.plan.figures)
    if source != "measure":
        return
    region, as_of = one.facts.get("furthest", one.plan.region_code), one.as_of
    kind = archive.office.kinds[measure]
    yield from archive.facts.once(
        ("monthly", region, measure, kind, as_of), lambda: list(_monthly(archive, region, measure, kind, as_of))
    )


def _monthly(archive: Archive, region: str, measure: str, kind: str, as_of: dt.date) -> Iterator[tuple[str, int, bool]]:
    months = archive.facts.months(region, measure, as_of)
    reported = archive.facts.reported_months(region, kind, as_of)
    owing = archive.facts.owing_years(region, kind)
    unknown = archive.facts.unknown_months(region, measure, as_of)
    for year, month in sorted({*months, *reported} - unknown):
        is_part = year in owing and (year, month) not in reported
        if is_part and is_over(year, as_of):
            continue
        open_still = is_part or not month_is_closed(year, month, as_of)
        yield f"{year}-{month:02d}-01", months.get((year, month), 0), open_still


def _comparisons(rows: Rows, archive: Archive, plan: Plan, as_of: dt.date, sectors: list[str]) -> None:
    counted = archive.office.catalogue.get(MEASURE)
    breaks = archive.office.breaks_of(plan.region_code, counted) if counted else ()
    for test in year_on_year(archive.facts, plan.region_code, as_of, breaks):
        place = (test.region_code, test.sector_code, test.period)
        counts = (test.count_now, test.count_before, _number(test.change), test.p_value, test.q_value, test.finding)
        rows["assess_tests"].append((plan.id, as_of, MEASURE, *place, *counts))
    children = archive.children.get(plan.region_code, [])
    figures = control_figures(archive.facts, plan.region_code, children, sectors, as_of, archive.lateness)
    rows["assess_control_figures"].extend((plan.id, as_of, *vars(one).values()) for one in figures)
    spans = control_spans(archive.facts, plan.region_code, children, sectors, as_of, plan.period.start)
    rows["assess_control_spans"].extend((plan.id, as_of, *vars(one).values()) for one in spans)


_SYNTHETIC = """
SELECT DISTINCT above.ancestor_code
FROM mart_file_regions AS f
JOIN mart_files AS files ON files.file_id = f.file_id AND files.is_synthetic
JOIN core_regions__ancestors AS above ON above.region_code = f.region_code
"""
