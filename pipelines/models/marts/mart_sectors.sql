-- mart_sectors: the code list of sectors.
-- grain: sector_code
-- reads: src_sectors
SELECT sector_code, name_zh, name_en, is_industrial, sort_order
FROM src_sectors
