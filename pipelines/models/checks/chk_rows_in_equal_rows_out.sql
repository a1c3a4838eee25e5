-- chk_rows_in_equal_rows_out: files whose rows are not all accounted for.
-- reads: core_reports__received, src_files
-- severity: stop
-- tell: build.checks.rows_in_equal_rows_out
WITH staged AS (SELECT kind, file_id, SUM(reports) AS staged FROM core_reports__received GROUP BY kind, file_id)
SELECT files.path, files.records, files.accepted, files.rejected, COALESCE(staged.staged, 0) AS staged
FROM src_files AS files
LEFT JOIN staged ON staged.file_id = files.file_id AND staged.kind = files.kind
WHERE files.records <> files.accepted + files.rejected OR files.accepted <> COALESCE(staged.staged, 0)
