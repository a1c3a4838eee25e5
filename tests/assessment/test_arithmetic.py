import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.assessment import arithmetic as a


def bound(operator, value):
    return a.Bound(operator, a.exact(value))


@pytest.mark.parametrize(
    ("operator", "value", "meets"),
    [
        ("<", 1.0, False),
        ("<", 0.999999, True),
        ("<=", 1.0, True),
        ("<=", 1.000001, False),
        (">", 1.0, False),
        (">", 1.000001, True),
        (">=", 1.0, True),
        (">=", 0.999999, False),
    ],
)
def test_strictness_is_kept_as_printed(operator, value, meets):
    assert bound(operator, 1).meets(a.exact(value)) is meets


def test_201_of_300_is_a_reduction_by_33_percent():
    assert (1 - 0.33) * 300 < 201  # what binary floating point says
    limit = a.reduction_bound(Fraction(300), a.exact(0.33))
    assert limit.meets(Fraction(201))
    assert not limit.meets(a.exact(201.000001))


def test_noise_of_a_unit_conversion_is_dropped_and_whole_amounts_stay_whole():
    assert a.exact(0.0256 * 0.01) == Fraction(256, 1_000_000)
    assert a.exact(12_345_678_901_234_567.0) == 12_345_678_901_234_568


def test_reduction_of_11_by_15_percent_is_9_35_not_9():
    limit = a.reduction_bound(Fraction(11), a.exact(0.15))
    assert limit == a.Bound("<=", Fraction(935, 100))
    assert limit.meets(Fraction(9))
    assert not limit.meets(Fraction(10))


def test_zero_baseline_has_no_reduction():
    assert a.reduction_bound(Fraction(0), a.exact(0.33)) is None


def test_mean_of_ratios_and_ratio_of_sums_differ_when_the_denominator_grows():
    numerators, denominators = [Fraction(1), Fraction(9)], [Fraction(10), Fraction(1000)]
    ratios = [n / d for n, d in zip(numerators, denominators, strict=True)]
    assert a.mean(ratios) == Fraction(109, 2000)
    assert a.ratio_of_sums(numerators, denominators, Fraction(1)) == Fraction(10, 1010)


def test_path_is_a_straight_line_from_baseline_to_target():
    path = a.end_path((2020, Fraction(10)), bound("<=", 5), 2025, 2021)
    assert [path[year] for year in range(2020, 2026)] == [10, 9, 8, 7, 6, 5]


def test_path_does_not_ask_to_get_worse_where_the_baseline_meets_the_bound():
    path = a.end_path((2020, a.exact(0.9)), bound("<=", 1.2), 2025, 2021)
    assert set(path.values()) == {a.exact(1.2)}
    assert sorted(path) == [2021, 2022, 2023, 2024, 2025]


def test_path_without_baseline_only_asks_for_the_due_year():
    assert a.end_path(None, bound(">=", 0.8), 2025, 2021) == {2025: a.exact(0.8)}


def test_elapsed_share_counts_days_to_the_end_of_the_as_of_date():
    start, end = dt.date(2021, 1, 1), dt.date(2025, 12, 31)
    assert a.elapsed_share(dt.date(2020, 12, 31), start, end) == 0
    assert a.elapsed_share(dt.date(2021, 1, 1), start, end) == Fraction(1, 1826)
    assert a.elapsed_share(dt.date(2025, 12, 31), start, end) == 1
    assert a.elapsed_share(dt.date(2030, 1, 1), start, end) == 1


def test_achieved_share_is_negative_when_it_moved_away_and_absent_when_nothing_is_asked():
    limit = bound("<=", 6)
    assert a.achieved_share(Fraction(10), Fraction(8), limit) == Fraction(1, 2)
    assert a.achieved_share(Fraction(10), Fraction(12), limit) == Fraction(-1, 2)
    assert a.achieved_share(Fraction(5), Fraction(6), limit) is None


