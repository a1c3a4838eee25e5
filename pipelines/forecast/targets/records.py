"""What the forecasts need of the records, read in a few queries and cut at each as-of date in memory."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from pipelines.record_measures import COUNTED

Ask = Callable[[str, list], list[tuple]]
AskColumns = Callable[[str, list], list[np.ndarray]]
"""Answers one SELECT by its columns; nothing at all may stand for columns without a row."""
FOREVER = dt.date.max.toordinal()
EPOCH = dt.date(1970, 1, 1).toordinal()


def by_columns(ask: Ask) -> AskColumns:
    """Columns from somebody who answers by rows, which costs several times as much as columns from a database."""

    def answer(sql: str, params: list) -> list[np.ndarray]:
        columns = zip(*ask(sql, params), strict=True)
        return [np.array(column, object if isinstance(column[0], str) else None) for column in columns]

    return answer


def month_number(day: dt.date) -> int:
    """Months counted from the year 0, so that differences are whole months.

    >>> month_number(dt.date(2021, 3, 31)) - month_number(dt.date(2020, 12, 1))
    3
    """
    return day.year * 12 + day.month - 1


@dataclass(frozen=True)
class Changes:
    """Signed changes of one measure in one region, by month of occurrence and day on which they became known.

    Attributes:
        month: Month of occurrence (`month_number`).
        known: Day on which the change became known, as an ordinal.
        known_month: Its month.
        delta: Change (money in 分); negative for what is taken back.
        is_industrial: Whether the sector belongs to industry, mining and commerce.
        child: The next lower region in which it happened; the region itself where it is not assigned.
        sector: Sector code, '' for what is not by sector.
    """

    month: np.ndarray
    known: np.ndarray
    known_month: np.ndarray
    delta: np.ndarray
    is_industrial: np.ndarray
    child: np.ndarray
    sector: np.ndarray

    @classmethod
    def of(cls, columns: list[np.ndarray]) -> Changes:
        """From month, known_day, known_month, delta, is_industrial, child and sector, the days since 1970."""
        months, days, known_months, deltas, industrial, child, sector = columns
        return cls(
            months.astype(int),
            days.astype(int) + EPOCH,
            known_months.astype(int),
            deltas.astype(float),
            industrial.astype(bool),
            child,
            sector,
        )

    def known_by(self, as_of: dt.date, keep: np.ndarray | None = None) -> Changes:
        """Only what was known at the end of a day, and (with `keep`) only those changes."""
        mask = self.known <= as_of.toordinal()
        return self._where(mask if keep is None else mask & keep)

    def only_industrial(self, wanted: bool) -> Changes:
        """Only the changes of industrial sectors, or of all others."""
        return self._where(self.is_industrial == wanted)

    def monthly(self, first: int, last: int) -> np.ndarray:
        """Sum by month of occurrence from `first` to `last`, both included."""
        inside = (self.month >= first) & (self.month <= last)
        return np.bincount(self.month[inside] - first, weights=self.delta[inside], minlength=last - first + 1)

    def _where(self, mask: np.ndarray) -> Changes:
        return Changes(*(getattr(self, name)[mask] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Rows:
    """Versions of single records of one region, as columns of equal length.

    Attributes:
        known, gone: Ordinals of the day on which a version became known and of that on which it ceased to count.
        columns: Values by name.
    """

    known: np.ndarray
    gone: np.ndarray
    columns: dict[str, np.ndarray]

    @classmethod
    def of(cls, names: tuple[str, ...], columns: list[np.ndarray]) -> Rows:
        """From known_day, gone_day and the values, the days since 1970."""
        days, gone, *values = columns
        return cls(days.astype(int) + EPOCH, gone.astype(int) + EPOCH, dict(zip(names, values, strict=True)))

    def live(self, as_of: dt.date) -> dict[str, np.ndarray]:
        """The columns of the versions that counted at the end of a day."""
        day = as_of.toordinal()
        mask = (self.known <= day) & (self.gone > day)
        return {name: column[mask] for name, column in self.columns.items()}


class Records:
    """Changes of measures, and single accidents and disasters, of a set of regions with all below them.

    Args:
        ask: Answers a SELECT on core and marts.
        regions: Regions to sum up to.
        measures: Measures to read.
    """

    def __init__(self, ask: AskColumns, regions: Iterable[str], measures: Iterable[str]):
        own = sorted(set(regions))
        self.city_of = dict(zip(*(ask(_CITIES, [own]) or ([], [])), strict=True))
        wanted = sorted({*own, *self.city_of.values()})
        changes = _groups(ask(_CHANGES, [wanted, sorted(set(measures))]), 2)
        self._changes = {key: Changes.of(columns) for key, columns in changes}
        self._accidents = self._rows(ask, _ACCIDENTS, wanted, ("month", "dead", "is_industrial"))
        names = ("month", "district", "loss", "flood_loss", "affected", "dead")
        self._disasters = self._rows(ask, _DISASTERS, wanted, names)
        self._struck = {}
        for kind in sorted({COUNTED[measure].kind for measure in measures} - {"disasters"}):
            mine = [measure for measure in sorted(measures) if COUNTED[measure].kind == kind]
            amounts = ", ".join(f"{COUNTED[measure].amount} AS {measure}" for measure in mine)
            is_industrial = "v.sector_code IN (SELECT sector_code FROM mart_sectors WHERE is_industrial)"
            asked = _STRUCK.format(
                kind=kind,
                strikes=STRIKES.format(kind=kind),
                gone=_day_or_never("v.undone_on"),
                industrial=is_industrial if kind == "accidents" else "FALSE",
                amounts=amounts,
            )
            for region, found in self._rows(ask, asked, wanted, ("month", "is_industrial", *mine)).items():
                self._struck |= {(region, measure): found for measure in mine}
        self._nothing = Changes.of([np.array([])] * 7)

    def changes(self, region: str, measure: str) -> Changes:
        """Every change of a measure in a region and all below it."""
        return self._changes.get((region, measure), self._nothing)

    def accidents(self, region: str, as_of: dt.date) -> dict[str, np.ndarray]:
        """Month, dead and is_industrial of every work-safety accident that counted at a day."""
        return self._live(self._accidents, ("month", "dead", "is_industrial"), region, as_of)

    def disasters(self, region: str, as_of: dt.date) -> dict[str, np.ndarray]:
        """Month, district, losses (分), people affected and dead of every disaster that counted at a day."""
        names = ("month", "district", "loss", "flood_loss", "affected", "dead")
        return self._live(self._disasters, names, region, as_of)

    def struck_off(
        self, region: str, measure: str, as_of: dt.date, months: Mapping, is_industrial: bool | None = None
    ) -> dict[str, np.ndarray]:
        """What had been struck off of each month by a day and still was, as `struck`; nothing where nothing was.

        Args:
            region: Region with all below it.
            measure: A measure of accidents, inspections or training.
            as_of: The day.
            months: `first_month` and, for their number, `observed`.
            is_industrial: Only of industrial sectors, or only of others; None = all.
        """
        found = self._struck.get((region, measure))
        if found is None:
            return {}
        rows, n = found.live(as_of), len(months["observed"])
        at, amount = rows["month"].astype(int) - int(months["first_month"]), rows[measure].astype(float)
        mine = (at >= 0) & (at < n) & (amount != 0)
        if is_industrial is not None:
            mine &= rows["is_industrial"].astype(bool) == is_industrial
        return {"struck": np.bincount(at[mine], weights=amount[mine], minlength=n)} if mine.any() else {}

    def pool_of(self, region: str) -> str:
        """The region whose records help where the region's own are few: its city, or itself."""
        return self.city_of.get(region, region)

    @staticmethod
    def _live(rows: dict[str, Rows], names: tuple[str, ...], region: str, as_of: dt.date) -> dict[str, np.ndarray]:
        found = rows.get(region)
        return found.live(as_of) if found else {name: np.array([]) for name in names}

    @staticmethod
    def _rows(ask: AskColumns, sql: str, regions: list[str], names: tuple[str, ...]) -> dict[str, Rows]:
        return {region: Rows.of(names, columns) for (region,), columns in _groups(ask(sql, [regions]), 1)}


