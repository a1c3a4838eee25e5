import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.assessment import significance as s


def exact_by_counting(now, before):
    """The same test with whole numbers: splits that are no more likely than the one seen, out of 2^n."""
    n = now + before
    seen = math.comb(n, now)
    return sum(math.comb(n, k) for k in range(n + 1) if math.comb(n, k) <= seen) / 2**n


@given(st.integers(0, 60), st.integers(0, 60))
def test_agrees_with_whole_number_counting(now, before):
    assert s.compare_counts(now, before) == pytest.approx(exact_by_counting(now, before), rel=1e-9)


@given(st.integers(0, 200), st.integers(0, 200), st.integers(1, 366), st.integers(1, 366))
def test_swapping_the_periods_changes_nothing(now, before, days_now, days_before):
    there = s.compare_counts(now, before, days_now, days_before)
    back = s.compare_counts(before, now, days_before, days_now)
    assert there == pytest.approx(back, rel=1e-8)
    assert 0 <= there <= 1


def test_two_to_three_is_noise_and_large_counts_stay_accurate():
    assert s.compare_counts(3, 2) == 1.0
    assert s.compare_counts(0, 0) == 1.0
    assert 0 < s.compare_counts(10_000, 12_000) < 1e-40


def test_unequal_exposure_counts():
    assert s.compare_counts(20, 10, 366, 183) == pytest.approx(1.0, abs=0.01)
    assert s.compare_counts(20, 10) < 0.1


def test_false_discovery_of_a_textbook_list():
    p = [0.01, 0.02, 0.03, 0.04, 0.05]
    assert s.false_discovery(p) == pytest.approx([0.05] * 5)
    assert s.false_discovery([0.04, 0.001]) == pytest.approx([0.04, 0.002])


@given(st.lists(st.one_of(st.none(), st.floats(0, 1)), max_size=20))
def test_q_is_never_below_p_and_keeps_the_order(p_values):
    q_values = s.false_discovery(p_values)
    pairs = sorted((p, q) for p, q in zip(p_values, q_values, strict=True) if p is not None)
    assert all(q >= p for p, q in pairs)
    assert [q for _, q in pairs] == sorted(q for _, q in pairs)
    assert [p is None for p in p_values] == [q is None for q in q_values]


def test_findings():
    assert s.finding(4, 1, None) == "too_few"
    assert s.finding(12, 10, 0.7) == "within_chance"
    assert s.finding(40, 10, 0.001) == "higher"
    assert s.finding(10, 40, 0.001) == "lower"


@pytest.mark.parametrize("mean", [4, 6, 10, 30])
def test_chance_rises_are_called_no_less_often_than_chance_falls(mean):
    """Exactly, over all pairs of two Poisson counts of one mean: which of them would be called, and which way."""
    chance = [math.exp(-mean + k * math.log(mean) - math.lgamma(k + 1)) for k in range(6 * mean)]
    called = {"higher": 0.0, "lower": 0.0, "too_few": 0.0, "within_chance": 0.0}
    for now, before in itertools.product(range(len(chance)), repeat=2):
        p = s.tested(now, before)
        called[s.finding(now, before, p)] += chance[now] * chance[before]
    assert called["higher"] == pytest.approx(called["lower"], rel=1e-6)
    assert 0 < called["higher"] + called["lower"] <= s.FALSE_DISCOVERY_RATE


def test_a_rise_from_under_ten_is_told_and_the_smallest_sums_are_not_tested():
    assert s.finding(24, 8, s.tested(24, 8)) == "higher"
    assert s.tested(5, 0) is None
    assert s.tested(6, 0) == pytest.approx(2 * 0.5**6)
