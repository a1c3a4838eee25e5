-- mart_rejects: every row that was not accepted, with its line as received and the reasons.
-- grain: file_id, kind, sheet, record_number
-- reads: src_rejects
-- caveat: reasons is a JSON list of {code, field, value, rule, nearest}
SELECT file_id, kind, COALESCE(sheet, '') AS sheet, record_number, line_number, original_line, reasons
FROM src_rejects
