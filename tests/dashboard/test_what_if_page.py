import re

import pytest

from dashboard.address import Place
from dashboard.components import what_if_parts
from pipelines import warehouse
from tests.dashboard.conftest import words
from tests.dashboard.forecast_hand import publish_forecast_office
from tests.dashboard.hand import AS_OF, BEFORE

CITY = "120000"


@pytest.fixture(scope="module")
def forecast_office(tmp_path_factory):
    root = tmp_path_factory.mktemp("forecast")
    publish_forecast_office(root)
    return root


def figure(region=CITY, sector="", used=7, whole=10.0, **more):
    row = {
        "measure": "work_deaths",
        "year": 2024,
        "region_code": region,
        "sector_code": sector,
        "used": used,
        "figure": whole,
        "used_share": used / whole if whole else None,
        "elapsed_share": 0.75,
        "expected_late": 0,
        "is_over_pace": used / whole > 0.75 if whole else None,
    }
    return {**row, **more}


def test_the_stored_paths_give_the_chance_of_the_build_and_fewer_deaths_a_better_one(forecast_office):
    with warehouse.open(forecast_office) as house:
        assert house.what_if("tianjin", None, None, None) == {"t2": 0.5}
        assert house.what_if("tianjin", None, None, 1.0) == {"t2": 1.0}, "14 - 4 deaths are allowed"
        assert house.what_if("tianjin", None, None, None, (("construction", 0.1),)) == {"t2": 0.5}, "12.6 are too many"
        ground = house.what_if_ground("tianjin")
    assert (ground["as_of_on"], ground["sectors"], ground["targets"]) == (AS_OF, ["construction"], ["t2"])


def test_the_page_shows_before_and_after_for_the_assumptions_of_its_address(open_page, forecast_office):
    start = words(open_page(forecast_office, "what_if"))
    assert "现有预测下 1 项目标有概率" in start and "约五成" in start and "不变" in start
    text = words(open_page(forecast_office, "what_if", fewer="1"))
    assert "假设今后每季度少死亡 1 人：1 项有概率的目标中 1 项的把握会变" in text
    assert "九成以上" in text and "增加 5 成" in text


@pytest.mark.parametrize("stop", ["2", ""])
def test_moving_a_slider_writes_the_address(open_page, forecast_office, stop):
    at = open_page(forecast_office, "what_if", fewer="1", lang="en")
    at.select_slider(key="pick_fewer").set_value(stop).run()
    assert not at.exception
    assert at.query_params.get("fewer", "") == stop


def test_nonsense_in_the_address_assumes_nothing(open_page, forecast_office):
    text = words(open_page(forecast_office, "what_if", growth="99", flood="1066", fewer="-3", fall="x", drop="70"))
    assert "现有预测下 1 项目标有概率" in text


def test_at_an_earlier_date_the_page_says_where_the_paths_stand(open_page, forecast_office):
    at = open_page(forecast_office, "what_if", as_of=BEFORE.isoformat())
    assert "推演只在最新的季度末进行" in words(at) and "2024-09-30" in words(at)
    assert any(link.label == "到 2024-09-30 推演" for link in at.get("page_link"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_forecasts_the_page_names_the_command_and_keeps_the_control_figures(open_page, office, language):
    text = words(open_page(office, "what_if", lang=language))
    assert {"zh": "预测在记录之后另行生成", "en": "forecasts are made after the records"}[language] in text
    assert "anlan build" in text and "forecast_" not in text
    assert "340 / 480" in text


def test_the_replay_tells_causes_and_outcomes_where_the_build_has_them(open_page, forecast_office):
    text = words(open_page(forecast_office, "replay"))
    assert "2023 年：迟报 +0.02 人/十万人（3 条）" in text
    assert "有望完成" in text and ">8 成<" in text and ">5 成<" in text
    assert "80% 带内 1/1，50% 带内 0/1" in text, "1.16 lies outside 1.1-1.15 and inside 1.0-1.3"


def test_chances_move_no_finer_than_they_are_shown():
    assert what_if_parts.moved(0.51, 0.54) == "不变"
    assert what_if_parts.moved(0.51, 0.86) == "增加 4 成"
    assert what_if_parts.moved(0.51, 0.04) == "减少 5 成"
    assert what_if_parts.moved(0.51, None) == "—"


def test_assumptions_are_named_in_one_phrase():
    words_of = what_if_parts.assumed("-2", "2021", "3", "建筑业", "20", 2025)
    assert (
        words_of == "今后每年经济增长 −2%、2025 年再遇到像 2021 年那样的灾害、今后每季度少死亡 3 人、建筑业死亡下降 20%"
    )
    assert what_if_parts.assumed("", "", "", "建筑业", "", 2025) == ""


def test_control_figures_say_pace_by_shape_and_word_and_never_divide_by_zero():
    rows = [figure(), figure("120113", used=9), figure("120116", used=12), figure("120101", used=0, whole=0.0)]
    text = what_if_parts.control(rows, [], {}, CITY, "region")
    said = re.sub("<[^>]+>", "", text)
    assert "●未超时序" in said and "▲快于时序" in said and "■已超控制数 2" in said
    assert "a-c-red" in text and "a-c-amber" in text and "a-c-blue" in text
    assert "已占 —，时序 75%" in text
    late = what_if_parts.control([figure(expected_late=1, is_over_pace=True)], [], {}, CITY, "region")
    assert "▲快于时序计入待补报约 1" in re.sub("<[^>]+>", "", late)


def test_the_whole_stands_first_and_the_most_used_follow():
    rows = [figure(), figure("120113", used=2), figure("120116", used=8), figure(CITY, "construction", used=1)]
    parts = what_if_parts.by_part(rows, CITY)
    assert [row["region_code"] for row in parts["region"]] == [CITY, "120116", "120113"]
    assert [row["sector_code"] for row in parts["sector"]] == ["", "construction"]


def test_whether_the_parts_add_up_is_said_in_words():
    assert what_if_parts.agreement([figure(regions_agree=False, sectors_agree=True)], CITY) == (
        "✕ 各地区之和不等于合计、✓ 各行业之和等于合计"
    )
    assert what_if_parts.agreement([figure()], CITY) == "没有分解到各地区、没有分解到各行业"
    assert "不能核对" in what_if_parts.agreement([figure("120113")], CITY)


def test_targets_without_a_chance_are_counted_by_what_is_said_of_them():
    rows = [{"verdict": "no_forecast"}, {"verdict": "no_forecast"}, {"verdict": "met"}]
    assert what_if_parts.without(rows) == "另有 3 项不参与推演：2 项不作概率判断、1 项完成"
    assert what_if_parts.without([]) == ""


def test_each_line_leads_to_the_targets_page():
    row = {"target_id": "t2", "name_zh": "死亡率", "nature": "binding", "probability": 0.5, "kind": "end_value",
           "operator": "<=", "target_value": 1.2, "display_factor": 1, "display_decimals": 2,
           "display_unit": "人"}  # fmt: skip
    text = what_if_parts.before_and_after([row], {"t2": None}, Place(plan="tianjin"))
    assert 'href="indicator?plan=tianjin&amp;target=t2&amp;lang=zh"' in text
    assert "本期未发生" in text, "no path puts it to the test"
