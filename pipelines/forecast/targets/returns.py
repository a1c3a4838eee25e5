"""Annual returns: shares, stocks and yearly increments, by `simulate_annual`."""

from __future__ import annotations

import numpy as np

from pipelines.forecast.calibration import Calibration
from pipelines.forecast.chosen import OURS, simulator
from pipelines.forecast.targets.series import Paths, Series


def annual_paths(series: Series, rng: np.random.Generator) -> Paths:
    """Yearly paths of an annual series: known years as they are, the others simulated.

    Numbers: `value` by year from `from_year` on, NaN where a year is missing; `kind` as for `simulate_annual`;
    optionally `units`: the series is a share of that many units, all of which are asked for, and what is simulated
    is how many are still short; `method`, the model that the backtest chose, where it is not the driver's own;
    `calibration`, what the backtest taught.
    """
    value = np.asarray(series.numbers["value"], float)
    from_year, kind = int(series.numbers["from_year"]), str(series.numbers["kind"])
    units = float(series.numbers.get("units", 0))
    method = str(series.numbers.get("method", OURS))
    ahead = max(series.last_year - from_year - len(value) + 1, 0)
    if units and method == OURS:
        short = np.round((1 - value) * units)
        future = 1 - np.minimum(_simulated(short, ahead, "count", series.n_paths, rng), units) / units
    else:
        future = _simulated(value, ahead, kind, series.n_paths, rng, method)
    lesson = Calibration.of(series.numbers, "value")
    future = lesson.paths(future.T, np.arange(1, ahead + 1), is_share=kind == "share").T
    if units:  # however the share was calibrated, it is so many of the units
        future = np.rint(future * units) / units
    paths = np.full((len(series.years), series.n_paths), np.nan)
    for at, year in enumerate(series.years):
        place = year - from_year
        if 0 <= place < len(value):
            paths[at] = value[place]
        elif place >= len(value):
            paths[at] = future[:, place - len(value)]
    return {"value": paths}


def _simulated(
    history: np.ndarray, ahead: int, kind: str, n_paths: int, rng: np.random.Generator, method: str = OURS
) -> np.ndarray:
    if not ahead:
        return np.zeros((n_paths, 0))
    return simulator(method, monthly=False)(history, ahead, kind=kind, n_paths=n_paths, rng=rng)
