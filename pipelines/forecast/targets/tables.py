"""The `forecast_*` tables of the targets: every plan at every quarter-end, written into an open build."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping

import duckdb
import numpy as np

from pipelines.assessment.assessor import Archive, Office, as_of_dates, quarter_ends
from pipelines.assessment.tables import create_table
from pipelines.assessment.verdict import displayed_tenths
from pipelines.catalogue.model import Indicator
from pipelines.forecast.targets.cache import Cache
from pipelines.forecast.targets.eligibility import DECIDED
from pipelines.forecast.targets.gather import OF_DISASTERS, Gatherer
from pipelines.forecast.targets.names import DriverNames
from pipelines.forecast.targets.probability import Forecast, Prepared, evaluate, prepare
from pipelines.forecast.targets.reasons import Reasons, reasons_of
from pipelines.forecast.targets.records import Ask, Records
from pipelines.forecast.targets.schema import TABLES
from pipelines.forecast.targets.series import Paths
from pipelines.forecast.targets.simulate import simulate_all
from pipelines.plans import Plan
from pipelines.progress import Progress, Silent
from pipelines.settings import Settings
from pipelines.texts import say

Rows = dict[str, list[tuple]]
CACHE_FOLDER = "forecast-cache"
ALWAYS_READ = {
    "accidents",
    "work_deaths",
    "disaster_events",
    "disaster_loss_fen",
    "larger_accidents",
    "major_accidents",
}
FAN = (0.5, 0.25, 0.75, 0.1, 0.9)


def write_forecasts(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    catalogue: Mapping[str, Indicator],
    plans: Mapping[str, Plan],
    *,
    progress: Progress | None = None,
    processes: int = 2,
) -> None:
    """Forecast every plan at every quarter-end and create the `forecast_*` tables.

    Args:
        con: Connection to the open build, with marts in it.
        settings: Thresholds, code lists, the warehouse (whose `forecast-cache` keeps what was simulated).
        catalogue: Indicators by id.
        plans: Plans by id.
        progress: Who watches.
        processes: Number of processes; the result does not depend on it.
    """

    def ask(sql: str, params: list) -> list[tuple]:
        return con.execute(sql, params).fetchall()

    progress = progress or Silent()
    office = Office.open(settings, catalogue, plans)
    dates = forecast_dates(ask, plans)
    gatherer = open_gatherer(ask, office, dates)
    cache = Cache(settings.path("warehouse") / CACHE_FOLDER)
    names = DriverNames(settings.path("codes"), catalogue)
    rows: Rows = {name: [] for name in TABLES}
    with progress.task(say("forecast.evaluating"), sum(map(len, dates.values()))) as advance:
        prepared = []
        for plan in plans.values():
            for as_of in dates[plan.id]:
                prepared.append(prepare(gatherer, plan, as_of))
                advance(1)
    wanted = [series for one in prepared for series in one.series.values()]
    paths = simulate_all(wanted, cache, processes=processes, progress=progress)
    cache.keep_only({series.key for series in wanted})
    for one in prepared:
        mine = {name: paths[series.key] for name, series in one.series.items()}
        rows_of_plan(rows, gatherer, one, mine, names, keeps_paths=one.as_of == dates[one.plan.id][-1])
    for name, columns in TABLES.items():
        create_table(con, name, columns, rows[name])


def forecast_dates(ask: Ask, plans: Mapping[str, Plan]) -> dict[str, list[dt.date]]:
    """The quarter-ends at which each plan is forecast, up to the newest date at which anything became known."""
    known = as_of_dates(ask, plans.values(), dt.date.today())
    found = {}
    for plan in plans.values():
        found[plan.id] = quarter_ends(plan.period.start, known[plan.id][-1]) if known[plan.id] else []
    return found


def open_gatherer(ask: Ask, office: Office, dates: Mapping[str, list[dt.date]]) -> Gatherer:
    """Read what the plans that have dates need."""
    plans = [plan for plan in office.plans.values() if dates.get(plan.id)]
    archive = Archive(ask, office, plans, {plan.id: list(dates[plan.id]) for plan in plans})
    measures = set(ALWAYS_READ)
    for plan in plans:
        for target in plan.targets:
            indicator = office.indicator(plan, target)
            operands = (indicator.numerator, indicator.denominator)
            sources = [operand.source(plan.figures) for operand in operands if operand]
            measures |= {name for source, name in sources if source == "measure"}
    records = Records(ask, {plan.region_code for plan in plans}, measures - set(OF_DISASTERS) | ALWAYS_READ)
    return Gatherer(archive, records)


def rows_of_plan(
    rows: Rows,
    gatherer: Gatherer,
    prepared: Prepared,
    paths: Mapping[str, Paths],
    names: DriverNames,
    *,
    keeps_paths: bool,
) -> None:
    """Append the rows of one plan at one date to every table."""
    forecasts = evaluate(gatherer, prepared, paths)
    for one in forecasts:
        rows["forecast_probabilities"].append(_probability_row(prepared, one, paths, names))
        rows["forecast_fans"].extend(_fan_rows(prepared, one))
    rows["forecast_binding"].extend(_binding_rows(prepared, forecasts))
    if keeps_paths:
        rows["forecast_driver_paths"].extend(_path_rows(prepared, paths))


def _probability_row(prepared: Prepared, one: Forecast, paths: Mapping[str, Paths], names: DriverNames) -> tuple:
    why = Reasons()
    if one.hits is not None and one.judged is not None:
        measure = one.target.indicator.numerator.measure
        part_of = {
            name: OF_DISASTERS[measure] for name in one.drivers if measure in OF_DISASTERS and "disasters" in name
        }
        why = reasons_of(one.hits, one.judged, one.drivers, paths, part_of)
    decided = one.target.finding.settled in DECIDED
    models = sorted({prepared.series[name].model for name in one.drivers})
    facts = {
        "refused": one.ground.refused,
        "n": one.ground.n,
        "needed": one.ground.needed,
        "decided": decided,
        "probability": one.probability,
        "main_driver": names.of(why.main_driver) if why.main_driver else None,
        "main_assumption": names.of(why.main_assumption) if why.main_assumption else None,
        "high": why.high,
        "low": why.low,
        "spread": why.spread,
        "underlying": one.underlying,
        "removals": one.without_removals,
        "largest": one.without_largest,
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
        None,
        None,
        why.main_driver or None,
        why.main_assumption or None,
        json.dumps(facts, ensure_ascii=False),
    )


def _fan_rows(prepared: Prepared, one: Forecast) -> Iterable[tuple]:
    if one.values is None or one.probability is None:
        return
    for year in range(prepared.plan.period.start, one.target.target.due_year + 1):
        paths = one.values.of(year)
        if not np.isfinite(paths).all():
            continue
        median, lo50, hi50, lo80, hi80 = map(float, np.quantile(paths, FAN))
        known = one.target.years.get(year)
        observed = 1.0 if year < prepared.as_of.year or (known and known.is_complete) else 0.0
        if year == prepared.as_of.year and not observed and one.target.indicator.numerator.measure:
            observed = prepared.as_of.month / 12
        yield (prepared.plan.id, one.target.target.id, prepared.as_of, year, median, lo50, hi50, lo80, hi80, observed)


def _binding_rows(prepared: Prepared, forecasts: list[Forecast]) -> Iterable[tuple]:
    """Distribution of the number of binding targets met, from the same paths for all of them."""
    binding = [one for one in forecasts if one.target.target.nature == "binding"]
    certain = sum(int(one.probability or 0) for one in binding if one.hits is None and one.probability is not None)
    uncertain = [one.hits for one in binding if one.hits is not None]
    judged = sum(one.probability is not None for one in binding)
    if not judged:
        return
    met = np.sum(uncertain, axis=0) + certain if uncertain else np.array([certain])
    for number in range(judged + 1):
        share = float(np.mean(met == number))
        yield (prepared.plan.id, prepared.as_of, number, judged, len(binding) - judged, share)


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
