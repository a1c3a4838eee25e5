"""Monthly counts: a moving Poisson rate under a season, an exposure and a shrunken trend, with overdispersion.

The season, the trend and the overdispersion come from a Poisson regression (statsmodels). What is left, the present
level of the rate, is learned with forgetting in closed form (gamma–Poisson), because a regression's straight trend
believes ten-year-old months as much as last month.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from pipelines.forecast.seasons import LONGEST_MONTHS, fit_season

MEMORIES = np.array([0.85, 0.93, 0.97, 0.99, 1.0])
PRIOR_EVENTS = 0.5
TREND_SD = 0.04
TREND_FADES = 0.9

# Where the rate wanders from year to year by about this much (in logarithms) beyond what the forgetting shows within a
# few years: without it the yearly sums of plan years two to five lay inside the 80 % interval in 66 of 100 cases.
YEARLY_STEP = 0.055


def monthly_count_paths(
    counts: np.ndarray,
    exposure: np.ndarray,
    horizon: int,
    n_paths: int,
    rng: np.random.Generator,
    *,
    drift: float,
    start: tuple[int, int] | None,
) -> np.ndarray:
    """Paths of a monthly count.

    Args:
        counts: Events by month, NaN where a month is missing.
        exposure: What the rate is counted in, for the history and the months ahead, (n + horizon,), positive.
        horizon: Number of months after the last.
        n_paths: Number of paths.
        rng: Source of all randomness.
        drift: Usual yearly change of the rate, in logarithms.
        start: Year and month of the first element, for the Spring Festival; None leaves it out.

    Returns:
        Array (n_paths, horizon) of whole numbers.
    """
    n = len(counts)
    season = fit_season(counts, np.log(exposure[:n]), horizon, n_paths, rng, counts=True, start=start)
    own, error = season.slope
    prior, prior_sd = drift / 12, TREND_SD / 12
    # A straight line through a walk of n months has a slope of its own, of variance 6/5 step^2 / years.
    error = np.sqrt(error**2 + 1.2 * YEARLY_STEP**2 / (n / 12) / 12**2)
    precision = 1 / error**2 + 1 / prior_sd**2
    slope, slope_sd = (own / error**2 + prior / prior_sd**2) / precision, precision**-0.5

    expected = exposure[:n] * np.exp(season.past + slope * (np.arange(n) - n + 1))
    kept = slice(max(0, n - LONGEST_MONTHS), None)
    events, units, fit = _learn(counts[kept] / season.dispersion, expected[kept] / season.dispersion)
    weight = np.exp(fit - fit.max())
    which = rng.choice(len(MEMORIES), n_paths, p=weight / weight.sum())
    rate = rng.gamma(events[which]) / units[which]
    wander = np.sqrt((1 / MEMORIES[which] - 1) / events[which] + YEARLY_STEP**2 / 12)[:, None]

    steps = wander * rng.standard_normal((n_paths, horizon)) - wander**2 / 2
    slopes = slope + slope_sd * rng.standard_normal((n_paths, 1))
    faded = np.cumsum(TREND_FADES ** (np.arange(1, horizon + 1) / 12))
    log_rate = np.log(rate)[:, None] + np.cumsum(np.clip(steps, -3, 3), axis=1) + slopes * faded
    mean = np.exp(np.clip(log_rate + season.ahead, -700, 30)) * exposure[n:]
    mean = np.minimum(mean, 1e15)
    extra = season.dispersion - 1
    if extra > 1e-6:
        mean = rng.gamma(np.maximum(mean / extra, 1e-12)) * extra
    return rng.poisson(mean).astype(float)


def _learn(counts: np.ndarray, exposure: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Shape, exposure and log-likelihood for each speed of forgetting after the last month."""
    known = np.isfinite(counts)
    before = np.empty((2, len(counts), MEMORIES.size))  # what is known of events and units when a month comes
    events, units = np.full(MEMORIES.size, PRIOR_EVENTS), np.zeros(MEMORIES.size)
    for at, (count, unit) in enumerate(zip(counts.tolist(), exposure.tolist(), strict=True)):
        events, units = PRIOR_EVENTS + MEMORIES * (events - PRIOR_EVENTS), MEMORIES * units
        before[:, at] = events, units
        if known[at]:
            events, units = events + count, units + unit
    later = np.flatnonzero(known)[1:]
    shape, seen = before[:, later]
    count, unit = counts[later, None], exposure[later, None]
    fit = gammaln(shape + count) - gammaln(shape) - shape * np.log1p(unit / seen) - count * np.log1p(seen / unit)
    return events, units, fit.sum(axis=0)
