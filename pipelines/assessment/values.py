"""Yearly values of an indicator as known at one date: numerator, denominator, and what is missing and why."""

from __future__ import annotations

import datetime as dt
import functools
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from pipelines.assessment.arithmetic import exact
from pipelines.assessment.blanks import Blank
from pipelines.assessment.disputes import Dispute, disputes
from pipelines.assessment.prints import Print, is_year_figure, pick_vintage
from pipelines.assessment.returns import is_live
from pipelines.assessment.series import KIND_BASES, Event, Facts
from pipelines.catalogue.model import Denominator, Indicator
from pipelines.record_measures import GRADED_BY

REPORTING_WINDOW = dt.timedelta(days=30)
"""Deaths within thirty days belong to an accident; until then a month is not closed."""


class YearValue(NamedTuple):
    """One calendar year of an indicator.

    Attributes:
        year: Calendar year.
        value: In the indicator's own unit, exact; None = no value, and `missing_reason` says why.
        numerator: What is counted so far (money in 分); see `is_part`.
        denominator: What it is divided by; None for a count or when it is not known.
        firm: The part of the numerator whose reporting window is closed.
        is_complete: The whole year is over, every owed return is in to the end of its period (on 31 December, when the
            last one can at best be in so far, none is), and the denominator is known.
        is_closed: Complete, and the reporting window of its last month is closed.
        is_final: Closed, and older than the years that the catalogue calls open to revision.
        is_part: The year is over and owed returns have not come: what is counted is a part, and no year's figure.
        n_out: How many owed returns of a year that is over have not come; 0 where no calendar asks for them.
        n_silent: Districts below that never reported: what the others sent is no figure of the whole.
        missing_reason: not_reported, doubted, not_collected, not_applicable, suppressed, not_tested, not_over.
        vintage: Print of the denominator (or of the statistic itself) that was used.
        is_of_edition: That print of the denominator belongs to the revision that the judged year uses.
        is_least: The grades that are counted were derived without injuries or loss for some records: there may be more.
        blanks: Records that leave blank what is summed: the sum is no less than that. Without a denominator because of
            such records, there is no value.
        lacking: Files that lack the column which is summed: `file`, and the column as `zh` and `en`.
        disputes: Statistics behind the value of which another source prints something else.
        events: For event indicators: (value or None when untimed, is closed) of each event that counts.
    """

    year: int
    value: Fraction | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    firm: Fraction = Fraction(0)
    is_complete: bool = False
    is_closed: bool = False
    is_final: bool = False
    is_part: bool = False
    n_out: int = 0
    n_silent: int = 0
    missing_reason: str | None = None
    vintage: str = ""
    is_of_edition: bool = True
    is_least: bool = False
    blanks: tuple[Blank, ...] = ()
    lacking: tuple[Mapping[str, str], ...] = ()
    disputes: tuple[Dispute, ...] = ()
    events: tuple[tuple[Fraction | None, bool], ...] = ()


class Divisor(NamedTuple):
    """What a year is divided by; see `YearValue`."""

    value: Fraction | None
    vintage: str = ""
    is_of_edition: bool = True
    disputes: tuple[Dispute, ...] = ()
    blanks: tuple[Blank, ...] = ()


