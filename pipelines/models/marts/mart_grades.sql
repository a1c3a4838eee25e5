-- mart_grades: the code list of accident grades.
-- grain: grade_code
-- reads: src_grades
SELECT grade_code, name_zh, name_en, rank, min_deaths, min_serious_injuries, min_loss_fen
FROM src_grades
