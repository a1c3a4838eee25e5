"""Accidents year on year, whole and by town and sector, each with an exact test."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from pipelines.assessment.arithmetic import relative_change
from pipelines.assessment.assessor import SeriesBreak
from pipelines.assessment.comparisons import last_full_month, one_year_before
from pipelines.assessment.series import Facts, Month
from pipelines.assessment.significance import SMALLEST_BASE, false_discovery, finding, tested
from pipelines.assessment.values import is_over

MEASURE = "accidents"


class YearOnYear(NamedTuple):
    """One comparison of two counts of accidents.

    Attributes:
        period: `2023` for a calendar year, `2024-01/2024-09` for a year to date.
        region_code: The plan's region, or one directly below it.
        sector_code: '' = all sectors.
        count_now: As known at the as-of date.
        count_before: The same months one year earlier, as known one year before the as-of date.
        p_value: Two-sided, exact; None where both together are too few to test.
        q_value: The same, corrected for the number of towns (or sectors) compared.
        finding: higher, lower, within_chance, too_few.
    """

    period: str
    region_code: str
    sector_code: str
    count_now: int
    count_before: int
    p_value: float | None
    q_value: float | None
    finding: str

    @property
    def change(self) -> Fraction | None:
        """Relative change as a share; None from a base so small that only the absolute change is told."""
        if self.count_before < SMALLEST_BASE:
            return None
        return relative_change(Fraction(self.count_now), Fraction(self.count_before))


def year_on_year(facts: Facts, region: str, as_of: dt.date, breaks: Sequence[SeriesBreak] = ()) -> list[YearOnYear]:
    """Every comparison at a date: the last calendar year, and the year to date as far as it is reported.

    Args:
        facts: What was known.
        region: Code of the region, with the sectors and the regions below it.
        as_of: The date.
        breaks: Changes of definition of the count in the region; nothing is compared across one.
    """
    rows: list[YearOnYear] = []
    last = as_of.year if is_over(as_of.year, as_of) else as_of.year - 1
    if _both_reported(facts, region, as_of, last, 12) and not _is_broken(breaks, last, 12):
        rows += _compare(facts, region, as_of, last, 12, f"{last}")
    year = as_of.year
    months = range(min(last_full_month(as_of), 11), 0, -1)
    month = next((month for month in months if _both_reported(facts, region, as_of, year, month)), None)
    if month is not None and not _is_broken(breaks, year, month):
        rows += _compare(facts, region, as_of, year, month, f"{year}-01/{year}-{month:02d}")
    return rows


def _is_broken(breaks: Sequence[SeriesBreak], year: int, month: int) -> bool:
    """Whether January to `month` of a year and of the year before are not all of one definition."""
    end = dt.date(year, 1, 1) + dt.timedelta(days=_days(year, month) - 1)
    return any(one.is_within(dt.date(year - 1, 1, 1), end) for one in breaks)


def _both_reported(facts: Facts, region: str, as_of: dt.date, year: int, month: int) -> bool:
    """Whether the months are reported at the date, and were for the year before one year earlier."""
    return all(
        facts.is_reported(region, MEASURE, dt.date(one, 1, 1), dt.date(one, month, 1), known)
        for one, known in ((year, as_of), (year - 1, one_year_before(as_of)))
    )


def _compare(facts: Facts, region: str, as_of: dt.date, year: int, month: int, label: str) -> list[YearOnYear]:
    earlier = one_year_before(as_of)
    whole = _family(
        {"": facts.months(region, MEASURE, as_of)}, {"": facts.months(region, MEASURE, earlier)}, year, month
    )
    sectors = _family(facts.by_sector(region, MEASURE, as_of), facts.by_sector(region, MEASURE, earlier), year, month)
    towns = _family(facts.by_child(region, MEASURE, as_of), facts.by_child(region, MEASURE, earlier), year, month)
    rows = [YearOnYear(label, region, "", *result) for result in whole.values()]
    rows += [YearOnYear(label, region, code, *result) for code, result in sectors.items() if code]
    return rows + [YearOnYear(label, code, "", *result) for code, result in towns.items() if code != region]


def _family(
    now: Mapping[str, Mapping[Month, int]], before: Mapping[str, Mapping[Month, int]], year: int, month: int
) -> dict[str, tuple[int, int, float | None, float | None, str]]:
    """Compare every part of one family and hold its false discoveries down together."""
    counts = {
        code: (_count(now.get(code, {}), year, month), _count(before.get(code, {}), year - 1, month))
        for code in sorted({*now, *before})
    }
    days_now, days_before = _days(year, month), _days(year - 1, month)
    p_values = [tested(later, base, days_now, days_before) for later, base in counts.values()]
    q_values = false_discovery(p_values)
    return {
        code: (later, base, p, q, finding(later, base, q, days_now, days_before))
        for (code, (later, base)), p, q in zip(counts.items(), p_values, q_values, strict=True)
    }


def _count(months: Mapping[Month, int], year: int, last_month: int) -> int:
    return max(sum(amount for (y, month), amount in months.items() if y == year and month <= last_month), 0)


def _days(year: int, month: int) -> int:
    return (dt.date(year + month // 12, month % 12 + 1, 1) - dt.date(year, 1, 1)).days
