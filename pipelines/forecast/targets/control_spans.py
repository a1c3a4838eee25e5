"""The chance of staying within a control figure to the end of each quarter, and over the years of the plan so far.

A quarter's share of the year's figure is that of its days, as where a figure is held against time; what counts is all
that is used from January to the quarter's end. The paths are those of the year's total (`control.year_totals`): what a
path adds to the count of today falls to the quarters with shares that have a Dirichlet posterior, the accidents of the
last five years in each quarter, of the quarters that have been only the part that is usually still to be reported.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import numpy as np

from pipelines.assessment.arithmetic import elapsed_share
from pipelines.assessment.control_figures import ControlFigure
from pipelines.assessment.control_spans import control_spans
from pipelines.assessment.series import Month
from pipelines.forecast.targets.control import SHARE_YEARS, Totals, figures_of, split_change
from pipelines.forecast.targets.gather import Gatherer
from pipelines.forecast.targets.seeds import content_key, generator
from pipelines.forecast.targets.series import N_PATHS
from pipelines.plans import Plan

QUARTER_ENDS = ((3, 31), (6, 30), (9, 30), (12, 31))
PRIOR_ACCIDENTS = 0.5  # accidents that each quarter to come is given before any is counted


def span_rows(gatherer: Gatherer, plan: Plan, as_of: dt.date, totals: Totals) -> Iterable[tuple]:
    """Rows of `forecast_control_spans`; none without simulated totals.

    Args:
        gatherer: Where the records are.
        plan: The plan.
        as_of: The date.
        totals: The year's totals by measure and place, as `control.control_totals` gives them.
    """
    if not totals:
        return
    archive = gatherer.archive
    children = archive.children.get(plan.region_code, [])
    start = plan.period.start
    spans = control_spans(archive.facts, plan.region_code, children, sorted(gatherer.sectors), as_of, start)
    of_plan = {(one.measure, one.region_code, one.sector_code): one for one in spans if one.span == "plan"}
    for figure in figures_of(gatherer, plan, as_of):
        place = (figure.measure, figure.region_code, figure.sector_code)
        total = totals[figure.measure].get(place[1:], np.full(N_PATHS, float(figure.used)))
        months = _months(gatherer, plan, figure, as_of)
        ends = _by_quarter(gatherer, plan, figure, as_of, total, months)
        first = dt.date(as_of.year, 1, 1)
        for number, (month, day) in enumerate(QUARTER_ENDS):
            last = dt.date(as_of.year, month, day)
            allowed = float(figure.figure * elapsed_share(last, first, dt.date(as_of.year, 12, 31)))
            used = sum(n for (year, at), n in months.items() if year == as_of.year and at <= month)
            begins = dt.date(as_of.year, month - 2, 1)
            yield (plan.id, as_of, *place, "quarter", begins, last, allowed, used, *_told(ends[:, number], allowed))
        whole = of_plan.get(place)
        if whole is not None and whole.begins_on.year < as_of.year:
            allowed, reached = float(whole.figure), total + (whole.used - figure.used)
            days = (whole.begins_on, whole.ends_on)
            yield (plan.id, as_of, *place, "plan", *days, allowed, whole.used, *_told(reached, allowed))


def _told(reached: np.ndarray, allowed: float) -> tuple[float, float, float, float]:
    """Mean, 80 % interval, and the share of paths within."""
    lo80, hi80 = np.quantile(reached, (0.1, 0.9))
    return float(reached.mean()), float(lo80), float(hi80), float((reached <= allowed).mean())


def _months(gatherer: Gatherer, plan: Plan, figure: ControlFigure, as_of: dt.date) -> Mapping[Month, int]:
    facts, region = gatherer.archive.facts, plan.region_code
    if figure.sector_code:
        return facts.by_sector(region, figure.measure, as_of).get(figure.sector_code, {})
    if figure.region_code == region:
        return facts.months(region, figure.measure, as_of)
    return facts.by_child(region, figure.measure, as_of).get(figure.region_code, {})


def _by_quarter(
    gatherer: Gatherer,
    plan: Plan,
    figure: ControlFigure,
    as_of: dt.date,
    total: np.ndarray,
    months: Mapping[Month, int],
) -> np.ndarray:
    """What is used from January to the end of each quarter on every path, (n_paths, 4)."""
    used = np.zeros(4)
    for (year, month), n in months.items():
        if year == as_of.year:
            used[(month - 1) // 3] += n
    place = (plan.id, as_of.isoformat(), figure.measure, figure.region_code, figure.sector_code)
    rng = generator(content_key("quarters", *place))
    share = rng.dirichlet(_to_come(gatherer, plan, as_of), N_PATHS)
    change = np.rint(total - used.sum()).astype(int)
    return np.cumsum(used + split_change(change, share, used, rng), axis=1)


def _to_come(gatherer: Gatherer, plan: Plan, as_of: dt.date) -> np.ndarray:
    """Dirichlet shape of the shares of the quarters in what is still to come of the year's accidents, (4,)."""
    region = plan.region_code
    late = gatherer.archive.lateness.months(region, "accidents", as_of) or ()
    known = {one.month: float(one.known) for one in late}
    shape = np.full(4, 1e-6)
    for (year, month), n in gatherer.archive.facts.months(region, "accidents", as_of).items():
        if as_of.year - SHARE_YEARS <= year < as_of.year:
            is_over = month <= as_of.month
            left = 1 - known.get((as_of.year, month), 1.0) if is_over else 1.0
            shape[(month - 1) // 3] += max(n, 0) * left
    for quarter in range((as_of.month - 1) // 3 + (as_of.month % 3 == 0), 4):
        shape[quarter] += PRIOR_ACCIDENTS
    return shape
