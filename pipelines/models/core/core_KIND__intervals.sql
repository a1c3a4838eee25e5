-- core_KIND__intervals: when each report of a key that was reported more than once was the one that counts.
-- kinds: accidents, disasters, inspections, statistics, training
-- grain: file_id, sheet, record_number, known_on
-- part: source, record_id, region_code
-- reads: stg_KIND
-- caveat: a report that never counted has superseded_on = known_on; keys reported once are not here
WITH reports AS (
    SELECT
        file_id, sheet, record_number, source, record_id, region_code, reported_at, received_on, arrival, known_on,
        corrected_on, gone_on
    FROM stg_KIND
    WHERE status <> 'zero_return'
),
repeated AS (
    SELECT source, record_id, region_code FROM reports GROUP BY source, record_id, region_code HAVING COUNT(*) > 1
),
-- The later word counts: by its time of report, so that what is sent again late undoes nothing; of the same time of
-- report by the day it became known, the day it came, the turn in which its file came on that day, and its place in it.
-- Where no time of report is said, the day on which it came stands for it. A corrected report keeps the place of the
-- one that it corrects, whenever the correction was made: what was revised or struck off since stays so.
ranked AS (
    SELECT
        reports.file_id, reports.sheet, reports.record_number, reports.source, reports.record_id, reports.region_code,
        reports.known_on, reports.corrected_on, reports.gone_on,
        ROW_NUMBER() OVER (
            PARTITION BY reports.source, reports.record_id, reports.region_code
            ORDER BY COALESCE(CAST(reports.reported_at AS DATE), reports.received_on),
                CASE WHEN reports.reported_at IS NULL THEN 0 ELSE 1 END, reports.reported_at,
                CASE
                    WHEN reports.corrected_on IS NULL THEN reports.known_on
                    WHEN CAST(reports.reported_at AS DATE) > reports.received_on THEN CAST(reports.reported_at AS DATE)
                    ELSE reports.received_on
                END,
                reports.received_on, reports.arrival, reports.file_id, reports.known_on, reports.sheet,
                reports.record_number
        ) AS version_number
    FROM reports
    JOIN repeated
        ON repeated.source = reports.source AND repeated.record_id = reports.record_id
        AND repeated.region_code = reports.region_code
),
turns AS (
    SELECT source, record_id, region_code, known_on AS turned_on FROM ranked
    UNION
    SELECT source, record_id, region_code, gone_on AS turned_on FROM ranked WHERE gone_on IS NOT NULL
),
-- On each day on which something changes: the highest version that is known by then and not taken away.
counting AS (
    SELECT
        turns.source, turns.record_id, turns.region_code, turns.turned_on,
        MAX(ranked.version_number) AS version_number
    FROM turns
    LEFT JOIN ranked
        ON ranked.source = turns.source AND ranked.record_id = turns.record_id
        AND ranked.region_code = turns.region_code AND ranked.known_on <= turns.turned_on
        AND (ranked.gone_on IS NULL OR ranked.gone_on > turns.turned_on)
    GROUP BY turns.source, turns.record_id, turns.region_code, turns.turned_on
),
compared AS (
    SELECT
        source, record_id, region_code, turned_on, version_number,
        LAG(version_number) OVER (PARTITION BY source, record_id, region_code ORDER BY turned_on) AS version_before
    FROM counting
),
spells AS (
    SELECT
        source, record_id, region_code, version_number, turned_on AS known_on,
        LEAD(turned_on) OVER (PARTITION BY source, record_id, region_code ORDER BY turned_on) AS superseded_on
    FROM compared
    WHERE version_number IS DISTINCT FROM version_before
)
SELECT
    ranked.file_id, ranked.sheet, ranked.record_number, ranked.source, ranked.record_id, ranked.region_code,
    ranked.corrected_on,
    CAST(ranked.version_number AS INTEGER) AS version_number,
    COALESCE(spells.known_on, ranked.known_on) AS known_on,
    CASE WHEN spells.known_on IS NULL THEN ranked.known_on ELSE spells.superseded_on END AS superseded_on
FROM ranked
LEFT JOIN spells
    ON spells.source = ranked.source AND spells.record_id = ranked.record_id
    AND spells.region_code = ranked.region_code AND spells.version_number = ranked.version_number
