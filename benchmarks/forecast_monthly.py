"""Monthly counts: our simulation beside the baselines, in a rolling-origin backtest.

A part of `forecast_skill.py`, which writes the page.
"""

from __future__ import annotations

import collections
import csv
from pathlib import Path

import numpy as np
from forecast_judging import SHARED

from pipelines.forecast import simulate_monthly
from pipelines.forecast.backtest import MONTHLY_BASELINES, rolling_origin


def table(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def monthly_series() -> dict[str, tuple[np.ndarray, tuple[int, int]]]:
    """Name → monthly counts and the first month."""
    folder = SHARED / "real-data/monthly-series"
    states = collections.defaultdict(dict)
    name = "australia_road_fatalities_monthly_by_state_1989_2024_derived.csv"
    for row in table(folder / name):
        states[row["State"]][int(row["Year"]), int(row["Month"])] = float(row["fatalities"])
    found = {f"road deaths, {s}": (np.array([v[t] for t in sorted(v)]), min(v)) for s, v in sorted(states.items())}
    drivers = table(folder / "datasets__UKDriverDeaths.csv")
    found["UK drivers"] = np.array([float(row["value"]) for row in drivers]), (1969, 1)
    belts = table(folder / "datasets__Seatbelts.csv")
    for column in ("DriversKilled", "front", "rear", "VanKilled"):
        found[f"Seatbelts, {column}"] = np.array([float(row[column]) for row in belts]), (1969, 1)
    return found


def monthly_part() -> list[str]:
    """Table of the rolling-origin backtest on monthly counts, and the randomised PIT."""
    models, pit = [*MONTHLY_BASELINES, "ours"], []
    lines = [
        "| series | mean a month | " + " | ".join(f"{m.replace('_', ' ')}" for m in models) + " | ours: in 80 % |",
        "| --- | --- |" + " --- |" * (len(models) + 1),
    ]
    ratios = []
    for name, (counts, _) in monthly_series().items():
        called = {**MONTHLY_BASELINES, "ours": simulate_monthly}
        rng = np.random.default_rng(0)
        rows = rolling_origin(counts, 12, called, kind="count", min_train=60, rng=rng, every=6, n_paths=500)
        score = [np.mean([row["crps"] for row in rows if row["model"] == model]) for model in models]
        ours = [row for row in rows if row["model"] == "ours"]
        covered = np.mean([row["lo80"] <= row["actual"] <= row["hi80"] for row in ours])
        pit += [row["pit"] for row in ours]
        ratios.append(np.array(score) / score[models.index("seasonal_naive")])
        cells = " | ".join(f"{one:.2f}" for one in score)
        lines.append(f"| {name} | {counts.mean():.1f} | {cells} | {covered:.3f} |")
    lines.append("| relative to seasonal naive | | " + " | ".join(f"{r:.3f}" for r in np.mean(ratios, 0)) + " | |")
    share = np.histogram(pit, 10, (0, 1))[0] / len(pit)
    lines += [
        "",
        "Randomised PIT of the counts, share per tenth (0.10 is calibrated): " + " ".join(f"{s:.3f}" for s in share),
    ]
    return [*lines, ""]
