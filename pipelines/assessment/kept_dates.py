"""Which assessments of a former build still hold: those at dates before the first day on which anything changed.

What was known at a date follows from the rows that were known by then, so a file that tells of later days cannot move
it. Each mart is taken as a set of events: this row began to count on that day, that one ceased to. The events that are
only in the former build or only in the new one say on which day the two begin to differ, region by region.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from pipelines.assessment.series import Ask
from pipelines.plans import Plan

# Of each mart the events with everything that assessments read of a row. A duty to report stands from the first day of
# its year: what is owed later in a year is asked for at every date of it.
_EVENTS = {
    "mart_measure_deltas": """
        SELECT region_code, known_on AS day, sector_code, month, measure, delta FROM {rows}
    """,
    "mart_statistics": """
        SELECT region_code, known_on AS day, 'in' AS what, {said} FROM {rows}
        UNION ALL SELECT region_code, superseded_on, 'out', {said} FROM {rows} WHERE superseded_on IS NOT NULL
    """,
    "mart_blank_records": """
        SELECT region_code, known_on AS day, 'in' AS what, {said} FROM {rows}
        UNION ALL SELECT region_code, superseded_on, 'out', {said} FROM {rows} WHERE superseded_on IS NOT NULL
    """,
    "mart_disaster_events": """
        SELECT region_code, known_on AS day, 'in' AS what, {said} FROM {rows}
        UNION ALL SELECT region_code, superseded_on, 'out', {said} FROM {rows} WHERE superseded_on IS NOT NULL
    """,
    "mart_reporting_status": """
        SELECT region_code, known_on AS day, 'in' AS what, {said} FROM {rows} WHERE known_on IS NOT NULL
        UNION ALL SELECT region_code, lapsed_on, 'out', {said} FROM {rows} WHERE lapsed_on IS NOT NULL
        UNION ALL SELECT DISTINCT region_code, MAKE_DATE(YEAR(period_end), 1, 1), 'owed', {said} FROM {rows}
    """,
}
_SAID = {
    "mart_blank_records": "source, record_id, measure, month, file_id, line_number, known_on",
    "mart_statistics": (
        "source, record_id, measure, sector_code, period_start, period_end, frequency, value, vintage, file_id, "
        "line_number, known_on, doubted_on, doubted_until"
    ),
    "mart_disaster_events": (
        "source, record_id, hazard_code, started_on, affected_person_times, hours_to_first_supplies, "
        "hours_to_basic_relief, warning_delay_seconds, known_on"
    ),
    "mart_reporting_status": "kind, period_start, period_end",
}
_DIFFERENCES = """
SELECT region_code, day FROM (
    SELECT region_code, day, -1 AS n, CAST(hash(e) AS HUGEINT) AS event FROM ({before}) AS e
    UNION ALL SELECT region_code, day, 1, CAST(hash(e) AS HUGEINT) FROM ({after}) AS e
)
GROUP BY region_code, day HAVING SUM(n) <> 0 OR SUM(n * event) <> 0
"""
# A change in a region matters to the plans of the regions above it, and of those below, for which it may report.
_FIRST = """
WITH changes AS ({changes})
SELECT tree.plan_region, MIN(changes.day)
FROM changes
JOIN (
    SELECT ancestor_code AS plan_region, region_code FROM core_regions__ancestors
    UNION SELECT region_code, ancestor_code FROM core_regions__ancestors
) AS tree ON tree.region_code = changes.region_code
WHERE tree.plan_region IN (SELECT UNNEST($1::VARCHAR[]))
GROUP BY tree.plan_region
"""


def kept_dates(
    ask: Ask, plans: Iterable[Plan], dates: Mapping[str, list[dt.date]], compared: Collection[str]
) -> dict[str, list[dt.date]]:
    """The dates of each plan whose rows in the `assess_*` tables that are there still hold.

    Args:
        ask: Answers a SELECT on the build, in which `before__<mart>` and `after__<mart>` stand beside the marts.
        plans: The plans.
        dates: The dates at which each is to be assessed, in order.
        compared: Marts that changed.
    """
    plans = list(plans)
    looked_at = {plan.id: {plan.region_code, *_named(plan)} for plan in plans}
    first = _first_changes(ask, {code for codes in looked_at.values() for code in codes}, compared)
    there: dict[str, set[dt.date]] = {}
    for plan_id, as_of in ask("SELECT plan_id, as_of_on FROM assess_as_of_dates", []):
        there.setdefault(plan_id, set()).add(as_of)
    kept: dict[str, list[dt.date]] = {}
    for plan in plans:
        changed = min((first.get(code, dt.date.max) for code in looked_at[plan.id]), default=dt.date.max)
        kept[plan.id] = []
        for as_of in dates[plan.id]:
            if as_of >= changed or as_of not in there.get(plan.id, ()):
                break
            kept[plan.id].append(as_of)
    return kept


def _named(plan: Plan) -> set[str]:
    return {code for target in plan.targets for code in (*(target.each_region or ()), *(target.region_bounds or ()))}


def _first_changes(ask: Ask, regions: Collection[str], compared: Collection[str]) -> dict[str, dt.date]:
    """The first day on which what is known of each region differs; a region without a difference is absent.

    The events of a region and day are compared by their number and the sum of their hashes of 64 bits, in a fifth of
    the time that the events one by one would take.
    """
    differences = []
    for name in sorted(compared):
        said = _SAID.get(name, "")
        before, after = (_EVENTS[name].format(rows=f"{when}__{name}", said=said) for when in ("before", "after"))
        differences.append(_DIFFERENCES.format(before=before, after=after))
    if not differences:
        return {}
    return dict(ask(_FIRST.format(changes=" UNION ALL ".join(differences)), [sorted(regions)]))
