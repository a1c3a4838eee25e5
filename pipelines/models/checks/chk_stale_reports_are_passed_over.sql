-- chk_stale_reports_are_passed_over: reports that never counted, because one with a later time of report stood already.
-- reads: core_accidents__intervals, core_disasters__intervals, core_inspections__intervals,
--     core_statistics__intervals, core_training__intervals, src_files
-- severity: warn
-- tell: build.checks.stale_reports_are_passed_over
WITH intervals AS (
    SELECT
        'accidents' AS kind, source, record_id, region_code, version_number,
        superseded_on = known_on AND corrected_on IS NULL AS never_counted,
        file_id, sheet, record_number
    FROM core_accidents__intervals
    UNION ALL
    SELECT
        'disasters' AS kind, source, record_id, region_code, version_number,
        superseded_on = known_on AND corrected_on IS NULL AS never_counted,
        file_id, sheet, record_number
    FROM core_disasters__intervals
    UNION ALL
    SELECT
        'inspections' AS kind, source, record_id, region_code, version_number,
        superseded_on = known_on AND corrected_on IS NULL AS never_counted,
        file_id, sheet, record_number
    FROM core_inspections__intervals
    UNION ALL
    SELECT
        'training' AS kind, source, record_id, region_code, version_number,
        superseded_on = known_on AND corrected_on IS NULL AS never_counted,
        file_id, sheet, record_number
    FROM core_training__intervals
    UNION ALL
    SELECT
        'statistics' AS kind, source, record_id, region_code, version_number,
        superseded_on = known_on AND corrected_on IS NULL AS never_counted,
        file_id, sheet, record_number
    FROM core_statistics__intervals
),
-- One row a report, of the keys of which any report never counted.
reports AS (
    SELECT DISTINCT
        intervals.kind, intervals.source, intervals.record_id, intervals.region_code, intervals.version_number,
        intervals.never_counted, intervals.file_id, intervals.sheet, intervals.record_number
    FROM intervals
    JOIN (SELECT DISTINCT kind, source, record_id, region_code FROM intervals WHERE never_counted) AS keys
        ON keys.kind = intervals.kind AND keys.source = intervals.source AND keys.record_id = intervals.record_id
        AND keys.region_code = intervals.region_code
),
-- In the order in which they came; of one file the last word is looked at last.
followed AS (
    SELECT
        reports.kind, reports.source, reports.record_id, reports.region_code, reports.version_number,
        reports.never_counted, files.path, reports.sheet, reports.record_number,
        MAX(reports.version_number) OVER (
            PARTITION BY reports.kind, reports.source, reports.record_id, reports.region_code
            ORDER BY files.received_on, files.arrival, reports.file_id, reports.version_number
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS standing
    FROM reports
    JOIN src_files AS files ON files.file_id = reports.file_id AND files.kind = reports.kind
)
SELECT kind, path, sheet, record_number, source, record_id, region_code
FROM followed
WHERE never_counted AND standing > version_number
