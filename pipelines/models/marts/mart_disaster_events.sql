-- mart_disaster_events: every version of a disaster event with what event targets ask of it.
-- grain: source, record_id, region_code, known_on
-- part: source, record_id, region_code
-- reads: core_disasters__versions
-- caveat: an event without hours is untimed, not timely
SELECT
    source, record_id, region_code, hazard_code, started_on, month, hours_to_first_supplies, hours_to_basic_relief,
    warning_delay_seconds, direct_loss_fen, affected_person_times, known_on, superseded_on, version_number, file_id,
    sheet, record_number, line_number
FROM core_disasters__versions
