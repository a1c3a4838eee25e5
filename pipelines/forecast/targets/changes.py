"""Why a yearly value moved between two quarter-ends: rows of `forecast_changes`.

Each record's changes in the quarter have one cause. The value is recomputed with the causes switched on one after the
other, the denominator last, so the amounts sum to the whole change exactly. A target that each of several regions must
meet is told region by region; a milestone counts as one in the year in which it was reached.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from pipelines.assessment import Assessment
from pipelines.assessment.arithmetic import Bound, exact
from pipelines.assessment.assessor import Archive
from pipelines.assessment.values import Reader, YearValue
from pipelines.assessment.view import date_done
from pipelines.forecast.targets.event_changes import event_steps, quarter_start
from pipelines.forecast.targets.records import STRIKES, Ask
from pipelines.plans import Plan
from pipelines.record_measures import COUNTED, DATE_COLUMNS

CAUSES = ("new_events", "late_reports", "revisions", "struck_off", "withdrawn", "denominators")
NOT_COUNTED = ("disasters", "statistics")
"""Kinds of which single versions are looked at."""
Move = tuple[int, str, Fraction, int]
"""Year, cause, amount in the target's own unit, records."""


@dataclass(frozen=True)
class Moves:
    """What moved the records.

    Attributes:
        counted: (region, measure, quarter-end, year) → cause → (amount, records).
        withdrawn: Versions of disasters and returns that no strike-off ended but the withdrawal of their file: kind,
            reporting region and record id parted by a slash, and the day.
    """

    counted: dict[tuple[str, str, dt.date, int], dict[str, tuple[int, int]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    withdrawn: frozenset[tuple[str, str, dt.date]] = frozenset()

    def of_events(self) -> frozenset[tuple[str, dt.date]]:
        """The withdrawn events."""
        return frozenset((record, day) for kind, record, day in self.withdrawn if kind == "disasters")

    def has_return(self, region: str, after: dt.date, until: dt.date) -> bool:
        """Whether a return of a region was withdrawn in a span of days."""
        return any(
            kind == "statistics" and record.partition("/")[0] == region and after < day <= until
            for kind, record, day in self.withdrawn
        )


def read_moves(ask: Ask, regions: Iterable[str], measures: Iterable[str]) -> Moves:
    """Changes of measures by the quarter in which they became known, the year of occurrence, and the cause.

    Args:
        ask: Answers a SELECT on core and marts.
        regions: Regions with all below them.
        measures: Measures counted from records.
    """
    moves = Moves(withdrawn=frozenset(row for kind in NOT_COUNTED for row in ask(_WITHDRAWN.format(kind=kind), [])))
    wanted = sorted(set(regions))
    for measure in sorted(measures):
        counted = COUNTED[measure]
        strikes = STRIKES.format(kind=counted.kind)
        sql = _MOVES.format(kind=counted.kind, day=DATE_COLUMNS[counted.kind], amount=counted.amount, strikes=strikes)
        for region, quarter_end, year, cause, amount, records in ask(sql, [wanted]):
            moves.counted[region, measure, quarter_end, year][cause] = (int(amount), int(records))
    return moves


def change_rows(
    archive: Archive, plan: Plan, one: Assessment, before: dt.date, as_of: dt.date, moves: Moves
) -> Iterable[tuple]:
    """Rows of `forecast_changes` for one target between two quarter-ends, for every plan year that moved.

    Args:
        archive: Yearly values at both dates.
        plan: The plan.
        one: The target at the later date.
        before: The earlier date.
        as_of: The later one, a quarter after it.
        moves: What `read_moves` found.
    """
    constant = one.rule.gdp_basis == "constant"
    every = [(result.region_code, result.bound) for result in one.regions] or [(None, one.bound)]
    for region, bound in every:
        reader = archive.reader(plan, one.target, region, constant_prices=constant)
        if one.indicator.form == "milestone":
            found = _milestone_moves(reader, bound, before, as_of, moves)
        elif one.indicator.form == "worst_event":
            found = _event_moves(reader, plan, one, before, as_of, moves)
        else:
            found = _yearly_moves(archive, reader, plan, before, as_of, moves)
        for year, cause, amount, records in found:
            yield (plan.id, one.target.id, region, before, as_of, year, cause, amount, records)


def _yearly_moves(
    archive: Archive, reader: Reader, plan: Plan, before: dt.date, as_of: dt.date, moves: Moves
) -> Iterable[Move]:
    earlier, later = archive.years(reader, before), archive.years(reader, as_of)
    for year in range(plan.baseline_year, as_of.year + 1):
        was, now = earlier.get(year), later.get(year)
        if was is None and now is None:
            continue
        steps = _numerator_steps(reader, plan, year, (before, as_of), was, now, moves)
        scale = exact(reader.indicator.scale)
        divided = reader.indicator.denominator is not None
        below_was = _divisor(earlier, year) if divided else Fraction(1)
        below_now = _divisor(later, year) if divided else Fraction(1)
        if not below_now:
            continue
        below_was = below_was or below_now
        for cause in CAUSES[:-1]:
            amount, records = steps.get(cause, (Fraction(0), 0))
            if amount or records:
                moved = amount / below_was * (scale if divided else 1)
                yield year, cause, moved, records
        total = now.numerator if now and now.numerator is not None else Fraction(0)
        if divided and below_now != below_was:
            moved = (total / below_now - total / below_was) * scale
            yield year, "denominators", moved, 0


def _event_moves(
    reader: Reader, plan: Plan, one: Assessment, before: dt.date, as_of: dt.date, moves: Moves
) -> Iterable[Move]:
    versions, column = reader.event_versions(), one.indicator.numerator.event
    by_share = one.bound if one.rule.required_share is not None else None
    steps = event_steps(versions, column, before, as_of, moves.of_events(), by_share)
    for year in sorted(steps):
        if plan.baseline_year <= year <= as_of.year:
            for cause, (amount, records) in steps[year].items():
                yield year, cause, amount, records


def _milestone_moves(
    reader: Reader, bound: Bound | None, before: dt.date, as_of: dt.date, moves: Moves
) -> Iterable[Move]:
    if bound is None:
        return
    was, now = (date_done(reader, bound, day) for day in (before, as_of))
    if was == now:
        return
    if was is None:
        yield now.year, "new_events" if now >= quarter_start(as_of) else "late_reports", Fraction(1), 1
    elif now is None:
        is_withdrawn = moves.has_return(reader.region, before, as_of)
        yield was.year, "withdrawn" if is_withdrawn else "struck_off", Fraction(-1), 1
    else:
        for year in sorted({was.year, now.year}):
            yield year, "revisions", Fraction((year == now.year) - (year == was.year)), 1


def value_of(years: Mapping[int, YearValue], year: int, scale: Fraction | None) -> Fraction | None:
    """The year so far: numerator over the year's denominator, or over the newest known before it; the worst event.

    Args:
        years: Yearly values as known at a date.
        year: Which year.
        scale: Of a ratio; None for what is no ratio.
    """
    known = years.get(year)
    if known and known.events:
        return max((value for value, _ in known.events if value is not None), default=Fraction(0))
    above = known.numerator if known and known.numerator is not None else Fraction(0)
    if scale is None:
        return above
    below = _divisor(years, year)
    return above / below * scale if below else None


def _divisor(years: Mapping[int, YearValue], year: int) -> Fraction | None:
    known = [one for one in years if one <= year and years[one].denominator]
    return years[max(known)].denominator if known else None


def _numerator_steps(
    reader: Reader,
    plan: Plan,
    year: int,
    dates: tuple[dt.date, dt.date],
    was: YearValue | None,
    now: YearValue | None,
    moves: Moves,
) -> dict[str, tuple[Fraction, int]]:
    source, name = reader.indicator.numerator.source(plan.figures)
    if source == "measure":
        found = moves.counted.get((reader.region, name, dates[1], year), {})
        return {cause: (Fraction(amount), records) for cause, (amount, records) in found.items()}
    first = was.numerator if was else None
    last = now.numerator if now else None
    if first == last:
        return {}
    cause = "new_events" if first is None else "revisions"
    if last is None and moves.has_return(reader.region, *dates):  # else a part of the year ceased to stand for it
        cause = "withdrawn"
    return {cause: ((last or Fraction(0)) - (first or Fraction(0)), 1)}


_WITHDRAWN = (
    """
SELECT '{kind}', v.region_code || '/' || v.record_id, v.superseded_on
FROM core_{kind}__versions AS v
LEFT JOIN core_{kind}__versions AS n
  ON n.source = v.source AND n.record_id = v.record_id AND n.region_code = v.region_code
  AND n.known_on = v.superseded_on
LEFT JOIN ("""
    + STRIKES
    + """) AS s
  ON s.source = v.source AND s.record_id = v.record_id AND s.region_code = v.region_code
  AND s.known_on = v.superseded_on
WHERE v.superseded_on IS NOT NULL AND n.file_id IS NULL AND s.known_on IS NULL
"""
)

# What a version adds on the day on which it becomes known it takes back on the day on which it stops counting. The
# first version of a record is new, or late when it happened before the quarter began; what replaces it is a revision.
# What ends without being replaced was struck off, or went with its file.
_MOVES = """
WITH versions AS (
    SELECT v.source, v.record_id, v.region_code, v.known_on, v.superseded_on, v.{day} AS happened_on,
           {amount} AS amount,
           ROW_NUMBER() OVER (PARTITION BY v.source, v.record_id, v.region_code ORDER BY v.known_on) AS place,
           LEAD(v.known_on) OVER (PARTITION BY v.source, v.record_id, v.region_code ORDER BY v.known_on) AS next_on
    FROM core_{kind}__versions AS v
),
strikes AS ({strikes}),
moves AS (
    SELECT region_code, source, record_id, happened_on, known_on AS moved_on, amount,
           CASE WHEN place > 1 THEN 'revisions'
                WHEN happened_on >= CAST(DATE_TRUNC('quarter', known_on) AS DATE) THEN 'new_events'
                ELSE 'late_reports' END AS cause
    FROM versions
    UNION ALL
    SELECT v.region_code, v.source, v.record_id, v.happened_on, v.superseded_on AS moved_on, -v.amount AS amount,
           CASE WHEN v.next_on = v.superseded_on THEN 'revisions'
                WHEN s.known_on IS NOT NULL THEN 'struck_off' ELSE 'withdrawn' END AS cause
    FROM versions AS v
    LEFT JOIN strikes AS s
      ON s.source = v.source AND s.record_id = v.record_id AND s.region_code = v.region_code
      AND s.known_on = v.superseded_on
    WHERE v.superseded_on IS NOT NULL
)
SELECT above.ancestor_code,
       CAST(DATE_TRUNC('quarter', m.moved_on) + INTERVAL 3 MONTH - INTERVAL 1 DAY AS DATE) AS quarter_end,
       YEAR(m.happened_on), m.cause, SUM(m.amount),
       COUNT(DISTINCT m.source || '/' || m.record_id || '/' || m.region_code) FILTER (WHERE m.amount <> 0)
FROM moves AS m
JOIN core_regions__ancestors AS above ON above.region_code = m.region_code
WHERE above.ancestor_code IN (SELECT UNNEST($1::VARCHAR[]))
GROUP BY ALL
HAVING SUM(m.amount) <> 0 OR COUNT(*) FILTER (WHERE m.amount <> 0) > 0
ORDER BY ALL
"""
