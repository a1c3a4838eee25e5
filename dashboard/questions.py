"""Questions of single pages that are no method of the gate: SQL over the relations of `docs/architecture.md`."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from dashboard.data import Reader
from pipelines.record_measures import DATE_COLUMNS
from pipelines.situation import below as below
from pipelines.situation import is_nation as is_nation


def records_by_month(
    reader: Reader, kind: str, region: str, start, end, as_of: datetime.date, *, is_alone: bool
) -> list[dict]:
    """How many records of a kind fell into each month, as known at a date: `month, n`.

    Args:
        reader: The pinned build.
        kind: One of the five kinds of record.
        region: Code of a region; all below it count.
        start: First day of occurrence.
        end: Last day of occurrence.
        as_of: What was known by then.
        is_alone: Only the region itself counts, without those below it.
    """
    day = DATE_COLUMNS[kind]
    far = 0 if is_alone else 99
    sql = (
        f"SELECT CAST(DATE_TRUNC('month', v.{day}) AS DATE) AS month, COUNT(*) AS n FROM core_{kind}__versions AS v "
        f"WHERE v.known_on <= $as_of AND (v.superseded_on IS NULL OR v.superseded_on > $as_of) "
        f"AND v.{day} BETWEEN $start AND $end AND v.region_code IN "
        "(SELECT a.region_code FROM core_regions__ancestors AS a "
        "WHERE a.ancestor_code = $region AND a.distance <= $far) "
        "GROUP BY 1 ORDER BY 1"
    )
    return reader.query(sql, {"as_of": as_of, "start": start, "end": end, "region": region, "far": far})


def measure_names(reader: Reader) -> dict[str, dict]:
    """Names of the measures of records and returns, by code."""
    sql = "SELECT code, name_zh, name_en FROM mart_codes WHERE list IN ('measures', 'statistics_measures')"
    return {row["code"]: row for row in reader.query(sql, ())}


def owed(reader: Reader, as_of: datetime.date) -> list[dict]:
    """Returns that were due at a date and were not there then, with the regions' names, the newest period first."""
    sql = (
        "WITH returns AS (SELECT kind, region_code, period_start, period_end, due_on, "
        "COALESCE(BOOL_OR(known_on <= $as_of AND (lapsed_on IS NULL OR lapsed_on > $as_of)), FALSE) AS is_in "
        "FROM mart_reporting_status GROUP BY ALL) "
        "SELECT s.*, r.name_zh AS region_name_zh, r.name_en AS region_name_en FROM returns AS s "
        "LEFT JOIN mart_regions AS r ON r.region_code = s.region_code WHERE s.due_on <= $as_of AND NOT s.is_in "
        "ORDER BY s.period_start DESC, s.kind, s.region_code"
    )
    return reader.query(sql, {"as_of": as_of})


def region_filter(plan: Mapping, region: str) -> tuple[str | None, dict | None]:
    """Region and filters for the gate's questions about records: a region with all below it, but the nation alone."""
    return (None, {"region_code": region}) if is_nation(plan) else (region, None)
