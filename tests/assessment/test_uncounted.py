"""A column that nobody sent is no zero: the year has no value, and the sentence names the file and the column."""

from __future__ import annotations

import datetime as dt
import json

import duckdb
import pytest

from pipelines.assessment.comparisons import compare
from pipelines.assessment.reasons import tell_reason
from pipelines.assessment.series import Facts
from pipelines.assessment.values import Reader
from pipelines.catalogue import load_catalogue
from pipelines.record_measures import COUNTED, SUMMED, UNKNOWN
from tests.assessment.world import World, make_target

LOSS = json.dumps(
    [{"code": "column_lacking", "sheet": "", "field": "direct_loss_fen", "measures": ["disaster_loss_fen"],
      "name_zh": "直接经济损失", "name_en": "direct loss"}]
)  # fmt: skip
KINDS = {name: one.kind for name, one in COUNTED.items()}


def reader_of(house, measure, on):
    """A count of one measure of the district, as known at some days."""
    indicator = load_catalogue()["larger_accidents"]
    numerator = indicator.numerator.model_copy(update={"measure": measure, "published": None})
    counted = indicator.model_copy(update={"numerator": numerator})
    asked = lambda sql, params: [tuple(row.values()) for row in house.query(sql, params)]  # noqa: E731 - handed on
    before = [day.replace(year=day.year - 1) for day in on]
    return Reader(Facts(asked, ["120113"], [measure, "disaster_events"], [], [*on, *before]), counted, "120113", KINDS)


def test_a_year_of_a_file_without_the_column_has_no_value_until_the_column_comes(warehouse_from):
    bare, mended = dt.date(2024, 6, 30), dt.date(2025, 6, 30)
    house = warehouse_from(
        files={
            "bare.csv": {"received_on": "2024-01-05", "remarks": LOSS},
            "full.csv": {"received_on": "2025-02-01"},
        },
        disasters=[
            {"record_id": "D1", "started_on": "2022-07-01", "direct_loss_fen": 700},
            {"record_id": "D2", "started_on": "2023-07-01", "file": "bare.csv"},
            {"record_id": "D2", "started_on": "2023-07-01", "direct_loss_fen": 0, "file": "full.csv",
             "reported_at": "2025-01-31 08:00:00", "status": "revised"},
        ],
    )  # fmt: skip
    reader = reader_of(house, "disaster_loss_fen", [bare, mended])
    year = reader.years(bare)[2023]
    assert (year.value, year.missing_reason, year.is_complete) == (None, "not_collected", False)
    assert [one["file"] for one in year.lacking] == ["disasters/bare.csv"]
    assert reader.years(bare)[2022].value == 700
    assert reader.years(mended)[2023].value == 0  # the later report has the column: a blank or a zero in it is a zero


def test_months_without_the_column_are_compared_with_nothing(warehouse_from):
    rows = [{"record_id": f"D{year}", "started_on": f"{year}-02-01", "direct_loss_fen": 5} for year in (2023, 2024)]
    there = warehouse_from(disasters=rows)
    on = dt.date(2024, 6, 30)
    assert compare(reader_of(there, "disaster_loss_fen", [on]), on).now == 5
    bare = {"bare.csv": {"received_on": "2024-03-01", "remarks": LOSS}}
    lacking = warehouse_from(files=bare, disasters=[rows[0], {**rows[1], "direct_loss_fen": None, "file": "bare.csv"}])
    known = compare(reader_of(lacking, "disaster_loss_fen", [on]), on)
    assert known is None or known.through_month < 2


@pytest.mark.parametrize("measure", sorted(SUMMED))
def test_the_model_counts_the_records_that_the_landing_asks_about(warehouse_from, measure):
    """Of one record of each code, those that `SUMMED` means are those that `core_measures__unknown` counts."""
    kind = SUMMED[measure].kind
    codes = {
        "accidents": [{"counts_as_work_safety": value} for value in (True, False, None)],
        "disasters": [{"hazard_code": code} for code in ("flood", "hail_wind")],
        "inspections": [
            {"inspection_kind_code": code}
            for code in (
                "routine",
                "special",
                "double_random",
                "joint",
                "self_check",
                "disaster_prevention",
                "forest_fire",
            )
        ],
        "training": [
            {"training_kind_code": code}
            for code in ("enterprise", "new_employee", "drill", "first_aid", "public", "volunteer")
        ],
    }[kind]
    told = json.loads(LOSS)[0] | {"measures": [measure]}
    files = {"bare.csv": {"received_on": "2024-12-31", "remarks": json.dumps([told])}}
    house = warehouse_from(files=files, **{kind: [{**row, "file": "bare.csv"} for row in codes]})
    (found,) = house.query(
        "SELECT CAST(COALESCE(SUM(delta), 0) AS INTEGER) AS n FROM mart_measure_deltas WHERE measure = $name",
        {"name": f"{measure}{UNKNOWN}"},
    )
    asked = SUMMED[measure].among.replace("v.", "")
    if measure == "flood_loss_fen":
        asked = "hazard_code = 'flood'"  # the landing asks about any disaster: it does not know which hazard is a flood
    con = duckdb.connect()
    wanted = sum(bool(con.execute(f"SELECT {asked} FROM (SELECT {_literal(row)})").fetchall()[0][0]) for row in codes)
    assert found["n"] == wanted > 0


def _literal(row):
    said = {True: "TRUE", False: "FALSE", None: "CAST(NULL AS BOOLEAN)"}
    return ", ".join(f"{said[value] if value in said else repr(value)} AS {name}" for name, value in row.items())


def graded(loss_known):
    """Two fatal accidents of 2023, of a file with or without injuries and loss."""
    world = World().reported(2021, 2025, kinds=["accidents"]).count("accidents", "2023-05", 2)
    world.count("larger_accidents", "2023-05", 1)
    if not loss_known:
        world.count(f"accident_loss_fen{UNKNOWN}", "2023-05", 2)
    return world


def test_larger_accidents_of_a_file_without_injuries_or_loss_are_at_least_so_many():
    cap = make_target("larger_accidents", "period_total", "<=", 3, unit="起")
    bare, whole = (graded(known).assess(cap, "2026-03-31") for known in (False, True))
    assert (bare.progress.value, bare.verdict) == (whole.progress.value, whole.verdict) == (1, "met")
    assert "is_least" in bare.flags and "is_least" not in whole.flags
    told, alone = (tell_reason(one.finding.reason, one.facts, "zh") for one in (bare, whole))
    assert told.startswith(alone) and "2023年有的文件没有“重伤人数”或“直接经济损失”一栏" in told


def test_what_counts_accidents_of_any_grade_asks_for_no_such_column():
    judged = graded(False).assess(make_target("accidents", "period_total", "<=", 9, unit="起"), "2026-03-31")
    assert "is_least" not in judged.flags
