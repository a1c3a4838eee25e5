-- mart_reconciliation: every figure that a plan prints for the years before it, beside what the records add up to.
-- grain: plan_id, kind, measure, aggregation, period_start_year, period_end_year
-- approximate: computed_value
-- reads: core_regions__ancestors, core_reports__received, mart_measure_quarters, mart_statistics, src_calendar,
--     src_measures, src_plans, src_published_facts, src_regions
-- caveat: computed_value NULL = nothing of that kind was reported, or only by some of the districts of a city that did
--     not report itself; a plan that contradicts itself cannot agree twice
WITH facts AS (
    SELECT
        facts.plan_id, plans.region_code, facts.kind, facts.measure, facts.aggregation, facts.period_start_year,
        facts.period_end_year, facts.value, facts.unit, facts.tolerance, facts.is_exact, facts.numerator,
        facts.denominator, facts.denominator_at, facts.scale, facts.quote, facts.note
    FROM src_published_facts AS facts
    JOIN src_plans AS plans ON plans.plan_id = facts.plan_id
),
years AS (SELECT DISTINCT year FROM src_calendar),
yearly_records AS (
    SELECT
        ancestors.ancestor_code AS region_code, deltas.measure, EXTRACT(YEAR FROM deltas.month) AS year,
        CAST(SUM(deltas.delta) AS DOUBLE) AS amount
    FROM mart_measure_quarters AS deltas
    JOIN core_regions__ancestors AS ancestors ON ancestors.region_code = deltas.region_code
    JOIN (SELECT DISTINCT region_code FROM facts) AS wanted ON wanted.region_code = ancestors.ancestor_code
    GROUP BY ancestors.ancestor_code, deltas.measure, EXTRACT(YEAR FROM deltas.month)
),
-- The records of one district do not add up to what a city prints.
reported AS (SELECT DISTINCT kind, region_code FROM core_reports__received),
reported_within AS (
    SELECT DISTINCT reported.kind, ancestors.ancestor_code AS region_code
    FROM reported
    JOIN core_regions__ancestors AS ancestors ON ancestors.region_code = reported.region_code
),
reported_in_part AS (
    SELECT DISTINCT districts.parent_code AS region_code, kinds.kind
    FROM src_regions AS districts
    JOIN (SELECT DISTINCT region_code FROM facts) AS wanted ON wanted.region_code = districts.parent_code
    CROSS JOIN (SELECT DISTINCT kind FROM reported) AS kinds
    LEFT JOIN reported_within AS inside
        ON inside.region_code = districts.region_code AND inside.kind = kinds.kind
    LEFT JOIN reported AS own ON own.region_code = districts.parent_code AND own.kind = kinds.kind
    WHERE districts.level = 'district' AND inside.kind IS NULL AND own.kind IS NULL
),
-- Where a kind was reported at all, a measure of it without a record is 0 and not unknown.
kinds_reported AS (
    SELECT yearly_records.region_code, measures.kind, yearly_records.year
    FROM yearly_records
    JOIN src_measures AS measures ON measures.measure = yearly_records.measure
    LEFT JOIN reported_in_part AS part
        ON part.region_code = yearly_records.region_code AND part.kind = measures.kind
    WHERE part.kind IS NULL
    GROUP BY yearly_records.region_code, measures.kind, yearly_records.year
),
-- Of several prints of one yearly figure the newest counts.
ranked_statistics AS (
    SELECT
        region_code, measure, EXTRACT(YEAR FROM period_end) AS year, value AS amount,
        ROW_NUMBER() OVER (
            PARTITION BY region_code, measure, EXTRACT(YEAR FROM period_end)
            ORDER BY period_end DESC, known_on DESC, source, record_id
        ) AS place
    FROM mart_statistics
    WHERE superseded_on IS NULL AND frequency IN ('year', 'point') AND sector_code IS NULL
),
amounts AS (
    SELECT kinds.region_code, measures.measure, kinds.year, COALESCE(records.amount, 0) AS amount
    FROM kinds_reported AS kinds
    JOIN src_measures AS measures ON measures.kind = kinds.kind
    LEFT JOIN yearly_records AS records
        ON records.region_code = kinds.region_code AND records.measure = measures.measure AND records.year = kinds.year
    UNION ALL
    SELECT region_code, measure, year, amount FROM ranked_statistics WHERE place = 1
),
yearly AS (
    SELECT
        facts.plan_id, facts.kind, facts.measure, facts.aggregation, facts.period_start_year, facts.period_end_year,
        years.year, facts.denominator, facts.scale, numerators.amount,
        CASE
            WHEN facts.denominator_at = 'mean_of_year_ends'
                THEN (denominators.amount + COALESCE(year_before.amount, denominators.amount)) / NULLIF(2, 0)
            ELSE denominators.amount
        END AS denominator_amount
    FROM facts
    JOIN years ON years.year >= facts.period_start_year AND years.year <= facts.period_end_year
    LEFT JOIN amounts AS numerators
        ON numerators.region_code = facts.region_code AND numerators.measure = facts.numerator
        AND numerators.year = years.year
    LEFT JOIN amounts AS denominators
        ON denominators.region_code = facts.region_code AND denominators.measure = facts.denominator
        AND denominators.year = years.year
    LEFT JOIN amounts AS year_before
        ON year_before.region_code = facts.region_code AND year_before.measure = facts.denominator
        AND year_before.year = years.year - 1
),
computed AS (
    SELECT
        plan_id, kind, measure, aggregation, period_start_year, period_end_year,
        CASE
            WHEN aggregation = 'total' THEN SUM(amount)
            WHEN aggregation = 'yearly_mean' THEN SUM(amount) / NULLIF(period_end_year - period_start_year + 1, 0)
            WHEN aggregation = 'stock' THEN MAX(CASE WHEN year = period_end_year THEN amount END)
            WHEN aggregation IN ('ratio', 'mean_ratio') THEN AVG(amount * scale / NULLIF(denominator_amount, 0))
        END AS computed_value
    FROM yearly
    GROUP BY plan_id, kind, measure, aggregation, period_start_year, period_end_year
)
SELECT
    facts.plan_id, facts.region_code, facts.kind, facts.measure, facts.aggregation, facts.period_start_year,
    facts.period_end_year, facts.value AS published_value, computed.computed_value, facts.unit, facts.is_exact,
    facts.tolerance,
    computed.computed_value >= facts.value - facts.tolerance
        AND computed.computed_value <= facts.value + facts.tolerance AS agrees,
    facts.quote, facts.note
FROM facts
LEFT JOIN computed
    ON computed.plan_id = facts.plan_id AND computed.kind = facts.kind AND computed.measure = facts.measure
    AND computed.aggregation = facts.aggregation AND computed.period_start_year = facts.period_start_year
    AND computed.period_end_year = facts.period_end_year
