"""Which regions the rejected rows of a file name: such rows are no records, and yet they are somebody's.

For DuckDB alone; these are no models.
"""

from __future__ import annotations

NAMED = r"""
SELECT DISTINCT cells.file_id, cells.kind, cells.sheet, cells.record_number, codes.region_code
FROM (
    SELECT file_id, kind, sheet, record_number,
        TRIM(UNNEST(STRING_SPLIT_REGEX(original_line, '[\t,;:|"{}]'))) AS cell
    FROM mart_rejects
) AS cells
JOIN (
    SELECT region_code, UNNEST([region_code, name_zh, name_en]) AS cell FROM mart_regions
) AS codes ON codes.cell = cells.cell AND codes.cell <> ''
"""
"""Every region that a cell of a rejected row is the code or the name of: file_id, kind, sheet, record_number,
region_code. Cells are those of CSV, of workbooks (between tabs) and of JSON."""

SPEAKING = f"""
WITH named AS ({NAMED}),
known AS (
    SELECT DISTINCT named.file_id, named.kind, named.sheet, named.record_number
    FROM named JOIN mart_file_regions AS f ON f.file_id = named.file_id AND f.region_code = named.region_code
)
SELECT file_id, region_code FROM mart_file_regions
UNION
SELECT one.file_id, one.region_code
FROM named AS one ANTI JOIN known USING (file_id, kind, sheet, record_number)
WHERE NOT EXISTS (
    SELECT 1
    FROM named AS other JOIN core_regions__ancestors AS a ON a.region_code = other.region_code
    WHERE other.file_id = one.file_id AND other.kind = one.kind AND other.sheet = one.sheet
        AND other.record_number = one.record_number AND a.ancestor_code = one.region_code AND a.distance > 0
)
"""
"""Every region that a file speaks of: file_id, region_code. Those of its records, and of each rejected row that names
none of these the finest that it names."""
