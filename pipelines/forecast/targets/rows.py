"""Rows of the `forecast_*` tables for one plan at one date."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from pipelines.assessment.verdict import displayed_tenths
from pipelines.forecast.targets.completeness_rows import completeness_rows
from pipelines.forecast.targets.control import control_rows, control_totals
from pipelines.forecast.targets.control_spans import span_rows
from pipelines.forecast.targets.eligibility import DECIDED
from pipelines.forecast.targets.gather import STRATA, Gatherer, driver
from pipelines.forecast.targets.names import DriverNames
from pipelines.forecast.targets.probability import Forecast, Prepared, evaluate
from pipelines.forecast.targets.reasons import Reasons, reasons_of
from pipelines.forecast.targets.series import Paths

if TYPE_CHECKING:
    from pipelines.forecast.proof import Proof

Rows = dict[str, list[tuple]]
COVERAGE = slice(8, 10)  # `coverage80` and `coverage_n` of a row of `forecast_evidence`
FAN = (0.5, 0.25, 0.75, 0.1, 0.9)
NO_TOTAL = (None,) * len(FAN)


def rows_of_plan(
    rows: Rows,
    gatherer: Gatherer,
    prepared: Prepared,
    paths: Mapping[str, Paths],
    names: DriverNames,
    proof: Proof,
    *,
    keeps_paths: bool,
) -> list[tuple]:
    """Append the rows of one plan at one date to every table.

    Returns:
        Rows of `forecast_evidence`, what stands beside each probability.
    """
    evidence = []
    forecasts = evaluate(gatherer, prepared, paths)
    for one in forecasts:
        found = proof.target_row(prepared, one)
        evidence += [found] if found else []
        is_too_wide = found is not None and proof.is_too_wide(prepared, one.recipe)
        rows["forecast_probabilities"].append(_probability_row(prepared, one, paths, names, found, is_too_wide))
        rows["forecast_fans"].extend(_fan_rows(prepared, one))
    rows["forecast_binding"].extend(_binding_rows(prepared, forecasts))
    plan, as_of, series = prepared.plan, prepared.as_of, prepared.series
    totals = control_totals(gatherer, plan, as_of, series, paths)
    rows["forecast_control_figures"].extend(control_rows(gatherer, plan, as_of, totals))
    rows["forecast_control_spans"].extend(span_rows(gatherer, plan, as_of, totals))
    rows["forecast_completeness"].extend(completeness_rows(plan, as_of, series))
    if keeps_paths:
        rows["forecast_driver_paths"].extend(_path_rows(prepared, paths))
        rows["forecast_recipes"].extend(_recipe_rows(prepared, forecasts))
        rows["forecast_sector_shares"].extend(_sector_rows(gatherer, prepared))
    return evidence


def _probability_row(
    prepared: Prepared,
    one: Forecast,
    paths: Mapping[str, Paths],
    names: DriverNames,
    evidence: tuple | None,
    is_too_wide: bool,
) -> tuple:
    why, drivers = Reasons(), ()
    if one.recipe is not None and one.probability is not None:
        why, drivers = reasons_of(one.recipe, one.found, paths), one.recipe.drivers
    decided = one.target.finding.settled in DECIDED and not one.ground.refused
    models = sorted({prepared.series[name].model for name in drivers})
    facts = {
        "refused": one.ground.refused,
        "n": one.ground.n,
        "needed": one.ground.needed,
        "decided": decided,
        "probability": one.probability,
        "main_driver": names.of(why.main_driver) if why.main_driver else None,
        "main_assumption": names.of(why.main_assumption) if why.main_assumption else None,
        "is_alone": len(drivers) == 1,
        "high": why.high,
        "low": why.low,
        "spread": why.spread,
        "underlying": one.underlying,
        "removals": one.without_removals,
        "largest": one.without_largest,
        "is_too_wide": is_too_wide,
    }
    return (
        prepared.plan.id,
        one.target.target.id,
        prepared.as_of,
        one.probability is not None,
        one.ground.refused or None,
        one.probability,
        None if one.probability is None else displayed_tenths(one.probability),
        one.verdict,
        one.underlying,
        one.without_removals,
        one.without_largest,
        "decided" if decided else "+".join(models) or None,
        one.ground.n,
        *(evidence[COVERAGE] if evidence and evidence[COVERAGE][1] else (None, None)),
        why.main_driver or None,
        why.main_assumption or None,
        json.dumps(facts, ensure_ascii=False),
    )


def _fan_rows(prepared: Prepared, one: Forecast) -> Iterable[tuple]:
    if one.found is None or one.found.value is None or one.probability is None:
        return
    first = prepared.plan.period.start
    totals = _totals(one, first)
    for year in range(first, one.recipe.due + 1):
        paths = one.found.value[year - one.recipe.first_year]
        if not np.isfinite(paths).all():
            continue
        band = map(float, np.quantile(paths, FAN))
        total = NO_TOTAL if totals is None else tuple(map(float, np.quantile(totals[year - first], FAN)))
        known = one.target.years.get(year)
        is_part = known is not None and known.is_part
        is_past = year < prepared.as_of.year and not is_part
        observed = 1.0 if is_past or (known and known.is_complete) else 0.0
        if year == prepared.as_of.year and not observed and one.target.indicator.numerator.measure:
            observed = prepared.as_of.month / 12
        yield (prepared.plan.id, one.target.target.id, prepared.as_of, year, *band, observed, *total)


def _totals(one: Forecast, first: int) -> np.ndarray | None:
    """The running total of every path since the plan's first year, where the target is a total; bands do not add up."""
    if one.target.kind != "period_total":
        return None
    return np.cumsum(
        one.found.value[first - one.recipe.first_year : one.recipe.due + 1 - one.recipe.first_year], axis=0
    )


