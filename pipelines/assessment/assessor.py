"""Reads the facts once for all plans, and hands out yearly values that are computed once each."""

from __future__ import annotations

import csv
import datetime as dt
import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.assessment.comparisons import one_year_before
from pipelines.assessment.control_figures import CONTROLLED
from pipelines.assessment.lateness import Lateness
from pipelines.assessment.rejected import Rejects
from pipelines.assessment.series import KIND_BASES, Ask, Facts, children_of, newest_known_on
from pipelines.assessment.values import REPORTING_WINDOW, Reader, YearValue
from pipelines.catalogue.model import Indicator, Operand
from pipelines.errors import PipelineError
from pipelines.plans import Plan, Target
from pipelines.record_measures import GRADED_BY, UNKNOWN
from pipelines.settings import Settings
from pipelines.sources.codes import invalid_list, why_unreadable


@dataclass(frozen=True)
class SeriesBreak:
    """A change of definition, from which day on, for one region; names are what a chart says beside its line."""

    code: str
    begins_on: dt.date
    name_zh: str = ""
    name_en: str = ""

    def lies_between(self, first: int, last: int) -> bool:
        """Whether the yearly values of two years stand on different sides of the break."""
        return self.is_within(dt.date(first, 1, 1), dt.date(last, 12, 31))

    def is_within(self, first: dt.date, last: dt.date) -> bool:
        """Whether what is counted from `first` to `last` is not all of one definition."""
        return first < self.begins_on <= last


