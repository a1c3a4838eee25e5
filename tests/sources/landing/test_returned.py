"""Rejected rows go back as the sender sent them, come back mended, and take the place of the rejected ones."""

import json
from datetime import date

import duckdb
import openpyxl
import pytest

from pipelines.errors import PipelineError
from pipelines.sources.returned import read_returned

GOOD = "A-1,120113,2024-07-01,2024-07-02,建筑业,1,12.5"
EARLY = date(2026, 11, 1)
LENIENT = "[build]\nmax_rejected_share = 0.9\n"


@pytest.fixture
def lenient(project):
    """A project in which nine rows of ten may be rejected."""
    (project.root / "anlan.toml").write_text(LENIENT, encoding="utf-8")
    return project


def workbook_of(project, name):
    return project.root / "data/warehouse/rejected" / name


def cells_of(sheet):
    """Heading → column of a workbook of rejected rows."""
    return {cell.value: cell.column for cell in sheet[2]}


def mend(path, target, changes):
    """Save a workbook of rejected rows under another name with some cells changed: (row from 0, heading) → text."""
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        places = cells_of(sheet)
        for (name, row, heading), text in changes.items():
            if sheet.title == name:
                sheet.cell(3 + row, places[heading]).value = text
    book.save(target)
    return target


def filled(cell):
    return cell.fill.fgColor.rgb if cell.fill.patternType else None


def left(landing):
    """(record id or line, reason codes) of what is still rejected."""
    found = []
    for path in landing.rejects:
        rows = duckdb.sql(f"SELECT line_number, reasons FROM read_parquet('{path}') ORDER BY 1").fetchall()
        found += [(line, [each["code"] for each in json.loads(reasons)]) for line, reasons in rows]
    return found


def test_the_senders_own_rows_stand_under_their_own_headings_with_the_faulty_cells_coloured(lenient):
    heading = "来文号,事故编号,死亡人数,行政区划代码,发生时间,行业领域,报告时间"
    lenient.accidents(
        "甲-7,A-1,1,120113,2024-07-01,建筑业,2024-07-02",
        "甲-8,A-2,-1,120113,2024-07-01,建筑公司,2024-06-30",
        "甲-9,,1,120113,2024-07-01,建筑业,2024-07-02",
        heading=heading,
    )
    lenient.land()
    sheet = openpyxl.load_workbook(workbook_of(lenient, "accidents_q3.xlsx")).active
    heads = [cell.value for cell in sheet[2]]
    assert heads == ["Reason for return", "Original row", *heading.split(",")]
    own = ["甲-8", "A-2", "-1", "120113", "2024-07-01", "建筑公司", "2024-06-30"]
    assert [cell.value for cell in sheet[3]][1:] == ["3", *own]
    coloured = [[heads[i] for i, cell in enumerate(sheet[row]) if filled(cell)] for row in (3, 4)]
    assert coloured == [["死亡人数", "行业领域", "报告时间"], ["事故编号"]]
    told = sheet["A3"].value.split("\n")
    assert len(told) == 3 and all("建筑公司" in line or "-1" in line or "2024-06-30" in line for line in told)


def test_mended_rows_of_a_csv_take_the_place_of_the_rejected_ones(project):
    project.accidents(
        GOOD, "A-2,120113,2024-07-01,2024-07-02,建筑公司,1,2万元", "A-3,120113,2024-07-03,2024-07-04,化工,-1,"
    )
    with pytest.raises(PipelineError):
        project.land()
    workbook = workbook_of(project, "accidents_q3.xlsx")
    mended = project.root / "data/raw/accidents/mended.xlsx"
    mend(workbook, mended, {("rows", 0, "行业领域"): "建筑业", ("rows", 1, "死亡人数"): "0"})
    landing = project.land()
    assert sorted(project.rows(landing, "accidents", "record_id, sector_code, deaths, direct_loss_fen, source")) == [
        ("A-1", "construction", 1, 12_500_000, "accidents"),
        ("A-2", "construction", 1, 2_000_000, "accidents"),
        ("A-3", "chemicals", 0, None, "accidents"),
    ]
    assert landing.rejects == [] and landing.workbooks == {} and not workbook.exists()
    assert [(row["path"], row["records"], row["accepted"], row["rejected"]) for row in landing.files] == [
        ("data/raw/accidents/mended.xlsx", 2, 2, 0),
        ("data/raw/accidents/q3.csv", 1, 1, 0),
    ]
    again = project.land()
    assert again.reads == 0 and again.fingerprint == landing.fingerprint
    mended.unlink()
    with pytest.raises(PipelineError) as caught:  # without the mended rows the rejected ones count again
        project.land()
    assert caught.value.facts["n"] == 2


