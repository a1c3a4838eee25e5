"""Rows that were rejected and not sent again: what they hold is in no sum, and a verdict on the sum has to say so."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pipelines.assessment.series import KIND_BASES, Ask

_CELLS = re.compile(r"[\t,]")
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
    file lies. A second row of a record that is in does not count.
    """

    def __init__(self, ask: Ask, regions: Iterable[str]):
        self._rows: dict[tuple[str, str], list[Rejected]] = defaultdict(list)
        rows = ask(_ROWS, [list(KIND_BASES)])
        if not rows:
            return
        wanted = set(regions)
        places: dict[tuple[str, str], dict[str, dt.date]] = defaultdict(dict)
        for file_id, kind, region, known_on in ask(_PLACES, [sorted({row[0] for row in rows})]):
            places[file_id, kind][region] = known_on
        above: dict[str, list[str]] = defaultdict(list)
        for region, ancestor in ask("SELECT region_code, ancestor_code FROM core_regions__ancestors", []):
            above[region].append(ancestor)
        named = {name: code for code, *names in ask(_NAMES, []) for name in (code, *names) if name}
        sent_again = _sent_again(ask, rows)
        for file_id, kind, path, line, text, received_on, withdrawn_on in rows:
            of_file = places.get((file_id, kind), {})
            cells = {cell.strip() for cell in _CELLS.split(text or "")}
            in_row = {named[cell] for cell in cells & named.keys()} & of_file.keys()
            regions_of_row = in_row or of_file.keys()
            later = [
                known_on
                for cell in cells
                for other, other_received, known_on in sent_again.get((kind, cell), ())
                if other != file_id and other_received >= received_on
            ]
            years = frozenset(map(int, _YEARS.findall(text or "")))
            for region in _common(regions_of_row, above) & wanted:
                here = [known_on for code, known_on in of_file.items() if region in above[code]]
                is_own = len(here) == len(of_file)
                mended_on = min(later, default=None)
                said = (path, line if is_own else None, min(here), withdrawn_on, mended_on, years)
                self._rows[region, kind].append(Rejected(*said))

    def of_years(self, region: str, kind: str, years: Sequence[int], as_of: dt.date) -> list[Rejected]:
        """Rows that stand rejected at a date and may be of one of some years."""
        rows = self._rows.get((region, kind), ())
        return [row for row in rows if row.stands(as_of) and (not row.years or row.years & set(years))]


def _common(regions: Iterable[str], above: Mapping[str, Sequence[str]]) -> set[str]:
    """The regions in which all of some regions lie, themselves included."""
    sets = [set(above[region]) for region in regions]
    return set.intersection(*sets) if sets else set()


def _sent_again(ask: Ask, rows: Sequence[tuple]) -> dict[tuple[str, str], list[tuple[str, dt.date, dt.date]]]:
    """By kind and number of a record that a rejected row names: files that hold it, their day of receipt, its day."""
    found: dict[tuple[str, str], list[tuple[str, dt.date, dt.date]]] = defaultdict(list)
    for kind in {row[1] for row in rows}:
        cells = {cell.strip() for row in rows if row[1] == kind for cell in _CELLS.split(row[4] or "")}
        for record, file_id, received_on, known_on in ask(_SENT_AGAIN.format(kind=kind), [sorted(cells - {""}), kind]):
            found[kind, record].append((file_id, received_on, known_on))
    return found


_ROWS = """
SELECT r.file_id, r.kind, f.path, r.line_number, r.original_line, f.received_on, f.withdrawn_on
FROM mart_rejects AS r JOIN mart_files AS f ON f.file_id = r.file_id AND f.kind = r.kind
WHERE r.kind IN (SELECT UNNEST($1::VARCHAR[])) AND NOT CONTAINS(r.reasons, '"code":"duplicate"')
ORDER BY f.path, r.line_number, r.record_number
"""
_PLACES = """
SELECT file_id, kind, region_code, MIN(known_on) FROM core_reports__received
WHERE file_id IN (SELECT UNNEST($1::VARCHAR[])) GROUP BY ALL
"""
_NAMES = "SELECT region_code, name_zh, name_en FROM mart_regions"
_SENT_AGAIN = """
SELECT v.record_id, v.file_id, f.received_on, MIN(v.known_on)
FROM core_{kind}__versions AS v JOIN mart_files AS f ON f.file_id = v.file_id AND f.kind = $2
WHERE v.record_id IN (SELECT UNNEST($1::VARCHAR[])) GROUP BY ALL
"""
