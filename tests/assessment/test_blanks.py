"""A disaster of which the loss is not known yet is no disaster without one: the sum is at least what is reported."""

import datetime as dt

import pytest

from pipelines import shown
from pipelines.assessment.assess import assess_plan
from pipelines.assessment.reasons import tell_reason
from pipelines.record_measures import SUMMED
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


def assessed(house, target):
    """The assessment of a single target on the records of a build."""

    def ask(sql, params):
        return [tuple(row.values()) for row in house.query(sql, params)]

    return assess_plan(ask, World().office(target), "somewhere", ON)[0]


@pytest.fixture
def judged(warehouse_from):
    def judge(target, loss):
        one = assessed(warehouse_from(**rows(loss)), target)
        return one, tell_reason(one.finding.reason, one.facts, "zh")

    return judge


@pytest.mark.parametrize("target", [MEAN, end_value(1)])
def test_an_upper_bound_that_a_blank_may_break_is_not_met(judged, target):
    one, told = judged(target, None)
    assert (one.verdict, one.finding.reason) == ("no_data", "blank_records")
    assert "blank_records" in one.flags
    assert told.startswith("有记录没有填报这一项，只按已报部分达到目标（＜ 1%），实际可能更多，不能判断")
    assert told.endswith("；2025年有1起灾害没有填报这一项，合计只含已报部分，实际不会更少（disasters.csv第8行）")


@pytest.mark.parametrize("target", [MEAN, end_value(1)])
def test_a_reported_zero_is_a_zero(judged, target):
    one, told = judged(target, 0)
    assert one.verdict == "met" and "blank_records" not in one.flags and "没有填报" not in told


def test_a_bound_that_is_broken_already_stays_broken(judged):
    one, _ = judged(end_value(0.5), None)
    assert one.verdict == "not_met"


def test_a_year_with_a_blank_is_never_final():
    world = World().reported(2020, 2023, kinds=["disasters"]).blank("disaster_loss_fen", "2021-07", "2021-07-04")
    world.counts("disaster_events", {2021: 1}).counts("disaster_loss_fen", {2021: 0})
    world.statistics("gdp", {2021: 1_000_000_000_00})
    year = world.assess(MEAN, "2025-06-30").years[2021]
    assert (year.value, year.is_closed, year.is_final) == (0, True, False)


DEATHS = make_target("disaster_deaths_per_million", "end_value", "<=", 1, unit="人/百万人")


@pytest.mark.parametrize(("deaths", "verdict"), [(None, "no_data"), (0, "met")])
def test_a_disaster_of_which_the_dead_are_not_known_yet_is_no_disaster_without_dead(warehouse_from, deaths, verdict):
    house = warehouse_from(
        disasters=[{"record_id": "D", "started_on": "2025-08-01", "deaths": deaths, "missing": 0}],
        statistics=[
            {"record_id": f"P{year}", "measure": "population", "period_end": f"{year}-12-31", "value": 1e6}
            for year in (2023, 2024, 2025)
        ],
    )
    one = assessed(house, DEATHS)
    told = tell_reason(one.finding.reason, one.facts, "zh")
    assert one.verdict == verdict
    assert ("2025年有1起灾害没有填报这一项" in told) == (deaths is None)
    row = {"value_now": 0.0, "reason_facts": one.facts, "display_factor": 1, "display_decimals": 2,
           "display_unit": "人", "display_unit_en": ""}  # fmt: skip
    assert shown.value_now(row) == ("至少0.00 人" if deaths is None else "0.00 人")


def test_a_minimum_that_what_is_reported_misses_may_still_be_reached():
    trained = make_target("new_employee_training_share", "end_value", ">=", 95, unit="%")
    world = World().reported(2020, 2026, kinds=["training"]).count("new_employees_due", "2025-05", 100)
    world.count("new_employees_trained", "2025-05", 90).count("training_sessions", "2025-05", 2)
    assert world.assess(trained, "2026-02-28").verdict == "not_met"
    world.blank("new_employees_trained", "2025-05", "2025-06-01", kind="training")
    one = world.assess(trained, "2026-02-28")
    assert (one.verdict, one.finding.reason) == ("no_data", "blank_records_short")
    assert "只按已报部分未达到目标" in tell_reason(one.finding.reason, one.facts, "zh")


def test_a_share_of_an_amount_that_is_blank_is_not_known():
    trained = make_target("new_employee_training_share", "end_value", ">=", 95, unit="%")
    world = World().reported(2020, 2026, kinds=["training"]).count("new_employees_due", "2025-05", 100)
    world.count("new_employees_trained", "2025-05", 99).count("training_sessions", "2025-05", 2)
    world.blank("new_employees_due", "2025-05", "2025-06-01", kind="training")
    one = world.assess(trained, "2026-02-28")
    assert (one.verdict, one.years[2025].value) == ("no_data", None)
    assert "没有填报应训或已训人数" in tell_reason(one.finding.reason, one.facts, "zh")


