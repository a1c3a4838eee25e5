-- mart_rejects: every row that was not accepted, with the record that it names, its line as received and the reasons.
-- grain: file_id, kind, sheet, record_number
-- reads: stg_rejects
-- caveat: reasons is a JSON list of {code, field, value, rule, nearest}
-- caveat: record_id NULL = the row names none, or could not be taken apart
SELECT file_id, kind, sheet, record_number, line_number, source, record_id, original_line, reasons
FROM stg_rejects
