-- mart_statistics: every version of a statistical figure and the days between which it was the one that counts.
-- grain: source, record_id, region_code, known_on
-- reads: core_statistics__doubted, core_statistics__versions
-- caveat: quarterly figures (quarter_ytd) are cumulative within the year; vintage tells prints of one figure apart; from
--     doubted_on until doubted_until (NULL = still) a figure is told and not used
WITH doubted AS (
    SELECT
        source, record_id, region_code, known_on, MIN(doubted_on) AS doubted_on,
        CASE WHEN COUNT(doubted_until) = COUNT(*) THEN MAX(doubted_until) END AS doubted_until
    FROM core_statistics__doubted
    GROUP BY source, record_id, region_code, known_on
)
SELECT
    versions.source, versions.record_id, versions.region_code, versions.measure, versions.sector_code,
    versions.period_start, versions.period_end, versions.frequency, versions.value, versions.unit, versions.vintage,
    versions.rounding, versions.known_on, versions.superseded_on, versions.version_number, versions.source_title,
    versions.source_url, versions.quote, versions.file_id, versions.sheet, versions.record_number,
    versions.line_number, doubted.doubted_on, doubted.doubted_until
FROM core_statistics__versions AS versions
LEFT JOIN doubted
    ON doubted.source = versions.source AND doubted.record_id = versions.record_id
    AND doubted.region_code = versions.region_code AND doubted.known_on = versions.known_on
