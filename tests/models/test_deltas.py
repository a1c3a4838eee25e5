"""Monthly deltas: what was known at any day is a sum."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.record_measures import COUNTED, DATE_COLUMNS
from tests.rows import day

AS_KNOWN = (
    "SELECT measure, SUM(delta) AS amount FROM mart_measure_deltas "
    "WHERE known_on <= $day GROUP BY measure HAVING SUM(delta) <> 0"
)


def amounts(house, on, where="TRUE"):
    sql = AS_KNOWN.replace("WHERE", f"WHERE {where} AND")
    return {row["measure"]: row["amount"] for row in house.query(sql, {"day": day(on)})}


def test_as_known_at_a_day_is_the_sum_up_to_it(warehouse_from):
    house = warehouse_from(
        accidents=[
            {"record_id": "A", "deaths": 2, "reported_at": "2024-03-12 00:00:00"},
            {"record_id": "A", "deaths": 3, "reported_at": "2024-05-01 00:00:00", "status": "revised"},
            {"record_id": "A", "deaths": 3, "reported_at": "2024-07-01 00:00:00", "status": "struck_off"},
        ]
    )
    assert amounts(house, "2024-03-11") == {}
    assert amounts(house, "2024-03-12")["work_deaths"] == 2
    assert amounts(house, "2024-06-30") == {
        "accidents": 1,
        "fatal_accidents": 1,
        "industrial_deaths": 3,
        "larger_accidents": 1,
        "work_deaths": 3,
    }
    assert amounts(house, "2024-07-01") == {}


def test_a_revision_moves_a_record_between_months_sectors_and_grades(warehouse_from):
    house = warehouse_from(
        accidents=[
            {
                "record_id": "A",
                "occurred_at": "2024-01-31 08:00:00",
                "reported_at": "2024-02-01 00:00:00",
                "sector_code": "construction",
            },
            {
                "record_id": "A",
                "occurred_at": "2024-02-01 01:00:00",
                "reported_at": "2024-04-01 00:00:00",
                "sector_code": "fire",
                "status": "revised",
            },
        ]
    )
    january, february = "month = DATE '2024-01-01'", "month = DATE '2024-02-01'"
    assert amounts(house, "2024-03-01", january)["accidents"] == 1
    assert amounts(house, "2024-03-01", february) == {}
    assert amounts(house, "2024-04-01", january) == {}
    assert amounts(house, "2024-04-01", february)["fire_deaths"] == 1
    assert amounts(house, "2024-04-01", "sector_code = 'construction'") == {}


def test_missing_people_count_as_deaths(warehouse_from):
    house = warehouse_from(
        accidents=[{"deaths": 1, "missing": 2}, {"deaths": None, "missing": None}], disasters=[{"missing": 4}]
    )
    found = amounts(house, "2025-01-01")
    assert (found["work_deaths"], found["fatal_accidents"], found["accidents"]) == (3, 1, 2)
    assert found["disaster_deaths"] == 4


def test_what_is_no_work_accident_counts_only_as_a_fire_death(warehouse_from):
    house = warehouse_from(accidents=[{"sector_code": "fire", "counts_as_work_safety": False, "deaths": 2}])
    assert amounts(house, "2025-01-01") == {"fire_deaths": 2}


def test_only_floods_count_as_flood_loss(warehouse_from):
    house = warehouse_from(
        disasters=[
            {"hazard_code": "flood", "direct_loss_fen": 5_000_000_000_000},
            {"hazard_code": "hail_wind", "direct_loss_fen": 7},
        ]
    )
    found = amounts(house, "2025-01-01")
    assert (found["flood_loss_fen"], found["disaster_loss_fen"]) == (5_000_000_000_000, 5_000_000_000_007)


def test_kinds_of_inspection_are_counted_apart(warehouse_from):
    kinds = ["routine", "special", "double_random", "joint", "self_check", "disaster_prevention", "forest_fire"]
    house = warehouse_from(inspections=[{"inspection_kind_code": kind, "hazards_found": 10} for kind in kinds])
    assert amounts(house, "2025-01-01") == {
        "inspections": 4,
        "hazards_found": 40,
        "hazards_self_reported": 10,
        "disaster_prevention_checks": 1,
        "disaster_hazards_found": 10,
        "forest_fire_hazards_found": 10,
    }


def test_drills_are_no_training_sessions(warehouse_from):
    kinds = ["enterprise", "new_employee", "drill", "first_aid", "public", "volunteer"]
    house = warehouse_from(
        training=[{"training_kind_code": kind, "participants": 10, "certified": 3} for kind in kinds]
    )
    found = amounts(house, "2025-01-01")
    assert (found["training_sessions"], found["people_trained"]) == (5, 50)
    assert (found["drills"], found["drill_participants"]) == (1, 10)
    assert (found["volunteer_trainings"], found["first_aid_certified"]) == (1, 3)


def everything(n=30):
    """Records of every kind that differ in every respect that a measure asks about, some of them revised."""
    regions = ("120113", "120113001", "120116403", "350212")
    sectors = ("construction", "chemicals", "road_traffic", "fire")
    inspections = ("routine", "special", "double_random", "joint", "self_check", "disaster_prevention", "forest_fire")
    trainings = ("enterprise", "new_employee", "drill", "first_aid", "public", "volunteer")

    def of(number, **own):
        first = number % 5 == 0
        return {
            "record_id": f"r{number - 1 if first and number else number}",
            "status": "revised" if first and number else "reported",
            "region_code": regions[(number - (1 if first and number else 0)) % 4],
            "reported_at": f"2024-0{4 + (first and number > 0)}-01 00:00:00",
            **own,
        }

    return {
        "accidents": [
            of(
                k,
                sector_code=sectors[k % 4],
                deaths=(0, 1, 2, 12, 31)[k % 5],
                missing=k % 2,
                serious_injuries=k,
                minor_injuries=k * 2,
                direct_loss_fen=k * 1000,
                counts_as_work_safety=k % 7 != 0,
            )
            for k in range(n)
        ],
        "disasters": [
            of(
                k,
                started_on="2024-03-02",
                hazard_code=("flood", "hail_wind")[k % 2],
                deaths=k % 3,
                affected_person_times=k * 10,
                relocated=k,
                houses_collapsed=k % 4,
                direct_loss_fen=k * 1_000_000,
            )
            for k in range(n)
        ],
        "inspections": [
            of(
                k,
                inspection_kind_code=inspections[k % 7],
                inspectors=2,
                hazards_found=k,
                hazards_rectified=k // 2,
                major_hazards=k % 2,
                orders_issued=k % 3,
                cases_opened=k % 2,
                fine_fen=k * 100,
                enterprise_called_in=k % 3 == 0,
            )
            for k in range(n)
        ],
        "training": [
            of(
                k,
                training_kind_code=trainings[k % 6],
                participants=k,
                enterprises=k % 5,
                due_new_employees=k,
                trained_new_employees=k // 2,
                certified=k % 4,
            )
            for k in range(n)
        ],
    }


@pytest.mark.parametrize("on", ["2024-04-15", "2024-12-31"])
def test_every_measure_is_the_sum_over_its_records(warehouse_from, on):
    """The amounts by which the lineage finds records, against the deltas that the models make."""
    house = warehouse_from(**everything())
    summed = amounts(house, on)
    assert set(COUNTED) >= set(summed)
    for measure, counted in COUNTED.items():
        sql = (
            f"SELECT COALESCE(SUM({counted.amount}), 0) AS amount FROM core_{counted.kind}__versions AS v "
            "WHERE v.known_on <= $day AND (v.superseded_on IS NULL OR v.superseded_on > $day)"
        )
        assert house.query(sql, {"day": day(on)})[0]["amount"] == summed.get(measure, 0), measure
        assert summed.get(measure, 0) > 0, f"{measure} is not exercised"


def test_regions_sum_to_the_nation_with_what_no_town_was_given(warehouse_from):
    house = warehouse_from(**everything())
    rolled = {
        row["ancestor_code"]: row["amount"]
        for row in house.query(
            "SELECT a.ancestor_code, SUM(d.delta) AS amount FROM mart_measure_deltas AS d "
            "JOIN core_regions__ancestors AS a ON a.region_code = d.region_code "
            "WHERE d.measure = 'accidents' GROUP BY a.ancestor_code"
        )
    }
    own = {
        row["region_code"]: row["amount"]
        for row in house.query(
            "SELECT region_code, SUM(delta) AS amount FROM mart_measure_deltas "
            "WHERE measure = 'accidents' GROUP BY region_code"
        )
    }
    assert rolled["120113"] == own["120113"] + own["120113001"]
    assert rolled["120000"] == rolled["120113"] + rolled["120116"]
    assert rolled["000000"] == rolled["120000"] + rolled["350212"] == sum(own.values())


def test_every_kind_has_a_day_of_occurrence(warehouse_from):
    house = warehouse_from(**everything(6), statistics=[{}])
    for kind, column in DATE_COLUMNS.items():
        rows = house.query(f"SELECT {column} AS day FROM core_{kind}__versions")
        assert rows and all(isinstance(row["day"], date) for row in rows), kind
