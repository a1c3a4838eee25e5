-- mart_reporting_status: what each region owes for each period, and in which spells it was there.
-- grain: kind, region_code, period_start, period_end, spell
-- reads: core_regions__ancestors, core_reports__received, src_calendar, src_files, src_reporting_calendar
-- caveat: a period is in from known_on until lapsed_on (NULL = still in); one row a spell, a single row without a
--     known_on where nothing ever came
-- caveat: what became known while the period ran holds until its last day and says nothing of the rest of it; a spell
--     that begins after the last day says that the whole period is reported, and no spell reaches over that day
-- caveat: the whole period is reported once a record of it became known after its last day, or a zero return that names
--     it by its first day, or once each of its months has a record or a zero return and one of them became known after
--     the last day; a zero return from before that day covers the month it names, once that is over; a file that is
--     declared complete history and came after the last day tells of all of it
-- caveat: where a zero return of a later month of the period came no later than the one of its first day, returns are
--     made month by month there, and that one names its month only
-- caveat: a record reports for its region and all above; a zero return for its region and all below, never above; a
--     region is in too while every region below it that owes the same period is in
WITH owed AS (
    SELECT
        due.kind, due.region_code, due.period_start, due.period_end, due.due_on, calendar.month,
        CAST(due.period_end + INTERVAL 1 DAY AS DATE) AS over_on,
        CAST(calendar.month + INTERVAL 1 MONTH AS DATE) AS month_over_on
    FROM src_reporting_calendar AS due
    JOIN src_calendar AS calendar
        ON calendar.month >= CAST(DATE_TRUNC('month', due.period_start) AS DATE) AND calendar.month <= due.period_end
),
received AS (SELECT * FROM core_reports__received),
files AS (SELECT * FROM src_files),
kept AS (
    SELECT
        received.kind, received.region_code, received.month, received.is_zero_return, received.known_on,
        received.last_known_on, received.gone_on,
        CASE WHEN files.is_history THEN files.received_on END AS history_until
    FROM received
    JOIN files ON files.file_id = received.file_id AND files.kind = received.kind
    WHERE received.gone_on IS NULL OR received.gone_on > received.known_on
),
reaching AS (
    SELECT
        kept.kind, above.ancestor_code AS region_code, kept.month, kept.known_on, kept.last_known_on, kept.gone_on,
        kept.history_until, FALSE AS is_zero_return
    FROM kept
    JOIN core_regions__ancestors AS above ON above.region_code = kept.region_code
    WHERE NOT kept.is_zero_return
    UNION ALL
    SELECT
        kept.kind, below.region_code, kept.month, kept.known_on, kept.last_known_on, kept.gone_on,
        kept.history_until, TRUE AS is_zero_return
    FROM kept
    JOIN core_regions__ancestors AS below ON below.ancestor_code = kept.region_code
    WHERE kept.is_zero_return
),
matched AS (
    SELECT
        owed.kind, owed.region_code, owed.period_start, owed.period_end, owed.over_on, owed.month_over_on, owed.month,
        reaching.known_on, reaching.last_known_on, reaching.gone_on, reaching.history_until, reaching.is_zero_return,
        MIN(CASE WHEN reaching.is_zero_return AND owed.month > owed.period_start THEN reaching.known_on END) OVER (
            PARTITION BY owed.kind, owed.region_code, owed.period_start, owed.period_end
        ) AS by_month_from
    FROM owed
    JOIN reaching
        ON reaching.kind = owed.kind AND reaching.region_code = owed.region_code AND reaching.month = owed.month
),
-- Of everything that came for a month of a period: from when it speaks after the end of the period (after_on), names the
-- period itself by its first month after that end (named_on), and speaks for its month (month_on).
covering AS (
    SELECT DISTINCT
        kind, region_code, period_start, period_end, over_on, month, known_on, gone_on, is_zero_return,
        CASE
            WHEN known_on >= over_on THEN known_on
            WHEN history_until >= over_on THEN over_on
            WHEN last_known_on >= over_on THEN last_known_on
        END AS after_on,
        CASE
            WHEN month > period_start OR by_month_from <= known_on THEN NULL
            WHEN known_on >= over_on THEN known_on
            WHEN by_month_from <= last_known_on THEN NULL
            WHEN last_known_on >= over_on THEN last_known_on
        END AS named_on,
        CASE
            WHEN NOT is_zero_return OR known_on >= month_over_on THEN known_on
            WHEN history_until >= month_over_on THEN month_over_on
            WHEN last_known_on >= month_over_on THEN last_known_on
        END AS month_on
    FROM matched
),
-- Month by month: on which days each of them, and the word after the end (named by the day after it), is there.
part_spells AS (
    SELECT
        kind, region_code, period_start, period_end, month AS part,
        CASE WHEN month_on < over_on THEN over_on ELSE month_on END AS begins_on, gone_on AS ends_on
    FROM covering
    WHERE month_on IS NOT NULL
    UNION ALL
    SELECT kind, region_code, period_start, period_end, over_on AS part, after_on AS begins_on, gone_on AS ends_on
    FROM covering
    WHERE after_on IS NOT NULL
),
part_steps AS (
    SELECT kind, region_code, period_start, period_end, part, begins_on AS changes_on, 1 AS step
    FROM part_spells
    WHERE ends_on IS NULL OR ends_on > begins_on
    UNION ALL
    SELECT kind, region_code, period_start, period_end, part, ends_on AS changes_on, -1 AS step
    FROM part_spells
    WHERE ends_on > begins_on
),
part_days AS (
    SELECT kind, region_code, period_start, period_end, part, changes_on, SUM(step) AS step
    FROM part_steps
    GROUP BY kind, region_code, period_start, period_end, part, changes_on
),
part_levels AS (
    SELECT
        kind, region_code, period_start, period_end, part, changes_on, step,
        SUM(step) OVER (
            PARTITION BY kind, region_code, period_start, period_end, part ORDER BY changes_on
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS level
    FROM part_days
),
month_days AS (
    SELECT
        kind, region_code, period_start, period_end, changes_on, SUM(CASE WHEN level > 0 THEN 1 ELSE -1 END) AS step
    FROM part_levels
    WHERE (level > 0) <> (level - step > 0)
    GROUP BY kind, region_code, period_start, period_end, changes_on
),
month_levels AS (
    SELECT
        kind, region_code, period_start, period_end, changes_on, step,
        SUM(step) OVER (
            PARTITION BY kind, region_code, period_start, period_end ORDER BY changes_on
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS level
    FROM month_days
),
needs AS (
    SELECT kind, region_code, period_start, period_end, over_on, COUNT(*) + 1 AS parts
    FROM owed
    GROUP BY kind, region_code, period_start, period_end, over_on
),
own_spells AS (
    SELECT
        kind, region_code, period_start, period_end, known_on AS begins_on,
        CASE WHEN gone_on < over_on THEN gone_on ELSE over_on END AS ends_on
    FROM covering
    WHERE known_on < over_on
    UNION ALL
    SELECT kind, region_code, period_start, period_end, after_on AS begins_on, gone_on AS ends_on
    FROM covering
    WHERE after_on IS NOT NULL AND NOT is_zero_return AND (gone_on IS NULL OR gone_on > after_on)
    UNION ALL
    SELECT kind, region_code, period_start, period_end, named_on AS begins_on, gone_on AS ends_on
    FROM covering
    WHERE named_on IS NOT NULL AND is_zero_return AND (gone_on IS NULL OR gone_on > named_on)
),
-- How many records and zero returns tell of a period, day by day; above none it is in.
own_steps AS (
    SELECT kind, region_code, period_start, period_end, begins_on AS changes_on, 1 AS step FROM own_spells
    UNION ALL
    SELECT kind, region_code, period_start, period_end, ends_on AS changes_on, -1 AS step
    FROM own_spells
    WHERE ends_on IS NOT NULL
    UNION ALL
    SELECT
        month_levels.kind, month_levels.region_code, month_levels.period_start, month_levels.period_end,
        month_levels.changes_on, CASE WHEN month_levels.level = needs.parts THEN 1 ELSE -1 END AS step
    FROM month_levels
    JOIN needs
        ON needs.kind = month_levels.kind AND needs.region_code = month_levels.region_code
        AND needs.period_start = month_levels.period_start AND needs.period_end = month_levels.period_end
    WHERE (month_levels.level = needs.parts) <> (month_levels.level - month_levels.step = needs.parts)
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
stretches AS (
    SELECT
        kind, region_code, period_start, period_end, changes_on AS known_on, level,
        LEAD(changes_on) OVER (PARTITION BY kind, region_code, period_start, period_end ORDER BY changes_on) AS lapsed_on
    FROM all_levels
    WHERE (level > 0) <> (level - step > 0)
),
split AS (
    SELECT
        stretches.kind, stretches.region_code, stretches.period_start, stretches.period_end, stretches.known_on,
        CASE WHEN stretches.lapsed_on < needs.over_on THEN stretches.lapsed_on ELSE needs.over_on END AS lapsed_on
    FROM stretches
    JOIN needs
        ON needs.kind = stretches.kind AND needs.region_code = stretches.region_code
        AND needs.period_start = stretches.period_start AND needs.period_end = stretches.period_end
    WHERE stretches.level > 0 AND stretches.known_on < needs.over_on
    UNION ALL
    SELECT
        stretches.kind, stretches.region_code, stretches.period_start, stretches.period_end,
        CASE WHEN stretches.known_on < needs.over_on THEN needs.over_on ELSE stretches.known_on END AS known_on,
        stretches.lapsed_on
    FROM stretches
    JOIN needs
        ON needs.kind = stretches.kind AND needs.region_code = stretches.region_code
        AND needs.period_start = stretches.period_start AND needs.period_end = stretches.period_end
    WHERE stretches.level > 0 AND (stretches.lapsed_on IS NULL OR stretches.lapsed_on > needs.over_on)
),
edges AS (
    SELECT
        kind, region_code, period_start, period_end, known_on, lapsed_on,
        MIN(known_on) OVER (PARTITION BY kind, region_code, period_start, period_end) AS first_known_on,
        ROW_NUMBER() OVER (PARTITION BY kind, region_code, period_start, period_end ORDER BY known_on) AS spell
    FROM split
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
    AND edges.period_start = due.period_start AND edges.period_end = due.period_end
LEFT JOIN zero_returns
    ON zero_returns.kind = due.kind AND zero_returns.region_code = due.region_code
    AND zero_returns.period_start = due.period_start AND zero_returns.period_end = due.period_end
    AND (edges.lapsed_on IS NULL OR zero_returns.known_on < edges.lapsed_on)
    AND (zero_returns.gone_on IS NULL OR zero_returns.gone_on > edges.known_on)
GROUP BY
    due.kind, due.region_code, due.period_start, due.period_end, due.due_on,
    edges.spell, edges.first_known_on, edges.known_on, edges.lapsed_on
