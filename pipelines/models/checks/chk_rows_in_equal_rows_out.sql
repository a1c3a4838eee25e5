-- chk_rows_in_equal_rows_out: files whose rows are not all accounted for.
-- reads: src_files, stg_accidents, stg_disasters, stg_inspections, stg_statistics, stg_training
-- severity: stop
-- tell: build.checks.rows_in_equal_rows_out
WITH staged AS (
    SELECT 'accidents' AS kind, file_id, COUNT(*) AS staged FROM stg_accidents GROUP BY file_id
    UNION ALL
    SELECT 'disasters' AS kind, file_id, COUNT(*) AS staged FROM stg_disasters GROUP BY file_id
    UNION ALL
    SELECT 'inspections' AS kind, file_id, COUNT(*) AS staged FROM stg_inspections GROUP BY file_id
    UNION ALL
    SELECT 'training' AS kind, file_id, COUNT(*) AS staged FROM stg_training GROUP BY file_id
    UNION ALL
    SELECT 'statistics' AS kind, file_id, COUNT(*) AS staged FROM stg_statistics GROUP BY file_id
)
SELECT files.path, files.records, files.accepted, files.rejected, COALESCE(staged.staged, 0) AS staged
FROM src_files AS files
LEFT JOIN staged ON staged.file_id = files.file_id AND staged.kind = files.kind
WHERE files.records <> files.accepted + files.rejected OR files.accepted <> COALESCE(staged.staged, 0)
