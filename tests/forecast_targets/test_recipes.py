"""A target's arithmetic on paths, by hand."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.forecast.targets import tell_forecast
from pipelines.forecast.targets.eligibility import ground_of
from pipelines.forecast.targets.meeting import meets, meets_bound
from pipelines.forecast.targets.recipe import Recipe, Term, judge, underlying
from pipelines.forecast.targets.series import Series
from pipelines.forecast.targets.simulate import simulate
from tests.assessment.world import World, make_plan, make_target

YEARS = 6  # 2020 to 2025


def paths_of(**drivers):
    """Yearly paths, one row per year from 2020 on; a number stands for every path."""
    return {name: {"value": np.array(rows, float)} for name, rows in drivers.items()}


def recipe(kind="end_value", operator="<=", bound=10.0, **more):
    said = {"start": 2021, "due": 2025, "first_year": 2020, "numerator": (Term("deaths", "value"),)}
    return Recipe("t", kind, operator=operator, bound=bound, **{**said, **more})


def test_two_hundred_and_one_deaths_meet_a_reduction_by_33_per_cent_from_300():
    assert meets(np.array([200.0, 201.0, 202.0]), "<=", 0.67 * 300).tolist() == [True, True, False]
    assert meets(np.array([201.0]), "<", 0.67 * 300).tolist() == [False]


@pytest.mark.parametrize("share", [0.9, 0.7, 0.3, 1.2, 0.026])
@pytest.mark.parametrize("kind", ["every_year", "period_mean"])
@pytest.mark.parametrize(("operator", "expected"), [("<", 0), ("<=", 1), (">=", 1), (">", 0)])
def test_known_years_that_stand_on_the_bound_meet_it_also_as_the_paths_keep_them(share, kind, operator, expected):
    series = Series("annual", "deaths", 2020, 2025, {"value": [share] * 6, "from_year": 2020, "kind": "rate"})
    assert judge(recipe(kind, operator, share), {"deaths": simulate(series)}).probability == expected


@pytest.mark.parametrize(("operator", "expected"), [("<", 0), ("<=", 1), (">=", 1), (">", 0)])
def test_strictness_is_kept_at_equality(operator, expected):
    assert meets(np.array([0.3]), operator, 0.1 + 0.2).tolist() == [bool(expected)]


def test_a_year_without_a_value_never_meets():
    assert not meets(np.array([np.nan, np.nan]), "<=", 1.0).any()
    assert not meets(np.array([np.nan]), ">=", 1.0).any()


def test_an_end_value_is_judged_by_the_due_year_alone():
    found = judge(recipe(), paths_of(deaths=[[99, 99]] * 5 + [[10, 11]]))
    assert found.hits.tolist() == [True, False]
    assert found.probability == 0.5


def test_a_mean_is_over_the_plan_years_and_not_the_baseline():
    found = judge(recipe("period_mean", "<"), paths_of(deaths=[[99, 99]] + [[10, 9]] * 5))
    assert found.judged.tolist() == [10, 9]
    assert found.hits.tolist() == [False, True]


def test_every_year_fails_by_one_past_year():
    assert judge(recipe("every_year", bound=0.0), paths_of(deaths=[[5, 5], [0, 1]] + [[0, 0]] * 4)).hits.tolist() == [
        True,
        False,
    ]


def test_a_total_is_the_sum_of_the_plan_years():
    assert judge(recipe("period_total", ">=", 10.0), paths_of(deaths=[[9, 9]] + [[2, 1]] * 5)).hits.tolist() == [
        True,
        False,
    ]


def test_a_rate_is_divided_by_its_own_year_or_by_the_mean_of_two_year_ends():
    paths = paths_of(deaths=[[10.0]] * 6, people=[[100.0]] * 5 + [[300.0]])
    below = {"denominator": Term("people", "value"), "scale": 1000.0}
    assert judge(recipe(**below), paths).judged.tolist() == [10 / 300 * 1000]
    assert judge(recipe(**below, at_mean=True), paths).judged.tolist() == [10 / 200 * 1000]


def test_an_unprinted_baseline_moves_with_each_path():
    reduction = recipe("reduction", reduction=0.5, baseline_years=(2020,))
    found = judge(reduction, paths_of(deaths=[[20, 10]] + [[0, 0]] * 4 + [[8, 8]]))
    assert found.hits.tolist() == [True, False]


def test_a_final_year_is_its_value_whatever_the_paths_say():
    found = judge(recipe(final={2025: 3.0}), paths_of(deaths=[[50, 60]] * 6))
    assert found.judged.tolist() == [3, 3]


def test_every_region_must_meet_its_own_bound():
    regions = (recipe(bound=10.0), recipe(bound=5.0, numerator=(Term("other", "value"),)))
    paths = paths_of(deaths=[[9, 9, 11]] * 6, other=[[5, 6, 5]] * 6)
    found = judge(recipe(regions=regions), paths)
    assert found.hits.tolist() == [True, False, False]
    assert found.judged.tolist() == [2, 1, 1]


def test_events_count_only_where_one_happened():
    paths = {"e": {"events": np.array([[0, 2, 10, 10]]), "in_time": np.array([[0, 2, 9, 8]])}}
    terms = {"numerator": (Term("e", "events"),)}
    strict = judge(recipe("events", **terms), paths)
    assert strict.probability == pytest.approx(1 / 3)
    mostly = judge(recipe("events", required_share=0.9, **terms), paths)
    assert mostly.probability == pytest.approx(2 / 3)
    paths["e"]["events"] = np.zeros((1, 4))
    assert judge(recipe("events", **terms), paths).probability is None


def test_the_underlying_rate_has_its_own_answer():
    term = Term("deaths", "value", 1.0, {"rate": "rate"})
    paths = {"deaths": {"value": np.full((6, 4), 11.0), "rate": np.array([[10.0] * 4] * 5 + [[8.0, 8.4, 8.6, 12.0]])}}
    asked = recipe("reduction", bound=9.35, reduction=0.15, numerator=(term,), counted_years=(2020,))
    assert underlying(asked, paths) == 0.5  # 8.0 and 8.4 lie below 8.5
    assert judge(asked, paths).probability == 0
    assert underlying(recipe(numerator=(term,)), paths) is None


numbers = st.lists(st.integers(0, 60), min_size=YEARS * 8, max_size=YEARS * 8)


@given(
    deaths=numbers,
    more=numbers,
    kind=st.sampled_from(["end_value", "period_mean", "every_year", "period_total", "reduction"]),
    strict=st.booleans(),
    bound=st.floats(0, 60),
)
def test_more_deaths_inside_the_plan_never_raise_the_probability_of_an_upper_bound(deaths, more, kind, strict, bound):
    """Parameters, baseline and draws are fixed; only the plan's own years get more deaths."""
    before = np.array(deaths, float).reshape(YEARS, 8)
    added = np.array(more, float).reshape(YEARS, 8)
    added[0] = 0
    asked = recipe(kind, "<" if strict else "<=", bound, denominator=Term("people", "value"), scale=3.0)
    people = np.linspace(1, 2, YEARS)[:, None] * np.ones(8)
    paths = {"deaths": {"value": before}, "people": {"value": people}}
    worse = {**paths, "deaths": {"value": before + added}}
    assert judge(asked, worse).probability <= judge(asked, paths).probability


