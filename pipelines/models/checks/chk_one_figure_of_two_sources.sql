-- chk_one_figure_of_two_sources: statistics of one region, period and measure that two sources print differently.
-- reads: core_statistics__versions, src_files
-- severity: warn
-- tell: build.checks.one_figure_of_two_sources
-- caveat: prints of two named editions are revisions; up to a thousandth of the larger figure two prints differ by
--     their rounding; of each source the figure that was known last
WITH ranked AS (
    SELECT
        source, record_id, region_code, measure, COALESCE(sector_code, '') AS sector_code, period_end,
        CASE WHEN frequency = 'month' THEN 'month' ELSE 'to date' END AS span, COALESCE(vintage, '') AS vintage, value,
        file_id, sheet, line_number,
        ROW_NUMBER() OVER (
            PARTITION BY
                source, region_code, measure, COALESCE(sector_code, ''), period_end,
                CASE WHEN frequency = 'month' THEN 'month' ELSE 'to date' END
            ORDER BY known_on DESC, version_number DESC, record_id, file_id, record_number
        ) AS age
    FROM core_statistics__versions
    WHERE superseded_on IS NULL
),
newest AS (
    SELECT
        source, record_id, region_code, measure, sector_code, period_end, span, vintage, value, file_id, sheet,
        line_number
    FROM ranked
    WHERE age = 1
),
files AS (SELECT * FROM src_files)
SELECT
    one.source, one.record_id, one.region_code, one.measure, one.period_end, files.path, one.sheet, one.line_number,
    other.source AS other_source, other_files.path AS other_path, other.line_number AS other_line_number
FROM newest AS one
JOIN newest AS other
    ON other.region_code = one.region_code AND other.measure = one.measure AND other.sector_code = one.sector_code
    AND other.period_end = one.period_end AND other.span = one.span AND other.source > one.source
JOIN files ON files.file_id = one.file_id AND files.kind = 'statistics'
JOIN files AS other_files ON other_files.file_id = other.file_id AND other_files.kind = 'statistics'
WHERE 1000 * ABS(one.value - other.value) > ABS(one.value) AND 1000 * ABS(one.value - other.value) > ABS(other.value)
    AND (one.vintage = '' OR other.vintage = '' OR one.vintage = other.vintage)
