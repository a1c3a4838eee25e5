-- mart_statistics: every version of a statistical figure and the days between which it was the one that counts.
-- grain: source, record_id, region_code, known_on
-- part: source, record_id, region_code
-- reads: core_statistics__versions
-- caveat: quarterly figures (quarter_ytd) are cumulative within the year; vintage tells prints of one figure apart
SELECT
    source, record_id, region_code, measure, sector_code, period_start, period_end, frequency, value, unit, vintage,
    rounding, known_on, superseded_on, version_number, source_title, source_url, quote, file_id, sheet, record_number,
    line_number
FROM core_statistics__versions
