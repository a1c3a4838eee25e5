"""What a model says of the parts into which its rows fall can be followed by a build."""

from __future__ import annotations

import pytest

from pipelines.model_files import load_models
from pipelines.renewal import PART_COLUMNS
from tests.models.test_deltas import everything

PARTED = {model.name: model for model in load_models() if model.part}


@pytest.fixture
def columns(warehouse_from):
    house = warehouse_from(**everything(3))
    return {name: set(house.columns(name)) for name in house.tables()}


@pytest.mark.parametrize("name", PARTED)
def test_its_parts_are_columns_that_are_followed_and_that_the_table_has(name, columns):
    model = PARTED[name]
    assert set(model.part) <= set(PART_COLUMNS)
    assert model.layer == "checks" or set(model.part) <= columns[name]


@pytest.mark.parametrize("name", PARTED)
def test_something_that_it_reads_falls_apart_in_the_same_way(name, columns):
    model = PARTED[name]
    staging = {"file_id", "source", "record_id", "region_code"}
    reads = [staging if read.startswith("stg_") else columns.get(read, set()) for read in model.reads]
    assert any(set(model.part) <= found for found in reads)


def test_whatever_is_large_falls_apart():
    large = {f"core_{kind}__{layer}" for kind in ("inspections", "training") for layer in ("versions", "deltas")}
    assert large | {"core_reports__received", "mart_measure_deltas"} <= set(PARTED)
