-- stg_disasters: every disaster as landed, with the day it became known and the day its file was taken away.
-- grain: file_id, sheet, record_number
-- reads: src_disasters, src_disasters__files
-- caveat: history declared at the first load was known on the day it was reported, not on the day it arrived
WITH reports AS (SELECT * FROM src_disasters),
files AS (SELECT * FROM src_disasters__files)
SELECT
    reports.file_id, COALESCE(reports.sheet, '') AS sheet, reports.record_number, reports.line_number,
    reports.source, reports.record_id, reports.status, reports.region_code, reports.reported_at,
    reports.hazard_code, reports.started_on, reports.ended_on, reports.affected_person_times, reports.deaths,
    reports.missing, reports.relocated, reports.houses_collapsed, reports.houses_damaged, reports.crop_area_ha,
    reports.direct_loss_fen, reports.housing_loss_fen, reports.agriculture_loss_fen, reports.industry_loss_fen,
    reports.infrastructure_loss_fen, reports.public_service_loss_fen, reports.other_loss_fen,
    reports.hours_to_first_supplies, reports.hours_to_basic_relief, reports.warning_delay_seconds,
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
