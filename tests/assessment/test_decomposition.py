from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pipelines.assessment import decomposition as d


def test_deaths_flat_and_gdp_up_means_the_denominator_did_it():
    numerator, denominator = d.ratio_change((Fraction(10), Fraction(100)), (Fraction(10), Fraction(125)), Fraction(1))
    assert numerator == 0
    assert denominator == Fraction(10, 125) - Fraction(10, 100)


def test_each_player_gets_the_mean_of_moving_first_and_second():
    numerator, denominator = d.ratio_change((Fraction(12), Fraction(4)), (Fraction(6), Fraction(6)), Fraction(1))
    assert numerator == (Fraction(6 - 12, 4) + Fraction(6 - 12, 6)) / 2
    assert denominator == ((Fraction(12, 6) - Fraction(12, 4)) + (Fraction(6, 6) - Fraction(6, 4))) / 2


parts = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 500))
below = st.integers(1, 10**12)


@given(parts, parts, below, below, st.sampled_from([1, 100_000, 10**10]))
def test_parts_sum_to_the_change_exactly(before, after, d0, d1, scale):
    n0, n1 = Fraction(sum(before.values())), Fraction(sum(after.values()))
    numerator, denominator = d.ratio_change((n0, Fraction(d0)), (n1, Fraction(d1)), Fraction(scale))
    assert numerator + denominator == (n1 / d1 - n0 / d0) * scale
    towns = d.shared(before, after, (Fraction(d0), Fraction(d1)), Fraction(scale))
    assert sum(towns.values()) == numerator


@given(parts, parts)
def test_parts_of_a_count_are_plain_differences(before, after):
    towns = d.shared(before, after, None, Fraction(1))
    assert towns == {k: after.get(k, 0) - before.get(k, 0) for k in towns}
    assert sum(towns.values()) == sum(after.values()) - sum(before.values())
    assert 0 not in towns.values()


@given(st.dictionaries(st.integers(2021, 2025), st.fractions(min_value=0), min_size=1))
def test_years_sum_to_the_mean(values):
    assert sum(d.mean_by_year(values).values()) == sum(values.values()) / len(values)
