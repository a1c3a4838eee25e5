-- chk_grades_agree: accidents whose official grade differs from the one that the law derives.
-- reads: core_accidents__versions
-- severity: warn
-- tell: build.checks.grades_agree
SELECT source, record_id, region_code, known_on, official_grade_code, grade_code, file_id, sheet, record_number
FROM core_accidents__versions
WHERE superseded_on IS NULL AND official_grade_code <> grade_code
