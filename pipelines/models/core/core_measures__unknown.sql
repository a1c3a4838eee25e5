-- core_measures__unknown: signed changes of how many records stand in files without the column that a measure adds up.
-- grain: region_code, month, measure, known_on
-- part: region_code, month
-- reads: core_accidents__versions, core_disasters__versions, core_inspections__versions, core_training__versions,
--     src_hazards, src_uncounted
-- caveat: measure has __unknown behind the name of the measure; a blank cell of a column that is there is not counted
WITH uncounted AS (SELECT kind, file_id, sheet, measure, counted_as FROM src_uncounted),
versions AS (
    SELECT
        uncounted.counted_as AS measure, reports.region_code, reports.month, reports.known_on, reports.superseded_on
    FROM core_accidents__versions AS reports
    JOIN uncounted ON uncounted.file_id = reports.file_id AND uncounted.sheet = reports.sheet
    WHERE uncounted.kind = 'accidents' AND COALESCE(reports.counts_as_work_safety, TRUE)
    UNION ALL
    SELECT
        uncounted.counted_as AS measure, reports.region_code, reports.month, reports.known_on, reports.superseded_on
    FROM core_disasters__versions AS reports
    JOIN uncounted ON uncounted.file_id = reports.file_id AND uncounted.sheet = reports.sheet
    LEFT JOIN src_hazards AS hazards ON hazards.hazard_code = reports.hazard_code
    WHERE uncounted.kind = 'disasters'
        AND (uncounted.measure <> 'flood_loss_fen' OR COALESCE(hazards.is_flood, FALSE))
    UNION ALL
    SELECT
        uncounted.counted_as AS measure, reports.region_code, reports.month, reports.known_on, reports.superseded_on
    FROM core_inspections__versions AS reports
    JOIN uncounted ON uncounted.file_id = reports.file_id AND uncounted.sheet = reports.sheet
    WHERE uncounted.kind = 'inspections'
        AND CASE
            WHEN uncounted.measure = 'hazards_self_reported' THEN reports.inspection_kind_code = 'self_check'
            WHEN uncounted.measure = 'disaster_hazards_found'
                THEN reports.inspection_kind_code = 'disaster_prevention'
            WHEN uncounted.measure = 'forest_fire_hazards_found' THEN reports.inspection_kind_code = 'forest_fire'
            ELSE reports.inspection_kind_code IN ('routine', 'special', 'double_random', 'joint')
        END
    UNION ALL
    SELECT
        uncounted.counted_as AS measure, reports.region_code, reports.month, reports.known_on, reports.superseded_on
    FROM core_training__versions AS reports
    JOIN uncounted ON uncounted.file_id = reports.file_id AND uncounted.sheet = reports.sheet
    WHERE uncounted.kind = 'training'
        AND CASE
            WHEN uncounted.measure = 'drill_participants' THEN reports.training_kind_code = 'drill'
            WHEN uncounted.measure = 'first_aid_certified' THEN reports.training_kind_code = 'first_aid'
            WHEN uncounted.measure IN ('new_employees_due', 'new_employees_trained')
                THEN reports.training_kind_code = 'new_employee'
            ELSE reports.training_kind_code IN ('enterprise', 'new_employee', 'public', 'first_aid', 'volunteer')
        END
),
signed AS (
    SELECT region_code, month, measure, known_on, 1 AS records FROM versions
    UNION ALL
    SELECT region_code, month, measure, superseded_on AS known_on, -1 AS records
    FROM versions
    WHERE superseded_on IS NOT NULL
)
SELECT
    region_code, month, measure, known_on, CAST(SUM(records) AS BIGINT) AS delta
FROM signed
GROUP BY region_code, month, measure, known_on
HAVING SUM(records) <> 0
