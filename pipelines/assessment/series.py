"""Everything the assessments need from the marts, read in a few queries for all plan regions and as-of dates.

Signed deltas are cut at the as-of dates inside the database; what is known later than the date asked for is never
added.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import operator
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pipelines.assessment.arithmetic import exact
from pipelines.assessment.blanks import Blank, Blanks
from pipelines.assessment.owed import OWED, Owed, by_year
from pipelines.assessment.places import Places
from pipelines.assessment.returns import Ask, Return, Returns
from pipelines.assessment.silent import Silent
from pipelines.record_measures import SUMMED, UNKNOWN

Month = tuple[int, int]
EVENT_COLUMNS = ("hours_to_first_supplies", "hours_to_basic_relief", "warning_delay_seconds")
KIND_BASES = {
    "accidents": ("accidents",),
    "disasters": ("disaster_events",),
    "inspections": ("inspections",),
    "training": ("training_sessions", "drills"),
}
"""Measures that show that anything at all was reported of a kind of record."""


@dataclass(frozen=True)
class Event:
    """One version of one disaster event; `record` is the reporting region and the id of the record."""

    record: str
    hazard_code: str
    started_on: dt.date
    values: dict[str, Fraction | None]
    affected: int | None
    known_on: dt.date
    superseded_on: dt.date | None


class Facts:
    """What was known at each of a set of as-of dates about a set of regions, districts and towns below them included.

    Args:
        ask: Answers a SELECT on the marts.
        regions: Region codes to sum up to.
        measures: Measures of records to read.
        statistics: Measures of statistical returns to read.
        as_of_dates: The only dates that may be asked for.
        only_returns: Further regions whose statistical returns, but not records, are read.
        preferred: Sources whose returns of a period count before those of any other, the first before all.
    """

    def __init__(
        self,
        ask: Ask,
        regions: Iterable[str],
        measures: Iterable[str],
        statistics: Iterable[str],
        as_of_dates: Iterable[dt.date],
        only_returns: Iterable[str] = (),
        preferred: Sequence[str] = (),
    ):
        self.points = sorted(set(as_of_dates))
        self._dates = frozenset(self.points)
        self._deltas: dict[tuple[str, str], list[tuple]] = {}
        self._events: dict[str, list[tuple]] = defaultdict(list)
        self._owed: dict[tuple[str, str], list[tuple]] = defaultdict(list)
        self._known: dict[tuple, dict] = {}
        wanted = sorted(set(regions))
        counted = set(measures)
        self.places = Places(ask)
        self._silent = Silent(ask, wanted)
        self._blanks = Blanks(ask, wanted, counted)
        self._read_deltas(ask, wanted, sorted(counted | {f"{name}{UNKNOWN}" for name in counted & set(SUMMED)}))
        self._lacking = ask(_LACKING, [wanted]) if any(name.endswith(UNKNOWN) for _, name in self._deltas) else []
        self.all_returns = Returns(ask, {*wanted, *only_returns}, statistics, preferred)
        # Rows as they come: most of them are never looked at.
        for region, *rest in ask(_EVENTS, [wanted]):
            self._events[region].append(rest)
        for region, kind, *rest in ask(OWED, [wanted]):
            self._owed[region, kind].append(rest)

    def once(self, key: tuple, compute: Callable[[], Any]) -> Any:
        """What was computed under this key, now if not before; nobody may change it."""
        if key not in self._known:
            self._known[key] = compute()
        return self._known[key]

    def months(self, region: str, measure: str, as_of: dt.date) -> dict[Month, int]:
        """Sum of a measure by month as known at `as_of`; a month without any record is absent."""
        parts = self.by_sector(region, measure, as_of)
        key = ("months", region, measure, as_of)
        if key not in self._known:
            total: dict[Month, int] = defaultdict(int)
            for months in parts.values():
                for month, amount in months.items():
                    total[month] += amount
            self._known[key] = dict(total)
        return self._known[key]

    def unknown_months(self, region: str, measure: str, as_of: dt.date) -> set[Month]:
        """Months with records, live at `as_of`, in files without the column that the measure adds up: no sum of it."""
        return {month for month, records in self.months(region, f"{measure}{UNKNOWN}", as_of).items() if records}

    def lacking(self, region: str, measure: str, year: int, as_of: dt.date) -> list[dict[str, str]]:
        """Files of a year that lack the column of a measure: `file`, and the column as `zh` and `en`."""
        there = (
            {"file": path, "zh": one["name_zh"], "en": one["name_en"]}
            for code, told_of, path, remarks, known_on, gone_on in self._lacking
            if (code, told_of) == (region, year) and known_on <= as_of and (gone_on is None or gone_on > as_of)
            for one in json.loads(remarks)
            if measure in one.get("measures", ())
        )
        return list({one["file"]: one for one in there}.values())

    def by_sector(self, region: str, measure: str, as_of: dt.date) -> dict[str, dict[Month, int]]:
        """Sum by sector and month as known at `as_of`; '' holds what is not by sector."""
        return self._cut("sector", region, measure, as_of)

    def by_child(self, region: str, measure: str, as_of: dt.date) -> dict[str, dict[Month, int]]:
        """Sum by the next lower region; records of the region itself stand under its own code (not assigned)."""
        return self._cut("child", region, measure, as_of)

    def returns(self, region: str, measure: str, as_of: dt.date, sector: str = "") -> list[Return]:
        """Live returns of one statistic at `as_of`, the newest known last; `sector` '' = all sectors."""
        key = ("returns", region, measure, sector, as_of)
        return self.once(key, lambda: self.all_returns.live(region, measure, as_of, sector))

    def prints(self, region: str, measure: str, as_of: dt.date) -> list[Return]:
        """Every print of a statistic that is known at `as_of`, earlier revisions included, the newest known last."""
        return self.once(("prints", region, measure, as_of), lambda: self.all_returns.prints(region, measure, as_of))

    def event_versions(self, region: str) -> Sequence[Event]:
        """Every version of the disaster events of the region and all below it, also those that stopped counting."""
        return self.once(("events", region), lambda: [_event(*row) for row in self._events.get(region, ())])

    def blanks(self, region: str, measure: str, as_of: dt.date) -> dict[int, tuple[Blank, ...]]:
        """Records by year, live at a date, that leave blank what a measure adds up."""
        return self.once(("blanks", region, measure, as_of), lambda: self._blanks.of(region, measure, as_of))

    def owed(self, region: str, kind: str, year: int, as_of: dt.date) -> tuple[int, int, int]:
        """How many returns of one kind are owed for a year, how many are in at `as_of`, and how many of them whole.

        A district that never reported owes one, whatever the calendar asks: the others do not speak for it.
        """
        rows = self._calendar(region, kind).get(year, ())
        n_in, n_whole = self.once(
            ("owed", region, kind, year, as_of),
            lambda: (sum(row.is_in(as_of) for row in rows), sum(row.is_whole(as_of) for row in rows)),
        )
        return len(rows) + self.silent(region, kind, as_of), n_in, n_whole

    def silent(self, region: str, kind: str, as_of: dt.date) -> int:
        """How many districts of the region never reported a kind of record, where the region itself did not either."""
        return self.once(("silent", region, kind, as_of), lambda: self._silent.count(region, kind, as_of))

    def owing_years(self, region: str, kind: str) -> set[int]:
        """Years for which the reporting calendar asks the region (or the one above it) for returns of a kind."""
        return set(self._calendar(region, kind))

    def reported_months(self, region: str, kind: str, as_of: dt.date) -> set[Month]:
        """Every month of the periods whose owed returns are in at `as_of`; of the current period those that began."""
        key = ("reported", region, kind, as_of)
        if key not in self._known:
            found: dict[tuple[dt.date, dt.date], bool] = {}
            for rows in self._calendar(region, kind).values():
                for row in rows:
                    period = (row.period_start, row.period_end)
                    found[period] = found.get(period, True) and row.is_in(as_of)
            self._known[key] = {
                (year, month)
                for (start, end), is_in in found.items()
                if is_in and not self.silent(region, kind, as_of)
                for year in range(start.year, end.year + 1)
                for month in range(1, 13)
                if start.replace(day=1) <= dt.date(year, month, 1) <= min(end, as_of)
            }
        return self._known[key]

    def is_reported(self, region: str, kind: str, start: dt.date, end: dt.date, as_of: dt.date) -> bool:
        """Whether the months from `start` to `end` (first days) are reported at `as_of`, so that a zero is a zero.

        Every return that is owed for a period with one of them must be in: without the quarter's, its first months say
        no more than its last. Where none is owed, any record will do, but one district does not speak for its city.
        """
        if self.silent(region, kind, as_of):
            return False
        ends = self._calendar(region, kind)
        rows = (row for year in range(start.year, end.year + 2) for row in ends.get(year, ()))
        owed = [row for row in rows if start <= row.period_end and row.period_start.replace(day=1) <= end]
        if owed:
            return all(row.is_in(as_of) for row in owed)
        months = (self.months(region, base, as_of) for base in KIND_BASES[kind])
        return any(start <= dt.date(year, month, 1) <= end for found in months for year, month in found)

    def of_year(self, what: str, region: str, measure: str, as_of: dt.date, year: int) -> dict[str, int]:
        """Sum of one year by `sector` or `child`; a part with nothing in that year has 0."""
        parts = (self.by_sector if what == "sector" else self.by_child)(region, measure, as_of)
        return self.once(
            ("of_year", what, region, measure, as_of, year),
            lambda: {code: sum(n for (y, _), n in months.items() if y == year) for code, months in parts.items()},
        )

    def _cut(self, what: str, region: str, measure: str, as_of: dt.date) -> dict[str, dict[Month, int]]:
        key = (what, region, measure, as_of)
        if key not in self._known:
            if as_of not in self._dates:
                raise ValueError(f"facts were not read for {as_of}")
            parts: dict[str, dict[Month, int]] = defaultdict(lambda: defaultdict(int))
            for _, _, sector, child, year, month, point, delta in self._deltas.get((region, measure), ()):
                if point <= as_of:
                    parts[child if what == "child" else sector][year, month] += int(delta)
            self._known[key] = {part: dict(months) for part, months in parts.items()}
        return self._known[key]

    def _read_deltas(self, ask: Ask, regions: Sequence[str], measures: Sequence[str]) -> None:
        """Keep the rows as they come, by region and measure: most of them are never looked at."""
        rows = ask(_DELTAS, [self.points, regions, measures])
        self._deltas = {key: list(found) for key, found in itertools.groupby(rows, operator.itemgetter(0, 1))}

    def _calendar(self, region: str, kind: str) -> dict[int, list[Owed]]:
        """Returns of a kind that are owed, by the year in which their periods end."""
        return self.once(("calendar", region, kind), lambda: by_year(self._owed.get((region, kind), ())))


def _event(record, hazard, started_on, affected, known_on, superseded_on, *values) -> Event:
    timed = (None if value is None else exact(value) for value in values)
    named = dict(zip(EVENT_COLUMNS, timed, strict=True))
    return Event(record, hazard, started_on, named, affected, known_on, superseded_on)


def newest_known_on(ask: Ask, regions: Iterable[str], today: dt.date) -> dict[str, dt.date]:
    """The newest date at which anything became known about each region or a region below it, not after `today`."""
    return dict(ask(_NEWEST, [sorted(set(regions)), today]))


def children_of(ask: Ask, regions: Iterable[str]) -> dict[str, list[str]]:
    """The next lower regions of each region, in official order."""
    found: dict[str, list[str]] = defaultdict(list)
    for parent, child in ask(_CHILDREN, [sorted(set(regions))]):
        found[parent].append(child)
    return dict(found)


# Cut at the dates before anything is joined: what became known day by day is many times what was known at each date.
# Quarters count whole, as of their last day; only those with a date before their end are looked at day by day.
_DELTAS = """
WITH points AS (SELECT UNNEST($1::DATE[]) AS as_of),
split AS (
    SELECT DISTINCT CAST(DATE_TRUNC('quarter', as_of) AS DATE) AS known_quarter
    FROM points WHERE as_of < DATE_TRUNC('quarter', as_of) + INTERVAL 3 MONTH - INTERVAL 1 DAY
),
known AS (
    SELECT region_code, measure, sector_code, month, delta,
           CAST(known_quarter + INTERVAL 3 MONTH - INTERVAL 1 DAY AS DATE) AS known_on
    FROM mart_measure_quarters
    WHERE known_quarter NOT IN (FROM split) AND measure IN (SELECT UNNEST($3::VARCHAR[]))
    UNION ALL
    SELECT region_code, measure, sector_code, month, delta, known_on
    FROM mart_measure_deltas
    WHERE DATE_TRUNC('quarter', known_on) IN (FROM split) AND measure IN (SELECT UNNEST($3::VARCHAR[]))
),
days AS (
    SELECT known.known_on, MIN(points.as_of) AS as_of
    FROM (SELECT DISTINCT known_on FROM known) AS known JOIN points ON points.as_of >= known.known_on
    GROUP BY known.known_on
),
cut AS (
    SELECT d.region_code, d.measure, d.sector_code, d.month, days.as_of, SUM(d.delta) AS delta
    FROM known AS d JOIN days ON days.known_on = d.known_on
    GROUP BY ALL
),
placed AS (
    SELECT above.ancestor_code AS region_code, cut.measure, cut.sector_code,
           COALESCE(child.ancestor_code, above.ancestor_code) AS child_code, cut.month, cut.as_of, cut.delta
    FROM cut
    JOIN core_regions__ancestors AS above ON above.region_code = cut.region_code
    LEFT JOIN core_regions__ancestors AS child
      ON child.region_code = cut.region_code AND child.distance = above.distance - 1
    WHERE above.ancestor_code IN (SELECT UNNEST($2::VARCHAR[]))
)
SELECT region_code, measure, sector_code, child_code, YEAR(month), MONTH(month), as_of, CAST(SUM(delta) AS BIGINT)
FROM placed GROUP BY ALL ORDER BY region_code, measure
"""

_EVENTS = f"""
SELECT above.ancestor_code, e.region_code || '/' || record_id, hazard_code, started_on, affected_person_times,
       known_on, superseded_on, {", ".join(EVENT_COLUMNS)}
