"""Paths moved and stretched by a calibration: their order, their bounds, and what they become."""

import numpy as np
import pytest
from scipy.special import ndtr

from pipelines.forecast.calibration import Calibration

N = 2001


def normal(mean=0.0, spread=1.0):
    """Values whose logarithms are normal, in an order that has nothing to do with their size."""
    rng = np.random.default_rng(1)
    return np.exp(mean + spread * rng.permutation(np.linspace(-3, 3, N)))[None, :]


def test_without_a_lesson_the_paths_are_the_very_same():
    values = normal()
    assert Calibration().paths(values, [1]) is values


@pytest.mark.parametrize("lesson", [Calibration(0.7, 0.8), Calibration(-0.7, 1.6), Calibration(1.5, 2.0)])
def test_the_order_of_the_paths_stays(lesson):
    values = normal()
    moved = lesson.paths(values, [2.0])
    order = np.argsort(values[0])
    assert (np.diff(moved[0, order]) >= 0).all()
    assert (moved >= 0).all() and np.isfinite(moved).all()


def test_the_median_becomes_the_quantile_at_the_location_and_the_width_that_of_the_spread():
    draws = np.random.default_rng(2).standard_normal(20001)[None, :] + 20
    moved = Calibration(0.5, 1.5).paths(draws, [1.0])
    assert np.median(moved) == pytest.approx(20.5, abs=0.03)
    assert np.quantile(moved, ndtr(1)) == pytest.approx(22.0, abs=0.06)
    four = Calibration(0.5, 1.0).paths(draws, [4.0])
    assert np.median(four) == pytest.approx(21.0, abs=0.03)  # the root of four years


def test_beyond_the_outermost_path_values_go_on():
    values = normal()
    assert Calibration(1.5, 2.0).paths(values, [1.0]).max() > values.max()


def test_a_share_stays_a_share_and_one_stays_one():
    shares = np.clip(np.random.default_rng(3).normal(0.9, 0.08, (1, N)), 0, 1)
    up, down = Calibration(1.5, 2.0).paths(shares, [4.0], is_share=True), Calibration(-0.5).paths(shares, [1.0])
    assert up.max() == 1 and up.min() >= 0
    assert (up == 1).mean() > (shares == 1).mean() > (down == 1).mean() > 0


def test_counts_stay_whole_and_more_zeros_come_by_moving_down():
    counts = np.random.default_rng(4).poisson(1.0, (1, N)).astype(float)
    down, up = (Calibration(at, 1.3).paths(counts, [1.0]) for at in (-0.6, 0.6))
    assert (down % 1 == 0).all() and (up % 1 == 0).all()
    assert (down == 0).mean() > (counts == 0).mean() > (up == 0).mean()


def test_what_is_known_and_what_has_no_width_stay():
    values = np.vstack([normal()[0], np.full(N, 3.0), normal(spread=0.5)[0]])
    moved = Calibration(1.0, 1.5).paths(values, [0.0, 1.0, 2.0])
    assert np.array_equal(moved[:2], values[:2])
    assert not np.array_equal(moved[2], values[2])


def test_years_that_are_missing_stay_missing():
    values = np.vstack([np.full(N, np.nan), normal()[0]])
    moved = Calibration(1.0, 1.5).paths(values, [-1.0, 1.0])
    assert np.isnan(moved[0]).all() and np.isfinite(moved[1]).all()
