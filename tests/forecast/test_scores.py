"""Scores against known values, and the rolling-origin backtest."""

import numpy as np
import pytest

from pipelines.forecast import simulate_annual
from pipelines.forecast.backtest import ANNUAL_BASELINES, MONTHLY_BASELINES, rolling_origin
from pipelines.forecast.scores import brier, calibration_error, coverage, crps, randomised_pit, sorted_quantiles


def test_crps_of_a_normal_is_the_textbook_value():
    """CRPS of N(0, 1) at 0 is 2 φ(0) - 1/√π = 0.2337 (Gneiting and Raftery 2007)."""
    draws = np.random.default_rng(0).standard_normal(20_000)
    assert crps(draws, 0.0) == pytest.approx(0.2337, abs=0.005)


def test_crps_of_a_point_is_its_distance():
    assert crps(np.full(10, 3.0), 5.0) == 2.0


def test_quantiles_of_ranked_draws_are_those_of_numpy():
    ranked, shares = np.sort(np.random.default_rng(3).gamma(2, 3, (137, 4)), axis=0), np.array([0, 0.1, 0.5, 0.9, 1])
    assert sorted_quantiles(ranked, shares) == pytest.approx(np.quantile(ranked, shares, axis=0))
    assert crps(ranked, np.arange(4.0), is_sorted=True) == pytest.approx(crps(ranked[::-1], np.arange(4.0)))


def test_brier_parts_add_up():
    rng = np.random.default_rng(1)
    stated = rng.random(500)
    happened = (rng.random(500) < stated**2).astype(float)
    parts = brier(stated, happened)
    total = parts["reliability"] - parts["resolution"] + parts["uncertainty"] + parts["within"]
    assert total == pytest.approx(parts["score"])
    assert parts["score"] == pytest.approx(((stated - happened) ** 2).mean())
    assert abs(parts["within"]) < 0.01
    assert parts["reliability"] > 0.01


def test_brier_of_one_number_for_all_has_no_resolution():
    parts = brier(np.full(4, 0.5), np.array([1, 0, 0, 0]))
    assert (parts["reliability"], parts["resolution"], parts["uncertainty"]) == (0.0625, 0.0, 0.1875)


def test_calibration_error_weighs_bins_by_their_cases():
    assert calibration_error(np.array([0.95, 0.95, 0.95, 0.05]), np.array([1, 1, 0, 1])) == pytest.approx(
        0.75 * abs(0.95 - 2 / 3) + 0.25 * 0.95
    )


def test_coverage_counts_the_bounds():
    assert coverage(np.array([1, 1, 1]), np.array([2, 2, 2]), np.array([1, 2, 3])) == pytest.approx(2 / 3)


def test_randomised_pit_of_the_right_forecast_is_uniform_for_counts():
    rng = np.random.default_rng(2)
    pit = [randomised_pit(rng.poisson(1.2, 400), rng.poisson(1.2), rng) for _ in range(2000)]
    assert np.abs(np.histogram(pit, 5, (0, 1))[0] / 2000 - 0.2).max() < 0.03


def test_rolling_origin_judges_every_cutoff_horizon_and_model_by_what_came():
    history = [10, 12, 11, 13, np.nan, 12, 14]
    rows = rolling_origin(
        history,
        2,
        {**ANNUAL_BASELINES, "ours": simulate_annual},
        kind="rate",
        min_train=4,
        rng=np.random.default_rng(0),
        n_paths=100,
    )
    seen = [(row["cutoff"], row["horizon"], row["actual"]) for row in rows if row["model"] == "ours"]
    assert seen == [(3, 2, 12.0), (4, 1, 12.0), (4, 2, 14.0), (5, 1, 14.0)]
    assert {row["model"] for row in rows} == {"naive", "straight_line", "ours"}
    for row in rows:
        assert row["lo80"] <= row["hi80"]
        assert 0 <= row["pit"] <= 1
        assert row["crps"] >= 0


def test_a_further_model_changes_no_other():
    history = list(range(10, 20))
    alone = rolling_origin(
        history, 2, {"ours": simulate_annual}, kind="rate", min_train=6, rng=np.random.default_rng(0), n_paths=50
    )
    beside = rolling_origin(
        history,
        2,
        {"naive": ANNUAL_BASELINES["naive"], "ours": simulate_annual},
        kind="rate",
        min_train=6,
        rng=np.random.default_rng(0),
        n_paths=50,
    )
    assert alone == [row for row in beside if row["model"] == "ours"]


def test_the_future_is_not_seen():
    history = np.r_[np.full(10, 50.0) + np.arange(10) % 3, 1e6]
    rows = rolling_origin(
        history, 1, {"ours": simulate_annual}, kind="rate", min_train=10, rng=np.random.default_rng(0), n_paths=200
    )
    assert rows[0]["mean"] < 100


def test_straight_line_and_seasonal_naive_are_centred_where_they_should_be():
    rng = np.random.default_rng(0)
    line = ANNUAL_BASELINES["straight_line"]([1.0, 2.01, 2.99, 4.0, 5.01], 2, n_paths=4000, rng=rng)
    assert np.median(line, axis=0) == pytest.approx([6.0, 7.0], abs=0.03)
    months = np.tile(np.arange(1.0, 13.0), 3) + np.repeat([0.0, 0.1, -0.1], 12)
    season = MONTHLY_BASELINES["seasonal_naive"](months, 13, n_paths=4000, rng=rng)
    assert np.median(season, axis=0) == pytest.approx([*(np.arange(1, 13) - 0.1), 0.9], abs=0.02)


def test_baselines_are_never_negative():
    rng = np.random.default_rng(0)
    for model in MONTHLY_BASELINES.values():
        assert model(np.tile([0.0, 9.0, 1.0], 10), 6, n_paths=500, rng=rng).min() >= 0


@pytest.mark.parametrize("model", sorted(MONTHLY_BASELINES))
@pytest.mark.parametrize("gap", [slice(-36, None), slice(-30, -2), slice(24, 60)])
def test_years_without_returns_leave_no_baseline_without_numbers(model, gap):
    months = np.tile(np.arange(1.0, 13.0), 8)
    months[gap] = np.nan
    paths = MONTHLY_BASELINES[model](months, 15, n_paths=300, rng=np.random.default_rng(1))
    assert paths.shape == (300, 15)
    assert np.isfinite(paths).all()


def test_seasonal_naive_takes_the_last_year_that_has_the_month():
    months = np.tile(np.arange(1.0, 13.0), 6)
    months[-24:] = np.nan
    rng = np.random.default_rng(2)
    paths = MONTHLY_BASELINES["seasonal_naive"](months, 12, n_paths=500, rng=rng)
    assert np.allclose(paths, np.arange(1.0, 13.0))


def test_a_cutoff_before_which_gaps_leave_too_little_is_passed_over():
    history = np.full(14, 5.0)
    history[1:8] = np.nan
    rows = rolling_origin(
        history, 1, ANNUAL_BASELINES, kind="rate", min_train=6, rng=np.random.default_rng(0), n_paths=200
    )
    assert {row["cutoff"] for row in rows} == {9, 10, 11, 12}
