-- core_inspections__versions: every version of an inspection and the days between which it was the one that counts.
-- grain: source, record_id, region_code, known_on
-- part: source, record_id, region_code
-- reads: core_inspections__intervals, stg_inspections
-- caveat: superseded_on NULL = still counts; strike-offs and zero returns are no facts and have no row
WITH reports AS (SELECT * FROM stg_inspections),
intervals AS (SELECT * FROM core_inspections__intervals)
SELECT
    reports.file_id, reports.sheet, reports.record_number, reports.line_number, reports.source,
    reports.record_id, reports.status, reports.region_code, reports.reported_at, reports.inspected_on,
    reports.enterprise, reports.sector_code, reports.inspection_kind_code, reports.inspectors,
    reports.hazards_found, reports.hazards_rectified, reports.major_hazards, reports.major_due_on,
    reports.major_rectified_on, reports.orders_issued, reports.cases_opened, reports.fine_fen,
    reports.enterprise_called_in,
    CAST(DATE_TRUNC('month', reports.inspected_on) AS DATE) AS month,
    COALESCE(intervals.known_on, reports.known_on) AS known_on,
    CASE WHEN intervals.file_id IS NULL THEN reports.gone_on ELSE intervals.superseded_on END AS superseded_on,
    COALESCE(intervals.version_number, 1) AS version_number
FROM reports
LEFT JOIN intervals
    ON intervals.file_id = reports.file_id AND intervals.sheet = reports.sheet
    AND intervals.record_number = reports.record_number
WHERE reports.status NOT IN ('struck_off', 'zero_return')
    AND COALESCE(
        CASE WHEN intervals.file_id IS NULL THEN reports.gone_on ELSE intervals.superseded_on END, DATE '9999-12-31'
    ) > COALESCE(intervals.known_on, reports.known_on)
