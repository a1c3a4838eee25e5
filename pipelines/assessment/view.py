"""One reading of a target: one region, one basis of prices, one date."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from pipelines.assessment import judgement
from pipelines.assessment.arithmetic import Bound, exact, mean, reduction_bound
from pipelines.assessment.assessor import Archive, SeriesBreak
from pipelines.assessment.judgement import Case
from pipelines.assessment.mostly import share_in_time, shares_in_time, shown_bound
from pipelines.assessment.progress import Progress, progress_of
from pipelines.assessment.returns import Return
from pipelines.assessment.values import Reader, YearValue
from pipelines.assessment.verdict import Finding
from pipelines.catalogue.model import Indicator
from pipelines.plans import Plan, Target
from pipelines.plans.model import in_unit, printed_decimals


@dataclass(frozen=True)
class View:
    """A target as it stands at one date.

    Attributes:
        rule: The target that decides (the one above, for an inherited target).
        indicator: Definition.
        years: Yearly values as known at the date.
        frozen: The due year when it first was final.
        baseline, baseline_printed: Recomputed and printed start, own unit; the printed one decides.
        baseline_year: Year of the baseline (the last year of a baseline mean).
        bound: What must be met (of events, by each); None where there is none (not set, no baseline, one of zero or of
            another definition).
        finding: What the arithmetic settles.
        progress: Value now, path, pace, rate, room.
        done_on: For a milestone, the date on which it was done.
        is_taken_back: For a milestone that was done, a later return says that it is not.
        broken: Changes of definition since the baseline that are known at the date: nothing is compared across them.
        compared: Those across which the publisher compares itself.
    """

    rule: Target
    indicator: Indicator
    years: dict[int, YearValue]
    frozen: YearValue | None
    baseline: Fraction | None
    baseline_printed: Fraction | None
    baseline_year: int
    bound: Bound | None
    finding: Finding
    progress: Progress
    done_on: dt.date | None = None
    broken: tuple[SeriesBreak, ...] = ()
    compared: tuple[SeriesBreak, ...] = ()
    is_taken_back: bool = False

    @property
    def shown_bound(self) -> Bound | None:
        """What the shown value is held against: of events of which a share must be in time, that share."""
        return shown_bound(self.rule, self.bound)

    @property
    def asked(self) -> list[int]:
        """The years that the target asks about, as far as anything is known of them."""
        asked = {self.baseline_year, *self.progress.path, self.rule.due_year, self.progress.year}
        return sorted(year for year in self.years if year in asked)

    @property
    def start_value(self) -> Fraction | None:
        """The baseline that decides."""
        return self.baseline if self.baseline_printed is None else self.baseline_printed


def view_of(
    archive: Archive, plan: Plan, rule: Target, reader: Reader, as_of: dt.date, bound_value: float | None = None
) -> View:
    """Read a target for the reader's region.

    Args:
        archive: Facts at the date.
        plan: The plan whose period counts.
        rule: The target that decides.
        reader: Indicator and region.
        as_of: The date.
        bound_value: The bound (of a reduction, the reduction) of this region, where each region has its own.
    """
    years = archive.years(reader, as_of)
    due = rule.due_year
    frozen = archive.frozen(reader, due, as_of) if rule.kind in ("end_value", "reduction", "events") else None
    year = rule.baseline.year if rule.baseline else plan.baseline_year
    told, told_frozen = years, frozen
    if rule.required_share is not None and rule.is_set:
        each = Bound(rule.operator, exact(rule.value_in_unit))
        told, told_frozen = shares_in_time(years, each), share_in_time(frozen, each) if frozen else None
    recomputed = _baseline(rule, told, year)
    printed = rule.baseline.value_in_unit if rule.baseline else None
    printed = None if printed is None else exact(printed)
    start = recomputed if printed is None else printed
    broken, compared = _breaks(archive, plan, rule, reader.indicator, year, as_of)
    bound = None if broken and rule.kind == "reduction" else _bound(rule, start, bound_value)
    done_on = date_done(reader, bound, as_of) if rule.kind == "milestone" and bound else None
    if not rule.is_set:
        finding = Finding("no_data", "target_unset")
    elif rule.kind == "milestone":
        is_denied = bound is not None and done_on is None and _is_denied(reader, due, as_of)
        finding = judgement.judge_milestone(done_on, due, as_of, is_denied=is_denied)
    elif bound is None and rule.kind == "reduction":
        finding = Finding("no_data", _why_no_bound(start, broken))
    elif bound is None and rule.kind != "monitored":
        finding = Finding("no_data", "target_unset")
    else:
        share = exact(rule.required_share) if rule.required_share is not None else Fraction(1)
        watched = bound or Bound("<=", Fraction(0))
        case = Case(rule.kind, reader.indicator, watched, years, plan.period.start, due, as_of, frozen, share)
        finding = judgement.judge(case)
    path = _printed_path(rule, start)
    begun = None if start is None or broken else (year, start)
    is_ratio = reader.indicator.denominator is not None
    first = plan.period.start
    shown = shown_bound(rule, bound)
    progress = progress_of(rule.kind, shown, told, told_frozen, begun, first, due, as_of, path, is_ratio=is_ratio)
    start_of = (recomputed, printed, year)
    taken_back = bound is not None and _is_taken_back(reader, bound, done_on, as_of)
    rest = (bound, finding, progress, done_on, broken, compared, taken_back)
    return View(rule, reader.indicator, told, told_frozen, *start_of, *rest)


def baseline_differs(view: View) -> bool:
    """Whether the recomputed baseline, rounded as the plan prints it, is another number than the printed one."""
    printed = view.rule.baseline
    if view.baseline is None or printed is None or printed.printed is None:
        return False
    decimals = printed_decimals(printed.printed)
    one = exact(in_unit(1, printed.unit))
    distance = view.baseline / one - exact(printed.printed)
    half = Fraction(1, 2 * 10**decimals)
    return distance > half or (distance < -half and not printed.is_upper_bound)


def _baseline(rule: Target, years: dict[int, YearValue], year: int) -> Fraction | None:
    """From the records of the baseline year (or the mean of the baseline years), as known at the date."""
    first = rule.baseline.first_year if rule.baseline and rule.baseline.first_year else year
    known = [years.get(one) for one in range(first, year + 1)]
    if any(one is None or one.value is None or not one.is_complete for one in known):
        return None
    return mean([one.value for one in known])


def _bound(rule: Target, start: Fraction | None, value: float | None) -> Bound | None:
    """The bound by the target's own figure, or by that of one region."""
    if not rule.is_set:
        return None
    if value is None:
        value = rule.value_in_unit
    if rule.kind == "reduction":
        cut = None if start is None else reduction_bound(start, exact(value))
        return None if cut is None else Bound(rule.operator, cut.value)
    return None if value is None or rule.operator is None else Bound(rule.operator, exact(value))


