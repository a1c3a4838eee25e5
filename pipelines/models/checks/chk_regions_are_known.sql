-- chk_regions_are_known: records of regions that the code list does not have.
-- reads: core_reports__received, src_regions
-- severity: stop
-- tell: build.checks.regions_are_known
WITH reports AS (SELECT DISTINCT kind, file_id, region_code FROM core_reports__received)
SELECT reports.kind, reports.file_id, reports.region_code
FROM reports
LEFT JOIN src_regions AS regions ON regions.region_code = reports.region_code
WHERE regions.region_code IS NULL
