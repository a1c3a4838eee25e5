"""`simulate_annual`: shape, bounds, determinism, known answers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import PipelineError
from pipelines.forecast import simulate_annual
from pipelines.forecast.annual import chosen_model

ODD = {
    "constant": ([5.0] * 12, "rate"),
    "constant count": ([5] * 12, "count"),
    "all zero rate": ([0.0] * 12, "rate"),
    "all zero count": ([0] * 12, "count"),
    "all zero amount": ([0] * 12, "amount"),
    "all zero share": ([0] * 12, "share"),
    "three points": ([3.1, 2.9, 3.4], "rate"),
    "three counts": ([1, 0, 2], "count"),
    "a gap": ([4.0, np.nan, 3.8, 3.9, None, 3.5, 3.6], "rate"),
    "a gap in counts": ([40, np.nan, 38, 39, np.nan, 35], "count"),
    "a gap in losses": ([0, 3e6, np.nan, 0, 0, 7e8, np.nan], "amount"),
    "latest year missing": ([40, 38, 39, 35, np.nan], "count"),
    "a level shift": ([10] * 8 + [50] * 8, "count"),
    "billions": ([1.2e9, 1.3e9, 1.1e9, 1.4e9, 1.5e9], "amount"),
    "billions counted": ([1_200_000_000, 1_300_000_000, 1_250_000_000, 1_190_000_000], "count"),
    "tiny": ([2e-9, 1e-9, 3e-9, 2e-9], "rate"),
    "share at 100 %": ([1.0] * 6, "share"),
    "share next to nothing": ([1e-19, 1.0, 0.0], "share"),
    "share near 100 %": ([0.97, 0.99, 1.0, 1.0, 1.0], "share"),
    "one event in a century": ([0] * 99 + [80_000], "amount"),
    "one event long ago": ([900] + [0] * 40, "count"),
    "explosive": ([1, 10, 100, 1000, 10_000, 100_000], "amount"),
    "counts that are no whole numbers": ([3.5, 4.5, 2.5, 3.0], "count"),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_histories_give_possible_paths(name):
    history, kind = ODD[name]
    with np.errstate(all="raise", under="ignore"):
        paths = simulate_annual(history, 7, kind=kind, n_paths=400, rng=np.random.default_rng(5))
    assert paths.shape == (400, 7)
    assert np.isfinite(paths).all()
    assert paths.min() >= 0
    assert kind != "share" or paths.max() <= 1


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0, 1e12, allow_subnormal=False), min_size=3, max_size=40),
    st.sampled_from(["rate", "count", "amount", "share"]),
    st.integers(1, 12),
)
def test_any_history_gives_possible_paths(history, kind, horizon):
    if kind == "share":
        history = [value / 1e12 for value in history]
    elif kind == "count":
        history = [np.floor(value) for value in history]
    paths = simulate_annual(history, horizon, kind=kind, n_paths=50, rng=np.random.default_rng(0))
    assert paths.shape == (50, horizon)
    assert np.isfinite(paths).all()
    assert paths.min() >= 0
    assert kind != "share" or paths.max() <= 1


@pytest.mark.parametrize("kind", ["rate", "count", "amount", "share"])
def test_same_generator_same_paths(kind):
    history = [0.4, 0.5, 0.3, 0.45, 0.41] if kind == "share" else [40, 50, 30, 45, 41]
    first, second, other = (
        simulate_annual(history, 5, kind=kind, n_paths=100, rng=np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert (first == second).all()
    assert (first != other).any()


@pytest.mark.parametrize("history", [[4.1, 3.9, 4.4, 3.6, 3.5, 3.7, 3.2], [0, 12.5, 0, 0, 900, 3, 0, 0, 41]])
def test_ten_times_the_rate_gives_ten_times_the_paths(history):
    small = simulate_annual(history, 5, kind="rate", n_paths=500, rng=np.random.default_rng(1))
    large = simulate_annual(np.array(history) * 10, 5, kind="rate", n_paths=500, rng=np.random.default_rng(1))
    np.testing.assert_allclose(large, small * 10, rtol=1e-9)


def test_a_count_stays_a_whole_number():
    for history in ([200, 210, 190, 205, 220], [1, 0, 2, 1, 0], [0, 0, 500, 0, 3, 0, 0, 9000]):
        paths = simulate_annual(history, 5, kind="count", n_paths=300, rng=np.random.default_rng(1))
        assert (paths % 1 == 0).all()


def test_too_few_points_says_how_many_are_needed_and_how_many_there_were():
    with pytest.raises(PipelineError) as error:
        simulate_annual([3.0, np.nan, 2.5], 5, rng=np.random.default_rng(0))
    assert error.value.facts == {"n": 2, "needed": 3}
    assert error.value.tell("en") == (
        "2 values are too few for a forecast\n"
        "Rule: at least 3 values\n"
        "To do: add earlier periods, or read the pace only"
    )


@pytest.mark.parametrize(
    ("history", "kind", "example"), [([3, -1, 4], "rate", "-1.0"), ([0.9, 1.0, 1.2], "share", "1.2")]
)
def test_impossible_values_are_refused(history, kind, example):
    with pytest.raises(PipelineError) as error:
        simulate_annual(history, 5, kind=kind, rng=np.random.default_rng(0))
    assert error.value.tell("en") == (
        "1 of 3 values cannot be forecast from: they are negative, infinite or a share above 1 "
        f"(first: {example})\n"
        "To do: correct these values at the source, or leave the periods empty"
    )


def test_a_kind_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="kind must be one of rate, count, amount, share, not 'ratio'"):
        simulate_annual([1, 2, 3], 5, kind="ratio", rng=np.random.default_rng(0))


@pytest.mark.parametrize("mean", [11, 60])
@pytest.mark.parametrize("drift", [0.0, -0.03])
def test_intervals_hold_on_poisson_counts(mean, drift):
    rng = np.random.default_rng(2)
    inside, pit = [], []
    for _ in range(150):
        counts = rng.poisson(mean * np.exp(drift * np.arange(15)))
        final = simulate_annual(counts[:12], 3, kind="count", n_paths=300, rng=rng)[:, -1]
        low, high = np.quantile(final, (0.1, 0.9))
        inside.append(low <= counts[-1] <= high)
        pit.append((final < counts[-1]).mean() + rng.random() * (final == counts[-1]).mean())
    # A model that allows for change is somewhat too wide for a rate that only drifts, never too narrow.
    assert 0.78 <= np.mean(inside) <= 0.96
    # It expects a fall of about 3 % a year; a series that stands still lies above its middle, but not far.
    assert abs(np.mean(pit) - 0.5) < (0.08 if drift else 0.15)


def test_a_rare_poisson_has_the_gamma_poisson_answer():
    """Ten years with five events: posterior mean (0.5 + 5) / 10, less a little drift."""
    paths = simulate_annual(
        [0, 1, 0, 1, 0, 1, 0, 1, 0, 1], 1, kind="count", n_paths=40_000, rng=np.random.default_rng(1)
    )
    assert 0.45 < paths.mean() < 0.60
    assert abs((paths == 0).mean() - (10 / 11) ** 5.5) < 0.04


def test_years_without_a_death_are_not_a_promise():
    paths = simulate_annual([0] * 10, 5, kind="count", n_paths=20_000, rng=np.random.default_rng(1))
    assert 0.05 < (paths.sum(1) > 0).mean() < 0.35


def test_a_bad_baseline_year_makes_a_reduction_more_likely():
    """Regression to the mean: 30 deaths where 20 are usual fall by a tenth more easily than where 30 are."""
    rng = np.random.default_rng(1)
    lucky = simulate_annual([20, 23, 17, 22, 18, 21, 19, 20, 22, 30], 1, kind="count", rng=rng)
    plain = simulate_annual([30, 34, 26, 32, 28, 31, 29, 30, 32, 30], 1, kind="count", rng=rng)
    assert (lucky <= 27).mean() > (plain <= 27).mean() + 0.2


@pytest.mark.parametrize("kind", ["rate", "count"])
def test_a_new_level_is_not_taken_for_growth(kind):
    history = [10] * 8 + [50] * 8
    paths = simulate_annual(history, 7, kind=kind, n_paths=4000, rng=np.random.default_rng(1))
    assert 44 <= np.median(paths[:, -1]) <= 53


def test_an_odd_year_is_not_taken_for_a_fall():
    """A factor of three for one year, forgotten the year after: the path is that of the history without it."""
    history = [40, 38, 41, 37, 39, 120, 36, 38, 35, 36, 34]
    plain = [37 if value == 120 else value for value in history]
    odd, usual = (
        np.median(simulate_annual(one, 5, kind="count", n_paths=4000, rng=np.random.default_rng(1))[:, -1])
        for one in (history, plain)
    )
    assert odd >= usual - 3


def test_an_odd_last_year_may_be_either():
    """After a jump the interval holds the old level and comes near the new one; before it, neither was in doubt."""
    history = [40, 38, 41, 37, 39, 38, 36, 38, 35, 36]
    calm, jumped = (
        np.quantile(simulate_annual(one, 1, kind="count", n_paths=4000, rng=np.random.default_rng(1)), (0.1, 0.9))
        for one in (history, [*history, 110])
    )
    assert calm[1] < 50
    assert jumped[0] < 36
    assert jumped[1] > 75


@pytest.mark.parametrize("kind", ["rate", "amount", "count"])
def test_a_constant_stays_where_it_is(kind):
    paths = simulate_annual([50] * 12, 7, kind=kind, n_paths=4000, rng=np.random.default_rng(1))
    assert np.median(paths[:, -1]) == pytest.approx(50, rel=0.04)


def test_one_spike_does_not_make_a_calm_series_wild():
    """An amount of about 140 a year, once 2600: five years on the 80 % interval is not a factor of thirty wide."""
    history = [120, 130, 110, 140, 135, 2600, 150, 160, 145]
    paths = simulate_annual(history, 5, kind="amount", n_paths=4000, rng=np.random.default_rng(1))
    low, high = np.quantile(paths[:, -1], (0.1, 0.9))
    assert high / low < 8


def test_a_rate_that_fell_to_zero_does_not_jump_back():
    """Its zeros are where it went, not a lull between losses of the size it once had."""
    paths = simulate_annual([1.2, 0.9, 0.6, 0.4, 0.2, 0.1, 0, 0], 5, n_paths=4000, rng=np.random.default_rng(1))
    assert np.quantile(paths[:, 0], 0.9) <= 0.2
    assert 0.3 < (paths[:, 0] == 0).mean() < 0.9


@pytest.mark.parametrize("bound", [0.0, 1.0])
def test_years_at_the_bound_are_not_a_promise(bound):
    """Eight years of 100 % do not show how far above the last per mille the share was, so a miss stays possible."""
    paths = simulate_annual([bound] * 8, 5, kind="share", n_paths=20_000, rng=np.random.default_rng(1))
    assert 0.01 < (paths != bound).any(1).mean() < 0.15
    assert np.quantile(np.abs(paths - bound), 0.99) < 0.05


def test_losses_stay_within_twice_the_record_and_can_beat_it():
    history = [0, 0, 30, 0, 4000, 0, 0, 250, 0, 12, 0, 900]
    paths = simulate_annual(history, 5, kind="rate", n_paths=4000, rng=np.random.default_rng(1))
    assert 4000 < paths.max() <= 8000
    assert 0.2 < (paths > 0).mean() < 0.6


def test_where_losses_come_more_often_they_are_smaller():
    """Drawn apart, chance and level would count the same losses twice and foretell too many records."""
    history = [0, 0, 30, 0, 4000, 0, 0, 250, 0, 12, 0, 900]
    paths = simulate_annual(history, 40, kind="rate", n_paths=4000, rng=np.random.default_rng(1))
    often = (paths > 0).mean(1)
    usual = np.log(np.where(paths > 0, paths, 1)).sum(1) / np.maximum((paths > 0).sum(1), 1)
    many, few = often > np.quantile(often, 0.75), (often < np.quantile(often, 0.25)) & (often > 0)
    assert usual[many].mean() < usual[few].mean() - 0.5


@pytest.mark.parametrize(
    ("history", "kind", "model"),
    [
        ([0, 1, 0, 2, 1, 0, 0, 1], "count", "small_counts"),
        ([0] * 12 + [9] + [0] * 12, "count", "events"),
        ([0] * 20 + [3] + [0] * 20, "count", "events"),
        ([4, 3, 5, 2, 3, 1, 1, 0, 1, 0, 0, 0, 0, 0], "count", "small_counts"),
        ([50, 48, 52, 47, 51], "count", "level"),
        ([0, 0, 700, 0, 12, 0, 0, 9000], "count", "events"),
        ([3, 80, 2, 900, 15, 7000, 1], "amount", "events"),
        ([4.1, 3.9, 4.4, 3.6], "rate", "level"),
        ([1.2, 0.9, 0.6, 0.4, 0.2, 0.1, 0, 0], "rate", "level"),
        ([1.2, 0.9, 1.6, 0.4, 0, 0.1, 0, 0], "rate", "events"),
        ([9.0, 8.5, 8.1, 0, 0, 0], "rate", "events"),
        ([0.4, 0.5, 0.45], "share", "share"),
    ],
)
def test_the_history_chooses_the_model(history, kind, model):
    assert chosen_model(np.array(history, float), kind) == model
