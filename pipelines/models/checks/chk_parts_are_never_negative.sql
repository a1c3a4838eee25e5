-- chk_parts_are_never_negative: months in which more was taken back than was ever reported.
-- part: region_code, month
-- reads: mart_measure_deltas
-- severity: stop
-- tell: build.checks.parts_are_never_negative
SELECT region_code, sector_code, month, measure, SUM(delta) AS amount
FROM mart_measure_deltas
GROUP BY region_code, sector_code, month, measure
HAVING SUM(delta) < 0
