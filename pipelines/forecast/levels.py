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

A jump is one of two things, an odd year or a new level, and the year after it tells which. So a miss beyond what the
model holds likely leaves the level uncertain by as much as the two differ, and moves the slope no more than an ordinary
miss would. A plain Kalman filter walks towards the new level for years and takes the walk for a trend.

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
FORGETTING = 0.95
LIKELIHOOD_DF = 6.0
SHOCK_DF = 4.0
USUAL_STEP = 0.08
USUAL_STEP_WEIGHT = 6.0
STEP_MULTIPLES = np.exp(np.arange(-4, 6) * 0.2)
STEP_MULTIPLE_SD = 0.5
NOISE_SHARES = (0.0, 0.3, 0.6, 0.95)
SLOPE_SHOCKS = (0.0, 0.05, 0.15)
DAMPINGS = (0.5, 0.9)
DRIFTS = (-0.12, -0.09, -0.06, -0.03, 0.0, 0.03, 0.06, 0.09, 0.12)
DRIFT_SD = 0.03
UNUSUAL_DRIFT_SHARE = 0.4
UNUSUAL_DRIFT_SD = 0.10
FIRST_SLOPE_SD = 0.06

# Misses in standard deviations: above the first a value has jumped; beyond the second a miss says nothing of the slope.
JUMP = 3.0
SLOPE_MISS = 1.5

# A single change counts for the usual step with at most this many times what is typical of the series.
LARGEST_CHANGE = 4.0

STEP_PRIOR = -0.5 * (np.log(STEP_MULTIPLES) / STEP_MULTIPLE_SD) ** 2


@dataclass(frozen=True)
class Grid:
    """The combinations of noise share, slope shock, damping and drift that are weighed, for a number of periods a year.

    The constants are by the year; with twelve periods a year slopes, drifts and forgetting are those of a month.
    """

    noise: np.ndarray
    slope_shock: np.ndarray
    damping: np.ndarray
    drift: np.ndarray
    periods: int
    memory: int
    forgetting: float

    @classmethod
    def of(cls, periods: int) -> Grid:
        """The grid for 1 (years) or 12 (months) periods a year."""
        axes = np.meshgrid(NOISE_SHARES, SLOPE_SHOCKS, DAMPINGS, DRIFTS, indexing="ij")
        noise, slope_shock, damping, drift = (axis.ravel() for axis in axes)
        memory = LONGEST_MEMORY if periods == 1 else 10 * periods
        return cls(
            noise,
            slope_shock / periods,
            damping ** (1 / periods),
            drift / periods,
            periods,
            memory,
            FORGETTING ** (1 / periods),
        )

    def log_prior(self, centre: float) -> np.ndarray:
        """Log prior weight of each point: most series drift near `centre` a year, some anywhere around zero."""
        yearly = self.drift * self.periods
        near = log(1 - UNUSUAL_DRIFT_SHARE) - 0.5 * ((yearly - centre) / DRIFT_SD) ** 2 - log(DRIFT_SD)
        anywhere = log(UNUSUAL_DRIFT_SHARE) - 0.5 * (yearly / UNUSUAL_DRIFT_SD) ** 2 - log(UNUSUAL_DRIFT_SD)
        return np.logaddexp(near, anywhere)


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
        ratio = np.minimum(np.maximum(values, self.smallest) / self.reference, 1e15)
        return (ratio**self.power - 1) / self.power

    def back(self, values: np.ndarray) -> np.ndarray:
        """Into the series' own unit, never negative."""
        return np.maximum(1 + self.power * values, 0) ** (1 / self.power) * self.reference


@dataclass(frozen=True)
class LogitScale:
    """Log-odds of a share; what is closer to 0 or 1 than `limit` is read, and returned, as the bound itself."""

    limit: float

    @classmethod
    def of(cls, values: np.ndarray) -> LogitScale:
        """The scale of a series of shares; the limit is half of the smallest distance from a bound, 0.005 at most."""
        distance = np.minimum(values, 1 - values)
        inside = distance[distance > 0]
        return cls(min(max(float(inside.min()) / 2, 1e-6), 0.005) if inside.size else 0.005)

    def there(self, values: np.ndarray) -> np.ndarray:
        """From shares to log-odds; NaN stay NaN."""
        kept = np.clip(values, self.limit / 2, 1 - self.limit / 2)
        return np.log(kept / (1 - kept))

    def at_bound(self, values: np.ndarray) -> np.ndarray:
        """Which shares are read as 0 or 1."""
        return np.minimum(values, 1 - values) < self.limit

    def back(self, values: np.ndarray) -> np.ndarray:
        """From log-odds to shares, 0 and 1 included."""
        share = 1 / (1 + np.exp(-np.clip(values, -40, 40)))
        return np.where(share < self.limit, 0.0, np.where(share > 1 - self.limit, 1.0, share))


def usual_step(y: np.ndarray, prior: float, at_bound: np.ndarray | None = None) -> float:
    """Typical change from one period to the next on the model's scale, drawn towards what is usual for such series.

    Mean of a median-based and a mean-based estimate, so that one jump neither decides nor is forgotten; a change across
    a gap of k periods counts as k changes of one. What is at a bound twice (`at_bound`, by period) has changed by an
    unknown amount.
    """
    at = np.flatnonzero(np.isfinite(y))
    gaps = np.diff(at)
    changes = np.diff(y[at]) / np.sqrt(gaps)
    if at_bound is not None:
        changes = changes[~(at_bound[at][1:] & at_bound[at][:-1])]
    if not changes.size:
        return prior
    by_median = 1.4826 * np.median(np.abs(changes - np.median(changes)))
    apart = np.abs(changes - changes.mean())
    by_mean = 1.25 * np.minimum(apart, LARGEST_CHANGE * max(by_median, prior)).mean()
    own = np.sqrt((by_median**2 + by_mean**2) / 2)
    return float((USUAL_STEP_WEIGHT * prior + changes.size * own) / (USUAL_STEP_WEIGHT + changes.size))


