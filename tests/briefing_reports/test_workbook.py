"""The workbook of a quarter: numbers as numbers, words that no spreadsheet computes, every cell the build's."""

import io
import time

import pytest
from openpyxl import load_workbook

from pipelines.briefing import workbook_proof
from pipelines.briefing.blocks import Quoted, Table, passage
from pipelines.briefing.documents import make_document
from pipelines.briefing.forms import MONEY, SHARE, Form
from pipelines.briefing.proofreading import proofread
from pipelines.briefing.workbook_canvas import Sheet, write_workbook
from pipelines.errors import PipelineError
from pipelines.texts import in_language
from tests.briefing.office import AS_OF, PLANS
from tests.briefing_reports.hand import DAY, Facts
from tests.briefing_reports.test_slide_canvas import changed


@pytest.fixture(scope="module")
def beichen(house, office):
    """The workbook of Beichen 2024Q3, opened again."""
    return load_workbook(io.BytesIO(make_document("workbook", house, office, "beichen", "2024Q3").document))


@pytest.mark.parametrize("plan", PLANS)
def test_every_plan_has_a_workbook_whose_numbers_are_the_build_s(house, office, plan):
    started = time.process_time()
    made = make_document("workbook", house, office, plan, "2024Q3")
    assert time.process_time() - started < 5
    assert made.proof.facts > 100


def test_english_and_a_quarter_of_which_nothing_is_known(house, office):
    assert make_document("workbook", house, office, "beichen", "2024Q3", "en").proof.facts > 100
    book = load_workbook(io.BytesIO(make_document("workbook", house, office, "beichen", "2026Q4").document))
    assert "分行业" not in book.sheetnames and "目标总表" in book.sheetnames


def test_every_sheet_is_marked_frozen_filtered_and_linked(beichen):
    for sheet in beichen.worksheets:
        assert sheet["A2"].value.startswith("模拟数据"), sheet.title
        assert "模拟数据" in sheet.oddHeader.left.text and sheet.freeze_panes
        assert sheet.title == "目录" or sheet.auto_filter.ref
    links = {cell.hyperlink.location for row in beichen["目录"].iter_rows() for cell in row if cell.hyperlink}
    assert links == {f"'{name}'!A1" for name in beichen.sheetnames[1:]}


def test_the_nation_s_real_figures_are_not_marked(house, office):
    book = load_workbook(io.BytesIO(make_document("workbook", house, office, "nation", "2024Q3").document))
    assert not any("模拟" in str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)


def test_numbers_are_numbers_in_the_unit_of_their_heading(house, beichen):
    sheet = beichen["分行业"]
    heads = [cell.value for cell in sheet[4]]
    row = next(row for row in house.situation("beichen", "120113", 2024, 9, AS_OF) if row["cut"] == "total")
    values = dict(zip(heads, (cell.value for cell in sheet[5]), strict=True))
    assert values["事故起数 2024年"] == row["accidents"]
    assert values["直接经济损失（万元） 2023年"] == pytest.approx(row["loss_fen_before"] / 1e6)


def test_the_industrial_sum_is_in_the_unit_of_its_heading(house, beichen):
    sheet = beichen["分行业"]
    heads = [cell.value for cell in sheet[4]]
    row = next(row for row in sheet.iter_rows(min_row=5, values_only=True) if row[0] and "工矿商贸小计" in row[0])
    parts = [one for one in house.situation("beichen", "120113", 2024, 9, AS_OF)
             if one["cut"] == "sector" and one["is_industrial"]]  # fmt: skip
    for year, suffix in (("2024年", ""), ("2023年", "_before"), ("2022年", "_before2")):
        fen = sum(one[f"loss_fen{suffix}"] for one in parts)
        assert row[heads.index(f"直接经济损失（万元） {year}")] == pytest.approx(fen / 1e6)


def test_means_and_totals_name_all_the_years_that_they_rest_on(house, beichen):
    rows = {row["target_id"]: row for row in house.assessments("beichen", AS_OF)}
    heads = [cell.value for cell in beichen["目标总表"][4]]
    told = {}
    for cells in beichen["目标总表"].iter_rows(min_row=5, values_only=True):
        if cells[0] in rows:
            told[cells[0]] = str(cells[heads.index("现值年份")])
    spans = [one for one, row in rows.items() if row["kind"] in ("period_mean", "period_total") and row["value_now"]]
    assert spans and {told[one] for one in spans} == {"2021—2023"}
    others = [one for one, row in rows.items() if row["kind"] == "reduction" and row["value_now"]]
    assert {told[one] for one in others} == {"2023"}


