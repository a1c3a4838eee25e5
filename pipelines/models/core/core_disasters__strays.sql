-- core_disasters__strays: strike-offs of disasters that meet no other report of their source, id and region.
-- grain: file_id, sheet, record_number
-- part: source, record_id, region_code
-- reads: core_disasters__intervals, stg_disasters
-- caveat: reports of files that were taken away are not here; a revision may be a region's first word of a
--     disaster that reaches over several
SELECT
    reports.file_id, reports.sheet, reports.record_number, reports.line_number, reports.source, reports.record_id,
    reports.region_code
FROM stg_disasters AS reports
LEFT JOIN core_disasters__intervals AS intervals
    ON intervals.source = reports.source AND intervals.record_id = reports.record_id
    AND intervals.region_code = reports.region_code
WHERE reports.status = 'struck_off' AND intervals.file_id IS NULL AND reports.gone_on IS NULL
