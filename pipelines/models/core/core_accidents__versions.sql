-- core_accidents__versions: every version of an accident and the days between which it was the one that counts.
-- grain: source, record_id, region_code, known_on
-- part: source, record_id, region_code
-- reads: core_accidents__intervals, stg_accidents, src_grades
-- caveat: superseded_on NULL = still counts; strike-offs and zero returns are no facts and have no row;
--     missing people count as deaths in the grade; occurred_hour NULL = the report gives the day alone
WITH reports AS (SELECT * FROM stg_accidents),
intervals AS (SELECT * FROM core_accidents__intervals),
-- 《生产安全事故报告和调查处理条例》 article 3; its numbers stand in the code list of grades.
limits AS (
    SELECT
        MAX(CASE WHEN grade_code = 'larger' THEN min_deaths END) AS larger_deaths,
        MAX(CASE WHEN grade_code = 'larger' THEN min_serious_injuries END) AS larger_injuries,
        MAX(CASE WHEN grade_code = 'larger' THEN min_loss_fen END) AS larger_loss_fen,
        MAX(CASE WHEN grade_code = 'major' THEN min_deaths END) AS major_deaths,
        MAX(CASE WHEN grade_code = 'major' THEN min_serious_injuries END) AS major_injuries,
        MAX(CASE WHEN grade_code = 'major' THEN min_loss_fen END) AS major_loss_fen,
        MAX(CASE WHEN grade_code = 'extraordinary' THEN min_deaths END) AS extraordinary_deaths,
        MAX(CASE WHEN grade_code = 'extraordinary' THEN min_serious_injuries END) AS extraordinary_injuries,
        MAX(CASE WHEN grade_code = 'extraordinary' THEN min_loss_fen END) AS extraordinary_loss_fen
    FROM src_grades
)
SELECT
    reports.file_id, reports.sheet, reports.record_number, reports.line_number, reports.source,
    reports.record_id, reports.status, reports.region_code, reports.reported_at, reports.occurred_at,
    reports.occurred_hour, reports.sector_code, reports.industry_code, reports.type_code, reports.deaths, reports.missing,
    reports.serious_injuries, reports.minor_injuries, reports.direct_loss_fen, reports.counts_as_work_safety,
    reports.enterprise, reports.cause_code, reports.official_grade_code, reports.description,
    CAST(reports.occurred_at AS DATE) AS occurred_on,
    CAST(DATE_TRUNC('month', reports.occurred_at) AS DATE) AS month,
    CASE
        WHEN COALESCE(reports.deaths, 0) + COALESCE(reports.missing, 0) >= limits.extraordinary_deaths
            OR reports.serious_injuries >= limits.extraordinary_injuries
            OR reports.direct_loss_fen >= limits.extraordinary_loss_fen THEN 'extraordinary'
        WHEN COALESCE(reports.deaths, 0) + COALESCE(reports.missing, 0) >= limits.major_deaths
            OR reports.serious_injuries >= limits.major_injuries
            OR reports.direct_loss_fen >= limits.major_loss_fen THEN 'major'
        WHEN COALESCE(reports.deaths, 0) + COALESCE(reports.missing, 0) >= limits.larger_deaths
            OR reports.serious_injuries >= limits.larger_injuries
            OR reports.direct_loss_fen >= limits.larger_loss_fen THEN 'larger'
        ELSE 'general'
    END AS grade_code,
    COALESCE(intervals.known_on, reports.known_on) AS known_on,
    CASE WHEN intervals.file_id IS NULL THEN reports.gone_on ELSE intervals.superseded_on END AS superseded_on,
    COALESCE(intervals.version_number, 1) AS version_number
FROM reports
CROSS JOIN limits
LEFT JOIN intervals
    ON intervals.file_id = reports.file_id AND intervals.sheet = reports.sheet
    AND intervals.record_number = reports.record_number
WHERE reports.status NOT IN ('struck_off', 'zero_return')
    AND COALESCE(
        CASE WHEN intervals.file_id IS NULL THEN reports.gone_on ELSE intervals.superseded_on END, DATE '9999-12-31'
    ) > COALESCE(intervals.known_on, reports.known_on)
