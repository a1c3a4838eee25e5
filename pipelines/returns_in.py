"""Whether a return was there at a day: the one rule by which `status`, `assess`, the pages and the documents go."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

Return = tuple[str, str, datetime.date, datetime.date]


def is_in(known_on: datetime.date | None, lapsed_on: datetime.date | None, day: datetime.date) -> bool:
    """Whether a spell in which a return was there (`mart_reporting_status`) holds the end of a day.

    >>> is_in(datetime.date(2024, 7, 1), None, datetime.date(2024, 6, 30))
    False
    """
    return known_on is not None and known_on <= day and (lapsed_on is None or lapsed_on > day)


def returns_out(rows: Iterable[Mapping[str, Any]], day: datetime.date) -> dict[Return, Mapping[str, Any]]:
    """The returns that were not there at a day, due or not: kind, region and period → their first row.

    Args:
        rows: Of `mart_reporting_status`, each a spell.
        day: At its end.
    """
    first: dict[Return, Mapping[str, Any]] = {}
    there: set[Return] = set()
    for row in rows:
        key = (row["kind"], row["region_code"], row["period_start"], row["period_end"])
        first.setdefault(key, row)
        if is_in(row["known_on"], row["lapsed_on"], day):
            there.add(key)
    return {key: row for key, row in first.items() if key not in there}
