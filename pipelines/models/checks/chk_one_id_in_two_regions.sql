-- chk_one_id_in_two_regions: reports of one id under two regions that look like one record, which then counts twice.
-- reads: core_accidents__strays, core_disasters__strays, core_inspections__strays, core_training__strays, src_files,
--     stg_accidents, stg_disasters, stg_inspections, stg_training
-- severity: warn
-- tell: build.checks.one_id_in_two_regions
-- caveat: a record is its source, id and region, because districts number from one each; looked at are accidents of
--     one id on one day in two regions (a disaster reaches over several), and of every kind strike-offs, and revisions of
--     what is no disaster, that meet no report of their own region but one of another
WITH strayed AS (
    SELECT
        'accidents' AS kind, strays.source, strays.record_id, strays.region_code, strays.file_id, strays.sheet,
        strays.line_number, others.region_code AS other_region_code, others.file_id AS other_file_id,
        others.line_number AS other_line_number
    FROM core_accidents__strays AS strays
    JOIN stg_accidents AS others ON others.source = strays.source AND others.record_id = strays.record_id
    WHERE others.region_code <> strays.region_code AND others.gone_on IS NULL
        AND others.status IN ('reported', 'revised')
    UNION ALL
    SELECT
        'disasters' AS kind, strays.source, strays.record_id, strays.region_code, strays.file_id, strays.sheet,
        strays.line_number, others.region_code AS other_region_code, others.file_id AS other_file_id,
        others.line_number AS other_line_number
    FROM core_disasters__strays AS strays
    JOIN stg_disasters AS others ON others.source = strays.source AND others.record_id = strays.record_id
    WHERE others.region_code <> strays.region_code AND others.gone_on IS NULL
        AND others.status IN ('reported', 'revised')
    UNION ALL
    SELECT
        'inspections' AS kind, strays.source, strays.record_id, strays.region_code, strays.file_id, strays.sheet,
        strays.line_number, others.region_code AS other_region_code, others.file_id AS other_file_id,
        others.line_number AS other_line_number
    FROM core_inspections__strays AS strays
    JOIN stg_inspections AS others ON others.source = strays.source AND others.record_id = strays.record_id
    WHERE others.region_code <> strays.region_code AND others.gone_on IS NULL
        AND others.status IN ('reported', 'revised')
    UNION ALL
    SELECT
        'training' AS kind, strays.source, strays.record_id, strays.region_code, strays.file_id, strays.sheet,
        strays.line_number, others.region_code AS other_region_code, others.file_id AS other_file_id,
        others.line_number AS other_line_number
    FROM core_training__strays AS strays
    JOIN stg_training AS others ON others.source = strays.source AND others.record_id = strays.record_id
    WHERE others.region_code <> strays.region_code AND others.gone_on IS NULL
        AND others.status IN ('reported', 'revised')
),
twins AS (
    SELECT
        'accidents' AS kind, reports.source, reports.record_id, reports.region_code, reports.file_id, reports.sheet,
        reports.line_number, others.region_code AS other_region_code, others.file_id AS other_file_id,
        others.line_number AS other_line_number
    FROM stg_accidents AS reports
    JOIN stg_accidents AS others
        ON others.source = reports.source AND others.record_id = reports.record_id
        AND CAST(others.occurred_at AS DATE) = CAST(reports.occurred_at AS DATE)
    WHERE reports.status = 'reported' AND others.status = 'reported' AND reports.region_code > others.region_code
        AND reports.gone_on IS NULL AND others.gone_on IS NULL
),
files AS (SELECT * FROM src_files),
found AS (
    SELECT
        kind, source, record_id, region_code, file_id, sheet, line_number, other_region_code, other_file_id,
        other_line_number
    FROM strayed
    UNION ALL
    SELECT
        kind, source, record_id, region_code, file_id, sheet, line_number, other_region_code, other_file_id,
        other_line_number
    FROM twins
)
SELECT
    found.kind, found.source, found.record_id, found.region_code, files.path, found.sheet, found.line_number,
    found.other_region_code, other_files.path AS other_path, found.other_line_number
FROM found
JOIN files ON files.file_id = found.file_id AND files.kind = found.kind
JOIN files AS other_files ON other_files.file_id = found.other_file_id AND other_files.kind = found.kind
