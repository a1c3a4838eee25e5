-- chk_old_records_are_declared: records that happened long before their file came, which is not declared as history.
-- reads: core_accidents__versions, core_disasters__versions, core_inspections__versions, core_statistics__versions,
--     core_training__versions, src_files
-- severity: warn
-- tell: build.checks.old_records_are_declared
-- caveat: they count as known on the day the file arrived, so no earlier as-of date sees them; what was reported
--     within a year of its arrival is a late report, and the figures of a publisher have vintages of their own;
--     a later edition of a file that was history is new on its day
WITH reports AS (
    SELECT 'accidents' AS kind, file_id, sheet, record_number, line_number, record_id, occurred_on AS happened_on, reported_at
    FROM core_accidents__versions WHERE superseded_on IS NULL
    UNION ALL
    SELECT 'disasters' AS kind, file_id, sheet, record_number, line_number, record_id, started_on AS happened_on, reported_at
    FROM core_disasters__versions WHERE superseded_on IS NULL
    UNION ALL
    SELECT 'inspections' AS kind, file_id, sheet, record_number, line_number, record_id, inspected_on AS happened_on, reported_at
    FROM core_inspections__versions WHERE superseded_on IS NULL
    UNION ALL
    SELECT 'training' AS kind, file_id, sheet, record_number, line_number, record_id, held_on AS happened_on, reported_at
    FROM core_training__versions WHERE superseded_on IS NULL
    UNION ALL
    SELECT 'statistics' AS kind, file_id, sheet, record_number, line_number, record_id, period_end AS happened_on, reported_at
    FROM core_statistics__versions WHERE superseded_on IS NULL
)
SELECT
    reports.kind, files.path, reports.sheet, reports.line_number, reports.record_id, reports.happened_on,
    files.received_on
FROM reports
JOIN src_files AS files ON files.file_id = reports.file_id AND files.kind = reports.kind
WHERE NOT files.is_history AND NOT files.is_published
    AND files.path NOT IN (SELECT path FROM src_files WHERE is_history)
    AND reports.happened_on < CAST(files.received_on - INTERVAL 1 YEAR AS DATE)
    AND (
        reports.reported_at IS NULL
        OR CAST(reports.reported_at AS DATE) < CAST(files.received_on - INTERVAL 1 YEAR AS DATE)
    )
