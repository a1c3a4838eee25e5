"""Local level with damped, shrunken drift: the model of a short series that moves gradually.

    value      y[t] = level[t] + noise[t]
    level      level[t] = level[t-1] + slope[t-1] + shock[t]
    slope      slope[t] = drift + damping * (slope[t-1] - drift) + slope shock[t]

It runs on a scale where equal steps are equal relative changes and which has a floor at zero (`PowerScale`) or bounds
at 0 and 1 (`LogitScale`). Ten points cannot say which part of a change was noise, how fast slopes fade or what the
long-run drift is, so none of these is estimated as one number: every combination on a small grid is filtered (Kalman),
weighed by how well it foretold the later values (Student-t, so one odd year does not decide; older years count less),
and the paths are drawn from all of them together. That is where the width of the intervals comes from, and why a
reduction from an unusually bad year is more likely than one from an unusually good year.

statsmodels has the filter (`UnobservedComponents`) but one maximum-likelihood estimate per series: no priors, no
parameter uncertainty in the paths, Gaussian only, 20 to 50 ms a fit. See docs/forecast-methods.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lgamma, log, pi

import numpy as np

# The few constants below were chosen on one random half of the countries of real annual series and checked on the
# other half; the skill hardly changes around them (docs/forecast-methods.md).
LONGEST_MEMORY = 30
FORGETTING = 0.96
LIKELIHOOD_DF = 6.0
SHOCK_DF = 4.0
USUAL_STEP = 0.08
USUAL_STEP_WEIGHT = 6.0
STEP_MULTIPLES = np.exp(np.arange(-4, 6) * 0.2)
STEP_MULTIPLE_SD = 0.5
NOISE_SHARES = (0.0, 0.25, 0.5, 0.8)
SLOPE_SHOCKS = (0.0, 0.05, 0.15)
DAMPINGS = (0.6, 0.9)
DRIFTS = (-0.12, -0.08, -0.05, -0.02, 0.01, 0.04, 0.08, 0.12)
DRIFT_SD = 0.04
UNUSUAL_DRIFT_SHARE = 0.3
UNUSUAL_DRIFT_SD = 0.10
FIRST_SLOPE_SD = 0.5
FIRST_LEVEL_VARIANCE = 1.5

NOISE, SLOPE, DAMPING, DRIFT = (
    axis.ravel() for axis in np.meshgrid(NOISE_SHARES, SLOPE_SHOCKS, DAMPINGS, DRIFTS, indexing="ij")
)
STEP_PRIOR = -0.5 * (np.log(STEP_MULTIPLES) / STEP_MULTIPLE_SD) ** 2


@dataclass(frozen=True)
class PowerScale:
    """Fourth-root scale around a reference value: near logarithms for small changes, yet it reaches zero.

    Args:
        reference: The value at which a step of 0.01 is a change of 1 %.
        smallest: Values below this (a zero) are read as this much, the limit of what the series can show.
    """

    reference: float
    smallest: float
    power: float = 0.25

    @classmethod
    def of(cls, values: np.ndarray) -> PowerScale:
        """The scale of a series with at least one positive value; NaN are gaps."""
        positive = values[values > 0]
        recent = values[np.isfinite(values)][-5:]
        middle = float(np.median(recent))
        return cls(middle if middle > 0 else float(np.median(positive)), float(positive.min()) / 2)

    def there(self, values: np.ndarray) -> np.ndarray:
        """From the series' own unit; NaN stay NaN."""
        return ((np.maximum(values, self.smallest) / self.reference) ** self.power - 1) / self.power

    def back(self, values: np.ndarray) -> np.ndarray:
        """Into the series' own unit, never negative."""
        return np.maximum(1 + self.power * values, 0) ** (1 / self.power) * self.reference


@dataclass(frozen=True)
class LogitScale:
    """Log-odds of a share; what is closer to 0 or 1 than `limit` is read, and returned, as the bound itself."""

    limit: float

    @classmethod
    def of(cls, values: np.ndarray) -> LogitScale:
        """The scale of a series of shares; the limit is half of the smallest distance from a bound, at most 0.005."""
        distance = np.minimum(values, 1 - values)
        inside = distance[distance > 0]
        return cls(min(0.005, float(inside.min()) / 2) if inside.size else 0.005)

    def there(self, values: np.ndarray) -> np.ndarray:
        """From shares to log-odds; NaN stay NaN."""
        kept = np.clip(values, self.limit / 2, 1 - self.limit / 2)
        return np.log(kept / (1 - kept))

    def back(self, values: np.ndarray) -> np.ndarray:
        """From log-odds to shares, 0 and 1 included."""
        share = 1 / (1 + np.exp(-np.clip(values, -40, 40)))
        return np.where(share < self.limit, 0.0, np.where(share > 1 - self.limit, 1.0, share))


def usual_step(y: np.ndarray, prior: float) -> float:
    """Typical size of a yearly change on the model's scale, drawn towards what is usual for such series.

    Mean of a median-based and a mean-based estimate, so that one jump neither decides nor is forgotten; a change across
    a gap of k years counts as k changes of one year.
    """
    at = np.flatnonzero(np.isfinite(y))
    gaps = np.diff(at)
    changes = np.diff(y[at]) / np.sqrt(gaps)
    by_median = 1.4826 * np.median(np.abs(changes - np.median(changes)))
    by_mean = 1.25 * np.abs(changes - changes.mean()).mean()
    own = np.sqrt((by_median**2 + by_mean**2) / 2)
    return float((USUAL_STEP_WEIGHT * prior + changes.size * own) / (USUAL_STEP_WEIGHT + changes.size))


