"""A series as plain data: what a simulation reads, and nothing else, so that it can be named, cached and sent away."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from pipelines.forecast.targets.seeds import content_key

N_PATHS = 2000
Paths = dict[str, np.ndarray]
"""Yearly paths by name, each of shape (years, n_paths)."""


@dataclass(frozen=True, eq=False)
class Series:
    """One thing to simulate.

    Attributes:
        model: Name of the model in `simulate.MODELS`.
        first_year, last_year: Years of the paths, both included.
        name: Which driver of which region, so that two drivers with the same numbers get different draws.
        numbers: Arrays and numbers that the model reads.
        n_paths: Number of paths; a backtest is content with fewer.
    """

    model: str
    name: str
    first_year: int
    last_year: int
    numbers: Mapping[str, object] = field(default_factory=dict)
    n_paths: int = N_PATHS

    @functools.cached_property
    def key(self) -> str:
        """Name of the content; the seed of the draws."""
        return content_key(self.model, self.name, self.first_year, self.last_year, self.n_paths, dict(self.numbers))

    @property
    def years(self) -> range:
        """The years of the paths."""
        return range(self.first_year, self.last_year + 1)


def by_year(months: np.ndarray, first_month: int, years: range) -> np.ndarray:
    """Sum monthly paths (n_paths, months) to yearly ones (years, n_paths); a year without months is zero.

    Args:
        months: Paths by month.
        first_month: Number of the first month (year * 12 + month - 1).
        years: Years wanted.
    """
    of_month = (first_month + np.arange(months.shape[1])) // 12
    sums = [months[:, of_month == year].sum(axis=1) for year in years]
    return np.array(sums)
