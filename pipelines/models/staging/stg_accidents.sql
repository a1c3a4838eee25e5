-- stg_accidents: every accident as landed, with the day it became known and the day its file was taken away.
-- grain: file_id, sheet, record_number
-- reads: src_accidents, src_accidents__files
-- caveat: history declared at the first load was known on the day it was reported, not on the day it arrived
WITH reports AS (SELECT * FROM src_accidents),
files AS (SELECT * FROM src_accidents__files)
SELECT
    reports.file_id, COALESCE(reports.sheet, '') AS sheet, reports.record_number, reports.line_number,
    reports.source, reports.record_id, reports.status, reports.region_code, reports.reported_at,
    reports.occurred_at, reports.occurred_hour, reports.sector_code, reports.industry_code, reports.type_code, reports.deaths,
    reports.missing, reports.serious_injuries, reports.minor_injuries, reports.direct_loss_fen,
    reports.counts_as_work_safety, reports.enterprise, reports.cause_code, reports.official_grade_code,
    reports.description,
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
