-- stg_rejects: every row that was not accepted, with the record that it names.
-- grain: file_id, kind, sheet, record_number
-- reads: src_rejects
-- caveat: record_id NULL = the row names none, or could not be taken apart
SELECT
    file_id, kind, COALESCE(sheet, '') AS sheet, record_number, line_number, source, record_id, original_line, reasons
FROM src_rejects
