-- mart_reporting_status: what each region owes for each period, and since when it has been there.
-- grain: kind, region_code, period_start, period_end
-- reads: core_regions__ancestors, src_calendar, src_reporting_calendar, stg_accidents, stg_disasters, stg_inspections,
--     stg_statistics, stg_training
-- caveat: first_known_on NULL = not reported; lapsed_on = the day on which the last file of the period was taken away
WITH owed AS (
    SELECT due.kind, due.region_code, due.period_start, due.period_end, due.due_on, calendar.month
    FROM src_reporting_calendar AS due
    JOIN src_calendar AS calendar
        ON calendar.month >= CAST(DATE_TRUNC('month', due.period_start) AS DATE) AND calendar.month <= due.period_end
),
received AS (
    SELECT
        'accidents' AS kind, region_code, CAST(DATE_TRUNC('month', occurred_at) AS DATE) AS month,
        MIN(known_on) AS first_known_on,
        MIN(CASE WHEN gone_on IS NULL THEN known_on END) AS first_kept_on,
        MAX(gone_on) AS last_gone_on,
        MAX(CASE WHEN status = 'zero_return' AND gone_on IS NULL THEN 1 ELSE 0 END) AS zero_returns
    FROM stg_accidents
    GROUP BY region_code, CAST(DATE_TRUNC('month', occurred_at) AS DATE)
    UNION ALL
    SELECT
        'disasters' AS kind, region_code, CAST(DATE_TRUNC('month', started_on) AS DATE) AS month,
        MIN(known_on) AS first_known_on,
        MIN(CASE WHEN gone_on IS NULL THEN known_on END) AS first_kept_on,
        MAX(gone_on) AS last_gone_on,
        MAX(CASE WHEN status = 'zero_return' AND gone_on IS NULL THEN 1 ELSE 0 END) AS zero_returns
    FROM stg_disasters
    GROUP BY region_code, CAST(DATE_TRUNC('month', started_on) AS DATE)
    UNION ALL
    SELECT
        'inspections' AS kind, region_code, CAST(DATE_TRUNC('month', inspected_on) AS DATE) AS month,
        MIN(known_on) AS first_known_on,
        MIN(CASE WHEN gone_on IS NULL THEN known_on END) AS first_kept_on,
        MAX(gone_on) AS last_gone_on,
        MAX(CASE WHEN status = 'zero_return' AND gone_on IS NULL THEN 1 ELSE 0 END) AS zero_returns
    FROM stg_inspections
    GROUP BY region_code, CAST(DATE_TRUNC('month', inspected_on) AS DATE)
    UNION ALL
    SELECT
        'training' AS kind, region_code, CAST(DATE_TRUNC('month', held_on) AS DATE) AS month,
        MIN(known_on) AS first_known_on,
        MIN(CASE WHEN gone_on IS NULL THEN known_on END) AS first_kept_on,
        MAX(gone_on) AS last_gone_on,
        MAX(CASE WHEN status = 'zero_return' AND gone_on IS NULL THEN 1 ELSE 0 END) AS zero_returns
    FROM stg_training
    GROUP BY region_code, CAST(DATE_TRUNC('month', held_on) AS DATE)
    UNION ALL
    SELECT
        'statistics' AS kind, region_code, CAST(DATE_TRUNC('month', period_end) AS DATE) AS month,
        MIN(known_on) AS first_known_on,
        MIN(CASE WHEN gone_on IS NULL THEN known_on END) AS first_kept_on,
        MAX(gone_on) AS last_gone_on,
        MAX(CASE WHEN status = 'zero_return' AND gone_on IS NULL THEN 1 ELSE 0 END) AS zero_returns
    FROM stg_statistics
    GROUP BY region_code, CAST(DATE_TRUNC('month', period_end) AS DATE)
),
-- A district has reported when one of its towns has.
reported AS (
    SELECT
        received.kind, ancestors.ancestor_code AS region_code, received.month,
        MIN(received.first_known_on) AS first_known_on,
        MIN(received.first_kept_on) AS first_kept_on,
        MAX(received.last_gone_on) AS last_gone_on,
        MAX(received.zero_returns) AS zero_returns
    FROM received
    JOIN core_regions__ancestors AS ancestors ON ancestors.region_code = received.region_code
    GROUP BY received.kind, ancestors.ancestor_code, received.month
)
SELECT
    owed.kind, owed.region_code, owed.period_start, owed.period_end, owed.due_on,
    MIN(reported.first_known_on) AS first_known_on,
    CASE WHEN MIN(reported.first_kept_on) IS NULL THEN MAX(reported.last_gone_on) END AS lapsed_on,
    COALESCE(MAX(reported.zero_returns), 0) = 1 AS has_zero_return
FROM owed
LEFT JOIN reported
    ON reported.kind = owed.kind AND reported.region_code = owed.region_code AND reported.month = owed.month
GROUP BY owed.kind, owed.region_code, owed.period_start, owed.period_end, owed.due_on
