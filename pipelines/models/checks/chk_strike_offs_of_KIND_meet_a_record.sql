-- chk_strike_offs_of_KIND_meet_a_record: strike-offs of an id that nobody reported under this source.
-- kinds: accidents, disasters, inspections, training
-- reads: core_KIND__strays, src_files, stg_KIND
-- severity: warn
-- tell: build.checks.strike_offs_meet_a_record
-- caveat: gone once the report comes; those that meet a report of another region are told by chk_one_id_in_two_regions
SELECT
    'KIND' AS kind, files.path, strays.sheet, strays.line_number, strays.source, strays.record_id, strays.region_code
FROM core_KIND__strays AS strays
JOIN stg_KIND AS own
    ON own.file_id = strays.file_id AND own.sheet = strays.sheet AND own.record_number = strays.record_number
JOIN src_files AS files ON files.file_id = strays.file_id AND files.kind = 'KIND'
LEFT JOIN stg_KIND AS others
    ON others.source = strays.source AND others.record_id = strays.record_id
    AND others.status IN ('reported', 'revised') AND others.gone_on IS NULL
WHERE own.status = 'struck_off' AND others.file_id IS NULL
