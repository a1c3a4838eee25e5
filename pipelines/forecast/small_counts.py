"""Small counts: a Poisson whose rate moves slowly (gamma–Poisson with forgetting; Harvey and Fernandes 1989).

The rate has a gamma distribution; each year it forgets a share of what it knew and then learns the year's count, in
closed form. How fast it forgets is not one number: several speeds are weighed by how well they foretold the counts
(negative binomial). It is exact where the level model's scale is not, at zero, one or two deaths a year, and it knows
that ten years without a death are not a promise. statsmodels has no Poisson with a moving rate.
"""

from __future__ import annotations

from math import lgamma, log, log1p

import numpy as np

MEMORIES = (0.7, 0.85, 0.95, 1.0)
PRIOR_EVENTS = 0.5
DRIFT_SD = 0.04


def small_count_paths(
    counts: np.ndarray, horizon: int, n_paths: int, rng: np.random.Generator, *, drift: float
) -> np.ndarray:
    """Paths of a small count.

    Args:
        counts: Events by year, NaN where a year is missing.
        horizon: Number of years after the last element.
        n_paths: Number of paths.
        rng: Source of all randomness.
        drift: Usual yearly change of the rate, in logarithms.

    Returns:
        Array (n_paths, horizon) of whole numbers.
    """
    states = [_learn(counts, memory) for memory in MEMORIES]
    fit = np.array([state[2] for state in states])
    weight = np.exp(fit - fit.max())
    which = rng.choice(len(MEMORIES), n_paths, p=weight / weight.sum())
    events = np.array([state[0] for state in states])[which]
    years = np.array([state[1] for state in states])[which]
    # One year's forgetting turns the variance of log(rate), about 1/events, into 1/(memory * events).
    wander = np.sqrt((1 / np.array(MEMORIES)[which] - 1) / events)
    rate = rng.gamma(events) / years
    slope = drift + DRIFT_SD * rng.standard_normal(n_paths)
    paths = np.empty((n_paths, horizon))
    for year in range(horizon):
        step = slope + wander * rng.standard_normal(n_paths) - wander**2 / 2
        rate = rate * np.exp(np.clip(step, -3, 3))
        paths[:, year] = rng.poisson(np.minimum(rate, 1e9))
    return paths


def _learn(counts: np.ndarray, memory: float) -> tuple[float, float, float]:
    """Shape and exposure of the gamma after the last year, and the log-likelihood of the counts."""
    events, years, fit, started = PRIOR_EVENTS, 0.0, 0.0, False
    for count in counts:
        events, years = PRIOR_EVENTS + memory * (events - PRIOR_EVENTS), memory * years
        if np.isnan(count):
            continue
        if started:
            fit += lgamma(events + count) - lgamma(events) - lgamma(count + 1)
            fit += -events * log1p(1 / years) - count * log(years + 1)
        events, years, started = events + float(count), years + 1, True
    return events, years, fit
