-- mart_regions: the code list of regions.
-- grain: region_code
-- reads: src_regions
SELECT region_code, parent_code, level, name_zh, name_en, sort_order
FROM src_regions