def drift_log_prior(centre: float) -> np.ndarray:
    """Log prior weight of each grid point: most series near `centre`, some anywhere around zero."""
    near = log(1 - UNUSUAL_DRIFT_SHARE) - 0.5 * ((DRIFT - centre) / DRIFT_SD) ** 2 - log(DRIFT_SD)
    anywhere = log(UNUSUAL_DRIFT_SHARE) - 0.5 * (DRIFT / UNUSUAL_DRIFT_SD) ** 2 - log(UNUSUAL_DRIFT_SD)
    return np.logaddexp(near, anywhere)


def level_paths(
    y: np.ndarray,
    horizon: int,
    n_paths: int,
    rng: np.random.Generator,
    *,
    drift: float,
    step_prior: float = USUAL_STEP,
    counting_variance: float = 0.0,
) -> np.ndarray:
    """Paths of the series on the model's scale.

    Args:
        y: Values on the model's scale, NaN where a year is missing; at least three are finite.
        horizon: Number of years after the last element of `y`.
        n_paths: Number of paths.
        rng: Source of all randomness.
        drift: Yearly change that series of this kind tend to in the long run.
        step_prior: Usual size of a yearly change, used while the series itself is short.
        counting_variance: Variance that counting alone (Poisson) gives a value. It is part of the noise when the
            history is read, and left out of the paths: the caller draws it.

    Returns:
        Array (n_paths, horizon).
    """
    y = y[-LONGEST_MEMORY:]
    y = y[np.flatnonzero(np.isfinite(y))[0] :]
    step = max(usual_step(y, step_prior), np.sqrt(2 * counting_variance / 0.9))
    counting = counting_variance / step**2
    noise = NOISE * (1 - 2 * counting) / 2
    shock = (1 - NOISE) * (1 - 2 * counting)
    state, misses, spreads, seen = _filter(y, noise + counting, shock)
    weight = FORGETTING ** np.arange(len(seen) - 1, -1, -1.0) * seen
    posterior = _posterior(misses, spreads, weight, step, drift_log_prior(drift))

    cumulated = np.cumsum(posterior.ravel())
    at = (np.arange(n_paths) + rng.random()) / n_paths * cumulated[-1]
    drawn = rng.permutation(np.minimum(np.searchsorted(cumulated, at), cumulated.size - 1))
    point, size = drawn % NOISE.size, step * STEP_MULTIPLES[drawn // NOISE.size]
    return _simulate(state, point, size, np.sqrt(noise), np.sqrt(shock), horizon, rng)


def _filter(y: np.ndarray, noise: np.ndarray, shock: np.ndarray):
    """Kalman filter of every grid point at once, variances in units of the squared step."""
    level, slope = np.full(NOISE.size, y[0]), DRIFT.copy()
    p11, p12, p22 = noise + FIRST_LEVEL_VARIANCE, np.zeros(NOISE.size), np.full(NOISE.size, FIRST_SLOPE_SD**2)
    misses, spreads = np.zeros((len(y) - 1, NOISE.size)), np.ones((len(y) - 1, NOISE.size))
    for t, value in enumerate(y[1:]):
        level = level + slope
        slope = DRIFT + DAMPING * (slope - DRIFT)
        p11, p12, p22 = p11 + 2 * p12 + p22 + shock, (p12 + p22) * DAMPING, p22 * DAMPING**2 + SLOPE**2
        if np.isnan(value):
            continue
        spread = p11 + noise
        miss = value - level
        gain_level, gain_slope = p11 / spread, p12 / spread
        level, slope = level + gain_level * miss, slope + gain_slope * miss
        p11, p12, p22 = p11 - gain_level * p11, p12 - gain_level * p12, p22 - gain_slope * p12
        misses[t], spreads[t] = miss, spread
    return (level, slope, p11, p12, p22), misses, spreads, np.isfinite(y[1:]).astype(float)


def _posterior(misses, spreads, weight, step, log_prior) -> np.ndarray:
    """Weights (multiple of the step, grid point) from one-step forecasts, Student-t, older years discounted."""
    df = LIKELIHOOD_DF
    constant = lgamma((df + 1) / 2) - lgamma(df / 2) - 0.5 * log(df * pi)
    squared = misses**2 / spreads / step**2
    fixed = weight.sum() * constant - 0.5 * (weight @ np.log(spreads)) + log_prior
    fit = np.array(
        [
            prior - weight.sum() * log(multiple) - (df + 1) / 2 * (weight @ np.log1p(squared / (df * multiple**2)))
            for prior, multiple in zip(STEP_PRIOR, STEP_MULTIPLES, strict=True)
        ]
    )
    fit += fixed
    return np.exp(fit - fit.max())


def _simulate(state, point, size, noise_sd, shock_sd, horizon, rng) -> np.ndarray:
    """Draw the present level and slope of each path, then its future."""
    level, slope, p11, p12, p22 = (part[point] for part in state)
    along = np.sqrt(np.maximum(p11, 1e-18))
    across = p12 / along
    beside = np.sqrt(np.maximum(p22 - across**2, 0))
    now = rng.standard_normal((2, len(point)))
    level = level + size * along * now[0]
    slope = slope + size * (across * now[0] + beside * now[1])
    draws = rng.standard_t(SHOCK_DF, (3, horizon, len(point))) * size
    drift, damping = DRIFT[point], DAMPING[point]
    noise_sd, shock_sd, slope_sd = noise_sd[point], shock_sd[point], SLOPE[point]
    paths = np.empty((len(point), horizon))
    for h in range(horizon):
        level = level + slope + shock_sd * draws[0, h]
        slope = drift + damping * (slope - drift) + slope_sd * draws[1, h]
        paths[:, h] = level + noise_sd * draws[2, h]
    return paths
