-- mart_file_regions: which regions a file speaks of; whoever may see one of them may see that the file exists.
-- grain: file_id, region_code
-- part: file_id
-- reads: core_reports__received
SELECT DISTINCT file_id, region_code FROM core_reports__received
