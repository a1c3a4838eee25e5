import json
import re
import shutil

import pytest

from dashboard import data, modes
from dashboard.frame import PAGES
from pipelines.errors import PipelineError
from tests.dashboard.conftest import APP, words
from tests.dashboard.hand import TIANJIN

HERE = APP.parent


def test_every_page_file_is_a_page_of_the_app():
    assert {file.stem for file in (HERE / "app_pages").glob("*.py")} == set(PAGES)
    assert not (HERE / "pages").exists(), "Streamlit would run a page of that folder without the app around it"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_in_both_languages(open_page, office, page, language):
    at = open_page(office, page, lang=language)
    assert not at.exception
    text = words(at)
    assert ("模拟数据" if language == "zh" else "Simulated data") in text
    assert "a-empty" not in text


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_without_a_warehouse_every_page_says_so_and_names_the_command(open_page, tmp_path, page, language):
    at = open_page(tmp_path, page, lang=language)
    assert not at.exception
    assert "anlan build" in words(at) and "Traceback" not in words(at)


@pytest.mark.parametrize("page", PAGES)
def test_a_damaged_build_is_told_in_words_on_every_page(open_page, office, tmp_path, page):
    shutil.copytree(office / "data", tmp_path / "data")
    for database in tmp_path.glob("data/warehouse/builds/*/anlan.duckdb"):  # other tests may have added a build
        database.write_bytes(b"not a database")
    at = open_page(tmp_path, page)
    assert not at.exception
    assert "anlan build" in words(at)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_as_of_an_early_date(open_page, office, page):
    at = open_page(office, page, as_of="2024-06-30")
    assert not at.exception


@pytest.mark.parametrize("page", PAGES)
def test_an_address_that_makes_no_sense_opens_the_page_all_the_same(open_page, office, page):
    at = open_page(office, page, plan="gone", as_of="soon", target="t99", kind="x", year="0", month="9", page="-1")
    assert not at.exception


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_fault_of_our_own_is_told_in_the_pages_language_with_the_place_of_the_log(
    open_page, office, tmp_path, monkeypatch, language
):
    from dashboard import sentences

    monkeypatch.setattr(sentences, "judgement", lambda rows: 1 / 0)
    shutil.copytree(office / "data", tmp_path / "data")
    text = words(open_page(tmp_path, may_fail=True, lang=language))
    assert ("意外错误：ZeroDivisionError" if language == "zh" else "ZeroDivisionError") in text
    assert "logs/anlan.log" in text and "Traceback" not in text


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("mode", ["wall", "print"])
@pytest.mark.parametrize("page", PAGES)
def test_wall_and_paper_show_place_and_data_date_and_nothing_that_one_can_only_click(
    open_page, office, page, mode, language
):
    at = open_page(office, page, mode=mode, lang=language)
    text = words(at)
    assert ("数据截至 2024-09-30" if language == "zh" else "2024-09-30") in text
    assert ("模拟数据" if language == "zh" else "Simulated data") in text
    for widgets in (at.selectbox, at.segmented_control, at.select_slider, at.expander):
        assert not list(widgets)
    assert ("a-clock" in text) == (mode == "wall")
    assert (mode == "wall") or not at.get("plotly_chart")


