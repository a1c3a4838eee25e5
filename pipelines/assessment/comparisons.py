"""Year to date against the same months, and the rolling four quarters: shown beside the value, never judged.

Last year's months are taken as they were known one year before, so both prints are equally old: the newest months
always look better than they will, and so did last year's at the time.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from pipelines.assessment.arithmetic import exact, sum_of_twelve, sum_through
from pipelines.assessment.prints import pick_vintage, same_revision
from pipelines.assessment.values import Reader


class Break(Protocol):
    """A change of definition (`assessor.SeriesBreak`)."""

    def is_within(self, first: dt.date, last: dt.date) -> bool:
        """Whether what is counted between two days is not all of one definition."""


@dataclass(frozen=True)
class Comparison:
    """Values in the indicator's own unit.

    Attributes:
        through_month: Last month of the year to date (1-12).
        now: January to that month of the as-of year.
        before: The same months a year earlier, as known one year before the as-of date.
        rolling: The twelve months that end with that month, as known at the as-of date.
    """

    through_month: int
    now: Fraction
    before: Fraction | None
    rolling: Fraction | None


def one_year_before(as_of: dt.date) -> dt.date:
    """The same day of the year before; the last day of February stays the last day of February."""
    year = as_of.year - 1
    if as_of.month == 2 and as_of.day == calendar.monthrange(as_of.year, 2)[1]:
        return dt.date(year, 2, calendar.monthrange(year, 2)[1])
    return as_of.replace(year=year)


def last_full_month(as_of: dt.date) -> int:
    """Last month of the as-of year that is over at the end of the date; 0 in January."""
    is_last_day = as_of.day == calendar.monthrange(as_of.year, as_of.month)[1]
    return as_of.month if is_last_day else as_of.month - 1


def compare(reader: Reader, as_of: dt.date, breaks: Collection[Break] = ()) -> Comparison | None:
    """The comparison at a date; None where the indicator has no months, or nothing of this year is known yet.

    Args:
        reader: Indicator and region.
        as_of: The date.
        breaks: Changes of definition; no year before is told across one, and no sum of months on both sides.
    """
    if reader.indicator.form not in ("count", "ratio"):
        return None
    earlier = one_year_before(as_of)
    for month in range(last_full_month(as_of), 0, -1):
        now = _to_date(reader, as_of, as_of.year, month)
        if now is None:
            continue
        last = dt.date(as_of.year, month, calendar.monthrange(as_of.year, month)[1])
        one_year = dt.date(as_of.year - (month < 12), month % 12 + 1, 1)
        is_apart, is_mixed = (
            any(one.is_within(first, last) for one in breaks) for first in (dt.date(as_of.year - 1, 1, 1), one_year)
        )
        return Comparison(
            through_month=month,
            now=now,
            before=None if is_apart else _to_date(reader, earlier, as_of.year - 1, month),
            rolling=None if is_mixed else _rolling(reader, as_of, month),
        )
    return None


def _to_date(reader: Reader, as_of: dt.date, year: int, month: int) -> Fraction | None:
    above = _cumulative(reader, "numerator", as_of, year, month)
    if above is None or reader.indicator.denominator is None:
        return above
    below = _cumulative(reader, "denominator", as_of, year, month)
    return above / below * exact(reader.indicator.scale) if below else None


def _rolling(reader: Reader, as_of: dt.date, month: int) -> Fraction | None:
    above = _twelve_months(reader, "numerator", as_of, month)
    if above is None or reader.indicator.denominator is None:
        return above
    below = _twelve_months(reader, "denominator", as_of, month)
    return above / below * exact(reader.indicator.scale) if below else None


def _cumulative(reader: Reader, which: str, as_of: dt.date, year: int, month: int) -> Fraction | None:
    """January to `month`: a sum of months, a cumulative return, or for a stock its last known year's end."""
    source, name = source_of(reader, which)
    if source == "measure":
        months = reader.facts.months(reader.region, name, as_of)
        return Fraction(sum_through(months, year, month)) if _is_reported(reader, name, as_of, year, month) else None
    if which == "denominator" and reader.indicator.denominator.at != "same_year":
        return _last_stock(reader, name, as_of, year)
    return _returned_to_date(reader, name, as_of, year, month)


def _twelve_months(reader: Reader, which: str, as_of: dt.date, month: int) -> Fraction | None:
    source, name = source_of(reader, which)
    year = as_of.year
    if source == "measure":
        months = reader.facts.months(reader.region, name, as_of)
        reported = _is_reported(reader, name, as_of, year, month) and _is_reported(reader, name, as_of, year - 1, 12)
        return Fraction(sum_of_twelve(months, year, month)) if reported else None
    if which == "denominator" and reader.indicator.denominator.at != "same_year":
        return _last_stock(reader, name, as_of, year)
    now = _returned_to_date(reader, name, as_of, year, month)
    rest = _rest_of_year(reader, name, as_of, year - 1, month)
    return None if None in (now, rest) else now + rest


def _rest_of_year(reader: Reader, name: str, as_of: dt.date, year: int, month: int) -> Fraction | None:
    """What a year brought after `month`: the year less its first months, both of one print; None without such a pair.

    A year that was verified upwards, less a preliminary figure of its first quarters, would put all of the difference
    into the last ones.
    """
    if month == 12:
        return Fraction(0)
    rows = [row for row in reader.facts.prints(reader.region, name, as_of) if row.period_end.year == year]
    wholes = [row for row in rows if row.period_end.month == 12 and row.frequency in ("year", "quarter_ytd")]
    parts = [row for row in rows if row.period_end.month == month and row.frequency == "quarter_ytd"]
    pairs = ((whole, part) for whole in reversed(wholes) for part in reversed(parts))
    of_one = ((whole, part) for whole, part in pairs if same_revision(whole.vintage, part.vintage))
    return next((whole.value - part.value for whole, part in of_one), None)


def source_of(reader: Reader, which: str) -> tuple[str, str]:
    """Kind (measure or statistic) and name of what stands above or below the line."""
    if which == "numerator":
        return reader.indicator.numerator.source(reader.figures)
    below = reader.indicator.denominator
    if reader.constant_prices and below.constant_prices:
        return "statistic", below.constant_prices
    return below.source(reader.figures)


def _is_reported(reader: Reader, measure: str, as_of: dt.date, year: int, month: int) -> bool:
    """Whether the months are reported at all: a zero needs a return that says so."""
    kind = reader.kinds[measure]
    unknown = reader.facts.unknown_months(reader.region, measure, as_of)
    if any(one == year and at <= month for one, at in unknown):
        return False
    return reader.facts.is_reported(reader.region, kind, dt.date(year, 1, 1), dt.date(year, month, 1), as_of)


def _returned_to_date(reader: Reader, name: str, as_of: dt.date, year: int, month: int) -> Fraction | None:
    rows = reader.facts.returns(reader.region, name, as_of)
    if month == 12:
        found = pick_vintage(rows, None).get(year)
        return found[0] if found else None
    hits = [
        row.value
        for row in rows
        if row.frequency == "quarter_ytd" and (row.period_end.year, row.period_end.month) == (year, month)
    ]
    return hits[-1] if hits else None


def _last_stock(reader: Reader, name: str, as_of: dt.date, year: int) -> Fraction | None:
    ends = pick_vintage(reader.facts.returns(reader.region, name, as_of), None)
    known = max((y for y in ends if y < year), default=None)
    return None if known is None else ends[known][0]
