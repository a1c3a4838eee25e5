-- chk_cumulative_figures_grow: cumulative figures that another figure makes impossible: single quarters, most likely.
-- reads: core_statistics__doubted, src_files
-- severity: warn
-- tell: build.checks.cumulative_figures_grow
-- caveat: a figure that several others make impossible is told once, with the earliest of these
WITH ranked AS (
    SELECT
        source, record_id, region_code, known_on, file_id, sheet, line_number, other_file_id, other_line_number,
        ROW_NUMBER() OVER (
            PARTITION BY source, record_id, region_code, known_on ORDER BY other_known_on, other_record_id
        ) AS place
    FROM core_statistics__doubted
    WHERE doubted_until IS NULL
),
files AS (SELECT * FROM src_files)
SELECT
    ranked.source, ranked.record_id, ranked.region_code, files.path, ranked.sheet, ranked.line_number,
    other_files.path AS other_path, ranked.other_line_number
FROM ranked
JOIN files ON files.file_id = ranked.file_id AND files.kind = 'statistics'
JOIN files AS other_files ON other_files.file_id = ranked.other_file_id AND other_files.kind = 'statistics'
WHERE ranked.place = 1
