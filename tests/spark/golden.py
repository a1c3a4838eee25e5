"""Few records, each of them awkward: what two engines are most likely to take differently."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.inputs import Inputs
from tests.rows import _id, landed_inputs

BIG = 9_000_000_000_000_000  # 90 万亿元 in 分, far beyond 2^32 and exact as an integer only


def lacking(*measures: str) -> str:
    """The remark of a file without the column that these measures add up."""
    told = {"code": "column_lacking", "sheet": "", "field": "x", "measures": measures, "name_zh": "x", "name_en": "x"}
    return json.dumps([told])


FILES: dict[str, Mapping[str, Any]] = {
    "late.csv": {"received_on": "2024-09-15"},
    "no_injuries.csv": {"received_on": "2024-04-01", "remarks": lacking("serious_injuries", "accident_loss_fen")},
    "withdrawn.csv": {"received_on": "2024-02-01", "withdrawn_on": "2024-06-30"},
    "never.csv": {"received_on": "2024-03-01", "withdrawn_on": "2024-03-01"},
    "gone_revision.csv": {"received_on": "2024-05-01", "withdrawn_on": "2024-08-01"},
    **{name: {"received_on": "2024-05-02", "arrival": n} for n, name in enumerate(("am.csv", "pm.csv", "night.csv"))},
}

ACCIDENTS = [
    # The last second of a year, the first of the next, and a leap day.
    {"occurred_at": "2023-12-31 23:59:59.999999", "region_code": "120113001"},
    {"occurred_at": "2024-01-01 00:00:00", "region_code": "120113001"},
    {"occurred_at": "2024-02-29 12:00:00", "region_code": "120113101"},
    # Hours that summer time skipped, and a day before the calendar was changed for good.
    {"occurred_at": "1986-05-04 02:30:00", "reported_at": "1986-05-05 02:30:00"},
    {"occurred_at": "1901-01-01 00:03:00", "reported_at": "1901-01-02 00:00:00"},
    # A town that is not assigned: reported by the district, the city, the nation.
    {"region_code": "120113", "sector_code": None, "deaths": None, "missing": None},
    {"region_code": "120000", "counts_as_work_safety": False, "sector_code": "fire", "deaths": 2},
    {"region_code": "000000", "counts_as_work_safety": None, "deaths": 0, "missing": 3},
    # Both sides of every limit of the grades.
    *({"deaths": n, "direct_loss_fen": None} for n in (2, 3, 9, 10, 29, 30)),
    {"deaths": 0, "serious_injuries": 10},
    {"deaths": 0, "direct_loss_fen": 4_999_999_999},
    {"deaths": 0, "direct_loss_fen": 5_000_000_000, "official_grade_code": "larger"},
    # Sums beyond 32 bits and near the end of what is exact as DOUBLE.
    {"deaths": 0, "direct_loss_fen": BIG},
    {"deaths": 0, "direct_loss_fen": BIG + 1},
    # Signs of every kind in texts, among them those that mean something in SQL.
    {"enterprise": "津滨·“海河”公司 𠮷 😀", "description": "it's a \\ back\\nslash, a % and a _\ttab"},
    {"enterprise": "", "description": " led and trailed "},
    {"record_id": "e\u0301", "deaths": 1},
    {"record_id": "\u00e9", "deaths": 1},
    {"record_id": "Case", "deaths": 1},
    {"record_id": "case", "deaths": 1},
    # Revised, late, on the same day, struck off, and back again.
    {"record_id": "revised", "deaths": 1, "reported_at": "2024-03-11 09:00:00"},
    {"record_id": "revised", "deaths": 4, "reported_at": "2024-04-11 09:00:00", "status": "revised"},
    {
        "record_id": "revised",
        "deaths": 2,
        "reported_at": "2024-03-20 09:00:00",
        "file": "late.csv",
        "status": "revised",
    },
    {"record_id": "same-day", "deaths": 1, "reported_at": "2024-03-12 08:00:00"},
    {"record_id": "same-day", "deaths": 2, "reported_at": "2024-03-12 17:00:00"},
    # Three files of one day with the same time of report: the turn in which they came decides.
    *(
        {"record_id": "same-time", "deaths": n, "reported_at": "2024-05-01 08:00:00", "file": name}
        for n, name in enumerate(("am.csv", "pm.csv", "night.csv"))
    ),
    {"record_id": "struck", "deaths": 5, "reported_at": "2024-03-11 09:00:00"},
    {"record_id": "struck", "status": "struck_off", "reported_at": "2024-05-05 09:00:00"},
    {"record_id": "back", "deaths": 6, "reported_at": "2024-03-11 09:00:00"},
    {"record_id": "back", "status": "struck_off", "reported_at": "2024-04-05 09:00:00"},
    {"record_id": "back", "deaths": 7, "reported_at": "2024-06-05 09:00:00"},
    # The month moves with a revision, so a month loses what another gains.
    {"record_id": "moves", "occurred_at": "2024-03-31 23:00:00", "reported_at": "2024-04-01 00:00:00"},
    {"record_id": "moves", "occurred_at": "2024-04-01 01:00:00", "reported_at": "2024-04-20 00:00:00"},
    # A strike-off and a revision of what nobody reported.
    {"record_id": "of nobody", "status": "struck_off"},
    {"record_id": "of nobody else", "status": "revised"},
    # A file that lacks columns: its records, one of them taken back by a file that has them.
    *(
        {"record_id": name, "file": "no_injuries.csv", "region_code": "120113101"}
        for name in ("bare", "bare, then full")
    ),
    {"record_id": "bare, then full", "region_code": "120113101", "reported_at": "2024-07-01 09:00:00"},
    # Files that came late, went again, went on the day they came, and a revision that went and uncovers what it hid.
    {"record_id": "late", "file": "late.csv", "reported_at": "2024-03-11 09:00:00"},
    {"record_id": "no time", "file": "late.csv", "reported_at": None},
    {"record_id": "gone", "file": "withdrawn.csv", "occurred_at": "2024-01-10 08:00:00"},
    {"record_id": "never", "file": "never.csv", "occurred_at": "2024-02-10 08:00:00"},
    {"record_id": "uncovered", "deaths": 1, "reported_at": "2024-03-11 09:00:00"},
    {"record_id": "uncovered", "deaths": 8, "file": "gone_revision.csv", "reported_at": "2024-04-30 09:00:00"},
    {"status": "zero_return", "occurred_at": "2024-05-01 00:00:00", "region_code": "120113001", "deaths": None},
]
DISASTERS = [
    {"direct_loss_fen": 500, "housing_loss_fen": 600, "hours_to_first_supplies": 9.999999999999998},
    {"record_id": "flood", "direct_loss_fen": BIG, "affected_person_times": 3_000_000_000, "crop_area_ha": 0.1},
    {"record_id": "flood", "direct_loss_fen": 1, "reported_at": "2024-08-01 00:00:00", "crop_area_ha": 1e-300},
    {"record_id": "of nobody", "status": "struck_off"},
    {"hazard_code": "hail_wind", "started_on": "2024-12-31", "ended_on": "2025-01-02", "deaths": 1, "missing": 2},
    {"record_id": "gone", "file": "withdrawn.csv", "started_on": "2024-01-31", "warning_delay_seconds": -0.0},
]
INSPECTIONS = [
    *({"inspection_kind_code": kind, "region_code": town, "hazards_found": 3, "fine_fen": 7}
      for kind in ("routine", "special", "double_random", "joint", "self_check", "disaster_prevention", "forest_fire")
      for town in ("120113001", "120116403")),
    {"record_id": "of nobody", "status": "struck_off"},
    {"record_id": "called in", "enterprise_called_in": True},
    {"record_id": "fined", "fine_fen": 900, "reported_at": "2024-03-11 00:00:00"},
    {"record_id": "fined", "fine_fen": 100, "reported_at": "2024-04-11 00:00:00"},
    {"record_id": "gone", "file": "withdrawn.csv", "inspected_on": "2024-01-31"},
    {"hazards_found": 2_147_483_647, "region_code": "350212"},
    {"hazards_found": 2_147_483_647, "region_code": "350212"},
]  # fmt: skip
TRAINING = [
    *({"training_kind_code": kind, "participants": 40, "due_new_employees": 3, "certified": 2}
      for kind in ("enterprise", "new_employee", "drill", "first_aid", "public", "volunteer")),
    {"record_id": "of nobody", "status": "struck_off"},
    {"record_id": "twice", "participants": 3_000_000_000, "reported_at": "2024-03-11 00:00:00"},
    {"record_id": "twice", "participants": None, "reported_at": "2024-03-12 00:00:00"},
]  # fmt: skip
STATISTICS = [
    *({"region_code": "120113", "measure": "gdp", "period_start": f"{year}-01-01", "period_end": f"{year}-12-31",
       "value": 1e13 / 3 + year} for year in range(2016, 2024)),
    {"value": 0.1 + 0.2, "measure": "population", "record_id": "p"},
    {"value": 0.3, "measure": "population", "record_id": "p", "reported_at": "2025-03-01 00:00:00"},
    {"value": None, "measure": "population", "record_id": "empty", "frequency": "quarter_ytd"},
    {"value": -1e-17, "measure": "shelters", "quote": "“每10万人”\\n"},
    {"value": 1e12, "measure": "gdp", "record_id": "single", "period_end": "2024-12-31", "frequency": "quarter_ytd"},
]  # fmt: skip
CALENDAR = [
    {"kind": kind, "region_code": region, "period_start": start, "period_end": end, "due_on": due}
    for kind in ("accidents", "disasters", "inspections", "statistics")
    for region in ("120000", "120113", "120113001", "120116")
    for start, end, due in (
        ("2024-01-01", "2024-03-31", "2024-04-10"),
        ("2024-04-01", "2024-06-30", "2024-07-10"),
        ("2023-01-01", "2023-12-31", "2024-01-31"),
    )
]
FACTS = [
    {"plan_id": "p", "kind": kind, "measure": measure, "aggregation": aggregation, "period_start_year": 2016,
     "period_end_year": 2024, "value": 3.3, "unit": "x", "tolerance": 0.05, "is_exact": True, "numerator": measure,
     "denominator": "gdp", "denominator_at": at, "scale": 1e8 / 3}
    for kind, measure in (("accidents", "work_deaths"), ("disasters", "disaster_loss_fen"))
    for aggregation in ("total", "yearly_mean", "stock", "ratio", "mean_ratio", "statement")
    for at in (("same_year",) if measure == "work_deaths" else ("mean_of_year_ends",))
]  # fmt: skip
MEASURES = [
    {"measure": "work_deaths", "kind": "accidents"},
    {"measure": "disaster_loss_fen", "kind": "disasters"},
    {"measure": "gdp", "kind": "statistics", "nature": "steady"},
]


# A rejected row of a record that is in, of one that is not, and of none.
REJECTS = tuple(
    {
        "file_id": _id(f"{kind}.csv"),
        "kind": kind,
        "sheet": None,
        "record_number": 10_000 + number,
        "line_number": 10_001 + number,
        "source": "bureau",
        "record_id": record_id,
        "original_line": "it's \\ a line",
        "reasons": "[]",
    }
    for kind in ("accidents", "disasters", "inspections", "training")
    for number, record_id in enumerate((f"{kind}-1", "nowhere", None))
)


def awkward_inputs(folder: Path) -> Inputs:
    """The records above as the inputs of a build; some rows were rejected, and one kind of relation is empty."""
    return landed_inputs(
        folder,
        files=FILES,
        accidents=ACCIDENTS,
        disasters=DISASTERS,
        inspections=INSPECTIONS,
        training=TRAINING,
        statistics=STATISTICS,
        reporting_calendar=CALENDAR,
        plans={"p": "120113"},
        facts=FACTS,
        measures=MEASURES,
        rejects=REJECTS,
    )
