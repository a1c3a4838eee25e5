"""Totals and notes below the records: left out and told, in every kind of file; a record is never taken for one."""

import json

import pytest

from pipelines.sources.remarks import remarks_text
from tests.sources.books import save_book

HEADS = ["事故编号", "行政区划代码", "发生时间", "行业领域", "死亡人数", "重伤人数", "轻伤人数", "直接经济损失（万元）"]
RECORDS = [[f"A-{i}", "120113", f"2024-07-0{i}", "化工", str(i), "0", "0", "1.5"] for i in (1, 2, 3)]
NOTE = ["注：以上为初步统计", *[""] * 7]
SIGNED = ["填表人：李明", "", "", "", "审核人：王强", "", "", ""]


def total(deaths, word="合 计", loss="4.5"):
    return [word, "", "", "", str(deaths), "0", "0", loss]


def as_csv(project, rows):
    project.write("raw/accidents/台账.csv", "\n".join(",".join(row) for row in [HEADS, *rows]) + "\n")


def as_ragged_csv(project, rows):
    """As some programs write it, without the empty cells at the end of a line."""
    as_csv(project, [",".join(row).rstrip(",").split(",") for row in rows])


def as_workbook(project, rows):
    save_book(project.root / "data/raw/accidents/台账.xlsx", ("Sheet1", [HEADS, *rows]))


def as_json(project, rows):
    lines = [json.dumps(dict(zip(HEADS, row, strict=True)), ensure_ascii=False) for row in rows]
    project.write("raw/accidents/台账.jsonl", "\n".join(lines) + "\n")


def landed(project, language="en"):
    landing = project.land()
    (file,) = landing.files
    return (file["accepted"], file["rejected"]), remarks_text(file["remarks"], language).split(
        "; " if language == "en" else "；"
    )


@pytest.fixture(params=[as_csv, as_ragged_csv, as_workbook, as_json, "large csv"])
def save(request, monkeypatch):
    if request.param == "large csv":
        monkeypatch.setattr("pipelines.sources.readers.csv_file.SMALL", 0)
        return as_csv
    return request.param


def test_a_total_and_notes_are_left_out_and_told(project, save):
    save(project, [*RECORDS, total(6), NOTE, SIGNED])
    counts, told = landed(project)
    assert counts == (3, 0)
    assert [one.split(":")[0] for one in told] == [
        "rows that add up others are no records (1)",
        "notes are no records (2)",
    ]
    assert "李明" not in " ".join(told)


def test_blank_rows_and_headings_that_come_again_are_no_records(project, save):
    save(project, [RECORDS[0], [""] * 8, HEADS, *RECORDS[1:], [" ", *[""] * 7], [""] * 8])
    counts, told = landed(project)
    assert (counts, told) == ((3, 0), [""])


def test_a_running_number_alone_is_no_record(project):
    rows = [["序号", *HEADS], ["1", *RECORDS[0]], ["2", *[""] * 8], ["3", *[""] * 8]]
    project.write("raw/accidents/台账.csv", "\n".join(",".join(row) for row in rows) + "\n")
    assert landed(project) == ((1, 0), [""])


def test_a_total_that_the_rows_do_not_add_up_to_is_told(project, save):
    save(project, [*RECORDS, total(9)])
    counts, told = landed(project)
    line = 4 if save is as_json else 5
    assert (counts, len(told)) == ((3, 0), 2)
    assert told[1].endswith(
        f'row {line}: the total of "死亡人数" is 9, its rows add up to 6, please check whether rows are missing'
    )


def test_a_note_below_the_column_does_not_hide_a_total_that_differs(project, save):
    save(project, [*RECORDS, total(9), SIGNED])
    assert any("is 9, its rows add up to 6" in one for one in landed(project)[1])


def test_subtotals_are_compared_with_the_rows_since_the_last_one(project, save):
    rows = [*RECORDS[:2], total(3, "小计", "3"), RECORDS[2], total(3, "小计", "1.5"), total(6, "总计")]
    save(project, rows)
    counts, told = landed(project)
    assert (counts, len(told)) == ((3, 0), 1) and "(3)" in told[0]


@pytest.mark.parametrize(
    "word",
    [
        "合计：",
        "一季度小计",
        "第三季度合计",
        "1-9月合计",
        "1—9月小计",
        "七月份小计",
        "2024年合计",
        "本年合计",
        "全区合计",
        "共计",
    ],
)
def test_a_total_may_say_of_what_it_is(project, word):
    as_csv(project, [*RECORDS, total(9, word)])
    counts, told = landed(project)
    assert counts == (3, 0) and "is 9, its rows add up to 6" in told[1]


@pytest.mark.parametrize(
    "word",
    [
        "累计",
        "本年累计",
        "1-9月累计",
        "平均",
        "月平均值",
        "上年同期",
        "去年同期数",
        "同比",
        "同比增减（%）",
        "较上年同期增减",
        "环比",
    ],
)
def test_a_row_that_sums_or_compares_more_than_stands_above_is_left_out_and_not_compared(project, word):
    as_csv(project, [*RECORDS, total(99, word)])
    counts, told = landed(project)
    assert counts == (3, 0) and len(told) == 1 and told[0].startswith("rows that add up others are no records (1)")


@pytest.mark.parametrize("word", ["合计生产", "平均街道", "同期声", "A-累计"])
def test_a_word_that_only_begins_like_a_total_is_no_total(project, word):
    as_csv(project, [*RECORDS, total(1, word)])
    landing = project.land(stop=False)
    assert len(landing.errors) == 1


@pytest.mark.parametrize("at", [0, 2])
def test_a_row_with_a_number_or_a_date_of_its_own_is_a_record_and_goes_back(project, save, at):
    row = total(1)
    row[2] = "2024-07-04" if at == 2 else ""
    row = ["", *row[1:]] if at == 0 else row
    row = ["A-9", *row[1:3], "合计", *row[4:]] if at == 0 else row
    save(project, [*RECORDS, row])
    landing = project.land(stop=False)
    assert len(landing.errors) == 1  # one of four rows was rejected, and none left out


def test_an_amount_rounded_before_or_after_it_was_added_up_agrees(project):
    rows = [[*row[:-1], "1.333"] for row in RECORDS]
    as_csv(project, [*rows, total(6, loss="4")])
    assert len(landed(project)[1]) == 1


def test_a_total_is_told_in_chinese(project):
    as_csv(project, [*RECORDS, total(9)])
    assert landed(project, "zh")[1] == [
        "合计行未作为记录读入（1 行）：第 5 行",
        "第 5 行“死亡人数”合计为 9，各行之和为 6，请核对是否缺行",
    ]
