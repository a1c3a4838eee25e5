"""The questions of the page of records: names of codes, counts by month and part, versions of one record."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

import pipelines
from dashboard import selection
from pipelines.errors import PipelineError
from pipelines.record_measures import DATE_COLUMNS
from tests.rows import day

MODELS = Path(pipelines.__file__).parent / "models"

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


def test_counts_by_month_are_those_of_the_records_that_counted_on_each_day(warehouse_from):
    house = warehouse_from(
        accidents=[
            accident(1, reported_at="2024-03-02 00:00:00", sector_code="fire"),
            accident(1, 4, reported_at="2024-05-02 00:00:00", status="revised"),
            accident(2, reported_at="2024-03-03 00:00:00"),
            accident(2, reported_at="2024-06-03 00:00:00", status="struck_off"),
            accident(3, region_code="350212", reported_at="2024-07-03 00:00:00"),
        ]
    )
    for region in (None, "120113", "350212", "110000"):
        for as_of in (None, *(day(f"2024-{month:02d}-15") for month in range(2, 9))):
            rows = house.records("accidents", region, as_of=as_of)
            counts = house.counts_by_month("accidents", "sector_code", region, as_of=as_of)
            assert Counter({(row["month"], row["part"]): row["n"] for row in counts}) == Counter(
                (row["month"], row["sector_code"]) for row in rows
            ), (region, as_of)


def test_records_of_other_regions_are_left_out_also_where_none_was_before(warehouse_from):
    inside = warehouse_from(accidents=[accident(1), accident(2)])
    assert len(inside.records("accidents", "120113")) == 2 == inside.count_records("accidents", "120113")
    assert inside.records("accidents", "350212") == []
    mixed = warehouse_from(accidents=[accident(1), accident(2, region_code="350212")])
    assert [row["record_id"] for row in mixed.records("accidents", "120113")] == ["A1"]
    assert mixed.count_records("accidents", "120000") == 1


def test_a_stretch_asked_for_by_its_months_is_the_stretch_of_the_whole_list(warehouse_from):
    rows = [accident(n, 1 + n % 3 * 2, sector_code="fire" if n % 2 else "chemicals") for n in range(1, 20)]
    house = warehouse_from(accidents=rows)
    counts = selection.by_month(house.counts_by_month("accidents", "sector_code", as_of=AS_OF))
    every = house.records("accidents", as_of=AS_OF)
    for size in (1, 4, 30):
        for offset in range(19):
            oldest, newest, before = selection.lying(counts, size, offset)
            found = house.records("accidents", None, oldest, newest, AS_OF, None, size, before)
            assert found == every[offset : offset + size], (size, offset)
    assert selection.lying(counts, 1, 19) is None and selection.lying([], 1, 0) is None
    assert selection.lying(counts, 4, 0)[:2] == (day("2024-05-01"), day("2024-05-31"))


def test_the_list_of_a_month_ends_on_the_last_day_that_counts():
    chosen = selection.Selection(
        "accidents", "120113", "2024", "2024-02", {}, "", (), 1, 2016, AS_OF, until=day("2024-02-15")
    )
    assert chosen.span == (day("2024-02-01"), day("2024-02-15"))
    assert replace(chosen, until=None).span == (day("2024-02-01"), day("2024-02-29"))


@pytest.mark.parametrize("kind", DATE_COLUMNS)
def test_the_month_of_a_record_is_that_of_its_day(kind):
    model = (MODELS / "core" / f"core_{kind}__versions.sql").read_text(encoding="utf-8")
    source = {"accidents": "occurred_at"}.get(kind, DATE_COLUMNS[kind])
    assert f"CAST(DATE_TRUNC('month', reports.{source}) AS DATE) AS month" in model
    assert kind == "accidents" or re.search(rf"reports\.{source},", model), "the day is kept as it was reported"


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
