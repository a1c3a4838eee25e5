"""Whether some months are reported at all: the one rule of page, brief, slides and workbook.

A sum of records says nothing while returns of its months are out: a zero may be a return that has not come, and a
change may be one as well. For a zero it does not matter whether the return was due already; a sum whose parts are all
of the same age may be compared while none of them is overdue.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

from pipelines.record_measures import DATE_COLUMNS
from pipelines.returns_in import is_in
from pipelines.silence import silent_districts, upwards

Span = tuple[datetime.date, datetime.date, datetime.date]
KINDS = ("accidents", "disasters", "inspections", "training")


@dataclass(frozen=True)
class Reporting:
    """Of one kind of record, what was there at a day of the returns of some months.

    Args:
        kind: Kind of record.
        owed: How many returns of the region and all below it the reporting calendar asks for.
        n_in: How many of them were there.
        out: Regions of which one was not there.
        began: Whether records as old as these months were there; what counts where no calendar asks for any.
        overdue: Those of `out` whose return was due by then.
        later: Where these months were not whole: what was there of them at the last day that was asked about.
        silent: Districts directly below a region which no calendar names and from which nothing ever came, where
            nothing came from the region itself either: one district does not speak for a city.
    """

    kind: str
    owed: int = 0
    n_in: int = 0
    out: frozenset[str] = frozenset()
    began: bool = False
    silent: frozenset[str] = frozenset()
    overdue: frozenset[str] = frozenset()
    later: Reporting | None = None

    @property
    def is_whole(self) -> bool:
        """Whether a zero is a zero."""
        if self.silent:
            return False
        return self.n_in == self.owed if self.owed else self.began

    @property
    def was_collected(self) -> bool:
        """Whether returns of these months are asked for, or records as old were there; else nothing was to report."""
        return bool(self.owed) or self.began

    def compares(self, region: str) -> bool:
        """Whether the region's sum stands beside that of other years at the same age.

        It does while returns of parts of it are only not due yet: at the same day of other years they were not either.
        """
        return not self.silent and not self.is_out(region) and not self.overdue

    @property
    def absent(self) -> frozenset[str]:
        """Regions whose zero is none: a return is out, or nothing ever came."""
        return self.out | self.silent

    def why_missing(self, is_there: Callable[[Reporting], bool] = attrgetter("is_whole")) -> str:
        """Why a zero of these months is none; an empty text where it is one.

        Args:
            is_there: Whether what was there says that nothing happened; of a region's sum it must be whole.

        Returns:
            Key below `app.missing`: `came_later` where it was not there at the day and has come since.
        """
        if is_there(self):
            return ""
        if self.later and is_there(self.later):
            return "came_later"
        return "not_reported" if self.was_collected else "not_collected"

    def is_out(self, region: str) -> bool:
        """Whether the region itself has not reported, or nothing at all is there."""
        return region in self.out or not (self.n_in if self.owed else self.began)


def why_not_compared(now: Reporting, before: Iterable[Reporting], region: str) -> str:
    """Why this year's months do not stand beside others: `reported`, `before`, or an empty text where they do.

    Args:
        now: This year's.
        before: Those of the years that they would stand beside.
        region: Of which the sums are.
    """
    if not now.compares(region):
        return "reported"
    return "" if all(one.compares(region) for one in before) else "before"


def read_reporting(
    query: Callable[[str, Mapping[str, Any]], list[dict[str, Any]]],
    region: str,
    spans: Sequence[Span],
) -> list[dict[str, Reporting]]:
    """What was there of every kind of record, for each of some spans of months.

    Args:
        query: Answers a SELECT on a build.
        region: Code; returns of it and of all below it count, and where that part of the tree owes none, those of the
            nearest region above it.
        spans: First and last day of the months, and the day after which nothing that became known counts.

    Returns:
        Reporting by kind, in the order of the spans.
    """
    if not spans:
        return []
    tree = _Tree(query, region)
    rows = _owed(query, tree, min(first for first, _, _ in spans), max(last for _, last, _ in spans))
    newest = max(known for _, _, known in spans)
    silent = _silent(query, tree, newest)

    def of_span(first: datetime.date, last: datetime.date, known: datetime.date) -> dict[str, Reporting]:
        found = _of_span(query, region, rows, first, last, known)
        return {kind: _without(one, silent[kind]) for kind, one in found.items()}

    found = [of_span(*span) for span in spans]
    for kinds, (first, last, known) in zip(found, spans, strict=True):
        if known < newest and not all(one.is_whole for one in kinds.values()):
            later = of_span(first, last, newest)
            kinds |= {kind: one if one.is_whole else replace(one, later=later[kind]) for kind, one in kinds.items()}
    return found


class _Tree:
    """A region, those above it from the nearest, all below it, and which region stands in which."""

    def __init__(self, query, region: str):
        regions = query("SELECT region_code, parent_code, level FROM mart_regions ORDER BY region_code", {})
        self.parents = {row["region_code"]: row["parent_code"] for row in regions}
        self.above = upwards(self.parents, region)[1:]
        self.below = frozenset(code for code in self.parents if region in upwards(self.parents, code)) | {region}
        self.region = region
        self.districts = [
            row["region_code"] for row in regions if row["parent_code"] == region and row["level"] == "district"
        ]


def _owed(query, tree: _Tree, first: datetime.date, last: datetime.date) -> list:
    """Returns of the months of the region and all below it; of a kind that none of them owes, of the nearest above."""
    codes = [*tree.below, *tree.above]
    rows = query(_OWED, {"codes": codes, "kinds": list(KINDS)})
    owing = {kind: {row["region_code"] for row in rows if row["kind"] == kind} for kind in KINDS}
    asked = {
        kind: tree.below if found & tree.below else {next((code for code in tree.above if code in found), "")}
        for kind, found in owing.items()
    }
    return [
        row for row in rows
        if row["region_code"] in asked[row["kind"]] and row["period_start"] <= last and row["period_end"] >= first
    ]  # fmt: skip


def _silent(query, tree: _Tree, known: datetime.date) -> dict[str, frozenset[str]]:
    """By kind, the districts below a region from which nothing had come, where some had reported and it had not."""
    came: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for row in query(_CAME, {"known": known}):
        if row["kind"] in came:
            came[row["kind"]].add(row["region_code"])
    return {kind: silent_districts(tree.region, tree.districts, tree.parents, found) for kind, found in came.items()}


def _without(found: Reporting, silent: frozenset[str]) -> Reporting:
    return replace(found, silent=silent) if silent else found


def _of_span(query, region: str, rows: list, first: datetime.date, last: datetime.date, known: datetime.date) -> dict:
    periods: dict[str, dict[tuple, bool]] = {kind: {} for kind in KINDS}
    due: set[tuple] = set()
    for row in rows:
        if row["kind"] in periods and row["period_start"] <= last and row["period_end"] >= first:
            key = (row["region_code"], row["period_start"], row["period_end"])
            was_in = is_in(row["known_on"], row["lapsed_on"], known)
            periods[row["kind"]][key] = periods[row["kind"]].get(key, False) or was_in
            if row["due_on"] <= known:
                due.add((row["kind"], *key))
    found = {kind: _reporting(query, region, kind, known, first.year, found) for kind, found in periods.items()}
    out = {kind: [key for key, was_in in periods[kind].items() if not was_in] for kind in found}
    late = {kind: [key for key in keys if (kind, *key) in due] for kind, keys in out.items()}
    return {kind: replace(one, overdue=frozenset(key[0] for key in late[kind])) for kind, one in found.items()}


def _reporting(query, region: str, kind: str, known: datetime.date, year: int, periods: dict[tuple, bool]) -> Reporting:
    if periods:
        out = frozenset(key[0] for key, was_in in periods.items() if not was_in)
        return Reporting(kind, len(periods), sum(periods.values()), out)
    (row,) = query(_BEGAN.format(kind=kind, day=DATE_COLUMNS[kind]), {"region": region, "known": known})
    return Reporting(kind, began=row["first_on"] is not None and row["first_on"].year <= year)


_OWED = (
    "SELECT kind, region_code, period_start, period_end, due_on, known_on, lapsed_on FROM mart_reporting_status "
    "WHERE list_contains($codes, region_code) AND list_contains($kinds, kind) "
    "ORDER BY kind, region_code, period_start, known_on"
)
_BEGAN = (
    "SELECT MIN({day}) AS first_on FROM core_{kind}__versions WHERE known_on <= $known "
    "AND (superseded_on IS NULL OR superseded_on > $known) AND region_code IN "
    "(SELECT a.region_code FROM core_regions__ancestors AS a WHERE a.ancestor_code = $region)"
)
_CAME = (
    "SELECT DISTINCT kind, region_code FROM core_reports__received "
    "WHERE known_on <= $known AND (gone_on IS NULL OR gone_on > $known)"
)
