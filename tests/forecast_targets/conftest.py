"""One district, built once."""

import shutil

import duckdb
import pytest

from pipelines.forecast.targets import write_forecasts
from tests.forecast_targets import district


@pytest.fixture(scope="session")
def district_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("district")


@pytest.fixture(scope="session")
def district_house(district_folder):
    house = district.build(district_folder, district.records())
    yield house
    house.close()


@pytest.fixture(scope="session")
def forecast_build(district_house, district_folder, tmp_path_factory):
    """The district's build with the forecasts of its plan in it, open for queries, and its folder."""
    folder = tmp_path_factory.mktemp("forecast")
    source = next((district_folder / "data/warehouse/builds").glob("*/anlan.duckdb"))
    shutil.copy(source, folder / "anlan.duckdb")
    con = duckdb.connect(str(folder / "anlan.duckdb"))
    office = district.office_of(folder, "tianjin", "beichen")
    only = {"beichen": office.plans["beichen"]}
    write_forecasts(con, district.settings_of(folder), office.catalogue, only, processes=1)
    yield con
    con.close()
