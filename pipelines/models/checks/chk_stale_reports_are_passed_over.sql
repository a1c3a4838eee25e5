-- chk_stale_reports_are_passed_over: reports that never counted, because one with a later time of report stood already.
-- reads: core_accidents__intervals, core_disasters__intervals, core_inspections__intervals,
--     core_statistics__intervals, core_training__intervals, src_files, stg_accidents, stg_disasters, stg_inspections,
--     stg_statistics, stg_training
-- severity: warn
-- tell: build.checks.stale_reports_are_passed_over
WITH reports AS (
    SELECT DISTINCT
        'accidents' AS kind, intervals.source, intervals.record_id, intervals.region_code, intervals.version_number,
        intervals.superseded_on = intervals.known_on AS never_counted, intervals.file_id, intervals.sheet,
        reports.line_number, reports.reported_at, reports.received_on, reports.arrival
    FROM core_accidents__intervals AS intervals
    JOIN stg_accidents AS reports
        ON reports.file_id = intervals.file_id AND reports.sheet = intervals.sheet
        AND reports.record_number = intervals.record_number
    UNION ALL
    SELECT DISTINCT
        'disasters' AS kind, intervals.source, intervals.record_id, intervals.region_code, intervals.version_number,
        intervals.superseded_on = intervals.known_on AS never_counted, intervals.file_id, intervals.sheet,
        reports.line_number, reports.reported_at, reports.received_on, reports.arrival
    FROM core_disasters__intervals AS intervals
    JOIN stg_disasters AS reports
        ON reports.file_id = intervals.file_id AND reports.sheet = intervals.sheet
        AND reports.record_number = intervals.record_number
    UNION ALL
    SELECT DISTINCT
        'inspections' AS kind, intervals.source, intervals.record_id, intervals.region_code, intervals.version_number,
        intervals.superseded_on = intervals.known_on AS never_counted, intervals.file_id, intervals.sheet,
        reports.line_number, reports.reported_at, reports.received_on, reports.arrival
    FROM core_inspections__intervals AS intervals
    JOIN stg_inspections AS reports
        ON reports.file_id = intervals.file_id AND reports.sheet = intervals.sheet
        AND reports.record_number = intervals.record_number
    UNION ALL
    SELECT DISTINCT
        'training' AS kind, intervals.source, intervals.record_id, intervals.region_code, intervals.version_number,
        intervals.superseded_on = intervals.known_on AS never_counted, intervals.file_id, intervals.sheet,
        reports.line_number, reports.reported_at, reports.received_on, reports.arrival
    FROM core_training__intervals AS intervals
    JOIN stg_training AS reports
        ON reports.file_id = intervals.file_id AND reports.sheet = intervals.sheet
        AND reports.record_number = intervals.record_number
    UNION ALL
    SELECT DISTINCT
        'statistics' AS kind, intervals.source, intervals.record_id, intervals.region_code, intervals.version_number,
        intervals.superseded_on = intervals.known_on AS never_counted, intervals.file_id, intervals.sheet,
        reports.line_number, reports.reported_at, reports.received_on, reports.arrival
    FROM core_statistics__intervals AS intervals
    JOIN stg_statistics AS reports
        ON reports.file_id = intervals.file_id AND reports.sheet = intervals.sheet
        AND reports.record_number = intervals.record_number
),
-- In the order in which they came; of one file the last word is looked at last.
followed AS (
    SELECT
        kind, source, record_id, region_code, version_number, never_counted, file_id, sheet, line_number, reported_at,
        MAX(version_number) OVER (
            PARTITION BY kind, source, record_id, region_code
            ORDER BY received_on, arrival, file_id, version_number
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS standing
    FROM reports
),
files AS (SELECT * FROM src_files)
SELECT
    followed.kind, files.path, followed.sheet, followed.line_number, followed.source, followed.record_id,
    followed.region_code, followed.reported_at
FROM followed
JOIN files ON files.file_id = followed.file_id AND files.kind = followed.kind
WHERE followed.never_counted AND followed.standing > followed.version_number
