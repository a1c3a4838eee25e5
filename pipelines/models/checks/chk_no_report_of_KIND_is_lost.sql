-- chk_no_report_of_KIND_is_lost: files of which not every report that stands alone for its key became a version, each once.
-- kinds: accidents, disasters, inspections, statistics, training
-- part: source, record_id, region_code
-- reads: core_KIND__intervals, core_KIND__versions, stg_KIND
-- severity: stop
-- tell: build.checks.no_report_of_KIND_is_lost
-- caveat: counted by file; a search for each single report would cost more than all models together
WITH due AS (
    SELECT reports.file_id, COUNT(*) AS due
    FROM stg_KIND AS reports
    LEFT JOIN core_KIND__intervals AS intervals
        ON intervals.file_id = reports.file_id AND intervals.sheet = reports.sheet
        AND intervals.record_number = reports.record_number
    WHERE reports.status NOT IN ('zero_return', 'struck_off') AND intervals.file_id IS NULL
        AND (reports.gone_on IS NULL OR reports.gone_on > reports.known_on)
    GROUP BY reports.file_id
),
kept AS (
    SELECT versions.file_id, COUNT(*) AS kept
    FROM core_KIND__versions AS versions
    LEFT JOIN core_KIND__intervals AS intervals
        ON intervals.file_id = versions.file_id AND intervals.sheet = versions.sheet
        AND intervals.record_number = versions.record_number
    WHERE intervals.file_id IS NULL
    GROUP BY versions.file_id
)
SELECT COALESCE(due.file_id, kept.file_id) AS file_id, due.due, kept.kept
FROM due
FULL OUTER JOIN kept ON kept.file_id = due.file_id
WHERE COALESCE(due.due, 0) <> COALESCE(kept.kept, 0)
