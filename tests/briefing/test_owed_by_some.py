"""An office with the records of one district writes the city's brief: it waits for that district's returns only."""

from __future__ import annotations

import datetime

from pipelines import warehouse
from pipelines.briefing.documents import make_document
from pipelines.briefing.word import lines
from pipelines.build import build
from pipelines.settings import load_settings
from tests.briefing.making import brief_report
from tests.faults.conftest import make_small_office


def test_text_and_proof_count_the_same_returns_as_owed(tmp_path):
    settings = load_settings(make_small_office(tmp_path))
    build(settings, today=datetime.date(2024, 7, 1))
    with warehouse.open(settings) as house:
        known = house.plans()[0]["newest_as_of"]
        assert {row["region_code"] for row in house.missing_returns(known)} == {"120113"}
        due = house.query("SELECT DISTINCT region_code FROM mart_reporting_status WHERE due_on <= ?", [known])
        assert len(due) > 1, "the calendar must name others of the city, else this test could not fail"
        assert make_document("brief", house, settings, "tianjin", "2023Q2", "zh").document


def test_one_districts_accidents_are_told_as_its_own_and_not_as_the_citys(tmp_path):
    settings = load_settings(make_small_office(tmp_path))
    build(settings, today=datetime.date(2024, 7, 1))
    with warehouse.open(settings) as house:
        told = "\n".join(str(line.text) for line in lines(brief_report(house, settings, "tianjin", "2023Q2")))
        own = "\n".join(str(line.text) for line in lines(brief_report(house, settings, "beichen", "2023Q2")))
    assert "天津市已报送的区（北辰区）共发生生产安全事故20起" in told and "有的区从未报送" in told
    assert "未发生较大及以上事故" not in told and "个区未发生事故" not in told
    assert "北辰区共发生生产安全事故20起" in own and "从未报送" not in own
