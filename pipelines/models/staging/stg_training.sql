-- stg_training: every training session as landed, with the day it became known and the day its file was taken away.
-- grain: file_id, sheet, record_number
-- reads: src_training, src_training__files
-- caveat: history declared at the first load was known on the day it was reported, not on the day it arrived
WITH reports AS (SELECT * FROM src_training),
files AS (SELECT * FROM src_training__files)
SELECT
    reports.file_id, COALESCE(reports.sheet, '') AS sheet, reports.record_number, reports.line_number,
    reports.source, reports.record_id, reports.status, reports.region_code, reports.reported_at,
    reports.held_on, reports.training_kind_code, reports.topic, reports.participants, reports.enterprises,
    reports.due_new_employees, reports.trained_new_employees, reports.certified,
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
