-- chk_synthetic_and_real_are_apart: synthetic files that stand beside an office's real ones.
-- reads: src_files
-- severity: stop
-- tell: build.checks.synthetic_and_real_are_apart
-- caveat: a publisher's figures, shipped with the product, are real and may stand beside either
WITH real_files AS (SELECT COUNT(*) AS files FROM src_files WHERE NOT is_synthetic AND NOT is_published)
SELECT files.kind, files.path
FROM src_files AS files
CROSS JOIN real_files
WHERE files.is_synthetic AND real_files.files > 0
