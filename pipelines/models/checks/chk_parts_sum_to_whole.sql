-- chk_parts_sum_to_whole: months of a region whose changes do not sum to the records that count today.
-- part: region_code, month
-- reads: core_accidents__versions, core_disasters__versions, core_inspections__versions, core_training__versions,
--     mart_measure_deltas
-- severity: stop
-- tell: build.checks.parts_sum_to_whole
WITH summed AS (
    SELECT measure, region_code, month, SUM(delta) AS summed
    FROM mart_measure_deltas
    WHERE measure IN ('accidents', 'disaster_events', 'disaster_loss_fen', 'inspections', 'fines_fen', 'drills')
    GROUP BY measure, region_code, month
),
counted AS (
    SELECT 'accidents' AS measure, region_code, month, COUNT(*) AS counted
    FROM core_accidents__versions
    WHERE superseded_on IS NULL AND COALESCE(counts_as_work_safety, TRUE)
    GROUP BY region_code, month
    UNION ALL
    SELECT 'disaster_events' AS measure, region_code, month, COUNT(*) AS counted
    FROM core_disasters__versions
    WHERE superseded_on IS NULL
    GROUP BY region_code, month
    UNION ALL
    SELECT 'disaster_loss_fen' AS measure, region_code, month, SUM(COALESCE(direct_loss_fen, 0)) AS counted
    FROM core_disasters__versions
    WHERE superseded_on IS NULL
    GROUP BY region_code, month
    UNION ALL
    SELECT 'inspections' AS measure, region_code, month, COUNT(*) AS counted
    FROM core_inspections__versions
    WHERE superseded_on IS NULL AND inspection_kind_code IN ('routine', 'special', 'double_random', 'joint')
    GROUP BY region_code, month
    UNION ALL
    SELECT 'fines_fen' AS measure, region_code, month, SUM(COALESCE(fine_fen, 0)) AS counted
    FROM core_inspections__versions
    WHERE superseded_on IS NULL AND inspection_kind_code IN ('routine', 'special', 'double_random', 'joint')
    GROUP BY region_code, month
    UNION ALL
    SELECT 'drills' AS measure, region_code, month, COUNT(*) AS counted
    FROM core_training__versions
    WHERE superseded_on IS NULL AND training_kind_code = 'drill'
    GROUP BY region_code, month
)
SELECT
    COALESCE(counted.measure, summed.measure) AS measure, COALESCE(counted.region_code, summed.region_code)
        AS region_code,
    COALESCE(counted.month, summed.month) AS month, counted.counted, summed.summed
FROM counted
FULL OUTER JOIN summed
    ON summed.measure = counted.measure AND summed.region_code = counted.region_code
    AND summed.month = counted.month
WHERE COALESCE(counted.counted, 0) <> COALESCE(summed.summed, 0)
