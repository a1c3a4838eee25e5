-- chk_regions_stand_in_one_tree: regions whose parent is unknown, or that stand more than three levels below the top.
-- reads: core_regions__ancestors, src_regions
-- severity: stop
-- tell: build.checks.regions_stand_in_one_tree
WITH depths AS (
    SELECT region_code, MAX(distance) AS distance FROM core_regions__ancestors GROUP BY region_code
),
tops AS (
    SELECT ancestors.region_code, ancestors.ancestor_code
    FROM core_regions__ancestors AS ancestors
    JOIN depths ON depths.region_code = ancestors.region_code AND depths.distance = ancestors.distance
)
SELECT tops.region_code, top.region_code AS top_code, top.parent_code AS missing_parent_code
FROM tops
JOIN src_regions AS top ON top.region_code = tops.ancestor_code
WHERE top.parent_code IS NOT NULL
