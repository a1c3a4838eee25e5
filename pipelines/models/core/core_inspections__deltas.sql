-- core_inspections__deltas: signed changes of what inspections add up to, by month and the day they became known.
-- grain: region_code, sector_code, month, measure, known_on
-- part: region_code, month
-- reads: core_inspections__versions
-- caveat: inspections are routine, special, double_random and joint; self-checks and disaster checks count apart
WITH versions AS (SELECT * FROM core_inspections__versions),
kinds AS (
    SELECT
        region_code, month, known_on, superseded_on, inspection_kind_code, inspectors, hazards_found, hazards_rectified,
        major_hazards, orders_issued, cases_opened, fine_fen, enterprise_called_in,
        inspection_kind_code IN ('routine', 'special', 'double_random', 'joint') AS is_enforcement
    FROM versions
),
facts AS (
    SELECT
        region_code, '' AS sector_code, month, known_on, superseded_on,
        CASE WHEN is_enforcement THEN 1 ELSE 0 END AS inspections,
        CASE WHEN is_enforcement THEN COALESCE(inspectors, 0) ELSE 0 END AS inspectors,
        CASE WHEN is_enforcement THEN COALESCE(hazards_found, 0) ELSE 0 END AS hazards_found,
        CASE WHEN is_enforcement THEN COALESCE(hazards_rectified, 0) ELSE 0 END AS hazards_rectified,
        CASE WHEN is_enforcement THEN COALESCE(major_hazards, 0) ELSE 0 END AS major_hazards,
        CASE WHEN is_enforcement THEN COALESCE(orders_issued, 0) ELSE 0 END AS rectification_orders,
        CASE WHEN is_enforcement THEN COALESCE(cases_opened, 0) ELSE 0 END AS cases_opened,
        CASE WHEN is_enforcement THEN COALESCE(fine_fen, 0) ELSE 0 END AS fines_fen,
        CASE WHEN is_enforcement AND enterprise_called_in THEN 1 ELSE 0 END AS enterprises_called_in,
        CASE WHEN inspection_kind_code = 'self_check' THEN COALESCE(hazards_found, 0) ELSE 0 END
            AS hazards_self_reported,
        CASE WHEN inspection_kind_code = 'disaster_prevention' THEN 1 ELSE 0 END AS disaster_prevention_checks,
        CASE WHEN inspection_kind_code = 'disaster_prevention' THEN COALESCE(hazards_found, 0) ELSE 0 END
            AS disaster_hazards_found,
        CASE WHEN inspection_kind_code = 'forest_fire' THEN COALESCE(hazards_found, 0) ELSE 0 END
            AS forest_fire_hazards_found
    FROM kinds
),
-- What a version adds on the day it becomes known, it takes back on the day it stops counting.
signed AS (
    SELECT
        region_code, sector_code, month, known_on,
        inspections, inspectors, hazards_found, hazards_rectified, major_hazards, rectification_orders,
        cases_opened, fines_fen, enterprises_called_in, hazards_self_reported, disaster_prevention_checks,
        disaster_hazards_found, forest_fire_hazards_found
    FROM facts
    UNION ALL
    SELECT
        region_code, sector_code, month, superseded_on AS known_on,
        -inspections AS inspections, -inspectors AS inspectors, -hazards_found AS hazards_found,
        -hazards_rectified AS hazards_rectified, -major_hazards AS major_hazards,
        -rectification_orders AS rectification_orders, -cases_opened AS cases_opened, -fines_fen AS fines_fen,
        -enterprises_called_in AS enterprises_called_in, -hazards_self_reported AS hazards_self_reported,
        -disaster_prevention_checks AS disaster_prevention_checks,
        -disaster_hazards_found AS disaster_hazards_found,
        -forest_fire_hazards_found AS forest_fire_hazards_found
    FROM facts
    WHERE superseded_on IS NOT NULL
),
daily AS (
    SELECT
        region_code, sector_code, month, known_on,
        CAST(SUM(inspections) AS BIGINT) AS inspections, CAST(SUM(inspectors) AS BIGINT) AS inspectors,
        CAST(SUM(hazards_found) AS BIGINT) AS hazards_found,
        CAST(SUM(hazards_rectified) AS BIGINT) AS hazards_rectified,
        CAST(SUM(major_hazards) AS BIGINT) AS major_hazards,
        CAST(SUM(rectification_orders) AS BIGINT) AS rectification_orders,
        CAST(SUM(cases_opened) AS BIGINT) AS cases_opened, CAST(SUM(fines_fen) AS BIGINT) AS fines_fen,
        CAST(SUM(enterprises_called_in) AS BIGINT) AS enterprises_called_in,
        CAST(SUM(hazards_self_reported) AS BIGINT) AS hazards_self_reported,
        CAST(SUM(disaster_prevention_checks) AS BIGINT) AS disaster_prevention_checks,
        CAST(SUM(disaster_hazards_found) AS BIGINT) AS disaster_hazards_found,
        CAST(SUM(forest_fire_hazards_found) AS BIGINT) AS forest_fire_hazards_found
    FROM signed
    GROUP BY region_code, sector_code, month, known_on
)
SELECT region_code, sector_code, month, 'inspections' AS measure, known_on, inspections AS delta
FROM daily
WHERE inspections <> 0
UNION ALL
SELECT region_code, sector_code, month, 'inspectors' AS measure, known_on, inspectors AS delta
FROM daily
WHERE inspectors <> 0
UNION ALL
SELECT region_code, sector_code, month, 'hazards_found' AS measure, known_on, hazards_found AS delta
FROM daily
WHERE hazards_found <> 0
UNION ALL
SELECT region_code, sector_code, month, 'hazards_rectified' AS measure, known_on, hazards_rectified AS delta
FROM daily
WHERE hazards_rectified <> 0
UNION ALL
SELECT region_code, sector_code, month, 'major_hazards' AS measure, known_on, major_hazards AS delta
FROM daily
WHERE major_hazards <> 0
UNION ALL
SELECT region_code, sector_code, month, 'rectification_orders' AS measure, known_on, rectification_orders AS delta
FROM daily
WHERE rectification_orders <> 0
UNION ALL
SELECT region_code, sector_code, month, 'cases_opened' AS measure, known_on, cases_opened AS delta
FROM daily
WHERE cases_opened <> 0
UNION ALL
SELECT region_code, sector_code, month, 'fines_fen' AS measure, known_on, fines_fen AS delta
FROM daily
WHERE fines_fen <> 0
UNION ALL
SELECT region_code, sector_code, month, 'enterprises_called_in' AS measure, known_on, enterprises_called_in AS delta
FROM daily
WHERE enterprises_called_in <> 0
UNION ALL
SELECT region_code, sector_code, month, 'hazards_self_reported' AS measure, known_on, hazards_self_reported AS delta
FROM daily
WHERE hazards_self_reported <> 0
UNION ALL
SELECT region_code, sector_code, month, 'disaster_prevention_checks' AS measure, known_on, disaster_prevention_checks AS delta
FROM daily
WHERE disaster_prevention_checks <> 0
UNION ALL
SELECT region_code, sector_code, month, 'disaster_hazards_found' AS measure, known_on, disaster_hazards_found AS delta
FROM daily
WHERE disaster_hazards_found <> 0
UNION ALL
SELECT region_code, sector_code, month, 'forest_fire_hazards_found' AS measure, known_on, forest_fire_hazards_found AS delta
FROM daily
WHERE forest_fire_hazards_found <> 0
