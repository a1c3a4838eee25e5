"""How many records of the recent months are still to be reported, learned from how such months stood at the same age.

The newest months always look better than they will. What share of a month is known so many days after its end is taken
from older months; the number to come follows from that share and from the level of the last twelve months (the Cape Cod
method of reserving, Bühlmann 1983), so that a month of which nothing has come yet is not taken for a calm one.
Only what was known at the date is read.
"""

from __future__ import annotations

import bisect
import datetime as dt
import itertools
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipelines.assessment.arithmetic import elapsed_share

LATE_MONTHS = 12
"""Months as old as that are taken to be complete; the delays of the newer ones are learned from them."""
REFERENCE_MONTHS = 36
LIVE_DAYS = 92
"""A month of which nothing was known a quarter after its end was loaded as history and tells nothing of delays."""
FEWEST_COUNTED = 30
"""With fewer records in the months that are looked back to, nothing is said of what is late."""

Month = tuple[int, int]


@dataclass(frozen=True)
class LateMonth:
    """One of the last twelve months at a date.

    Attributes:
        month: Year and month.
        passed: Share of the month that has passed.
        known: Share of what happened in it until then that is usually known so early.
    """

    month: Month
    passed: Fraction
    known: Fraction


@dataclass(frozen=True)
class _Growth:
    """What was known of one month, day by day: days on which it changed, and the sum at the end of each."""

    days: Sequence[dt.date]
    sums: Sequence[int]

    def at(self, day: dt.date) -> int:
        place = bisect.bisect_right(self.days, day)
        return self.sums[place - 1] if place else 0


class Lateness:
    """Delays of the reports of some measures in some regions, with all that lies below them.

    Args:
        ask: Answers a SELECT on the marts.
        regions: Regions to sum up to.
        measures: Measures of records.
    """

    def __init__(self, ask: Callable[[str, list], list[tuple]], regions: Iterable[str], measures: Iterable[str]):
        rows = ask(_CHANGES, [sorted(set(regions)), sorted(set(measures))])
        self._grown: dict[tuple[str, str], dict[Month, _Growth]] = {}
        for (region, measure, *month), found in itertools.groupby(rows, operator.itemgetter(0, 1, 2, 3)):
            days, deltas = zip(*(row[4:] for row in found), strict=True)
            sums = list(itertools.accumulate(map(int, deltas)))
            self._grown.setdefault((region, measure), {})[tuple(month)] = _Growth(days, sums)

    def months(self, region: str, measure: str, as_of: dt.date) -> list[LateMonth] | None:
        """The last twelve months, the newest first; None where too little is known to learn delays from."""
        grown = self._grown.get((region, measure), {})
        places = [_month_before(as_of, LATE_MONTHS + back) for back in range(REFERENCE_MONTHS)]
        known = [(_end(month), grown[month]) for month in places if month in grown]
        live = [(end, one) for end, one in known if one.at(end + dt.timedelta(days=LIVE_DAYS)) > 0]
        whole = sum(one.at(as_of) for _, one in live)
        if whole < FEWEST_COUNTED:
            return None
        found = []
        for month in (_month_before(as_of, back) for back in range(LATE_MONTHS)):
            passed = elapsed_share(as_of, dt.date(*month, 1), _end(month))
            age = as_of - _end(month)
            then = sum(one.at(end + age) for end, one in live)
            found.append(LateMonth(month, passed, min(max(then / (whole * passed), Fraction(0)), Fraction(1))))
        return found


def expected_late(late: Iterable[LateMonth], counted: Mapping[Month, int], year: int) -> Fraction:
    """How many of a year are expected still to be reported; at least 0. Those of the parts sum to the region's.

    Args:
        late: The last twelve months, of the region that the part belongs to.
        counted: What is counted by month, of the region or of a part of it.
        year: Only its months are asked about; the level is that of all twelve.
    """
    months = list(late)
    seen = sum(counted.get(one.month, 0) for one in months)
    weight = sum(one.passed * one.known for one in months)
    if not weight or seen <= 0:
        return Fraction(0)
    return seen / weight * sum(one.passed * (1 - one.known) for one in months if one.month[0] == year)


def _month_before(day: dt.date, back: int) -> Month:
    year, month = divmod(day.year * 12 + day.month - 1 - back, 12)
    return year, month + 1


def _end(month: Month) -> dt.date:
    year, number = month
    return dt.date(year + number // 12, number % 12 + 1, 1) - dt.timedelta(days=1)


_CHANGES = """
SELECT above.ancestor_code, d.measure, YEAR(d.month), MONTH(d.month), d.known_on, SUM(d.delta)
FROM mart_measure_deltas AS d
JOIN core_regions__ancestors AS above ON above.region_code = d.region_code
WHERE above.ancestor_code IN (SELECT UNNEST($1::VARCHAR[])) AND d.measure IN (SELECT UNNEST($2::VARCHAR[]))
GROUP BY ALL ORDER BY ALL
"""