def _groups(columns: list[np.ndarray], keys: int) -> Iterator[tuple[tuple, list[np.ndarray]]]:
    """Rows that stand together and have the first columns in common: those columns' values, and the other columns."""
    if not columns or not columns[0].size:
        return
    is_new = np.any([column[1:] != column[:-1] for column in columns[:keys]], axis=0)
    starts = [0, *(np.flatnonzero(is_new) + 1), columns[0].size]
    for start, end in itertools.pairwise(starts):
        yield tuple(column[start] for column in columns[:keys]), [column[start:end] for column in columns[keys:]]


def _day_or_never(column: str) -> str:
    return f"COALESCE({column} - DATE '1970-01-01', {FOREVER - EPOCH})"


# When a strike-off was the word that counted: a report that counted for some days and is no version of a fact.
STRIKES = """
    SELECT DISTINCT i.source, i.record_id, i.region_code, i.known_on, i.superseded_on
    FROM core_{kind}__intervals AS i
    LEFT JOIN core_{kind}__versions AS v
      ON v.file_id = i.file_id AND v.sheet = i.sheet AND v.record_number = i.record_number
    WHERE v.file_id IS NULL AND COALESCE(i.superseded_on, DATE '9999-12-31') > i.known_on
"""

# What a strike-off took away: the last version that counted before it.
_STRUCK = """
WITH strikes AS ({strikes}),
ranked AS (
    SELECT v.*, s.known_on AS struck_on, s.superseded_on AS undone_on,
           ROW_NUMBER() OVER (
               PARTITION BY s.source, s.record_id, s.region_code, s.known_on
               ORDER BY v.superseded_on DESC, v.known_on DESC
           ) AS place
    FROM strikes AS s
    JOIN core_{kind}__versions AS v
      ON v.source = s.source AND v.record_id = s.record_id AND v.region_code = s.region_code
      AND v.superseded_on <= s.known_on
)
SELECT above.ancestor_code, v.struck_on - DATE '1970-01-01', {gone},
       YEAR(v.month) * 12 + MONTH(v.month) - 1, {industrial}, {amounts}
FROM ranked AS v
JOIN core_regions__ancestors AS above ON above.region_code = v.region_code
WHERE v.place = 1 AND above.ancestor_code IN (SELECT UNNEST($1::VARCHAR[]))
ORDER BY above.ancestor_code, v.source, v.record_id, v.region_code, v.struck_on
"""