def test_a_recipe_survives_json():
    inner = recipe(denominator=Term("people", "level"), at_mean=True, final={2021: 1.5}, baseline_years=(2019, 2020))
    outer = recipe(regions=(inner, recipe(bound=2.0)))
    assert Recipe.from_json(json.loads(json.dumps(outer.to_json()))) == outer


@pytest.mark.parametrize("kind", ["end_value", "reduction", "milestone"])
def test_what_is_no_sum_is_judged_by_the_due_year(kind):
    value = np.array([[5.0], [9.0]])
    assert meets_bound(kind, 2021, "<=", 9.0, value, range(2020, 2022), 2021).tolist() == [True]


def test_without_strike_offs_those_of_final_years_are_put_back_too():
    """2021 ended with 10 deaths after 2 were struck off; 2025 brings 8, of 9 that are first reported; the mean of the
    five years may be 9.7: with strike-offs 9.6, without them 10.2."""
    term = Term("deaths", "value", 1.0, {"kept": "kept", "struck": "struck"})
    paths = paths_of(deaths=[[0, 0]] + [[10, 10]] * 4 + [[8, 8]])
    paths["deaths"] |= {
        "kept": np.array([[0, 0]] + [[12, 12]] + [[10, 10]] * 3 + [[9, 9]], float),
        "struck": np.array([[0, 0]] + [[2, 2]] + [[0, 0]] * 4, float),
    }
    one = recipe("period_mean", bound=9.7, numerator=(term,), final={2021: 10.0, 2022: 10.0})
    assert judge(one, paths).judged.tolist() == pytest.approx([9.6, 9.6])
    assert judge(one, paths, "kept").judged.tolist() == pytest.approx([10.2, 10.2])
    assert (judge(one, paths).probability, judge(one, paths, "kept").probability) == (1, 0)


