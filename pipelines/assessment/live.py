"""The targets of a plan at any date, straight from a published build; the stored tables hold only quarter-ends."""

from __future__ import annotations

import datetime as dt
from typing import Any, Protocol

from pipelines.assessment.assess import Assessment, assess_plan
from pipelines.assessment.assessor import Office
from pipelines.assessment.reasons import (
    tell_at_least,
    tell_bound,
    tell_done,
    tell_furthest,
    tell_number,
    tell_reason,
    tell_years,
)
from pipelines.settings import Settings
from pipelines.texts import current_language


class House(Protocol):
    """The part of the warehouse's gate that is needed."""

    def query(self, sql: str, params: Any = ()) -> list[dict[str, Any]]:
        """Answer one SELECT by rows that name their columns."""


def assess_at(
    house: House, settings: Settings, plan_id: str, as_of: dt.date | None = None, language: str | None = None
) -> list[dict[str, Any]]:
    """Every target of a plan at a date, with its numbers in words.

    Args:
        house: An open warehouse.
        settings: Thresholds, and the folders of plans and code lists.
        plan_id: Which plan.
        as_of: The date; None = the newest at which anything is known of the plan's region.
        language: Of the texts; None = the current one.

    Raises:
        PipelineError: No such plan, or no data.
    """
    from pipelines.catalogue import load_catalogue
    from pipelines.plans import load_plans

    def ask(sql: str, params: list) -> list[tuple]:
        return [tuple(row.values()) for row in house.query(sql, params)]

    office = Office.open(settings, load_catalogue(settings.path("catalogue")), load_plans(settings.path("plans")))
    language = language or current_language()
    return [_row(one, language) for one in assess_plan(ask, office, plan_id, as_of)]


def _row(one: Assessment, language: str) -> dict[str, Any]:
    progress, facts = one.progress, one.facts
    value, demand = _words(one, language)
    return {
        "plan_id": one.plan.id,
        "target_id": one.target.id,
        "name_zh": one.target.name.zh,
        "name_en": one.target.name.en,
        "nature": one.target.nature,
        "kind": one.target.kind,
        "as_of_on": one.as_of,
        "value_now": _number(progress.value),
        "value_year": progress.year,
        "value_text": value,
        "value_years_text": _years_behind(one, language),
        "total_so_far": _number(progress.so_far),
        "demand_text": demand,
        "pace_share": _number(progress.pace),
        "elapsed_share": _number(progress.elapsed),
        "elapsed_share_at_value": _number(progress.elapsed_at_value),
        "verdict": one.verdict,
        "reason_code": one.finding.reason,
        "reason_text": tell_reason(one.finding.reason, facts, language),
        "flags": list(one.flags),
    }


def _words(one: Assessment, language: str) -> tuple[str, str]:
    """Value and demand as readers see them; a milestone is done or not done."""
    value = one.progress.value
    if one.kind == "milestone" or one.indicator.form == "milestone":
        is_done = one.finding.reason in ("milestone_met", "milestone_not_met") or bool(value)
        return tell_done(is_done, language), tell_done(True, language)
    shown = "—" if value is None else tell_number(float(value), one.facts["display"], language)
    if value is not None:
        shown = tell_furthest(one.facts, language) + tell_at_least(one.facts, language) + shown
    return shown, tell_bound(one.facts, language) if one.bound else "—"


def _years_behind(one: Assessment, language: str) -> str:
    """The year of the value, or the years of a mean or a total; '' where no value is shown."""
    progress = one.progress
    if progress.value is None or progress.year is None or one.indicator.form == "milestone":
        return ""
    if one.kind in ("period_mean", "period_total"):
        return tell_years(one.facts.get("years_in") or [progress.year], language)
    return tell_years([progress.year], language)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
