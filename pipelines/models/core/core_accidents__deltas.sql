-- core_accidents__deltas: signed changes of what accidents add up to, by month and the day they became known.
-- grain: region_code, sector_code, month, measure, known_on
-- part: region_code, month
-- reads: core_accidents__versions, src_sectors
-- caveat: unless it says otherwise an accident counts as work safety; fire_deaths are of all records
WITH versions AS (
    SELECT
        versions.region_code, COALESCE(versions.sector_code, '') AS sector_code, versions.month, versions.known_on,
        versions.superseded_on, versions.grade_code, sectors.is_industrial,
        COALESCE(versions.counts_as_work_safety, TRUE) AS is_work_safety,
        COALESCE(versions.deaths, 0) + COALESCE(versions.missing, 0) AS dead,
        COALESCE(versions.serious_injuries, 0) AS serious_injuries,
        COALESCE(versions.minor_injuries, 0) AS minor_injuries,
        COALESCE(versions.direct_loss_fen, 0) AS direct_loss_fen
    FROM core_accidents__versions AS versions
    LEFT JOIN src_sectors AS sectors ON sectors.sector_code = versions.sector_code
),
facts AS (
    SELECT
        region_code, sector_code AS sector_code, month, known_on, superseded_on,
        CASE WHEN is_work_safety THEN 1 ELSE 0 END AS accidents,
        CASE WHEN is_work_safety THEN dead ELSE 0 END AS work_deaths,
        CASE WHEN is_work_safety AND dead > 0 THEN 1 ELSE 0 END AS fatal_accidents,
        CASE WHEN is_work_safety AND is_industrial THEN dead ELSE 0 END AS industrial_deaths,
        CASE WHEN is_work_safety AND grade_code <> 'general' THEN 1 ELSE 0 END AS larger_accidents,
        CASE WHEN is_work_safety AND grade_code IN ('major', 'extraordinary') THEN 1 ELSE 0 END AS major_accidents,
        CASE WHEN is_work_safety THEN serious_injuries ELSE 0 END AS serious_injuries,
        CASE WHEN is_work_safety THEN minor_injuries ELSE 0 END AS minor_injuries,
        CASE WHEN is_work_safety THEN direct_loss_fen ELSE 0 END AS accident_loss_fen,
        CASE WHEN sector_code = 'fire' THEN dead ELSE 0 END AS fire_deaths
    FROM versions
),
-- What a version adds on the day it becomes known, it takes back on the day it stops counting.
signed AS (
    SELECT
        region_code, sector_code, month, known_on,
        accidents, work_deaths, fatal_accidents, industrial_deaths, larger_accidents, major_accidents,
        serious_injuries, minor_injuries, accident_loss_fen, fire_deaths
    FROM facts
    UNION ALL
    SELECT
        region_code, sector_code, month, superseded_on AS known_on,
        -accidents AS accidents, -work_deaths AS work_deaths, -fatal_accidents AS fatal_accidents,
        -industrial_deaths AS industrial_deaths, -larger_accidents AS larger_accidents,
        -major_accidents AS major_accidents, -serious_injuries AS serious_injuries,
        -minor_injuries AS minor_injuries, -accident_loss_fen AS accident_loss_fen, -fire_deaths AS fire_deaths
    FROM facts
    WHERE superseded_on IS NOT NULL
),
daily AS (
    SELECT
        region_code, sector_code, month, known_on,
        CAST(SUM(accidents) AS BIGINT) AS accidents, CAST(SUM(work_deaths) AS BIGINT) AS work_deaths,
        CAST(SUM(fatal_accidents) AS BIGINT) AS fatal_accidents,
        CAST(SUM(industrial_deaths) AS BIGINT) AS industrial_deaths,
        CAST(SUM(larger_accidents) AS BIGINT) AS larger_accidents,
        CAST(SUM(major_accidents) AS BIGINT) AS major_accidents,
        CAST(SUM(serious_injuries) AS BIGINT) AS serious_injuries,
        CAST(SUM(minor_injuries) AS BIGINT) AS minor_injuries,
        CAST(SUM(accident_loss_fen) AS BIGINT) AS accident_loss_fen,
        CAST(SUM(fire_deaths) AS BIGINT) AS fire_deaths
    FROM signed
    GROUP BY region_code, sector_code, month, known_on
)
SELECT region_code, sector_code, month, 'accidents' AS measure, known_on, accidents AS delta
FROM daily
WHERE accidents <> 0
UNION ALL
SELECT region_code, sector_code, month, 'work_deaths' AS measure, known_on, work_deaths AS delta
FROM daily
WHERE work_deaths <> 0
UNION ALL
SELECT region_code, sector_code, month, 'fatal_accidents' AS measure, known_on, fatal_accidents AS delta
FROM daily
WHERE fatal_accidents <> 0
UNION ALL
SELECT region_code, sector_code, month, 'industrial_deaths' AS measure, known_on, industrial_deaths AS delta
FROM daily
WHERE industrial_deaths <> 0
UNION ALL
SELECT region_code, sector_code, month, 'larger_accidents' AS measure, known_on, larger_accidents AS delta
FROM daily
WHERE larger_accidents <> 0
UNION ALL
SELECT region_code, sector_code, month, 'major_accidents' AS measure, known_on, major_accidents AS delta
FROM daily
WHERE major_accidents <> 0
UNION ALL
SELECT region_code, sector_code, month, 'serious_injuries' AS measure, known_on, serious_injuries AS delta
FROM daily
WHERE serious_injuries <> 0
UNION ALL
SELECT region_code, sector_code, month, 'minor_injuries' AS measure, known_on, minor_injuries AS delta
FROM daily
WHERE minor_injuries <> 0
UNION ALL
SELECT region_code, sector_code, month, 'accident_loss_fen' AS measure, known_on, accident_loss_fen AS delta
FROM daily
WHERE accident_loss_fen <> 0
UNION ALL
SELECT region_code, sector_code, month, 'fire_deaths' AS measure, known_on, fire_deaths AS delta
FROM daily
WHERE fire_deaths <> 0