@dataclass(frozen=True)
class Reader:
    """How one indicator is read for one region.

    Attributes:
        facts: What was known when.
        indicator: The definition.
        region: Region code that is summed up to.
        kinds: Kind of record of each measure (`data/codes/measures.csv`).
        figures: `records`, or `published` where published totals stand for records.
        constant_prices: Divide by the statistic at constant prices instead.
    """

    facts: Facts
    indicator: Indicator
    region: str
    kinds: Mapping[str, str]
    figures: str = "records"
    constant_prices: bool = False

    def years(self, as_of: dt.date) -> dict[int, YearValue]:
        """Every year from the first with anything known to the year of the as-of date, without gaps."""
        if self.indicator.form == "worst_event":
            return self._event_years(as_of)
        counted = self._counted(as_of)
        if not counted:
            return {}
        judged = max((year for year in counted if is_over(year, as_of)), default=None)
        divisors = self._divisors(as_of, judged)
        first, last = min(counted), max(as_of.year, max(counted))
        return {
            year: self._finish(counted.get(year, YearValue(year, missing_reason="not_reported")), divisors, as_of)
            for year in range(first, last + 1)
            if year <= as_of.year
        }

    def _counted(self, as_of: dt.date) -> dict[int, YearValue]:
        source, name = self.indicator.numerator.source(self.figures)
        return self._from_records(name, as_of) if source == "measure" else self._from_returns(name, as_of)

    def _from_records(self, measure: str, as_of: dt.date) -> dict[int, YearValue]:
        """Yearly sums of a measure; computed once for all indicators that count it."""
        key = ("records", self.region, measure, self.kinds[measure], as_of)
        return self.facts.once(key, lambda: self._sums(measure, as_of))

    def _sums(self, measure: str, as_of: dt.date) -> dict[int, YearValue]:
        kind = self.kinds[measure]
        months = self.facts.months(self.region, measure, as_of)
        sums: dict[int, int] = defaultdict(int)
        closed: dict[int, int] = defaultdict(int)
        for (year, month), amount in months.items():
            sums[year] += amount
            if month_is_closed(year, month, as_of):
                closed[year] += amount
        unknown = {year for year, _ in self.facts.unknown_months(self.region, measure, as_of)}
        graded_by = GRADED_BY.get(measure, ())
        least = {year for base in graded_by for year, _ in self.facts.unknown_months(self.region, base, as_of)}
        blanks = self.facts.blanks(self.region, measure, as_of)
        if graded_by:  # not a blank in a sum: an accident that may be of a higher grade than its dead alone make it
            least, blanks = least | set(blanks), {}
        seen = set(sums) | unknown
        for base in KIND_BASES[kind]:
            seen |= {year for year, _ in self.facts.months(self.region, base, as_of)}
        found: dict[int, YearValue] = {}
        for year in sorted(seen | self._owing(kind, as_of)):
            owed, in_hand, whole = self.facts.owed(self.region, kind, year, as_of)
            over, silent = is_over(year, as_of), self.facts.silent(self.region, kind, as_of)
            n_out = owed - in_hand - silent if over else 0
            if not in_hand and (owed or year not in seen):  # withdrawn records leave months that sum to zero
                reason = "not_reported" if owed else "not_collected"
                found[year] = YearValue(year, n_out=n_out, n_silent=silent, missing_reason=reason)
                continue
            if year in unknown:  # what the other files add up is a part, and no less than that
                files = tuple(self.facts.lacking(self.region, measure, year, as_of))
                firm = Fraction(max(closed[year], 0))
                found[year] = YearValue(year, firm=firm, missing_reason="not_collected", lacking=files)
                continue
            all_in = in_hand == owed
            found[year] = YearValue(
                year,
                numerator=Fraction(sums[year]),
                firm=Fraction(max(closed[year], 0)),
                is_complete=over and whole == owed,
                is_closed=over and whole == owed and month_is_closed(year, 12, as_of),
                is_part=over and not all_in,
                n_out=n_out,
                n_silent=silent,
                is_least=year in least,
                blanks=blanks.get(year, ()),
                missing_reason="not_reported" if over and not all_in else None,
            )
        return found

    def _owing(self, kind: str, as_of: dt.date) -> set[int]:
        return {year for year in self.facts.owing_years(self.region, kind) if year <= as_of.year}

    def _from_returns(self, statistic: str, as_of: dt.date) -> dict[int, YearValue]:
        found: dict[int, YearValue] = {}
        rows = self.facts.returns(self.region, statistic, as_of)
        picked = pick_vintage(rows, None)
        disputed = self._disputed(statistic, as_of, picked)
        for year, (value, vintage, _) in picked.items():
            if is_over(year, as_of):
                whole = {"is_complete": True, "is_closed": True, "vintage": vintage}
                told = tuple(disputed[one] for one in (year,) if one in disputed)
                found[year] = YearValue(year, numerator=value, firm=value, disputes=told, **whole)
        for row in sorted(rows, key=lambda row: (row.period_end, row.known_on)):
            year = row.period_end.year
            if row.frequency == "quarter_ytd" and not is_over(year, as_of):
                found[year] = YearValue(year, numerator=row.value, firm=row.value, vintage=row.vintage)
        return found

    def _disputed(self, statistic: str, as_of: dt.date, used: Mapping[int, Print]) -> dict[int, Dispute]:
        """Years of which another source prints something else than what is used."""
        rows = self.facts.all_returns.of_all_sources(self.region, statistic, as_of)
        return disputes(statistic, rows, used)

    def _divisors(self, as_of: dt.date, judged: int | None) -> dict[int, Divisor]:
        below = self.indicator.denominator
        if below is None:
            return {}
        if below.measure and self.figures == "records":
            counted = self._from_records(below.measure, as_of)
            return {
                year: Divisor(None if row.is_part or row.blanks else row.numerator, blanks=row.blanks)
                for year, row in counted.items()
            }
        name = self._denominator_name(below)
        ends = pick_vintage(self.facts.prints(self.region, name, as_of), judged)
        disputed = self._disputed(name, as_of, ends)
        back = 1 if below.at == "mean_of_year_ends" else 0
        return {
            year: Divisor(
                (end.value + ends[year - back].value) / 2,
                end.vintage,
                end.is_of_edition,
                tuple(disputed[one] for one in sorted({year - back, year}) if one in disputed),
            )
            for year, end in ends.items()
            if year - back in ends
        }

    def _denominator_name(self, below: Denominator) -> str:
        if self.constant_prices and below.constant_prices:
            return below.constant_prices
        return below.source(self.figures)[1]

    def _finish(self, year: YearValue, divisors: Mapping[int, Divisor], as_of: dt.date) -> YearValue:
        """Divide, and settle whether the year has a value, is complete and is final."""
        wants_divisor = self.indicator.denominator is not None
        by = divisors.get(year.year, Divisor(None, "" if wants_divisor else year.vintage))
        below, blanks = by.value, (*year.blanks, *by.blanks)
        reason, value = year.missing_reason, None
        if not is_over(year.year, as_of):
            reason = "not_over"
        elif reason is None and wants_divisor:
            reason = self._no_rate(below)
        if reason == "not_reported" and year.year in self._doubted_years(as_of):
            reason = "doubted"
        if reason is None:
            value = year.numerator / below * self.scale if wants_divisor else year.numerator
        known = not wants_divisor or below is not None
        is_known = value is not None and not blanks
        return YearValue(
            year=year.year,
            value=value,
            numerator=year.numerator,
            denominator=below,
            firm=year.firm,
            is_complete=year.is_complete and known,
            is_closed=year.is_closed and known,
            is_final=is_known and year.is_closed and is_over(year.year + self.indicator.revise.years, as_of),
            is_part=year.is_part,
            n_out=year.n_out,
            n_silent=year.n_silent,
            is_least=year.is_least,
            blanks=blanks,
            lacking=year.lacking,
            disputes=(*year.disputes, *by.disputes),
            missing_reason=reason,
            vintage=by.vintage,
            is_of_edition=by.is_of_edition,
        )

    @property
    def scale(self) -> Fraction:
        """The indicator's factor."""
        return exact(self.indicator.scale)

    def _doubted_years(self, as_of: dt.date) -> set[int]:
        """Years whose figure of a statistic, above or below the line, is there and cannot be right."""
        operands = [self.indicator.numerator.source(self.figures)]
        if (divisor := self.indicator.denominator) is not None:
            source, _ = divisor.source(self.figures)
            operands.append((source, self._denominator_name(divisor)))
        rows = (
            row
            for source, name in operands
            if source == "statistic"
            for row in self.facts.all_returns.doubted(self.region, name, as_of)
        )
        return {row.period_end.year for row in rows if is_year_figure(row)}

    def _no_rate(self, below: Fraction | None) -> str | None:
        """Why a year with this denominator has no rate; None when it has one."""
        if below is None:
            return "not_reported"
        if below <= 0:
            return "not_applicable"
        smallest = self.indicator.minimum.denominator
        return "suppressed" if smallest is not None and below < exact(smallest) else None

    def event_versions(self) -> list[Event]:
        """Every version of the events that the indicator asks about, also those that stopped counting."""
        operand = self.indicator.numerator
        return [
            event
            for event in self.facts.event_versions(self.region)
            if (operand.hazards is None or event.hazard_code in operand.hazards) and _counts(event, operand.event)
        ]

    def _event_years(self, as_of: dt.date) -> dict[int, YearValue]:
        if self.figures == "published":
            return {}
        events = [event for event in self.event_versions() if is_live(event, as_of)]
        years = {event.started_on.year for event in events if event.started_on.year <= as_of.year}
        years |= self._owing("disasters", as_of)
        first = min(years, default=as_of.year + 1)
        return {year: self._event_year(year, events, as_of) for year in range(first, as_of.year + 1)}

    def _event_year(self, year: int, events: list[Event], as_of: dt.date) -> YearValue:
        mine = tuple(
            (event.values[self.indicator.numerator.event], event.started_on + REPORTING_WINDOW <= as_of)
            for event in events
            if event.started_on.year == year
        )
        timed = [value for value, _ in mine if value is not None]
        owed, in_hand, whole = self.facts.owed(self.region, "disasters", year, as_of)
        over, silent = is_over(year, as_of), self.facts.silent(self.region, "disasters", as_of)
        complete = over and whole == owed
        closed = complete and month_is_closed(year, 12, as_of)
        reason = None
        if not over:
            reason = "not_over"
        elif in_hand < owed:
            reason = "not_reported"  # the worst event may be in a return that has not come
        elif not timed:
            reason = "not_reported" if mine else "not_tested"
        return YearValue(
            year,
            value=max(timed) if reason is None else None,
            is_complete=complete,
            is_closed=closed,
            is_part=over and in_hand < owed,
            n_out=owed - in_hand - silent if over else 0,
            n_silent=silent,
            is_final=closed and is_over(year + self.indicator.revise.years, as_of),
            missing_reason=reason,
            events=mine,
        )


def _counts(event: Event, column: str) -> bool:
    """Whether the event asks for the time at all: where nobody was affected, nobody waited for relief."""
    return event.values[column] is not None or event.affected != 0 or not column.startswith("hours_")


@functools.lru_cache(maxsize=1 << 14)
def is_over(year: int, as_of: dt.date) -> bool:
    """Whether the whole calendar year has passed at the end of `as_of`."""
    return as_of >= dt.date(year, 12, 31)


@functools.lru_cache(maxsize=1 << 16)
def month_is_closed(year: int, month: int, as_of: dt.date) -> bool:
    """Whether the reporting window of a month is closed at the end of `as_of`."""
    following = dt.date(year + month // 12, month % 12 + 1, 1)
    return following - dt.timedelta(days=1) + REPORTING_WINDOW <= as_of
