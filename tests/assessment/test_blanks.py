"""A disaster of which the loss is not known yet is no disaster without one: the sum is at least what is reported."""

import datetime as dt

import pytest

from pipelines.assessment.assess import assess_plan
from pipelines.assessment.reasons import tell_reason
from tests.assessment.world import World, make_target

ON = dt.date(2026, 2, 28)
MEAN = make_target("disaster_loss_gdp_share", "period_mean", "<", 1, unit="%", gdp_basis="current")


def end_value(limit):
    return make_target("disaster_loss_gdp_share", "end_value", "<", limit, unit="%", gdp_basis="current")


def rows(loss):
    """A flood each year with a loss of 9 million yuan, and one more in 2025 with the loss given, or none."""
    floods = [
        {
            "record_id": f"D{year}",
            "started_on": f"{year}-07-01",
            "direct_loss_fen": 900_000_000,
            "affected_person_times": 5,
        }
        for year in range(2020, 2026)
    ]
    late = {"record_id": "X", "started_on": "2025-08-01", "direct_loss_fen": loss, "affected_person_times": 7}
    gdp = [
        {"record_id": f"G{year}", "measure": "gdp", "period_start": f"{year}-01-01", "period_end": f"{year}-12-31",
         "frequency": "year", "value": 1_000_000_000_00}
        for year in range(2020, 2026)
    ]  # fmt: skip
    return {"disasters": [*floods, late], "statistics": gdp}


@pytest.fixture
def judged(warehouse_from):
    def judge(target, loss):
        house = warehouse_from(**rows(loss))
        ask = lambda sql, params: [tuple(row.values()) for row in house.query(sql, params)]  # noqa: E731 - handed on
        one = assess_plan(ask, World().office(target), "somewhere", ON)[0]
        return one, tell_reason(one.finding.reason, one.facts, "zh")

    return judge


@pytest.mark.parametrize("target", [MEAN, end_value(1)])
def test_an_upper_bound_that_a_blank_may_break_is_not_met(judged, target):
    one, told = judged(target, None)
    assert (one.verdict, one.finding.reason) == ("no_data", "blank_records")
    assert "blank_records" in one.flags
    assert told.startswith("有灾害记录没有填报这一项，只按已报部分达到目标（＜ 1%），实际可能更多，不能判断")
    assert told.endswith("；2025年有1起灾害没有填报这一项，合计只含已报部分，实际不会更少（disasters.csv第8行）")


@pytest.mark.parametrize("target", [MEAN, end_value(1)])
def test_a_reported_zero_is_a_zero(judged, target):
    one, told = judged(target, 0)
    assert one.verdict == "met" and "blank_records" not in one.flags and "没有填报" not in told


def test_a_bound_that_is_broken_already_stays_broken(judged):
    one, _ = judged(end_value(0.5), None)
    assert one.verdict == "not_met"


def test_a_year_with_a_blank_is_never_final():
    world = World().reported(2020, 2023, kinds=["disasters"]).event("2021-07-01", loss=None)
    world.counts("disaster_events", {2021: 1}).counts("disaster_loss_fen", {2021: 0})
    world.statistics("gdp", {2021: 1_000_000_000_00})
    year = world.assess(MEAN, "2025-06-30").years[2021]
    assert (year.value, year.is_closed, year.is_final) == (0, True, False)