def test_mended_rows_stay_mended_when_another_cell_of_the_original_file_is_changed(project):
    bad = ["A-2,120113,2024-07-01,2024-07-02,建筑公司,1,2", "A-3,120113,2024-07-03,2024-07-04,化工,-1,"]
    project.accidents(GOOD, *bad)
    with pytest.raises(PipelineError):
        project.land()
    mended = project.root / "data/raw/accidents/mended.xlsx"
    changes = {("rows", 0, "行业领域"): "建筑业", ("rows", 1, "死亡人数"): "0"}
    mend(workbook_of(project, "accidents_q3.xlsx"), mended, changes)
    project.land()
    more = "A-4,120113,2024-07-05,2024-07-06,建筑业,0,"
    project.accidents(more, GOOD.replace("12.5", "13.5"), *bad)  # one line further down than before
    landing = project.land()
    there = [row for row in landing.files if row["withdrawn_on"] is None]
    assert [(row["path"].rsplit("/")[-1], row["accepted"], row["rejected"]) for row in there] == [
        ("mended.xlsx", 2, 0),
        ("q3.csv", 2, 0),
    ]
    assert landing.rejects == [] and landing.workbooks == {}
    # A row that was changed since says something new, and is judged anew.
    project.accidents(GOOD, bad[0], bad[1].replace("-1", "-2"))
    with pytest.raises(PipelineError) as caught:
        project.land()
    assert caught.value.facts["n"] == 1
    mended.unlink()
    project.accidents(more, GOOD, *bad)
    with pytest.raises(PipelineError) as caught:
        project.land()
    assert caught.value.facts["n"] == 2


def test_a_row_taken_out_of_the_workbook_stays_rejected(lenient):
    lenient.accidents(GOOD, "A-2,120113,2024-07-01,2024-07-02,建筑公司,1,", "A-3,120113,2024-07-03,2024-07-04,化工,-1,")
    lenient.land()
    workbook = workbook_of(lenient, "accidents_q3.xlsx")
    book = openpyxl.load_workbook(workbook)
    book.active.delete_rows(4)
    book.active.cell(3, cells_of(book.active)["行业领域"]).value = "建筑业"
    book.save(lenient.root / "data/raw/accidents/mended.xlsx")
    landing = lenient.land()
    assert left(landing) == [(4, ["below_range"])]
    assert {row["path"].rsplit("/")[-1]: row["rejected"] for row in landing.files} == {"mended.xlsx": 0, "q3.csv": 1}


def test_looking_only_writes_nothing_and_sees_the_same(lenient):
    lenient.accidents(GOOD, "A-2,120113,2024-07-01,2024-07-02,建筑公司,1,", "A-3,120113,2024-07-03,2024-07-04,化工,-1,")
    lenient.land()
    workbook = workbook_of(lenient, "accidents_q3.xlsx")
    mend(workbook, lenient.root / "data/raw/accidents/m.xlsx", {("rows", 0, "行业领域"): "建筑业"})
    before = sorted(str(path) for path in (lenient.root / "data/warehouse").rglob("*"))
    looked = lenient.land(write=False)
    assert sorted(str(path) for path in (lenient.root / "data/warehouse").rglob("*")) == before
    assert {row["rejected"] for row in looked.files} == {0, 1}  # the row that is still wrong is one of the workbook now


def test_rows_that_are_still_wrong_go_back_once_more_and_keep_their_source(lenient):
    said = "q3.csv: {source: 天穆镇, history: true}\n"
    (lenient.write("raw/accidents/provenance.yml", said)).touch()
    lenient.accidents(GOOD, "A-2,120113,2024-07-01,2024-07-02,建筑公司,-1,")
    lenient.land()
    folder = lenient.root / "data/raw/accidents"
    mend(workbook_of(lenient, "accidents_q3.xlsx"), folder / "first.xlsx", {("rows", 0, "行业领域"): "建筑业"})
    assert left(lenient.land()) == [(3, ["below_range"])]
    mend(workbook_of(lenient, "accidents_first.xlsx"), folder / "second.xlsx", {("rows", 0, "死亡人数"): "2"})
    landing = lenient.land()
    assert left(landing) == []
    assert sorted(lenient.rows(landing, "accidents", "record_id, deaths, source")) == [
        ("A-1", 1, "天穆镇"),
        ("A-2", 2, "天穆镇"),
    ]
    assert {row["is_history"] for row in landing.files} == {True}