@dataclass(frozen=True)
class Office:
    """What does not depend on a date: definitions, plans, settings and code lists.

    Attributes:
        settings: Thresholds.
        catalogue: Indicators by id.
        plans: Plans by id; inherited targets look into them.
        kinds: Kind of record of each measure.
        units: Unit of each measure of records and returns.
        breaks: Series breaks by region.
        regions: Names of each region, `{"zh": …, "en": …}`.
        measures: Names of each measure of records and returns, likewise.
    """

    settings: Settings
    catalogue: Mapping[str, Indicator]
    plans: Mapping[str, Plan]
    kinds: Mapping[str, str] = field(default_factory=dict)
    breaks: Mapping[str, tuple[SeriesBreak, ...]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    regions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    measures: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def open(cls, settings: Settings, catalogue: Mapping[str, Indicator], plans: Mapping[str, Plan]) -> Office:
        """Read the code lists beside what is given."""
        codes = settings.path("codes")
        counted = _rows(codes / "measures.csv", "measure", "name_zh", "name_en", "kind", "unit")
        returned = _rows(codes / "statistics_measures.csv", "measure", "name_zh", "name_en", "unit")
        kinds = {row["measure"]: row["kind"] for row in counted}
        units = {row["measure"]: row["unit"] for row in [*returned, *counted]}
        measures = {row["measure"]: {"zh": row["name_zh"], "en": row["name_en"]} for row in [*returned, *counted]}
        breaks: dict[str, list[SeriesBreak]] = {}
        for region, known in read_breaks(codes):
            breaks.setdefault(region, []).append(known)
        of_regions = {region: tuple(found) for region, found in breaks.items()}
        listed = _rows(codes / "regions.csv", "region_code", "name_zh", "name_en")
        names = {row["region_code"]: {"zh": row["name_zh"], "en": row["name_en"]} for row in listed}
        return cls(settings, catalogue, plans, kinds, of_regions, units, names, measures)

    def indicator(self, plan: Plan, target: Target) -> Indicator:
        """The definition of a target.

        Raises:
            PipelineError: The catalogue has no such indicator.
        """
        if target.indicator not in self.catalogue:
            raise PipelineError("assessment_indicator", where=plan.id, target=target.id, indicator=target.indicator)
        return self.catalogue[target.indicator]

    def unit_of(self, operand: Operand | None) -> str | None:
        """Canonical unit of what an operand counts (money is 分); None for an event's own column and for none."""
        return self.units.get(operand.measure or operand.statistic or "") if operand else None

    def breaks_of(self, region: str, indicator: Indicator) -> list[SeriesBreak]:
        """Breaks of the indicator in the region."""
        return [known for known in self.breaks.get(region, ()) if known.code in indicator.breaks]


class Archive:
    """Facts of a set of plans at a set of dates, with every yearly series kept once it is computed."""

    def __init__(self, ask: Ask, office: Office, plans: Iterable[Plan], dates: Mapping[str, list[dt.date]]):
        self.office = office
        plans = list(plans)
        own = {plan.region_code for plan in plans}
        self.children = children_of(ask, own)
        named = {code for plan in plans for target in plan.targets for code in target.each_region or ()}
        below = {code for found in self.children.values() for code in found}
        measures, statistics = _names(office, plans)
        points = _points(office, plans, dates)
        preferred = office.settings.statistics.preferred
        self.facts = Facts(ask, own | named, measures, statistics, points, below, preferred)
        self._years: dict[tuple, dict[int, YearValue]] = {}
        self._ask, self._own, self._read = ask, own, own | named

    @functools.cached_property
    def lateness(self) -> Lateness:
        """Delays of the reports of what control figures limit."""
        return Lateness(self._ask, self._own, CONTROLLED.values())

    @functools.cached_property
    def rejects(self) -> Rejects:
        """Rejected rows of the records of all regions that are read."""
        return Rejects(self._ask, self._read)

    def reader(self, plan: Plan, target: Target, region: str | None = None, *, constant_prices: bool = False) -> Reader:
        """How a target's indicator is read, for the plan's region or one below it."""
        indicator = self.office.indicator(plan, target)
        code = region or plan.region_code
        return Reader(self.facts, indicator, code, self.office.kinds, plan.figures, constant_prices)

    def years(self, reader: Reader, as_of: dt.date) -> dict[int, YearValue]:
        """Yearly values as known at a date."""
        key = (reader.indicator.id, reader.region, reader.figures, reader.constant_prices, as_of)
        if key not in self._years:
            self._years[key] = reader.years(as_of)
        return self._years[key]

    def frozen(self, reader: Reader, due: int, as_of: dt.date) -> YearValue | None:
        """The due year as it stood at the first date at which it was final; None before that.

        Looked for on the first day on which it can be final, then at the quarter-ends, then at the date itself, so that
        the answer does not depend on which other plans are assessed.
        """
        first = first_final_date(reader.indicator, due)
        if first > as_of:
            return None
        later = [day for day in quarter_ends(first.year, as_of) if day > first]
        for point in dict.fromkeys((first, *later, as_of)):
            known = self.years(reader, point).get(due)
            if known and known.is_final and (known.value is not None or known.missing_reason == "not_tested"):
                return known
        return None


def first_final_date(indicator: Indicator, year: int) -> dt.date:
    """The first day on which a year can be final: window closed, and the years open to revision over."""
    return max(dt.date(year, 12, 31) + REPORTING_WINDOW, dt.date(year + indicator.revise.years, 12, 31))


def quarter_ends(first_year: int, last: dt.date) -> list[dt.date]:
    """Every quarter-end from the first quarter of a year up to a date."""
    days = ((3, 31), (6, 30), (9, 30), (12, 31))
    ends = (dt.date(year, month, day) for year in range(first_year, last.year + 1) for month, day in days)
    return [end for end in ends if end <= last]


def as_of_dates(ask: Ask, plans: Iterable[Plan], today: dt.date) -> dict[str, list[dt.date]]:
    """The dates at which each plan is assessed: its quarter-ends, and the newest date at which anything became known.

    The newest date is one for all plans that rest on records, so that a district in which nothing happened for a week
    is not a week older than its city; and one for those that rest on published totals. A plan whose region has no data
    at all has no dates.
    """
    plans = list(plans)
    newest = newest_known_on(ask, {plan.region_code for plan in plans}, today)
    last: dict[str, dt.date] = {}
    for plan in plans:
        if plan.region_code in newest:
            last[plan.figures] = max(newest[plan.region_code], last.get(plan.figures, dt.date.min))
    return {
        plan.id: sorted({*quarter_ends(plan.period.start, last[plan.figures]), last[plan.figures]})
        if plan.region_code in newest
        else []
        for plan in plans
    }


def _points(office: Office, plans: list[Plan], dates: Mapping[str, list[dt.date]]) -> set[dt.date]:
    """Dates asked for, the same days a year before, and those at which a due year may have become final before them."""
    points: set[dt.date] = set()
    for plan in plans:
        mine = dates[plan.id]
        points |= {*mine, *map(one_year_before, mine)}
        if mine:
            finals = {first_final_date(office.indicator(plan, target), target.due_year) for target in plan.targets}
            past = {day for day in finals if day <= max(mine)}
            points |= past
            points |= {day for day in quarter_ends(min(past).year, max(mine)) if day > min(past)} if past else set()
    return points


def _names(office: Office, plans: list[Plan]) -> tuple[set[str], set[str]]:
    """Measures and statistics that the targets of the plans read."""
    measures = {base for bases in KIND_BASES.values() for base in bases} | set(CONTROLLED.values())
    statistics = set(CONTROLLED)
    for plan in plans:
        for target in plan.targets:
            indicator = office.indicator(plan, target)
            for operand in filter(None, (indicator.numerator, indicator.denominator)):
                source, name = operand.source(plan.figures)
                (measures if source == "measure" else statistics).add(name)
                measures |= {f"{base}{UNKNOWN}" for base in GRADED_BY.get(name, ())}
            if indicator.denominator and indicator.denominator.constant_prices:
                statistics.add(indicator.denominator.constant_prices)
    return measures, statistics


def read_breaks(codes: Path) -> list[tuple[str, SeriesBreak]]:
    """Every change of definition with its region, as `data/codes/series_breaks.csv` lists them.

    Raises:
        PipelineError: `code_list_invalid`: the list cannot be read, lacks a column, or holds a day that is none.
    """
    file = codes / "series_breaks.csv"
    found = []
    rows = _rows(file, "break_code", "region_code", "begins_on", "name_zh", "name_en")
    for line, row in enumerate(rows, start=2):
        try:
            begins_on = dt.date.fromisoformat(row["begins_on"] or "")
        except ValueError:
            wrong = {"line": line, "column": "begins_on", "value": row["begins_on"]}
            raise invalid_list(f"data/codes/{file.name}", "value", **wrong) from None
        found.append((row["region_code"], SeriesBreak(row["break_code"], begins_on, row["name_zh"], row["name_en"])))
    return found


def _rows(file: Path, *needed: str) -> list[dict[str, str]]:
    where = f"data/codes/{file.name}"
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened)
            rows, found = list(reader), reader.fieldnames or ()
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise invalid_list(where, *why_unreadable(fault)) from None
    lacking = [column for column in needed if column not in found]
    if lacking:
        raise invalid_list(where, "columns_missing", columns=", ".join(lacking))
    return rows
