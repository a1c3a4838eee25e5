"""Whole relations for notebooks, for the office and for somebody who sees one district."""

import pytest

from pipelines.errors import PipelineError
from pipelines.principals import Principal

ROWS = [
    {"region_code": "120113101", "deaths": 2, "occurred_at": "2024-02-01 08:00:00"},
    {"region_code": "350212", "deaths": 1, "occurred_at": "2024-03-01 08:00:00"},
]


def test_a_table_is_the_same_as_pandas_as_arrow_and_as_rows(warehouse_from):
    house = warehouse_from(accidents=ROWS)
    table = house.table("core_accidents__versions")
    frame, arrow = table.df(), table.arrow()
    assert len(table) == len(frame) == arrow.num_rows == 2
    assert list(frame.columns) == arrow.column_names == list(table.columns)
    assert sorted(frame["deaths"]) == sorted(arrow["deaths"].to_pylist()) == [1, 2]
    assert arrow.select(["record_id"]).to_pylist() == house.query("SELECT record_id FROM core_accidents__versions")


def test_a_table_holds_what_the_asker_may_see(warehouse_from):
    house = warehouse_from(accidents=ROWS, principal=Principal("x", frozenset({"120113"})))
    assert house.table("core_accidents__versions").df()["region_code"].tolist() == ["120113101"]
    assert len(house.table("mart_rejects")) == 0


def test_a_table_that_is_not_there_is_told_with_the_nearest(warehouse_from):
    house = warehouse_from(accidents=ROWS)
    with pytest.raises(PipelineError) as caught:
        house.table("core_accident_versions; DROP TABLE x")
    assert (caught.value.code, caught.value.facts["nearest"]) == ("no_relation", "core_accidents__versions")


def test_without_plans_there_is_no_newest_day_no_indicator_and_no_path(warehouse_from):
    house = warehouse_from(accidents=ROWS)
    assert house.indicators() == []
    with pytest.raises(PipelineError) as caught:
        house.newest("beichen")
    assert caught.value.code == "no_plan_seen" and "现有" not in caught.value.tell("zh")
