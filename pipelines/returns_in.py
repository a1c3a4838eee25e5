"""Whether a return was there at a day: the one rule by which `status`, `assess`, the pages and the documents go."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

Return = tuple[str, str, datetime.date, datetime.date]


def is_in(known_on: datetime.date | None, lapsed_on: datetime.date | None, day: datetime.date) -> bool:
    """Whether a spell in which a return was there (`mart_reporting_status`) holds the end of a day.

    >>> is_in(datetime.date(2024, 7, 1), None, datetime.date(2024, 6, 30))
    False
    """
    return known_on is not None and known_on <= day and (lapsed_on is None or lapsed_on > day)


def out_by_year(rows: Iterable[Mapping[str, Any]]) -> list[tuple[int, int, int]]:
    """How many returns of each year are out: first year, last year, and how many in each of them.

    Args:
        rows: The returns of one kind and region that are out.

    >>> days = [datetime.date(*day, 1) for day in ((2021, 1), (2021, 4), (2022, 1), (2022, 7), (2024, 1))]
    >>> out_by_year([{"period_start": day} for day in days])
    [(2021, 2022, 2), (2024, 2024, 1)]
    """
    found: list[tuple[int, int, int]] = []
    for year, n in sorted(Counter(row["period_start"].year for row in rows).items()):
        if found and found[-1][1:] == (year - 1, n):
            found[-1] = (found[-1][0], year, n)
        else:
            found.append((year, year, n))
    return found


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
