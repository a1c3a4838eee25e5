-- stg_statistics: every statistical return as landed, with the day it became known and the day its file was taken away.
-- grain: file_id, sheet, record_number
-- reads: src_statistics, src_statistics__files
-- caveat: history declared at the first load was known on the day it was reported, not on the day it arrived
WITH reports AS (SELECT * FROM src_statistics),
files AS (SELECT * FROM src_statistics__files)
SELECT
    reports.file_id, COALESCE(reports.sheet, '') AS sheet, reports.record_number, reports.line_number,
    reports.source, reports.record_id, reports.status, reports.region_code, reports.reported_at,
    reports.measure, reports.sector_code, reports.period_start, reports.period_end, reports.frequency,
    reports.value, reports.unit, reports.vintage, reports.rounding, reports.source_title, reports.source_url,
    reports.quote,
    files.received_on, files.arrival,
    reports.corrected_on,
    CASE
        WHEN reports.corrected_on IS NOT NULL THEN reports.corrected_on
        WHEN reports.reported_at IS NULL THEN files.received_on
        WHEN files.is_history THEN CAST(reports.reported_at AS DATE)
        WHEN CAST(reports.reported_at AS DATE) > files.received_on THEN CAST(reports.reported_at AS DATE)
        ELSE files.received_on
    END AS known_on,
    files.withdrawn_on AS gone_on
FROM reports
JOIN files ON files.file_id = reports.file_id
