-- mart_file_regions: which regions a file speaks of; whoever may see one of them may see that the file exists.
-- grain: file_id, region_code
-- reads: stg_accidents, stg_disasters, stg_inspections, stg_statistics, stg_training
SELECT file_id, region_code FROM stg_accidents
UNION
SELECT file_id, region_code FROM stg_disasters
UNION
SELECT file_id, region_code FROM stg_inspections
UNION
SELECT file_id, region_code FROM stg_training
UNION
SELECT file_id, region_code FROM stg_statistics
