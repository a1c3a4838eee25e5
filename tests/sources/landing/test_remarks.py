"""What a build tells of files that it read well: amounts without a unit, and what a workbook hides."""

from __future__ import annotations

import json

import pytest

from pipelines.sources.contract import KINDS, load_contract
from pipelines.sources.remarks import remarks_text
from tests.sources.books import save_book

HEADS = ["事故编号", "行政区划代码", "发生时间", "行业领域", "死亡人数", "重伤人数", "轻伤人数", "直接经济损失"]


def record(number, loss=120, deaths=1):
    return [f"A-{number}", "120113", "2024-07-01", "建筑业", deaths, 0, 0, loss]


@pytest.fixture
def save(project):
    """Save sheets as one workbook; a sheet is (title, rows, a function that dresses it)."""

    return lambda *sheets: save_book(project.root / "data/raw/accidents/台账.xlsx", *sheets)


def told(landing):
    files = [file for file in landing.files if file["withdrawn_on"] is None]
    return [(one["code"], one["sheet"]) for file in files for one in json.loads(file["remarks"] or "[]")]


def csv(*rows, heading="直接经济损失"):
    lines = [",".join([*HEADS[:-1], heading]), *(",".join(map(str, row)) for row in rows)]
    return "\n".join([*lines, ""])


def test_a_bare_amount_under_a_heading_without_a_unit_is_read_as_yuan_and_told(project):
    project.write("raw/accidents/q3.csv", csv(record(1)))
    landing = project.land()
    assert project.rows(landing, "accidents", "direct_loss_fen") == [(12000,)]
    assert told(landing) == [("unit_assumed", "")]
    assert "q3.csv" in landing.warnings[0] and '"直接经济损失"' in landing.warnings[0]
    assert remarks_text(landing.files[0]["remarks"], "zh") == (
        "“直接经济损失”没有写明单位，按元读取；如以万元计，请把表头写成“…（万元）”"
    )


@pytest.mark.parametrize(
    ("heading", "loss"),
    [
        ("直接经济损失（元）", 120),
        ("直接经济损失（万元）", 120),
        ("direct loss cny", 120),
        ("直接经济损失", "120万元"),
        ("直接经济损失", 0),
        ("直接经济损失", ""),
    ],
)
def test_an_amount_with_its_unit_and_a_zero_need_no_word(project, heading, loss):
    project.write("raw/accidents/q3.csv", csv(record(1, loss), heading=heading))
    assert told(project.land()) == []


def test_a_large_file_is_looked_at_by_the_database(project):
    rows = [record(number, 0) for number in range(6_000)]
    project.write("raw/accidents/q3.csv", csv(*rows))
    assert told(project.land()) == []
    project.write("raw/accidents/q3.csv", csv(*rows, record(6_000, "１2万"), record(6_001, 35)))
    assert told(project.land()) == [("unit_assumed", "")]


def test_a_sheet_is_named_and_a_unit_above_the_heading_counts(project, save):
    save(("一月", [["单位：万元"], HEADS, record(1)]), ("二月", [HEADS, record(2)]))
    landing = project.land()
    assert told(landing) == [("unit_assumed", "二月")]
    assert "工作表“二月”的“直接经济损失”" in remarks_text(landing.files[0]["remarks"], "zh")
    assert sorted(project.rows(landing, "accidents", "direct_loss_fen")) == [(12_000,), (120_000_000,)]


def test_hidden_rows_and_columns_are_read_and_told(project, save):
    def hide(sheet):
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["E"].hidden = True
        sheet.column_dimensions["Z"].hidden = True

    save(("台账", [[*HEADS[:-1], "直接经济损失（元）"], record(1), record(2, deaths=3)], hide))
    landing = project.land()
    assert sorted(project.rows(landing, "accidents", "deaths")) == [(1,), (3,)]
    assert told(landing) == [("rows_hidden", "台账"), ("columns_hidden", "台账")]
    text = remarks_text(landing.files[0]["remarks"], "en")
    assert "1 rows that are hidden or filtered out were read" in text and '"死亡人数"' in text


def test_a_hidden_sheet_is_not_read_and_told_where_it_holds_records(project, save):
    def hide(sheet):
        sheet.sheet_state = "hidden"

    heads = [*HEADS[:-1], "直接经济损失（元）"]
    lists = [["行业领域", "死亡人数"], ["建筑业", 1]]
    save(("台账", [heads, record(1)]), ("去年", [heads, record(2)], hide), ("列表", lists, hide))
    landing = project.land()
    assert project.rows(landing, "accidents", "record_id") == [("A-1",)]
    assert told(landing) == [("records_hidden", "去年")]
    assert "去年" in landing.warnings[0] and "unhide" in landing.warnings[0]


def test_a_figure_out_of_the_ordinary_lands_and_is_told_with_its_line(project):
    project.write(
        "raw/accidents/q3.csv", csv(record(1), record(2, deaths=300), record(3, deaths=30), heading="direct loss cny")
    )
    landing = project.land()
    assert project.rows(landing, "accidents", "deaths") == [(1,), (300,), (30,)]
    assert landing.warnings == (
        'data/raw/accidents/q3.csv: "deaths" out of the ordinary (30 or more), counted, please check: '
        "row 3 300, row 4 30",
    )
    assert remarks_text(landing.files[0]["remarks"], "zh") == (
        "“死亡人数”不寻常（30 及以上），已计入，请核对：第 3 行 300、第 4 行 30"
    )


def test_a_small_and_a_large_file_tell_the_same_of_unusual_figures(project, monkeypatch):
    text = csv(*(record(i, loss=2 * 10**8 if i % 2 else 5) for i in range(50)), heading="direct loss cny")
    path = project.write("raw/accidents/q3.csv", text)
    small = project.land(write=False).files[0]["remarks"]
    monkeypatch.setattr("pipelines.sources.readers.csv_file.SMALL", 0)
    path.write_text(text + "\n", encoding="utf-8")
    assert project.land(write=False).files[0]["remarks"] == small
    assert "100,000,000" in remarks_text(small, "en") and "25 in all" in remarks_text(small, "en")


@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_with_a_range_says_what_is_unusual(kind):
    bounded = [item for item in load_contract(kind).fields if item.range is not None]
    assert all(item.unusual_from is not None for item in bounded)
