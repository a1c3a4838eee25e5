-- chk_losses_have_a_grade: accidents that are larger ones by their loss alone, without dead and without a grade reported.
-- reads: core_accidents__versions, src_grades, src_files
-- severity: warn
-- tell: build.checks.losses_have_a_grade
-- caveat: the usual slip is an amount in yuan below a heading in 万元, which makes it ten thousand times as large
WITH larger AS (
    SELECT MIN(min_loss_fen) AS loss_fen, MIN(min_serious_injuries) AS injuries
    FROM src_grades
    WHERE grade_code = 'larger'
),
files AS (SELECT * FROM src_files)
SELECT
    versions.source, versions.record_id, versions.region_code, files.path, versions.sheet, versions.line_number,
    versions.direct_loss_fen
FROM core_accidents__versions AS versions
CROSS JOIN larger
JOIN files ON files.file_id = versions.file_id AND files.kind = 'accidents'
WHERE versions.superseded_on IS NULL
    AND versions.direct_loss_fen >= larger.loss_fen
    AND COALESCE(versions.deaths, 0) + COALESCE(versions.missing, 0) = 0
    AND COALESCE(versions.serious_injuries, 0) < larger.injuries
    AND versions.official_grade_code IS NULL
