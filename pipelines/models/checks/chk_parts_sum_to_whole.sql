-- chk_parts_sum_to_whole: measures whose monthly changes do not sum to the records that count today.
-- reads: core_accidents__versions, core_disasters__versions, core_inspections__versions, core_training__versions,
--     mart_measure_deltas
-- severity: stop
-- tell: build.checks.parts_sum_to_whole
WITH summed AS (
    SELECT measure, SUM(delta) AS summed
    FROM mart_measure_deltas
    WHERE measure IN ('accidents', 'disaster_events', 'disaster_loss_fen', 'inspections', 'fines_fen', 'drills')
    GROUP BY measure
),
counted AS (
    SELECT 'accidents' AS measure, COUNT(*) AS counted
    FROM core_accidents__versions
    WHERE superseded_on IS NULL AND COALESCE(counts_as_work_safety, TRUE)
    UNION ALL
    SELECT 'disaster_events' AS measure, COUNT(*) AS counted FROM core_disasters__versions WHERE superseded_on IS NULL
    UNION ALL
    SELECT 'disaster_loss_fen' AS measure, SUM(COALESCE(direct_loss_fen, 0)) AS counted
    FROM core_disasters__versions
    WHERE superseded_on IS NULL
    UNION ALL
    SELECT 'inspections' AS measure, COUNT(*) AS counted
    FROM core_inspections__versions
    WHERE superseded_on IS NULL AND inspection_kind_code IN ('routine', 'special', 'double_random', 'joint')
    UNION ALL
    SELECT 'fines_fen' AS measure, SUM(COALESCE(fine_fen, 0)) AS counted
    FROM core_inspections__versions
    WHERE superseded_on IS NULL AND inspection_kind_code IN ('routine', 'special', 'double_random', 'joint')
    UNION ALL
    SELECT 'drills' AS measure, COUNT(*) AS counted
    FROM core_training__versions
    WHERE superseded_on IS NULL AND training_kind_code = 'drill'
)
SELECT counted.measure, counted.counted, COALESCE(summed.summed, 0) AS summed
FROM counted
LEFT JOIN summed ON summed.measure = counted.measure
WHERE COALESCE(counted.counted, 0) <> COALESCE(summed.summed, 0)
