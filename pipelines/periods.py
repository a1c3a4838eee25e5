"""The months that a quarter's page and papers compare, each as it was known at the same age."""

from __future__ import annotations

import datetime
import functools
from dataclasses import dataclass

from pipelines.place_readers import years_before
from pipelines.quarters import Quarter, first_day, last_day

YEARS_BACK = 5


@dataclass(frozen=True)
class Period:
    """Some months, as known at a day.

    Args:
        back: Years back; what tells the periods of one query apart.
        first: First day.
        last: Last day.
        known: What was known by then.
    """

    back: int
    first: datetime.date
    last: datetime.date
    known: datetime.date


def months_before(day: datetime.date, months: int) -> datetime.date:
    """The same day some months earlier; the last day of a month stays the last day of a month.

    >>> months_before(datetime.date(2024, 9, 30), 3), months_before(datetime.date(2024, 5, 30), 3)
    (datetime.date(2024, 6, 30), datetime.date(2024, 2, 29))
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    following = datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    end = (following - datetime.timedelta(days=1)).day
    is_last = (day + datetime.timedelta(days=1)).month != day.month
    return datetime.date(year, month + 1, end if is_last else min(day.day, end))


@functools.lru_cache(maxsize=64)
def periods_of(quarter: Quarter, span: str) -> tuple[Period, ...]:
    """The periods of a span, every year as it was known at the same age.

    Args:
        quarter: The quarter that the document is about.
        span: `to_date` (from January on), `quarter`, `former` (the quarter before), `ahead` (the quarter after it, in
            the years before, as known now).
    """
    year, known = quarter.year, quarter.known
    if span == "ahead":
        at, n = quarter.following
        return tuple(
            Period(back, first_day(at - back, n), last_day(at - back, n), known) for back in range(1, YEARS_BACK + 1)
        )
    if span == "former":
        at, n = (year, quarter.n - 1) if quarter.n > 1 else (year - 1, 4)
        day = months_before(known, 3)
        return (Period(0, first_day(at, n), min(last_day(at, n), day), day),)
    first = datetime.date(year, 1, 1) if span == "to_date" else first_day(year, quarter.n)
    end = _month_end(quarter)
    return tuple(
        Period(back, first.replace(year=year - back), years_before(end, back), years_before(known, back))
        for back in range(YEARS_BACK + 1)
    )


def _month_end(quarter: Quarter) -> datetime.date:
    """Last day of the last month that counts, also where it is still running."""
    following = datetime.date(quarter.year + quarter.month // 12, quarter.month % 12 + 1, 1)
    return following - datetime.timedelta(days=1)
