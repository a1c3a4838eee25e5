"""Why the worst event of a year moved between two quarter-ends: rows of `forecast_changes` for targets about events.

A worst value is no sum, so the causes are let in one after the other, in the order of `CAUSES`, and each is given what
the worst value moves by when it comes in. The amounts therefore sum to the whole change.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction

from pipelines.assessment.arithmetic import Bound
from pipelines.assessment.returns import is_live
from pipelines.assessment.series import Event

CAUSES = ("new_events", "late_reports", "revisions", "struck_off", "withdrawn")


def event_steps(
    events: Sequence[Event],
    column: str,
    before: dt.date,
    as_of: dt.date,
    withdrawn: Collection[tuple[str, dt.date]] = (),
    bound: Bound | None = None,
) -> dict[int, dict[str, tuple[Fraction, int]]]:
    """What each cause adds to the worst value of each year, or to the share of its events that is in time.

    Args:
        events: Every version of every event of the region, also those that stopped counting.
        column: Which time of the event is judged, such as `hours_to_basic_relief`.
        before: The earlier date.
        as_of: The later one, a quarter after it.
        withdrawn: Records, with the day, whose version ended because its file was withdrawn.
        bound: Where the value of a year is the share of its events that meets a bound, that bound.

    Returns:
        Year of the event → cause → (amount in the column's unit or as a share, number of records); a year without any
        timed event counts from zero. Only causes with a record.
    """
    found: dict[int, dict[str, tuple[Fraction, int]]] = defaultdict(dict)
    begins = quarter_start(as_of)
    standing = {row.record: row for row in events if is_live(row, before)}
    coming = {row.record: row for row in events if is_live(row, as_of)}
    by_cause: dict[str, list[str]] = defaultdict(list)
    for record in sorted({*standing, *coming}):
        cause = _cause(standing.get(record), coming.get(record), column, begins)
        if cause == "struck_off" and _ended(events, record, as_of) in withdrawn:
            cause = "withdrawn"
        if cause:
            by_cause[cause].append(record)
    for cause in CAUSES:
        touched = by_cause[cause]
        years: dict[int, int] = defaultdict(int)
        for record in touched:
            for year in {row[record].started_on.year for row in (standing, coming) if record in row}:
                years[year] += 1
        was = {year: _level(standing.values(), column, year, bound) for year in years}
        for record in touched:
            standing.pop(record, None)
            if record in coming:
                standing[record] = coming[record]
        for year, records in years.items():
            found[year][cause] = (_level(standing.values(), column, year, bound) - was[year], records)
    return dict(found)


def quarter_start(day: dt.date) -> dt.date:
    """First day of the quarter of a day.

    >>> quarter_start(dt.date(2024, 9, 30))
    datetime.date(2024, 7, 1)
    """
    return dt.date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def _cause(was: Event | None, now: Event | None, column: str, begins: dt.date) -> str | None:
    if was is None and now is not None:
        return "new_events" if now.started_on >= begins else "late_reports"
    if was is not None and now is None:
        return "struck_off"
    told = [(row.started_on.year, row.values[column]) for row in (was, now) if row is not None]
    return "revisions" if told[0] != told[1] else None


def _ended(events: Iterable[Event], record: str, as_of: dt.date) -> tuple[str, dt.date | None]:
    """A record that is gone, and the day on which its last version ended."""
    ends = [row.superseded_on for row in events if row.record == record and row.superseded_on]
    return record, max((day for day in ends if day <= as_of), default=None)


def _level(events: Iterable[Event], column: str, year: int, bound: Bound | None) -> Fraction:
    """The value of one year: its worst event, or the share of its events that meets a bound; without any, zero."""
    values = [row.values[column] for row in events if row.started_on.year == year]
    timed = [value for value in values if value is not None]
    if bound is None:
        return max(timed, default=Fraction(0))
    return Fraction(sum(map(bound.meets, timed)), len(values)) if values else Fraction(0)
