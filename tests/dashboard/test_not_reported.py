"""What nobody has reported stands nowhere as a zero, least of all in the largest letters, nor as reported by all."""

from __future__ import annotations

import datetime
import re
from types import SimpleNamespace

from dashboard import questions
from dashboard.quarterly import first_minute, words
from pipelines import situation
from pipelines.briefing import slide_quarter
from pipelines.briefing.quarterly import overall
from pipelines.meetings import Meeting
from pipelines.quarters import Quarter
from pipelines.reporting import Reporting
from pipelines.texts import in_language

DAY = datetime.date(2026, 11, 22)
NONE = {
    **{f"{measure}{when}": 0 for measure in ("accidents", "deaths") for when in ("", "_before", "_before2")},
    "cut": "total", "code": "", "finding": None, "is_broken": True, "why_broken": "reported",
}  # fmt: skip
LARGER = {
    "n": 0,
    "before": 0,
    "is_gap": False,
    "first_on": None,
    "last_on": None,
    "is_broken": True,
    "why_broken": "reported",
}


def tiles(unknown, is_partial, control=()):
    with in_language("zh"):
        quarter = SimpleNamespace(year=2026, known=DAY)
        html = first_minute.tiles(
            {**NONE, "unknown": unknown}, {**LARGER, "is_partial": is_partial}, control, [], quarter
        )
    return re.findall(r"<b>([^<]*)</b> <small>([^<]*)</small>", html)


def test_the_tiles_of_a_quarter_that_was_not_reported_hold_no_zero():
    assert tiles({0: "not_reported"}, True)[:3] == [("尚未报送", "")] * 3
    assert tiles({}, False)[:3] == [("0", "人"), ("0", "起"), ("0", "起")], "all in, and nothing happened"
    figure = {"measure": "work_deaths", "is_own": True, "sector_code": "", "year": 2026, "figure": 29, "used": 0,
              "used_share": 0.0, "elapsed_share": 0.75}  # fmt: skip
    assert tiles({0: "not_reported"}, True, [figure])[0] == ("尚未报送", "")


def test_no_control_figure_is_called_kept_of_which_nobody_reported_the_use():
    one = {"is_own": True, "sector_code": "", "used": 0, "figure": 29, "expected_late": 0, "is_over_pace": False}
    quarter = SimpleNamespace(control=[one], missing={"accidents"}, total={})
    quarter.count = lambda row: SimpleNamespace(value=None)
    scene = SimpleNamespace(quarter=quarter, plan=None)
    with in_language("zh"):
        assert not overall.control(scene)
        assert str(slide_quarter._own_pace(scene)) == "尚未报送"


def test_no_new_accident_and_no_new_return_are_two_sentences():
    news = {"new_accidents": 0, "new_deaths": 0, "late_accidents": 0, "revised": 0, "removed": 0, "deaths_revised": 0,
            "older_accidents": 0}  # fmt: skip
    with in_language("zh"):
        whole, partial = (first_minute.changes(news, [], [], 2024, is_whole) for is_whole in (True, False))
        older = first_minute.changes({**news, "older_accidents": 1720}, [], [], 2024)
    assert "新入库事故 0 起、死亡 0 人；另有 1720 起是 2023 年以前发生的，不计在内" in older
    assert "没有新入库的事故" in whole and "没有收到新的事故报送" in partial
    assert "0 起" not in whole + partial


def test_what_nobody_was_asked_for_has_not_been_reported_by_all():
    def told(asked, owed="", waiting="", region="120114"):
        reader = SimpleNamespace(returns_asked=lambda region: asked)
        view = SimpleNamespace(plan={"region_code": region}, reader=reader, region_name="武清区")
        with in_language("zh"):
            return questions.returns(view, DAY, owed, waiting)

    assert "没有武清区应向本单位报送的报表" in told(frozenset())
    assert told({"accidents"}) == "报送日历要求的事故、灾情、检查、培训报表均已报送"
    assert told({"accidents"}, waiting="自然灾害") == "已到期的报表均已报送，自然灾害尚未报全"
    assert told({"accidents"}, owed="甲") == "尚未报送：甲"
    assert told({"statistics"}, region="000000") == "", "the nation's published figures wait for no returns"


def test_days_without_a_larger_accident_end_with_the_months_and_are_not_counted_across_what_was_not_reported():
    calm = {"n": 0, "before": 0, "last_on": datetime.date(2025, 9, 30), "first_on": datetime.date(2020, 1, 1),
            "until": datetime.date(2026, 9, 30), "is_gap": False}  # fmt: skip
    with in_language("zh"):
        told, gap = (first_minute._larger({**calm, "is_gap": one}) for one in (False, True))
        said, without = (words._larger({**calm, "is_gap": one}, DAY) for one in (False, True))
    assert "365 天" in told and "天（" not in gap and "不计连续天数" in gap
    assert said == "；未发生较大及以上事故（连续 365 天）" and without == "；未发生较大及以上事故"


def test_the_time_without_a_larger_accident_has_a_gap_where_a_return_since_then_is_out():
    quarter = Quarter(2026, 3, DAY)
    row = {"last_on": datetime.date(2017, 7, 11), "first_on": datetime.date(2016, 1, 1)}
    for n_in in (3, 4):
        asked = []
        house = SimpleNamespace(reporting=lambda region, spans, n=n_in, asked=asked: asked.extend(spans) or [
            {"accidents": Reporting("accidents", 4, n)}])  # fmt: skip
        found = situation.since_larger(house, "120114", quarter, row)
        assert (found["until"], found["is_gap"]) == (datetime.date(2026, 9, 30), n_in == 3)
        assert asked == [(row["last_on"], quarter.end, DAY)]


def test_what_is_used_of_a_control_figure_says_to_which_day_and_the_pattern_of_a_decision_lies_ahead():
    figure = {"measure": "work_deaths", "is_own": True, "sector_code": "", "year": 2026, "figure": 29, "used": 33,
              "used_share": 33 / 29, "elapsed_share": 0.75}  # fmt: skip
    with in_language("zh"):
        told = first_minute._deaths({**NONE, "deaths": 28}, figure, DAY)
        pattern = first_minute.decisions(Meeting(), "wuqing", Quarter(2026, 3, DAY))
    assert "至 2026-11-22 已占 113.8%" in told
    assert "quarter: 2026Q3" in pattern and "due_on: 2026-12-31" in pattern
