"""The probability of each target of a plan at one date, from joint paths of its drivers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from pipelines.assessment import Assessment
from pipelines.assessment.assess import assess_targets
from pipelines.assessment.assessor import deciding_target
from pipelines.assessment.values import Reader
from pipelines.assessment.verdict import verdict_of
from pipelines.forecast.targets.eligibility import DECIDED, Ground, ground_of
from pipelines.forecast.targets.gather import OF_ACCIDENTS, Gatherer, driver
from pipelines.forecast.targets.indicator_paths import Arithmetic, ValuePaths
from pipelines.forecast.targets.meeting import judged_value, meets, meets_bound
from pipelines.forecast.targets.series import Paths, Series
from pipelines.plans import Plan, Target


@dataclass(frozen=True)
class Prepared:
    """A plan at a date, ready to be simulated.

    Attributes:
        plan: The plan.
        as_of: The date.
        targets: Every target as assessed.
        grounds: What a forecast of each would stand on, by target id.
        series: What must be simulated, by driver.
    """

    plan: Plan
    as_of: dt.date
    targets: tuple[Assessment, ...]
    grounds: Mapping[str, Ground]
    series: Mapping[str, Series]


@dataclass(frozen=True)
class Forecast:
    """What the paths say of one target.

    Attributes:
        target: As assessed.
        ground: What it stands on.
        probability: Chance of meeting it, 0-1; None where there is none.
        verdict: Key of `verdicts`.
        hits: Whether each path meets it; None for what is decided or not forecast.
        judged: What each path is judged by, own unit.
        values: Yearly paths; None where nothing is simulated.
        drivers: Names of the series behind it.
        underlying: For reductions: chance that the rate itself has fallen by as much.
        without_removals: Probability if nothing that stands is struck off later.
        without_largest: Probability if the worst disaster on record had never been.
    """

    target: Assessment
    ground: Ground
    probability: float | None
    verdict: str
    hits: np.ndarray | None = None
    judged: np.ndarray | None = None
    values: ValuePaths | None = None
    drivers: tuple[str, ...] = ()
    underlying: float | None = None
    without_removals: float | None = None
    without_largest: float | None = None


def prepare(gatherer: Gatherer, plan: Plan, as_of: dt.date) -> Prepared:
    """Assess a plan at a date and gather the series that its open targets need."""
    targets = assess_targets(gatherer.archive, plan, as_of)
    grounds = {one.target.id: _ground(gatherer, plan, as_of, one) for one in targets}
    wanted = [one for one in targets if not grounds[one.target.id].refused and one.finding.settled not in DECIDED]
    series = gatherer.of_targets(plan, as_of, wanted)
    for one in wanted:
        below = one.indicator.denominator
        if below is None or not one.indicator.numerator.measure:
            continue
        if driver(plan.region_code, below.source(plan.figures)[1]) not in series:
            grounds[one.target.id] = replace(grounds[one.target.id], refused="no_denominator")
    return Prepared(plan, as_of, tuple(targets), grounds, series)


def evaluate(gatherer: Gatherer, prepared: Prepared, paths: Mapping[str, Paths]) -> list[Forecast]:
    """Every target of a prepared plan, in the plan's order.

    Args:
        gatherer: As for `prepare`.
        prepared: The plan at the date.
        paths: Simulated paths by driver.
    """
    return [_forecast(gatherer, prepared, paths, one) for one in prepared.targets]


def rule_of(gatherer: Gatherer, plan: Plan, target: Target) -> Target:
    """The target that decides: itself, or the one above that it inherits from."""
    decides = deciding_target(gatherer.archive.office.plans, plan, target)
    return decides[1] if decides else target


def arithmetic_of(gatherer: Gatherer, prepared: Prepared, paths: Mapping[str, Paths]) -> Arithmetic:
    """The arithmetic of a prepared plan on its paths."""
    spans = [series.years for series in prepared.series.values() if series.model != "hours"]
    years = spans[0] if spans else range(prepared.plan.baseline_year, prepared.plan.period.end + 1)
    return Arithmetic(gatherer.archive, prepared.plan, prepared.as_of, years, paths)


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
        years = gatherer.archive.years(gatherer.archive.reader(plan, one.target, result.region_code), as_of)
        finals.append(sum(known.is_final and known.value is not None for known in years.values()))
    least = min(finals)
    needed = one.indicator.minimum.years
    return Ground("too_few_years" if least < needed else "", least, needed)


def _forecast(gatherer: Gatherer, prepared: Prepared, paths: Mapping[str, Paths], one: Assessment) -> Forecast:
    ground = prepared.grounds[one.target.id]
    thresholds = gatherer.archive.office.settings.verdict
    settled = one.finding.settled
    if settled in DECIDED:
        return Forecast(one, ground, DECIDED[settled], verdict_of(one.finding, thresholds))
    if ground.refused:
        return Forecast(one, ground, None, verdict_of(one.finding, thresholds, too_thin=True))
    if one.indicator.form == "worst_event":
        return _of_events(gatherer, prepared, paths, one)
    arithmetic = arithmetic_of(gatherer, prepared, paths)
    if one.regions:
        return _of_regions(gatherer, prepared, arithmetic, one)
    constant = one.target.gdp_basis == "constant"
    reader = gatherer.archive.reader(prepared.plan, one.target, constant_prices=constant)
    hits, judged, values = hits_of(gatherer, arithmetic, one, reader)
    probability = float(hits.mean())
    verdict = verdict_of(one.finding, thresholds, probability)
    if one.target.gdp_basis == "unconfirmed":
        other = gatherer.archive.reader(prepared.plan, one.target, constant_prices=True)
        if not _has_constant(paths, other, prepared.plan):
            return Forecast(one, replace(ground, refused="definition_to_confirm"), None, "no_forecast")
        probability_other = float(hits_of(gatherer, arithmetic, one, other)[0].mean())
        if verdict_of(one.finding, thresholds, probability_other) != verdict:
            return Forecast(
                one, replace(ground, refused="definition_to_confirm"), None, "no_forecast", None, None, values
            )
    kept = float(hits_of(gatherer, arithmetic, one, reader, kept=True)[0].mean())
    is_loss = one.indicator.numerator.measure == "disaster_loss_fen"
    calm = float(hits_of(gatherer, arithmetic, one, reader, calm=True)[0].mean()) if is_loss else None
    return Forecast(
        one,
        ground,
        probability,
        verdict,
        hits,
        judged,
        values,
        values.drivers,
        _underlying(gatherer, arithmetic, one, reader),
        kept,
        calm,
    )


def hits_of(
    gatherer: Gatherer,
    arithmetic: Arithmetic,
    one: Assessment,
    reader: Reader,
    *,
    kept: bool = False,
    calm: bool = False,
) -> tuple[np.ndarray, np.ndarray, ValuePaths]:
    """Whether each path meets a target, what it is judged by, and the yearly paths."""
    plan = arithmetic.plan
    rule = rule_of(gatherer, plan, one.target)
    values = arithmetic.values(reader, kept=kept, calm=calm)
    bound = bound_of(rule, plan, one, values)
    start = plan.period.start
    hits = meets_bound(one.kind, rule.due_year, one.bound.operator, bound, values.value, values.years, start)
    return hits, judged_value(one.kind, rule.due_year, values.value, values.years, start), values


def bound_of(rule: Target, plan: Plan, one: Assessment, values: ValuePaths) -> float | np.ndarray:
    """The bound; for a reduction from a baseline that is not printed, one bound per path."""
    if one.kind != "reduction" or one.baseline_printed is not None:
        return float(one.bound.value)
    return (1 - rule.reduction) * _baseline(rule, plan, values)


def _baseline(rule: Target, plan: Plan, values: ValuePaths) -> np.ndarray:
    last = rule.baseline.year if rule.baseline else plan.baseline_year
    first = rule.baseline.first_year if rule.baseline and rule.baseline.first_year else last
    return np.mean([values.of(year) for year in range(first, last + 1)], axis=0)


def _underlying(gatherer: Gatherer, arithmetic: Arithmetic, one: Assessment, reader: Reader) -> float | None:
    """Chance that the rate behind the figures has fallen by as much as is asked, the baseline's own luck included."""
    name = reader.indicator.numerator.source(arithmetic.plan.figures)[1]
    if one.kind != "reduction" or name not in OF_ACCIDENTS or name == "accidents":
        return None
    rule = rule_of(gatherer, arithmetic.plan, one.target)
    rates = arithmetic.values(reader, rate=True)
    fallen = rates.of(rule.due_year) <= (1 - rule.reduction) * _baseline(rule, arithmetic.plan, rates)
    return float(fallen.mean())


