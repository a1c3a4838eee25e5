"""Questions of single pages that are no method of the gate: SQL over the relations of `docs/architecture.md`."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping

from dashboard import sentences
from dashboard.data import Reader
from pipelines.situation import below as below
from pipelines.situation import is_nation as is_nation
from pipelines.situation import none_owed
from pipelines.texts import say


def measure_names(reader: Reader) -> dict[str, dict]:
    """Names of the measures of records and returns, and of the indicators, by code."""
    sql = "SELECT code, name_zh, name_en FROM mart_codes WHERE list IN ('measures', 'statistics_measures')"
    if "assess_indicators" in reader.tables():
        sql = f"SELECT indicator_id AS code, name_zh, name_en FROM assess_indicators UNION ALL {sql}"
    return {row["code"]: row for row in reader.query(sql, ())}


def targets(reader: Reader, plan: str) -> list[dict]:
    """The targets of a plan as its file states them, in its order."""
    return reader.query(
        'SELECT * FROM assess_targets WHERE plan_id = $plan ORDER BY "order", target_id', {"plan": plan}
    )


def owed(reader: Reader, as_of: datetime.date) -> list[dict]:
    """Returns that were due at a date and were not there then, with the regions' names, the newest period first."""
    sql = (
        "SELECT kind, region_code, period_start, period_end, due_on FROM mart_reporting_status "
        "WHERE due_on <= $as_of GROUP BY ALL HAVING COALESCE(BOOL_OR("
        "known_on <= $as_of AND (lapsed_on IS NULL OR lapsed_on > $as_of)), FALSE) = FALSE"
    )
    owing = reader.regions_owing()
    rows = [row for row in reader.query(sql, {"as_of": as_of}) if owing is None or row["region_code"] in owing]
    names = {row["region_code"]: row for row in reader.regions()} if rows else {}
    for row in rows:
        region = names.get(row["region_code"], {})
        row |= {f"region_name_{one}": region.get(f"name_{one}") for one in ("zh", "en")}
    return sorted(rows, key=lambda row: (-row["period_start"].toordinal(), row["kind"], row["region_code"]))


def returns(view, day: datetime.date, owed: str, waiting: str = "") -> str:
    """Who has not reported, or what else is to be said of the returns of the plan's region.

    Args:
        view: The view of this run.
        day: Day at which it is asked.
        owed: Who owes what, in words (`sentences.not_reported`).
        waiting: Kinds that are not complete in the months that are shown, in words.
    """
    if owed:
        return say("app.not_reported", who=owed)
    key = none_owed(view.plan, view.reader.returns_asked(view.plan["region_code"]), waiting)
    return say(key, region=view.region_name, kinds=waiting) if key else ""


def why_no_forecast(reader: Reader, plan: str, as_of: datetime.date) -> str:
    """Why nothing is forecast for a plan at a day, in words; an empty text where something is.

    Args:
        reader: The pinned build.
        plan: Plan id.
        as_of: The forecasts of the last day before it that has some count.
    """
    if "forecast_probabilities" not in reader.tables():
        return say("app.trouble.no_forecasts_yet")
    rows = reader.query(_FORECAST_OR_NOT, {"plan": plan, "as_of": as_of})
    if any(row["has_forecast"] for row in rows):
        return ""
    facts = [json.loads(row["reason_facts"]) for row in rows]
    reasons = [say(f"forecast.no_forecast.{one['refused']}", n=one["n"], needed=one["needed"]) for one in facts]
    return say("app.trouble.none_forecast", reasons=sentences.listed(list(dict.fromkeys(reasons)))) if rows else ""


def region_filter(plan: Mapping, region: str) -> tuple[str | None, dict | None]:
    """Region and filters for the gate's questions about records: a region with all below it, but the nation alone."""
    return (None, {"region_code": region}) if is_nation(plan) else (region, None)


def published_above(reader: Reader, region: str, as_of: datetime.date) -> list[dict]:
    """What was published of the regions above one: printed in their plans, or by a publisher, the newest year of each.

    Args:
        reader: The pinned build.
        region: Code of the region whose superiors are asked for.
        as_of: What was published later is not there.

    Returns:
        `region_code, measure, start_year, end_year, value, unit, words` (the plan's own or the title of the print) and
        `source` (empty for a plan), the nearest region first.
    """
    key = {"region": region, "as_of": as_of}
    rows = reader.query(_PUBLISHED_ABOVE, key)
    if "assess_plans" in reader.tables():
        rows += reader.query(_PRINTED_ABOVE, {"region": region})
    return sorted(rows, key=lambda row: (row["distance"], row["source"], row["measure"] or "", row["words"] or ""))


_FORECAST_OR_NOT = """
SELECT has_forecast, reason_facts FROM forecast_probabilities WHERE plan_id = $plan AND as_of_on = (
    SELECT MAX(p.as_of_on) FROM forecast_probabilities AS p WHERE p.plan_id = $plan AND p.as_of_on <= $as_of
) ORDER BY target_id
"""
_PUBLISHED_ABOVE = """
WITH seen AS (
    SELECT s.region_code, a.distance, s.measure, YEAR(s.period_start) AS start_year, YEAR(s.period_end) AS end_year,
           s.value, s.unit, s.source_title AS words, s.source,
           ROW_NUMBER() OVER (PARTITION BY s.region_code, s.measure ORDER BY s.period_end DESC, s.known_on DESC) AS age
    FROM core_statistics__versions AS s
    JOIN core_regions__ancestors AS a ON a.ancestor_code = s.region_code AND a.region_code = $region AND a.distance > 0
    WHERE s.file_id IN (SELECT f.file_id FROM mart_files AS f WHERE f.is_published) AND s.frequency = 'year'
      AND s.known_on <= $as_of AND (s.superseded_on IS NULL OR s.superseded_on > $as_of)
)
SELECT region_code, distance, measure, start_year, end_year, value, unit, words, source FROM seen WHERE age = 1
"""
_PRINTED_ABOVE = """
SELECT p.region_code, a.distance, r.measure, r.period_start_year AS start_year, r.period_end_year AS end_year,
       r.published_value AS value, r.unit, r.quote AS words, '' AS source
FROM mart_reconciliation AS r
JOIN assess_plans AS p ON p.plan_id = r.plan_id
JOIN core_regions__ancestors AS a ON a.ancestor_code = p.region_code AND a.region_code = $region AND a.distance > 0
WHERE r.published_value IS NOT NULL AND r.measure <> ''
"""
