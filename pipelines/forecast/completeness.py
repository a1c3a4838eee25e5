"""How complete the recent months are, learned from the lag between occurrence and report.

The lag of a report is counted in whole months. Among the reports that came with a lag of at most k, the share with
exactly lag k is estimated from the months old enough to have shown that lag; the product of the complements over all
longer lags is the share already reported. This is the chain ladder written for counts (Kalbfleisch and Lawless 1989),
so each share has a beta posterior and its uncertainty goes into the paths. The priors of the shares are those of one
Dirichlet distribution over all lags that weighs as much as a single report: a prior of its own at every lag would add
up to many reports that never were, and a district with four accidents a year would look half reported for ever. Few
records learn their delays from the city's (`pooled`). Own code: statsmodels has no model for right-truncated lags.

What is still missing follows from both the completeness and the level of the series (Bornhuetter and Ferguson 1972, in
its gamma-Poisson form), so that a month in which nothing has arrived yet is not taken for a month without accidents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LONGEST_LAG = 18
LEVEL_MONTHS = 36
PRIOR_REPORTS = 0.5  # Jeffreys' prior of a level
PRIOR_LAGS = 0.5 ** np.minimum(np.arange(1, LONGEST_LAG + 2), LONGEST_LAG)
"""Reports by lag that are believed before any is seen, one together: half of them at once, each lag half as many."""
POOLED_REPORTS = 30.0  # reports of the surrounding city that count beside the region's own


@dataclass(frozen=True)
class LagCounts:
    """Reports and removals by lag, as far as the as-of month lets them be seen.

    Attributes:
        at_lag: First reports that came with exactly that lag, shape (lags,).
        up_to_lag: First reports with at most that lag, of the months old enough to have shown it, shape (lags,).
        removed_after: Removals (strike-offs, downward revisions) later than that lag, shape (lags,).
        standing_at: What stood at that lag in the same months, shape (lags,).
    """

    at_lag: np.ndarray
    up_to_lag: np.ndarray
    removed_after: np.ndarray
    standing_at: np.ndarray


def count_lags(months: Sequence[int], lags: Sequence[int], deltas: Sequence[float], as_of_month: int) -> LagCounts:
    """Tabulate signed changes by occurrence month and reporting lag.

    Args:
        months: Occurrence months, counted from any origin.
        lags: Whole months from the occurrence month to the month in which the change became known.
        deltas: Change of the count: positive for reports, negative for removals.
        as_of_month: The last month of which anything is known, same origin.

    Changes with a lag longer than `LONGEST_LAG` are counted at that lag. What became known later is ignored.
    """
    month, delta = np.asarray(months, int), np.asarray(deltas, float)
    known = month + np.asarray(lags, int) <= as_of_month
    lag = np.clip(np.asarray(lags, int), 0, LONGEST_LAG)[known]
    month, delta = month[known], delta[known]
    if not len(month):
        empty = np.zeros(LONGEST_LAG + 1)
        return LagCounts(empty, empty, empty, empty)
    first = month.min()
    shape = (as_of_month - first + 1, LONGEST_LAG + 1)
    added, removed = np.zeros(shape), np.zeros(shape)
    np.add.at(added, (month - first, lag), np.maximum(delta, 0))
    np.add.at(removed, (month - first, lag), np.maximum(-delta, 0))
    age = (as_of_month - first) - np.arange(shape[0])
    shown = age[:, None] >= np.arange(shape[1])  # months old enough to have shown that lag
    so_far_added, so_far_removed = added.cumsum(1), removed.cumsum(1)
    old = age >= LONGEST_LAG  # only these have shown every removal
    return LagCounts(
        at_lag=(added * shown).sum(0),
        up_to_lag=(so_far_added * shown).sum(0),
        removed_after=(so_far_removed[:, -1:] - so_far_removed)[old].sum(0),
        standing_at=(so_far_added - so_far_removed)[old].sum(0),
    )


def pooled(own: LagCounts, pool: LagCounts) -> LagCounts:
    """A region's own lags beside those of what surrounds it, which count for `POOLED_REPORTS` reports at most.

    Args:
        own: Lags of the measure in the region.
        pool: Lags of the records that it is counted from, in the city.
    """
    reports = float(pool.at_lag.sum())
    part = min(POOLED_REPORTS / reports, 1.0) if reports > 0 else 0.0
    names = ("at_lag", "up_to_lag", "removed_after", "standing_at")
    return LagCounts(*(getattr(own, name) + part * getattr(pool, name) for name in names))


def reported_share(counts: LagCounts, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    """Draws of the share of first reports that has arrived by the end of each lag.

    Returns:
        Shares 0-1, shape (n_draws, lags), never falling along the lags; the last one is 1.
    """
    at, below = counts.at_lag, np.maximum(counts.up_to_lag - counts.at_lag, 0)
    before = np.cumsum(PRIOR_LAGS) - PRIOR_LAGS
    conditional = rng.beta(at + PRIOR_LAGS, below + before + 1e-9, (n_draws, len(at)))
    conditional = np.where(counts.up_to_lag > 0, conditional, 0.0)  # a lag that nobody has seen yet adds nothing
    later = np.cumprod((1 - conditional)[:, :0:-1], axis=1)[:, ::-1]
    return np.concatenate([later, np.ones((n_draws, 1))], axis=1)


def removed_share(counts: LagCounts, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    """Draws of the share of what stands at each lag that will be struck off later, shape (n_draws, lags)."""
    removed = np.clip(counts.removed_after, 0, None)
    kept = np.maximum(counts.standing_at - removed, 0)
    draws = rng.beta(np.maximum(removed, 1e-9), kept + PRIOR_REPORTS, (n_draws, len(removed)))
    return np.where((counts.standing_at > 0) & (removed > 0), draws, 0.0)


def complete(
    observed: np.ndarray,
    counts: LagCounts,
    *,
    n_paths: int,
    rng: np.random.Generator,
    with_removals: bool = True,
    is_in: np.ndarray | None = None,
) -> np.ndarray:
    """Draw what the monthly counts will be once every report is in.

    Args:
        observed: Counts as known now, oldest first, shape (months,); the last month is the as-of month.
        counts: What `count_lags` found in the same series (or in the region that it is pooled with).
        n_paths: Number of draws.
        rng: Source of randomness.
        with_removals: Whether later strike-offs are taken off. From one state of `rng` the late reports are the same
            with them and without, so that no path has more with strike-offs than without.
        is_in: Whether the returns that are owed for a month have come, shape (months,); None = all have. A month
            whose returns are missing is drawn from the level of the series, however old it is; what part of it has
            come is the least that it can be.

    Returns:
        Whole numbers, shape (n_paths, months). Months older than the longest lag are the observed ones, except those
        whose returns are missing.
    """
    seen = np.asarray(observed, float)
    months = len(seen)
    rng, striking = map(np.random.default_rng, rng.integers(2**63, size=2))  # two streams, whatever either takes
    shares = reported_share(counts, n_paths, rng)
    gone = removed_share(counts, n_paths, striking) if with_removals else None
    result = np.repeat(seen[None, :], n_paths, 0)
    level_from = max(0, months - LEVEL_MONTHS)
    missing = np.zeros(months, bool) if is_in is None else ~np.asarray(is_in, bool)
    settled = np.arange(level_from, max(level_from + 1, months - 3))
    settled = settled[~missing[settled]]
    come = shares.mean(axis=0)[np.minimum(months - 1 - settled, LONGEST_LAG)].sum()
    # A month of the level weighs a twelfth of a month, because levels move; so does its prior, or rare events would
    # be expected twice a year where nothing has ever happened.
    shape = (max(seen[settled].sum(), 0) + PRIOR_REPORTS) / 12
    rate = max(come, 1) / 12
    recent = np.arange(months) >= months - LONGEST_LAG
    for at in np.flatnonzero(recent | missing):
        lag = min(months - 1 - at, LONGEST_LAG)
        if missing[at]:
            result[:, at] = np.maximum(seen[at], rng.poisson(rng.gamma(shape, 1 / rate, n_paths)))
        else:
            level = rng.gamma(shape + seen[at], 1 / (rate + shares[:, lag]))
            result[:, at] += rng.poisson(level * (1 - shares[:, lag]))
        if gone is not None:
            result[:, at] -= striking.binomial(seen[at].astype(int).clip(0), gone[:, lag])
    return np.maximum(result, 0)


def net_share(counts: LagCounts, months: int, rng: np.random.Generator, n_draws: int = 200) -> np.ndarray:
    """Expected share of the final count that stands now, by month, oldest first, shape (months,); 1 for old months."""
    ages = np.minimum(np.arange(months)[::-1], LONGEST_LAG)
    came = reported_share(counts, n_draws, rng).mean(0)
    goes = removed_share(counts, n_draws, rng).mean(0)
    return (came / (1 - came * goes))[ages]
