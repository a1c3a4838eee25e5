"""Scores of forecasts: CRPS, Brier with its parts, calibration error, coverage, randomised PIT."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np


def crps(paths: np.ndarray, actual: float | np.ndarray, *, is_sorted: bool = False) -> float | np.ndarray:
    """Continuous ranked probability score of a sample, in the unit of the series; smaller is better.

    The mean distance to what came, less half the mean distance between draws (Gneiting and Raftery 2007, eq. 21).

    Args:
        paths: Draws, (n_paths,), or (n_paths, n) of n forecasts.
        actual: What came; one number, or (n,).
        is_sorted: Whether the draws of each forecast are in ascending order.

    >>> crps(np.array([1.0, 3.0]), 2.0)
    0.5
    """
    draws = np.asarray(paths, dtype=float)
    draws = draws if is_sorted else np.sort(draws, axis=0)
    n = draws.shape[0]
    between = ((2 * np.arange(1, n + 1) - n - 1) @ draws) / n**2
    return _plain(np.abs(draws - actual).mean(axis=0) - between)


def brier(stated: np.ndarray, happened: np.ndarray, bins: int = 10) -> Mapping[str, float]:
    """Brier score of probabilities and its parts (Murphy 1973, with the two within-bin terms of Stephenson 2008).

    Args:
        stated: Probabilities, 0 to 1.
        happened: 1 where it came true, 0 where not.
        bins: Number of equal bins of the stated probability.

    Returns:
        `score`, `reliability` (smaller is better), `resolution` (larger is better), `uncertainty` and `within` (spread
        inside the bins); score = reliability - resolution + uncertainty + within.
    """
    stated, happened = np.asarray(stated, float), np.asarray(happened, float)
    share = happened.mean()
    reliability = resolution = 0.0
    for inside in _bins(stated, bins):
        weight, met = inside.mean(), happened[inside].mean()
        reliability += weight * (stated[inside].mean() - met) ** 2
        resolution += weight * (met - share) ** 2
    score = float(((stated - happened) ** 2).mean())
    uncertainty = float(share * (1 - share))
    return {
        "score": score,
        "reliability": float(reliability),
        "resolution": float(resolution),
        "uncertainty": uncertainty,
        "within": score - float(reliability) + float(resolution) - uncertainty,
    }


def calibration_error(stated: np.ndarray, happened: np.ndarray, bins: int = 10) -> float:
    """Mean distance between the stated and the observed share over bins (ece), weighted by their cases."""
    stated, happened = np.asarray(stated, float), np.asarray(happened, float)
    inside = _bins(stated, bins)
    return float(sum(abs(stated[one].mean() - happened[one].mean()) * one.mean() for one in inside))


def coverage(low: np.ndarray, high: np.ndarray, actual: np.ndarray) -> float:
    """Share of cases whose actual value lies in the interval, bounds included."""
    actual = np.asarray(actual, float)
    return float(((np.asarray(low) <= actual) & (actual <= np.asarray(high))).mean())


def sorted_quantiles(ranked: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Quantiles of draws in ascending order, linear between neighbours as `numpy.quantile`, which sorts them again.

    Args:
        ranked: Draws, (n_paths,) or (n_paths, n) of n forecasts.
        shares: Shares, 0 to 1.

    Returns:
        One row per share.

    >>> sorted_quantiles(np.array([1.0, 2.0, 4.0]), np.array([0.0, 0.75])).tolist()
    [1.0, 3.0]
    """
    place = np.asarray(shares) * (len(ranked) - 1)
    left = np.minimum(place.astype(int), max(len(ranked) - 2, 0))
    part = (place - left).reshape(-1, *[1] * (ranked.ndim - 1))
    low, high = ranked[left], ranked[np.minimum(left + 1, len(ranked) - 1)]
    return low + (high - low) * part


def randomised_pit(paths: np.ndarray, actual: float | np.ndarray, rng: np.random.Generator) -> float | np.ndarray:
    """Where the actual value falls in the forecast, 0 to 1: uniform if the forecast is calibrated, counts included.

    A count can hit a value that has mass of its own; the position inside that mass is drawn (Czado et al. 2009).
    Shapes as for `crps`.
    """
    draws = np.asarray(paths, dtype=float)
    below, at = (draws < actual).mean(axis=0), (draws == actual).mean(axis=0)
    return _plain(below + rng.random(np.shape(actual)) * at)


def _plain(scores: np.ndarray) -> float | np.ndarray:
    return scores if np.ndim(scores) else float(scores)


def _bins(stated: np.ndarray, bins: int) -> list[np.ndarray]:
    which = np.clip((stated * bins).astype(int), 0, bins - 1)
    return [which == k for k in range(bins) if (which == k).any()]
