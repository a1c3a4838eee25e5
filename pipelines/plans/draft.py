"""Draft the plan after the next five years from the one before: the demands to be filled in, the bases recomputed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipelines.errors import PipelineError, no_plan, write_whole
from pipelines.plans.draft_text import plan_text
from pipelines.plans.model import Period, Plan
from pipelines.plans.read import load_plans
from pipelines.settings import Settings
from pipelines.texts import say

_PERIOD = re.compile(r"(\d{4})\s*[-–—~至]\s*(\d{4})")
_FOURTEENTH = 2021  # first year of the 14th plan; each lasts five years
_LENGTH = 5


@dataclass(frozen=True)
class Base:
    """What a target starts from, recomputed from the records.

    Attributes:
        year, first_year: Year of the base; the first year of a mean, None for a single year.
        value: Mean of the years in the indicator's own unit; None where a year is missing.
        row: The target as the build shows it (units), for printing; empty where there is none.
        missing: Why there is no value, in words; '' where there is one.
    """

    year: int
    first_year: int | None
    value: float | None
    row: Mapping[str, Any]
    missing: str = ""

    def tell(self, target_id: str, name: str) -> str:
        """One line of the report."""
        facts = {"target": target_id, "name": name, "year": self.year}
        if self.value is None:
            return say("plan_draft.base_missing", reason=self.missing, **facts)
        if self.first_year:
            return say("plan_draft.base_mean", first=self.first_year, value=self.shown, **facts)
        return say("plan_draft.base_found", value=self.shown, **facts)

    @property
    def shown(self) -> str:
        """The value as pages print it, with its unit."""
        from pipelines import shown

        return f"{shown.in_display_unit(self.value, self.row)} {shown.unit(self.row)}".strip()


@dataclass(frozen=True)
class Drafted:
    """A draft that was written: where, its id, and by target the base in a sentence."""

    path: Path
    plan_id: str
    targets: int
    bases: tuple[str, ...]


def draft_plan(settings: Settings, source: str, period: str) -> Drafted:
    """Write the draft of the plan that follows another one, as `data/plans/<id>.yml`.

    Kind, indicator, operator, unit and nature of every target come from the plan before; value, words and clause are
    left to be filled in, and doubts stay behind. The base is recomputed from the newest build as far as its year is
    complete. A target without a value is 目标未定 until it has one.

    Args:
        settings: The office.
        source: Id of the plan before.
        period: First and last year, `2026-2030`.

    Raises:
        PipelineError: `no_plan`, `draft_period`, `file_exists`, and those of `pipelines.errors.writing`.
    """
    plans = load_plans(settings.path("plans"))
    if source not in plans:
        raise no_plan(source, plans)
    before = plans[source]
    years = _period(before, period)
    plan_id = next_id(before.id, years.start)
    path = settings.path("plans") / f"{plan_id}.yml"
    if path.exists():
        raise PipelineError("file_exists", where=f"{settings.paths.plans.as_posix()}/{path.name}")
    bases = _bases(settings, before, years.start - 1)
    parent = next_id(before.parent, years.start) if before.parent else None
    text = plan_text(before, plan_id, years, parent, parent in plans, bases)
    write_whole(path, text.encode("utf-8"))
    told = tuple(bases[target.id].tell(target.id, _name(target)) for target in before.targets if target.id in bases)
    return Drafted(path, plan_id, len(before.targets), told)


def next_id(plan_id: str, start: int) -> str:
    """Id of the plan of the same region for other years: the number of the five-year plan, else its first year.

    >>> next_id("tianjin", 2026), next_id("tianjin_15", 2031), next_id("wuqing", 2027)
    ('tianjin_15', 'tianjin_16', 'wuqing_2027')
    """
    stem = re.sub(r"_\d+$", "", plan_id)
    passed = start - _FOURTEENTH
    return f"{stem}_{start if passed % _LENGTH else 14 + passed // _LENGTH}"


def _period(before: Plan, said: str) -> Period:
    found = _PERIOD.fullmatch(said.strip())
    start, end = (int(year) for year in found.groups()) if found else (0, 0)
    if not found or not before.period.end < start <= end < start + 20:
        raise PipelineError("draft_period", where=said, end=before.period.end)
    return Period(start=start, end=end)


def _name(target) -> str:
    from pipelines.texts import current_language

    return target.name.of(current_language())


def _bases(settings: Settings, before: Plan, base_year: int) -> dict[str, Base]:
    """The base of every target that is judged, as the newest build knows it."""
    bases: dict[str, Base] = {}
    for target in before.targets:
        if target.kind != "monitored":
            start = target.baseline
            first = start.first_year + base_year - start.year if start and start.first_year else None
            bases[target.id] = Base(base_year, first, None, {}, say("plan_draft.no_build"))
    from pipelines import warehouse

    try:
        house = warehouse.open(settings)
    except PipelineError as fault:
        if fault.code not in ("no_warehouse", "build_refused_before", "schema_mismatch"):
            raise
        return bases
    with house:
        newest = next((row["newest_as_of"] for row in house.plans() if row["plan_id"] == before.id), None)
        if newest is None:
            return {name: replace(base, missing=_no_year(base_year)) for name, base in bases.items()}
        rows = {row["target_id"]: row for row in house.assessments(before.id, newest)}
        years = house.years_by_target(before.id, newest)
        return {
            name: _from_years(base, rows[name], {row["year"]: row for row in years.get(name, ())})
            for name, base in bases.items()
            if name in rows
        }


def _no_year(*years: int) -> str:
    """Which years have no data: 2025, 2024–2025, or one by one where they do not follow each other."""
    is_run = len(years) > 1 and years[-1] - years[0] == len(years) - 1
    said = f"{years[0]}–{years[-1]}" if is_run else say("plan_draft.and").join(map(str, years))
    return say("plan_draft.no_year", year=said)


def _from_years(base: Base, row: Mapping[str, Any], years: Mapping[int, Mapping[str, Any]]) -> Base:
    if row["form"] in ("milestone", "worst_event"):
        return replace(base, row=row, missing=say("plan_draft.not_by_year"))
    wanted = range(base.first_year or base.year, base.year + 1)
    without = [year for year in wanted if year not in years or years[year]["missing_reason"] == "not_over"]
    if without:
        return replace(base, row=row, missing=_no_year(*without))
    for year in wanted:
        known = years[year]
        if known["value"] is None or not known["is_complete"]:
            return replace(base, row=row, missing=say("plan_draft.incomplete", year=year))
    return replace(base, row=row, value=sum(years[year]["value"] for year in wanted) / len(wanted), missing="")