# Days and months come as numbers: making dates of them would take longer than reading them.
_CHANGES = """
SELECT above.ancestor_code, d.measure, YEAR(d.month) * 12 + MONTH(d.month) - 1, d.known_on - DATE '1970-01-01',
       YEAR(d.known_on) * 12 + MONTH(d.known_on) - 1, SUM(d.delta), COALESCE(s.is_industrial, FALSE),
       CASE WHEN d.measure IN ('accidents', 'work_deaths')
            THEN COALESCE(child.ancestor_code, above.ancestor_code) ELSE '' END,
       CASE WHEN d.measure IN ('accidents', 'work_deaths') THEN d.sector_code ELSE '' END
FROM mart_measure_deltas AS d
JOIN core_regions__ancestors AS above ON above.region_code = d.region_code
LEFT JOIN core_regions__ancestors AS child
  ON child.region_code = d.region_code AND child.distance = above.distance - 1
LEFT JOIN mart_sectors AS s ON s.sector_code = d.sector_code
WHERE above.ancestor_code IN (SELECT UNNEST($1::VARCHAR[])) AND d.measure IN (SELECT UNNEST($2::VARCHAR[]))
GROUP BY ALL ORDER BY ALL
"""

_ACCIDENTS = f"""
SELECT above.ancestor_code, v.known_on - DATE '1970-01-01', {_day_or_never("v.superseded_on")},
       YEAR(v.month) * 12 + MONTH(v.month) - 1,
       COALESCE(v.deaths, 0) + COALESCE(v.missing, 0), COALESCE(s.is_industrial, FALSE)
FROM core_accidents__versions AS v
JOIN core_regions__ancestors AS above ON above.region_code = v.region_code
LEFT JOIN mart_sectors AS s ON s.sector_code = v.sector_code
WHERE above.ancestor_code IN (SELECT UNNEST($1::VARCHAR[])) AND COALESCE(v.counts_as_work_safety, TRUE)
ORDER BY above.ancestor_code, v.source, v.record_id, v.region_code, v.known_on
"""

_DISASTERS = f"""
SELECT above.ancestor_code, v.known_on - DATE '1970-01-01', {_day_or_never("v.superseded_on")},
       YEAR(v.month) * 12 + MONTH(v.month) - 1, SUBSTR(v.region_code, 1, 6),
       CAST(COALESCE(v.direct_loss_fen, 0) AS DOUBLE),
       CAST(CASE WHEN h.is_flood THEN COALESCE(v.direct_loss_fen, 0) ELSE 0 END AS DOUBLE),
       CAST(COALESCE(v.affected_person_times, 0) AS DOUBLE),
       CAST(COALESCE(v.deaths, 0) + COALESCE(v.missing, 0) AS DOUBLE)
FROM core_disasters__versions AS v
JOIN core_regions__ancestors AS above ON above.region_code = v.region_code
LEFT JOIN mart_hazards AS h ON h.hazard_code = v.hazard_code
WHERE above.ancestor_code IN (SELECT UNNEST($1::VARCHAR[]))
ORDER BY above.ancestor_code, v.source, v.record_id, v.region_code, v.known_on
"""

_CITIES = """
SELECT a.region_code, a.ancestor_code
FROM core_regions__ancestors AS a
JOIN mart_regions AS r ON r.region_code = a.ancestor_code AND r.level = 'city'
WHERE a.region_code IN (SELECT UNNEST($1::VARCHAR[]))
"""
