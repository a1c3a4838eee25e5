"""One district, built once."""

import pytest

from tests.forecast_targets import district


@pytest.fixture(scope="session")
def district_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("district")


@pytest.fixture(scope="session")
def district_house(district_folder):
    house = district.build(district_folder, district.records())
    yield house
    house.close()
