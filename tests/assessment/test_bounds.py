from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.assessment import bounds as b
from pipelines.assessment.arithmetic import Bound, exact

CAP = Bound("<=", Fraction(10))
FLOOR = Bound(">=", Fraction(10))


def test_a_firm_amount_over_the_cap_is_out_of_reach_and_one_under_it_is_still_open():
    assert b.decide(b.Range.at_least(Fraction(11)), CAP) == b.OUT_OF_REACH
    assert b.decide(b.Range.at_least(Fraction(10)), CAP) is None
    assert b.decide(b.Range.at_least(Fraction(10)), Bound("<", Fraction(10))) == b.OUT_OF_REACH


def test_a_firm_amount_at_the_floor_is_secured():
    assert b.decide(b.Range.at_least(Fraction(10)), FLOOR) == b.SECURED
    assert b.decide(b.Range.at_least(Fraction(10)), Bound(">", Fraction(10))) is None


def test_a_sum_from_which_something_can_be_taken_settles_nothing():
    open_ended = b.Range(None, None)
    assert b.total([b.Range.point(Fraction(20)), open_ended]) == b.mean([open_ended]) == open_ended
    assert (b.decide(open_ended, FLOOR), b.decide(open_ended, CAP)) == (None, None)


def test_a_minimum_cannot_fail_before_the_year_is_final_a_maximum_can():
    two_drills, no_accident = Bound(">=", Fraction(2)), Bound("<=", Fraction(0))
    running = b.Range.at_least(Fraction(0))
    assert b.decide_every([b.Range.point(Fraction(3)), running], two_drills) is None
    assert b.decide_every([b.Range.point(Fraction(1)), running], two_drills) == b.OUT_OF_REACH
    assert b.decide_every([b.Range.at_least(Fraction(1)), running], no_accident) == b.OUT_OF_REACH
    assert b.decide_every([b.Range.point(Fraction(2))], two_drills) == b.SECURED
    assert b.decide_every([], two_drills) is None


def test_five_year_mean_is_lost_when_zero_in_the_rest_would_not_save_it():
    spent = [b.Range.point(exact(0.03)), b.Range.point(exact(0.021))]
    rest = [b.Range.at_least(Fraction(0))] * 3
    assert b.decide(b.mean([*spent, *rest]), Bound("<", exact(0.01))) == b.OUT_OF_REACH
    assert b.decide(b.mean([spent[0], *rest, rest[0]]), Bound("<", exact(0.01))) is None


def test_denominator_bounds_decide_whether_a_ratio_is_lost():
    deaths = b.Range.at_least(Fraction(12))
    people = b.grown(Fraction(1_000_000), 2, exact(-0.05), exact(0.05))
    possible = b.ratio(deaths, people, Fraction(100_000))
    assert possible.low == Fraction(12) / (1_000_000 * exact(1.05) ** 2) * 100_000
    assert possible.high is None
    assert b.decide(possible, Bound("<=", exact(1.2))) is None
    assert b.decide(possible, Bound("<=", Fraction(1))) == b.OUT_OF_REACH


def test_denominator_that_can_vanish_is_refused():
    with pytest.raises(ValueError, match="above zero"):
        b.ratio(b.Range.point(Fraction(1)), b.Range(Fraction(0), Fraction(1)), Fraction(1))


amounts = st.integers(0, 30)


@given(st.lists(amounts, min_size=1, max_size=4), st.lists(amounts, min_size=1, max_size=4), st.integers(0, 40))
def test_no_possible_ending_contradicts_a_decision(firm, remainders, limit):
    for rule in (Bound("<=", Fraction(limit)), Bound("<", Fraction(limit)), Bound(">=", Fraction(limit))):
        ranges = [b.Range.at_least(Fraction(amount)) for amount in firm]
        verdict = b.decide(b.total(ranges), rule)
        ending = Fraction(sum(firm) + sum(remainders))
        if verdict is not None:
            assert rule.meets(ending) == (verdict == b.SECURED)


@given(amounts, amounts, st.integers(1, 50), st.integers(0, 50), st.integers(0, 50))
def test_ratio_range_holds_every_ratio_within_its_parts(low, more, below, wider, inside):
    numerator = b.Range(Fraction(low), Fraction(low + more))
    denominator = b.Range(Fraction(below), Fraction(below + wider))
    possible = b.ratio(numerator, denominator, Fraction(7))
    here = Fraction(low + min(more, inside)) / (below + min(wider, inside)) * 7
    assert possible.low <= here <= possible.high
