-- mart_codes: names of the codes that have no relation of their own: kinds, types, causes, industries, measures.
-- grain: list, code
-- reads: src_codes
SELECT list, code, name_zh, name_en
FROM src_codes
