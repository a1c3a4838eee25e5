"""The parts of the page of plans as HTML: side by side, inheritance, doubts by group, coverage by data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from dashboard import format as shown
from dashboard import sentences
from dashboard.address import Place
from dashboard.components import grid, html
from pipelines.original import original
from pipelines.standing import told_verdict
from pipelines.texts import current_language, has, say

# What is asked first of whoever wrote a plan comes first; a doubt that only a reader can have stands under `other`.
GROUPS: dict[str, tuple[str, ...]] = {
    "less": ("asks_less",),
    "unset": ("inherited_unset", "inherited_not_here", "inherited_other_period"),
    "suspect": (
        "unit_outlier",
        "mean_disagrees",
        "value_differs",
        "strictness_differs",
        "denominator_differs",
        "due_outside_period",
        "inherited_other_year",
        "unknown_region",
        "no_indicator",
    ),
    "loose": ("trivially_loose",),
    "unprinted": (
        "operator_not_printed",
        "unit_not_printed",
        "baseline_not_printed",
        "due_not_printed",
        "nature_not_printed",
    ),
    "reading": ("gdp_basis_unconfirmed", "measured_differently", "mostly_is_our_share"),
    "other": (),
}
_GROUP_OF = {code: group for group, codes in GROUPS.items() for code in codes}


def group_of(code: str) -> str:
    """The group of a doubt's code; what a plan file writes itself is under `other`."""
    return _GROUP_OF.get(code, "other")


def in_families(plans: Sequence[Mapping], regions: Iterable[Mapping]) -> list[Mapping]:
    """Plans with those of the regions below them right behind, whether they name it as parent or not.

    Args:
        plans: In the order in which families stand.
        regions: `region_code, parent_code`.
    """
    parents = {row["region_code"]: row["parent_code"] for row in regions}
    place = {plan["region_code"]: n for n, plan in enumerate(plans)}

    def line(plan: Mapping) -> tuple[int, ...]:
        above, code = [], plan["region_code"]
        while code is not None:
            above += [place[code]] if code in place else []
            code = parents.get(code)
        return tuple(reversed(above))

    return sorted(plans, key=line)


def short_names(plans: Iterable[Mapping], regions: Mapping[str, str]) -> dict[str, str]:
    """The region's name by plan; where a region has several plans, with the years of each.

    Args:
        plans: All plans.
        regions: Names by code.
    """
    own = list(plans)
    several = Counter(plan["region_code"] for plan in own)
    names = {}
    for plan in own:
        name = regions.get(plan["region_code"], plan["plan_id"])
        if several[plan["region_code"]] > 1:
            first, last = (getattr(plan[key], "year", plan[key]) for key in ("period_start", "period_end"))
            name = say("app.plans.name_and_years", name=name, first=first, last=last)
        names[plan["plan_id"]] = name
    return names


def by_indicator(rows: Iterable[Mapping]) -> dict[str, dict[str, list[Mapping]]]:
    """Targets by indicator and plan; indicators that most plans name first, among equals in the order of the rows."""
    found: dict[str, dict[str, list[Mapping]]] = {}
    for row in rows:
        found.setdefault(row["indicator_id"], {}).setdefault(row["plan_id"], []).append(row)
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def side_by_side(
    found: Mapping[str, Mapping[str, Sequence[Mapping]]],
    plans: Sequence[Mapping],
    heads: Mapping[str, str],
    less: Mapping[tuple[str, str], str],
    place: Place,
    *,
    is_short: bool = False,
) -> str:
    """One line an indicator, one column a plan: what each asks, where it is, and the verdict.

    Args:
        found: From `by_indicator`.
        plans: Plans in the order of the columns.
        heads: Short name by plan.
        less: The sentence of targets that ask less than the plan above, by plan and target.
        place: Where we are; the links keep it.
        is_short: Without the value now, for a wall.
    """
    lines = []
    for own in found.values():
        first = next(iter(own.values()))[0]
        own = {plan: [_as_shown_of(first, row) for row in targets] for plan, targets in own.items()}
        cells = [f"<b>{html.esc(shown.named(first, 'indicator_name'))}</b>"]
        for plan in plans:
            targets = own.get(plan["plan_id"], ())
            cells.append("<hr>".join(_cell(row, less, place, is_short=is_short) for row in targets) or shown.NOTHING)
        lines.append(cells)
    names = [say("app.plans.indicator"), *[heads[plan["plan_id"]] for plan in plans]]
    return grid.table(names, lines, caption=say("app.plans.side_caption"))


