-- chk_no_report_is_lost: accepted reports that are neither a version nor overtaken by another report of their key.
-- reads: core_accidents__intervals, core_accidents__versions, core_disasters__intervals, core_disasters__versions,
--     core_inspections__intervals, core_inspections__versions, core_statistics__intervals,
--     core_statistics__versions, core_training__intervals, core_training__versions, stg_accidents, stg_disasters,
--     stg_inspections, stg_statistics, stg_training
-- severity: stop
-- tell: build.checks.no_report_is_lost
WITH lost AS (
    SELECT 'accidents' AS kind, reports.file_id, reports.sheet, reports.record_number
    FROM stg_accidents AS reports
    WHERE reports.status NOT IN ('zero_return', 'struck_off')
        AND (reports.gone_on IS NULL OR reports.gone_on > reports.known_on)
        AND NOT EXISTS (
            SELECT 1 FROM core_accidents__versions AS versions
            WHERE versions.file_id = reports.file_id AND versions.sheet = reports.sheet
                AND versions.record_number = reports.record_number
        )
        AND NOT EXISTS (
            SELECT 1 FROM core_accidents__intervals AS intervals
            WHERE intervals.file_id = reports.file_id AND intervals.sheet = reports.sheet
                AND intervals.record_number = reports.record_number
        )
    UNION ALL
    SELECT 'disasters' AS kind, reports.file_id, reports.sheet, reports.record_number
    FROM stg_disasters AS reports
    WHERE reports.status NOT IN ('zero_return', 'struck_off')
        AND (reports.gone_on IS NULL OR reports.gone_on > reports.known_on)
        AND NOT EXISTS (
            SELECT 1 FROM core_disasters__versions AS versions
            WHERE versions.file_id = reports.file_id AND versions.sheet = reports.sheet
                AND versions.record_number = reports.record_number
        )
        AND NOT EXISTS (
            SELECT 1 FROM core_disasters__intervals AS intervals
            WHERE intervals.file_id = reports.file_id AND intervals.sheet = reports.sheet
                AND intervals.record_number = reports.record_number
        )
    UNION ALL
    SELECT 'inspections' AS kind, reports.file_id, reports.sheet, reports.record_number
    FROM stg_inspections AS reports
    WHERE reports.status NOT IN ('zero_return', 'struck_off')
        AND (reports.gone_on IS NULL OR reports.gone_on > reports.known_on)
        AND NOT EXISTS (
            SELECT 1 FROM core_inspections__versions AS versions
            WHERE versions.file_id = reports.file_id AND versions.sheet = reports.sheet
                AND versions.record_number = reports.record_number
        )
        AND NOT EXISTS (
            SELECT 1 FROM core_inspections__intervals AS intervals
            WHERE intervals.file_id = reports.file_id AND intervals.sheet = reports.sheet
                AND intervals.record_number = reports.record_number
        )
    UNION ALL
    SELECT 'training' AS kind, reports.file_id, reports.sheet, reports.record_number
    FROM stg_training AS reports
    WHERE reports.status NOT IN ('zero_return', 'struck_off')
        AND (reports.gone_on IS NULL OR reports.gone_on > reports.known_on)
        AND NOT EXISTS (
            SELECT 1 FROM core_training__versions AS versions
            WHERE versions.file_id = reports.file_id AND versions.sheet = reports.sheet
                AND versions.record_number = reports.record_number
        )
        AND NOT EXISTS (
            SELECT 1 FROM core_training__intervals AS intervals
            WHERE intervals.file_id = reports.file_id AND intervals.sheet = reports.sheet
                AND intervals.record_number = reports.record_number
        )
    UNION ALL
    SELECT 'statistics' AS kind, reports.file_id, reports.sheet, reports.record_number
    FROM stg_statistics AS reports
    WHERE reports.status NOT IN ('zero_return', 'struck_off')
        AND (reports.gone_on IS NULL OR reports.gone_on > reports.known_on)
        AND NOT EXISTS (
            SELECT 1 FROM core_statistics__versions AS versions
            WHERE versions.file_id = reports.file_id AND versions.sheet = reports.sheet
                AND versions.record_number = reports.record_number
        )
        AND NOT EXISTS (
            SELECT 1 FROM core_statistics__intervals AS intervals
            WHERE intervals.file_id = reports.file_id AND intervals.sheet = reports.sheet
                AND intervals.record_number = reports.record_number
        )
)
SELECT kind, file_id, sheet, record_number FROM lost
