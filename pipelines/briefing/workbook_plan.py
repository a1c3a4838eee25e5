"""Tables of a plan for the workbook: targets, years, months, paths, forecasts, what was said, causes, definitions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines import shown, standing
from pipelines.assessment.verdict import DECIDED
from pipelines.briefing import target_words as words
from pipelines.briefing.blocks import Quoted, Table, Words, fill, passage
from pipelines.briefing.facts import Cell, Query
from pipelines.briefing.forms import Form
from pipelines.briefing.plan_facts import PlanFacts
from pipelines.briefing.trajectory_facts import EDGES, Trajectories
from pipelines.original import original
from pipelines.texts import current_language, say

Row = Mapping[str, Any]
YEARS_BACK = 9
_MONTHS = "SELECT * FROM assess_months WHERE plan_id = $plan AND as_of_on = $as_of"


def targets(facts: PlanFacts) -> Table:
    """Every target with everything that is known of it, in the order of the plan."""
    names = (
        "id", "name", "nature", "kind", "clause", "unit", "due", "operator", "target", "baseline", "now", "year",
        "state", "required", "pace", "elapsed", "ytd", "ytd_before", "rolling", "chance", "verdict",
    )  # fmt: skip
    rows = []
    for row in facts.rows:
        fact = {name: facts.fact(row, name) for name in (
            "target_value", "value_now", "required_now", "pace_share", "elapsed_share_at_value",
            "year_to_date", "year_to_date_before", "rolling_four_quarters", "probability", "verdict",
        )}  # fmt: skip
        is_known = row["value_now"] is not None
        state = say("slides.state_provisional" if row["is_provisional"] else "slides.state_final")
        rows.append(
            [
                *_named(row),
                say(f"app.nature.{row['nature']}"),
                say(f"app.target_kinds.{row['kind']}"),
                Quoted(original(str(row["clause"] or shown.NOTHING)), "clause"),
                _unit(row),
                _year(row["due_year"]),
                shown.OPERATORS.get(row["operator"] or "", shown.NOTHING) if row["target_value"] is not None else "—",
                fact["target_value"],
                facts.baseline(row),
                fact["value_now"],
                _years(facts, row) if is_known else _year(None),
                state if is_known else shown.NOTHING,
                fact["required_now"],
                fact["pace_share"] if standing.pace_share(row) is not None else shown.NOTHING,
                fact["elapsed_share_at_value"],
                *[
                    _plain_missing(fact[name])
                    for name in ("year_to_date", "year_to_date_before", "rolling_four_quarters")
                ],
                shown.NOTHING if row["verdict"] in DECIDED else fact["probability"],
                words.verdict(facts, row),
            ]
        )
    heads = [say(f"workbook.target.{name}") for name in names]
    return Table.of(
        "targets", say("workbook.tab.targets"), heads, rows, numbers=(6, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18)
    )


def _years(facts: PlanFacts, row) -> Words:
    """The years of the value now; the region that it is of where each of several must meet the target; 至少."""
    told = [word.strip() for word in (shown.furthest(row), shown.at_least(row)) if word]
    years = words.value_years(facts, row)
    return passage(years, *(part for word in told for part in (" · ", Quoted(word, "name"))))


def _quote(row) -> Quoted:
    """The plan's own words, with the demand that stands in another cell of its table."""
    words, demand = original(str(row["quote"] or shown.NOTHING)), original(shown.quoted_demand(row))
    more = f" · {say('app.indicator.quoted_demand', demand=demand)}" if demand else ""
    return Quoted(f"{words}{more}", "plan")


def _plain_missing(fact) -> Words:
    """What has no meaning for a target is no missing return."""
    return shown.NOTHING if fact.value is None else fact


def _named(row: Row) -> list[Words]:
    return [Quoted(str(row["target_id"]), "plan"), words.name(row)]


def _unit(row: Row) -> Words:
    return Quoted(shown.unit(row) or shown.NOTHING, "name")


def _year(year: int | None) -> Words:
    return Quoted(str(year), "period") if year else shown.NOTHING


def years(facts: PlanFacts) -> Table:
    """Yearly values of every target, a column a year; a missing one says why."""
    ways = {row["target_id"]: Trajectories(facts).of(row) for row in facts.rows}
    all_years = sorted({year.year for way in ways.values() for year in way.years})
    heads = [*_heads("id", "name", "unit"), *[_year(year) for year in all_years]]
    rows = []
    for row in facts.rows:
        known = {year.year: year for year in ways[row["target_id"]].years}
        cells = [known[year].value if year in known else shown.NOTHING for year in all_years]
        rows.append([*_named(row), _unit(row), *cells])
    notes = [fill("workbook.note.years")]
    return Table.of("years", say("workbook.tab.years"), heads, rows, numbers=range(3, len(heads)), notes=notes)


def _heads(*names: str) -> list[Words]:
    return [say(f"workbook.target.{name}") for name in names]


def months(facts: PlanFacts) -> Table | None:
    """Monthly sums of the numerators that are counted from records; None where there are none."""
    query = Query.of(_MONTHS, plan=facts.plan_id, as_of=facts.as_of)
    first = facts.book.plan["period_start"]
    found = [row for row in facts.house.query(query.sql, dict(query.params)) if row["month"].year >= first]
    if not found:
        return None
    by_key = {(row["target_id"], row["month"]): row for row in found}
    all_months = sorted({row["month"] for row in found})
    counted = [row for row in facts.rows if any(row["target_id"] == key[0] for key in by_key)]
    heads: list[Words] = [say("workbook.month"), *[words.name(row) for row in counted]]
    rows = []
    for month in all_months:
        cells: list[Words] = [Quoted(f"{month:%Y-%m}", "period")]
        for row in counted:
            one = by_key.get((row["target_id"], month))
            cells.append(_month(facts, query, row, one) if one else shown.NOTHING)
        rows.append(cells)
    notes = [fill("workbook.note.months")]
    return Table.of("months", say("workbook.tab.months"), heads, rows, numbers=range(1, len(heads)), notes=notes)


