"""Rates of small places, shrunk towards the whole: empirical Bayes with a gamma-Poisson model.

Counts n_i are Poisson with mean r_i × e_i (e_i = exposure), and the rates r_i of the places come from a gamma
distribution of mean m and variance A, both estimated from the counts themselves:

    m = Σn / Σe        s² = Σ e_i (n_i/e_i − m)² / Σe        A = s² − m / (Σe / k)

With α = m²/A and β = m/A the posterior mean is (n_i + α) / (e_i + β): the fewer a place could have had, the more of the
whole it is given. Where the places differ no more than chance alone explains (A ≤ 0), all are given the whole's rate.
(R. J. Marshall, "Mapping disease and mortality rates using empirical Bayes estimators", Applied Statistics 40, 1991.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Shrunk:
    """Rates of places.

    Attributes:
        mean: Rate of all places together (events per unit of exposure).
        variance: A, the variance of the true rates between places; 0 where nothing beyond chance is seen.
        rates: Shrunk rate of each place, in the given order.
        weights: Share 0-1 that each place's own count has in its shrunk rate.
    """

    mean: float
    variance: float
    rates: tuple[float, ...]
    weights: tuple[float, ...]


def shrunk_rates(counts: Sequence[int], exposures: Sequence[float]) -> Shrunk:
    """Shrink the rates of places towards the rate of all.

    Args:
        counts: Events of each place.
        exposures: What each count is held against, above zero (people × years, or years alone).

    >>> shrunk_rates([4, 4], [1.0, 1.0]).rates
    (4.0, 4.0)
    """
    total = sum(exposures)
    mean = sum(counts) / total if total else 0.0
    spread = sum(e * (n / e - mean) ** 2 for n, e in zip(counts, exposures, strict=True)) / total if total else 0.0
    variance = max(spread - mean / (total / len(counts)), 0.0) if total else 0.0
    if not variance:
        return Shrunk(mean, 0.0, (mean,) * len(counts), (0.0,) * len(counts))
    weights = tuple(variance / (variance + mean / e) for e in exposures)
    rates = tuple(mean + weight * (n / e - mean) for n, e, weight in zip(counts, exposures, weights, strict=True))
    return Shrunk(mean, variance, rates, weights)
