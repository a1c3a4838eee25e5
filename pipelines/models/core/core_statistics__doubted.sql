-- core_statistics__doubted: cumulative figures that another figure of the same source makes impossible, while both stand.
-- grain: source, record_id, region_code, known_on, other_record_id, other_known_on
-- reads: core_statistics__versions, src_measures
-- caveat: what adds up within a year never falls; a steady quantity (GDP) brings in every quarter at least half of what
--     an earlier one brought, and within a year at least half of the same months of the year before; doubted_until NULL
--     = still doubted
WITH flows AS (
    SELECT
        versions.source, versions.record_id, versions.region_code, versions.known_on, versions.superseded_on,
        versions.measure, COALESCE(versions.sector_code, '') AS sector_code, versions.frequency,
        EXTRACT(YEAR FROM versions.period_end) AS year, EXTRACT(MONTH FROM versions.period_end) AS month,
        versions.value, COALESCE(versions.vintage, '') AS vintage, measures.nature = 'steady' AS is_steady,
        versions.file_id, versions.sheet, versions.line_number
    FROM core_statistics__versions AS versions
    JOIN src_measures AS measures ON measures.measure = versions.measure
    WHERE measures.nature IN ('flow', 'steady') AND versions.frequency IN ('quarter_ytd', 'year')
)
SELECT
    one.source, one.record_id, one.region_code, one.known_on, one.file_id, one.sheet, one.line_number,
    other.record_id AS other_record_id, other.known_on AS other_known_on, other.file_id AS other_file_id,
    other.line_number AS other_line_number,
    CASE WHEN one.known_on > other.known_on THEN one.known_on ELSE other.known_on END AS doubted_on,
    CASE
        WHEN other.superseded_on IS NULL OR one.superseded_on < other.superseded_on THEN one.superseded_on
        ELSE other.superseded_on
    END AS doubted_until
FROM flows AS one
JOIN flows AS other
    ON other.source = one.source AND other.region_code = one.region_code AND other.measure = one.measure
    AND other.sector_code = one.sector_code
    AND (one.superseded_on IS NULL OR one.superseded_on > other.known_on)
    AND (other.superseded_on IS NULL OR other.superseded_on > one.known_on)
WHERE one.frequency = 'quarter_ytd'
    AND (
        (other.frequency = 'quarter_ytd' AND other.year = one.year AND other.month < one.month
            AND (
                (one.value < other.value AND one.vintage = other.vintage)
                OR (one.is_steady AND one.value * 2 * other.month < other.value * (one.month + other.month))
            ))
        OR (one.is_steady AND other.year = one.year - 1 AND other.month = one.month AND one.value * 2 < other.value)
    )
