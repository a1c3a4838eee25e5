-- chk_one_accident_of_two_sources: deadly accidents that two sources report alike, and that then count twice.
-- reads: core_accidents__versions, core_regions__ancestors, src_files
-- severity: warn
-- tell: build.checks.one_accident_of_two_sources
-- caveat: alike = the same day, sector and deaths, in one region or in one above the other, and either the same id
--     or the same time of day, or no hour in one of the two; accidents without dead are not looked at
WITH deadly AS (
    SELECT
        source, record_id, region_code, file_id, sheet, line_number, sector_code, deaths, occurred_at, occurred_on,
        occurred_hour
    FROM core_accidents__versions
    WHERE deaths > 0 AND superseded_on IS NULL
),
alike AS (
    SELECT
        one.source, one.record_id, one.region_code, one.file_id, one.sheet, one.line_number,
        other.source AS other_source, other.region_code AS other_region_code, other.file_id AS other_file_id,
        other.line_number AS other_line_number
    FROM deadly AS one
    JOIN deadly AS other
        ON other.occurred_on = one.occurred_on AND other.sector_code = one.sector_code AND other.deaths = one.deaths
        AND other.source > one.source
    WHERE other.record_id = one.record_id OR other.occurred_at = one.occurred_at
        OR one.occurred_hour IS NULL OR other.occurred_hour IS NULL
),
files AS (SELECT * FROM src_files)
SELECT DISTINCT
    alike.source, alike.record_id, alike.region_code, files.path, alike.sheet, alike.line_number,
    alike.other_source, other_files.path AS other_path, alike.other_line_number
FROM alike
JOIN core_regions__ancestors AS within
    ON (within.region_code = alike.region_code AND within.ancestor_code = alike.other_region_code)
    OR (within.region_code = alike.other_region_code AND within.ancestor_code = alike.region_code)
JOIN files ON files.file_id = alike.file_id AND files.kind = 'accidents'
JOIN files AS other_files ON other_files.file_id = alike.other_file_id AND other_files.kind = 'accidents'
