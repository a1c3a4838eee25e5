import datetime
import json

import pytest

from dashboard.address import Place
from dashboard.components import replay_parts
from dashboard.questions import why_no_forecast
from tests.dashboard.conftest import words

JUNE, SEPTEMBER, DECEMBER = datetime.date(2024, 6, 30), datetime.date(2024, 9, 30), datetime.date(2024, 12, 31)
PLACE = Place(plan="tianjin")
FROM_RECORDS = ({"role": "numerator", "kind": "accidents"}, {"role": "denominator", "kind": "statistics"})
FROM_RETURNS = ({"role": "numerator", "kind": "statistics"},)
BOTH_COUNTED = ({"role": "numerator", "kind": "training"}, {"role": "denominator", "kind": "training"})


def a_target(**more):
    row = {
        "target_id": "1",
        "name_zh": "死亡率",
        "name_en": "Rate",
        "kind": "end_value",
        "display_factor": 1,
        "display_decimals": 2,
        "display_unit": "人/亿元",
        "value_now": 1.5,
        "value_year": 2023,
        "verdict": "likely",
        "probability": 0.8,
        "as_of_on": SEPTEMBER,
    }
    return {**row, **more}


def seen(day, verdict, probability=None):
    return {"target_id": "1", "as_of_on": day, "verdict": verdict, "probability": probability}


def cause(year, name, amount, records=0):
    return {"target_id": "1", "year": year, "cause": name, "amount": amount, "records": records}


def test_neighbours_of_one_verdict_are_one_field_with_shape_word_and_colour():
    replay = [seen(JUNE, "likely", 0.8), seen(SEPTEMBER, "likely", 0.42), seen(DECEMBER, "unlikely", 0.04)]
    text = replay_parts.strip([a_target()], replay, [JUNE, SEPTEMBER, DECEMBER], DECEMBER, PLACE)
    assert '<td colspan="2" class="a-run a-t-blue a-c-blue"><i>●</i> 有望完成</td>' in text
    assert '<td colspan="1" class="a-run a-t-rust a-c-rust"><i>▼</i> 难以完成</td>' in text
    assert [part in text for part in (">8 成<", ">4 成<", ">＜1 成<")] == [True] * 3


def test_what_lies_after_the_date_stays_empty():
    text = replay_parts.strip([a_target()], [seen(JUNE, "likely")], [JUNE, SEPTEMBER], JUNE, PLACE)
    assert '<td colspan="1"></td>' in text and text.count("a-run") == 1


def test_what_did_not_change_is_left_out():
    assert replay_parts.changed([a_target()], [a_target()], [], {}, PLACE) == []


def test_verdict_value_and_chance_are_shown_then_and_now():
    before = a_target(verdict="needs_effort", value_now=1.6, value_year=2022, probability=0.5)
    ((_, verdict, value, chance, why),) = replay_parts.changed([a_target()], [before], [], {}, PLACE)
    assert "需加力" in verdict and "有望完成" in verdict
    assert value == "2022 年 1.60 人/亿元 → 2023 年 1.50 人/亿元"
    assert chance == "约五成 → 约八成"
    assert why == "—"


def test_causes_are_told_by_year_with_their_amounts_and_records():
    found = [cause(2023, "denominators", -0.05), cause(2023, "late_reports", 0.11, 4), cause(2022, "revisions", 0.0)]
    assert replay_parts.told_causes(a_target(), found, FROM_RECORDS) == [
        "2023 年：迟报 +0.11 人/亿元（4 条）、分母变化 −0.05 人/亿元"
    ]


def test_the_first_figure_of_a_return_is_no_new_event():
    found = [cause(2023, "new_events", 0.0, 1)]
    assert replay_parts.told_causes(a_target(), found, FROM_RETURNS) == ["2023 年：新报数 0.00 人/亿元"]


def test_a_ratio_counted_on_both_sides_names_only_records_while_the_year_runs():
    found = [cause(2024, "new_events", 2.39, 73), cause(2024, "denominators", -1.61)]
    assert replay_parts.told_causes(a_target(), found, BOTH_COUNTED) == ["2024 年：新发生 73 条"]


