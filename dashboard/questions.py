"""Questions of single pages that are no method of the gate: SQL over the relations of `docs/architecture.md`."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from dashboard.data import Reader
from pipelines.situation import below as below
from pipelines.situation import is_nation as is_nation


def measure_names(reader: Reader) -> dict[str, dict]:
    """Names of the measures of records and returns, and of the indicators, by code."""
    sql = "SELECT code, name_zh, name_en FROM mart_codes WHERE list IN ('measures', 'statistics_measures')"
    if "assess_indicators" in reader.tables():
        sql = f"SELECT indicator_id AS code, name_zh, name_en FROM assess_indicators UNION ALL {sql}"
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
    owing = reader.regions_owing()
    return [row for row in reader.query(sql, {"as_of": as_of}) if owing is None or row["region_code"] in owing]


def region_filter(plan: Mapping, region: str) -> tuple[str | None, dict | None]:
    """Region and filters for the gate's questions about records: a region with all below it, but the nation alone."""
    return (None, {"region_code": region}) if is_nation(plan) else (region, None)
