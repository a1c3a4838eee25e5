-- chk_corrections_of_KIND_count: corrected reports of KIND that never counted, because a later report stood already.
-- kinds: accidents, disasters, inspections, statistics, training
-- reads: core_KIND__intervals, src_files, stg_KIND
-- severity: warn
-- tell: build.checks.corrections_count
SELECT files.path, reports.sheet, reports.line_number, reports.source, reports.record_id, reports.region_code
FROM core_KIND__intervals AS intervals
JOIN stg_KIND AS reports
    ON reports.file_id = intervals.file_id AND reports.sheet = intervals.sheet
    AND reports.record_number = intervals.record_number
JOIN src_files AS files ON files.file_id = reports.file_id AND files.kind = 'KIND'
WHERE intervals.corrected_on IS NOT NULL AND intervals.superseded_on = intervals.known_on AND reports.gone_on IS NULL
