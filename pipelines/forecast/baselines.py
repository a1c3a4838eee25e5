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
    """The same month of last year, missing by as much as it missed before; needs two years without the first gap."""
    values = checked(history, horizon, n_paths, kind, 2 * periods)
    steps = values[periods:] - values[:-periods]
    last = values[-periods:]
    last = np.where(np.isfinite(last), last, np.nanmean(values[-2 * periods :]))
    years = np.arange(horizon) // periods
    errors = _errors(steps[np.isfinite(steps)], (n_paths, horizon), rng)
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


def _errors(steps: np.ndarray, shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    sd = steps.std(ddof=1) if steps.size > 2 else np.abs(steps).mean()
    return rng.standard_t(max(steps.size - 1, 3), shape) * sd


def _bounded(paths: np.ndarray, kind: str) -> np.ndarray:
    return np.clip(paths, 0, 1 if kind == "share" else None)