LINES = {
    "zh": ("来源：", "截至 ", "口径：", "条款：", "公式："),
    "en": ("Source: ", "as of ", "Scope: ", "Clause: ", "Formula: "),
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_under_the_figures_stand_source_date_scope_clause_and_formula(open_page, office, page, language):
    text = words(open_page(office, page, lang=language))
    lines = [line for line in re.findall(r'<p class="a-trust">.*?</p>', text) if LINES[language][2] in line]
    assert lines and all(part in line for line in lines for part in LINES[language])
    assert len(lines) >= len(re.findall('class="a-still"', text))
    if page not in ("records", "data_loads", "indicator"):  # they hold the records, or lead to them on the page
        assert any("records?" in line for line in lines)


def test_a_plan_that_is_not_there_is_told_and_another_shown(open_page, office):
    text = words(open_page(office, plan="atlantis"))
    assert "地址中的规划“atlantis”不存在，或无权查看" in text and "规划期已过 75%" in text
    assert "a-warning" not in words(open_page(office, plan="tianjin"))


@pytest.mark.parametrize(
    ("page", "query", "told"),
    [
        ("overview", {"as_of": "2024-07-15"}, "地址中的截至日期“2024-07-15”不存在，或无权查看；显示的是“2024-06-30”。"),
        ("overview", {"as_of": "soon"}, "地址中的截至日期“soon”不存在，或无权查看；显示的是“2024-09-30”。"),
        ("quarterly", {"quarter": "2024Q4"}, "地址中的季度“2024Q4”不存在，或无权查看；显示的是“2024年三季度”。"),
        ("quarterly", {"quarter": "nonsense"}, "地址中的季度“nonsense”不存在，或无权查看；显示的是“2024年三季度”。"),
        ("quarterly", {"part": "weather"}, "地址中的部分“weather”不存在或无法识别，未采用。"),
        ("records", {"region": "999999"}, "地址中的地区“999999”不存在，或无权查看；显示的是“天津市”。"),
        ("records", {"kind": "storms"}, "地址中的类别“storms”不存在，或无权查看；显示的是“生产安全事故”。"),
        ("records", {"year": "1900"}, "地址中的年份“1900”不存在或无法识别，未采用。"),
        (
            "records",
            {"target": "t99", "kind": "accidents", "year": "2023"},
            "地址中的指标“t99”不存在或无法识别，未采用。",
        ),
        ("records", {"page": "900"}, "地址中的页码“900”不存在，或无权查看；显示的是“1”。"),
        ("indicator", {"target": "t99"}, "地址中的指标“t99”不存在，或无权查看；显示的是“"),
        ("replay", {"since": "2030-01-01"}, "地址中的对照日期“2030-01-01”不存在或无法识别，未采用。"),
    ],
)
def test_what_the_address_asks_for_in_vain_is_told_with_what_is_shown(open_page, office, page, query, told):
    assert told in words(open_page(office, page, plan="tianjin", **query))


@pytest.mark.parametrize("quarter", ["2024Q3", "2024q3"])
def test_a_quarter_of_the_address_may_be_written_in_small_letters(open_page, office, quarter):
    text = words(open_page(office, "quarterly", plan="tianjin", quarter=quarter))
    assert "1—9月" in text and "a-warning" not in text


def test_that_an_earlier_build_is_shown_because_the_newest_is_damaged_is_told_on_the_page(open_page, office, tmp_path):
    shutil.copytree(office / "data", tmp_path / "data")
    folder = tmp_path / "data/warehouse"
    pointer = json.loads(next(folder.glob("current/*.json")).read_bytes())
    (folder / "current/00000099.json").write_text(json.dumps({**pointer, "build_id": "20990101T000000-abcdef"}))
    text = words(open_page(tmp_path))
    assert "最新版本 20990101T000000-abcdef 已损坏" in text and "规划期已过 75%" in text


def test_on_paper_charts_are_pictures_and_tables_stand_open(open_page, office):
    at = open_page(office, "indicator", target="t1", mode="print")
    assert not at.get("plotly_chart") and not at.expander
    assert words(at).count('class="a-still"') == 2
    assert "分母" in words(at)


def test_the_overview_says_time_counts_and_who_is_missing(open_page, office):
    text = words(open_page(office))
    assert "规划期已过 75%" in text
    assert "北辰区2024年三季度执法检查" in text
    assert "2 项约束性指标均为尚未判定" in text


def test_the_board_puts_binding_targets_first_and_tasks_apart(open_page, office):
    at = open_page(office)
    links = [link.label for link in at.get("page_link")]
    names = [row[1] for row in TIANJIN]
    board = [label for label in links if label in names]
    assert board[:2] == [TIANJIN[0][1], TIANJIN[1][1]]
    assert board[-2:] == [TIANJIN[14][1], TIANJIN[13][1]]
    assert at.expander[0].label.endswith("（2 项）")


def test_names_from_the_data_are_escaped(open_page, office):
    assert "人均避难场所面积 &lt;b&gt;&amp;" in words(open_page(office))


@pytest.mark.parametrize("target", [row[0] for row in TIANJIN])
def test_every_target_has_its_page(open_page, office, target):
    at = open_page(office, "indicator", target=target)
    assert not at.exception
    assert "条款原文" in words(at)


def test_the_indicator_page_leads_to_file_and_line(open_page, office):
    text = words(open_page(office, "indicator", target="t1"))
    assert "2 条记录" in text
    assert "accidents/2023.csv" in text and "12.3456 万元" in text  # as the file says it, not rounded


def test_a_return_is_missing_only_once_it_is_due(open_page, office):
    assert "报送日历要求的事故、灾情、检查、培训报表均已报送" in words(open_page(office, as_of="2024-06-30"))
    assert "尚未报送：北辰区2024年三季度执法检查" in words(open_page(office, as_of="2024-09-30"))


def test_no_event_is_said_as_such_and_not_as_zero(open_page, office):
    text = words(open_page(office, "indicator", target="t10"))
    assert "航空应急力量到达重大灾害事故风险地域时间：本期未发生" in text


def test_records_are_filtered_by_the_address(open_page, office):
    every = words(open_page(office, "records"))
    assert "生产安全事故：3 条" in every
    part = words(open_page(office, "records", region="120113", year="2023"))
    assert "生产安全事故：1 条" in part and "A-2" not in part
    month = words(open_page(office, "records", month="2024-08"))
    assert "A-3" in month and "A-2" not in month
    none = words(open_page(office, "records", kind="training"))
    assert "所选范围内没有记录" in none


def test_switching_the_language_keeps_the_place(open_page, office):
    at = open_page(office, "indicator", target="t2")
    at.segmented_control(key="pick_lang").set_value("en").run()
    assert not at.exception
    assert at.query_params["target"] == "t2" and at.query_params["lang"] == "en"
    assert "Target t2: 1.16" in words(at)


def test_picking_a_date_writes_it_into_the_address(open_page, office):
    at = open_page(office)
    at.selectbox(key="pick_as_of").set_value("2024-06-30").run()
    assert at.query_params["as_of"] == "2024-06-30"
    assert "数据截至 2024-06-30" in words(at)
    at.selectbox(key="pick_as_of").set_value("newest").run()
    assert "as_of" not in at.query_params


def test_records_are_filtered_by_part_and_the_bars_follow(open_page, office):
    at = open_page(office, "records", kind="accidents", sector="road_traffic")
    text = words(at)
    assert "生产安全事故：1 条" in text and "A-2" not in text
    assert at.selectbox(key="pick_sector").value == "road_traffic"
    bars = text[text.index('class="a-counts"') : text.index("</table>", text.index('class="a-counts"'))]
    assert "道路运输" in bars and "sector=construction" in bars
    assert "sector=road_traffic" not in bars, "the chosen part's bar lets go of it again"
    at.selectbox(key="pick_sector").set_value("").run()
    assert "sector" not in at.query_params and "生产安全事故：3 条" in words(at)


def test_the_bars_by_part_count_only_the_chosen_month(open_page, office):
    every, one = (words(open_page(office, "records", kind="accidents", **more)) for more in ({}, {"month": "2024-08"}))
    counts = [[int(n) for n in re.findall(r'<td class="a-n">(\d+)</td>', text)] for text in (every, one)]
    assert sum(counts[0]) == 3 and counts[1] == [1]


def test_one_record_opens_with_all_that_it_says_and_its_file_and_line(open_page, office):
    table = words(open_page(office, "records", kind="accidents"))
    source = re.search(r"record=([^&\"]+?)(?:~|%7E)A-2(?:~|%7E)120116403", table)[1]
    text = words(open_page(office, "records", kind="accidents", record=f"{source}~A-2~120116403"))
    assert "记录 A-2" in text and "第 1 次报送" in text and "accidents/2023.csv" in text
    gone = words(open_page(office, "records", kind="accidents", record="nobody~A-2~120116403"))
    assert "没有这条记录" in gone


def test_the_overview_sends_no_more_than_sixty_kilobytes(open_page, office):
    at = open_page(office)
    sent = sum(node.proto.ByteSize() for node in at._tree if getattr(node, "proto", None) is not None)
    assert sent <= 60_000


def test_a_wall_keeps_its_picture_while_the_warehouse_is_away(open_page, office, monkeypatch):
    asked = []

    def away():
        asked.append(1)
        raise PipelineError("no_warehouse", where="data/warehouse")

    monkeypatch.setattr(data, "current_build", away)
    at = open_page(office, plan="tianjin", mode="wall")
    assert asked and not at.exception and 'class="a-clock"' in words(at) and "a-row" in words(at)


def test_a_page_without_a_build_looks_again_by_itself_and_is_back_when_the_build_is(open_page, office, tmp_path):
    root = tmp_path / "office"
    shutil.copytree(office, root)
    (root / "data/warehouse").rename(root / "data/away")
    at = open_page(root, plan="tianjin")
    assert not at.exception and "还没有可读的构建" in words(at)
    assert modes.WAITS not in at.session_state, "the first look is over"
    (root / "data/away").rename(root / "data/warehouse")
    at.run()
    assert "a-row" in words(at) and "还没有可读的构建" not in words(at)
