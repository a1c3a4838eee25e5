"""From a plan's target to its recipe: which drivers stand for its operands, and what is final already."""

from __future__ import annotations

import datetime as dt

from pipelines.assessment import Assessment
from pipelines.assessment.arithmetic import Bound
from pipelines.assessment.assessor import Archive
from pipelines.assessment.values import Reader
from pipelines.forecast.targets.gather import OF_ACCIDENTS, OF_DISASTERS, STRATA, driver, span
from pipelines.forecast.targets.recipe import Recipe, Term
from pipelines.plans import Plan


def recipe_of(archive: Archive, plan: Plan, as_of: dt.date, one: Assessment, *, constant: bool = False) -> Recipe:
    """The recipe of an open target.

    Args:
        archive: Yearly values as known.
        plan: The plan.
        as_of: The date.
        one: The target as assessed.
        constant: Read GDP at constant prices.
    """
    if one.indicator.form == "worst_event":
        name = driver(plan.region_code, f"{one.indicator.id}:{one.bound.value}")
        head = _head(plan, one, one.bound)
        return Recipe(**head, numerator=(Term(name, "events"),), required_share=one.rule.required_share)
    if one.regions:
        codes = ((result.bound, result.region_code) for result in one.regions)
        readers = ((bound, archive.reader(plan, one.target, code, constant_prices=constant)) for bound, code in codes)
        parts = tuple(_of_region(archive, plan, as_of, one, reader, bound) for bound, reader in readers)
        return Recipe(**_head(plan, one, one.bound), regions=parts)
    reader = archive.reader(plan, one.target, constant_prices=constant)
    return _of_region(archive, plan, as_of, one, reader, one.bound)


def _head(plan: Plan, one: Assessment, bound: Bound) -> dict:
    return {
        "target_id": one.target.id,
        "kind": one.kind,
        "start": plan.period.start,
        "due": one.rule.due_year,
        "operator": bound.operator,
        "bound": float(bound.value),
        "first_year": span(plan)[0],
    }


def _of_region(archive: Archive, plan: Plan, as_of: dt.date, one: Assessment, reader: Reader, bound: Bound) -> Recipe:
    indicator, rule = reader.indicator, one.rule
    source, name = indicator.numerator.source(plan.figures)
    below = indicator.denominator
    known = archive.years(reader, as_of)
    recipe = {
        **_head(plan, one, bound),
        "final": {year: float(row.value) for year, row in known.items() if row.is_final and row.value is not None},
    }
    if one.kind == "reduction":
        recipe["reduction"] = (rule.region_bounds or {}).get(reader.region, rule.reduction)
        last = rule.baseline.year if rule.baseline else plan.baseline_year
        first = rule.baseline.first_year if rule.baseline and rule.baseline.first_year else last
        recipe["counted_years"] = tuple(range(first, last + 1))
        if one.baseline_printed is None:
            recipe["baseline_years"] = recipe["counted_years"]
    if source == "statistic" and (below is None or indicator.kind == "share"):
        return Recipe(**recipe, numerator=(Term(driver(reader.region, indicator.id), "value"),))
    recipe["numerator"] = numerator_terms(reader.region, source, name)
    if below is None:
        return Recipe(**recipe)
    kind, divisor = below.source(plan.figures)
    part = "count" if kind == "measure" else "constant" if reader.constant_prices and below.constant_prices else "level"
    return Recipe(
        **recipe,
        denominator=Term(driver(reader.region, divisor), part),
        at_mean=below.at == "mean_of_year_ends",
        scale=indicator.scale,
        empty=1.0 if indicator.better == "higher" else 0.0,
    )


def numerator_terms(region: str, source: str, name: str) -> tuple[Term, ...]:
    """The drivers that a measure or a statistic is made of."""
    if source == "statistic":
        return (Term(driver(region, name), "value"),)
    if name in OF_ACCIDENTS:
        strata = ("industrial",) if name == "industrial_deaths" else tuple(STRATA)
        part = "accidents" if name == "accidents" else "deaths"
        variants = {"kept": "accidents_kept", "struck": "accidents_struck"}
        if part == "deaths":
            variants = {"kept": "kept", "struck": "struck", "rate": "rate"}
        return tuple(Term(driver(region, f"{stratum}_deaths"), part, 1.0, variants) for stratum in strata)
    if name in OF_DISASTERS:
        variants = {"calm": "without_largest"} if name == "disaster_loss_fen" else {}
        return (Term(driver(region, "disasters"), OF_DISASTERS[name], 1.0, variants),)
    kept = {"kept": "kept", "struck": "struck"}
    if name == "new_employees_trained":
        due, short = driver(region, "new_employees_due"), driver(region, "new_employees_untrained")
        return (Term(due, "count", 1.0, {}), Term(short, "count", -1.0, {}))
    return (Term(driver(region, name), "count", 1.0, kept),)
