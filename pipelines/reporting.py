"""Whether some months are reported at all: the one rule of page, brief, slides and workbook.

A sum of records says nothing while returns of its months are out: a zero may be a return that has not come, and a
change may be one as well. It does not matter whether the return was due already.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.record_measures import DATE_COLUMNS

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
    """

    kind: str
    owed: int = 0
    n_in: int = 0
    out: frozenset[str] = frozenset()
    began: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether a zero is a zero, and a change a change."""
        return self.n_in == self.owed if self.owed else self.began

    def is_out(self, region: str) -> bool:
        """Whether the region itself has not reported, or nothing at all is there."""
        return region in self.out or not (self.n_in if self.owed else self.began)


def read_reporting(
    query: Callable[[str, Mapping[str, Any]], list[dict[str, Any]]],
    region: str,
    first: datetime.date,
    last: datetime.date,
    known: datetime.date,
) -> dict[str, Reporting]:
    """What was there of every kind of record.

    Args:
        query: Answers a SELECT on a build.
        region: Code; returns of it and of all below it count, and where that part of the tree owes none, those of the
            nearest region above it.
        first: First day of the months.
        last: Last day of the months.
        known: Nothing that became known later counts.

    Returns:
        Reporting by kind.
    """
    params = {"region": region, "first": first, "last": last, "known": known}
    owed = {row["kind"]: row for row in query(_OWED, params)}
    years = {row["kind"]: row["year"] for row in query(_BEGAN, {"region": region, "known": known})}
    found = {}
    for kind in KINDS:
        row = owed.get(kind, {"owed": 0, "n_in": 0, "out": ()})
        year = years.get(kind)
        found[kind] = Reporting(
            kind, row["owed"], row["n_in"], frozenset(row["out"] or ()), year is not None and year <= first.year
        )
    return found


_OWED = """
WITH below AS (
    SELECT s.kind, s.region_code, s.period_start, s.period_end, s.known_on, s.lapsed_on
    FROM mart_reporting_status AS s JOIN core_regions__ancestors AS a ON a.region_code = s.region_code
    WHERE a.ancestor_code = $region
),
above AS (
    SELECT s.kind, s.region_code, s.period_start, s.period_end, s.known_on, s.lapsed_on,
           RANK() OVER (PARTITION BY s.kind ORDER BY a.distance) AS nearness
    FROM mart_reporting_status AS s JOIN core_regions__ancestors AS a ON a.ancestor_code = s.region_code
    WHERE a.region_code = $region AND a.distance > 0 AND s.kind NOT IN (SELECT kind FROM below)
),
owing AS (
    SELECT kind, region_code, period_start, period_end, known_on, lapsed_on FROM below
    UNION ALL
    SELECT kind, region_code, period_start, period_end, known_on, lapsed_on FROM above WHERE nearness = 1
),
each AS (
    SELECT kind, region_code, period_start, period_end,
           COALESCE(BOOL_OR(known_on <= $known AND (lapsed_on IS NULL OR lapsed_on > $known)), FALSE) AS is_in
    FROM owing WHERE period_start <= $last AND period_end >= $first
    GROUP BY kind, region_code, period_start, period_end
)
SELECT kind, COUNT(*) AS owed, COUNT(*) FILTER (WHERE is_in) AS n_in,
       LIST(DISTINCT region_code ORDER BY region_code) FILTER (WHERE NOT is_in) AS out
FROM each GROUP BY kind ORDER BY kind
"""
_BEGAN = " UNION ALL ".join(
    f"SELECT '{kind}' AS kind, YEAR(MIN({DATE_COLUMNS[kind]})) AS year FROM core_{kind}__versions "
    f"WHERE known_on <= $known AND (superseded_on IS NULL OR superseded_on > $known) AND region_code IN "
    f"(SELECT a.region_code FROM core_regions__ancestors AS a WHERE a.ancestor_code = $region)"
    for kind in KINDS
)
