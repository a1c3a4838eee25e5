-- core_KIND__resent: files that hold a report of KIND of which a row was rejected somewhere, and since when it counts.
-- kinds: accidents, disasters, inspections, training
-- grain: source, record_id, region_code, file_id
-- part: source, record_id
-- reads: core_KIND__versions, stg_rejects
WITH rejected AS (
    SELECT DISTINCT source, record_id FROM stg_rejects WHERE kind = 'KIND' AND record_id IS NOT NULL
)
SELECT
    versions.source, versions.record_id, versions.region_code, versions.file_id, MIN(versions.known_on) AS known_on
FROM core_KIND__versions AS versions
JOIN rejected ON rejected.source = versions.source AND rejected.record_id = versions.record_id
GROUP BY versions.source, versions.record_id, versions.region_code, versions.file_id
