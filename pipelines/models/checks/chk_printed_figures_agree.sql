-- chk_printed_figures_agree: figures printed in a plan that the records do not add up to.
-- reads: mart_reconciliation
-- severity: warn
-- tell: build.checks.printed_figures_agree
SELECT plan_id, kind, measure, aggregation, published_value, computed_value, unit, note
FROM mart_reconciliation
WHERE computed_value IS NOT NULL AND NOT agrees
