-- chk_disaster_losses_sum: disasters whose parts of the loss exceed the loss.
-- reads: core_disasters__versions
-- severity: warn
-- tell: build.checks.disaster_losses_sum
SELECT source, record_id, region_code, known_on, direct_loss_fen, file_id, sheet, record_number
FROM core_disasters__versions
WHERE superseded_on IS NULL
    AND COALESCE(housing_loss_fen, 0) + COALESCE(agriculture_loss_fen, 0) + COALESCE(industry_loss_fen, 0)
    + COALESCE(infrastructure_loss_fen, 0) + COALESCE(public_service_loss_fen, 0) + COALESCE(other_loss_fen, 0)
    > direct_loss_fen
