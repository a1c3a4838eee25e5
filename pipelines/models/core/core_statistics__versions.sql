-- core_statistics__versions: every version of a statistical return, with the days between which it counts.
-- grain: source, record_id, region_code, known_on
-- part: source, record_id, region_code
-- reads: core_statistics__intervals, stg_statistics, src_measures
-- caveat: superseded_on NULL = still counts; strike-offs and zero returns are no facts and have no row; a stock or a
--     share that is reported for a month is that of its last day
WITH reports AS (SELECT * FROM stg_statistics),
intervals AS (SELECT * FROM core_statistics__intervals),
standing AS (SELECT measure FROM src_measures WHERE nature IN ('stock', 'share'))
SELECT
    reports.file_id, reports.sheet, reports.record_number, reports.line_number, reports.source,
    reports.record_id, reports.status, reports.region_code, reports.reported_at, reports.measure,
    reports.sector_code,
    CASE
        WHEN reports.frequency = 'month' AND standing.measure IS NOT NULL THEN reports.period_end
        ELSE reports.period_start
    END AS period_start,
    reports.period_end,
    CASE
        WHEN reports.frequency = 'month' AND standing.measure IS NOT NULL THEN 'point'
        ELSE reports.frequency
    END AS frequency,
    reports.value,
    reports.unit, reports.vintage, reports.rounding, reports.source_title, reports.source_url, reports.quote,
    CAST(DATE_TRUNC('month', reports.period_end) AS DATE) AS month,
    COALESCE(intervals.known_on, reports.known_on) AS known_on,
    CASE WHEN intervals.file_id IS NULL THEN reports.gone_on ELSE intervals.superseded_on END AS superseded_on,
    COALESCE(intervals.version_number, 1) AS version_number
FROM reports
LEFT JOIN intervals
    ON intervals.file_id = reports.file_id AND intervals.sheet = reports.sheet
    AND intervals.record_number = reports.record_number
LEFT JOIN standing ON standing.measure = reports.measure
WHERE reports.status NOT IN ('struck_off', 'zero_return')
    AND COALESCE(
        CASE WHEN intervals.file_id IS NULL THEN reports.gone_on ELSE intervals.superseded_on END, DATE '9999-12-31'
    ) > COALESCE(intervals.known_on, reports.known_on)
