"""Cells of an old .xls that show something else than they store, and what it hides."""

import subprocess

import pytest
import xlwt

from pipelines.sources.contract import load_contract
from pipelines.sources.readers import read_file, workbook

HEADINGS = ["事故编号", "区划代码", "发生时间", "行业领域", "死亡人数", "直接经济损失（万元）"]
RECORD = ["A-1", "120116001", "2024-01-05", "建筑业", 1, 12.5]
FIGURES = ["行政区划代码", "指标名称", "统计期", "数值", "单位"]


@pytest.fixture
def sheet(tmp_path):
    """Save rows with one dressed by a function that is given the sheet and the workbook."""

    def save(dress, rows=(RECORD,), headings=HEADINGS):
        book = xlwt.Workbook()
        page = book.add_sheet("表", cell_overwrite_ok=True)
        for i, cells in enumerate([headings, *rows]):
            for j, cell in enumerate(cells):
                page.write(i, j, cell)
        dress(page, book)
        book.save(str(tmp_path / "a.xls"))
        return tmp_path / "a.xls"

    return save


@pytest.mark.parametrize(
    ("code", "error"), [(7, "#DIV/0!"), (15, "#VALUE!"), (23, "#REF!"), (29, "#NAME?"), (36, "#NUM!")]
)
def test_an_error_of_the_program_is_no_blank_cell(sheet, read, code, error):
    table = read(sheet(lambda page, _: page.row(1).set_cell_error(5, code)))
    assert table.rows("record_id", "direct_loss_fen") == [(1, 2, "A-1", error)]


def test_numbers_that_are_shown_as_per_cent_are_read_as_they_are_shown(sheet, read):
    rows = [["120113", "灾害预警信息公众覆盖率", f"{year}年", 0.955, "%"] for year in (2021, 2022, 2023)]

    def dress(page, _):
        page.write(1, 3, 0.955, xlwt.easyxf(num_format_str="0.0%"))
        page.write(2, 3, 0.955, xlwt.easyxf(num_format_str='0.0"%"'))  # the sign is a mere word here

    table = read(sheet(dress, rows, FIGURES), "statistics")
    assert [value for *_, value in table.rows("value")] == ["95.5%", "0.955", "0.955"]


def test_days_of_a_workbook_that_counts_from_1904(sheet, read):
    def dress(page, book):
        book.dates_1904 = True
        page.write(1, 2, 43951)

    table = read(sheet(dress))
    assert table.rows("occurred_at") == [(1, 2, "45413")]  # 1 May 2024


def test_what_is_hidden_is_read_and_told(sheet, con):
    def dress(page, _):
        page.row(2).hidden = True
        page.col(4).hidden = True

    (table,) = read_file(sheet(dress, [RECORD, ["A-2", *RECORD[1:]]]), con, load_contract("accidents"))
    assert table.fill(con, "t") == 2
    assert [(note.code, note.facts) for note in table.notes] == [
        ("rows_hidden", {"sheet": "表", "n": 1}),
        ("columns_hidden", {"sheet": "表", "headings": ["死亡人数"]}),
    ]


def test_where_nobody_can_tell_how_cells_are_shown_it_is_said(sheet, con, monkeypatch):
    real = workbook._in_child
    failed = subprocess.CompletedProcess([], 1)
    monkeypatch.setattr(workbook, "_in_child", lambda name, *rest: failed if name == "shown" else real(name, *rest))
    (table,) = read_file(sheet(lambda *_: None), con, load_contract("accidents"))
    assert table.fill(con, "t") == 1
    assert [note.code for note in table.notes] == ["sheet_not_seen_whole"]
