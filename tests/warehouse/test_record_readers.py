"""The questions of the page of records: names of codes, counts by month and part, versions of one record."""

from __future__ import annotations

import pytest

from pipelines.errors import PipelineError
from tests.rows import day

AS_OF = day("2024-09-30")


def accident(number, month=3, **more):
    return {"record_id": f"A{number}", "occurred_at": f"2024-{month:02d}-{number:02d} 08:00:00", **more}


def test_counts_by_month_and_part_sum_to_the_records(warehouse_from):
    house = warehouse_from(
        accidents=[accident(1), accident(2, sector_code="fire"), accident(3, 4), accident(4, 4, region_code="350212")]
    )
    counts = house.counts_by_month("accidents", "sector_code", "120113", as_of=AS_OF)
    assert [(str(row["month"]), row["part"], row["n"]) for row in counts] == [
        ("2024-03-01", "construction", 1),
        ("2024-03-01", "fire", 1),
        ("2024-04-01", "construction", 1),
    ]
    assert sum(row["n"] for row in counts) == house.count_records("accidents", "120113", as_of=AS_OF)
    only = house.counts_by_month("accidents", "grade_code", as_of=AS_OF, filters={"sector_code": "fire"})
    assert [(row["part"], row["n"]) for row in only] == [("general", 1)]


def test_an_unknown_part_or_kind_is_told(warehouse_from):
    house = warehouse_from(accidents=[accident(1)])
    for ask in (("accidents", "colour"), ("comets", "sector_code")):
        with pytest.raises(PipelineError):
            house.counts_by_month(*ask)


def test_names_of_codes_in_both_languages_by_column(warehouse_from):
    names = warehouse_from(accidents=[accident(1)]).names_of_codes("accidents")
    assert names["sector_code"]["fire"]["name_zh"] == "火灾" and names["sector_code"]["fire"]["name_en"]
    assert set(names) >= {"sector_code", "grade_code", "type_code", "cause_code", "official_grade_code"}
    assert "region_code" not in names


def test_the_versions_of_a_record_stand_in_the_order_in_which_they_became_known(warehouse_from):
    house = warehouse_from(
        accidents=[
            accident(1, reported_at="2024-03-02 00:00:00", deaths=1),
            accident(1, reported_at="2024-05-02 00:00:00", deaths=4, status="revised"),
            accident(2),
        ]
    )
    row = next(row for row in house.records("accidents") if row["record_id"] == "A1")
    key = (row["source"], "A1", row["region_code"])
    found = house.versions("accidents", *key, AS_OF)
    assert [(row["deaths"], row["version_number"]) for row in found] == [(1, 1), (4, 2)]
    assert [row["line_number"] for row in found] == sorted(row["line_number"] for row in found)
    assert len(house.versions("accidents", *key, day("2024-04-01"))) == 1
