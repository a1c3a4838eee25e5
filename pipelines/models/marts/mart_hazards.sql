-- mart_hazards: the code list of natural hazards.
-- grain: hazard_code
-- reads: src_hazards
SELECT hazard_code, name_zh, name_en, is_flood
FROM src_hazards
