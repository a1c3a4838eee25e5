"""Events: whether a year has a loss at all, and how large it then is, apart.

Disaster deaths, people affected and losses are zero in many years and then differ by factors of ten to a thousand, so a
level with noise says nothing about them. Here each path has its own yearly chance of a loss, from the share of years
with one (uniform prior, recent years counting more: both nature and reporting change), and draws sizes from the losses
of the past (recent ones more often), spread by a log-normal factor so that sizes never seen before can come, with an
uncertain level, up to twice the largest loss on record. Past sizes are brought to the present by a usual yearly change
(insurers call it trending the losses).

statsmodels has no model of this kind with a changing chance of occurrence; a zero-inflated regression on ten points
does not converge.
"""

from __future__ import annotations

import numpy as np

# Chosen on one random half of the countries, checked on the other half (docs/forecast-methods.md).
OCCURRENCE_MEMORY = 0.9
SIZE_MEMORY = 0.95
USUAL_LOG_SD = 1.5
USUAL_LOG_SD_WEIGHT = 5.0
SPREAD = 0.7
LARGEST = 2.0
LONGEST_TREND = 40


def event_paths(
    values: np.ndarray, horizon: int, n_paths: int, rng: np.random.Generator, *, trend: float
) -> np.ndarray:
    """Paths of a series of occasional, heavy-tailed losses.

    Args:
        values: Losses by year, in their own unit; NaN are gaps, zero is a year without a loss.
        horizon: Number of years after the last element.
        n_paths: Number of paths.
        rng: Source of all randomness.
        trend: Usual yearly change of sizes, in logarithms.

    Returns:
        Array (n_paths, horizon), in the unit of `values`; all zero where the past has no loss to tell a size from.
    """
    age = np.arange(len(values) - 1, -1, -1.0)
    age, values = age[np.isfinite(values)], values[np.isfinite(values)]
    occurred = values > 0
    if not occurred.any():
        return np.zeros((n_paths, horizon))
    recency = OCCURRENCE_MEMORY**age
    chance = rng.beta(1 + recency[occurred].sum(), 1 + recency[~occurred].sum(), (n_paths, 1))

    sizes = np.log(values[occurred]) + trend * np.minimum(age[occurred], LONGEST_TREND)
    weight = SIZE_MEMORY ** age[occurred]
    weight /= weight.sum()
    effective = 1 / (weight**2).sum()
    own = weight @ (sizes - weight @ sizes) ** 2
    variance = (USUAL_LOG_SD_WEIGHT * USUAL_LOG_SD**2 + effective * own) / (USUAL_LOG_SD_WEIGHT + effective)

    level = rng.standard_normal((n_paths, 1)) * np.sqrt(variance / effective)
    spread = rng.standard_normal((n_paths, horizon)) * np.sqrt(variance) * SPREAD
    drawn = sizes[rng.choice(sizes.size, (n_paths, horizon), p=weight)]
    log_size = drawn + level + spread + trend * np.arange(1, horizon + 1)
    size = np.exp(np.minimum(log_size, sizes.max() + np.log(LARGEST)))
    return np.where(rng.random((n_paths, horizon)) < chance, size, 0.0)
