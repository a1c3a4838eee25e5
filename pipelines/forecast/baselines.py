"""What every model has to beat: last value, same month last year, straight line.

Their intervals come from their own past misses, on the scale of the data, Student-t, cut at zero and for shares at one.
"""

from __future__ import annotations

import numpy as np

from pipelines.forecast.history import checked


def naive(history, horizon: int, *, kind: str = "rate", n_paths: int = 2000, rng: np.random.Generator) -> np.ndarray:
    """Random walk from the last value; arguments and result as `simulate_annual`."""
    values = checked(history, horizon, n_paths, kind, 3)
    values = values[np.isfinite(values)]
    steps = np.diff(values)
    return _bounded(values[-1] + np.cumsum(_errors(steps, (n_paths, horizon), rng), axis=1), kind)


def seasonal_naive(
    history, horizon: int, *, kind: str = "rate", n_paths: int = 2000, rng: np.random.Generator, periods: int = 12
) -> np.ndarray:
    """The same month of the last year that has it, missing by as much as it missed before.

    A month that no year has takes the mean of all; where no month is known in two years that follow each other, the
    misses are those around that mean. Needs two years without the first gap.
    """
    values = checked(history, horizon, n_paths, kind, 2 * periods)
    known = values[np.isfinite(values)]
    steps = values[periods:] - values[:-periods]
    steps = steps[np.isfinite(steps)]
    errors = _errors(steps if steps.size else known - known.mean(), (n_paths, horizon), rng)
    last = np.array([_newest(values[ahead::-periods], known.mean()) for ahead in range(-periods, 0)])
    years = np.arange(horizon) // periods
    return _bounded(last[np.arange(horizon) % periods] + errors * np.sqrt(years + 1), kind)


def straight_line(
    history, horizon: int, *, kind: str = "rate", n_paths: int = 2000, rng: np.random.Generator
) -> np.ndarray:
    """Least-squares line through the whole history with its textbook prediction error."""
    values = checked(history, horizon, n_paths, kind, 3)
    at = np.flatnonzero(np.isfinite(values)).astype(float)
    known = values[np.isfinite(values)]
    centre = at.mean()
    spread = ((at - centre) ** 2).sum()
    slope = ((at - centre) * known).sum() / spread
    misses = known - known.mean() - slope * (at - centre)
    df = known.size - 2
    sd = np.sqrt((misses**2).sum() / df)
    ahead = len(values) - 1 + np.arange(1, horizon + 1) - centre
    errors = rng.standard_t(df, (n_paths, horizon)) * sd * np.sqrt(1 + 1 / known.size + ahead**2 / spread)
    return _bounded(known.mean() + slope * ahead + errors, kind)


def _newest(newest_first: np.ndarray, otherwise: float) -> float:
    return next((value for value in newest_first if np.isfinite(value)), otherwise)


def _errors(steps: np.ndarray, shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    sd = steps.std(ddof=1) if steps.size > 2 else np.abs(steps).mean()
    return rng.standard_t(max(steps.size - 1, 3), shape) * sd


def _bounded(paths: np.ndarray, kind: str) -> np.ndarray:
    return np.clip(paths, 0, 1 if kind == "share" else None)