def test_every_amount_of_money_has_its_unit_beside_it(beichen):
    for name in ("事故结果", "执法检查", "自然灾害", "往年同季"):
        rows = [[cell.value for cell in row] for row in beichen[name].iter_rows(min_row=5)]
        money = [row for row in rows if row[0] and any(word in row[0] for word in ("损失", "罚款"))]
        assert {row[1] for row in money} == ({"万元"} if money else set()), name
        assert all(row[1] for row in rows if row[0] and row[2] is not None)


def test_a_target_stands_with_its_definition(beichen):
    heads = [cell.value for cell in beichen["指标定义"][4]]
    cells = dict(zip(heads, (cell.value for cell in beichen["指标定义"][5]), strict=True))
    assert cells["公式"] == "生产安全事故死亡人数 ÷ 地区生产总值（亿元）" and cells["条款"] == "表1 第1项"


def test_no_cell_is_a_formula(beichen):
    assert not any(cell.data_type == "f" for sheet in beichen for row in sheet.iter_rows() for cell in row)


def small(facts, names=("=1+1", "+86", "-3", "@x", "普通")):
    rows = [[Quoted(name, "name"), facts(f"n{n}", n / 8, SHARE)] for n, name in enumerate(names)]
    rows.append(["罚款", facts("fine", 1_234_500, MONEY)])
    rows.append(["率", facts("rate", 0.05178, Form("number", 4))])
    table = Table.of("t", "表", ["名", "数"], rows, numbers=[1])
    return write_workbook(passage("题"), [passage("模拟数据")], [Sheet("一/二", table)], facts.book, DAY)


def test_words_that_begin_like_a_formula_are_made_harmless():
    with in_language("zh"):
        content, _ = small(Facts())
    sheet = load_workbook(io.BytesIO(content))["一 二"]
    assert [sheet.cell(row, 1).value for row in range(5, 10)] == ["'=1+1", "'+86", "'-3", "'@x", "普通"]


@pytest.mark.parametrize("plan", PLANS)
def test_changes_are_numbers_with_a_sign_and_our_own_words_need_no_apostrophe(house, office, plan):
    book = load_workbook(io.BytesIO(make_document("workbook", house, office, plan, "2024Q3").document))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell.value for cell in cells if isinstance(cell.value, str) and cell.value.startswith(("'", "+", "="))]
    if "分行业" in book.sheetnames:
        head = [cell.value for cell in book["分行业"][4]].index("起数同比增减")
        cell = book["分行业"][5][head]
        assert isinstance(cell.value, int | float | str)
        assert cell.value == "—" or cell.number_format == "+#,##0;-#,##0;0"


def test_values_keep_their_digits_and_have_a_format():
    with in_language("zh"):
        content, _ = small(Facts())
    sheet = load_workbook(io.BytesIO(content))["一 二"]
    found = [(sheet.cell(row, 2).value, sheet.cell(row, 2).number_format) for row in (6, 10, 11)]
    assert found == [(0.125, "0.0%"), (1.2345, "#,##0.00"), (0.05178, "#,##0.0000")]


def test_a_changed_cell_is_found():
    facts = Facts()
    with in_language("zh"):
        content, written = small(facts)
        lines = workbook_proof.expected(written)
        assert proofread(workbook_proof.found(content), lines, facts.book, facts.house, "x").facts == len(facts.book)
        tampered = changed(content, "xl/worksheets/sheet2.xml", b"<v>0.05178</v>", b"<v>0.04178</v>")
        with pytest.raises(PipelineError, match=r"一 二!B11：写为 0\.04178，应为 0\.05178"):
            proofread(workbook_proof.found(tampered), lines, facts.book, facts.house, "x")


def test_the_same_build_gives_the_same_bytes(house, office):
    one, two = (make_document("workbook", house, office, "dongjiang", "2024Q3").document for _ in range(2))
    assert one == two


def test_no_chance_stands_beside_a_target_that_is_decided(house, office):
    found = set()
    for plan in PLANS:
        sheet = load_workbook(io.BytesIO(make_document("workbook", house, office, plan, "2024Q3").document))["目标总表"]
        heads = [cell.value for cell in sheet[4]]
        for row in sheet.iter_rows(min_row=5, values_only=True):
            if str(row[heads.index("判断")]).split("\u00a0")[-1] in ("完成", "未完成", "已锁定", "已无法完成"):
                found.add(row[heads.index("完成的把握")])
    assert found == {"—"}
