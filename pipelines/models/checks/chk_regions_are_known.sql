-- chk_regions_are_known: records of regions that the code list does not have.
-- reads: src_regions, stg_accidents, stg_disasters, stg_inspections, stg_statistics, stg_training
-- severity: stop
-- tell: build.checks.regions_are_known
WITH reports AS (
    SELECT 'accidents' AS kind, file_id, region_code FROM stg_accidents
    UNION
    SELECT 'disasters' AS kind, file_id, region_code FROM stg_disasters
    UNION
    SELECT 'inspections' AS kind, file_id, region_code FROM stg_inspections
    UNION
    SELECT 'training' AS kind, file_id, region_code FROM stg_training
    UNION
    SELECT 'statistics' AS kind, file_id, region_code FROM stg_statistics
)
SELECT reports.kind, reports.file_id, reports.region_code
FROM reports
LEFT JOIN src_regions AS regions ON regions.region_code = reports.region_code
WHERE regions.region_code IS NULL
