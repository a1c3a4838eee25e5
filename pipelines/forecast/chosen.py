"""A series simulated with the model that was chosen for it: its own, or the baseline that did better."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pipelines.forecast import baselines
from pipelines.forecast.annual import simulate_annual
from pipelines.forecast.backtest import ANNUAL_BASELINES
from pipelines.forecast.monthly import simulate_monthly

OURS = "ours"
Model = Callable[..., np.ndarray]


def simulator(model: str, *, monthly: bool) -> Model:
    """The function that simulates with a chosen model, in place of `simulate_monthly` or `simulate_annual`.

    A baseline of a monthly series gives what it was judged by, the totals of the coming twelve-month spans, spread
    evenly over their months. Counts come in whole numbers, so that they can be shared out.

    Args:
        model: `ours`, or a key of `OF_TOTALS` (monthly) or `ANNUAL_BASELINES`.
        monthly: Whether the series is monthly.
    """
    if model == OURS:
        return simulate_monthly if monthly else simulate_annual
    baseline = (OF_TOTALS if monthly else ANNUAL_BASELINES)[model]

    def simulate(
        history, horizon: int, *, kind: str, n_paths: int, rng: np.random.Generator, exposure=None, start=None
    ) -> np.ndarray:
        values = np.asarray(history, dtype=float)
        units = np.ones(len(values) + horizon) if exposure is None else np.asarray(exposure, dtype=float)
        longer = -(-horizon // 12) * 12 if monthly else horizon
        paths = baseline(values / units[: len(values)], longer, kind=kind, n_paths=n_paths, rng=rng)
        paths = paths[:, :horizon] * units[len(values) :]
        if kind != "count":
            return paths
        # Rounding each month alone would lose or gain whole events over a year; the running total is rounded.
        return np.diff(np.round(np.cumsum(paths, axis=1)), axis=1, prepend=0.0)

    return simulate


def yearly(baseline: Model) -> Model:
    """A baseline on totals of twelve months, the newest ending at the cutoff, spread over the months ahead."""

    def model(past, horizon: int, *, kind: str, n_paths: int, rng: np.random.Generator) -> np.ndarray:
        years = len(past) // 12
        months = np.asarray(past, dtype=float)[len(past) - 12 * years :].reshape(years, 12)
        known = np.isfinite(months).sum(axis=1)
        totals = np.where(known >= 6, np.nansum(months, axis=1) * 12 / np.maximum(known, 1), np.nan)
        paths = baseline(totals, horizon // 12, kind=kind, n_paths=n_paths, rng=rng)
        return np.repeat(paths / 12, 12, axis=1)

    return model


OF_TOTALS: dict[str, Model] = {
    "naive": yearly(baselines.naive),
    "straight_line": yearly(baselines.straight_line),
    "seasonal_naive": baselines.seasonal_naive,
}
"""Baselines of twelve-month totals."""
