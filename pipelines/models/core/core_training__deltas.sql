-- core_training__deltas: signed changes of what training adds up to, by month and the day it became known.
-- grain: region_code, sector_code, month, measure, known_on
-- part: region_code, month
-- reads: core_training__versions
-- caveat: drills are not training sessions; certificates count where they were earned in first-aid courses
WITH versions AS (SELECT * FROM core_training__versions),
kinds AS (
    SELECT
        region_code, month, known_on, superseded_on, training_kind_code, participants, enterprises, due_new_employees,
        trained_new_employees, certified,
        training_kind_code IN ('enterprise', 'new_employee', 'public', 'first_aid', 'volunteer') AS is_training
    FROM versions
),
facts AS (
    SELECT
        region_code, '' AS sector_code, month, known_on, superseded_on,
        CASE WHEN is_training THEN 1 ELSE 0 END AS training_sessions,
        CASE WHEN is_training THEN COALESCE(participants, 0) ELSE 0 END AS people_trained,
        CASE WHEN is_training THEN COALESCE(enterprises, 0) ELSE 0 END AS enterprises_trained,
        CASE WHEN training_kind_code = 'drill' THEN 1 ELSE 0 END AS drills,
        CASE WHEN training_kind_code = 'drill' THEN COALESCE(participants, 0) ELSE 0 END AS drill_participants,
        CASE WHEN training_kind_code = 'volunteer' THEN 1 ELSE 0 END AS volunteer_trainings,
        COALESCE(due_new_employees, 0) AS new_employees_due,
        COALESCE(trained_new_employees, 0) AS new_employees_trained,
        CASE WHEN training_kind_code = 'first_aid' THEN COALESCE(certified, 0) ELSE 0 END AS first_aid_certified
    FROM kinds
),
-- What a version adds on the day it becomes known, it takes back on the day it stops counting.
signed AS (
    SELECT
        region_code, sector_code, month, known_on,
        training_sessions, people_trained, enterprises_trained, drills, drill_participants,
        volunteer_trainings, new_employees_due, new_employees_trained, first_aid_certified
    FROM facts
    UNION ALL
    SELECT
        region_code, sector_code, month, superseded_on AS known_on,
        -training_sessions AS training_sessions, -people_trained AS people_trained,
        -enterprises_trained AS enterprises_trained, -drills AS drills,
        -drill_participants AS drill_participants, -volunteer_trainings AS volunteer_trainings,
        -new_employees_due AS new_employees_due, -new_employees_trained AS new_employees_trained,
        -first_aid_certified AS first_aid_certified
    FROM facts
    WHERE superseded_on IS NOT NULL
),
daily AS (
    SELECT
        region_code, sector_code, month, known_on,
        CAST(SUM(training_sessions) AS BIGINT) AS training_sessions,
        CAST(SUM(people_trained) AS BIGINT) AS people_trained,
        CAST(SUM(enterprises_trained) AS BIGINT) AS enterprises_trained, CAST(SUM(drills) AS BIGINT) AS drills,
        CAST(SUM(drill_participants) AS BIGINT) AS drill_participants,
        CAST(SUM(volunteer_trainings) AS BIGINT) AS volunteer_trainings,
        CAST(SUM(new_employees_due) AS BIGINT) AS new_employees_due,
        CAST(SUM(new_employees_trained) AS BIGINT) AS new_employees_trained,
        CAST(SUM(first_aid_certified) AS BIGINT) AS first_aid_certified
    FROM signed
    GROUP BY region_code, sector_code, month, known_on
)
SELECT region_code, sector_code, month, 'training_sessions' AS measure, known_on, training_sessions AS delta
FROM daily
WHERE training_sessions <> 0
UNION ALL
SELECT region_code, sector_code, month, 'people_trained' AS measure, known_on, people_trained AS delta
FROM daily
WHERE people_trained <> 0
UNION ALL
SELECT region_code, sector_code, month, 'enterprises_trained' AS measure, known_on, enterprises_trained AS delta
FROM daily
WHERE enterprises_trained <> 0
UNION ALL
SELECT region_code, sector_code, month, 'drills' AS measure, known_on, drills AS delta
FROM daily
WHERE drills <> 0
UNION ALL
SELECT region_code, sector_code, month, 'drill_participants' AS measure, known_on, drill_participants AS delta
FROM daily
WHERE drill_participants <> 0
UNION ALL
SELECT region_code, sector_code, month, 'volunteer_trainings' AS measure, known_on, volunteer_trainings AS delta
FROM daily
WHERE volunteer_trainings <> 0
UNION ALL
SELECT region_code, sector_code, month, 'new_employees_due' AS measure, known_on, new_employees_due AS delta
FROM daily
WHERE new_employees_due <> 0
UNION ALL
SELECT region_code, sector_code, month, 'new_employees_trained' AS measure, known_on, new_employees_trained AS delta
FROM daily
WHERE new_employees_trained <> 0
UNION ALL
SELECT region_code, sector_code, month, 'first_aid_certified' AS measure, known_on, first_aid_certified AS delta
FROM daily
WHERE first_aid_certified <> 0
