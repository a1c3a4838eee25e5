"""Cells of a workbook that show something else than they store: errors, per cent, empty results, days from 1904."""

import datetime as dt
import re
import zipfile

import pytest
import xlsxwriter

HEADINGS = ["事故编号", "区划代码", "发生时间", "行业领域", "死亡人数", "直接经济损失（万元）", "备注"]
RECORD = ["A-1", "120116001", "2024-01-05", "建筑业", 1, 12.5, ""]
FIELDS = ("record_id", "deaths", "direct_loss_fen")


@pytest.fixture
def sheet(tmp_path):
    """Save records with one dressed by a function that is given the sheet and the workbook."""

    def save(dress, rows=(RECORD,), headings=HEADINGS, **options):
        book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"), options)
        page = book.add_worksheet("表")
        for i, cells in enumerate([headings, *rows]):
            page.write_row(i, 0, cells)
        dress(page, book)
        book.close()
        return tmp_path / "a.xlsx"

    return save


def rewritten(path, change):
    """The workbook with the XML of its sheet changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = next(each for each in parts if "worksheets/sheet" in each)
    parts[name] = change(parts[name].decode()).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for each, data in parts.items():
            archive.writestr(each, data)
    return path


@pytest.mark.parametrize("error", ["#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!"])
def test_an_error_of_the_program_is_no_blank_cell(sheet, read, error):
    table = read(sheet(lambda page, _: page.write_formula(1, 5, "=1/0", None, error)))
    assert table.rows(*FIELDS) == [(1, 2, "A-1", "1", error)]


def test_a_formula_that_comes_to_the_empty_text_is_a_blank_cell(sheet, read):
    path = sheet(lambda page, _: page.write_formula(1, 5, '=IF(B9="","",B9)', None, "x"))
    table = read(rewritten(path, lambda xml: xml.replace("<v>x</v>", "<v></v>")))
    assert (table.rows(*FIELDS), table.faults) == ([(1, 2, "A-1", "1", None)], [])


def test_numbers_that_are_shown_as_per_cent_are_read_as_they_are_shown(sheet, read):
    rows = [["120113", "灾害预警信息公众覆盖率", f"{year}年", 0.955, "%"] for year in (2021, 2022, 2023)]

    def dress(page, book):
        page.write_number(1, 3, 0.955, book.add_format({"num_format": "0.0%"}))
        page.write_number(2, 3, 0.955, book.add_format({"num_format": '0.0"%"'}))  # the sign is a mere word here

    path = sheet(dress, rows, ["区划代码", "指标名称", "统计期", "数值", "单位"])
    values = [cells[-1] for cells in read(path, "statistics").rows("value")]
    assert values == ["95.5%", "0.955", "0.955"]


def test_a_text_in_a_cell_of_per_cent_stays_as_it_is(sheet, read):
    def dress(page, book):
        page.write_string(1, 3, "95", book.add_format({"num_format": "0%"}))

    rows = [["120113", "灾害预警信息公众覆盖率", "2021年", "", "%"]]
    path = sheet(dress, rows, ["区划代码", "指标名称", "统计期", "数值", "单位"])
    assert read(path, "statistics").rows("value")[0][-1] == "95"


def test_years_in_columns_are_read_as_per_cent_too(sheet, read):
    headings = ["地区", "指标名称", "单位", "2021年", "2022年"]

    def dress(page, book):
        page.write_number(1, 3, 0.95, book.add_format({"num_format": "0%"}))

    path = sheet(dress, [["北辰区", "灾害预警信息公众覆盖率", "%", "", 96]], headings)
    assert read(path, "statistics").rows("value", "unit") == [(1, 2, "95%", "%"), (2, 2, "96", "%")]


def test_a_fault_of_one_year_among_columns_of_years_is_a_fault_of_that_figure_alone(sheet, read):
    rows = [["北辰区", "地区生产总值", "亿元", 900, 1000], ["和平区", "地区生产总值", "亿元", 800, ""]]

    def dress(page, _):
        page.merge_range(1, 4, 2, 4, 1000)
        page.write_formula(2, 3, "=D2-100", None, "x")

    path = sheet(dress, rows, ["地区", "指标名称", "单位", "2021年", "2022年"])
    table = read(
        rewritten(path, lambda xml: xml.replace(' t="str"><f>D2-100</f><v>x</v>', "><f>D2-100</f><v></v>")),
        "statistics",
    )
    found = [(fault.record_number, fault.line_number, fault.code, fault.field) for fault in table.raw.faults]
    assert sorted(found) == [
        (2, 2, "figure_merged", "value"),
        (3, 3, "formula_without_value", "value"),
        (4, 3, "figure_merged", "value"),
    ]
    assert [(number, value) for number, _, value in table.rows("value")] == [(1, "900"), (2, "1000"), (4, "1000")]


@pytest.mark.parametrize("from_1904", [True, False])
def test_a_day_that_is_a_bare_number_is_counted_as_the_workbook_counts(sheet, read, from_1904):
    first = dt.date(1904, 1, 1) if from_1904 else dt.date(1899, 12, 30)
    serial = (dt.date(2024, 5, 1) - first).days
    table = read(sheet(lambda page, _: page.write_number(1, 2, serial), date_1904=from_1904))
    assert table.rows("occurred_at", "deaths") == [(1, 2, "45413", "1")]  # 2024-05-01 by the count that casts know


def test_a_figure_that_is_merged_over_records_counts_for_none_of_them(sheet, read):
    rows = [RECORD, ["A-2", *RECORD[1:5], "", ""], ["A-3", *RECORD[1:]]]
    table = read(sheet(lambda page, _: page.merge_range("F2:F3", 12.5), rows))
    assert table.faults == [(1, 2, "figure_merged"), (2, 3, "figure_merged")]
    assert {fault.field for fault in table.raw.faults} == {"direct_loss_fen"}
    assert table.raw.faults[1].facts["cell"] == "F2"


@pytest.mark.parametrize("nothing", [0, "0", "—", "无数据"])
def test_what_is_merged_and_says_nothing_says_it_of_each_record(sheet, read, nothing):
    rows = [RECORD, ["A-2", *RECORD[1:5], "", ""]]
    table = read(sheet(lambda page, _: page.merge_range("F2:F3", nothing), rows))
    told = [] if nothing != "无数据" else [(1, 2, "figure_merged"), (2, 3, "figure_merged")]
    assert table.faults == told
    assert [cells[-1] for cells in table.rows("direct_loss_fen")] == [str(nothing)] * 2


def test_one_record_over_two_rows_of_the_sheet_keeps_its_merged_figures(sheet, read):
    def dress(page, _):
        for column, cell in enumerate(RECORD):
            page.merge_range(1, column, 2, column, cell)

    table = read(sheet(dress))
    assert (table.rows(*FIELDS), table.faults) == ([(1, 2, "A-1", "1", "12.5")], [])


def test_a_sheet_whose_tags_have_a_prefix_is_understood_like_any_other(sheet, read):
    def dress(page, _):
        page.write_formula(1, 5, "=1+1", None, "")
        page.set_row(1, None, None, {"hidden": True})

    def prefixed(xml):
        main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        return re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", xml).replace(f'xmlns="{main}"', f'xmlns:x="{main}"')

    table = read(rewritten(sheet(dress), prefixed))
    assert table.faults == [(1, 2, "formula_without_value")]
    assert [note.code for note in table.raw.notes] == ["rows_hidden"]