def _as_shown_of(first: Mapping, row: Mapping) -> Mapping:
    """A target with its value in the unit of the first of its line: rates side by side are read as one scale."""
    return {**row, **{name: first.get(name) for name in _SHOWN_IN}}


_SHOWN_IN = ("display_factor", "display_decimals", "display_unit", "display_unit_en")


def _cell(row: Mapping, less: Mapping[tuple[str, str], str], place: Place, *, is_short: bool) -> str:
    asked = demand(row)
    ask = grid.link("indicator", place, asked, plan=row["plan_id"], target=row["target_id"])
    if row["value_now"] is None:
        now = html.esc(shown.missing(reason_missing(row)))
    else:
        how = {"period_total": "value_total", "period_mean": "value_mean"}.get(row["kind"], "value_year")
        value = shown.value_now(row)
        state = say("app.plans.provisional") if row["is_provisional"] else ""
        now = html.esc(say(f"app.plans.{how}", value=value, year=row["value_year"]) + state)
    if is_short:
        return f"{html.esc(asked)} {html.badge(told_verdict(row))}"
    lines = [f"<div>{ask}</div>", f"<div><small>{now}</small></div>", html.badge(told_verdict(row))]
    doubt = less.get((row["plan_id"], row["target_id"]))
    if doubt:
        lines.append(f'<div class="a-doubt" title="{html.esc(doubt)}">▽ {html.esc(say("app.plans.less"))}</div>')
    return "".join(lines)


def reason_missing(row: Mapping) -> str | None:
    """Why a target has no value now, as its facts say; None where they do not."""
    facts = shown.parsed(row["reason_facts"], {}) or {}
    reason = facts.get("missing_reason")
    return reason if reason != "target_unset" else None


def demand(row: Mapping) -> str:
    """What a plan asks, with its unit; 目标未定 where no plan above, or no value of a draft, says it."""
    if row["kind"] == "monitored":
        return say("app.target_kinds.monitored")
    if row["target_value"] is None:
        is_unset = row["kind"] == "inherited" or row["verdict_reason_code"] == "target_unset"
        return say("app.plans.unset") if is_unset else say(f"app.target_kinds.{row['kind']}")
    printed = row.get("printed") if row["kind"] == "reduction" and current_language() == "zh" else None
    text = shown.with_unit(shown.target(row), shown.unit(row))
    return say("app.plans.demand_printed", demand=text, printed=printed) if printed else text


def published_above(rows: Sequence[Mapping], regions: Mapping[str, str], measures: Mapping[str, Mapping]) -> str:
    """What was published of the regions above, each figure with the words of its print.

    Args:
        rows: What `questions.published_above` answers.
        regions: Names by code.
        measures: Names of measures by code.
    """
    heads = [say(f"app.plans.above.{key}") for key in ("region", "measure", "period", "value", "words")]
    cells = []
    for row in rows:
        years = dict.fromkeys((row["start_year"], row["end_year"]))
        name = shown.named(measures.get(row["measure"], {})) or row["measure"]
        figure = shown.figure(row["value"], row["unit"])
        cells.append((regions.get(row["region_code"], row["region_code"]), name, "–".join(map(str, years)), figure,
                      row["words"] or shown.NOTHING))  # fmt: skip
    return html.table(heads, cells, numbers=(3,))


def inheritance(
    plans: Sequence[Mapping], inherited: Sequence[Mapping], names: Mapping[tuple[str, str], str], place: Place
) -> str:
    """Which plan stands above which, and what each inherited target stands for.

    Args:
        plans: All plans.
        inherited: `plan_id, target_id, from_plan_id, from_target_id`.
        names: Name of a target by plan and target.
        place: Where we are.
    """
    titles = {plan["plan_id"]: shown.named(plan, "title") for plan in plans}
    lines = []
    for plan in plans:
        own, above = plan["plan_id"], plan["parent_plan_id"]
        is_hidden = bool(above) and above not in titles
        parent = html.esc(shown.missing("suppressed") if is_hidden else say("app.plans.no_parent"))
        if above in titles:
            parent = grid.link("plans", place, titles[above], plan=above)
        said = []
        for row in (row for row in inherited if row["plan_id"] == own):
            child = grid.link("indicator", place, names[own, row["target_id"]], plan=own, target=row["target_id"])
            if row["from_target_id"] is None and is_hidden:
                said.append(f"{child} → ○ {html.esc(shown.missing('suppressed'))}")
            elif row["from_target_id"] is None:
                said.append(f"{child} → <b>○ {html.esc(say('app.plans.unset'))}</b>")
            else:
                source = (row["from_plan_id"], row["from_target_id"])
                words = f"{titles.get(source[0], source[0])} · {names[source]}"
                said.append(f"{child} → {grid.link('indicator', place, words, plan=source[0], target=source[1])}")
        cell = "<br>".join(said) or html.esc(say("app.plans.none_inherited"))
        lines.append((grid.link("plans", place, titles[own], plan=own), parent, cell))
    heads = [say(f"app.plans.{key}") for key in ("plan", "parent", "inherited")]
    return grid.table(heads, lines, caption=say("app.plans.inheritance_caption"))


