"""Which quarter a meeting is about, and as known at which day it sees it; page and brief share the rule."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.assessment.values import REPORTING_WINDOW

_CODE = re.compile(r"(\d{4})[Qq]([1-4])")


@dataclass(frozen=True)
class Quarter:
    """One quarter as one meeting sees it.

    Args:
        year: Calendar year.
        n: 1-4.
        known: Nothing that became known later is shown.
        earlier: The day at which the quarter before was seen; None where there is none.
    """

    year: int
    n: int
    known: datetime.date
    earlier: datetime.date | None = None

    @property
    def code(self) -> str:
        """As the address and the file of decisions write it, such as 2024Q3."""
        return f"{self.year}Q{self.n}"

    @property
    def may_change_grades(self) -> bool:
        """Whether deaths and losses may still come that lift an accident's grade: those of thirty days belong to it."""
        return self.known < self.end + REPORTING_WINDOW

    @property
    def last(self) -> datetime.date:
        """Last day of the quarter."""
        return last_day(self.year, self.n)

    @property
    def is_running(self) -> bool:
        """Whether the quarter is not over at the day at which it is seen."""
        return self.known < self.last

    @property
    def month(self) -> int:
        """Last month that counts: of the quarter, or the one in which it is seen."""
        return min(self.known, self.last).month

    @property
    def end(self) -> datetime.date:
        """Last day that counts."""
        return min(self.known, self.last)

    @property
    def following(self) -> tuple[int, int]:
        """Year and number of the quarter after it."""
        return (self.year, self.n + 1) if self.n < 4 else (self.year + 1, 1)


def last_day(year: int, n: int) -> datetime.date:
    """Last day of a quarter."""
    return datetime.date(year, n * 3, calendar.monthrange(year, n * 3)[1])


def first_day(year: int, n: int) -> datetime.date:
    """First day of a quarter."""
    return datetime.date(year, n * 3 - 2, 1)


def quarters(dates: Sequence[datetime.date], as_of: datetime.date) -> list[Quarter]:
    """The quarters that can be shown, the newest first.

    A quarter is seen at the last as-of date before the quarter after it is over: its meeting is held in between;
    one that is still running at the newest date is seen then.

    Args:
        dates: As-of dates of the plan.
        as_of: The date in force; later ones do not count.
    """
    days = sorted(day for day in dates if day <= as_of)
    seen: list[Quarter] = []
    for year, n in sorted({(day.year, (day.month + 2) // 3) for day in days} | {_before(day) for day in days}):
        following = last_day(*((year, n + 1) if n < 4 else (year + 1, 1)))
        after = [day for day in days if last_day(year, n) <= day < following]
        inside = [day for day in days if first_day(year, n) <= day < last_day(year, n)]
        if after or (inside and inside[-1] == days[-1]):
            known = (after or inside)[-1]
            earlier = [one.known for one in seen if one.known < known]
            seen.append(Quarter(year, n, known, earlier[-1] if earlier else None))
    return seen[::-1]


def chosen(options: Sequence[Quarter], asked: str) -> Quarter | None:
    """The quarter of an address, or the nearest before it; where it names none, the newest that is over or runs."""
    match = _CODE.fullmatch(asked)
    if match and options:
        year, n = int(match[1]), int(match[2])
        return next((one for one in options if (one.year, one.n) <= (year, n)), options[-1])
    return next((one for one in options if not one.is_running), options[0] if options else None)


def _before(day: datetime.date) -> tuple[int, int]:
    n = (day.month + 2) // 3
    return (day.year, n - 1) if n > 1 else (day.year - 1, 4)
