"""Evaluations: as known on a day, open years without a conclusion, forecasts beside what happened."""

import datetime
import io

import docx
import pytest

from pipelines.briefing.blocks import Heading, Paragraph, Table
from pipelines.briefing.evaluation import evaluation_report, make_evaluation
from pipelines.errors import PipelineError
from tests.briefing.office import PLANS

JUNE = datetime.date(2024, 6, 30)


def report(house, office, kind, year, day, plan="beichen"):
    row = next(one for one in house.plans() if one["plan_id"] == plan)
    return evaluation_report(house, office, row, kind, year, day)


def table(made, key):
    return next(block for block in made.blocks if isinstance(block, Table) and block.key == key)


def cells(block):
    return [[str(cell) for cell in row] for row in block.rows]


@pytest.mark.parametrize(
    ("plan", "kind"), [*((plan, "midterm") for plan in PLANS), ("nation", "final"), ("tianjin", "yearly")]
)
def test_every_plan_can_be_evaluated(house, office, plan, kind):
    made = make_evaluation(house, office, plan, kind)
    assert made.proof.facts > 40 and made.name.endswith(f"_{kind}.docx")


def test_english_says_the_same(house, office):
    made = make_evaluation(house, office, "tianjin", "yearly", 2023, language="en")
    assert made.name == "tianjin_2023_yearly_en.docx" and made.proof.facts > 100


def test_sections_stand_in_the_order_of_an_evaluation(house, office):
    made = report(house, office, "yearly", 2023, JUNE)
    titles = [str(block.text) for block in made.blocks if isinstance(block, Heading) and block.level == 1]
    assert titles == [
        "总体情况",
        "各项目标进展",
        "未达进度的指标与变动分解",
        "以往预测与实际",
        "建议",
        "数据说明",
        "附表",
    ]


def test_it_is_made_as_known_on_its_day(house, office):
    early = report(house, office, "yearly", 2023, datetime.date(2023, 12, 31))
    late = report(house, office, "yearly", 2023, JUNE)
    known = [row for row in house.assessments("beichen", datetime.date(2023, 12, 31)) if row["target_id"] == "1"]
    assert early.book["plan/2023-12-31/1/value_year"].value == known[0]["value_year"] == 2022
    assert late.book["plan/2024-06-30/1/value_year"].value == 2023


def test_a_year_is_evaluated_on_the_last_day_by_the_middle_of_the_next(house, office):
    made = make_evaluation(house, office, "beichen", "yearly", 2023)
    assert "（数据截至2024年6月30日）" in [one.text for one in docx.Document(io.BytesIO(made.document)).paragraphs]


def test_a_final_evaluation_before_the_end_is_a_preview_without_conclusions(house, office):
    made = report(house, office, "final", 2025, datetime.date(2024, 9, 30))
    assert "预评估（规划期数据尚未齐全）" in [str(mark) for mark in made.marks]
    assert any("不是总结评估的最终结论" in str(block.text) for block in made.blocks if isinstance(block, Paragraph))
    found = {row[0]: (row[3], row[4]) for row in cells(table(made, "conclusions"))}
    assert found["亿元GDP（国内生产总值）生产安全事故死亡率"] == ("2025", "数据不足（2025年数值尚未齐全）")
    assert found["第一次自然灾害综合风险普查"] == ("2022", "完成")
    yearly = report(house, office, "yearly", 2023, JUNE)
    assert [str(mark) for mark in yearly.marks] == ["模拟数据"]


def test_what_moved_a_value_sums_to_its_change(house, office):
    made = report(house, office, "yearly", 2023, JUNE)
    moved = {
        fact.address.rsplit("/", 1)[-1]: fact.value
        for fact in made.book
        if fact.address.startswith("plan/2024-06-30/1/moved/2020-2023/")
    }
    rows = house.years("beichen", "1", JUNE)
    values = {row["year"]: row["value"] for row in rows}
    assert moved["numerator"] + moved["denominator"] == pytest.approx(values[2023] - values[2020])


def test_recommendations_are_marked_as_a_draft(house, office):
    made = report(house, office, "midterm", 2023, JUNE)
    drafts = [str(block.text) for block in made.blocks if isinstance(block, Paragraph) and block.style == "draft"]
    assert drafts == ["（以下由系统依据本报告的数据起草，供修改，不代表任何单位意见。）"]


def test_the_nation_s_real_figures_are_not_marked(house, office):
    day = max(one["as_of_on"] for one in house.as_of_dates("nation"))
    made = report(house, office, "yearly", 2024, day, "nation")
    assert made.marks == ()


@pytest.mark.parametrize(
    ("kind", "year", "day", "code"),
    [
        ("monthly", None, None, "not_an_evaluation"),
        ("yearly", 2031, None, "year_outside_plan"),
        ("yearly", 2025, None, "year_too_new"),
        ("yearly", 2023, datetime.date(2024, 6, 29), "not_an_as_of_date"),
    ],
)
def test_what_cannot_be_evaluated_is_told(house, office, kind, year, day, code):
    with pytest.raises(PipelineError) as error:
        make_evaluation(house, office, "beichen", kind, year, day)
    assert error.value.code == code and error.value.tell("en") and error.value.exit_code == 2


def test_the_same_build_gives_the_same_bytes(house, office):
    one, two = (make_evaluation(house, office, "dongjiang", "yearly", 2023).document for _ in range(2))
    assert one == two


def test_where_the_history_came_late_the_newest_day_is_taken_and_told(house, office, monkeypatch):
    newest = max(one["as_of_on"] for one in house.as_of_dates("beichen"))
    real = house.assessments

    def known_late(plan, day):
        return [row if day == newest else {**row, "value_now": None} for row in real(plan, day)]

    assert not make_evaluation(house, office, "beichen", "yearly", 2023).notices
    monkeypatch.setattr(house, "assessments", known_late)
    made = make_evaluation(house, office, "beichen", "yearly", 2023)
    texts = [one.text for one in docx.Document(io.BytesIO(made.document)).paragraphs]
    assert f"（数据截至{newest.year}年{newest.month}月{newest.day}日）" in texts
    assert any("2024-06-30" in one and newest.isoformat() in one for one in made.notices)
    asked = make_evaluation(house, office, "beichen", "yearly", 2023, as_of=JUNE)
    assert not asked.notices, "whoever asks for a day gets it"
