"""Paths moved and stretched by what the backtest of their own model has shown.

A model that is right leaves misses whose normal scores (the standard normal quantile of where the actual value fell in
the forecast) have mean zero and spread one. Where a backtest shows others, `location` (growing with the root of the
years ahead, as errors of a level do) and `spread` say so, and a value at the normal score z of the paths is replaced by
the one at location * sqrt(years) + spread * z. Only ranks are used: the order of the paths stays, so what belongs
together stays together; what the paths can be (whole numbers, zero, a share of one) they stay; a forecast without
any width keeps none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

MIDDLE = 0.5
ROOT = 0.25  # beyond the outermost path values go on along fourth roots, which are nearly relative and end at zero
CLOSEST = 1e-6  # distance from a bound at which log-odds of a share end


@dataclass(frozen=True)
class Calibration:
    """How far a model's misses are from those of a perfect forecaster.

    Attributes:
        location: Mean of their normal scores, one year ahead.
        spread: Their spread.
    """

    location: float = 0.0
    spread: float = 1.0

    @property
    def is_none(self) -> bool:
        """Whether nothing is changed."""
        return self.location == 0 and self.spread == 1

    @classmethod
    def of(cls, numbers, part: str) -> Self:
        """That of one part of a driver, from the numbers that its model reads; none where there is none."""
        return cls(*numbers.get("calibration", {}).get(part, (0.0, 1.0)))

    def paths(self, values: np.ndarray, ahead: np.ndarray, *, is_share: bool = False) -> np.ndarray:
        """Calibrated paths.

        Args:
            values: Simulated values by year, (years, n_paths), at least zero, in the unit of the series.
            ahead: Years from what is known to the end of each row; rows not ahead of it stay.
            is_share: Whether one is the largest value.

        Returns:
            The same shape, never negative, never NaN where `values` is not.
        """
        if self.is_none:
            return values
        result, among = values.astype(float), values.sum(axis=0)  # equal values are told apart by all years together
        for row, years in enumerate(np.asarray(ahead, float)):
            if years > 0 and np.ptp(values[row]) > 0:
                order = np.lexsort((among, values[row]))
                result[row, order] = self._moved(values[row, order].astype(float), float(years), is_share)
        return result

    def _moved(self, ranked: np.ndarray, years: float, is_share: bool) -> np.ndarray:
        """Ascending values at the scores that the calibration asks for."""
        from scipy.special import ndtr

        scores = normal_scores(ranked.size)
        wanted = self.location * np.sqrt(years) + self.spread * scores
        place = np.clip((ndtr(wanted) * ranked.size).astype(int), 0, ranked.size - 1)
        moved = ranked[place]
        is_beyond = (np.abs(wanted) > scores[-1]) & ~(is_share & ((moved == 0) | (moved == 1)))
        further = beyond(wanted, scores[-1], ranked[0], ranked[ranked.size // 2], ranked[-1], is_share=is_share)
        if (ranked % 1 == 0).all():
            further = np.rint(further)
        return np.where(is_beyond, further, moved)


def beyond(wanted, last, lowest, middle, highest, *, is_share: bool):
    """Values at normal scores outside of those of a sample, as far from the outermost as its half of the sample says.

    Args:
        wanted: Normal scores.
        last: The outermost score of the sample, either way.
        lowest: The sample's first value, at least zero.
        middle: Its median.
        highest: Its last value.
        is_share: Whether one is the largest value.
    """
    there, back = (_log_odds, _share) if is_share else (_root, _power)
    lowest, middle, highest = there(lowest), there(middle), there(highest)
    over = np.maximum(np.abs(wanted) - last, 0) / last
    return back(np.where(wanted > 0, highest + over * (highest - middle), lowest - over * (middle - lowest)))


def normal_scores(n: int) -> np.ndarray:
    """Normal scores of n values in ascending order."""
    from scipy.special import ndtri

    return ndtri((np.arange(n) + MIDDLE) / n)


def _log_odds(shares):
    kept = np.clip(shares, CLOSEST, 1 - CLOSEST)
    return np.log(kept / (1 - kept))


def _share(odds):
    return 1 / (1 + np.exp(-odds))


def _root(values):
    return np.asarray(values) ** ROOT


def _power(roots):
    return np.maximum(roots, 0) ** (1 / ROOT)
