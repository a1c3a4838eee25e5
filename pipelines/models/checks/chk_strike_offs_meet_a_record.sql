-- chk_strike_offs_meet_a_record: strike-offs of an id that nobody reported under this source.
-- reads: core_accidents__strays, core_disasters__strays, core_inspections__strays, core_training__strays, src_files,
--     stg_accidents, stg_disasters, stg_inspections, stg_training
-- severity: warn
-- tell: build.checks.strike_offs_meet_a_record
-- caveat: gone once the report comes; those that meet a report of another region are told by chk_one_id_in_two_regions
WITH found AS (
    SELECT
        'accidents' AS kind, strays.file_id, strays.sheet, strays.line_number, strays.source, strays.record_id,
        strays.region_code
    FROM core_accidents__strays AS strays
    JOIN stg_accidents AS own
        ON own.file_id = strays.file_id AND own.sheet = strays.sheet AND own.record_number = strays.record_number
    LEFT JOIN stg_accidents AS others
        ON others.source = strays.source AND others.record_id = strays.record_id
        AND others.status IN ('reported', 'revised') AND others.gone_on IS NULL
    WHERE own.status = 'struck_off' AND others.file_id IS NULL
    UNION ALL
    SELECT
        'disasters' AS kind, strays.file_id, strays.sheet, strays.line_number, strays.source, strays.record_id,
        strays.region_code
    FROM core_disasters__strays AS strays
    JOIN stg_disasters AS own
        ON own.file_id = strays.file_id AND own.sheet = strays.sheet AND own.record_number = strays.record_number
    LEFT JOIN stg_disasters AS others
        ON others.source = strays.source AND others.record_id = strays.record_id
        AND others.status IN ('reported', 'revised') AND others.gone_on IS NULL
    WHERE own.status = 'struck_off' AND others.file_id IS NULL
    UNION ALL
    SELECT
        'inspections' AS kind, strays.file_id, strays.sheet, strays.line_number, strays.source, strays.record_id,
        strays.region_code
    FROM core_inspections__strays AS strays
    JOIN stg_inspections AS own
        ON own.file_id = strays.file_id AND own.sheet = strays.sheet AND own.record_number = strays.record_number
    LEFT JOIN stg_inspections AS others
        ON others.source = strays.source AND others.record_id = strays.record_id
        AND others.status IN ('reported', 'revised') AND others.gone_on IS NULL
    WHERE own.status = 'struck_off' AND others.file_id IS NULL
    UNION ALL
    SELECT
        'training' AS kind, strays.file_id, strays.sheet, strays.line_number, strays.source, strays.record_id,
        strays.region_code
    FROM core_training__strays AS strays
    JOIN stg_training AS own
        ON own.file_id = strays.file_id AND own.sheet = strays.sheet AND own.record_number = strays.record_number
    LEFT JOIN stg_training AS others
        ON others.source = strays.source AND others.record_id = strays.record_id
        AND others.status IN ('reported', 'revised') AND others.gone_on IS NULL
    WHERE own.status = 'struck_off' AND others.file_id IS NULL
),
files AS (SELECT * FROM src_files)
SELECT found.kind, files.path, found.sheet, found.line_number, found.source, found.record_id, found.region_code
FROM found
JOIN files ON files.file_id = found.file_id AND files.kind = found.kind
