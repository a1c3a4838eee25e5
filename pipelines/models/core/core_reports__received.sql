-- core_reports__received: how many reports came in each file, by kind, region and month, and from when to when they were in.
-- grain: file_id, kind, region_code, month, is_zero_return
-- part: file_id
-- reads: stg_accidents, stg_disasters, stg_inspections, stg_statistics, stg_training
-- caveat: in until the file went (gone_on NULL = still in); a strike-off without a date has month 1900-01
WITH reports AS (
    SELECT 'accidents' AS kind, file_id, region_code, CAST(DATE_TRUNC('month', occurred_at) AS DATE) AS month,
        status = 'zero_return' AS is_zero_return, known_on, gone_on
    FROM stg_accidents
    UNION ALL
    SELECT 'disasters' AS kind, file_id, region_code, CAST(DATE_TRUNC('month', started_on) AS DATE) AS month,
        status = 'zero_return' AS is_zero_return, known_on, gone_on
    FROM stg_disasters
    UNION ALL
    SELECT 'inspections' AS kind, file_id, region_code, CAST(DATE_TRUNC('month', inspected_on) AS DATE) AS month,
        status = 'zero_return' AS is_zero_return, known_on, gone_on
    FROM stg_inspections
    UNION ALL
    SELECT 'training' AS kind, file_id, region_code, CAST(DATE_TRUNC('month', held_on) AS DATE) AS month,
        status = 'zero_return' AS is_zero_return, known_on, gone_on
    FROM stg_training
    UNION ALL
    SELECT 'statistics' AS kind, file_id, region_code, CAST(DATE_TRUNC('month', period_end) AS DATE) AS month,
        status = 'zero_return' AS is_zero_return, known_on, gone_on
    FROM stg_statistics
)
SELECT
    file_id, kind, region_code, COALESCE(month, CAST('1900-01-01' AS DATE)) AS month, is_zero_return,
    COUNT(*) AS reports, MIN(known_on) AS known_on,
    MAX(known_on) AS last_known_on, MAX(gone_on) AS gone_on
FROM reports
GROUP BY file_id, kind, region_code, COALESCE(month, CAST('1900-01-01' AS DATE)), is_zero_return
