"""The office of the brief's tests, for what is made beside the brief."""

import pytest

from pipelines import warehouse
from tests.briefing.office import make_office


@pytest.fixture(scope="session")
def office(tmp_path_factory):
    """Settings of an office with six plans, demonstration records and a few forecasts."""
    return make_office(tmp_path_factory.mktemp("reports"))


@pytest.fixture(scope="session")
def house(office):
    """Its build, open."""
    with warehouse.open(office) as opened:
        yield opened
