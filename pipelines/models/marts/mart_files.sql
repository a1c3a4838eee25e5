-- mart_files: every file that was ever read, with what became of its rows.
-- grain: file_id, kind
-- reads: src_files
-- caveat: withdrawn_on NULL = the file is still there; remarks is a JSON list of {code, ...}, NULL = nothing to say of it
SELECT
    file_id, kind, path, source, publisher AS publisher_zh, publisher_en, sha256, received_on, withdrawn_on, is_history,
    is_synthetic, is_published, format, encoding, records, accepted, rejected, remarks
FROM src_files
