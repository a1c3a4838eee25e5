"""How many days a part of a year's first months has: the exposure behind its count of accidents."""

from __future__ import annotations

import calendar
import datetime


def days_of(cut: str, code: str, year: int, month: int) -> int:
    """Days on which an accident of a part could happen, January to a month.

    Args:
        cut: What the parts are parts of; of `month` and `weekday` each part has days of its own.
        code: The month (1-12) or the day of the week (1 = Monday).
        year: Calendar year.
        month: Last month that counts.

    >>> days_of("month", "2", 2024, 3), days_of("weekday", "1", 2024, 12), days_of("hour", "8", 2023, 2)
    (29, 53, 59)
    """
    if cut == "month":
        return calendar.monthrange(year, int(code))[1]
    first = datetime.date(year, 1, 1)
    days = (datetime.date(year, month, calendar.monthrange(year, month)[1]) - first).days + 1
    if cut == "weekday":
        return (days - 1 - (int(code) - first.isoweekday()) % 7) // 7 + 1
    return days
