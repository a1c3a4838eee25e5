"""Events: whether a year has a loss at all, and how large it then is, apart.

Disaster deaths, people affected and losses are zero in many years and then differ by factors of ten to a thousand, so a
level with noise says nothing about them. Here each path has its own yearly chance of a loss, from the share of years
with one (uniform prior, recent years counting more: both nature and reporting change), and draws sizes from the losses
of the past (recent ones more often), spread by a log-normal factor so that sizes never seen before can come, with an
uncertain level, up to twice the largest loss on record. Past sizes are brought to the present by a usual yearly change
(insurers call it trending the losses).

Chance and level of a path are not independent: where more years have a loss, it is mostly because smaller ones happen
or are written down. Paths with a high chance therefore tend to a low level; drawn apart, the two foretold a new record
in 21 % of five-year plans, where 17 % had one (docs/forecast-methods.md).

statsmodels has no model of this kind with a changing chance of occurrence; a zero-inflated regression on ten points
does not converge.
"""

from __future__ import annotations

import numpy as np

# Chosen on one random half of the countries, checked on the other half (docs/forecast-methods.md).
OCCURRENCE_MEMORY = 0.9
SIZE_MEMORY = 0.95
USUAL_LOG_SD = 2.0
USUAL_LOG_SD_WEIGHT = 5.0
SPREAD = 0.7
LARGEST = 2.0
LONGEST_TREND = 40

# Correlation, over the paths, of the chance of a loss and the level of its size.
CHANCE_AND_LEVEL = -0.7

# A calendar month's own record counts against this many months that behave like the average one.
AVERAGE_MONTHS = 4.0


def event_paths(
    values: np.ndarray, horizon: int, n_paths: int, rng: np.random.Generator, *, trend: float, periods: int = 1
) -> np.ndarray:
    """Paths of a series of occasional, heavy-tailed losses.

    Args:
        values: Losses by period, in their own unit; NaN are gaps, zero is a period without a loss.
        horizon: Number of periods after the last element.
        n_paths: Number of paths.
        rng: Source of all randomness.
        trend: Usual yearly change of sizes, in logarithms.
        periods: 1 for years, 12 for months; each calendar month then has a chance of its own.

    Returns:
        Array (n_paths, horizon), in the unit of `values`; all zero where the past has no loss to tell a size from.
    """
    age = np.arange(len(values) - 1, -1, -1.0) / periods
    known = np.isfinite(values)
    if not (values[known] > 0).any():
        return np.zeros((n_paths, horizon))
    overall, chance = _chances(values > 0, known, age, horizon, n_paths, rng, periods)

    occurred = np.flatnonzero(known & (values > 0))
    sizes = np.log(values[occurred]) + trend * np.minimum(age[occurred], LONGEST_TREND)
    weight = SIZE_MEMORY ** age[occurred]
    weight /= weight.sum()
    effective = 1 / (weight**2).sum()
    own = weight @ (sizes - weight @ sizes) ** 2
    variance = (USUAL_LOG_SD_WEIGHT * USUAL_LOG_SD**2 + effective * own) / (USUAL_LOG_SD_WEIGHT + effective)

    level = _levels(overall, rng) * np.sqrt(variance / effective)
    spread = rng.standard_normal((n_paths, horizon)) * np.sqrt(variance) * SPREAD
    drawn = sizes[rng.choice(sizes.size, (n_paths, horizon), p=weight)]
    log_size = drawn + level + spread + trend * np.arange(1, horizon + 1) / periods
    size = np.exp(np.minimum(log_size, sizes.max() + np.log(LARGEST)))
    return np.where(rng.random((n_paths, horizon)) < chance, size, 0.0)


def _chances(occurred, known, age, horizon, n_paths, rng, periods) -> tuple[np.ndarray, np.ndarray]:
    """Chance of a loss, the same through a path: overall (n_paths, 1), and by period (n_paths, horizon or 1)."""
    recency = np.where(known, OCCURRENCE_MEMORY**age, 0.0)
    # A year of months is worth one year: twelve months of one flood season are not twelve pieces of evidence.
    overall = rng.beta(1 + recency @ occurred / periods, 1 + recency @ ~occurred / periods, (n_paths, 1))
    if periods == 1:
        return overall, overall
    month = np.arange(len(occurred) + horizon) % periods
    with_loss = np.bincount(month[: len(occurred)], recency * occurred, periods)
    without = np.bincount(month[: len(occurred)], recency * ~occurred, periods)
    by_month = rng.beta(AVERAGE_MONTHS * overall + with_loss + 1e-9, AVERAGE_MONTHS * (1 - overall) + without + 1e-9)
    return overall, by_month[:, month[len(occurred) :]]


def _levels(chance: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Standard normal levels, (n_paths, 1), that correlate with the chances of their paths."""
    rank = np.argsort(np.argsort(chance[:, 0]))
    # Normal draws in the order of the chances: a Gaussian copula without its quantile function.
    ordered = np.sort(rng.standard_normal(rank.size))[rank]
    apart = rng.standard_normal(rank.size)
    return (CHANCE_AND_LEVEL * ordered + np.sqrt(1 - CHANCE_AND_LEVEL**2) * apart)[:, None]
