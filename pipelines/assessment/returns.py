"""Statistical returns: what was printed of a region and period, by which source, and which of it counts at a date."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from pipelines.assessment.arithmetic import exact

Ask = Callable[[str, list], list[tuple]]
"""Answers one SELECT with parameters by all its rows."""


@dataclass(frozen=True)
class Return:
    """One version of one figure, in the measure's canonical unit, and where it stands.

    From `doubted_on` until `doubted_until` (None = still) another figure makes it impossible.
    """

    period_start: dt.date
    period_end: dt.date
    frequency: str
    value: Fraction
    vintage: str
    known_on: dt.date
    superseded_on: dt.date | None
    source: str = ""
    file_id: str | None = None
    line: int | None = None
    doubted_on: dt.date | None = None
    doubted_until: dt.date | None = None

    def is_doubted(self, as_of: dt.date) -> bool:
        """Whether it was impossible beside what was known at the end of `as_of`."""
        if self.doubted_on is None or self.doubted_on > as_of:
            return False
        return self.doubted_until is None or self.doubted_until > as_of


class _Version(Protocol):
    known_on: dt.date
    superseded_on: dt.date | None


def is_live(row: _Version, as_of: dt.date) -> bool:
    """Whether a version was the valid one at the end of `as_of`."""
    return row.known_on <= as_of and (row.superseded_on is None or row.superseded_on > as_of)


class Returns:
    """Every version of some statistics of some regions.

    Of several sources the one that printed a figure last counts, unless some are preferred: then, of each period, the
    first of these that printed it.

    Args:
        ask: Answers a SELECT on the marts.
        regions: Region codes.
        statistics: Measures of statistical returns.
        preferred: Sources, the first before all others.
    """

    def __init__(self, ask: Ask, regions: Iterable[str], statistics: Iterable[str], preferred: Sequence[str] = ()):
        self._ranks = {source: rank for rank, source in enumerate(preferred)}
        self._rows: dict[tuple[str, str, str], list[Return]] = defaultdict(list)
        for region, measure, sector, value, *rest in ask(_RETURNS, [sorted(set(regions)), sorted(set(statistics))]):
            start, end, frequency, vintage, *told = rest
            row = Return(start, end, frequency, exact(value), vintage or "", *told)
            self._rows[region, measure, sector].append(row)

    def of_all_sources(self, region: str, measure: str, as_of: dt.date, sector: str = "") -> list[Return]:
        """Live returns of one statistic at a date, the newest known last, without those that are doubted."""
        return [row for row in self._at(region, measure, as_of, sector) if not row.is_doubted(as_of)]

    def doubted(self, region: str, measure: str, as_of: dt.date, sector: str = "") -> list[Return]:
        """Live returns of one statistic that are told and not used."""
        return [row for row in self._at(region, measure, as_of, sector) if row.is_doubted(as_of)]

    def _at(self, region: str, measure: str, as_of: dt.date, sector: str) -> list[Return]:
        return [row for row in self._rows.get((region, measure, sector), ()) if is_live(row, as_of)]

    def live(self, region: str, measure: str, as_of: dt.date, sector: str = "") -> list[Return]:
        """The same without those of sources that another comes before."""
        rows = self.of_all_sources(region, measure, as_of, sector)
        return self._of_preferred(rows, rows)

    def prints(self, region: str, measure: str, as_of: dt.date) -> list[Return]:
        """Every print of a statistic that is known at a date, earlier revisions included, the newest known last.

        A print that was corrected under its own label, or whose year has no valid figure any more, is left out.
        """
        every = self._rows.get((region, measure, ""), ())
        known = [row for row in every if row.known_on <= as_of and not row.is_doubted(as_of)]
        live = [row for row in known if is_live(row, as_of)]
        valid = {row.period_end for row in live}
        newest = {(row.period_end, row.frequency, row.vintage): row for row in known}
        printed = [
            row
            for row in known
            if is_live(row, as_of)
            or (row.period_end in valid and newest[row.period_end, row.frequency, row.vintage] is row)
        ]
        return self._of_preferred(printed, live)

    def _of_preferred(self, rows: list[Return], live: list[Return]) -> list[Return]:
        """Of each period those of the source that comes first among those whose returns are live."""
        if not self._ranks:
            return rows
        first: dict[dt.date, int] = {}
        for row in live:
            first[row.period_end] = min(first.get(row.period_end, len(self._ranks)), self._rank(row))
        return [row for row in rows if self._rank(row) == first[row.period_end]]

    def _rank(self, row: Return) -> int:
        return self._ranks.get(row.source, len(self._ranks))


_RETURNS = """
SELECT region_code, measure, COALESCE(sector_code, ''), value, period_start, period_end, frequency, vintage,
       known_on, superseded_on, source, file_id, line_number, doubted_on, doubted_until
FROM mart_statistics
WHERE region_code IN (SELECT UNNEST($1::VARCHAR[])) AND measure IN (SELECT UNNEST($2::VARCHAR[])) AND value IS NOT NULL
ORDER BY region_code, measure, known_on, period_end, vintage, source, value
"""
