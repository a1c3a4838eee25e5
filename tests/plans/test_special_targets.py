"""Targets whose wording needs a rule of its own."""

import pytest


@pytest.mark.parametrize(
    ("plan", "target", "unit_value"),
    [
        ("beichen", "1", 0.33),
        ("beichen", "9", 0.0004),
        ("dongjiang", "1", 0.327),
        ("mentougou", "5", 0.007),
        ("mentougou", "s5", 0.0065),
        ("tianjin", "3", 0.01),
        ("tongan", "s3", 8.0),
    ],
)
def test_printed_values_become_the_indicators_unit_exactly(plans, plan, target, unit_value):
    assert plans[plan].target(target).value_in_unit == unit_value


def test_five_hundred_metres_are_measured_as_a_share_of_places(plans):
    target = plans["beichen"].target("t6")
    assert (target.value, target.unit) == (500, "米")
    assert (target.value_in_unit, target.operator) == (1.0, ">=")
    assert "500" in target.measured_as.zh


def test_each_tianjin_district_owes_three_shelters_and_binhai_six(plans, parents):
    bounds = plans["tianjin"].target("t2").region_bounds
    assert set(bounds) == {code for code, parent in parents.items() if parent == "120000"}
    assert len(bounds) == 16
    assert {code for code, value in bounds.items() if value == 6} == {"120116"}
    assert set(bounds.values()) == {3.0, 6.0}


def test_streets_and_towns_of_mentougou_have_their_own_shares(plans, parents):
    streets, towns = (plans["mentougou"].target(t).region_bounds for t in ("t2", "t3"))
    assert set(streets.values()) == {0.5} and set(towns.values()) == {0.2}
    assert set(streets) | set(towns) == {code for code, parent in parents.items() if parent == "110109"}
    assert not set(streets) & set(towns)


def test_mostly_is_read_as_nine_events_in_ten(plans):
    target = plans["tongan"].target("s3")
    assert (target.kind, target.required_share) == ("events", 0.9)


def test_a_warning_faster_than_the_printed_range_does_not_fail(plans):
    target = plans["mentougou"].target("7")
    assert (target.operator, target.value) == ("<=", 10)
    assert [d.code for d in target.doubts] == ["range_printed"]


@pytest.mark.parametrize("target", ["6", "7", "9", "13"])
def test_a_bare_share_is_read_as_at_least(plans, target):
    assert (plans["tianjin"].target(target).operator, plans["tianjin"].target(target).operator_printed) == (">=", False)


def test_reductions_know_their_share_and_others_have_none(plans):
    assert plans["tongan"].target("1").reduction == 0.15
    assert plans["tongan"].target("3").reduction is None


def test_a_printed_baseline_is_in_the_indicators_unit(plans):
    tianjin = plans["tianjin"].target("3").baseline
    assert (tianjin.value_in_unit, tianjin.is_upper_bound, tianjin.first_year) == (0.000256, True, 2016)
    assert plans["tongan"].target("2").baseline.value_in_unit == 0.0186
    assert plans["beichen"].target("1").baseline.value_in_unit is None


def test_mentougou_shows_deaths_per_ten_billion_yuan(plans, catalogue):
    display = plans["mentougou"].target("1").display
    assert (display.factor, display.unit.zh) == (100, "人/百亿")
    assert catalogue["work_deaths_per_100m_yuan_gdp"].display.factor == 1
