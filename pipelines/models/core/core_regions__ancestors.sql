-- core_regions__ancestors: every region with itself and each region above it.
-- grain: region_code, ancestor_code
-- reads: src_regions
-- caveat: four levels at most (town, district, city, nation); distance 0 is the region itself
WITH regions AS (SELECT * FROM src_regions)
SELECT region_code, region_code AS ancestor_code, 0 AS distance FROM regions
UNION ALL
SELECT child.region_code, parent.region_code AS ancestor_code, 1 AS distance
FROM regions AS child
JOIN regions AS parent ON parent.region_code = child.parent_code
UNION ALL
SELECT child.region_code, grandparent.region_code AS ancestor_code, 2 AS distance
FROM regions AS child
JOIN regions AS parent ON parent.region_code = child.parent_code
JOIN regions AS grandparent ON grandparent.region_code = parent.parent_code
UNION ALL
SELECT child.region_code, top.region_code AS ancestor_code, 3 AS distance
FROM regions AS child
JOIN regions AS parent ON parent.region_code = child.parent_code
JOIN regions AS grandparent ON grandparent.region_code = parent.parent_code
JOIN regions AS top ON top.region_code = grandparent.parent_code
