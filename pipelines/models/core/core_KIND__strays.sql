-- core_KIND__strays: strike-offs and revisions of KIND that meet no other report of their source, id and region.
-- kinds: accidents, disasters, inspections, training
-- grain: file_id, sheet, record_number
-- part: source, record_id, region_code
-- reads: core_KIND__intervals, stg_KIND
-- caveat: reports of files that were taken away, and what corrections made of a report, are not here
SELECT
    reports.file_id, reports.sheet, reports.record_number, reports.line_number, reports.source, reports.record_id,
    reports.region_code
FROM stg_KIND AS reports
LEFT JOIN core_KIND__intervals AS intervals
    ON intervals.source = reports.source AND intervals.record_id = reports.record_id
    AND intervals.region_code = reports.region_code
WHERE reports.status IN ('revised', 'struck_off') AND intervals.file_id IS NULL AND reports.gone_on IS NULL
    AND reports.corrected_on IS NULL