def _has_constant(paths: Mapping[str, Paths], reader: Reader, plan: Plan) -> bool:
    below = reader.indicator.denominator
    return below is None or "constant" in paths[driver(reader.region, below.source(plan.figures)[1])]


def _of_events(gatherer: Gatherer, prepared: Prepared, paths: Mapping[str, Paths], one: Assessment) -> Forecast:
    name = driver(prepared.plan.region_code, f"{one.indicator.id}:{one.bound.value}")
    events, in_time = paths[name]["events"][0], paths[name]["in_time"][0]
    rule = rule_of(gatherer, prepared.plan, one.target)
    share = rule.required_share or 1.0
    tested = events > 0
    ground = prepared.grounds[one.target.id]
    thresholds = gatherer.archive.office.settings.verdict
    if not tested.any():
        return Forecast(one, replace(ground, refused="not_tested"), None, "no_forecast")
    hits = meets(in_time, ">=", share * events)
    probability = float(hits[tested].mean())
    verdict = verdict_of(one.finding, thresholds, probability)
    return Forecast(one, ground, probability, verdict, hits & tested, in_time / np.maximum(events, 1), None, (name,))


def _of_regions(gatherer: Gatherer, prepared: Prepared, arithmetic: Arithmetic, one: Assessment) -> Forecast:
    """Every region must meet its own bound; the figure shown is how many do."""
    rule = rule_of(gatherer, prepared.plan, one.target)
    start = prepared.plan.period.start
    every, drivers = [], []
    for result in one.regions:
        values = arithmetic.values(gatherer.archive.reader(prepared.plan, one.target, result.region_code))
        bound = float(result.bound.value)
        operator = result.bound.operator
        every.append(meets_bound(one.kind, rule.due_year, operator, bound, values.value, values.years, start))
        drivers += values.drivers
    hits = np.all(every, axis=0)
    probability = float(hits.mean())
    verdict = verdict_of(one.finding, gatherer.archive.office.settings.verdict, probability)
    ground = prepared.grounds[one.target.id]
    judged = np.sum(every, axis=0).astype(float)
    return Forecast(one, ground, probability, verdict, hits, judged, None, tuple(drivers))
