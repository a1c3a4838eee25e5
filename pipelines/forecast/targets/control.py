"""The chance of staying within the year's control figures, for the region, its parts and its sectors.

The region's total of the year is the driver's own paths, the same that the targets are judged by: late reports, later
strike-offs and what is still to come. What a path adds to the count of today falls to the parts with shares that have a
Dirichlet posterior: the part's own accidents of the last years, drawn towards equal shares; what it takes away is taken
from what the parts have. So the parts sum to the region on every path, and a town with one accident is not taken for
one that will have the same again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import numpy as np

from pipelines.assessment.control_figures import ControlFigure, control_figures
from pipelines.forecast.targets.gather import STRATA, Gatherer, driver
from pipelines.forecast.targets.records import month_number
from pipelines.forecast.targets.seeds import generator
from pipelines.forecast.targets.series import N_PATHS, Paths, Series
from pipelines.plans import Plan

Totals = dict[str, dict[tuple[str, str], np.ndarray]]
"""The year's total on every path, by measure and by region and sector."""

SHARE_YEARS = 5
PRIOR_ACCIDENTS = 2.0  # accidents that are spread evenly over the parts before any is counted


def controlled_series(gatherer: Gatherer, plan: Plan, as_of: dt.date) -> list[Series]:
    """The series that the control figures of a plan need; none where it has no figures this year."""
    if plan.figures != "records" or not figures_of(gatherer, plan, as_of):
        return []
    if gatherer.months_known(plan.region_code, "accidents", as_of) < 24:
        return []
    return [gatherer.deaths(plan, plan.region_code, stratum, as_of) for stratum in STRATA]


def control_totals(
    gatherer: Gatherer, plan: Plan, as_of: dt.date, series: Mapping[str, Series], paths: Mapping[str, Paths]
) -> Totals:
    """The totals that the plan's control figures limit; nothing without figures, or without simulated deaths."""
    names = {stratum: driver(plan.region_code, f"{stratum}_deaths") for stratum in STRATA}
    if not figures_of(gatherer, plan, as_of) or not all(name in paths for name in names.values()):
        return {}
    return year_totals(gatherer, plan, as_of, series, paths, names)


def control_rows(gatherer: Gatherer, plan: Plan, as_of: dt.date, totals: Totals) -> Iterable[tuple]:
    """Rows of `forecast_control_figures`; none without `totals`."""
    if not totals:
        return
    year = as_of.year
    for figure in figures_of(gatherer, plan, as_of):
        split = totals[figure.measure]
        total = split.get((figure.region_code, figure.sector_code), np.full(N_PATHS, float(figure.used)))
        lo80, hi80 = np.quantile(total, (0.1, 0.9))
        within = float((total <= float(figure.figure)).mean())
        yield (
            plan.id,
            as_of,
            figure.measure,
            year,
            figure.region_code,
            figure.sector_code,
            figure.figure,
            figure.used,
            float(total.mean()),
            float(lo80),
            float(hi80),
            within,
        )


def figures_of(gatherer: Gatherer, plan: Plan, as_of: dt.date) -> list[ControlFigure]:
    """The control figures of the year."""
    archive = gatherer.archive
    children = archive.children.get(plan.region_code, [])
    return control_figures(archive.facts, plan.region_code, children, sorted(gatherer.sectors), as_of)


def year_totals(
    gatherer: Gatherer,
    plan: Plan,
    as_of: dt.date,
    series: Mapping[str, Series],
    paths: Mapping[str, Paths],
    names: Mapping[str, str],
) -> Totals:
    """Deaths and accidents of the year by part on every path: what is counted, what is late, what is to come."""
    region, year = plan.region_code, as_of.year
    totals: Totals = {"work_deaths": {}, "accidents": {}}
    for stratum, name in names.items():
        own, spec = paths[name], series[name]
        at = year - spec.first_year
        rng = generator(spec.key)
        counted = gatherer.records.changes(region, "accidents").known_by(as_of).only_industrial(STRATA[stratum])
        dead = gatherer.records.changes(region, "work_deaths").known_by(as_of).only_industrial(STRATA[stratum])
        this_year = [changes.month // 12 == year for changes in (counted, dead)]
        now = [changes.delta[mine].sum() for changes, mine in zip((counted, dead), this_year, strict=True)]
        whole = {"accidents": (counted, own["accidents"][at]), "work_deaths": (dead, own["deaths"][at])}
        change = {}
        for (measure, (_, ends)), known in zip(whole.items(), now, strict=True):
            _add(totals[measure], (region, ""), np.asarray(ends, float))
            change[measure] = np.rint(np.asarray(ends, float) - known).astype(int)
        for code in ("child", "sector"):
            parts, shape = _shares(counted, code, as_of, gatherer, plan, STRATA[stratum])
            share = rng.dirichlet(shape, N_PATHS)
            for (measure, (changes, _)), mine in zip(whole.items(), this_year, strict=True):
                of_part = getattr(changes, code)
                used = np.array([changes.delta[(of_part == part) & mine].sum() for part in parts])
                split = split_change(change[measure], share, used, rng)
                for i, part in enumerate(parts):
                    place = (part, "") if code == "child" else (region, part)
                    if place != (region, ""):
                        _add(totals[measure], place, used[i] + split[:, i])
    return totals


def split_change(change: np.ndarray, share: np.ndarray, used: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What each part gets of a change of the total on every path, (n_paths, parts).

    Args:
        change: By how much the total changes, whole numbers, (n_paths,).
        share: Shares of the parts in what is added, (n_paths, parts).
        used: What the parts have, from which a fall is taken, (parts,).
        rng: Source of randomness.
    """
    split = rng.multinomial(np.maximum(change, 0), share)
    has = np.clip(np.rint(used), 0, None).astype(int)
    for fall in np.unique(-change[change < 0]):
        where = change == -fall
        taken = rng.multivariate_hypergeometric(has, min(fall, has.sum()), int(where.sum()))
        split[where] = -taken
    return split


def _add(totals: dict[tuple[str, str], np.ndarray], place: tuple[str, str], amount: np.ndarray) -> None:
    totals[place] = totals[place] + amount if place in totals else np.asarray(amount, float)


def _shares(
    counted, code: str, as_of: dt.date, gatherer: Gatherer, plan: Plan, industrial: bool
) -> tuple[list[str], np.ndarray]:
    """Parts, and the Dirichlet shape of their shares of further accidents."""
    now = month_number(as_of)
    recent = counted.month > now - 12 * SHARE_YEARS
    code_of = getattr(counted, code)
    seen = {part: float(counted.delta[recent & (code_of == part)].sum()) for part in set(code_of.tolist())}
    if code == "child":
        everybody = set(gatherer.archive.children.get(plan.region_code, []))
    else:
        everybody = {one for one, is_industrial in gatherer.sectors.items() if is_industrial == industrial}
    parts = sorted(everybody | set(seen))
    prior = PRIOR_ACCIDENTS / max(len(parts), 1)
    return parts, np.array([max(seen.get(part, 0.0), 0.0) + prior for part in parts])