def _printed_path(rule: Target, start: Fraction | None) -> dict[int, Fraction] | None:
    """What the plan itself requires of each year, own unit; None for a straight line.

    Of a reduction it prints how much is to have fallen by then, so without a start nothing is required.
    """
    if not rule.printed_path:
        return None
    printed = {year: exact(in_unit(value, rule.unit)) for year, value in rule.printed_path.items()}
    if rule.kind != "reduction":
        return printed
    return {} if start is None else {year: (1 - fall) * start for year, fall in printed.items()}


def _breaks(
    archive: Archive, plan: Plan, rule: Target, indicator: Indicator, baseline_year: int, as_of: dt.date
) -> tuple[tuple[SeriesBreak, ...], tuple[SeriesBreak, ...]]:
    """Changes of definition between baseline and due year that have begun: not to be compared across, and compared."""
    first = rule.baseline.first_year or baseline_year if rule.baseline else baseline_year
    begun = [
        one
        for one in archive.office.breaks_of(plan.region_code, indicator)
        if one.begins_on <= as_of and one.lies_between(first, rule.due_year)
    ]
    told = rule.baseline.compared if rule.baseline else ()
    bridged = {code for one in told if one.printed_on <= as_of for code in one.breaks}
    return (
        tuple(one for one in begun if one.code not in bridged),
        tuple(one for one in begun if one.code in bridged),
    )


def _why_no_bound(start: Fraction | None, broken: tuple[SeriesBreak, ...]) -> str:
    if start is None:
        return "baseline_missing"
    return "crosses_break" if broken else "zero_baseline"


def _is_denied(reader: Reader, due: int, as_of: dt.date) -> bool:
    """Whether a return that stands came at the end of the due year or after it: not done, then.

    One that came before says nothing of the days that were left.
    """
    end = dt.date(due, 12, 31)
    rows = _returns(reader, as_of)
    return any(row.known_on > end or (row.known_on == end and row.period_end >= end) for row in rows)


def date_done(reader: Reader, bound: Bound, as_of: dt.date) -> dt.date | None:
    """Date that the returns known at `as_of` give for a milestone; None when none of them says that it is done.

    A return of a period that still runs says that it was done by the day on which it came; one for a day to come says
    what is planned.
    """
    rows = (row for row in _returns(reader, as_of) if bound.meets(row.value))
    days = (row.period_end if row.frequency == "point" else min(row.period_end, row.known_on) for row in rows)
    return min((day for day in days if day <= as_of), default=None)


def _is_taken_back(reader: Reader, bound: Bound, done_on: dt.date | None, as_of: dt.date) -> bool:
    """Whether a return of a later day than that on which a milestone was done says that it is not done."""
    if done_on is None:
        return False
    return any(row.period_end > done_on and not bound.meets(row.value) for row in _returns(reader, as_of))


def _returns(reader: Reader, as_of: dt.date) -> list[Return]:
    _, name = reader.indicator.numerator.source(reader.figures)
    return reader.facts.returns(reader.region, name, as_of)
