"""Which records make up a measure: from a number back to the rows behind it.

The amounts are those that the models of `core_*__deltas` add up; a test holds the two against each other.
"""

from __future__ import annotations

from dataclasses import dataclass

DATE_COLUMNS = {
    "accidents": "occurred_on",
    "disasters": "started_on",
    "inspections": "inspected_on",
    "training": "held_on",
    "statistics": "period_end",
}


@dataclass(frozen=True)
class Counted:
    """One measure: of which kind of record, and what a record (alias `v`) adds to it."""

    kind: str
    amount: str


_WORK = "COALESCE(v.counts_as_work_safety, TRUE)"
_DEAD = "COALESCE(v.deaths, 0) + COALESCE(v.missing, 0)"
_ENFORCING = "v.inspection_kind_code IN ('routine', 'special', 'double_random', 'joint')"
_TEACHING = "v.training_kind_code IN ('enterprise', 'new_employee', 'public', 'first_aid', 'volunteer')"
_INDUSTRIAL = "v.sector_code IN (SELECT sector_code FROM mart_sectors WHERE is_industrial)"
_FLOOD = "v.hazard_code IN (SELECT hazard_code FROM mart_hazards WHERE is_flood)"


def _when(condition: str, amount: str = "1") -> str:
    return f"CASE WHEN {condition} THEN {amount} ELSE 0 END"


def _sum(column: str) -> str:
    return f"COALESCE(v.{column}, 0)"


_ACCIDENTS = {
    "accidents": _when(_WORK),
    "work_deaths": _when(_WORK, _DEAD),
    "fatal_accidents": _when(f"{_WORK} AND {_DEAD} > 0"),
    "industrial_deaths": _when(f"{_WORK} AND {_INDUSTRIAL}", _DEAD),
    "larger_accidents": _when(f"{_WORK} AND v.grade_code <> 'general'"),
    "major_accidents": _when(f"{_WORK} AND v.grade_code IN ('major', 'extraordinary')"),
    "serious_injuries": _when(_WORK, _sum("serious_injuries")),
    "minor_injuries": _when(_WORK, _sum("minor_injuries")),
    "accident_loss_fen": _when(_WORK, _sum("direct_loss_fen")),
    "fire_deaths": _when("v.sector_code = 'fire'", _DEAD),
}
_DISASTERS = {
    "disaster_events": "1",
    "disaster_deaths": _DEAD,
    "affected_person_times": _sum("affected_person_times"),
    "relocated": _sum("relocated"),
    "houses_collapsed": _sum("houses_collapsed"),
    "disaster_loss_fen": _sum("direct_loss_fen"),
    "flood_loss_fen": _when(_FLOOD, _sum("direct_loss_fen")),
}
_INSPECTIONS = {
    "inspections": _when(_ENFORCING),
    "inspectors": _when(_ENFORCING, _sum("inspectors")),
    "hazards_found": _when(_ENFORCING, _sum("hazards_found")),
    "hazards_rectified": _when(_ENFORCING, _sum("hazards_rectified")),
    "major_hazards": _when(_ENFORCING, _sum("major_hazards")),
    "rectification_orders": _when(_ENFORCING, _sum("orders_issued")),
    "cases_opened": _when(_ENFORCING, _sum("cases_opened")),
    "fines_fen": _when(_ENFORCING, _sum("fine_fen")),
    "enterprises_called_in": _when(f"{_ENFORCING} AND v.enterprise_called_in"),
    "hazards_self_reported": _when("v.inspection_kind_code = 'self_check'", _sum("hazards_found")),
    "disaster_prevention_checks": _when("v.inspection_kind_code = 'disaster_prevention'"),
    "disaster_hazards_found": _when("v.inspection_kind_code = 'disaster_prevention'", _sum("hazards_found")),
    "forest_fire_hazards_found": _when("v.inspection_kind_code = 'forest_fire'", _sum("hazards_found")),
}
_TRAINING = {
    "training_sessions": _when(_TEACHING),
    "people_trained": _when(_TEACHING, _sum("participants")),
    "enterprises_trained": _when(_TEACHING, _sum("enterprises")),
    "drills": _when("v.training_kind_code = 'drill'"),
    "drill_participants": _when("v.training_kind_code = 'drill'", _sum("participants")),
    "volunteer_trainings": _when("v.training_kind_code = 'volunteer'"),
    "new_employees_due": _sum("due_new_employees"),
    "new_employees_trained": _sum("trained_new_employees"),
    "first_aid_certified": _when("v.training_kind_code = 'first_aid'", _sum("certified")),
}

