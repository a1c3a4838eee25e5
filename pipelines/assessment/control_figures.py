"""Control figures of the year (年度控制指标): the share already used against the share of the year that has passed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pipelines.assessment.arithmetic import elapsed_share, round_half_up
from pipelines.assessment.lateness import LateMonth, Lateness, expected_late
from pipelines.assessment.prints import pick_vintage
from pipelines.assessment.series import Facts, Month

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
        expected_late: Whole number that is expected still to be reported of what has happened; None where too few
            records tell how late they come.
        is_over_pace: More of the figure is used than of the year, what is expected still to be reported included.
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
    expected_late: int | None
    is_over_pace: bool
    regions_agree: bool | None
    sectors_agree: bool | None


def control_figures(
    facts: Facts,
    region: str,
    children: list[str],
    sectors: list[str],
    as_of: dt.date,
    lateness: Lateness | None = None,
) -> list[ControlFigure]:
    """Every control figure of the as-of year that is known at the date, the region's own first.

    Args:
        facts: What was known when.
        region: The plan's region.
        children: Regions directly below it.
        sectors: Sector codes.
        as_of: The date.
        lateness: Delays of the region's reports, for what is still to be reported; None = nothing is said of it.
    """
    rows: list[ControlFigure] = []
    for statistic, measure in CONTROLLED.items():
        late = _delays(lateness, region, measure, as_of) if lateness else None
        own = _figure(facts, region, statistic, "", as_of)
        by_region = {code: _figure(facts, code, statistic, "", as_of) for code in children}
        by_sector = {code: _figure(facts, region, statistic, code, as_of) for code in sectors}
        regions_agree, sectors_agree = _agree(own, by_region.values()), _agree(own, by_sector.values())
        if own is not None:
            months = facts.months(region, measure, as_of)
            rows.append(_row(measure, region, "", months, own, as_of, late, regions_agree, sectors_agree))
        parts = facts.by_child(region, measure, as_of)
        for code, figure in by_region.items():
            if figure is not None:
                rows.append(_row(measure, code, "", parts.get(code, {}), figure, as_of, late))
        parts = facts.by_sector(region, measure, as_of)
        for code, figure in by_sector.items():
            if figure is not None:
                rows.append(_row(measure, region, code, parts.get(code, {}), figure, as_of, late))
    return rows


def pace_key(row: Mapping[str, Any]) -> str:
    """Key below `assessment.control` in the texts of how a control figure stands; the same wherever it is told.

    Only shares and what is late are told: a number of deaths that may still happen is never put into words.

    Args:
        row: Of `assess_control_figures`.
    """
    if row["used"] > row["figure"]:
        return "over_figure"
    if row["is_over_pace"]:
        return "over" if row["used_share"] > row["elapsed_share"] else "over_with_late"
    late = row.get("expected_late")  # builds from before it was told lack the column
    return "within_counted" if late is None else "within_with_late" if late else "within"


def late_of(row: Mapping[str, Any]) -> int:
    """The number beside which `pace_key` is told: what is expected still to be reported; 0 where it changes nothing."""
    return 0 if row["used"] > row["figure"] else row.get("expected_late") or 0


def beyond_pace(row: Mapping[str, Any]) -> float:
    """How far a control figure is ahead of its time, what is expected still to be reported included; to sort by."""
    return row["used"] + (row.get("expected_late") or 0) - row["figure"] * row["elapsed_share"]


def _row(
    measure: str,
    region: str,
    sector: str,
    months: Mapping[Month, int],
    figure: Fraction,
    as_of: dt.date,
    late: list[LateMonth] | None,
    regions_agree: bool | None = None,
    sectors_agree: bool | None = None,
) -> ControlFigure:
    year = as_of.year
    used = sum(amount for (one, _), amount in months.items() if one == year)
    share = used / figure if figure else None
    elapsed = elapsed_share(as_of, dt.date(year, 1, 1), dt.date(year, 12, 31))
    to_come = None if late is None else int(round_half_up(expected_late(late, months, year), 0))
    over = used > 0 if share is None else used + (to_come or 0) > elapsed * figure
    return ControlFigure(
        measure, year, region, sector, used, figure, share, elapsed, to_come, over, regions_agree, sectors_agree
    )


def _delays(lateness: Lateness, region: str, measure: str, as_of: dt.date) -> list[LateMonth] | None:
    """Of the measure; where few have died, of the accidents, with which deaths are reported."""
    return lateness.months(region, measure, as_of) or lateness.months(region, "accidents", as_of)


def _figure(facts: Facts, region: str, statistic: str, sector: str, as_of: dt.date) -> Fraction | None:
    known = pick_vintage(facts.returns(region, statistic, as_of, sector), None).get(as_of.year)
    return known[0] if known else None


def _agree(own: Fraction | None, parts) -> bool | None:
    known = [part for part in parts if part is not None]
    return sum(known) == own if own is not None and known else None
