"""An office that holds the records of one district writes the city's brief: it waits for that district's returns only."""

from __future__ import annotations

import datetime

from pipelines import warehouse
from pipelines.briefing.brief import make_brief
from pipelines.build import build
from pipelines.settings import load_settings
from tests.faults.conftest import make_small_office


def test_text_and_proof_count_the_same_returns_as_owed(tmp_path):
    settings = load_settings(make_small_office(tmp_path))
    build(settings, today=datetime.date(2024, 7, 1))
    with warehouse.open(settings) as house:
        everybody = house.query("SELECT COUNT(DISTINCT region_code) AS n FROM mart_reporting_status")[0]["n"]
        assert len(house.regions_owing()) < everybody
        brief = make_brief(house, settings, "tianjin", "2023Q2", "zh")
    assert brief.document
