"""Facts of a quarter's records: accidents in every cut, measures of all kinds, hazards, disasters, news, what is owed.

Values come from the readers behind the page of the quarterly situation; each is written down as a fact when it is
asked for, with the SELECT of `pipelines.briefing.queries` that recomputes it.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from pipelines import meetings, shown, situation
from pipelines.assessment.significance import finding, tested
from pipelines.briefing import forms, queries
from pipelines.briefing.facts import Cell, Fact, FactBook
from pipelines.briefing.forms import Form
from pipelines.briefing.hazard_facts import HazardFacts
from pipelines.periods import periods_of
from pipelines.quarters import Quarter
from pipelines.reporting import KINDS, Reporting, why_not_compared
from pipelines.settings import Settings
from pipelines.situation import SUFFIXES, Row
from pipelines.texts import say

if TYPE_CHECKING:
    from pipelines.warehouse import Warehouse

WHEN = ("now", "before", "before2")
MANY = 10_000  # events of a region in a year, of which there are never that many


class QuarterFacts(HazardFacts):
    """One quarter of one plan's region, as one meeting sees it.

    Args:
        house: The build.
        settings: For what users write outside the build: meetings, seasons, changes of definition.
        quarter: Which quarter, and as known at which day.
        book: Where facts are written down.
    """

    def __init__(self, house: Warehouse, settings: Settings, quarter: Quarter, book: FactBook):
        self.house, self.settings, self.quarter, self.book = house, settings, quarter, book
        self.plan = book.plan
        self.region: str = book.plan["region_code"]
        self.known = quarter.known
        self._larger_query = queries.of_larger(self.region, self.known, quarter.end)
        self._reported: dict[tuple[str, int], dict[str, Reporting]] = {}

    # What the readers say

    @cached_property
    def regions(self) -> dict[str, Row]:
        """The code list of regions by code."""
        return {row["region_code"]: row for row in self.house.regions()}

    @cached_property
    def region_name(self) -> str:
        """Name of the plan's region."""
        return shown.named(self.regions.get(self.region, {})) or self.region

    @cached_property
    def children(self) -> list[Row]:
        """The regions directly below, with their level, by official code."""
        return [self.regions.get(row["region_code"], row) for row in self.house.children(self.region)]

    @property
    def has_records(self) -> bool:
        """Whether the plan rests on records at all, and the quarter had begun at the day at which it is seen."""
        return not situation.is_nation(self.plan) and not self.is_ahead and any(self._first_days.values())

    @property
    def is_ahead(self) -> bool:
        """Whether nothing of the quarter can be known yet."""
        return self.known < datetime.date(self.quarter.year, self.quarter.n * 3 - 2, 1)

    @cached_property
    def owed(self) -> list[Row]:
        """Returns of the region and all below it that were due at the day and not there, the newest first."""
        inside = {row["region_code"] for row in situation.below(self.regions.values(), self.region)}
        inside = {self.region} if situation.is_nation(self.plan) else inside
        return [row for row in self.house.missing_returns(self.known) if row["region_code"] in inside]

    @cached_property
    def missing(self) -> set[str]:
        """Kinds of record of which a return of the region itself for these months is out, or which were never sent."""
        return {kind for kind in KINDS if self.is_ahead or self.reporting(kind).is_out(self.region)}

    @cached_property
    def partly(self) -> set[str]:
        """Kinds of record of which a return of the region or of one below it for these months is out."""
        return {kind for kind in KINDS if self.reporting(kind).absent}

    @cached_property
    def heard(self) -> list[str]:
        """Names of the districts below that ever reported accidents, where others of them never did; else empty."""
        silent = self.reporting("accidents").silent
        found = [row for row in self.children if row["level"] == "district"] if silent else []
        return [shown.named(row) for row in found if row["region_code"] not in silent]

    def reporting(self, kind: str, back: int = 0, span: str = "to_date") -> Reporting:
        """What was there of the returns of some months, each year at the day at which it is looked at.

        Args:
            kind: Kind of record.
            back: Years back, up to five.
            span: As for `measure`.
        """
        if (span, back) not in self._reported:
            periods = periods_of(self.quarter, span)
            found = self.house.reporting(self.region, [(one.first, one.last, one.known) for one in periods])
            self._reported |= {(span, one.back): there for one, there in zip(periods, found, strict=True)}
        return self._reported[span, back][kind]

    def is_comparable(self, kind: str, span: str = "to_date", backs: Sequence[int] = (1,)) -> bool:
        """Whether this year's months stand beside others: no return of either is overdue, and nothing was defined anew.

        Args:
            kind: Kind of record.
            span: The months of the others, as for `measure`.
            backs: Years back of the others.
        """
        return not self.why_not_compared(kind, span, backs)

    def why_not_compared(self, kind: str, span: str = "to_date", backs: Sequence[int] = (1,)) -> str:
        """Why they do not: `definition`, `reported`, `before` (only the others are not whole); else an empty text."""
        if kind == "accidents" and not self.is_ahead and self.breaks:
            return "definition"
        now, others = self.reporting(kind), (self.reporting(kind, back, span) for back in backs)
        return "reported" if self.is_ahead else why_not_compared(now, others, self.region)

    @cached_property
    def breaks(self) -> list[Row]:
        """Changes of definition between the start of last year and the quarter's end, across which nothing compares."""
        first = datetime.date(self.quarter.year - 1, 1, 1)
        found = meetings.read_series_breaks(self.settings, self.region)
        return [row for row in found if first < row["begins_on"] <= self.quarter.end]

    @cached_property
    def cuts(self) -> list[Row]:
        """Accidents in every cut; no finding where the two years cannot be compared."""
        known = (self.plan["plan_id"], self.region, self.quarter.year, self.quarter.month, self.known)
        rows = self.house.situation(*known)
        untested = {"finding": None, "finding_of_industrial": None}
        return rows if self.is_comparable("accidents") else [{**row, **untested} for row in rows]

    def cut(self, name: str) -> list[Row]:
        """The parts of one cut."""
        return situation.of_cut(self.cuts, name)

    @cached_property
    def total(self) -> Row:
        """All accidents of the months."""
        return self.cut("total")[0]

    @cached_property
    def larger(self) -> Row:
        """`last_on` of the newest larger accident, `first_on` of the records, and see `since_larger`."""
        row = self.house.last_larger_accident(self.region, self.known, self.quarter.end)
        return situation.since_larger(self.house, self.region, self.quarter, row)

    @cached_property
    def control(self) -> list[Row]:
        """Control figures of the year; `is_own` marks those of the plan's own region."""
        found = self.house.control_figures(self.plan["plan_id"], self.known)
        return [
            {**one, "is_own": one["region_code"] == self.region} for one in found if one["year"] == self.quarter.year
        ]

    @cached_property
    def chances(self) -> Mapping[str, Sequence[Row]]:
        """What forecasts say of control figures and of the number of binding targets met."""
        return self.house.quarter_chances(self.plan["plan_id"], self.known)

    @cached_property
    def names(self) -> dict[str, Row]:
        """Names of the measures, by code."""
        sql = "SELECT code, name_zh, name_en FROM mart_codes WHERE list = 'measures'"
        return {row["code"]: row for row in self.house.query(sql)}

    @cached_property
    def seasons(self) -> meetings.Seasons:
        """Seasons and holidays, as users wrote them."""
        return meetings.read_seasons(self.settings)

    @cached_property
    def meeting(self) -> meetings.Meeting:
        """Decisions and views, as users wrote them."""
        return meetings.read_meeting(self.settings, self.plan["plan_id"])

    @cached_property
    def _value(self) -> situation.Value:
        quarter = self.quarter
        return situation.values(self.house.sums_to_date(self.region, quarter.year, quarter.month, self.known))

    @cached_property
    def _former(self) -> situation.Value:
        (period,) = periods_of(self.quarter, "former")
        asked = (self.region, period.first.year, period.last.month, period.known)
        return situation.values(self.house.sums_to_date(*asked))

    # Facts

    def count(self, row: Row, measure: str = "accidents", back: int = 0) -> Fact:
        """Accidents, deaths, serious injuries or loss of a part of a cut, this year (0), last year, or the year before.

        Args:
            row: A row of `cuts`.
            measure: accidents, deaths, serious_injuries, loss_fen.
            back: Years back, up to two.
        """
        cut, code = row["cut"], row["code"]
        address = f"{self._at}/to_date/{cut}/{code or 'all'}/{measure}/{WHEN[back]}"
        is_uncounted = situation.is_uncounted(self._value, queries.MEASURE_OF[measure], back)
        missing = "not_collected" if is_uncounted else self._unknown_part(row, back)
        periods = periods_of(self.quarter, "to_date")[:3]
        source = Cell(
            self._words("accidents", back),
            queries.of_cut(self.region, periods, cut),
            "unknown" if is_uncounted else measure,
            (("back", back), ("code", code)),
            None if missing else 0,
        )
        form = forms.of_sum(measure, least=situation.is_least(self._value, queries.MEASURE_OF[measure], back))
        value = None if missing else row[f"{measure}{SUFFIXES[back]}"]
        return self.book.add(address, value, source, form, _unit(measure), missing)

    def measure(self, name: str, back: int = 0, span: str = "to_date") -> Fact:
        """A measure of some months.

        Args:
            name: Code of the measure.
            back: Years back, up to five.
            span: From January on (`to_date`), the `quarter`, the quarter before (`former`, back 0), or the coming
                quarter in earlier years (`ahead`, from back 1).

        A zero of this year says that nothing happened; where returns are owed it is missing instead.
        """
        kind = situation.measure_kind(name)
        column = {"former": "quarter", "ahead": "next_quarter"}.get(span, span)
        sums = self._former if span == "former" else self._value
        value = sums(name, back, column)
        missing = self._why_missing(name, span, back, sums, column)
        is_now = span in ("to_date", "quarter") and not back
        least = situation.is_least(sums, name, back, column)
        form = forms.of_sum(name, least=least, is_told=is_now and not missing)
        source = Cell(
            self._words(kind, back, span),
            queries.of_kind(self.region, periods_of(self.quarter, span), kind),
            "unknown" if situation.is_uncounted(sums, name, back, column) else name,
            (("back", back),),
            None if missing else 0,
        )
        address = f"{self._at}/{span}/measures/{name}/{back}"
        return self.book.add(address, None if missing else value, source, form, _unit(name), missing)

    def plain(self, fact: Fact) -> Fact:
        """A measure with its zero as a number."""
        if not fact.form.zero:
            return fact
        return self.book.as_printed(fact, Form(fact.form.kind, fact.form.decimals, fact.form.factor), "plain")

    def in_full(self, fact: Fact, name: str) -> Fact:
        """A measure as tables print it: all its digits, in the unit that stands beside the measure's name."""
        return self.book.as_printed(fact, forms.in_full(fact.form, money=name.endswith("_fen")), "full")

    def mean(self, name: str, span: str = "to_date") -> Fact:
        """The mean of a measure over the same months of the five years before."""
        parts = [self.measure(name, back, span) for back in range(1, situation.YEARS + 1)]
        is_fine = not name.endswith("_fen") and abs(sum(p.value or 0 for p in parts)) < situation.FINE * situation.YEARS
        form = replace(forms.of_sum(name, least=any(p.form.least for p in parts)), decimals=1 if is_fine else 0)
        return self.book.work(f"{self._at}/{span}/measures/{name}/mean", "mean", parts, form, _unit(name))

    def quarter_finding(self, base: Fact, base_days: int) -> str:
        """Whether the quarter's accidents differ from those of another quarter by more than chance."""
        now = self.measure("accidents", 0, "quarter")
        if now.value is None or base.value is None:
            return "too_few"
        days = (self.quarter.end - datetime.date(self.quarter.year, self.quarter.n * 3 - 2, 1)).days + 1
        p_value = tested(now.value, base.value, days, base_days)
        return finding(now.value, base.value, p_value, days, base_days)

    @property
    def as_of(self) -> Fact:
        """The day at which the quarter is seen."""
        source = Cell(say("briefing.source.as_of"), self._larger_query, "known_on")
        return self.book.add(f"{self._at}/as_of", self.known, source, forms.DATE)

    def last_larger(self, name: str) -> Fact:
        """`last_on` of the newest larger accident, `first_on` of the records, `until`, or the `days` since either."""
        if name.startswith("days_"):
            day = self.last_larger(name.removeprefix("days_"))
            days, unit = (self.last_larger("until"), day), say("briefing.units.days")
            return self.book.work(f"{day.address}/days", "days", days, unit=unit)
        source = Cell(self._words("accidents"), self._larger_query, name)
        return self.book.add(f"{self._at}/larger/{name}", self.larger[name], source, forms.DATE)

    def places_without(self) -> Fact:
        """How many of the regions directly below had no accident; those that owe their returns do not count."""
        periods = periods_of(self.quarter, "to_date")[:1]
        parts = [row for row in self.cut("region") if row["code"]]
        owing = [row["code"] for row in parts if self._unknown_part(row, 0)]
        query = queries.of_places_without(self.region, periods, owing)
        n = sum(not row["accidents"] for row in parts) - len(owing)
        return self.book.add(f"{self._at}/places_without", n, Cell(self._words("accidents"), query, "n"))

    def hazard_events(self) -> list[tuple[Row, Fact]]:
        """Disaster events of the months by hazard, the most frequent first."""
        period = periods_of(self.quarter, "to_date")[0]
        events = self.house.records("disasters", self.region, period.first, period.last, self.known, None, MANY)
        found: dict[str, list[Row]] = {}
        for event in events:
            found.setdefault(event["hazard_code"], []).append(event)
        ranked = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
        query, words = queries.of_hazards(self.region, period), self._words("disasters")
        at, unit = f"{self._at}/disasters/hazards", say("briefing.units.events")
        cells = {code: Cell(words, query, "events", (("code", code),), 0) for code, _ in ranked}
        return [(rows[0], self.book.add(f"{at}/{code}", len(rows), cells[code], unit=unit)) for code, rows in ranked]

    @cached_property
    def news(self) -> dict[str, Fact] | None:
        """What became known of accidents since the meeting before; None where there was none."""
        if self.quarter.earlier is None or not self.has_records:
            return None
        start = situation.news_since(self.quarter.year)
        row = self.house.changes_between(self.region, start, self.quarter.earlier, self.known)
        query = queries.of_news(self.region, start, self.quarter.earlier, self.known)
        words = self._words("accidents")
        return {name: self.book.add(f"{self._at}/news/{name}", row[name], Cell(words, query, name)) for name in row}

    # Inside

    @property
    def _at(self) -> str:
        return f"quarter/{self.quarter.code}"

    def _words(self, kind: str, back: int = 0, span: str = "to_date") -> str:
        return say(f"briefing.source.{span}", kind=say(f"app.kinds.{kind}"), region=self.region_name, back=str(back))

    def _why_missing(self, name: str, span: str, back: int, sums: situation.Value, column: str) -> str:
        kind = situation.measure_kind(name)
        found = Reporting(kind, owed=1) if self.is_ahead else self.reporting(kind, back, span)
        return situation.why_missing(sums, name, back, column, found)

    @cached_property
    def _first_days(self) -> dict[str, datetime.date]:
        """The first day of the region's records of each kind."""
        inside = "SELECT a.region_code FROM core_regions__ancestors AS a WHERE a.ancestor_code = $region"
        parts = " UNION ALL ".join(
            f"SELECT '{kind}' AS kind, MIN({queries.DATE_COLUMNS[kind]}) AS first_on FROM core_{kind}__versions "
            f"WHERE region_code IN ({inside})"
            for kind in KINDS
        )
        return {row["kind"]: row["first_on"] for row in self.house.query(parts, {"region": self.region})}

    def _unknown_part(self, row: Row, back: int) -> str:
        """Why a part's zero is not known: its returns are out, or the records do not go back so far."""
        if row[f"accidents{SUFFIXES[back]}"]:
            return ""
        found = self.reporting("accidents", back)
        if row["cut"] == "region" and row["code"]:
            return found.why_missing(lambda one: not one.is_out(self.region) and row["code"] not in one.absent)
        return found.why_missing()


def _unit(measure: str) -> str:
    return say(f"briefing.units.{measure}")
