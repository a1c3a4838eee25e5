-- mart_blank_records: versions of records that leave blank what a measure adds up, and from when to when they count.
-- grain: source, record_id, region_code, measure, known_on
-- part: source, record_id, region_code
-- reads: core_accidents__versions, core_disasters__versions, core_training__versions, src_hazards, src_uncounted
-- caveat: the sum of such a month is a least amount; of accidents, disasters and the training of new employees alone;
--     a record of a file without the whole column is counted in core_measures__unknown instead; larger_accidents and
--     major_accidents are left blank by accidents of a lower grade that lack injuries or loss, where no sender graded them
WITH accidents AS (
    SELECT
        source, record_id, region_code, month, known_on, superseded_on, file_id, sheet, record_number,
        line_number, serious_injuries, minor_injuries, direct_loss_fen, grade_code, official_grade_code
    FROM core_accidents__versions
    WHERE COALESCE(counts_as_work_safety, TRUE)
        AND (serious_injuries IS NULL OR minor_injuries IS NULL OR direct_loss_fen IS NULL)
),
disasters AS (
    SELECT
        versions.source, versions.record_id, versions.region_code, versions.month, versions.known_on,
        versions.superseded_on, versions.file_id, versions.sheet, versions.record_number, versions.line_number,
        versions.deaths, versions.affected_person_times, versions.relocated, versions.houses_collapsed,
        versions.direct_loss_fen,
        COALESCE(hazards.is_flood, FALSE) AS is_flood
    FROM core_disasters__versions AS versions
    LEFT JOIN src_hazards AS hazards ON hazards.hazard_code = versions.hazard_code
),
training AS (
    SELECT
        source, record_id, region_code, month, known_on, superseded_on, file_id, sheet, record_number,
        line_number, due_new_employees, trained_new_employees
    FROM core_training__versions
    WHERE training_kind_code = 'new_employee' AND (due_new_employees IS NULL OR trained_new_employees IS NULL)
),
blanks AS (
    SELECT
        'accidents' AS kind, 'serious_injuries' AS measure, source, record_id, region_code, month, known_on,
        superseded_on, file_id, sheet, record_number, line_number
    FROM accidents
    WHERE serious_injuries IS NULL
    UNION ALL
    SELECT
        'accidents' AS kind, 'minor_injuries' AS measure, source, record_id, region_code, month, known_on,
        superseded_on, file_id, sheet, record_number, line_number
    FROM accidents
    WHERE minor_injuries IS NULL
    UNION ALL
    SELECT
        'accidents' AS kind, 'accident_loss_fen' AS measure, source, record_id, region_code, month, known_on,
        superseded_on, file_id, sheet, record_number, line_number
    FROM accidents
    WHERE direct_loss_fen IS NULL
    UNION ALL
    SELECT
        'accidents' AS kind, 'larger_accidents' AS measure, source, record_id, region_code, month, known_on,
        superseded_on, file_id, sheet, record_number, line_number
    FROM accidents
    WHERE grade_code = 'general' AND official_grade_code IS NULL
        AND (serious_injuries IS NULL OR direct_loss_fen IS NULL)
    UNION ALL
    SELECT
        'accidents' AS kind, 'major_accidents' AS measure, source, record_id, region_code, month, known_on,
        superseded_on, file_id, sheet, record_number, line_number
    FROM accidents
    WHERE grade_code IN ('general', 'larger') AND official_grade_code IS NULL
        AND (serious_injuries IS NULL OR direct_loss_fen IS NULL)
    UNION ALL
    SELECT
        'disasters' AS kind, 'disaster_deaths' AS measure, source, record_id, region_code, month, known_on,
        superseded_on, file_id, sheet, record_number, line_number
    FROM disasters
    WHERE deaths IS NULL
    UNION ALL
    SELECT
        'disasters' AS kind, 'affected_person_times' AS measure, source, record_id, region_code, month, known_on,
        superseded_on, file_id, sheet, record_number, line_number
    FROM disasters
    WHERE affected_person_times IS NULL
    UNION ALL
    SELECT
        'disasters' AS kind, 'relocated' AS measure, source, record_id, region_code, month, known_on,
        superseded_on, file_id, sheet, record_number, line_number
    FROM disasters
    WHERE relocated IS NULL
    UNION ALL
    SELECT
        'disasters' AS kind, 'houses_collapsed' AS measure, source, record_id, region_code, month, known_on,
        superseded_on, file_id, sheet, record_number, line_number
    FROM disasters
    WHERE houses_collapsed IS NULL
    UNION ALL
    SELECT
        'disasters' AS kind, 'disaster_loss_fen' AS measure, source, record_id, region_code, month, known_on,
        superseded_on, file_id, sheet, record_number, line_number
    FROM disasters
    WHERE direct_loss_fen IS NULL
    UNION ALL
    SELECT
        'disasters' AS kind, 'flood_loss_fen' AS measure, source, record_id, region_code, month, known_on,
        superseded_on, file_id, sheet, record_number, line_number
    FROM disasters
    WHERE direct_loss_fen IS NULL AND is_flood
    UNION ALL
    SELECT
        'training' AS kind, 'new_employees_due' AS measure, source, record_id, region_code, month, known_on,
        superseded_on, file_id, sheet, record_number, line_number
    FROM training
    WHERE due_new_employees IS NULL
    UNION ALL
    SELECT
        'training' AS kind, 'new_employees_trained' AS measure, source, record_id, region_code, month, known_on,
        superseded_on, file_id, sheet, record_number, line_number
    FROM training
    WHERE trained_new_employees IS NULL
),
uncounted AS (SELECT DISTINCT kind, file_id, sheet, measure FROM src_uncounted)
SELECT
    blanks.kind, blanks.measure, blanks.source, blanks.record_id, blanks.region_code, blanks.month, blanks.known_on,
    blanks.superseded_on, blanks.file_id, blanks.sheet, blanks.record_number, blanks.line_number
FROM blanks
LEFT JOIN uncounted
    ON uncounted.kind = blanks.kind AND uncounted.file_id = blanks.file_id AND uncounted.sheet = blanks.sheet
    AND uncounted.measure = blanks.measure
WHERE uncounted.file_id IS NULL