def test_strike_offs_of_a_final_rate_are_put_back_over_its_denominator():
    term = Term("deaths", "value", 1.0, {"kept": "value", "struck": "struck"})
    paths = paths_of(deaths=[[30, 30]] * 6, people=[[300, 300]] * 6)
    paths["deaths"]["struck"] = np.array([[0, 0]] * 5 + [[3, 3]], float)
    rate = {"numerator": (term,), "denominator": Term("people", "value"), "scale": 100.0, "final": {2025: 10.0}}
    assert judge(recipe(**rate), paths, "kept").judged.tolist() == pytest.approx([11, 11])
    assert judge(recipe(**rate), paths).judged.tolist() == [10, 10]


def test_an_interval_that_held_too_much_is_said_beside_the_probability():
    facts = {"probability": 0.6, "removals": 0.3, "is_too_wide": True}
    told = tell_forecast(facts, "en")
    assert told.startswith("Without any strike-off, those already made included, the chance would be about 30%")
    assert told.endswith("it is rather wide, and the outcome may be surer than is said.")
    assert "区间偏宽" in tell_forecast(facts, "zh")
    assert tell_forecast({**facts, "is_too_wide": False, "removals": None}, "en") == ""


def test_events_that_each_region_must_meet_by_its_own_bound_are_not_forecast():
    world = World().reported(2020, 2023, kinds=["disasters"])
    for month in range(1, 10):
        world.event(f"2023-0{month}-11", relief=5)
    bounds = {"120113101": 6, "120113102": 8}
    own = make_target("relief_hours", "events", "<=", 10, unit="小时", each_region=bounds)
    whole = make_target("relief_hours", "events", "<=", 10, unit="小时")
    refused = [ground_of(make_plan(one), world.assess(one, "2024-03-31"), 0).refused for one in (own, whole)]
    assert refused == ["not_forecast", ""]


@pytest.mark.parametrize("kind", ["period_mean", "period_total", "every_year"])
def test_a_plan_year_that_nobody_reported_leaves_no_chance_and_is_no_miss(kind):
    known = {"value": [5.0, np.nan, 5.0, 5.0], "from_year": 2020, "kind": "amount"}
    paths = {"deaths": simulate(Series("annual", "deaths", 2020, 2025, known))}
    found = judge(recipe(kind, bound=1e9), paths)
    assert found.lacks_a_year and found.probability is None
    assert judge(recipe("end_value", bound=1e9), paths).probability == 1, "the due year alone is asked about"


def test_a_region_that_lacks_a_year_leaves_the_whole_without_a_chance():
    gap, whole = [[1, 1], [np.nan, np.nan], *[[1, 1]] * 4], [[1, 1]] * 6
    parts = tuple(recipe("period_total", ">=", 4.0, numerator=(Term(name, "value"),)) for name in ("gap", "whole"))
    assert judge(recipe(regions=parts), paths_of(gap=gap, whole=whole)).probability is None
    assert judge(recipe(regions=parts[1:]), paths_of(gap=gap, whole=whole)).probability == 1


def test_a_baseline_of_the_records_that_lacks_a_year_leaves_no_chance():
    rows = [[np.nan, np.nan], *[[1, 1]] * 5]
    found = judge(recipe("reduction", reduction=0.1, baseline_years=(2020,)), paths_of(deaths=rows))
    assert found.probability is None


def test_events_count_together_with_other_targets_by_the_chance_that_is_told_of_them():
    events = {"events": np.array([[0, 2, 0, 1, 0, 3]]), "in_time": np.array([[0, 2, 0, 0, 0, 3]])}
    found = judge(recipe("events", numerator=(Term("relief", "events"),)), {"relief": events})
    assert found.probability == pytest.approx(2 / 3)
    assert found.hits_if_tested.tolist() == [True, True, False, False, True, True]
    assert found.hits_if_tested.mean() == found.probability