COUNTED: dict[str, Counted] = {
    measure: Counted(kind, amount)
    for kind, measures in (
        ("accidents", _ACCIDENTS),
        ("disasters", _DISASTERS),
        ("inspections", _INSPECTIONS),
        ("training", _TRAINING),
    )
    for measure, amount in measures.items()
}


UNKNOWN = "__unknown"
"""Behind the name of a measure: how many records stand in files without the column that it adds up."""


BLANK = "__blank"
"""Behind the name of a measure: how many records of other files leave it blank (`mart_blank_records`)."""


GRADED_BY = dict.fromkeys(("larger_accidents", "major_accidents"), ("serious_injuries", "accident_loss_fen"))
"""Measures that count accidents of a grade, and those of the columns from which a grade follows beside the deaths. Of a
file that lacks one of these a grade says no more than "at least"."""


@dataclass(frozen=True)
class Summed:
    """A measure that adds up one field of the contract, and of which records (alias `v`): what is landed says so."""

    kind: str
    field: str
    among: str = "TRUE"


_SELF_CHECK, _PREVENTION, _FOREST_FIRE = (
    f"v.inspection_kind_code = '{code}'" for code in ("self_check", "disaster_prevention", "forest_fire")
)
_DRILL, _FIRST_AID, _NEW_EMPLOYEES = (
    f"v.training_kind_code = '{code}'" for code in ("drill", "first_aid", "new_employee")
)

SUMMED: dict[str, Summed] = {
    "serious_injuries": Summed("accidents", "serious_injuries", _WORK),
    "minor_injuries": Summed("accidents", "minor_injuries", _WORK),
    "accident_loss_fen": Summed("accidents", "direct_loss_fen", _WORK),
    "disaster_deaths": Summed("disasters", "deaths"),
    "affected_person_times": Summed("disasters", "affected_person_times"),
    "relocated": Summed("disasters", "relocated"),
    "houses_collapsed": Summed("disasters", "houses_collapsed"),
    "disaster_loss_fen": Summed("disasters", "direct_loss_fen"),
    "flood_loss_fen": Summed("disasters", "direct_loss_fen"),
    "inspectors": Summed("inspections", "inspectors", _ENFORCING),
    "hazards_found": Summed("inspections", "hazards_found", _ENFORCING),
    "hazards_rectified": Summed("inspections", "hazards_rectified", _ENFORCING),
    "major_hazards": Summed("inspections", "major_hazards", _ENFORCING),
    "rectification_orders": Summed("inspections", "orders_issued", _ENFORCING),
    "cases_opened": Summed("inspections", "cases_opened", _ENFORCING),
    "fines_fen": Summed("inspections", "fine_fen", _ENFORCING),
    "enterprises_called_in": Summed("inspections", "enterprise_called_in", _ENFORCING),
    "hazards_self_reported": Summed("inspections", "hazards_found", _SELF_CHECK),
    "disaster_hazards_found": Summed("inspections", "hazards_found", _PREVENTION),
    "forest_fire_hazards_found": Summed("inspections", "hazards_found", _FOREST_FIRE),
    "people_trained": Summed("training", "participants", _TEACHING),
    "enterprises_trained": Summed("training", "enterprises", _TEACHING),
    "drill_participants": Summed("training", "participants", _DRILL),
    "new_employees_due": Summed("training", "due_new_employees", _NEW_EMPLOYEES),
    "new_employees_trained": Summed("training", "trained_new_employees", _NEW_EMPLOYEES),
    "first_aid_certified": Summed("training", "certified", _FIRST_AID),
}
"""Measures that a file says nothing of where it lacks their column; what is counted from required columns is not here.

The model `core_measures__unknown` picks the same records; a test holds the two against each other.
"""

RECTIFIED = "major_hazards_rectified"
ASKED: dict[str, Summed] = {RECTIFIED: Summed("inspections", "major_rectified_on", "v.major_hazards > 0")}
"""Columns that no measure adds up, without which something that is told of the records is not known."""
