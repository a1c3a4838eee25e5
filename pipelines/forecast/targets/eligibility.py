"""Whether a target can have a probability, and if not, why: keys of `forecast.no_forecast` in the texts."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.assessment import Assessment
from pipelines.plans import Plan

DECIDED = {"met": 1.0, "secured": 1.0, "not_met": 0.0, "out_of_reach": 0.0}
FEWEST_EVENTS = 8


@dataclass(frozen=True)
class Ground:
    """What a forecast of a target would stand on.

    Attributes:
        refused: Key of the reason why there is none; '' = there can be one.
        n: Number of observations: months, final years or timed events.
        needed: How many of them are needed.
    """

    refused: str
    n: int = 0
    needed: int = 0


def ground_of(plan: Plan, one: Assessment, months: int) -> Ground:
    """What a forecast would stand on.

    Args:
        plan: The plan.
        one: The target at the date.
        months: Months of records behind the numerator; 0 where it is not counted from records.
    """
    settled = one.finding.settled
    if one.finding.definition_to_confirm:  # what one reading settles is open under the other
        return Ground("definition_to_confirm")
    if settled in DECIDED:
        return Ground("", n=_final_years(one))
    if settled == "watched":
        return Ground("watched")
    if settled == "no_data":
        return Ground(one.finding.reason)
    if one.kind == "milestone":
        return Ground("milestone")
    if one.indicator.form == "worst_event" and one.regions:
        return Ground("not_forecast")  # events are drawn for the plan's region as a whole
    if one.indicator.form == "worst_event":
        timed = sum(value is not None for known in one.years.values() for value, _ in known.events)
        return Ground("too_few_events" if timed < FEWEST_EVENTS else "", timed, FEWEST_EVENTS)
    if one.indicator.kind is None:
        return Ground("not_forecast")
    if months:
        return Ground("too_few_months" if months < 24 else "", months, 24)
    needed = one.indicator.minimum.years
    final = _final_years(one)
    return Ground("too_few_years" if final < needed else "", final, needed)


def _final_years(one: Assessment) -> int:
    return sum(known.is_final and known.value is not None for known in one.years.values())
