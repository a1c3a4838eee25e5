"""Control figures by quarter and over the plan: what share of them is used, against the share of time that has passed.

A control figure is set for a year (年度控制指标). A quarter uses a share of its year's figure; the plan's own figure is
the sum of those of its years that are known. A number of deaths that may still happen is never told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from pipelines.assessment.arithmetic import elapsed_share
from pipelines.assessment.control_figures import CONTROLLED
from pipelines.assessment.series import Facts
from pipelines.assessment.values import pick_vintage

Months = Mapping[tuple[int, int], int]


@dataclass(frozen=True)
class ControlSpan:
    """One control figure over a quarter, or over the years of a plan, at one date.

    Attributes:
        measure: What is limited.
        region_code: The plan's region, or one directly below it.
        sector_code: '' = all sectors.
        span: `quarter` or `plan`.
        begins_on, ends_on: First and last day: of the quarter; from the first to the last plan year with a figure that
            has begun.
        used: Counted in the span, as known at the date.
        figure: The year's control figure; for the plan, the sum of those of the years of the span.
        used_share: used / figure; None for a figure of zero.
        used_so_far_share: The same with all that was used before it in the year (in the plan).
        elapsed_share: Share of the year (of the plan's years) that has passed at the end of the span, or at the date.
    """

    measure: str
    region_code: str
    sector_code: str
    span: str
    begins_on: dt.date
    ends_on: dt.date
    used: int
    figure: Fraction
    used_share: Fraction | None
    used_so_far_share: Fraction | None
    elapsed_share: Fraction


def control_spans(
    facts: Facts, region: str, children: list[str], sectors: list[str], as_of: dt.date, start: int
) -> list[ControlSpan]:
    """The quarters of the as-of year that have begun, then the plan, for every place with a figure; the region first.

    Args:
        facts: What was known when.
        region: The plan's region.
        children: Regions directly below it.
        sectors: Sector codes.
        as_of: The date.
        start: First year of the plan.
    """
    found: list[ControlSpan] = []
    for statistic, measure in CONTROLLED.items():
        for code, sector, months, figures in _places(facts, region, children, sectors, statistic, measure, as_of):
            place = (measure, code, sector)
            if as_of.year in figures:
                found += _quarters(place, months, figures[as_of.year], as_of)
            known = sorted(year for year in figures if start <= year <= as_of.year)
            if known:
                found.append(_plan(place, months, {year: figures[year] for year in known}, as_of))
    return found


def _places(
    facts: Facts, region: str, children: list[str], sectors: list[str], statistic: str, measure: str, as_of: dt.date
) -> Iterator[tuple[str, str, Months, dict[int, Fraction]]]:
    """Region, sector, monthly counts and yearly figures of each place."""
    yield region, "", facts.months(region, measure, as_of), _figures(facts, region, statistic, "", as_of)
    parts = facts.by_child(region, measure, as_of)
    for code in children:
        yield code, "", parts.get(code, {}), _figures(facts, code, statistic, "", as_of)
    parts = facts.by_sector(region, measure, as_of)
    for code in sectors:
        yield region, code, parts.get(code, {}), _figures(facts, region, statistic, code, as_of)


def _figures(facts: Facts, region: str, statistic: str, sector: str, as_of: dt.date) -> dict[int, Fraction]:
    known = pick_vintage(facts.returns(region, statistic, as_of, sector), None)
    return {year: printed.value for year, printed in known.items()}


def _quarters(place: tuple[str, str, str], months: Months, figure: Fraction, as_of: dt.date) -> Iterator[ControlSpan]:
    year, so_far = as_of.year, 0
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    for month in range(1, as_of.month + 1, 3):
        begins = dt.date(year, month, 1)
        ends = dt.date(year + (month + 3) // 13, (month + 2) % 12 + 1, 1) - dt.timedelta(days=1)
        used = sum(months.get((year, month + i), 0) for i in range(3))
        so_far += used
        elapsed = elapsed_share(min(ends, as_of), first, last)
        yield ControlSpan(
            *place, "quarter", begins, ends, used, figure, _share(used, figure), _share(so_far, figure), elapsed
        )


def _plan(place: tuple[str, str, str], months: Months, figures: Mapping[int, Fraction], as_of: dt.date) -> ControlSpan:
    used = sum(amount for (year, _), amount in months.items() if year in figures)
    figure = sum(figures.values(), Fraction(0))
    days = {year: dt.date(year + 1, 1, 1) - dt.date(year, 1, 1) for year in figures}
    passed = sum((min(as_of, dt.date(year, 12, 31)) - dt.date(year, 1, 1)).days + 1 for year in figures)
    elapsed = Fraction(passed, sum(length.days for length in days.values()))
    begins, ends = dt.date(min(figures), 1, 1), dt.date(max(figures), 12, 31)
    share = _share(used, figure)
    return ControlSpan(*place, "plan", begins, ends, used, figure, share, share, elapsed)


def _share(used: int, figure: Fraction) -> Fraction | None:
    return used / figure if figure else None
