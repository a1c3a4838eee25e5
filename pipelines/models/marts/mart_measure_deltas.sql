-- mart_measure_deltas: signed changes of every additive measure; "as known at t" is the sum over known_on <= t.
-- grain: region_code, sector_code, month, measure, known_on
-- part: region_code, month
-- reads: core_accidents__deltas, core_disasters__deltas, core_inspections__deltas, core_measures__unknown,
--     core_training__deltas
-- caveat: region_code is the region as reported, a town or higher; sector_code '' = not by sector; money in 分;
--     a measure with __unknown behind its name counts the records whose file lacks the column that it adds up
SELECT region_code, sector_code, month, measure, known_on, delta FROM core_accidents__deltas
UNION ALL
SELECT region_code, sector_code, month, measure, known_on, delta FROM core_disasters__deltas
UNION ALL
SELECT region_code, sector_code, month, measure, known_on, delta FROM core_inspections__deltas
UNION ALL
SELECT region_code, sector_code, month, measure, known_on, delta FROM core_training__deltas
UNION ALL
SELECT region_code, '' AS sector_code, month, measure, known_on, delta FROM core_measures__unknown
