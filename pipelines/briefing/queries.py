"""The SELECTs by which counted facts are recomputed: written for this end, and not those of the readers.

The page's cuts are counted from the versions of accidents, so they are recomputed from the monthly deltas where these
know the cut; the page's measures are sums of deltas, so they are recomputed from the versions of the records.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Sequence

from pipelines.briefing.facts import Query
from pipelines.periods import Period
from pipelines.record_measures import COUNTED, DATE_COLUMNS, RECTIFIED

_INSIDE = (
    "inside AS (SELECT a.region_code FROM core_regions__ancestors AS a WHERE a.ancestor_code = $region), "
    "parts AS (SELECT a.region_code, r.region_code AS part FROM core_regions__ancestors AS a "
    "JOIN mart_regions AS r ON r.region_code = a.ancestor_code WHERE r.parent_code = $region)"
)
_DELTA_CODES = {
    "total": "''",
    "sector": "COALESCE(d.sector_code, '')",
    "region": "COALESCE(c.part, '')",
    "month": "CAST(EXTRACT(month FROM d.month) AS VARCHAR)",
}
_VERSION_CODES = {
    "type": "COALESCE(v.type_code, '')",
    "cause": "COALESCE(v.cause_code, '')",
    "grade": "v.grade_code",
    "official_grade": "COALESCE(v.official_grade_code, '')",
    "weekday": "CAST(EXTRACT(isodow FROM v.occurred_on) AS VARCHAR)",
    "hour": "COALESCE(CAST(v.occurred_hour AS VARCHAR), '')",
}
MEASURE_OF = {
    "accidents": "accidents",
    "deaths": "work_deaths",
    "serious_injuries": "serious_injuries",
    "loss_fen": "accident_loss_fen",
}
"""What the cuts call a measure, and what the deltas call it."""


@functools.lru_cache(maxsize=256)
def of_cut(region: str, periods: tuple[Period, ...], cut: str) -> Query:
    """Accidents that count as work safety by part of a cut: `back`, `code`, `accidents`, `deaths` and so on."""
    rows, params = _periods(periods)
    if cut in _VERSION_CODES:
        sql = (
            f"WITH p AS ({rows}), {_INSIDE} SELECT p.back, {_VERSION_CODES[cut]} AS code, COUNT(*) AS accidents, "
            "CAST(SUM(COALESCE(v.deaths, 0) + COALESCE(v.missing, 0)) AS BIGINT) AS deaths, "
            "CAST(SUM(COALESCE(v.serious_injuries, 0)) AS BIGINT) AS serious_injuries, "
            "CAST(SUM(COALESCE(v.direct_loss_fen, 0)) AS BIGINT) AS loss_fen, NULL AS unknown "
            "FROM core_accidents__versions AS v JOIN inside AS i ON i.region_code = v.region_code "
            "JOIN p ON v.occurred_on >= p.first_on AND v.occurred_on <= p.last_on AND v.known_on <= p.known_on "
            "WHERE (v.superseded_on IS NULL OR v.superseded_on > p.known_on) "
            "AND (v.counts_as_work_safety IS NULL OR v.counts_as_work_safety) GROUP BY ALL"
        )
    else:
        sums = ", ".join(
            f"NULLIF(CAST(SUM(CASE WHEN d.measure = '{measure}' THEN d.delta ELSE 0 END) AS BIGINT), 0) AS {name}"
            for name, measure in MEASURE_OF.items()
        )
        sql = (
            f"WITH p AS ({rows}), {_INSIDE} SELECT p.back, {_DELTA_CODES[cut]} AS code, {sums}, NULL AS unknown "
            "FROM mart_measure_deltas AS d JOIN inside AS i ON i.region_code = d.region_code "
            "JOIN p ON d.month >= p.first_on AND d.month <= p.last_on AND d.known_on <= p.known_on "
            "LEFT JOIN parts AS c ON c.region_code = d.region_code GROUP BY ALL"
        )
    return Query.of(sql, region=region, **params)


def of_places_without(region: str, periods: tuple[Period, ...], owing: Sequence[str]) -> Query:
    """How many regions directly below had no accident, without those that owe their returns: `n`."""
    counted = of_cut(region, periods, "region")
    codes = ", ".join(f"'{code}'" for code in owing) or "''"
    sql = (
        f"SELECT COUNT(*) AS n FROM mart_regions AS r LEFT JOIN ({counted.sql}) AS q ON q.code = r.region_code "
        f"WHERE r.parent_code = $region AND COALESCE(q.accidents, 0) = 0 AND r.region_code NOT IN ({codes})"
    )
    return Query.of(sql, **dict(counted.params))


@functools.lru_cache(maxsize=256)
def of_kind(region: str, periods: tuple[Period, ...], kind: str) -> Query:
    """Every measure of one kind of record, a column each, from the records themselves: `back` and the measures."""
    rows, params = _periods(periods)
    day = DATE_COLUMNS[kind]
    sums = ", ".join(
        f"NULLIF(CAST(SUM({counted.amount}) AS BIGINT), 0) AS {measure}"
        for measure, counted in COUNTED.items()
        if counted.kind == kind
    )
    sql = (
        f"WITH p AS ({rows}), {_INSIDE} SELECT p.back, {sums}, NULL AS unknown FROM core_{kind}__versions AS v "
        "JOIN inside AS i ON i.region_code = v.region_code "
        f"JOIN p ON v.{day} >= p.first_on AND v.{day} <= p.last_on AND v.known_on <= p.known_on "
        "WHERE (v.superseded_on IS NULL OR v.superseded_on > p.known_on) GROUP BY p.back"
    )
    return Query.of(sql, region=region, **params)


def of_hazards(region: str, period: Period) -> Query:
    """Disaster events of a period by hazard: `code`, `events`."""
    sql = (
        f"WITH {_INSIDE} SELECT v.hazard_code AS code, COUNT(*) AS events FROM core_disasters__versions AS v "
        "JOIN inside AS i ON i.region_code = v.region_code WHERE v.started_on >= $first AND v.started_on <= $last "
        "AND v.known_on <= $known AND (v.superseded_on IS NULL OR v.superseded_on > $known) GROUP BY 1"
    )
    return Query.of(sql, region=region, first=period.first, last=period.last, known=period.known)


def of_major_hazards(region: str, start: datetime.date, known: datetime.date) -> Query:
    """Major hazards by place (`code`, '' where not assigned) and together (`*`): listed, rectified, open, overdue.

    What the file of a hazard does not tell is NULL, where it is so of all of them, and `untold`.
    """
    new, told = "FILTER (WHERE is_new", "FILTER (WHERE NOT is_untold"
    sql = (
        f"WITH {_INSIDE}, found AS (SELECT COALESCE(c.part, '') AS code, v.major_hazards AS n, "
        "v.inspected_on >= $start AS is_new, "
        "COALESCE(v.major_rectified_on <= $known, FALSE) AS is_done, "
        "COALESCE(v.major_due_on < $known, FALSE) AS is_late, v.major_due_on IS NULL AS is_undated, "
        f"COALESCE(CONTAINS(f.remarks, '\"{RECTIFIED}\"'), FALSE) AS is_untold FROM core_inspections__versions AS v "
        "LEFT JOIN mart_files AS f ON f.file_id = v.file_id AND f.kind = 'inspections' "
        "JOIN inside AS i ON i.region_code = v.region_code LEFT JOIN parts AS c ON c.region_code = v.region_code "
        "WHERE v.major_hazards > 0 AND v.inspected_on <= $known AND v.known_on <= $known "
        "AND (v.superseded_on IS NULL OR v.superseded_on > $known)), "
        "twice AS (SELECT * FROM found UNION ALL SELECT '*' AS code, * EXCLUDE (code) FROM found), "
        f"sums AS (SELECT code, COUNT(*) {told}) AS told, COUNT(*) {new}) AS new_rows, "
        f"COUNT(*) {new} AND NOT is_untold) AS new_told, "
        f"SUM(n) {new}) AS listed, SUM(n) {new} AND is_done AND NOT is_untold) AS rectified, "
        f"SUM(n) {told} AND NOT is_done) AS open, SUM(n) {told} AND NOT is_done AND is_late) AS overdue, "
        f"SUM(n) {told} AND NOT is_done AND is_undated) AS undated, SUM(n) FILTER (WHERE is_untold) AS untold "
        "FROM twice GROUP BY code) "
        "SELECT code, CAST(COALESCE(listed, 0) AS BIGINT) AS listed, "
        "CASE WHEN new_told > 0 OR new_rows = 0 THEN CAST(COALESCE(rectified, 0) AS BIGINT) END AS rectified, "
        "CASE WHEN told > 0 THEN CAST(COALESCE(open, 0) AS BIGINT) END AS open, "
        "CASE WHEN told > 0 THEN CAST(COALESCE(overdue, 0) AS BIGINT) END AS overdue, "
        "CAST(COALESCE(undated, 0) AS BIGINT) AS undated, CAST(COALESCE(untold, 0) AS BIGINT) AS untold FROM sums"
    )
    return Query.of(sql, region=region, start=start, known=known)


def of_overdue(region: str, known: datetime.date) -> Query:
    """Open major hazards past their date, a row each: `source`, `record_id`, `region_code` and the dates."""
    sql = (
        f"WITH {_INSIDE} SELECT v.source, v.record_id, v.region_code, v.inspected_on, v.major_due_on, v.line_number, "
        "$known AS known_on FROM core_inspections__versions AS v JOIN inside AS i ON i.region_code = v.region_code "
        "WHERE v.major_hazards > 0 AND v.major_due_on < $known AND v.known_on <= $known "
        "AND (v.superseded_on IS NULL OR v.superseded_on > $known) "
        "AND (v.major_rectified_on IS NULL OR v.major_rectified_on > $known)"
    )
    return Query.of(sql, region=region, known=known)


def of_larger(region: str, known: datetime.date, until: datetime.date) -> Query:
    """The newest accident of grade 较大 or above (`last_on`), the first of all (`first_on`), and the two days asked."""
    sql = (
        f"WITH {_INSIDE} SELECT MAX(v.occurred_on) FILTER (WHERE g.rank >= 2) AS last_on, "
        "MIN(v.occurred_on) AS first_on, $known AS known_on, $until AS until FROM core_accidents__versions AS v "
        "JOIN inside AS i ON i.region_code = v.region_code LEFT JOIN mart_grades AS g ON g.grade_code = v.grade_code "
        "WHERE (v.counts_as_work_safety IS NULL OR v.counts_as_work_safety) AND v.known_on <= $known "
        "AND (v.superseded_on IS NULL OR v.superseded_on > $known) AND v.occurred_on <= $until"
    )
    return Query.of(sql, region=region, known=known, until=until)


def of_news(region: str, start: datetime.date, earlier: datetime.date, later: datetime.date) -> Query:
    """What became known of accidents since `start` between two days, one row with a column for each sort of news."""
    told = (
        "ROW(v.occurred_on, v.status, v.sector_code, v.industry_code, v.type_code, v.cause_code, v.grade_code, "
        "v.official_grade_code, v.counts_as_work_safety, v.deaths, v.missing, v.serious_injuries, v.minor_injuries, "
        "v.direct_loss_fen, v.enterprise, v.description)"
    )
    versions = (
        "SELECT v.source, v.record_id, v.region_code, v.occurred_on AS on_day, v.known_on, v.superseded_on, "
        f"COALESCE(v.deaths, 0) + COALESCE(v.missing, 0) AS dead, {told} AS told FROM core_accidents__versions AS v "
        "JOIN inside AS i ON i.region_code = v.region_code WHERE v.occurred_on >= $start AND v.known_on <= $later "
        "AND (v.counts_as_work_safety IS NULL OR v.counts_as_work_safety)"
    )
    live = "SELECT * FROM versions WHERE known_on <= {day} AND (superseded_on IS NULL OR superseded_on > {day})"
    both = "USING (source, record_id, region_code)"
    sql = (
        f"WITH {_INSIDE}, versions AS ({versions}), "
        f"old AS ({live.format(day='$earlier')}), new AS ({live.format(day='$later')}), "
        f"came AS (SELECT * FROM new ANTI JOIN old {both}), "
        # The last that was known of every record that stood at some day since, and does not stand any more.
        "last AS (SELECT * FROM versions WHERE superseded_on IS NULL OR superseded_on > $earlier "
        "QUALIFY ROW_NUMBER() OVER (PARTITION BY source, record_id, region_code ORDER BY known_on DESC) = 1), "
        f"gone AS (SELECT * FROM last ANTI JOIN new {both}), "
        f"fresh AS (SELECT on_day, dead FROM came UNION ALL SELECT on_day, dead FROM gone ANTI JOIN old {both}), "
        "kept AS (SELECT n.dead - o.dead AS more FROM new AS n JOIN old AS o ON o.source = n.source "
        "AND o.record_id = n.record_id AND o.region_code = n.region_code WHERE n.told IS DISTINCT FROM o.told) "
        "SELECT (SELECT COUNT(*) FROM fresh) AS new_accidents, "
        "CAST((SELECT COALESCE(SUM(dead), 0) FROM fresh) AS BIGINT) AS new_deaths, "
        "(SELECT COUNT(*) FROM fresh WHERE on_day <= $earlier) AS late_accidents, "
        "(SELECT COUNT(*) FROM kept) AS revised, "
        "CAST((SELECT COALESCE(SUM(more), 0) FROM kept) AS BIGINT) AS deaths_revised, "
        "(SELECT COUNT(*) FROM gone) AS removed, "
        "CAST((SELECT COALESCE(SUM(dead), 0) FROM gone) AS BIGINT) AS deaths_removed, "
        "(SELECT COUNT(DISTINCT (v.source, v.record_id, v.region_code)) FROM core_accidents__versions AS v "
        "JOIN inside AS i ON i.region_code = v.region_code WHERE v.occurred_on < $start AND v.known_on <= $later "
        "AND (v.counts_as_work_safety IS NULL OR v.counts_as_work_safety) AND NOT EXISTS "
        "(SELECT 1 FROM core_accidents__versions AS o WHERE o.source = v.source AND o.record_id = v.record_id "
        "AND o.region_code = v.region_code AND o.known_on <= $earlier)) AS older_accidents"
    )
    return Query.of(sql, region=region, start=start, earlier=earlier, later=later)


def _periods(periods: Sequence[Period]) -> tuple[str, dict[str, datetime.date]]:
    rows, params = [], {}
    for one in periods:
        n = one.back
        rows.append(f"SELECT {n} AS back, $first{n} AS first_on, $last{n} AS last_on, $known{n} AS known_on")
        params |= {f"first{n}": one.first, f"last{n}": one.last, f"known{n}": one.known}
    return " UNION ALL ".join(rows), params
