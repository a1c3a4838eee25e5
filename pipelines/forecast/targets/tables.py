"""The `forecast_*` tables of the targets: every plan at every quarter-end, written into an open build."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import duckdb
import numpy as np

from pipelines import clock
from pipelines.assessment.assessor import Archive, Office, as_of_dates, quarter_ends
from pipelines.assessment.tables import create_table
from pipelines.catalogue.model import Indicator
from pipelines.forecast.targets.cache import Cache
from pipelines.forecast.targets.changes import change_rows, read_moves
from pipelines.forecast.targets.gather import OF_DISASTERS, Gatherer
from pipelines.forecast.targets.names import DriverNames
from pipelines.forecast.targets.probability import prepare
from pipelines.forecast.targets.records import Ask, AskColumns, Records, by_columns
from pipelines.forecast.targets.rows import Rows, rows_of_plan
from pipelines.forecast.targets.schema import TABLES
from pipelines.forecast.targets.simulate import simulate_all
from pipelines.plans import Plan
from pipelines.progress import Progress, Silent
from pipelines.record_measures import COUNTED
from pipelines.settings import Settings
from pipelines.texts import say

CACHE_FOLDER = "forecast-cache"
ALWAYS_READ = {
    "accidents",
    "work_deaths",
    "disaster_events",
    "disaster_loss_fen",
    "larger_accidents",
    "major_accidents",
}


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

    Every driver is backtested first; where a baseline did better than its own model, the baseline is used.

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

    def columns(sql: str, params: list) -> list[np.ndarray]:
        return [*con.execute(sql, params).fetchnumpy().values()]

    from pipelines.forecast.proof import CACHE_FOLDER as BACKTESTS
    from pipelines.forecast.proof import Proof, write_proof

    progress = progress or Silent()
    office = Office.open(settings, catalogue, plans)
    dates = forecast_dates(ask, plans)
    gatherer = open_gatherer(ask, office, dates, columns)
    cache = Cache(settings.path("warehouse") / CACHE_FOLDER)
    names = DriverNames(settings.path("codes"), catalogue)
    rows: Rows = {name: [] for name in TABLES}
    with progress.task(say("forecast.evaluating"), sum(map(len, dates.values()))) as advance:
        prepared = []
        for plan in plans.values():
            for as_of in dates[plan.id]:
                prepared.append(prepare(gatherer, plan, as_of))
                advance(1)
    looked_back = Cache(settings.path("warehouse") / BACKTESTS)
    proof = Proof.of(gatherer, prepared, looked_back, processes=processes, progress=progress, tidy=True)
    prepared = [proof.applied(one) for one in prepared]
    wanted = [series for one in prepared for series in one.series.values()]
    paths = simulate_all(wanted, cache, processes=processes, progress=progress)
    cache.keep_only({series.key for series in wanted})
    regions = {code for plan in plans.values() for target in plan.targets for code in target.each_region or ()}
    moves = read_moves(ask, regions | {plan.region_code for plan in plans.values()}, gatherer.measures)
    earlier: dict[str, dt.date] = {}
    evidence: list[tuple] = []
    for one in prepared:
        before = earlier.get(one.plan.id)
        if before is not None:
            for target in one.targets:
                rows["forecast_changes"].extend(
                    change_rows(gatherer.archive, one.plan, target, before, one.as_of, moves)
                )
        earlier[one.plan.id] = one.as_of
        mine = {name: paths[series.key] for name, series in one.series.items()}
        is_newest = one.as_of == dates[one.plan.id][-1]
        evidence += rows_of_plan(rows, gatherer, one, mine, names, proof, keeps_paths=is_newest)
    for name, columns in TABLES.items():
        create_table(con, name, columns, rows[name])
    write_proof(con, proof, evidence)


def forecast_dates(ask: Ask, plans: Mapping[str, Plan]) -> dict[str, list[dt.date]]:
    """The quarter-ends at which each plan is forecast: up to the newest date at which it is assessed in this build.

    In a build without assessments, up to the newest date at which anything became known.
    """
    if ask("SELECT 1 FROM information_schema.tables WHERE table_name = 'assess_plans'", []):
        newest = dict(ask("SELECT plan_id, newest_as_of FROM assess_plans", []))
    else:
        known = as_of_dates(ask, plans.values(), clock.today())
        newest = {name: days[-1] for name, days in known.items() if days}
    return {
        plan.id: quarter_ends(plan.period.start, newest[plan.id]) if newest.get(plan.id) else []
        for plan in plans.values()
    }


def open_gatherer(
    ask: Ask, office: Office, dates: Mapping[str, list[dt.date]], columns: AskColumns | None = None
) -> Gatherer:
    """Read what the plans that have dates need.

    Args:
        ask: Answers a SELECT by rows.
        office: What does not depend on a date.
        dates: Dates by plan.
        columns: Answers a SELECT by columns, where somebody can; else they are made of the rows.
    """
    plans = [plan for plan in office.plans.values() if dates.get(plan.id)]
    archive = Archive(ask, office, plans, {plan.id: list(dates[plan.id]) for plan in plans})
    measures = set(ALWAYS_READ)
    for plan in plans:
        for target in plan.targets:
            indicator = office.indicator(plan, target)
            operands = (indicator.numerator, indicator.denominator)
            sources = [operand.source(plan.figures) for operand in operands if operand]
            measures |= {name for source, name in sources if source == "measure"}
    records = Records(
        columns or by_columns(ask), {plan.region_code for plan in plans}, measures - set(OF_DISASTERS) | ALWAYS_READ
    )
    sectors = dict(ask("SELECT sector_code, is_industrial FROM mart_sectors ORDER BY sector_code", []))
    return Gatherer(archive, records, sectors, frozenset(measures & set(COUNTED)))
