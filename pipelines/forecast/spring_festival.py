"""Spring Festival: when it is, and how much of its holiday falls in a month."""

from __future__ import annotations

import functools
from datetime import date, timedelta

import numpy as np

# First day of the first lunar month as month * 100 + day, ten years a line from 2000 to 2050.
_FIRST_DAYS = (
    *(205, 124, 212, 201, 122, 209, 129, 218, 207, 126),
    *(214, 203, 123, 210, 131, 219, 208, 128, 216, 205),
    *(125, 212, 201, 122, 210, 129, 217, 206, 126, 213),
    *(203, 123, 211, 131, 219, 208, 128, 215, 204, 124),
    *(212, 201, 122, 210, 130, 217, 206, 126, 214, 202),
    123,
)
SPRING_FESTIVAL = {2000 + i: date(2000 + i, *divmod(day, 100)) for i, day in enumerate(_FIRST_DAYS)}

# New Year's Eve and the six days after it: the public holiday, when work and goods traffic stand still.
HOLIDAY_DAYS = range(-1, 6)


def festival_share(start: tuple[int, int], months: int) -> np.ndarray:
    """Share of the Spring Festival holiday that falls in each month.

    Args:
        start: Year and month of the first.
        months: Number of months.

    Returns:
        Array (months,), zero outside January and February; the two of one year add up to 1. NaN in a year that the
        table does not hold.

    >>> festival_share((2023, 1), 2), festival_share((2025, 1), 2).round(2)
    (array([1., 0.]), array([0.57, 0.43]))
    """
    first = start[0] * 12 + start[1] - 1
    years = range(start[0], (first + months - 1) // 12 + 1)
    by_month = np.concatenate([_of_year(year) for year in years]) if months else np.zeros(0)
    return by_month[start[1] - 1 : start[1] - 1 + months]


@functools.cache
def _of_year(year: int) -> np.ndarray:
    """The shares of the twelve months of a year."""
    if year not in SPRING_FESTIVAL:
        return np.full(12, np.nan)
    days = [SPRING_FESTIVAL[year] + timedelta(days=k) for k in HOLIDAY_DAYS]
    return np.bincount([day.month - 1 for day in days], minlength=12) / len(HOLIDAY_DAYS)


def month_after(start: tuple[int, int], months: int) -> tuple[int, int]:
    """Year and month that lie `months` after `start`.

    >>> month_after((2023, 11), 3)
    (2024, 2)
    """
    year, month = divmod(start[0] * 12 + start[1] - 1 + months, 12)
    return year, month + 1