def test_forecasts_are_held_against_what_came():
    tests = [{"target_id": "1", "lead": 2, "forecasts": 4, "in50": 1, "in80": 3}]
    text = replay_parts.held([a_target()], tests, PLACE)
    assert "提前 2 年" in text and "80% 带内 3/4，50% 带内 1/4" in text
    assert replay_parts.held([a_target()], [], PLACE) == ""


def test_reliability_shows_every_kind_over_all_leads():
    tests = [
        {"kind": "levels", "lead": 0, "bin": 7, "stated": 0.74, "happened": 0.81, "n": 180},
        {"kind": "levels", "lead": 5, "bin": 7, "stated": 0.74, "happened": 0.11, "n": 9},
        {"kind": "disasters", "lead": 0, "bin": 2, "stated": 0.25, "happened": 0.2, "n": 0},
    ]
    text = replay_parts.reliability(tests)
    assert "约七成" in text and "81%（180 个目标）" in text
    assert "11%" not in text and "约二成" not in text, "single leads and empty bins are left out"


def test_backtests_name_the_driver_and_how_much_better_than_the_best_baseline():
    rows = [
        {
            "driver": "gdp",
            "part": "deaths",
            "forecasts": 5,
            "in80": 4,
            "crps": 0.8,
            "baseline": "straight_line",
            "crps_baseline": 1.0,
        }
    ]
    text = replay_parts.backtests(rows, {"gdp": {"name_zh": "地区生产总值", "name_en": "GDP"}})
    assert "地区生产总值（死亡人数）" in text and "4 / 5" in text and "小 20%（直线外推）" in text


@pytest.mark.parametrize(
    ("crps", "told"),
    [(14.67, "为其 14.7 倍（"), (1.5, "大 50%（"), (1.0, "相同（"), (1.001, "大 0.1%（"), (0.8, "小 20%（")],
)
def test_an_error_far_above_the_baselines_is_told_as_times_and_not_in_per_cent(crps, told):
    row = {"driver": "gdp", "part": "", "forecasts": 5, "in80": 4, "crps": crps, "baseline": "naive",
           "crps_baseline": 1.0}  # fmt: skip
    text = replay_parts.backtests([row], {})
    assert told in text and "1367%" not in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_forecasts_the_page_says_what_is_missing(open_page, office, language):
    text = words(open_page(office, "replay", lang=language))
    assert {"zh": "预测在记录之后另行生成", "en": "forecasts are made after the records"}[language] in text
    assert "anlan build" in text and "forecast_" not in text


class OneAnswer:
    """A reader whose build holds forecasts, and whose every question has the same answer."""

    def __init__(self, *rows):
        self.rows = rows

    def tables(self):
        return {"forecast_probabilities"}

    def query(self, sql, params):
        return self.rows


def refused(reason, n=0, needed=0):
    facts = json.dumps({"refused": reason, "n": n, "needed": needed})
    return {"has_forecast": False, "reason_facts": facts}


def test_where_no_target_was_forecast_each_true_reason_is_told_once_and_no_command():
    why = why_no_forecast(OneAnswer(refused("too_few_years", 2, 8), refused("not_reported"), refused("not_reported")),
                          "nation", SEPTEMBER)  # fmt: skip
    assert why == "没有一项目标作过预测：仅有 2 个最终年度值，至少需要 8 个、尚未报送。"
    one = {"has_forecast": True, "reason_facts": None}
    assert why_no_forecast(OneAnswer(refused("not_reported"), one), "nation", SEPTEMBER) == ""


def test_the_slider_moves_the_date_of_the_address(open_page, office):
    at = open_page(office, "replay")
    assert "2024年二季度 → 2024年三季度" in words(at)
    assert "需加力" in words(at)
    at.select_slider(key="replay_as_of").set_value("2024-06-30").run()
    assert not at.exception
    assert at.query_params["as_of"] == "2024-06-30"
    assert "站在2024年二季度" in words(at) and "这是第一个截至日期" in words(at)
