"""What an office would correct by hand before it hands a document out: gaps, repetitions, dangling words, zeros."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from pipelines.assessment import significance
from pipelines.assessment.significance import false_discovery, finding
from pipelines.briefing import forms, moulds
from pipelines.briefing.blocks import Paragraph, Table
from pipelines.briefing.documents import plan_row, quarter_of, scene_of
from pipelines.briefing.evaluation import make_evaluation
from pipelines.briefing.facts import Cell, FactBook, Query
from pipelines.briefing.quarterly import accidents, advice, notes, overall, tables, work
from pipelines.briefing.typography import closed_up, pause
from pipelines.briefing.word_reading import read_word
from pipelines.quarterly_readers import _test_industrial
from pipelines.texts import in_language
from tests.briefing.making import brief_report
from tests.briefing.office import AS_OF, PLANS

SOURCE = Cell("records", Query.of("SELECT 1 AS n"), "n")
GAP = re.compile(r"[\u4e00-\u9fff，。；：、（）“”] +\d|\d[%‰]? +[\u4e00-\u9fff，。；：、（）“”]|[≤≥＜＞] \d")


@pytest.fixture
def scene(house, office):
    def of(plan="beichen", quarter="2024Q3"):
        row = plan_row(house, plan)
        return scene_of(house, office, row, quarter_of(house, row, quarter), "zh")

    with in_language("zh"):
        yield of


def texts(report):
    return [str(block.text) for block in report.blocks if isinstance(block, Paragraph)]


@pytest.mark.parametrize(
    ("told", "closed"),
    [
        ("至少需要 8 个（≤ 10 小时）", "至少需要8个（≤10小时）"),
        ("共 {n} 项，落在 80% 区间内", "共{n}项，落在80%区间内"),
        ("GB 6441 与 Brier 得分", "GB 6441与 Brier 得分"),
    ],
)
def test_chinese_has_no_gap_around_figures(told, closed):
    with in_language("zh"):
        assert closed_up(told) == closed
    with in_language("en"):
        assert closed_up(told) == told


def test_no_pause_mark_stands_between_quotation_marks():
    assert pause("“甲”", "“乙”", "、") == "" and pause("“甲”（一）", "“乙”", "、") == "、"
    assert pause("甲", "乙", "、") == "、" and pause("“a”", "“b”", ", ") == ", "


@pytest.mark.parametrize("plan", PLANS)
def test_a_brief_has_no_gap_no_doubled_mark_and_no_sentence_twice(house, office, plan):
    report = brief_report(house, office, plan, "2024Q3")
    said = "[decisions]" if plan == "beichen" else ""
    for text in texts(report):
        own = text if not said else re.sub(r"^\d\. .*|区气象局.*", "", text)  # others' words stay as they wrote them
        assert not GAP.search(own), text
        assert not re.search(r"：[^。]*：[^。]*：|，，|。。|、、|”、“|（（|））。?$|—起|—人", own), text
    sentences = Counter(one for text in texts(report) for one in re.split(r"(?<=。)", text) if len(one) > 14)
    assert [one for one, n in sentences.items() if n > 1] == []


@pytest.mark.parametrize("plan", PLANS)
def test_an_evaluation_has_no_gap_and_judges_nothing_that_is_only_watched(house, office, plan):
    lines = [line.text for line in read_word(make_evaluation(house, office, plan, "midterm").document)]
    prose = [line for line in lines if line.endswith(("。", "；"))]
    assert not [line for line in prose if GAP.search(re.sub(r"出处：[^。]*。", "", line))]  # the plan's own words
    assert not [line for line in prose if "”监测" in line]
    assert any("变动分解按沙普利值" in line for line in prose) == any("使数值" in line for line in prose)
    assert not any(line.startswith("一是") for line in prose) or any(line.startswith("二是") for line in prose)


def test_from_nothing_to_nothing_no_change_is_told():
    book = FactBook("zh", "b1", {}, AS_OF, True)
    now, before = (book.add(name, 0, SOURCE, forms.COUNT) for name in ("x/now", "x/before"))
    with in_language("zh"):
        assert moulds.change(book, now, before) is None and str(moulds.in_table(book, now, before)) == "—"


def test_what_never_happened_is_left_out_of_a_sentence(scene):
    told = scene()
    for row in told.quarter.cut("sector"):
        text = str(told.counted(row))
        assert ("死亡人数" in text) == bool(row["deaths"] or row["deaths_before"]) or "均持平" in text, text


def test_the_sum_of_the_industrial_sectors_is_tested_among_them(scene):
    q = scene().quarter
    _, parts, _ = accidents.situation.sector_groups(q.cuts)
    assert len({row["finding_of_industrial"] for row in parts}) == 1
    rows = [str(cell) for cell in tables._industrial(scene())]
    assert rows[-1] in ("次数太少", "随机波动", "明显增多", "明显减少")


@pytest.mark.parametrize(("now", "before"), [(40, 12), (12, 40), (14, 12), (30, 4)])
def test_the_finding_of_a_sum_is_one_more_comparison(now, before):
    rows = [
        {"cut": "sector", "code": str(n), "is_industrial": n < 2, "accidents": now // 2,
         "accidents_before": before // 2,
         "p_value": p}
        for n, p in enumerate((0.2, 0.001, 0.6))
    ]  # fmt: skip
    _test_industrial(rows, 274, 273)
    p = significance.tested(now, before, 274, 273)
    q = false_discovery([0.2, 0.001, 0.6, p])[-1]
    assert rows[0]["finding_of_industrial"] == finding(now, before, q, 274, 273)
    assert "finding_of_industrial" not in rows[2]


def test_where_returns_are_out_the_sum_is_that_of_what_was_reported(scene):
    told = scene("tianjin")
    assert "accidents" in told.quarter.partly
    text = str(accidents._sum(told))
    _, parts, _ = accidents.situation.sector_groups(told.quarter.cuts)
    assert text.startswith(f"事故{sum(row['accidents'] for row in parts)}起")
    assert "东疆综合保税区" in str(overall.counts(told))  # the one that owes it
    assert "在已报数据中未发生事故" in "".join(
        str(block.text) for block in accidents.sectors(told) if isinstance(block, Paragraph)
    )


def test_sectors_without_an_accident_stand_in_one_list(scene):
    text = "".join(str(block.text) for block in accidents.sectors(scene()) if isinstance(block, Paragraph))
    assert text.count("未发生事故") == 1 and "其他行业领域" in text


def test_history_counts_among_the_files_of_an_early_quarter(scene):
    told = scene("beichen", "2021Q1")
    files, *_ = notes.loads(told)
    assert 0 < files.value < notes.loads(scene("beichen", "2024Q3"))[0].value


def test_returns_that_are_not_due_yet_are_told_apart_from_owed_ones(scene):
    text = str(notes._owed(scene("beichen", "2021Q1")))
    assert text.startswith("已到期的报表均已报送，自然灾害尚未报全；")


def test_a_value_from_before_the_plan_has_no_path_and_no_progress(house, office):
    text = "\n".join(texts(brief_report(house, office, "beichen", "2021Q1")))
    assert "规划期已过0%" not in text and "尚无进展" not in text


def test_a_year_that_is_not_over_is_not_summed_up(scene):
    told = scene("beichen", "2024Q4")
    assert told.quarter.is_ahead and "总结原因" not in "".join(str(block) for block in advice.blocks(told))


def test_the_numbers_of_a_table_s_row_have_one_unit_and_as_many_decimals(scene):
    for table in (tables.disasters(scene()), tables.measures_table(scene(), "training", ("people_trained",))):
        for row in table.rows:
            cells = [str(cell) for cell in row[1:-1]]
            assert not any("万" in cell or "亿" in cell or "元" in cell for cell in cells), cells
            decimals = {len(cell.partition(".")[2]) for cell in cells[:2] if cell != "0"}
            assert len(decimals) <= 1, cells


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 3, "均未整改"), (3, 3, "均已整改"), (2, 3, "其中已整改2项"), (1, 1, "已整改"), (0, 1, "尚未整改")],
)
def test_all_of_some_hazards_are_told_without_their_number(part, whole, said):
    book = FactBook("zh", "b1", {}, AS_OF, True)
    facts = [book.add(name, value, SOURCE) for name, value in (("part", part), ("whole", whole))]
    with in_language("zh"):
        assert str(work._of_all(*facts, "rectified", is_part=False)) == said


def test_a_table_of_targets_gives_no_chance_where_all_is_decided(beichen):
    block = next(block for block in beichen[0].blocks if isinstance(block, Table) and block.key == "targets")
    rows = [[str(cell) for cell in row] for row in block.rows]
    assert {row[-1] for row in rows if row[-2] in ("完成", "未完成", "已锁定", "已无法完成")} == {"—"}


def test_a_gap_is_not_rounded_to_the_digits_of_a_round_bound(house, office):
    row = plan_row(house, "mentougou")
    scene = scene_of(house, office, row, quarter_of(house, row, "2024Q3"), "zh")
    with in_language("zh"):
        for target in scene.plan.rows:
            if target["required_now"] is None or target["value_now"] is None:
                continue
            gap = scene.plan.gap(target)
            assert gap.form.decimals >= forms.of_indicator(target).decimals, gap


def test_english_has_narrow_signs(scene):
    target = {"form": "ratio", "operator": "<"}
    assert forms.sign_of(target) == "＜" and forms.sign_of({"form": "milestone", "operator": "<"}) == ""
    with in_language("en"):
        assert forms.sign_of(target) == "<" and forms.sign_of({"form": "ratio", "operator": ">="}) == "≥"


@pytest.mark.parametrize(("known", "is_told"), [("2024-09-30", True), ("2024-10-29", True), ("2024-10-30", False)])
def test_grades_are_told_as_open_while_reports_of_thirty_days_may_come(scene, known, is_told):
    made = scene()
    seen = replace(made.quarter.quarter, known=date.fromisoformat(known))
    assert seen.may_change_grades is is_told
    made.quarter.quarter = seen
    told = "\n".join(str(block.text) for block in accidents.sectors(made) if isinstance(block, Paragraph))
    assert "按等级" in told and ("等级可能变化" in told) is is_told
