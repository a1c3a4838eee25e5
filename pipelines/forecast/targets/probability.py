"""The probability of each target of a plan at one date, from joint paths of its drivers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipelines.assessment import Assessment
from pipelines.assessment.assess import assess_targets
from pipelines.assessment.verdict import verdict_of
from pipelines.forecast.targets.control import controlled_series
from pipelines.forecast.targets.eligibility import DECIDED, Ground, ground_of
from pipelines.forecast.targets.gather import Gatherer, driver
from pipelines.forecast.targets.recipe import Judgement, Recipe, judge, underlying
from pipelines.forecast.targets.series import Paths, Series
from pipelines.forecast.targets.write_recipe import recipe_of
from pipelines.plans import Plan


@dataclass(frozen=True)
class Prepared:
    """A plan at a date, ready to be simulated.

    Attributes:
        plan: The plan.
        as_of: The date.
        targets: Every target as assessed.
        grounds: What a forecast of each would stand on, by target id.
        series: What must be simulated, by driver.
        recipes: Arithmetic of the open targets, by target id.
    """

    plan: Plan
    as_of: dt.date
    targets: tuple[Assessment, ...]
    grounds: Mapping[str, Ground]
    series: Mapping[str, Series]
    recipes: Mapping[str, Recipe]


@dataclass(frozen=True)
class Forecast:
    """What the paths say of one target.

    Attributes:
        target: As assessed.
        ground: What it stands on.
        probability: Chance of meeting it, 0-1; None where there is none.
        verdict: Key of `verdicts`.
        recipe: Its arithmetic; None for what is decided or not forecast.
        found: What the paths say; None likewise.
        underlying: For reductions: chance that the rate itself has fallen by as much.
        without_removals: Probability if nothing that stands is struck off later.
        without_largest: Probability if the worst disaster on record had never been.
    """

    target: Assessment
    ground: Ground
    probability: float | None
    verdict: str
    recipe: Recipe | None = None
    found: Judgement | None = None
    underlying: float | None = None
    without_removals: float | None = None
    without_largest: float | None = None


def prepare(gatherer: Gatherer, plan: Plan, as_of: dt.date) -> Prepared:
    """Assess a plan at a date and gather the series that its open targets need."""
    targets = assess_targets(gatherer.archive, plan, as_of, only_judged=True)
    grounds = {one.target.id: _ground(gatherer, plan, as_of, one) for one in targets}
    wanted = [one for one in targets if not grounds[one.target.id].refused and one.finding.settled not in DECIDED]
    series = gatherer.of_targets(plan, as_of, wanted)
    for one in wanted:
        below = one.indicator.denominator
        if below is None or not one.indicator.numerator.measure:
            continue
        if driver(plan.region_code, below.source(plan.figures)[1]) not in series:
            grounds[one.target.id] = replace(grounds[one.target.id], refused="no_denominator")
    series |= {one.name: one for one in controlled_series(gatherer, plan, as_of)}
    recipes = {
        one.target.id: recipe_of(gatherer.archive, plan, as_of, one, constant=one.rule.gdp_basis == "constant")
        for one in wanted
        if not grounds[one.target.id].refused
    }
    return Prepared(plan, as_of, tuple(targets), grounds, series, recipes)


def evaluate(gatherer: Gatherer, prepared: Prepared, paths: Mapping[str, Paths]) -> list[Forecast]:
    """Every target of a prepared plan, in the plan's order.

    Args:
        gatherer: As for `prepare`.
        prepared: The plan at the date.
        paths: Simulated paths by driver.
    """
    return [_forecast(gatherer, prepared, paths, one) for one in prepared.targets]


def _ground(gatherer: Gatherer, plan: Plan, as_of: dt.date, one: Assessment) -> Ground:
    source, name = one.indicator.numerator.source(plan.figures)
    months = 0
    if source == "measure":
        kind = gatherer.archive.office.kinds[name]
        base = {"disasters": "disaster_events", "accidents": "accidents"}.get(kind, name)
        months = gatherer.months_known(plan.region_code, base, as_of)
    ground = ground_of(plan, one, months)
    if ground.refused or not one.regions:
        return ground
    finals = []
    for result in one.regions:
        constant = one.rule.gdp_basis == "constant"
        reader = gatherer.archive.reader(plan, one.target, result.region_code, constant_prices=constant)
        years = gatherer.archive.years(reader, as_of)
        finals.append(sum(known.is_final and known.value is not None for known in years.values()))
    least = min(finals)
    needed = one.indicator.minimum.years
    return Ground("too_few_years" if least < needed else "", least, needed)


def _forecast(gatherer: Gatherer, prepared: Prepared, paths: Mapping[str, Paths], one: Assessment) -> Forecast:
    ground = prepared.grounds[one.target.id]
    office, settled = gatherer.archive.office, one.finding.settled
    thresholds = office.settings.verdict
    if ground.refused:
        return Forecast(one, ground, None, verdict_of(one.finding, thresholds, too_thin=True))
    if settled in DECIDED:
        return Forecast(one, ground, DECIDED[settled], verdict_of(one.finding, thresholds))
    recipe = prepared.recipes[one.target.id]
    found = judge(recipe, paths)
    if found.probability is None:
        refused = _why_not(one) if found.lacks_a_year else "not_tested"
        return Forecast(one, replace(ground, refused=refused), None, "no_forecast", recipe)
    verdict = verdict_of(one.finding, thresholds, found.probability)
    if one.rule.gdp_basis == "unconfirmed":
        constant = recipe_of(gatherer.archive, prepared.plan, prepared.as_of, one, constant=True)
        # Without GDP at constant prices there is one reading only; the doubt itself stays with the target.
        other = judge(constant, paths).probability if _has(constant, paths) else found.probability
        if other is None or verdict_of(one.finding, thresholds, other) != verdict:
            refused = replace(ground, refused="definition_to_confirm")
            return Forecast(one, refused, None, "no_forecast", recipe, found)
    is_loss = one.indicator.numerator.measure == "disaster_loss_fen"
    return Forecast(
        one,
        ground,
        found.probability,
        verdict,
        recipe,
        found,
        underlying(recipe, paths),
        judge(recipe, paths, "kept").probability,
        judge(recipe, paths, "calm").probability if is_loss else None,
    )


def _why_not(one: Assessment) -> str:
    """Why a year that is asked for has no value on the paths: nothing to divide by, or a return that is missing."""
    divided = any(known.missing_reason == "not_applicable" for known in one.years.values())
    return "not_applicable" if divided else "years_not_reported"


def _has(recipe: Recipe, paths: Mapping[str, Paths]) -> bool:
    below = recipe.denominator
    own = below is None or below.part in paths[below.driver]
    return own and all(_has(one, paths) for one in recipe.regions)