def doubts(
    rows: Sequence[Mapping], heads: Mapping[str, str], names: Mapping[tuple[str, str], str], place: Place
) -> str:
    """Doubts of one group: plan, target, sentence, clause.

    Args:
        rows: Rows of one group.
        heads: Short name by plan.
        names: Name of a target by plan and target.
        place: Where we are.
    """
    lines = []
    for row in rows:
        key = (row["plan_id"], row["target_id"])
        what = html.esc(say("app.plans.printed_figure"))
        if key in names:
            what = grid.link("indicator", place, names[key], plan=key[0], target=key[1])
        lines.append(
            (
                html.esc(heads.get(row["plan_id"], row["plan_id"])),
                what,
                html.esc(shown.named(row, "text")),
                f"<small>{html.esc(original(row['clause'] or ''))}</small>",
            )
        )
    return grid.table([say(f"app.plans.{key}") for key in ("plan", "target", "doubt", "clause")], lines)


def coverage(
    rows: Sequence[Mapping],
    years: Mapping[str, Sequence[Mapping]],
    behind: Mapping[str, Sequence[Mapping]],
    measures: Mapping[str, Mapping],
    span: range,
    this_year: int,
    place: Place,
) -> str:
    """One line a target: the value of each year or why there is none, what it is computed from, and who sent that.

    Args:
        rows: Assessed targets in their order.
        years: Yearly values by target.
        behind: From the gate's `data_behind`.
        measures: Names of measures by code.
        span: Years shown.
        this_year: Year of the as-of date; it and later ones are not over.
        place: Where we are.
    """
    lines = []
    for row in rows:
        known = {year["year"]: year for year in years.get(row["target_id"], ())}
        cells = [grid.link("indicator", place, shown.named(row), target=row["target_id"])]
        cells += [_year(known.get(year) or _open(year, this_year), row) for year in span]
        cells.append("<br>".join(_source(one, measures) for one in behind.get(row["target_id"], ())))
        lines.append(cells)
    heads = [say("app.plans.target"), *map(str, span), say("app.plans.data")]
    numbers = range(1, 1 + len(span))
    return grid.table(heads, lines, caption=say("app.plans.coverage_caption"), numbers=numbers)


def _open(year: int, this_year: int) -> Mapping | None:
    return {"value": None, "missing_reason": "not_over"} if year >= this_year else None


def _year(year: Mapping | None, row: Mapping) -> str:
    if year is None:
        return shown.NOTHING
    if year["value"] is None:
        return f"<small>○ {html.esc(shown.missing(year['missing_reason']))}</small>"
    mark = "●" if year["is_final"] else "◐"
    return f"{html.esc(shown.in_display_unit(year['value'], row))} <small>{mark}</small>"


def _source(one: Mapping, measures: Mapping[str, Mapping]) -> str:
    named = measures.get(one["measure"])
    event = f"app.plans.event.{one['measure']}"
    name = shown.named(named) if named else say(event) if has(event) else one["measure"]
    sent = sentences.listed(one["sources"]) if one["sources"] else say("app.plans.nobody")
    role, kind = say(f"app.plans.{one['role']}"), say(f"app.kinds.{one['kind']}")
    text = say("app.plans.source", role=role, name=name, kind=kind, source=sent)
    return f"<small{'' if one['sources'] else ' class=a-doubt'}>{html.esc(text)}</small>"


def covered(rows: Sequence[Mapping], years: Mapping[str, Sequence[Mapping]], year: int) -> int:
    """How many targets have a value for a year."""
    return sum(
        any(one["year"] == year and one["value"] is not None for one in years.get(row["target_id"], ())) for row in rows
    )