FROM mart_disaster_events AS e JOIN core_regions__ancestors AS above ON above.region_code = e.region_code
WHERE above.ancestor_code IN (SELECT UNNEST($1::VARCHAR[]))
ORDER BY ALL
"""

_LACKING = """
SELECT above.ancestor_code, YEAR(r.month), f.path, f.remarks, MIN(r.known_on), r.gone_on
FROM core_reports__received AS r
JOIN core_regions__ancestors AS above ON above.region_code = r.region_code
JOIN mart_files AS f ON f.file_id = r.file_id AND f.kind = r.kind
WHERE above.ancestor_code IN (SELECT UNNEST($1::VARCHAR[])) AND CONTAINS(f.remarks, '"measures"')
GROUP BY ALL ORDER BY ALL
"""

_NEWEST = """
WITH known AS (
    SELECT region_code, MAX(known_on) AS known_on FROM mart_measure_deltas WHERE known_on <= $2 GROUP BY region_code
    UNION ALL SELECT region_code, known_on FROM mart_statistics WHERE superseded_on IS NULL
    UNION ALL SELECT region_code, known_on FROM mart_disaster_events WHERE superseded_on IS NULL
    UNION ALL SELECT region_code, known_on FROM mart_reporting_status WHERE kind <> 'statistics'
    UNION ALL SELECT region_code, lapsed_on AS known_on FROM mart_reporting_status
    -- That a period is over says nothing new.
    WHERE kind <> 'statistics' AND lapsed_on <> period_end + INTERVAL 1 DAY
)
SELECT above.ancestor_code, MAX(known_on)
FROM known JOIN core_regions__ancestors AS above ON above.region_code = known.region_code
WHERE above.ancestor_code IN (SELECT UNNEST($1::VARCHAR[])) AND known_on <= $2
GROUP BY above.ancestor_code
"""

_CHILDREN = """
SELECT a.ancestor_code, a.region_code
FROM core_regions__ancestors AS a JOIN mart_regions AS r ON r.region_code = a.region_code
WHERE a.distance = 1 AND a.ancestor_code IN (SELECT UNNEST($1::VARCHAR[]))
ORDER BY a.ancestor_code, r.sort_order, a.region_code
"""