def test_required_rate_of_33_percent_over_five_years_is_7_7_percent_a_year():
    rate = a.geometric_rate(Fraction(100), bound("<=", 67), 5)
    assert rate == pytest.approx(0.67**0.2 - 1)


def test_required_rates_at_the_edges():
    assert a.geometric_rate(Fraction(60), bound("<=", 67), 2) == 0
    assert a.geometric_rate(Fraction(70), bound("<=", 67), 0) is None
    assert a.geometric_rate(Fraction(0), bound(">=", 1), 2) is None
    assert a.geometric_rate(Fraction(4), bound("<=", 0), 2) == -1
    assert a.absolute_rate(a.exact(0.914), bound(">=", 1), 2) == a.exact(0.043)
    assert a.absolute_rate(a.exact(1), bound(">=", 1), 2) == 0
    assert a.absolute_rate(a.exact(0.9), bound(">=", 1), 0) is None
    assert a.budget_rate(Fraction(3), Fraction(5), 2) == 1
    assert a.budget_rate(Fraction(3), Fraction(5), 0) is None


def test_room_is_positive_on_the_right_side_for_both_directions():
    assert bound("<=", 10).room(Fraction(7)) == 3
    assert bound(">=", 10).room(Fraction(7)) == -3


@pytest.mark.parametrize(
    ("value", "operator", "flips"),
    [(1.204, "<=", True), (1.19, "<=", False), (1.26, "<=", False), (1.196, "<", True)],
)
def test_flip_at_printed_precision(value, operator, flips):
    assert (
        a.flips_when_rounded(a.exact(value), bound(operator, 1.2), Fraction(1), 1 if operator == "<=" else 2) is flips
    )


def test_flip_is_looked_for_in_the_unit_that_is_printed():
    assert a.flips_when_rounded(a.exact(0.7998), bound(">=", 0.8), Fraction(100), 1)
    assert not a.flips_when_rounded(a.exact(0.7998), bound(">=", 0.8), Fraction(100), 2)


def test_halves_round_away_from_zero():
    assert a.round_half_up(a.exact(2.5), 0) == 3
    assert a.round_half_up(a.exact(-2.5), 0) == -3


def test_loose_means_every_recent_value_stays_below_a_fifth_of_an_upper_bound():
    limit, fifth = bound("<", 0.01), a.exact(0.2)
    assert a.is_loose([a.exact(0.00026), a.exact(0.0019)], limit, fifth)
    assert not a.is_loose([a.exact(0.00026), a.exact(0.002)], limit, fifth)
    assert not a.is_loose([], limit, fifth)
    assert not a.is_loose([a.exact(0.1)], bound(">=", 1), fifth)


def test_year_to_date_and_rolling_year_take_the_right_months():
    months = {(2023, m): 1 for m in range(1, 13)} | {(2024, m): 10 for m in range(1, 10)}
    assert a.sum_through(months, 2024, 9) == 90
    assert a.sum_of_twelve(months, 2024, 9) == 93
    assert a.sum_of_twelve(months, 2023, 12) == 12


def test_no_percent_change_from_zero():
    assert a.relative_change(Fraction(3), Fraction(0)) is None
    assert a.relative_change(Fraction(3), Fraction(4)) == Fraction(-1, 4)


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.sampled_from(["<", "<=", ">", ">="]))
def test_room_and_meeting_agree(value, limit, operator):
    rule = a.Bound(operator, Fraction(limit))
    room = rule.room(Fraction(value))
    assert rule.meets(Fraction(value)) == (room > 0 or (room == 0 and "=" in operator))


@given(st.integers(1, 1000), st.integers(0, 1000), st.integers(1, 9))
def test_following_the_required_rate_ends_at_the_bound(value, limit, years):
    rule = a.Bound("<=", Fraction(limit))
    start = Fraction(value)
    step = a.absolute_rate(start, rule, years)
    assert rule.meets(start + step * years)
    rate = a.geometric_rate(start, rule, years)
    assert value * (1 + rate) ** years <= max(limit, value if rule.meets(start) else limit) + 1e-6