def _binding_rows(prepared: Prepared, forecasts: list[Forecast]) -> Iterable[tuple]:
    """Distribution of the number of binding targets met, from the same paths for all of them.

    Each counts with the probability that is told of it: that of events holds where an event puts them to the test.
    """
    binding = [one for one in forecasts if one.target.target.nature == "binding"]
    with_chance = [one for one in binding if one.probability is not None]
    certain = sum(int(one.probability) for one in with_chance if one.found is None)
    uncertain = [one.found.hits_if_tested for one in with_chance if one.found is not None]
    if not with_chance:
        return
    met = np.sum(uncertain, axis=0) + certain if uncertain else np.array([certain])
    for number in range(len(with_chance) + 1):
        without = len(binding) - len(with_chance)
        share = float(np.mean(met == number))
        yield (prepared.plan.id, prepared.as_of, number, len(with_chance), without, share)


def _path_rows(prepared: Prepared, paths: Mapping[str, Paths]) -> Iterable[tuple]:
    for name, series in sorted(prepared.series.items()):
        for part, values in paths[name].items():
            for at, year in enumerate(series.years):
                if not np.isfinite(values[at]).all():
                    continue
                constant = bool((values[at] == values[at][0]).all())
                kept = [] if constant else values[at].tolist()
                yield (
                    prepared.plan.id,
                    prepared.as_of,
                    name,
                    part,
                    year,
                    float(values[at][0]) if constant else None,
                    kept,
                )


def _recipe_rows(prepared: Prepared, forecasts: list[Forecast]) -> Iterable[tuple]:
    for one in forecasts:
        if one.recipe is not None and one.probability is not None:
            recipe = json.dumps(one.recipe.to_json(), ensure_ascii=False)
            yield (prepared.plan.id, one.target.target.id, prepared.as_of, recipe)


def _sector_rows(gatherer: Gatherer, prepared: Prepared) -> Iterable[tuple]:
    for stratum in STRATA:
        name = driver(prepared.plan.region_code, f"{stratum}_deaths")
        if name in prepared.series:
            shares = gatherer.sector_shares(prepared.plan.region_code, stratum, prepared.as_of)
            for sector, share in shares.items():
                yield (prepared.plan.id, prepared.as_of, name, sector, share)
