"""The yearly series of the M1 and Tourism competitions: our errors beside those of statsmodels' ETS and Theta.

A part of `forecast_skill.py`, which writes the page.
"""

from __future__ import annotations

import collections
import csv
import gzip
import warnings
from pathlib import Path

import numpy as np

from pipelines.forecast import simulate_annual

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def competition() -> list[tuple[str, np.ndarray, np.ndarray]]:
    """(competition, training part, test part) of the yearly series of M1 and Tourism."""
    found = []
    for name in ("M1", "Tourism"):
        parts = collections.defaultdict(lambda: ([], []))
        with gzip.open(SHARED / f"real-data/forecast-competition/{name}_long.csv.gz", "rt", encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                if row["period"].lower().startswith("year"):
                    parts[row["series"]][row["part"] == "test"].append(float(row["value"]))
        found += [(name, np.array(train), np.array(test)) for train, test in parts.values()]
    return found


def competition_scores(point, low, high, train, test) -> tuple[float, float, float]:
    """MASE, sMAPE (percent) and coverage of the 80 % interval."""
    scale = np.abs(np.diff(train)).mean() or 1.0
    symmetric = 200 * np.mean(np.abs(test - point) / (np.abs(test) + np.abs(point) + 1e-12))
    return np.abs(test - point).mean() / scale, symmetric, np.mean((low <= test) & (test <= high))


def statsmodels_forecasts(train: np.ndarray, horizon: int) -> dict[str, tuple]:
    """Point, low and high of statsmodels' ETS (damped; best of three by AICc) and Theta."""
    import pandas as pd
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel
    from statsmodels.tsa.forecasting.theta import ThetaModel

    series = pd.Series(train, index=pd.period_range("1950", periods=len(train), freq="Y"))
    fits = {}
    for name, form in (("none", {}), ("add", {"trend": "add"}), ("damped", {"trend": "add", "damped_trend": True})):
        fit = ETSModel(series, **form).fit(disp=False)
        frame = fit.get_prediction(start=len(train), end=len(train) + horizon - 1).summary_frame(alpha=0.2)
        fits[name] = (fit.aicc, (frame["mean"].values, frame["pi_lower"].values, frame["pi_upper"].values))
    finite = {name: aicc if np.isfinite(aicc) else np.inf for name, (aicc, _) in fits.items()}
    theta = ThetaModel(series, deseasonalize=False).fit()
    bounds = theta.prediction_intervals(horizon, alpha=0.2)
    return {
        "statsmodels ETS, damped trend": fits["damped"][1],
        "statsmodels ETS, best AICc": fits[min(finite, key=finite.get)][1],
        "statsmodels Theta": (theta.forecast(horizon).values, bounds.iloc[:, 0].values, bounds.iloc[:, 1].values),
    }


def competition_part() -> list[str]:
    """Table of errors and coverage on the yearly series of two forecasting competitions."""
    warnings.simplefilter("ignore")
    scores, rng = collections.defaultdict(list), np.random.default_rng(0)
    for name, train, test in competition():
        forecasts = statsmodels_forecasts(train, len(test))
        for kind in ("rate", "amount"):
            paths = simulate_annual(train, len(test), kind=kind, n_paths=1000, rng=rng)
            low, middle, high = np.quantile(paths, (0.1, 0.5, 0.9), axis=0)
            forecasts[f"ours (kind {kind})"] = middle, low, high
        for model, (point, low, high) in forecasts.items():
            scores[name, model].append(competition_scores(point, low, high, train, test))
    lines = ["| series | model | MASE | sMAPE | 80 % interval covers |", "| --- | --- | --- | --- | --- |"]
    for (name, model), rows in sorted(scores.items(), key=lambda item: item[0][0]):
        mase, smape, covered = np.mean(rows, axis=0)
        lines.append(f"| {name} ({len(rows)}) | {model} | {mase:.3f} | {smape:.2f} | {covered:.3f} |")
    return [*lines, ""]
