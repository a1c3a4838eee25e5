-- chk_known_after_it_happened: records that were known before they happened.
-- part: region_code, month
-- reads: core_accidents__versions, core_disasters__versions, core_inspections__versions, core_training__versions
-- severity: stop
-- tell: build.checks.known_after_it_happened
SELECT 'accidents' AS kind, source, record_id, region_code, occurred_on AS happened_on, known_on
FROM core_accidents__versions
WHERE known_on < occurred_on
UNION ALL
SELECT 'disasters' AS kind, source, record_id, region_code, started_on AS happened_on, known_on
FROM core_disasters__versions
WHERE known_on < started_on
UNION ALL
SELECT 'inspections' AS kind, source, record_id, region_code, inspected_on AS happened_on, known_on
FROM core_inspections__versions
WHERE known_on < inspected_on
UNION ALL
SELECT 'training' AS kind, source, record_id, region_code, held_on AS happened_on, known_on
FROM core_training__versions
WHERE known_on < held_on
