-- chk_statistics_are_finite: statistical figures that are infinite or not a number.
-- reads: mart_statistics
-- severity: stop
-- tell: build.checks.statistics_are_finite
SELECT source, record_id, region_code, measure, known_on, value
FROM mart_statistics
WHERE value > 1e300 OR value < -1e300
