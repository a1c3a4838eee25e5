-- chk_rejected_rows_are_kept: files whose rejected rows are not all in the table of rejected rows.
-- reads: src_files, src_rejects
-- severity: stop
-- tell: build.checks.rejected_rows_are_kept
WITH kept AS (
    SELECT file_id, kind, COUNT(DISTINCT CONCAT(COALESCE(sheet, ''), '|', CAST(record_number AS VARCHAR))) AS kept
    FROM src_rejects
    GROUP BY file_id, kind
)
SELECT files.path, files.rejected, COALESCE(kept.kept, 0) AS kept
FROM src_files AS files
LEFT JOIN kept ON kept.file_id = files.file_id AND kept.kind = files.kind
WHERE files.rejected <> COALESCE(kept.kept, 0)
