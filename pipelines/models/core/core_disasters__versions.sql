-- core_disasters__versions: every version of a disaster and the days between which it was the one that counts.
-- grain: source, record_id, region_code, known_on
-- part: source, record_id, region_code
-- reads: core_disasters__intervals, stg_disasters
-- caveat: superseded_on NULL = still counts; strike-offs and zero returns are no facts and have no row
WITH reports AS (SELECT * FROM stg_disasters),
intervals AS (SELECT * FROM core_disasters__intervals)
SELECT
    reports.file_id, reports.sheet, reports.record_number, reports.line_number, reports.source,
    reports.record_id, reports.status, reports.region_code, reports.reported_at, reports.hazard_code,
    reports.started_on, reports.ended_on, reports.affected_person_times, reports.deaths, reports.missing,
    reports.relocated, reports.houses_collapsed, reports.houses_damaged, reports.crop_area_ha,
    reports.direct_loss_fen, reports.housing_loss_fen, reports.agriculture_loss_fen, reports.industry_loss_fen,
    reports.infrastructure_loss_fen, reports.public_service_loss_fen, reports.other_loss_fen,
    reports.hours_to_first_supplies, reports.hours_to_basic_relief, reports.warning_delay_seconds,
    CAST(DATE_TRUNC('month', reports.started_on) AS DATE) AS month,
    COALESCE(intervals.known_on, reports.known_on) AS known_on,
    CASE WHEN intervals.file_id IS NULL THEN reports.gone_on ELSE intervals.superseded_on END AS superseded_on,
    COALESCE(intervals.version_number, 1) AS version_number
FROM reports
LEFT JOIN intervals
    ON intervals.file_id = reports.file_id AND intervals.sheet = reports.sheet
    AND intervals.record_number = reports.record_number
WHERE reports.status NOT IN ('struck_off', 'zero_return')
    AND COALESCE(
        CASE WHEN intervals.file_id IS NULL THEN reports.gone_on ELSE intervals.superseded_on END, DATE '9999-12-31'
    ) > COALESCE(intervals.known_on, reports.known_on)
