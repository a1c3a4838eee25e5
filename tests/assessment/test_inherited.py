"""What is inherited of a target, and what is a plan's own: bound of the region, prices, year, period."""

import pytest

from pipelines.assessment import write_assessments
from pipelines.assessment.assess import assess_plan
from pipelines.assessment.assessor import Office
from pipelines.catalogue import load_catalogue
from pipelines.plans.lint import lint
from pipelines.settings import Settings
from tests.assessment.world import ROOT, YI, World, day, make_plan, make_target

GDP_RATE = "work_deaths_per_100m_yuan_gdp"
INHERITED = make_target("work_deaths", "inherited", due_year=2025)


def office(above, own, *, city=None, district=None):
    """An office of a city's plan with one target and a district's (120113) that inherits it."""
    plans = [
        make_plan(above, id="city", region_code="120000", **(city or {})),
        make_plan(own, id="district", parent="city", **(district or {})),
    ]
    return Office.open(Settings(root=ROOT), load_catalogue(), {plan.id: plan for plan in plans})


def judge(world, made, as_of="2026-02-28"):
    return assess_plan(world.ask, made, "district", day(as_of))[0]


def doubts(made):
    found = lint(made.plans, made.catalogue, [], {"120000": "", "120113": "120000", "120116": "120000"})
    return {one.code for one in found if one.plan_id == "district"}


def deaths(by_year):
    world = World().reported(2015, 2025)
    return world.counts("work_deaths", by_year).counts("accidents", by_year)


@pytest.mark.parametrize(("bound", "verdict"), [(6, "not_met"), (4, "met")])
def test_where_the_city_prints_a_bound_for_each_district_the_districts_own_counts(bound, verdict):
    above = make_target("work_deaths", "end_value", ">=", 3, each_region={"120116": 3, "120113": bound})
    judged = judge(deaths({2025: 5}), office(above, INHERITED))
    assert (judged.bound.value, judged.verdict) == (bound, verdict)
    assert judged.regions == ()


def test_a_district_that_the_city_does_not_name_has_no_target():
    made = office(make_target("work_deaths", "end_value", ">=", 3, each_region={"120116": 3}), INHERITED)
    judged = judge(deaths({2025: 5}), made)
    assert (judged.verdict, judged.finding.reason, judged.bound) == ("no_data", "target_unset", None)
    assert "inherited_not_here" in doubts(made)


def rates():
    """Ten deaths a year; GDP of 1000 grows to 1500 at current prices, to 1150 at constant ones."""
    world = deaths(dict.fromkeys(range(2020, 2026), 10))
    for name, last in (("gdp", 1500), ("gdp_at_2020_prices", 1150)):
        world.statistics(name, {2020: 1000 * YI, 2025: last * YI})
    return world


@pytest.mark.parametrize(
    ("above", "own", "verdict"),
    [
        ("constant", None, "not_met"),
        ("current", None, "met"),
        ("constant", "current", "met"),
        ("unconfirmed", None, "no_forecast"),
    ],
)
def test_the_prices_of_the_plan_above_are_meant_where_the_district_names_none(above, own, verdict):
    cut = make_target(GDP_RATE, "reduction", "<=", 20, unit="%", gdp_basis=above)
    made = office(cut, make_target(GDP_RATE, "inherited", gdp_basis=own))
    assert judge(rates(), made).verdict == verdict
    assert ("gdp_basis_unconfirmed" in doubts(made)) == (above == "unconfirmed")


def test_a_demand_is_judged_in_the_year_that_the_districts_own_plan_names():
    above = make_target("work_deaths", "end_value", "<=", 8)
    made = office(above, make_target("work_deaths", "inherited", due_year=2023))
    judged = judge(deaths({2023: 10, 2024: 5}), made, "2024-06-30")
    assert (judged.verdict, judged.facts["due"]) == ("not_met", 2023)
    assert "inherited_other_year" in doubts(made)


def test_a_plan_above_asks_nothing_of_years_after_its_own():
    following = {"period": {"start": 2026, "end": 2030}, "baseline_year": 2025}
    own = make_target("work_deaths", "inherited", due_year=2030)
    made = office(make_target("work_deaths", "end_value", "<=", 8), own, district=following)
    judged = judge(deaths({2025: 5}), made, "2026-03-31")
    assert (judged.verdict, judged.finding.reason) == ("no_data", "target_unset")
    assert "inherited_other_period" in doubts(made)


@pytest.mark.parametrize(
    ("above", "sign", "unit"),
    [
        (make_target("work_deaths", "end_value", "<=", 5), "<=", "人"),
        (make_target("relief_hours", "events", "<=", 8, unit="小时", required_share=0.9), ">=", "%"),
    ],
)
def test_the_bound_of_what_is_inherited_is_printed_with_the_sign_and_unit_of_the_target_above(above, sign, unit):
    world = deaths({2025: 5})
    made = office(above, make_target(above["indicator"], "inherited"))
    write_assessments(world.con, made.settings, made.catalogue, made.plans)
    sql = "SELECT DISTINCT operator, display_unit FROM assess_targets"
    assert world.con.execute(sql).fetchall() == [(sign, unit)]
