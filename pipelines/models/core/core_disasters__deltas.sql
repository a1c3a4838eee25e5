-- core_disasters__deltas: signed changes of what disasters add up to, by first month and the day they became known.
-- grain: region_code, sector_code, month, measure, known_on
-- part: region_code, month
-- reads: core_disasters__versions, src_hazards
-- caveat: the dead include the missing; an event over several months counts in the month in which it began
WITH versions AS (SELECT * FROM core_disasters__versions),
hazards AS (SELECT * FROM src_hazards),
facts AS (
    SELECT
        region_code, '' AS sector_code, month, known_on, superseded_on,
        1 AS disaster_events,
        COALESCE(deaths, 0) + COALESCE(missing, 0) AS disaster_deaths,
        COALESCE(affected_person_times, 0) AS affected_person_times,
        COALESCE(relocated, 0) AS relocated,
        COALESCE(houses_collapsed, 0) AS houses_collapsed,
        COALESCE(direct_loss_fen, 0) AS disaster_loss_fen,
        CASE WHEN is_flood THEN COALESCE(direct_loss_fen, 0) ELSE 0 END AS flood_loss_fen
    FROM versions
    LEFT JOIN hazards ON hazards.hazard_code = versions.hazard_code
),
-- What a version adds on the day it becomes known, it takes back on the day it stops counting.
signed AS (
    SELECT
        region_code, sector_code, month, known_on,
        disaster_events, disaster_deaths, affected_person_times, relocated, houses_collapsed,
        disaster_loss_fen, flood_loss_fen
    FROM facts
    UNION ALL
    SELECT
        region_code, sector_code, month, superseded_on AS known_on,
        -disaster_events AS disaster_events, -disaster_deaths AS disaster_deaths,
        -affected_person_times AS affected_person_times, -relocated AS relocated,
        -houses_collapsed AS houses_collapsed, -disaster_loss_fen AS disaster_loss_fen,
        -flood_loss_fen AS flood_loss_fen
    FROM facts
    WHERE superseded_on IS NOT NULL
),
daily AS (
    SELECT
        region_code, sector_code, month, known_on,
        CAST(SUM(disaster_events) AS BIGINT) AS disaster_events,
        CAST(SUM(disaster_deaths) AS BIGINT) AS disaster_deaths,
        CAST(SUM(affected_person_times) AS BIGINT) AS affected_person_times,
        CAST(SUM(relocated) AS BIGINT) AS relocated, CAST(SUM(houses_collapsed) AS BIGINT) AS houses_collapsed,
        CAST(SUM(disaster_loss_fen) AS BIGINT) AS disaster_loss_fen,
        CAST(SUM(flood_loss_fen) AS BIGINT) AS flood_loss_fen
    FROM signed
    GROUP BY region_code, sector_code, month, known_on
)
SELECT region_code, sector_code, month, 'disaster_events' AS measure, known_on, disaster_events AS delta
FROM daily
WHERE disaster_events <> 0
UNION ALL
SELECT region_code, sector_code, month, 'disaster_deaths' AS measure, known_on, disaster_deaths AS delta
FROM daily
WHERE disaster_deaths <> 0
UNION ALL
SELECT region_code, sector_code, month, 'affected_person_times' AS measure, known_on, affected_person_times AS delta
FROM daily
WHERE affected_person_times <> 0
UNION ALL
SELECT region_code, sector_code, month, 'relocated' AS measure, known_on, relocated AS delta
FROM daily
WHERE relocated <> 0
UNION ALL
SELECT region_code, sector_code, month, 'houses_collapsed' AS measure, known_on, houses_collapsed AS delta
FROM daily
WHERE houses_collapsed <> 0
UNION ALL
SELECT region_code, sector_code, month, 'disaster_loss_fen' AS measure, known_on, disaster_loss_fen AS delta
FROM daily
WHERE disaster_loss_fen <> 0
UNION ALL
SELECT region_code, sector_code, month, 'flood_loss_fen' AS measure, known_on, flood_loss_fen AS delta
FROM daily
WHERE flood_loss_fen <> 0
