-- chk_one_id_for_two_accidents: reports of one id on two days, neither of them a revision: only the later one counts.
-- reads: core_accidents__intervals, src_files, stg_accidents
-- severity: warn
-- tell: build.checks.one_id_for_two_accidents
WITH reports AS (
    SELECT
        intervals.source, intervals.record_id, intervals.region_code, intervals.version_number, stg.file_id, stg.sheet,
        stg.line_number, CAST(stg.occurred_at AS DATE) AS occurred_on
    FROM (SELECT DISTINCT file_id, sheet, record_number, source, record_id, region_code, version_number
        FROM core_accidents__intervals) AS intervals
    JOIN stg_accidents AS stg
        ON stg.file_id = intervals.file_id AND stg.sheet = intervals.sheet
        AND stg.record_number = intervals.record_number
    WHERE stg.status = 'reported' AND stg.gone_on IS NULL
),
files AS (SELECT * FROM src_files)
SELECT
    reports.source, reports.record_id, reports.region_code, files.path, reports.sheet, reports.line_number,
    other_files.path AS other_path, others.line_number AS other_line_number
FROM reports
JOIN reports AS others
    ON others.source = reports.source AND others.record_id = reports.record_id
    AND others.region_code = reports.region_code
JOIN files ON files.file_id = reports.file_id AND files.kind = 'accidents'
JOIN files AS other_files ON other_files.file_id = others.file_id AND other_files.kind = 'accidents'
WHERE others.version_number > reports.version_number AND others.occurred_on <> reports.occurred_on
