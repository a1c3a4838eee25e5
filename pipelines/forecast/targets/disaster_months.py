"""What disasters did by month, and how their figures have grown after the first report."""

from __future__ import annotations

import numpy as np

from pipelines.forecast.targets.records import Changes

GROWING_MONTHS = 6
"""Disaster figures settle within half a year."""


def by_month(rows: dict[str, np.ndarray], place: np.ndarray) -> dict[str, np.ndarray]:
    """Sum the disasters of a place and month, the earliest month first."""
    names = ("loss", "flood_loss", "affected", "dead")
    if not rows["month"].size:
        return {"month": np.array([], int), **{name: np.array([]) for name in names}}
    keys = np.array([f"{month:06d}@{where}" for month, where in zip(rows["month"].astype(int), place, strict=True)])
    unique, group = np.unique(keys, return_inverse=True)
    sums = {name: np.bincount(group, weights=rows[name].astype(float)) for name in names}
    return {"month": np.array([int(key[:6]) for key in unique]), **sums}


def growth_ratios(changes: Changes, first: int, now: int) -> np.ndarray:
    """Ratio of the settled to the early figure by lag in months, shape (lags, months); NaN where there is none."""
    n = now - first + 1
    ratios = np.full((GROWING_MONTHS, n), np.nan)
    lag = changes.known_month - changes.month
    settled = np.zeros(n)
    inside = (changes.month >= first) & (lag <= 2 * GROWING_MONTHS)
    np.add.at(settled, changes.month[inside] - first, changes.delta[inside])
    old = np.arange(n) <= n - 1 - 2 * GROWING_MONTHS
    for at in range(GROWING_MONTHS):
        early = np.zeros(n)
        seen = inside & (lag <= at)
        np.add.at(early, changes.month[seen] - first, changes.delta[seen])
        usable = old & (early > 0) & (settled > 0)
        ratios[at, usable] = settled[usable] / early[usable]
    return ratios