def test_a_workbook_with_its_own_entry_is_what_the_entry_says(lenient):
    lenient.write("raw/accidents/provenance.yml", "q3.csv: {source: 天穆镇}\nm.xlsx: {source: 北仓镇}\n")
    lenient.accidents(GOOD, "A-2,120113,2024-07-01,2024-07-02,建筑业,-1,")
    with pytest.raises(PipelineError):  # m.xlsx is not there yet
        lenient.land()
    lenient.write("raw/accidents/provenance.yml", "q3.csv: {source: 天穆镇}\n")
    lenient.land()
    mend(
        workbook_of(lenient, "accidents_q3.xlsx"),
        lenient.root / "data/raw/accidents/m.xlsx",
        {("rows", 0, "死亡人数"): "2"},
    )
    lenient.write("raw/accidents/provenance.yml", "q3.csv: {source: 天穆镇}\nm.xlsx: {source: 北仓镇}\n")
    assert sorted(lenient.rows(lenient.land(), "accidents", "record_id, source")) == [
        ("A-1", "天穆镇"),
        ("A-2", "北仓镇"),
    ]


TWICE = (GOOD, GOOD.replace("建筑业,1", "建筑业,0"), "A-3,120113,2024-07-03,2024-07-04,建筑公司,1,")


def test_a_repeated_row_that_comes_back_as_it_was_is_rejected_again(lenient):
    path = lenient.accidents(*TWICE)
    first = lenient.land(EARLY)
    assert left(first) == [(3, ["duplicate"]), (4, ["unknown_code"])]
    folder = lenient.root / "data/raw/accidents"
    mend(workbook_of(lenient, "accidents_q3.xlsx"), folder / "mended.xlsx", {("rows", 1, "行业领域"): "建筑业"})
    landing = lenient.land()
    accepted = [("A-1", 1), ("A-3", 1)]
    assert sorted(lenient.rows(landing, "accidents", "record_id, deaths")) == accepted
    assert left(landing) == [(3, ["duplicate"])]
    (told,) = duckdb.sql(f"SELECT reasons FROM read_parquet('{landing.rejects[0]}')").fetchall()
    assert json.loads(told[0])[0]["rule"] == "q3.csv 2"
    assert lenient.land().reads == 0

    # Sent back once more, and returned as it was: it is told apart from the file that it first came from.
    mend(workbook_of(lenient, "accidents_mended.xlsx"), folder / "again.xlsx", {})
    landing = lenient.land()
    assert sorted(lenient.rows(landing, "accidents", "record_id, deaths")) == accepted
    assert left(landing) == [(3, ["duplicate"])]

    path.unlink()  # nor does it become the first of its key in the past when the file is taken away
    gone = lenient.land()
    assert sorted(lenient.rows(gone, "accidents", "record_id, deaths")) == accepted


@pytest.mark.parametrize(
    ("heading", "changed"), [("状态", ("A-1", 0, "revised")), ("事故编号", ("A-9", 0, "reported"))]
)
def test_a_repeated_row_that_comes_back_as_a_revision_or_another_record_is_taken(lenient, heading, changed):
    rows = [f"{row},初报" for row in TWICE]
    lenient.accidents(
        *rows, heading="事故编号,行政区划代码,发生时间,报告时间,行业领域,死亡人数,直接经济损失（万元）,状态"
    )
    lenient.land()
    text = {"状态": "续报", "事故编号": "A-9"}[heading]
    mend(
        workbook_of(lenient, "accidents_q3.xlsx"),
        lenient.root / "data/raw/accidents/mended.xlsx",
        {("rows", 0, heading): text, ("rows", 1, "行业领域"): "建筑业"},
    )
    landing = lenient.land()
    assert left(landing) == []
    rows = lenient.rows(landing, "accidents", "record_id, deaths, status")
    assert sorted(rows) == sorted([("A-1", 1, "reported"), ("A-3", 1, "reported"), changed])


def test_a_workbook_with_title_lines_and_two_sheets_comes_back_sheet_by_sheet(lenient):
    book = openpyxl.Workbook()
    for name, rows in {
        "一月/二月": [
            ["A-1", "120113", "2024-01-05", "建筑业", 1, 3],
            ["A-2", "120113", "2024-02-05", "建筑公司", 1, 4],
        ],
        "三月": [["A-3", "120113", "2024-03-05", "化工", -1, 5]],
    }.items():
        sheet = book.create_sheet(name.replace("/", "、"))
        sheet.append(["北辰区2024年一季度事故台账"])
        sheet.append(["填报单位：区应急局", None, None, None, "单位：万元"])
        sheet.append(["编号", "区划代码", "发生日期", "行业领域", "死亡人数", "直接经济损失"])
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    path = lenient.root / "data/raw/accidents/台账.xlsx"
    path.parent.mkdir(parents=True)
    book.save(path)
    assert left(lenient.land()) == [(4, ["below_range"]), (5, ["unknown_code"])]
    workbook = workbook_of(lenient, "accidents_台账.xlsx")
    back = openpyxl.load_workbook(workbook)
    assert back.sheetnames == ["一月、二月", "三月"]
    assert [cell.value for cell in back["三月"][2]][2:] == [
        "编号", "区划代码", "发生日期（2024年一季度）", "行业领域", "死亡人数", "直接经济损失（万元）",
    ]  # fmt: skip
    changes = {("一月、二月", 0, "行业领域"): "建筑业", ("三月", 0, "死亡人数"): "0"}
    mend(workbook, path.with_name("更正.xlsx"), changes)
    landing = lenient.land()
    assert left(landing) == []
    assert sorted(lenient.rows(landing, "accidents", "record_id, deaths, direct_loss_fen")) == [
        ("A-1", 1, 3_000_000),
        ("A-2", 1, 4_000_000),
        ("A-3", 0, 5_000_000),
    ]


