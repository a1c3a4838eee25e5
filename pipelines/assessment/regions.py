"""A target that each of several regions must meet: each one's result, the one furthest behind, the facts of all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from pipelines.assessment import judgement
from pipelines.assessment.arithmetic import Bound
from pipelines.assessment.assessor import Archive
from pipelines.assessment.values import Reader, is_over
from pipelines.assessment.verdict import Finding
from pipelines.assessment.view import View, view_of
from pipelines.plans import Plan, Target

Names = Mapping[str, Mapping[str, str]]
_LOST = ("not_met", "out_of_reach")


@dataclass(frozen=True)
class RegionResult:
    """A target that each region must meet, in one of them; of a demand on each year the year that lost it, if any."""

    region_code: str
    bound: Bound
    value: Fraction | None
    year: int | None
    finding: Finding


@dataclass(frozen=True)
class OfRegions:
    """A target over all its regions.

    Attributes:
        results: Of each region.
        finding: Of all of them.
        view, reader: Of the one that is furthest behind, which is the one that is shown.
    """

    results: tuple[RegionResult, ...]
    finding: Finding
    view: View
    reader: Reader


def of_regions(
    archive: Archive, plan: Plan, target: Target, rule: Target, as_of: dt.date, *, constant_prices: bool
) -> OfRegions:
    """Judge each region by its own bound, and all of them together.

    Args:
        archive: Facts at the date.
        plan: The plan whose period counts.
        target: What is assessed.
        rule: The target that decides, with the bound of each region.
        as_of: The date.
        constant_prices: Divide by the statistic at constant prices.
    """
    found: list[tuple[RegionResult, View, Reader]] = []
    for code, bound in rule.region_bounds.items():
        reader = archive.reader(plan, target, code, constant_prices=constant_prices)
        view = _by_its_worst_year(view_of(archive, plan, rule, reader, as_of, bound), as_of)
        result = RegionResult(code, view.bound, view.progress.value, view.progress.year, view.finding)
        found.append((result, view, reader))
    results = tuple(result for result, _, _ in found)
    finding = judgement.judge_regions([one.finding for one in results], is_due=is_over(rule.due_year, as_of))
    behind = furthest(results)
    _, view, reader = next((one for one in found if one[0] is behind), found[0])
    return OfRegions(results, finding, view, reader)


def _by_its_worst_year(view: View, as_of: dt.date) -> View:
    """Of a demand on each year that is lost, the year that lost it stands for the region, and no later good one."""
    year = judgement.lost_year(view.rule.kind, view.years, view.bound, view.progress.path, as_of)
    if year is None or view.years[year].value is None:
        return view
    known = view.years[year]
    progress = replace(view.progress, value=known.value, year=year, is_provisional=not known.is_final)
    return replace(view, progress=progress)


def furthest(regions: Sequence[RegionResult]) -> RegionResult | None:
    """The region furthest behind its own bound, one that has lost before all others; None where none has a value."""
    valued = [one for one in regions if one.value is not None]
    return min(valued, key=lambda one: (one.finding.settled not in _LOST, one.bound.room(one.value)), default=None)


def facts_of_regions(regions: Sequence[RegionResult], names: Names, *, each_year: bool) -> dict[str, object]:
    """How many regions are on their target, which have met, lost or not reported it, and who is furthest behind.

    Args:
        regions: Results by region.
        names: Names of the regions, `{"zh": …, "en": …}` by code.
        each_year: The demand is one on each year.
    """
    behind = [one.region_code for one in regions if one.value is None or not one.bound.meets(one.value)]
    groups = {"regions_met": ("met", "secured"), "regions_lost": _LOST, "regions_missing": ("no_data",)}
    found: dict[str, object] = {
        name: [one.region_code for one in regions if one.finding.settled in settled] for name, settled in groups.items()
    }
    told = {code for codes in found.values() for code in codes}
    found = {name: codes for name, codes in found.items() if codes}
    found |= {"regions": len(regions), "regions_on_target": len(regions) - len(behind), "regions_behind": behind}
    last = furthest(regions)
    if last is not None:
        told.add(last.region_code)
        found["furthest"] = last.region_code
    if each_year:
        found["each_year"] = True
    known = {one.region_code: dict(names[one.region_code]) for one in regions if one.region_code in told & set(names)}
    return found | ({"region_names": known} if known else {})