def _month(facts: PlanFacts, query: Query, row: Row, one: Row):
    key = (("target_id", one["target_id"]), ("month", one["month"]))
    is_money = row.get("numerator_unit") == "分"
    form = Form("money") if is_money else Form()
    source = Cell(say("evaluation.source.years"), query, "value", key)
    place = f"plan/{facts.as_of}/{one['target_id']}/month/{one['month']:%Y-%m}"
    return facts.book.add(place, one["value"], source, form)


def paths(facts: PlanFacts) -> Table | None:
    """What the paths require, a column a year."""
    ways = {row["target_id"]: Trajectories(facts).of(row) for row in facts.rows}
    all_years = sorted({year for way in ways.values() for year in way.required})
    if not all_years:
        return None
    heads = [*_heads("id", "name", "unit"), *[_year(year) for year in all_years]]
    rows = [
        [*_named(row), _unit(row), *[ways[row["target_id"]].required.get(year, shown.NOTHING) for year in all_years]]
        for row in facts.rows
        if ways[row["target_id"]].required
    ]
    return Table.of("paths", say("workbook.tab.paths"), heads, rows, numbers=range(3, len(heads)))


def forecasts(facts: PlanFacts) -> Table | None:
    """The bands of the years that are not known yet."""
    ways = Trajectories(facts)
    heads = [*_heads("id", "name", "unit"), say("workbook.year"), *[_edge(edge) for edge in EDGES]]
    rows = []
    for row in facts.rows:
        for year, edges in ways.of(row).fan.items():
            rows.append([*_named(row), _unit(row), _year(year), *[edges[edge] for edge in EDGES]])
    return Table.of("forecasts", say("workbook.tab.forecasts"), heads, rows, numbers=range(3, 9)) if rows else None


def _edge(edge: str) -> Words:
    if edge == "median":
        return say("app.chart.median")
    return Quoted(say(f"slides.edge_{edge[:2]}", share=edge[2:]), "text")


def history(facts: PlanFacts) -> Table | None:
    """Verdict and chance of every target at every quarter-end, the newest first."""
    ways = Trajectories(facts)
    said = {row["target_id"]: ways.history(row) for row in facts.rows}
    days = sorted({one.day for found in said.values() for one in found}, reverse=True)
    if not days:
        return None
    heads: list[Words] = [*_heads("id", "name"), *[Quoted(shown.day(day), "period") for day in days]]
    rows = []
    for row in facts.rows:
        by_day = {one.day: one for one in said[row["target_id"]]}
        cells: list[Words] = []
        for day in days:
            one = by_day.get(day)
            if one is None:
                cells.append(shown.NOTHING)
            else:
                has_chance = one.chance.value is not None and one.verdict.value not in DECIDED
                cells.append(passage(one.verdict, "·", one.chance) if has_chance else one.verdict)
        rows.append([*_named(row), *cells])
    return Table.of("history", say("workbook.tab.history"), heads, rows)


def contributions(facts: PlanFacts) -> Table | None:
    """What moved the values: numerator and denominator, sectors and places, by span of years."""
    ways = Trajectories(facts)
    names = facts.house.names()
    heads = [*_heads("id", "name", "unit"), say("workbook.span"), say("workbook.part"), say("workbook.amount")]
    rows = []
    for row in facts.rows:
        for span, parts in ways.moved(row).items():
            for part, fact in parts.items():
                shown_part = part_name(part, names)
                amount = facts.book.as_printed(fact, Form("signed", fact.form.decimals, fact.form.factor), "signed")
                years = Quoted(f"{span[0]}–{span[1]}", "period")
                rows.append([*_named(row), _unit(row), years, shown_part, amount])
    notes = [fill("workbook.note.contributions")]
    return Table.of("contributions", say("workbook.tab.contributions"), heads, rows, numbers=(5,), notes=notes)


def part_name(part: str, names: Mapping[str, Row]) -> Words:
    """What a part of a change is called."""
    if part in ("numerator", "denominator"):
        return say(f"workbook.moved.{part}")
    if part in names:
        return Quoted(shown.named(names[part]), "name")
    return Quoted(part.partition(":")[2] or say("app.quarterly.unassigned"), "name")


def definitions(facts: PlanFacts) -> Table:
    """What every indicator is, how it is computed, which clause asks for it, and who reported the data."""
    heads = _heads("id", "name", "indicator", "unit", "formula", "kind", "clause", "quote", "doubts", "sources")
    rows = []
    for row in facts.rows:
        english = current_language() == "en"
        formula = row.get("formula_en" if english else "formula_zh")
        doubts = shown.parsed(row["doubts"], [])
        said = "；".join(str(one.get(current_language()) or one.get("zh")) for one in doubts)
        sources = facts.house.sources(facts.plan_id, row["target_id"], facts.as_of)
        rows.append(
            [
                *_named(row),
                Quoted(shown.named(row, "indicator_name"), "name"),
                _unit(row),
                Quoted(formula or shown.NOTHING, "name"),
                say(f"app.target_kinds.{row['kind']}"),
                Quoted(original(str(row["clause"] or shown.NOTHING)), "clause"),
                _quote(row),
                Quoted(said or shown.NOTHING, "plan"),
                Quoted("、".join(sources) or shown.missing("not_reported"), "name"),
            ]
        )
    return Table.of("definitions", say("workbook.tab.definitions"), heads, rows)
