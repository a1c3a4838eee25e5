"""Records that leave blank what a measure adds up: they count as nothing in the sum, which so is a least amount."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from pipelines.assessment.returns import Ask, is_live


class Blank(NamedTuple):
    """One version of a record that says nothing of a measure; `year` is that in which it counts."""

    year: int
    kind: str
    file_id: str
    line: int | None
    known_on: dt.date
    superseded_on: dt.date | None


class Blanks:
    """Blank records of some measures, by region, the regions below it included."""

    def __init__(self, ask: Ask, regions: Iterable[str], measures: Iterable[str]):
        self._found: dict[tuple[str, str], list[Blank]] = defaultdict(list)
        for region, measure, *rest in ask(_BLANKS, [sorted(set(regions)), sorted(set(measures))]):
            self._found[region, measure].append(Blank(*rest))

    def of(self, region: str, measure: str, as_of: dt.date) -> dict[int, tuple[Blank, ...]]:
        """Live ones at a date, by year."""
        by_year: dict[int, list[Blank]] = defaultdict(list)
        for blank in self._found.get((region, measure), ()):
            if is_live(blank, as_of):
                by_year[blank.year].append(blank)
        return {year: tuple(found) for year, found in by_year.items()}


_BLANKS = """
SELECT above.ancestor_code, b.measure, YEAR(b.month), b.kind, b.file_id, b.line_number, b.known_on, b.superseded_on
FROM mart_blank_records AS b JOIN core_regions__ancestors AS above ON above.region_code = b.region_code
WHERE above.ancestor_code IN (SELECT UNNEST($1::VARCHAR[])) AND b.measure IN (SELECT UNNEST($2::VARCHAR[]))
ORDER BY ALL
"""
