"""What the reporting calendar asks for, and whether it was there."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.returns_in import is_in


@dataclass(frozen=True)
class Owed:
    """One return that somebody owes, and the spells in which it was there: (known on, lapsed on; None = still in).

    No spell reaches over the end of the period (`mart_reporting_status`): one from before it holds what had come by
    then.
    """

    period_start: dt.date
    period_end: dt.date
    spells: tuple[tuple[dt.date, dt.date | None], ...] = ()

    def is_in(self, as_of: dt.date) -> bool:
        """Whether the return was there at the end of `as_of`; of a period that still runs, as far as it has run."""
        return any(is_in(known, lapsed, as_of) for known, lapsed in self.spells)

    def is_whole(self, as_of: dt.date) -> bool:
        """Whether the period is over, and was reported to its end."""
        return as_of > self.period_end and self.is_in(as_of)


def by_year(rows: Iterable[Sequence]) -> dict[int, list[Owed]]:
    """Owed returns by the year in which their periods end, from rows of `OWED` without region and kind."""
    spells: dict[tuple, list[tuple[dt.date, dt.date | None]]] = defaultdict(list)
    for who, start, end, known_on, lapsed_on in rows:
        found = spells[who, start, end]
        if known_on is not None:
            found.append((known_on, lapsed_on))
    owed: dict[int, list[Owed]] = defaultdict(list)
    for (_, start, end), found in spells.items():
        owed[end.year].append(Owed(start, end, tuple(found)))
    return dict(owed)


# A region whose part of the tree owes nothing is covered by what the region above it owes.
OWED = """
WITH below AS (
    SELECT above.ancestor_code AS region_code, s.kind, s.region_code AS who,
           s.period_start, s.period_end, s.known_on, s.lapsed_on
    FROM mart_reporting_status AS s JOIN core_regions__ancestors AS above ON above.region_code = s.region_code
    WHERE above.ancestor_code IN (SELECT UNNEST($1::VARCHAR[]))
),
from_above AS (
    SELECT own.region_code, s.kind, s.region_code AS who, s.period_start, s.period_end, s.known_on, s.lapsed_on,
           RANK() OVER (PARTITION BY own.region_code, s.kind ORDER BY own.distance) AS nearness
    FROM mart_reporting_status AS s JOIN core_regions__ancestors AS own ON own.ancestor_code = s.region_code
    WHERE own.distance > 0 AND own.region_code IN (SELECT UNNEST($1::VARCHAR[]))
      AND (own.region_code, s.kind) NOT IN (SELECT (region_code, kind) FROM below)
)
SELECT region_code, kind, who, period_start, period_end, known_on, lapsed_on FROM below
UNION ALL
SELECT region_code, kind, who, period_start, period_end, known_on, lapsed_on FROM from_above WHERE nearness = 1
"""