@pytest.mark.parametrize("measure", sorted(name for name, one in SUMMED.items() if one.kind != "inspections"))
def test_the_model_finds_the_blanks_of_the_records_that_a_measure_adds_up(warehouse_from, measure):
    summed = SUMMED[measure]
    said = {
        "accidents": [{"counts_as_work_safety": True}, {"counts_as_work_safety": False}],
        "disasters": [{"hazard_code": "flood"}, {"hazard_code": "hail_wind"}],
        "training": [{"training_kind_code": "new_employee"}, {"training_kind_code": "drill"}],
    }[summed.kind]
    rows = [{**row, summed.field: value} for row in said for value in (None, 3)]
    house = warehouse_from(**{summed.kind: [{"record_id": f"R{n}", **row} for n, row in enumerate(rows)]})
    found = house.query("SELECT record_id FROM mart_blank_records WHERE measure = $name", {"name": measure})
    only_first = measure == "flood_loss_fen" or summed.kind != "disasters"
    looked_at = summed.kind != "training" or measure.startswith("new_employees")
    assert sorted(row["record_id"] for row in found) == (["R0"] if only_first else ["R0", "R2"]) * looked_at


def test_a_report_that_fills_the_blank_ends_it(warehouse_from):
    first = {"record_id": "D", "started_on": "2024-07-01", "reported_at": "2024-07-02 08:00:00"}
    later = {**first, "deaths": 0, "status": "revised", "reported_at": "2024-08-02 08:00:00"}
    house = warehouse_from(disasters=[first, later])
    sql = "SELECT known_on, superseded_on FROM mart_blank_records WHERE measure = 'disaster_deaths'"
    assert house.query(sql) == [{"known_on": dt.date(2024, 7, 2), "superseded_on": dt.date(2024, 8, 2)}]


def test_of_a_file_that_speaks_of_others_too_no_line_is_told(warehouse_from):
    files = {"all.csv": {"is_history": True}}
    blank = {"record_id": "D", "started_on": "2025-08-01", "file": "all.csv"}
    for other, told in (("120113101", "disasters/all.csv"), ("120116", "disasters/all.csv")):
        house = warehouse_from(files=files, disasters=[blank, {**blank, "record_id": "E", "region_code": other}])
        one = assessed(house, DEATHS)
        (place,) = one.facts["blanks_in"]
        assert place == {"file": told, "lines": [] if other == "120116" else [2, 3]}


def test_an_accident_without_its_loss_may_be_of_a_higher_grade_than_its_dead_make_it(warehouse_from):
    """By the regulation's article 3 the loss alone, or the injured alone, can make an accident larger."""
    full = {"serious_injuries": 0, "direct_loss_fen": 100, "occurred_at": "2025-03-01 08:00:00"}
    house = warehouse_from(
        accidents=[
            {"record_id": "whole", **full},
            {"record_id": "no loss", **full, "direct_loss_fen": None},
            {"record_id": "no injured", **full, "serious_injuries": None},
            {"record_id": "graded", **full, "direct_loss_fen": None, "official_grade_code": "general"},
            {"record_id": "larger", **full, "direct_loss_fen": None, "deaths": 3},
            {"record_id": "other", **full, "direct_loss_fen": None, "counts_as_work_safety": False},
        ]
    )
    sql = "SELECT record_id FROM mart_blank_records WHERE measure = $name ORDER BY record_id"
    for name, ids in (
        ("larger_accidents", ["no injured", "no loss"]),
        ("major_accidents", ["larger", "no injured", "no loss"]),
    ):
        assert [row["record_id"] for row in house.query(sql, {"name": name})] == ids


@pytest.mark.parametrize("loss", [None, 100])
def test_larger_accidents_are_told_as_at_least_so_many_where_a_loss_is_blank(warehouse_from, loss):
    rows = [
        {"record_id": f"A{n}", "occurred_at": f"2025-0{n}-01 08:00:00", "deaths": n, "serious_injuries": 0,
         "direct_loss_fen": 100 if n == 3 else loss}
        for n in (1, 3)
    ]  # fmt: skip
    target = make_target("larger_accidents", "end_value", "<=", 5)
    one = assessed(warehouse_from(accidents=rows), target)
    assert one.years[2025].numerator == 1
    assert one.facts.get("at_least", False) is (loss is None) and ("is_least" in one.flags) is (loss is None)
    told = tell_reason(one.finding.reason, one.facts, "zh")
    assert ("有的事故没有填报" in told) is (loss is None)
