-- core_training__versions: every version of a training session and the days between which it was the one that counts.
-- grain: source, record_id, region_code, known_on
-- part: source, record_id, region_code
-- reads: core_training__intervals, stg_training
-- caveat: superseded_on NULL = still counts; strike-offs and zero returns are no facts and have no row
WITH reports AS (SELECT * FROM stg_training),
intervals AS (SELECT * FROM core_training__intervals)
SELECT
    reports.file_id, reports.sheet, reports.record_number, reports.line_number, reports.source,
    reports.record_id, reports.status, reports.region_code, reports.reported_at, reports.held_on,
    reports.training_kind_code, reports.topic, reports.participants, reports.enterprises,
    reports.due_new_employees, reports.trained_new_employees, reports.certified,
    CAST(DATE_TRUNC('month', reports.held_on) AS DATE) AS month,
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
