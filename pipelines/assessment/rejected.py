"""Rows that were rejected and not sent again: what they hold is in no sum, and a verdict on the sum has to say so."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pipelines.assessment.series import KIND_BASES, Ask
from pipelines.rejected_regions import NAMED

_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d")


class Rejected(NamedTuple):
    """One rejected row.

    Attributes:
        path: Its file.
        line: Its line; None in a file that also speaks of regions outside, whose lines are not told.
        known_on, withdrawn_on: From when to when the file counts; None = still there.
        mended_on: When the record that it names came in another file; None = not yet.
        years: Years that the row names; empty where it names none and may be of any.
    """

    path: str
    line: int | None
    known_on: dt.date
    withdrawn_on: dt.date | None
    mended_on: dt.date | None
    years: frozenset[int]

    def stands(self, as_of: dt.date) -> bool:
        """Whether the row is rejected and not mended at a date."""
        gone = (day for day in (self.withdrawn_on, self.mended_on) if day is not None)
        return self.known_on <= as_of and all(day > as_of for day in gone)


class Rejects:
    """The rejected rows of records, by region and kind.

    A row counts for the regions that it names, those above them, and where it names none for those in which all of its
    file lies. A second row of a record that is in does not count, nor does one whose record came again from the same
    source.
    """

    def __init__(self, ask: Ask, regions: Iterable[str]):
        self._rows: dict[tuple[str, str], list[Rejected]] = defaultdict(list)
        rows = [_Row(*told) for told in ask(_ROWS, [list(KIND_BASES)])]
        if not rows:
            return
        wanted = set(regions)
        places: dict[tuple[str, str], dict[str, dt.date]] = defaultdict(dict)
        for file_id, kind, region, known_on in ask(_PLACES, [sorted({row.file_id for row in rows})]):
            places[file_id, kind][region] = known_on
        above: dict[str, list[str]] = defaultdict(list)
        for region, ancestor in ask("SELECT region_code, ancestor_code FROM core_regions__ancestors", []):
            above[region].append(ancestor)
        named: dict[tuple, set[str]] = defaultdict(set)
        for *key, region in ask(NAMED, []):
            named[tuple(key)].add(region)
        sent_again = _sent_again(ask, {row.kind for row in rows})
        meant = [_meant(named[row.key], places.get((row.file_id, row.kind), {}), above) for row in rows]
        of_files: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row, regions_of_row in zip(rows, meant, strict=True):
            of_files[row.file_id, row.kind] |= regions_of_row | places.get((row.file_id, row.kind), {}).keys()
        for row, regions_of_row in zip(rows, meant, strict=True):
            of_file = places.get((row.file_id, row.kind), {})
            for region in _common(regions_of_row, above) & wanted:
                here = [known_on for code, known_on in of_file.items() if region in above[code]]
                is_own = all(region in above[code] for code in of_files[row.file_id, row.kind])
                others = (one for one in sent_again.get(row.record, ()) if row.is_in(one))
                self._rows[region, row.kind].append(
                    Rejected(
                        row.path,
                        row.line if is_own else None,
                        min(here, default=row.received_on),
                        row.withdrawn_on,
                        min((one.known_on for one in others if region in above[one.region]), default=None),
                        frozenset(map(int, _YEARS.findall(row.text))),
                    )
                )

    def of_years(self, region: str, kind: str, years: Sequence[int], as_of: dt.date) -> list[Rejected]:
        """Rows that stand rejected at a date and may be of one of some years."""
        rows = self._rows.get((region, kind), ())
        return [row for row in rows if row.stands(as_of) and (not row.years or row.years & set(years))]


class _Again(NamedTuple):
    """A file that holds a report of a rejected record: of which region, and since when it counts."""

    file_id: str
    region: str
    received_on: dt.date
    known_on: dt.date


class _Row(NamedTuple):
    """A rejected row as it lies in its file."""

    file_id: str
    kind: str
    sheet: str
    record_number: int
    path: str
    line: int
    source: str | None
    record_id: str | None
    text: str
    received_on: dt.date
    withdrawn_on: dt.date | None

    @property
    def key(self) -> tuple[str, str, str, int]:
        return self[:4]

    @property
    def record(self) -> tuple[str, str | None, str | None]:
        return self.kind, self.source, self.record_id

    def is_in(self, one: _Again) -> bool:
        """Whether a report of its record came in another file, and not before."""
        return one.file_id != self.file_id and one.received_on >= self.received_on


def _meant(named: set[str], of_file: Iterable[str], above: Mapping[str, Sequence[str]]) -> set[str]:
    """The regions that a row is of: named ones that its file has records of, else the finest named, else the file's."""
    coarser = {code for region in named for code in above[region] if code != region}
    return named & set(of_file) or named - coarser or set(of_file)


def _common(regions: Iterable[str], above: Mapping[str, Sequence[str]]) -> set[str]:
    """The regions in which all of some regions lie, themselves included."""
    sets = [set(above[region]) for region in regions]
    return set.intersection(*sets) if sets else set()


def _sent_again(ask: Ask, kinds: Iterable[str]) -> dict[tuple[str, str | None, str | None], list[_Again]]:
    """Files with reports of rejected records, by kind, source and number: another source's number is another record."""
    found: dict[tuple[str, str | None, str | None], list[_Again]] = defaultdict(list)
    for kind in sorted(kinds):
        for source, record_id, *told in ask(_SENT_AGAIN.format(kind=kind), [kind]):
            found[kind, source, record_id].append(_Again(*told))
    return found


_ROWS = """
SELECT r.file_id, r.kind, r.sheet, r.record_number, f.path, r.line_number, r.source, r.record_id,
       COALESCE(r.original_line, ''), f.received_on, f.withdrawn_on
FROM mart_rejects AS r JOIN mart_files AS f ON f.file_id = r.file_id AND f.kind = r.kind
WHERE r.kind IN (SELECT UNNEST($1::VARCHAR[])) AND NOT CONTAINS(r.reasons, '"code":"duplicate"')
ORDER BY f.path, r.line_number, r.record_number
"""
_PLACES = """
SELECT file_id, kind, region_code, MIN(known_on) FROM core_reports__received
WHERE file_id IN (SELECT UNNEST($1::VARCHAR[])) GROUP BY ALL
"""
_SENT_AGAIN = """
SELECT r.source, r.record_id, r.file_id, r.region_code, f.received_on, r.known_on
FROM core_{kind}__resent AS r JOIN mart_files AS f ON f.file_id = r.file_id AND f.kind = $1
"""
