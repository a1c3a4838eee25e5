"""A value and its bound print on the sides on which they are; one bound prints alike in sentence, page and document."""

import pytest

from pipelines import shown
from pipelines.assessment.reasons import tell_bound, tell_reason
from pipelines.briefing import forms
from tests.assessment.world import YI, World, make_target


def row_of(judged):
    """What page and document know of an assessed target."""
    display = judged.target.display or judged.indicator.display
    progress = judged.progress
    return {
        "kind": judged.kind,
        "operator": judged.bound.operator,
        "target_value": float(judged.bound.value),
        "value_now": float(progress.value),
        "required_now": float(progress.required),
        "display_factor": display.factor,
        "display_decimals": display.decimals,
        "display_unit": display.unit.zh,
    }


def deaths(n):
    world = World().reported(2020, 2025).counts("accidents", {2025: n}).counts("work_deaths", {2025: n})
    return world.statistic("gdp", 2025, 1360 * YI)


def cut(indicator, share, printed, unit):
    return make_target(
        indicator, "reduction", "<=", share, unit="%", baseline={"year": 2020, "printed": printed, "unit": unit}
    )


@pytest.mark.parametrize(
    ("share", "n", "demand", "value", "verdict"),
    [(4, 11, "≤ 10.56", "11", "not_met"), (15, 9, "≤ 9.35", "9", "met")],
)
def test_a_computed_bound_prints_exactly_beside_a_count(share, n, demand, value, verdict):
    judged = deaths(n).assess(cut("work_deaths", share, 11, "人"), "2026-06-30")
    row = row_of(judged)
    assert judged.verdict == verdict
    assert (shown.target(row), shown.in_display_unit(row["value_now"], row)) == (demand, value)
    assert shown.required(row) == demand.removeprefix("≤ ")
    bound = forms.print_value(row["target_value"], forms.bound_of(row))
    path = forms.print_value(row["required_now"], forms.required_of(row))
    assert [bound, path] == [demand.removeprefix("≤ ")] * 2
    assert f"{demand}人" == tell_bound(judged.facts, "zh")
    assert shown.apart(judged.progress.room, row) == {11: "0.44", 9: "0.35"}[n]


def test_a_rate_just_below_its_bound_prints_below_it():
    judged = deaths(10).assess(
        cut("work_deaths_per_100m_yuan_gdp", 20, 0.009232954545, "人/亿元") | {"gdp_basis": "current"}, "2026-06-30"
    )
    row = row_of(judged)
    sentence = tell_reason(judged.finding.reason, judged.facts, "zh")
    assert sentence == "2025年为0.00735人/亿元，达到目标（≤ 0.007386人/亿元）"
    assert (shown.in_display_unit(row["value_now"], row), shown.target(row)) == ("0.00735", "≤ 0.007386")
    assert forms.print_value(row["value_now"], forms.of_indicator(row)) == "0.00735"


def test_a_path_close_to_the_value_is_told_from_it():
    row = {"value_now": 11.0, "required_now": 10.96, "target_value": 10.0, "operator": "<=", "kind": "end_value"}
    row |= {"display_factor": 1, "display_decimals": 0, "display_unit": "人"}
    assert (shown.required(row), shown.apart(11 - 10.96, row)) == ("10.96", "0.04")
