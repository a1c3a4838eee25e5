"""One office for all tests of documents, and the brief of Beichen 2024Q3 made once."""

import pytest

from pipelines import warehouse
from tests.briefing.office import make_office


@pytest.fixture(scope="session")
def office(tmp_path_factory):
    """Settings of an office with six plans, demonstration records and a few forecasts."""
    return make_office(tmp_path_factory.mktemp("briefing"))


@pytest.fixture(scope="session")
def house(office):
    """Its build, open."""
    with warehouse.open(office) as opened:
        yield opened


@pytest.fixture(scope="session")
def beichen(house, office):
    """The brief of Beichen 2024Q3: the report and the finished document."""
    from tests.briefing.making import brief_report, finish

    report = brief_report(house, office, "beichen", "2024Q3")
    return report, finish(report, house, "beichen_2024Q3_brief.docx")
