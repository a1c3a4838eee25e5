"""Rolling-origin backtest of one series: what would each model have said, and what came."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pipelines.errors import PipelineError
from pipelines.forecast import baselines
from pipelines.forecast.scores import crps, sorted_quantiles

ANNUAL_BASELINES = {"naive": baselines.naive, "straight_line": baselines.straight_line}
MONTHLY_BASELINES = {**ANNUAL_BASELINES, "seasonal_naive": baselines.seasonal_naive}


def rolling_origin(
    history,
    horizon: int,
    models: Mapping[str, object],
    *,
    kind: str,
    min_train: int,
    rng: np.random.Generator,
    every: int = 1,
    n_paths: int = 1000,
    span: int = 1,
    quantiles: np.ndarray | None = None,
) -> list[dict]:
    """Forecasts from every cutoff, each judged by what came after.

    Args:
        history: Values in order of time; NaN where a period is missing (it is not judged).
        horizon: Longest distance, in periods, between a cutoff and what it is judged by.
        models: Name → function called as `model(past, horizon, kind=…, n_paths=…, rng=…)`, such as `simulate_annual`,
            `ANNUAL_BASELINES` or `MONTHLY_BASELINES`. Every model stands beside the same baselines.
        kind: Kind of the series, as for `simulate_annual`.
        min_train: Number of periods before the first cutoff. A cutoff before which gaps leave too few values for one of
            the models is passed over for all of them.
        rng: Source of all randomness. Each model and cutoff has its own stream, so adding a model changes no other.
        every: Distance between cutoffs.
        n_paths: Paths per forecast.
        span: Periods that are judged together by their sum (12 months: totals of the coming years). `horizon` and the
            rows' `horizon` count spans then.
        quantiles: Shares (0-1) of the forecast that are to be kept; None keeps none.

    Returns:
        One row per cutoff, horizon and model: `cutoff` (index of the last period seen), `horizon`, `model`, `actual`,
        `mean`, `lo80`, `hi80`, `crps`, `pit`, `below` and `upto` (shares of the paths below what came, and not above
        it), and `quantiles` where they are asked for.
    """
    values = np.asarray(history, dtype=float)
    seed = int(rng.integers(2**63))
    rows = []
    for cutoff in range(min_train - 1, len(values) - 1, every):
        ahead = min(horizon, (len(values) - 1 - cutoff) // span)
        if ahead < 1:
            break
        actual, here = _by_span(values[cutoff + 1 :], ahead, span), []
        try:
            for name, model in models.items():
                stream = np.random.default_rng([seed, cutoff, *name.encode()])
                paths = model(values[: cutoff + 1], ahead * span, kind=kind, n_paths=n_paths, rng=stream)
                here += _judged(_by_span(paths, ahead, span), actual, cutoff, name, stream, quantiles)
        except PipelineError as fault:
            if fault.code != "too_few_points":
                raise
            continue  # gaps left too little for one of the models, so the others have nothing to be compared with
        rows += here
    return rows


def _by_span(values: np.ndarray, ahead: int, span: int) -> np.ndarray:
    """Sums of so many periods together along the last axis, (..., ahead)."""
    return values[..., : ahead * span].reshape(*values.shape[:-1], ahead, span).sum(axis=-1)


def _judged(
    draws: np.ndarray,
    actual: np.ndarray,
    cutoff: int,
    model: str,
    rng: np.random.Generator,
    quantiles: np.ndarray | None,
) -> list[dict]:
    """One row for every horizon of which it is known what came; `draws` is (n_paths, horizons)."""
    known = np.flatnonzero(np.isfinite(actual))
    ranked, actual = np.sort(draws[:, known], axis=0), actual[known]
    low, high = sorted_quantiles(ranked, np.array([0.1, 0.9]))
    below, upto = (ranked < actual).mean(axis=0), (ranked <= actual).mean(axis=0)
    columns = {
        "horizon": known + 1,
        "actual": actual,
        "mean": ranked.mean(axis=0),
        "lo80": low,
        "hi80": high,
        "crps": crps(ranked, actual, is_sorted=True),
        "pit": below + rng.random(actual.shape) * (upto - below),
        "below": below,
        "upto": upto,
    }
    if quantiles is not None:
        columns["quantiles"] = sorted_quantiles(ranked, quantiles).T
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return [{"cutoff": cutoff, "model": model, **dict(zip(columns, row, strict=True))} for row in rows]
