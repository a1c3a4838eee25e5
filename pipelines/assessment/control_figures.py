"""Control figures of the year (年度控制指标): the share already used against the share of the year that has passed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from pipelines.assessment.arithmetic import elapsed_share, per_cent
from pipelines.assessment.prints import pick_vintage
from pipelines.assessment.series import Facts
from pipelines.texts import say

CONTROLLED = {"control_work_deaths": "work_deaths", "control_accidents": "accidents"}
"""Measure of records that each control figure limits."""


@dataclass(frozen=True)
class ControlFigure:
    """One control figure at one date.

    Attributes:
        measure: What is limited.
        year: Calendar year of the figure.
        region_code: The plan's region, or one directly below it.
        sector_code: '' = all sectors.
        used: Counted in the year, as known at the date.
        figure: The control figure.
        used_share: used / figure; None for a figure of zero.
        elapsed_share: Share of the year that has passed.
        is_over_pace: More of the figure is used than of the year.
        regions_agree, sectors_agree: Whether the figures of all lower regions (sectors) sum to this one; None where
            there are none, or for a part.
    """

    measure: str
    year: int
    region_code: str
    sector_code: str
    used: int
    figure: Fraction
    used_share: Fraction | None
    elapsed_share: Fraction
    is_over_pace: bool
    regions_agree: bool | None
    sectors_agree: bool | None


def control_figures(
    facts: Facts, region: str, children: list[str], sectors: list[str], as_of: dt.date
) -> list[ControlFigure]:
    """Every control figure of the as-of year that is known at the date, the region's own first."""
    rows: list[ControlFigure] = []
    for statistic, measure in CONTROLLED.items():
        own = _figure(facts, region, statistic, "", as_of)
        by_region = {code: _figure(facts, code, statistic, "", as_of) for code in children}
        by_sector = {code: _figure(facts, region, statistic, code, as_of) for code in sectors}
        regions_agree, sectors_agree = _agree(own, by_region.values()), _agree(own, by_sector.values())
        if own is not None:
            used = _used(facts.months(region, measure, as_of), as_of)
            rows.append(_row(measure, region, "", used, own, as_of, regions_agree, sectors_agree))
        parts = facts.by_child(region, measure, as_of)
        for code, figure in by_region.items():
            if figure is not None:
                rows.append(_row(measure, code, "", _used(parts.get(code, {}), as_of), figure, as_of))
        parts = facts.by_sector(region, measure, as_of)
        for code, figure in by_sector.items():
            if figure is not None:
                rows.append(_row(measure, region, code, _used(parts.get(code, {}), as_of), figure, as_of))
    return rows


def tell_control_figure(used_share: float | None, elapsed_share: float, language: str | None = None) -> str:
    """How much of a control figure is used, against how much of the year has passed.

    Only shares are told: a number of deaths that may still happen is never put into words.

    Args:
        used_share: Share of the control figure; None for a figure of zero.
        elapsed_share: Share of the year.
        language: `zh`, `en`, or None for the current one.
    """
    if used_share is None:
        return say("assessment.control.of_zero", language)
    used, elapsed = (per_cent(share, 1) for share in (used_share, elapsed_share))
    key = "over" if used_share > elapsed_share else "within"
    return say(f"assessment.control.{key}", language, used=used, elapsed=elapsed)


def _row(measure, region, sector, used, figure, as_of, regions_agree=None, sectors_agree=None) -> ControlFigure:
    share = used / figure if figure else None
    elapsed = elapsed_share(as_of, dt.date(as_of.year, 1, 1), dt.date(as_of.year, 12, 31))
    over = used > 0 if share is None else share > elapsed
    return ControlFigure(
        measure, as_of.year, region, sector, used, figure, share, elapsed, over, regions_agree, sectors_agree
    )


def _figure(facts: Facts, region: str, statistic: str, sector: str, as_of: dt.date) -> Fraction | None:
    known = pick_vintage(facts.returns(region, statistic, as_of, sector), None).get(as_of.year)
    return known[0] if known else None


def _used(months, as_of: dt.date) -> int:
    return sum(amount for (year, _), amount in months.items() if year == as_of.year)


def _agree(own: Fraction | None, parts) -> bool | None:
    known = [part for part in parts if part is not None]
    return sum(known) == own if own is not None and known else None
