"""What rates are divided by: GDP, population, employment and other stocks, year by year to the end of the plan.

A straight line through fifteen years of GDP knows nothing of the year that is running; the cumulative quarters do.
So the running year is the year before times the growth of its quarters against the same quarters a year earlier, and
the years after it grow by the region's own recent growth drawn towards a usual one.
"""

from __future__ import annotations

import numpy as np

from pipelines.forecast.calibration import Calibration
from pipelines.forecast.targets.series import Paths, Series

MEMORY = 0.8  # weight of a growth rate that is one year older
USUAL = {"gdp": (0.05, 0.03), "people": (0.0, 0.01), "stock": (0.01, 0.03)}
"""Usual growth a year and its spread from year to year, in logarithms, by nature."""
PRIOR_YEARS = 3.0
REST_SPREAD = 0.015  # how far the quarters still to come lie off the growth of those that were
USUAL_INFLATION, INFLATION_SPREAD = 0.01, 0.01


def denominator_paths(series: Series, rng: np.random.Generator) -> Paths:
    """Yearly paths of a stock or flow.

    Numbers: `year` and `value` of what is known, one print; `nature`, key of `USUAL`; `quarter_ratio`, growth of the
    cumulative quarters of the first unknown year against the same quarters before (0 = not known), and `quarters`,
    how many there are; `constant_year` and `constant_value`: the same at constant prices, where asked for;
    `calibration`, what the backtest taught. A year whose quarters are known is not what was backtested.

    Returns:
        `level`, and `constant` where it is asked for; NaN in years before the first known one, and after a last of 0.
    """
    numbers = series.numbers
    level, growth = _extended(np.asarray(numbers["year"], int), np.asarray(numbers["value"], float), series, rng)
    known = int(np.asarray(numbers["year"], int)[-1]) + (float(numbers["quarter_ratio"]) > 0)
    lesson = Calibration.of(numbers, "level")
    if not lesson.is_none:
        level = lesson.paths(level, [year - known for year in series.years])
        ends = np.vstack([level[:1], level])
        growth = np.log(np.divide(level, ends[:-1], out=np.ones_like(level), where=growth != 0))
    paths = {"level": level}
    if np.size(numbers.get("constant_year", ())):
        years = np.asarray(numbers["constant_year"], int)
        values = np.asarray(numbers["constant_value"], float)
        paths["constant"] = _at_constant_prices(years, values, series.years, growth, level, rng)
    return paths


def _extended(year, value, series: Series, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Known values, then growth; shape (years, n_paths), and the growth of each year in logarithms."""
    years, numbers, n_paths = series.years, series.numbers, series.n_paths
    level = np.full((len(years), n_paths), np.nan)
    growth = np.zeros((len(years), n_paths))
    usual, spread = USUAL[str(numbers["nature"])]
    some = value > 0  # from nothing, and to nothing, there is no growth
    steps = np.diff(np.log(value[some])) / np.diff(year[some])
    weight = MEMORY ** np.arange(steps.size)[::-1]
    total = weight.sum() + PRIOR_YEARS
    centre = (weight @ steps + PRIOR_YEARS * usual) / total
    variance = (weight @ (steps - centre) ** 2 + PRIOR_YEARS * spread**2) / total
    sd = np.sqrt(variance * total / rng.chisquare(total, n_paths))
    mean = centre + sd * rng.standard_normal(n_paths) / np.sqrt(total)
    known = dict(zip(year.tolist(), value.tolist(), strict=True))
    last, last_year = np.full(n_paths, value[-1] if some[-1] else np.nan), int(year[-1])
    for at, one in enumerate(years):
        if one in known:
            level[at] = known[one]
        elif one > last_year:
            shock = mean + sd * rng.standard_normal(n_paths)
            ratio, quarters = float(numbers["quarter_ratio"]), int(numbers["quarters"])
            if one == last_year + 1 and ratio > 0:
                rest = (4 - quarters) / 4
                shock = np.log(ratio) + REST_SPREAD * np.sqrt(rest) * rng.standard_normal(n_paths)
            last = last * np.exp(shock)
            level[at], growth[at] = last, shock
    return level, growth


def _at_constant_prices(year, value, years: range, growth, level, rng) -> np.ndarray:
    """Real growth is nominal growth less inflation, drawn from the region's own deflator and the usual one."""
    paths = np.full(level.shape, np.nan)
    known = dict(zip(year.tolist(), value.tolist(), strict=True))
    nominal = {one: level[at] for at, one in enumerate(years)}
    gaps = [
        np.log(nominal[b].mean() / nominal[a].mean()) - np.log(known[b] / known[a])
        for a, b in zip(year[:-1].tolist(), year[1:].tolist(), strict=True)
        if b == a + 1 and a in nominal and b in nominal and np.isfinite(nominal[a]).all()
    ]
    centre = (sum(gaps) + PRIOR_YEARS * USUAL_INFLATION) / (len(gaps) + PRIOR_YEARS)
    last = None
    for at, one in enumerate(years):
        if one in known:
            last = np.full(level.shape[1], known[one])
        elif last is not None:
            nominal_growth = growth[at] if growth[at].any() else np.log(nominal[one] / nominal[one - 1])
            last = last * np.exp(nominal_growth - centre - INFLATION_SPREAD * rng.standard_normal(level.shape[1]))
        if last is not None:
            paths[at] = last
    return paths
