"""The rule of each kind of target: what arithmetic alone can say of it at one date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipelines.assessment import bounds
from pipelines.assessment.arithmetic import Bound, exact
from pipelines.assessment.bounds import Range
from pipelines.assessment.values import YearValue, is_over
from pipelines.assessment.verdict import Finding
from pipelines.catalogue.model import Indicator

Years = Mapping[int, YearValue]


@dataclass(frozen=True)
class Case:
    """One target before its judge.

    Attributes:
        kind: Kind of target; an inherited one stands here with the kind of the target that decides.
        indicator: Definition with its bounds.
        bound: What must be met, in the indicator's own unit.
        years: Yearly values as known at the date.
        start: First year of the plan.
        due: Year by which it must hold.
        as_of: The date.
        frozen: The due year as it stood when it first was final; None until then.
        required_share: Share of the events that must meet the bound.
    """

    kind: str
    indicator: Indicator
    bound: Bound
    years: Years
    start: int
    due: int
    as_of: dt.date
    frozen: YearValue | None = None
    required_share: Fraction = Fraction(1)

    @property
    def is_due(self) -> bool:
        """Whether the due year has passed."""
        return is_over(self.due, self.as_of)

    def possible(self, year: int) -> Range:
        """Every value that the year can still take."""
        known = self.years.get(year)
        if known and known.is_closed and known.value is not None:
            return Range.at_least(known.value) if known.blanks else Range.point(known.value)
        low, high = (None if limit is None else exact(limit) for limit in self.indicator.bounds.value)
        if low is None:
            return Range(None, high)
        counted = Range.at_least(known.firm if known else Fraction(0))
        divisor = self._possible_divisor(year) if self.indicator.denominator else Range.point(Fraction(1))
        reached = Range(Fraction(0), None)
        if divisor:
            reached = bounds.ratio(counted, divisor, exact(self.indicator.scale))
        floor = max(reached.low, low)
        return Range(floor if high is None else min(floor, high), high)

    def _possible_divisor(self, year: int) -> Range | None:
        known = self.years.get(year)
        growth = self.indicator.bounds.denominator_growth
        if known and known.denominator and known.is_complete:
            return Range.point(known.denominator)
        base = max(
            (y for y, value in self.years.items() if y < year and value.is_complete and value.denominator), default=0
        )
        if not base or growth is None:
            return None
        slowest, fastest = map(exact, growth)
        return bounds.grown(self.years[base].denominator, year - base, slowest, fastest)


def judge(case: Case) -> Finding:
    """What is settled, and the key of the reason (`assessment.reasons` in the texts)."""
    if case.kind == "monitored":
        return Finding("watched", "watched") if _has_values(case.years) else _missing(case)
    if case.kind == "events":
        return _events(case)
    if case.kind == "every_year":
        return _every_year(case)
    if case.kind in ("period_mean", "period_total"):
        return _whole_period(case)
    return _due_year(case)


def _due_year(case: Case) -> Finding:
    decisive = case.frozen or case.years.get(case.due)
    if decisive and decisive.value is not None and decisive.is_closed:
        if decisive.blanks and case.bound.meets(decisive.value) == case.bound.is_upper:
            return _blank(case)
        return _held(case.bound.meets(decisive.value), "due_year")
    is_unknown = decisive is None or decisive.value is None
    if not _has_values(case.years):
        return _missing(case, case.due if case.is_due and is_unknown else None)
    settled = bounds.decide(case.possible(case.due), case.bound)
    if case.is_due and not settled:  # what is missing could still change it
        return _missing(case, case.due) if is_unknown else Finding(None, "due_year_not_closed")
    return _still_open(settled, "due_year")


def _whole_period(case: Case) -> Finding:
    span = range(case.start, case.due + 1)
    known = [case.years.get(year) for year in span]
    name = "mean" if case.kind == "period_mean" else "total"
    ranges = [case.possible(year) for year in span]
    whole = bounds.mean(ranges) if name == "mean" else bounds.total(ranges)
    if all(year and year.is_closed and year.value is not None for year in known):
        if any(year.blanks for year in known) and case.bound.meets(whole.low) == case.bound.is_upper:
            return _blank(case)
        return _held(case.bound.meets(whole.low), name)
    settled = bounds.decide(whole, case.bound)
    if case.is_due and settled:  # what is missing cannot change it
        return _held(settled == bounds.SECURED, name)
    gaps = missing_years(case.years, case.start, case.due, case.as_of)
    if case.is_due and gaps:
        return _missing_of_period(case, gaps)
    if not _has_values(case.years):
        return _missing(case)
    return Finding(None, "due_year_not_closed") if case.is_due else _still_open(settled, name)


def _every_year(case: Case) -> Finding:
    span = range(case.start, case.due + 1)
    settled = bounds.decide_every([case.possible(year) for year in span], case.bound)
    if case.is_due and settled:
        return _held(settled == bounds.SECURED, "every_year")
    if settled == bounds.OUT_OF_REACH:
        return Finding(settled, "every_year_out_of_reach")
    gaps = missing_years(case.years, case.start, case.due, case.as_of)
    if case.is_due and gaps:
        return _missing_of_period(case, gaps)
    if not _has_values(case.years) and not any(year.numerator is not None for year in case.years.values()):
        return _missing(case)
    if case.is_due and any(case.years[year].blanks for year in span if year in case.years):
        return _blank(case)
    return Finding(None, "due_year_not_closed") if case.is_due else _still_open(settled, "every_year")


def _events(case: Case) -> Finding:
    due = case.frozen or case.years.get(case.due)
    events = due.events if due else ()
    if due and due.is_closed:
        met, untimed = count_events(events, case.bound)
        if not events:
            return Finding("no_data", "not_tested")
        if met >= case.required_share * len(events):
            return Finding("met", "events_met")
        if met + untimed < case.required_share * len(events):
            return Finding("not_met", "events_not_met")
        return Finding("no_data", "untimed")
    late = any(closed and value is not None and not case.bound.meets(value) for value, closed in events)
    if late and case.required_share == 1:
        return _held(False, "events") if case.is_due else Finding(bounds.OUT_OF_REACH, "events_out_of_reach")
    if case.is_due:
        all_in = due is not None and not due.is_part
        return Finding(None, "due_year_not_closed") if events and all_in else _missing(case, case.due)
    if not any(year.events for year in case.years.values()):
        reasons = {year.missing_reason for year in case.years.values()}
        is_told = "not_tested" in reasons or (reasons and "not_reported" not in reasons)
        return Finding("no_data", "not_tested" if is_told else "not_reported")  # nothing received is no calm year
    return Finding(None, "events_open")


def count_events(events: Sequence[tuple[Fraction | None, bool]], bound: Bound) -> tuple[int, int]:
    """How many events met the bound, and how many have no time."""
    met = sum(value is not None and bound.meets(value) for value, _ in events)
    return met, sum(value is None for value, _ in events)


def judge_milestone(done: dt.date | None, due: int, as_of: dt.date, *, is_denied: bool = False) -> Finding:
    """A milestone is met when a dated return known at `as_of` says so, and the date is not after the due year.

    Args:
        done: Date that the return gives; None when no return says that it is done.
        due: Due year.
        as_of: The date.
        is_denied: A return of the due year or from after it says that it is not done.
    """
    if done is not None:
        return _held(done.year <= due, "milestone")
    if not is_over(due, as_of):
        return Finding(None, "milestone_open")
    return Finding("not_met", "milestone_not_done") if is_denied else Finding("no_data", "not_reported")


def judge_regions(findings: Sequence[Finding], *, is_due: bool) -> Finding:
    """One finding from those of all regions, each of which must meet its own bound.

    Args:
        findings: Of each region.
        is_due: The due year is over: a region that has not reported then leaves the whole without an answer.
    """
    settled = [finding.settled for finding in findings]
    for lost in ("not_met", "out_of_reach"):
        if lost in settled:
            return Finding(lost, f"regions_{lost}")
    if settled and all(verdict == "met" for verdict in settled):
        return Finding("met", "regions_met")
    if settled and all(verdict in ("met", "secured") for verdict in settled):
        return Finding("secured", "regions_secured")
    if is_due and "no_data" in settled:
        return Finding("no_data", "regions_not_reported")
    if all(verdict == "no_data" for verdict in settled):
        return findings[0] if findings else Finding("no_data", "not_reported")
    return Finding(None, "regions_open")


def lost_year(kind: str, years: Years, bound: Bound | None, span: Iterable[int], as_of: dt.date) -> int | None:
    """The first plan year that by itself breaks a demand on each year; None where none does, or the demand is another.

    A maximum is broken by what is counted so far, a minimum only by a year that is closed.
    """
    if kind != "every_year" or bound is None:
        return None
    for year in sorted(span):
        known = years.get(year)
        if known is None or known.numerator is None:
            continue
        value = known.numerator if known.value is None else known.value
        if (bound.is_upper or (is_over(year, as_of) and known.is_closed)) and not bound.meets(value):
            return year
    return None


def missing_years(years: Years, start: int, due: int, as_of: dt.date) -> list[int]:
    """Years of a plan that are over and have no value."""
    span = (year for year in range(start, due + 1) if is_over(year, as_of))
    return [year for year in span if (years.get(year) or YearValue(year)).value is None]


def _blank(case: Case) -> Finding:
    """No data, because records leave blank what is summed: what they hold may break a maximum, or reach a minimum."""
    return Finding("no_data", "blank_records" if case.bound.is_upper else "blank_records_short")


def _has_values(years: Years) -> bool:
    return any(year.value is not None for year in years.values())


def _held(met: bool, what: str) -> Finding:
    return Finding("met", f"{what}_met") if met else Finding("not_met", f"{what}_not_met")


def _still_open(settled: str | None, what: str) -> Finding:
    return Finding(settled, f"{what}_{settled}") if settled else Finding(None, f"{what}_open")


def _missing_of_period(case: Case, gaps: list[int]) -> Finding:
    """No data because of years of the plan; where they are only not reported, the sentence names all of them."""
    finding = _missing(case, gaps[0])
    if finding.reason != "year_not_reported":
        return finding
    some_in = any(case.years[year].value is not None for year in range(case.start, case.due + 1) if year in case.years)
    return Finding("no_data", "years_not_reported" if some_in else "no_year_reported", gaps[0])


def _missing(case: Case, year: int | None = None) -> Finding:
    """No data, for the reason of the year that is missed (the newest one that is over unless named)."""
    over = [y for y in case.years if is_over(y, case.as_of)]
    named = year if year is not None else max(over, default=None)
    missed = case.years.get(named) if named is not None else None
    reason = missed.missing_reason if missed and missed.missing_reason else "not_reported"
    if reason in ("not_over", "not_reported"):
        reason = "not_reported" if named is None else "year_not_reported"
    return Finding("no_data", reason, named)
