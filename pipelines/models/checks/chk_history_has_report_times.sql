-- chk_history_has_report_times: records of files declared as history that do not say when they were reported.
-- reads: core_accidents__versions, core_disasters__versions, core_inspections__versions, core_statistics__versions,
--     core_training__versions, src_files
-- severity: warn
-- tell: build.checks.history_has_report_times
-- caveat: such a record counts as known on the day its file arrived, as if nothing had been declared
WITH reports AS (
    SELECT 'accidents' AS kind, file_id, sheet, record_number, line_number, record_id, occurred_on AS happened_on, reported_at
    FROM core_accidents__versions WHERE superseded_on IS NULL AND reported_at IS NULL
    UNION ALL
    SELECT 'disasters' AS kind, file_id, sheet, record_number, line_number, record_id, started_on AS happened_on, reported_at
    FROM core_disasters__versions WHERE superseded_on IS NULL AND reported_at IS NULL
    UNION ALL
    SELECT 'inspections' AS kind, file_id, sheet, record_number, line_number, record_id, inspected_on AS happened_on, reported_at
    FROM core_inspections__versions WHERE superseded_on IS NULL AND reported_at IS NULL
    UNION ALL
    SELECT 'training' AS kind, file_id, sheet, record_number, line_number, record_id, held_on AS happened_on, reported_at
    FROM core_training__versions WHERE superseded_on IS NULL AND reported_at IS NULL
    UNION ALL
    SELECT 'statistics' AS kind, file_id, sheet, record_number, line_number, record_id, period_end AS happened_on, reported_at
    FROM core_statistics__versions WHERE superseded_on IS NULL AND reported_at IS NULL
)
SELECT
    reports.kind, files.path, reports.sheet, reports.line_number, reports.record_id, reports.happened_on,
    files.received_on
FROM reports
JOIN src_files AS files ON files.file_id = reports.file_id AND files.kind = reports.kind
WHERE files.is_history