MAPPING = """
kind: accidents
file: {encoding: big5, delimiter: ";", heading_row: 3}
missing: ["-9"]
personal: [聯絡電話]
fill_down: {where_blank: 案號, columns: [日期]}
fields:
  record_id: {template: "{file}-{案號}-{record_number}"}
  occurred_at: {column: 日期, dates: [roc]}
  region_code: {constant: "120113"}
  sector_code: {column: 業別, codes: {營造: construction, 化學: chemicals}}
  deaths: 死亡
  direct_loss_fen: {column: 損失, suffixes: {K: 1000}, factor: 4}
"""
LIST = """災害清冊
某局
案號;日期;業別;死亡;損失;聯絡電話
甲1;113年5月2日;營造;1;2.5K;02-1
;;化學;x;-9;02-2
甲2;113年6月2日;造船;2;1K;02-3
"""


def test_rows_of_a_mapped_foreign_file_go_back_in_its_own_columns_and_come_back_by_the_same_mapping(lenient):
    lenient.write("raw/accidents/tw/list.csv", LIST, "big5")
    lenient.write("raw/accidents/tw/tw.mapping.yml", MAPPING)
    lenient.write("raw/accidents/tw/provenance.yml", "list.csv: {source: 某局, mapping: tw.mapping.yml}\n")
    before = lenient.land()
    assert lenient.rows(before, "accidents", "record_id, direct_loss_fen") == [("list-甲1-1", 1_000_000)]
    assert left(before) == [(5, ["not_a_number"]), (6, ["unknown_code"])]

    workbook = workbook_of(lenient, "accidents_list.xlsx")
    sheet = openpyxl.load_workbook(workbook).active
    heads = [cell.value for cell in sheet[2]]
    assert heads == [
        "Reason for return",
        "Original row",
        "Original record",
        "案號",
        "日期",
        "業別",
        "死亡",
        "損失",
        "聯絡電話",
    ]
    first, second = ([cell.value for cell in sheet[row]][1:] for row in (3, 4))
    assert first == ["5", "2", "甲1", "113年5月2日", "化學", "x", "-9", None]  # the number of a person stays out
    assert second == ["6", "3", "甲2", "113年6月2日", "造船", "2", "1K", None]
    assert [[heads[i] for i, cell in enumerate(sheet[row]) if filled(cell)] for row in (3, 4)] == [["死亡"], ["業別"]]

    changes = {("rows", 0, "死亡"): "3", ("rows", 1, "業別"): "營造"}
    mend(workbook, lenient.root / "data/raw/accidents/tw/更正.xlsx", changes)
    landing = lenient.land()
    assert left(landing) == []
    columns = "record_id, occurred_at::DATE::VARCHAR, sector_code, deaths, direct_loss_fen, source"
    assert sorted(lenient.rows(landing, "accidents", columns)) == [
        ("list-甲1-1", "2024-05-02", "construction", 1, 1_000_000, "某局"),
        ("list-甲1-2", "2024-05-02", "chemicals", 3, None, "某局"),
        ("list-甲2-3", "2024-06-02", "construction", 2, 400_000, "某局"),
    ]


def test_a_line_that_was_no_row_goes_back_in_its_cells(lenient):
    lenient.accidents(GOOD, "A-2,120113,2024-07-01,2024-07-02,建筑业,1")
    lenient.land()
    sheet = openpyxl.load_workbook(workbook_of(lenient, "accidents_q3.xlsx")).active
    assert [cell.value for cell in sheet[3]][2:5] == ["A-2", "120113", "2024-07-01"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"\xd0\xcf\x11\xe0 old"])
def test_what_is_no_returned_workbook_is_a_file_like_any_other(tmp_path, content):
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    assert read_returned(path) is None
    assert read_returned(tmp_path / "missing.xlsx") is None


def test_a_workbook_that_names_a_file_elsewhere_is_not_followed(tmp_path):
    import xlsxwriter

    for name in ("../../x.csv", "/etc/passwd"):
        path = tmp_path / "x.xlsx"
        book = xlsxwriter.Workbook(str(path))
        book.set_custom_property("anlan file", name, "text")
        book.set_custom_property("anlan file id", "0" * 16, "text")
        book.close()
        assert read_returned(path) is None