YEARS, MONTHS = Grid.of(1), Grid.of(12)


def level_paths(
    y: np.ndarray,
    horizon: int,
    n_paths: int,
    rng: np.random.Generator,
    *,
    drift: float,
    step_prior: float = USUAL_STEP,
    counting_variance: float = 0.0,
    at_bound: np.ndarray | None = None,
    grid: Grid = YEARS,
) -> np.ndarray:
    """Paths of the series on the model's scale.

    Args:
        y: Values on the model's scale, NaN where a period is missing; at least three are finite.
        horizon: Number of periods after the last element of `y`.
        n_paths: Number of paths.
        rng: Source of all randomness.
        drift: Yearly change that series of this kind tend to in the long run.
        step_prior: Usual size of a change from one period to the next, used while the series itself is short.
        counting_variance: Variance that counting alone (Poisson) gives a value. It is part of the noise when the
            history is read, and left out of the paths: the caller draws it.
        at_bound: Which elements of `y` stand for "at least" or "at most" this much, as a share of 100 % does.
        grid: `YEARS` or `MONTHS`, whichever the elements of `y` are.

    Returns:
        Array (n_paths, horizon).
    """
    y = y[-grid.memory :]
    y = y[np.flatnonzero(np.isfinite(y))[0] :]
    at_bound = None if at_bound is None else at_bound[-y.size :]
    # What counting does not explain of a change, and at least half of what is usual: a count never only fluctuates.
    beyond = max(usual_step(y, step_prior, at_bound) ** 2 - 2 * counting_variance, (step_prior / 2) ** 2)
    step = float(np.sqrt(beyond + 2 * counting_variance))
    counting = counting_variance / step**2
    kept = 1 - 2 * counting
    noise, shock, slope_shock = grid.noise * kept / 2, (1 - grid.noise) * kept, grid.slope_shock**2 * kept
    first_slope = (FIRST_SLOPE_SD / grid.periods / step) ** 2
    state, misses, spreads, seen = _filter(y, noise + counting, shock, slope_shock, first_slope, step, grid)
    weight = grid.forgetting ** np.arange(len(seen) - 1, -1, -1.0) * seen
    posterior = _posterior(misses, spreads, weight, step, grid.log_prior(drift))

    cumulated = np.cumsum(posterior.ravel())
    at = (np.arange(n_paths) + rng.random()) / n_paths * cumulated[-1]
    drawn = rng.permutation(np.minimum(np.searchsorted(cumulated, at), cumulated.size - 1))
    point, size = drawn % grid.noise.size, step * STEP_MULTIPLES[drawn // grid.noise.size]
    return _simulate(state, point, size, np.sqrt([noise, shock, slope_shock]), horizon, rng, grid)


def _filter(y, noise, shock, slope_shock, first_slope, step, grid: Grid):
    """Kalman filter of every grid point at once, wary of jumps; variances in units of the squared step."""
    points = grid.noise.size
    level, slope = np.full(points, y[0]), grid.drift.copy()
    p11, p12, p22 = noise, np.zeros(points), np.full(points, first_slope)
    misses, spreads = np.zeros((len(y) - 1, points)), np.ones((len(y) - 1, points))
    for t, value in enumerate(y[1:]):
        level = level + slope
        slope = grid.drift + grid.damping * (slope - grid.drift)
        p11 = p11 + 2 * p12 + p22 + shock
        p12 = (p12 + p22) * grid.damping
        p22 = p22 * grid.damping**2 + slope_shock
        if np.isnan(value):
            continue
        spread = p11 + noise
        miss = value - level
        gain_level, gain_slope = p11 / spread, p12 / spread
        usual = step * np.sqrt(spread)
        level = level + gain_level * miss
        slope = slope + gain_slope * np.clip(miss, -SLOPE_MISS * usual, SLOPE_MISS * usual)
        p11, p12, p22 = p11 - gain_level * p11, p12 - gain_level * p12, p22 - gain_slope * p12
        # The level is the new value with probability `gain`, the expected one otherwise: a variance of g (1 - g) miss².
        p11 = p11 + (np.abs(miss) > JUMP * usual) * gain_level * (1 - gain_level) * (miss / step) ** 2
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


def _simulate(state, point, size, sds, horizon, rng, grid) -> np.ndarray:
    """Draw the present level and slope of each path, then its future."""
    level, slope, p11, p12, p22 = (part[point] for part in state)
    along = np.sqrt(np.maximum(p11, 1e-18))
    across = p12 / along
    beside = np.sqrt(np.maximum(p22 - across**2, 0))
    now = rng.standard_normal((2, len(point)))
    level = level + size * along * now[0]
    slope = slope + size * (across * now[0] + beside * now[1])
    draws = rng.standard_t(SHOCK_DF, (3, horizon, len(point))) * size
    drift, damping = grid.drift[point], grid.damping[point]
    noise_sd, shock_sd, slope_sd = sds[:, point]
    paths = np.empty((len(point), horizon))
    for h in range(horizon):
        level = level + slope + shock_sd * draws[0, h]
        slope = drift + damping * (slope - drift) + slope_sd * draws[1, h]
        paths[:, h] = level + noise_sd * draws[2, h]
    return paths
