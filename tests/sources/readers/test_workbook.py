"""Workbooks: title blocks, merged cells, headings in two rows, cell types, empty formulas, sheets left out."""

import datetime
import zipfile

import pytest
import xlwt

from pipelines.errors import PipelineError
from pipelines.sources.contract import load_contract
from pipelines.sources.readers import read_file, tables
from pipelines.sources.readers import workbook as workbook_module
from pipelines.sources.readers.workbook_child import cell_text
from tests.sources.books import save_book
from tests.sources.readers.conftest import Read

HEADINGS = ["事故编号", "区划代码", "发生时间", "行业领域", "死亡人数"]


@pytest.fixture
def book(tmp_path):
    """Save rows as sheets of an .xlsx; a sheet is (title, rows, a function that dresses it)."""

    return lambda *sheets, name="a.xlsx": save_book(tmp_path / name, *sheets)


def row(number, deaths=1, when="2024-01-05"):
    return [f"A-{number}", "120116001", when, "建筑业", deaths]


def test_old_and_new_workbooks_give_the_same_rows(tmp_path, book, read):
    old = xlwt.Workbook()
    sheet = old.add_sheet("表")
    dated = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for i, cells in enumerate([HEADINGS, row(1, 2, datetime.date(2024, 1, 5)), row(2, 0.5, datetime.date(2024, 2, 6))]):
        for j, cell in enumerate(cells):
            sheet.write(i, j, cell, dated if isinstance(cell, datetime.date) else xlwt.Style.default_style)
    old.save(str(tmp_path / "a.xls"))
    new = book(("表", [HEADINGS, row(1, 2, datetime.date(2024, 1, 5)), row(2, 0.5, datetime.date(2024, 2, 6))]))
    expected = [(1, 2, "A-1", "2024-01-05", "2"), (2, 3, "A-2", "2024-02-06", "0.5")]
    assert read(new).rows("record_id", "occurred_at", "deaths") == expected
    assert read(tmp_path / "a.xls").rows("record_id", "occurred_at", "deaths") == expected
    assert read(tmp_path / "a.xls").raw.format == "xls"


def test_an_old_workbook_with_titles_units_merged_cells_and_sheets_is_read_like_a_new_one(tmp_path, con):
    old = xlwt.Workbook()
    for month, first in (("一月", 1), ("二月", 3)):
        sheet = old.add_sheet(month)
        sheet.write_merge(0, 0, 0, 5, "2024年生产安全事故台账")
        sheet.write(1, 5, "单位：万元")
        for column, heading in enumerate([*HEADINGS[:4], "伤亡情况（人）", "直接经济损失"]):
            if heading == "伤亡情况（人）":
                sheet.write(2, column, heading)
                sheet.write(3, column, "死亡人数")
            else:
                sheet.write_merge(2, 3, column, column, heading)
        sheet.write_merge(4, 5, 1, 1, "120116001")
        sheet.write_merge(4, 5, 3, 3, "建筑业")
        for line in (4, 5):
            sheet.write(line, 0, f"A-{first + line - 4}")
            sheet.write(line, 2, datetime.date(2024, 1, line), xlwt.easyxf(num_format_str="YYYY-MM-DD"))
            sheet.write(line, 4, line - 4)
            sheet.write(line, 5, 12.5)
    old.add_sheet("说明").write(0, 0, "本表由各街镇填报")
    old.save(str(tmp_path / "a.xls"))
    found = read_file(tmp_path / "a.xls", con, load_contract("accidents"))
    assert [(table.sheet, table.format, table.heading_line) for table in found] == [
        ("一月", "xls", 4),
        ("二月", "xls", 4),
    ]
    assert found[0].heading_units == {"occurred_at": "2024年", "deaths": "人", "direct_loss_fen": "万元"}
    months = [Read(table, con, f"month_{i}") for i, table in enumerate(found)]
    assert months[1].rows("record_id", "region_code", "sector_code", "occurred_at", "deaths") == [
        (1, 5, "A-3", "120116001", "建筑业", "2024-01-04", "0"),
        (2, 6, "A-4", "120116001", "建筑业", "2024-01-05", "1"),
    ]
    assert months[0].count == 2


def test_cells_become_text_without_loss():
    assert [cell_text(value) for value in (202401000123.0, 1e-7, 12345678901234567, 1.1, -0.0, None, False)] == [
        "202401000123", "0.0000001", "12345678901234567", "1.1", "0", "", "FALSE",
    ]  # fmt: skip
    moment = datetime.datetime(2024, 1, 5, 8, 30)
    assert [cell_text(value) for value in (moment, moment.replace(hour=0, minute=0), datetime.time(8, 30))] == [
        "2024-01-05 08:30:00", "2024-01-05", "08:30:00",
    ]  # fmt: skip
    assert cell_text(float("nan")) == ""


def test_title_block_unit_line_and_two_heading_rows(book, read):
    def dress(sheet):
        sheet.merge_cells("A1:G1")
        for letter in "ABCDG":
            sheet.merge_cells(f"{letter}3:{letter}4")
        sheet.merge_cells("E3:F3")

    rows = [
        ["2024年生产安全事故台账"],
        ["填报单位：某街道", None, None, None, None, None, "单位：万元"],
        [*HEADINGS[:4], "伤亡情况（人）", None, "直接经济损失"],
        [None, None, None, None, "死亡人数", "重伤人数", None],
        [*row(1), 3, 12.5],
    ]
    table = read(book(("台账", rows, dress)))
    assert table.rows("record_id", "deaths", "serious_injuries", "direct_loss_fen") == [(1, 5, "A-1", "1", "3", "12.5")]
    assert table.raw.heading_units == {
        "occurred_at": "2024年",
        "deaths": "人",
        "serious_injuries": "人",
        "direct_loss_fen": "万元",
    }
    assert table.raw.heading_line == 4


