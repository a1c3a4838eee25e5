-- mart_reporting_status: what each region owes for each period, and in which spells it was there.
-- grain: kind, region_code, period_start, period_end, spell
-- reads: core_regions__ancestors, core_reports__received, src_calendar, src_reporting_calendar
-- caveat: a period is in from known_on until lapsed_on (NULL = still in); one row a spell, a single row without a
--     known_on where nothing ever came
-- caveat: a record reports for its region and all above; a zero return for its region and all below, never above; a
--     region is in too while every region below it that owes the same period is in
WITH owed AS (
    SELECT due.kind, due.region_code, due.period_start, due.period_end, due.due_on, calendar.month
    FROM src_reporting_calendar AS due
    JOIN src_calendar AS calendar
        ON calendar.month >= CAST(DATE_TRUNC('month', due.period_start) AS DATE) AND calendar.month <= due.period_end
),
received AS (SELECT * FROM core_reports__received),
kept AS (SELECT * FROM received WHERE gone_on IS NULL OR gone_on > known_on),
reaching AS (
    SELECT kept.kind, above.ancestor_code AS region_code, kept.month, kept.known_on, kept.gone_on, FALSE AS is_zero_return
    FROM kept
    JOIN core_regions__ancestors AS above ON above.region_code = kept.region_code
    WHERE NOT kept.is_zero_return
    UNION ALL
    SELECT kept.kind, below.region_code, kept.month, kept.known_on, kept.gone_on, TRUE AS is_zero_return
    FROM kept
    JOIN core_regions__ancestors AS below ON below.ancestor_code = kept.region_code
    WHERE kept.is_zero_return
),
covering AS (
    SELECT DISTINCT
        owed.kind, owed.region_code, owed.period_start, owed.period_end,
        reaching.known_on, reaching.gone_on, reaching.is_zero_return
    FROM owed
    JOIN reaching
        ON reaching.kind = owed.kind AND reaching.region_code = owed.region_code AND reaching.month = owed.month
),
-- How many files, records and zero returns cover a period, day by day; above none it is in.
own_steps AS (
    SELECT kind, region_code, period_start, period_end, known_on AS changes_on, 1 AS step FROM covering
    UNION ALL
    SELECT kind, region_code, period_start, period_end, gone_on AS changes_on, -1 AS step
    FROM covering
    WHERE gone_on IS NOT NULL
),
own_days AS (
    SELECT kind, region_code, period_start, period_end, changes_on, SUM(step) AS step
    FROM own_steps
    GROUP BY kind, region_code, period_start, period_end, changes_on
),
own_levels AS (
    SELECT
        kind, region_code, period_start, period_end, changes_on, step,
        SUM(step) OVER (
            PARTITION BY kind, region_code, period_start, period_end ORDER BY changes_on
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS level
    FROM own_days
),
own_edges AS (
    SELECT
        kind, region_code, period_start, period_end, changes_on, CASE WHEN level > 0 THEN 1 ELSE -1 END AS step
    FROM own_levels
    WHERE (level > 0) <> (level - step > 0)
),
-- The same for the regions below that owe the period: the region above is in while all of them are.
owing AS (SELECT DISTINCT kind, region_code, period_start, period_end FROM owed),
pairs AS (
    SELECT
        upper.kind, upper.region_code, upper.period_start, upper.period_end, lower.region_code AS lower_code,
        COUNT(*) OVER (PARTITION BY upper.kind, upper.region_code, upper.period_start, upper.period_end) AS needed
    FROM owing AS upper
    JOIN core_regions__ancestors AS tree ON tree.ancestor_code = upper.region_code AND tree.distance > 0
    JOIN owing AS lower
        ON lower.region_code = tree.region_code AND lower.kind = upper.kind
        AND lower.period_start = upper.period_start AND lower.period_end = upper.period_end
),
below_days AS (
    SELECT
        pairs.kind, pairs.region_code, pairs.period_start, pairs.period_end, pairs.needed, own_edges.changes_on,
        SUM(own_edges.step) AS step
    FROM pairs
    JOIN own_edges
        ON own_edges.kind = pairs.kind AND own_edges.region_code = pairs.lower_code
        AND own_edges.period_start = pairs.period_start AND own_edges.period_end = pairs.period_end
    GROUP BY pairs.kind, pairs.region_code, pairs.period_start, pairs.period_end, pairs.needed, own_edges.changes_on
),
below_levels AS (
    SELECT
        kind, region_code, period_start, period_end, needed, changes_on, step,
        SUM(step) OVER (
            PARTITION BY kind, region_code, period_start, period_end ORDER BY changes_on
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS level
    FROM below_days
),
all_steps AS (
    SELECT kind, region_code, period_start, period_end, changes_on, step FROM own_edges
    UNION ALL
    SELECT
        kind, region_code, period_start, period_end, changes_on, CASE WHEN level = needed THEN 1 ELSE -1 END AS step
    FROM below_levels
    WHERE (level = needed) <> (level - step = needed)
),
all_days AS (
    SELECT kind, region_code, period_start, period_end, changes_on, SUM(step) AS step
    FROM all_steps
    GROUP BY kind, region_code, period_start, period_end, changes_on
),
all_levels AS (
    SELECT
        kind, region_code, period_start, period_end, changes_on, step,
        SUM(step) OVER (
            PARTITION BY kind, region_code, period_start, period_end ORDER BY changes_on
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS level
    FROM all_days
),
edges AS (
    SELECT
        kind, region_code, period_start, period_end, changes_on AS known_on, level,
        LEAD(changes_on) OVER (PARTITION BY kind, region_code, period_start, period_end ORDER BY changes_on) AS lapsed_on,
        MIN(changes_on) OVER (PARTITION BY kind, region_code, period_start, period_end) AS first_known_on,
        SUM(CASE WHEN level > 0 THEN 1 ELSE 0 END) OVER (
            PARTITION BY kind, region_code, period_start, period_end ORDER BY changes_on
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS spell
    FROM all_levels
    WHERE (level > 0) <> (level - step > 0)
),
zero_returns AS (
    SELECT DISTINCT kind, region_code, period_start, period_end, known_on, gone_on FROM covering WHERE is_zero_return
)
SELECT
    due.kind, due.region_code, due.period_start, due.period_end, due.due_on,
    CAST(COALESCE(edges.spell, 1) AS INTEGER) AS spell, edges.first_known_on, edges.known_on, edges.lapsed_on,
    COUNT(zero_returns.known_on) > 0 AS has_zero_return
FROM src_reporting_calendar AS due
LEFT JOIN edges
    ON edges.kind = due.kind AND edges.region_code = due.region_code
    AND edges.period_start = due.period_start AND edges.period_end = due.period_end AND edges.level > 0
LEFT JOIN zero_returns
    ON zero_returns.kind = due.kind AND zero_returns.region_code = due.region_code
    AND zero_returns.period_start = due.period_start AND zero_returns.period_end = due.period_end
    AND zero_returns.known_on >= edges.known_on
    AND (edges.lapsed_on IS NULL OR zero_returns.known_on < edges.lapsed_on)
    AND (zero_returns.gone_on IS NULL OR zero_returns.gone_on = edges.lapsed_on)
GROUP BY
    due.kind, due.region_code, due.period_start, due.period_end, due.due_on,
    edges.spell, edges.first_known_on, edges.known_on, edges.lapsed_on
