-- mart_measure_quarters: the changes of mart_measure_deltas summed up by the quarter in which they became known.
-- grain: region_code, sector_code, month, measure, known_quarter
-- part: region_code, month
-- reads: mart_measure_deltas
-- caveat: known_quarter is the first day of the quarter; a sum of 0 stays, for something was told of the month;
--     within a quarter only mart_measure_deltas says what was known on a day
SELECT
    region_code, sector_code, month, measure, CAST(DATE_TRUNC('quarter', known_on) AS DATE) AS known_quarter,
    CAST(SUM(delta) AS BIGINT) AS delta
FROM mart_measure_deltas
GROUP BY region_code, sector_code, month, measure, CAST(DATE_TRUNC('quarter', known_on) AS DATE)
