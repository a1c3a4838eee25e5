"""The probabilities of one plan at one date, from the build where it has them, else simulated on the spot."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, Protocol

from pipelines.assessment.assessor import Office, quarter_ends
from pipelines.assessment.verdict import DECIDED
from pipelines.forecast.targets.cache import Cache
from pipelines.forecast.targets.probability import evaluate, prepare
from pipelines.forecast.targets.simulate import simulate_all
from pipelines.forecast.targets.tables import CACHE_FOLDER, open_gatherer
from pipelines.settings import Settings


class House(Protocol):
    """The part of the warehouse's gate that is needed."""

    def query(self, sql: str, params: Any = ()) -> list[dict[str, Any]]:
        """Answer one SELECT by rows that name their columns."""

    def tables(self) -> set[str]:
        """Names of the relations of this build."""


def is_quarter_end(day: dt.date) -> bool:
    """Whether a probability is shown at a date at all."""
    return (day.month, day.day) in ((3, 31), (6, 30), (9, 30), (12, 31))


def last_quarter_end(day: dt.date) -> dt.date:
    """The newest quarter-end that is not after a day.

    >>> last_quarter_end(dt.date(2024, 11, 20)), last_quarter_end(dt.date(2024, 12, 31))
    (datetime.date(2024, 9, 30), datetime.date(2024, 12, 31))
    """
    after = day + dt.timedelta(days=1)
    return dt.date(after.year, 3 * ((after.month - 1) // 3) + 1, 1) - dt.timedelta(days=1)


def forecast_at(house: House, settings: Settings, plan_id: str, as_of: dt.date) -> dict[str, dict[str, Any]]:
    """`probability` and `verdict` of every target of a plan at a quarter-end, by target id.

    What a build holds comes with its `forecast_facts` (for `tell_forecast`).

    Args:
        house: An open warehouse.
        settings: Thresholds, and the folders of plans and code lists.
        plan_id: Which plan.
        as_of: The date.

    Returns:
        Empty between quarter-ends, where no probability is shown.
    """
    if not is_quarter_end(as_of):
        return {}
    if "forecast_probabilities" in house.tables():
        sql = (
            "SELECT target_id, probability, verdict, reason_facts FROM forecast_probabilities "
            "WHERE plan_id = $plan AND as_of_on = $as_of"
        )
        stored = house.query(sql, {"plan": plan_id, "as_of": as_of})
        if stored:
            told = (dict(row, forecast_facts=json.loads(row.pop("reason_facts"))) for row in stored)
            return {row["target_id"]: row for row in told}
    return _simulated(house, settings, plan_id, as_of)


def with_forecast(
    house: House, settings: Settings, plan_id: str, as_of: dt.date, rows: list[dict[str, Any]]
) -> tuple[dt.date, list[dict[str, Any]]]:
    """What `assess_at` gave for a date, with the forecast of the newest quarter-end that is not after it.

    Between quarter-ends only what is still open carries one: what was settled since, or has no data, does not.

    Returns:
        The day of the forecast, and the rows.
    """
    day = last_quarter_end(as_of)
    chances = forecast_at(house, settings, plan_id, day)
    if day != as_of:
        is_open = {row["target_id"] for row in rows if row["verdict"] == "undecided"}
        chances = {name: one for name, one in chances.items() if name in is_open and one["verdict"] not in DECIDED}
    return day, [{**row, **chances.get(row["target_id"], {})} for row in rows]


def _simulated(house: House, settings: Settings, plan_id: str, as_of: dt.date) -> dict[str, dict[str, Any]]:
    from pipelines.catalogue import load_catalogue
    from pipelines.forecast.proof import CACHE_FOLDER as BACKTESTS
    from pipelines.forecast.proof import Proof
    from pipelines.plans import load_plans

    def ask(sql: str, params: list) -> list[tuple]:
        return [tuple(row.values()) for row in house.query(sql, params)]

    plans: Mapping = load_plans(settings.path("plans"))
    office = Office.open(settings, load_catalogue(settings.path("catalogue")), plans)
    plan = plans[plan_id]
    gatherer = open_gatherer(ask, office, {plan_id: [*quarter_ends(plan.period.start, as_of)] or [as_of]})
    looked_back = Cache(settings.path("warehouse") / BACKTESTS)
    prepared = prepare(gatherer, plan, as_of)
    prepared = Proof.of(gatherer, [prepared], looked_back).applied(prepared)
    found = simulate_all(prepared.series.values(), Cache(settings.path("warehouse") / CACHE_FOLDER))
    paths = {name: found[series.key] for name, series in prepared.series.items()}
    return {
        one.target.target.id: {
            "target_id": one.target.target.id,
            "probability": one.probability,
            "verdict": one.verdict,
        }
        for one in evaluate(gatherer, prepared, paths)
    }
