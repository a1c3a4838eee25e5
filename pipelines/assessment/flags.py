"""What a reader of a value must be told beside it: keys of `assessment.flags` in the texts."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from pipelines.assessment.arithmetic import Bound, exact, flips_when_rounded, is_loose
from pipelines.assessment.assessor import SeriesBreak
from pipelines.assessment.mostly import display_of
from pipelines.assessment.verdict import Finding
from pipelines.assessment.view import View, baseline_differs
from pipelines.plans import Target
from pipelines.plans.model import in_unit, printed_decimals


def flags_of(
    view: View, target: Target, finding: Finding, breaks: Sequence[SeriesBreak], loose_share: float, as_of_year: int
) -> tuple[str, ...]:
    """Every flag that applies, in the order in which they are shown.

    Args:
        view: The target as it stands.
        target: The target itself (not the one that it inherits from).
        finding: What is settled.
        breaks: Series breaks of the indicator in the region.
        loose_share: Share of a bound below which every value must lie for the bound to be called loose.
        as_of_year: Year of the as-of date.
    """
    progress, bound = view.progress, view.shown_bound
    years = view.years
    told = {
        "definition_to_confirm": finding.definition_to_confirm,
        "fell_back": _fell_back(view),
        "taken_back": view.is_taken_back,
        "flips_when_rounded": _flips(view, target),
        "target_is_loose": bound is not None and is_loose(_recent(view), bound, exact(loose_share)),
        "baseline_differs": baseline_differs(view),
        "baseline_meets": bound is not None
        and view.rule.kind in ("end_value", "reduction")
        and view.start_value is not None
        and bound.meets(view.start_value),
        "denominator_revisions_differ": _revisions_differ(view),
        "mean_and_ratio_disagree": bound is not None
        and progress.ratio_of_sums is not None
        and bound.meets(progress.ratio_of_sums) != bound.meets(progress.value),
        "latest_year_incomplete": _latest_incomplete(view, as_of_year),
        "crosses_break": _is_between(view, breaks),
        "break_compared": _is_between(view, view.compared),
        "is_least": any(years[year].is_least for year in view.asked),
        "blank_records": any(years[year].blanks for year in view.asked),
        "sources_differ": any(years[year].disputes for year in view.asked),
        "untimed_events": any(value is None for known in years.values() for value, _ in known.events),
        "operator_not_printed": not target.operator_printed,
        "frozen": view.frozen is not None,
    }
    return tuple(name for name, applies in told.items() if applies)


def _is_between(view: View, breaks: Sequence[SeriesBreak]) -> bool:
    """Whether baseline and value now stand on different sides of one of the breaks."""
    year = view.progress.year
    return year is not None and any(one.lies_between(view.baseline_year, year) for one in breaks)


def _fell_back(view: View) -> bool:
    """Met when it was due, final or not yet, and missed by a later complete year."""
    if view.bound is None or view.rule.kind not in ("end_value", "reduction"):
        return False
    due = view.frozen or view.years.get(view.rule.due_year)
    if due is None or due.value is None or not (due.is_complete or view.frozen):
        return False
    later = [known for year, known in view.years.items() if year > due.year and known.is_complete]
    missed = any(known.value is not None and not view.bound.meets(known.value) for known in later)
    return view.bound.meets(due.value) and missed


def _flips(view: View, target: Target) -> bool:
    """Whether the value with the digits of the plan's figure (else with those of the page) gives the other answer.

    Of a reduction the plan prints the fall, and the fall is what is rounded.
    """
    rule, value = view.rule, view.progress.value
    if value is None or view.bound is None or rule.kind == "monitored" or rule.required_share is not None:
        return False
    if rule.value is None or rule.measured_as is not None:
        shown = display_of(target, rule, view.indicator)
        return flips_when_rounded(value, view.bound, exact(shown.factor), shown.decimals)
    decimals, factor = printed_decimals(rule.value), 1 / exact(in_unit(1, rule.unit))
    if rule.kind != "reduction":
        return flips_when_rounded(value, view.bound, factor, decimals)
    fall, asked = (1 - one / view.start_value for one in (value, view.bound.value))
    demand = Bound(">" if view.bound.operator == "<" else ">=", asked)
    return flips_when_rounded(fall, demand, factor, decimals)


def _recent(view: View) -> list[Fraction]:
    values = [
        known.value
        for year, known in view.years.items()
        if year > view.baseline_year and known.is_complete and known.value is not None
    ]
    return values if view.start_value is None else [view.start_value, *values]


def _revisions_differ(view: View) -> bool:
    """The baseline year has no print of the revision that the judged year uses."""
    before, now = view.years.get(view.baseline_year), view.years.get(view.progress.year or 0)
    if view.indicator.denominator is None or before is None or now is None:
        return False
    if before.denominator is None or now.denominator is None:
        return False
    return not before.is_of_edition


def _latest_incomplete(view: View, as_of_year: int) -> bool:
    if view.frozen is not None or view.rule.kind == "milestone" or view.progress.value is None:
        return False
    over = [year for year, known in view.years.items() if known.missing_reason != "not_over"]
    return bool(over) and not view.years[max(over)].is_complete
