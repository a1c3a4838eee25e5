-- chk_versions_do_not_overlap: versions of one key of which two would count on the same day.
-- part: source, record_id, region_code
-- reads: core_accidents__versions, core_disasters__versions, core_inspections__versions,
--     core_statistics__versions, core_training__versions
-- severity: stop
-- tell: build.checks.versions_do_not_overlap
-- caveat: a key with one version that still counts cannot overlap and is not looked at
WITH versions AS (
    SELECT 'accidents' AS kind, source, record_id, region_code, known_on, superseded_on
    FROM core_accidents__versions
    WHERE superseded_on IS NOT NULL OR version_number > 1
    UNION ALL
    SELECT 'disasters' AS kind, source, record_id, region_code, known_on, superseded_on
    FROM core_disasters__versions
    WHERE superseded_on IS NOT NULL OR version_number > 1
    UNION ALL
    SELECT 'inspections' AS kind, source, record_id, region_code, known_on, superseded_on
    FROM core_inspections__versions
    WHERE superseded_on IS NOT NULL OR version_number > 1
    UNION ALL
    SELECT 'training' AS kind, source, record_id, region_code, known_on, superseded_on
    FROM core_training__versions
    WHERE superseded_on IS NOT NULL OR version_number > 1
    UNION ALL
    SELECT 'statistics' AS kind, source, record_id, region_code, known_on, superseded_on
    FROM core_statistics__versions
    WHERE superseded_on IS NOT NULL OR version_number > 1
),
followed AS (
    SELECT
        kind, source, record_id, region_code, known_on, superseded_on,
        LEAD(known_on) OVER (PARTITION BY kind, source, record_id, region_code ORDER BY known_on) AS next_known_on
    FROM versions
)
SELECT kind, source, record_id, region_code, known_on, superseded_on, next_known_on
FROM followed
WHERE superseded_on <= known_on
    OR (next_known_on IS NOT NULL AND (superseded_on IS NULL OR superseded_on > next_known_on))