def test_merged_cells_hold_for_each_of_their_rows(book, read):
    rows = [HEADINGS, row(1), ["A-2", None, "2024-01-06", None, 0], row(3)]
    table = read(book(("表", rows, lambda sheet: (sheet.merge_cells("B2:B3"), sheet.merge_cells("D2:D3")))))
    assert table.rows("record_id", "region_code", "sector_code")[1] == (2, 3, "A-2", "120116001", "建筑业")


def test_a_blank_cell_that_is_not_merged_stays_blank(book, read):
    table = read(book(("表", [HEADINGS, row(1), ["A-2", None, "2024-01-06", "化工", 0]])))
    assert table.rows("record_id", "region_code")[1] == (2, 3, "A-2", None)


def test_totals_footnotes_and_repeated_headings_are_left_out_and_said(book, read):
    rows = [HEADINGS, row(1), HEADINGS, row(2), [], ["合计", None, None, None, 2], ["注：数据截至年底"]]
    table = read(book(("表", rows)))
    assert [each[:3] for each in table.rows("record_id")] == [(1, 2, "A-1"), (2, 4, "A-2")]
    assert [(note.code, note.facts["row"]) for note in table.raw.notes] == [
        ("heading_again", 3), ("total_row", 6), ("footnote", 7),
    ]  # fmt: skip


def test_each_sheet_with_records_is_a_table_and_the_others_are_said(book, con):
    def hide(sheet):
        sheet.sheet_state = "hidden"

    path = book(
        ("一月", [HEADINGS, row(1)]),
        ("二月", [HEADINGS, row(2), row(3)]),
        ("旧", [HEADINGS, row(9)], hide),
        ("填表说明", [["事故编号按规则填写", "示例", "A-1", "必填"]]),
        ("Sheet4", []),
    )
    tables = read_file(path, con, load_contract("accidents"))
    assert [(table.sheet, table.fill(con, "t")) for table in tables] == [("一月", 1), ("二月", 2)]
    assert [(note.code, note.facts["sheet"]) for note in tables[0].notes] == [
        ("records_hidden", "旧"), ("sheet_explains", "填表说明"), ("sheet_empty", "Sheet4"),
    ]  # fmt: skip


def test_a_sheet_with_a_table_but_no_headings_is_not_passed_over(book, con):
    path = book(("一月", [HEADINGS, row(1)]), ("二月", [row(2), row(3)]))
    with pytest.raises(PipelineError) as caught:
        read_file(path, con, load_contract("accidents"))
    assert (caught.value.code, caught.value.where) == ("no_heading", "a.xlsx [二月]")


def test_a_formula_without_a_stored_value_is_a_fault_of_its_field(book, read):
    table = read(book(("表", [HEADINGS, row(1, "=1+1"), row(2)])))
    fault = table.raw.faults[0]
    assert (fault.record_number, fault.line_number) == (1, 2)
    assert (fault.code, fault.field) == ("formula_without_value", "deaths")
    assert fault.facts == {"heading": "死亡人数", "cell": "E2"}
    assert table.count == 2


def test_a_formula_with_its_value_is_read(tmp_path, book, read):
    path = book(("表", [HEADINGS, row(1, "=1+1")]))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = next(name for name in parts if "worksheets/sheet" in name)
    assert b"<v />" in parts[sheet] or b"<v/>" in parts[sheet] or b"<v></v>" in parts[sheet]
    for blank in (b"<v />", b"<v/>", b"<v></v>"):
        parts[sheet] = parts[sheet].replace(blank, b"<v>2</v>")
    with zipfile.ZipFile(tmp_path / "cached.xlsx", "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    table = read(tmp_path / "cached.xlsx")
    assert table.rows("deaths") == [(1, 2, "2")]
    assert table.faults == []


def test_more_rows_than_one_batch_keep_their_numbers(book, read, monkeypatch):
    monkeypatch.setattr(tables, "_BATCH", 100)
    table = read(book(("表", [HEADINGS, *(row(n) for n in range(1, 251))])))
    expected = [(n, n + 1, f"A-{n}") for n in range(1, 251)]
    assert table.rows("record_id") == expected


def test_a_stray_cell_in_the_last_corner_is_refused_before_it_is_read(book, con):
    path = book(("表", [HEADINGS, row(1)], lambda sheet: sheet.cell(1_048_576, 702, "x")))
    with pytest.raises(PipelineError) as caught:
        read_file(path, con, load_contract("accidents"))
    assert caught.value.code == "sheet_too_large"
    assert (caught.value.facts["rows_found"], caught.value.facts["columns"]) == (1_048_576, 702)


def test_a_workbook_that_kills_the_library_is_only_a_broken_workbook(tmp_path, con):
    made = xlwt.Workbook()
    sheet = made.add_sheet("表")
    for i in range(100):
        for j in range(5):
            sheet.write(i, j, i * j)
    made.save(str(tmp_path / "a.xls"))
    whole = (tmp_path / "a.xls").read_bytes()
    for cut in (9552, len(whole) // 2, len(whole) - 500):  # the first of these makes calamine panic
        (tmp_path / "cut.xls").write_bytes(whole[:cut])
        with pytest.raises(PipelineError) as caught:
            read_file(tmp_path / "cut.xls", con, load_contract("accidents"))
        assert caught.value.code in ("workbook_broken", "no_heading")


def test_a_process_that_hangs_is_given_up(book, con, monkeypatch):
    monkeypatch.setattr(workbook_module, "_SECONDS", 0.001)
    with pytest.raises(PipelineError) as caught:
        read_file(book(("表", [HEADINGS, row(1)])), con, load_contract("accidents"))
    assert caught.value.code == "workbook_broken"
