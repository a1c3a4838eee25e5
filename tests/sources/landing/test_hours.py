"""The hour of an accident is known where the report gives one: a day alone is no midnight."""

from __future__ import annotations

import datetime
import json

import duckdb
import openpyxl
import pytest

from pipelines.sources import land_table, values

HEADINGS = ("事故编号", "行政区划代码", "发生时间", "报告时间", "行业领域", "死亡人数")
WROTE = {
    "day": "2024-07-01",
    "midnight": "2024-07-01 00:00",
    "morning": "2024年7月1日8时许",
    "words": "二〇二四年七月一日",
    "compact": "20240701",
    "compact_time": "20240701 0030",
    "iso": "2024-07-01T00:00:00",
    "end": "2024-06-30 24:00",
    "serial": "45474",
    "serial_noon": "45474.5",
}
HOURS = {
    "compact": None, "compact_time": 0, "day": None, "end": 0, "iso": 0, "midnight": 0, "morning": 8, "serial": None,
    "serial_noon": 12, "words": None,
}  # fmt: skip


def records(cells):
    return [(name, "120113", cell, "2024-07-03 09:00", "建筑施工", 0) for name, cell in cells.items()]


def as_csv(path, cells):
    rows = [HEADINGS, *records(cells)]
    path.write_text("\n".join(",".join(map(str, row)) for row in rows), encoding="utf-8")


def as_lines(path, cells):
    told = [json.dumps(dict(zip(HEADINGS, row, strict=True)), ensure_ascii=False) for row in records(cells)]
    path.write_text("\n".join(told), encoding="utf-8")


def as_book(path, cells):
    book = openpyxl.Workbook()
    for row in (HEADINGS, *records(cells)):
        book.active.append(row)
    book.save(path)


def as_parquet(path, cells, kind="VARCHAR"):
    names = ", ".join(f'"{name}"' for name in HEADINGS)
    marks = ", ".join("(?, ?, ?, ?, ?, ?)" for _ in cells)
    with duckdb.connect() as con:
        con.execute(
            f"COPY (SELECT * REPLACE (CAST(发生时间 AS {kind}) AS 发生时间) FROM (VALUES {marks}) AS t({names})) "
            f"TO '{path}' (FORMAT parquet)",
            [cell for row in records(cells) for cell in row],
        )


def hours(landed):
    assert not landed.reasons()
    return dict(landed.accepted("record_id, occurred_hour"))


@pytest.mark.parametrize("limit", [land_table.FEW, 0], ids=["in Python", "in SQL"])
@pytest.mark.parametrize(
    ("name", "write"),
    [("h.csv", as_csv), ("h.jsonl", as_lines), ("h.xlsx", as_book), ("h.parquet", as_parquet)],
    ids=["csv", "jsonl", "xlsx", "parquet"],
)
def test_an_hour_lands_where_one_is_written(land, tmp_path, monkeypatch, name, write, limit):
    monkeypatch.setattr(land_table, "FEW", limit)
    write(tmp_path / name, WROTE)
    landed = land(tmp_path / name)
    assert hours(landed) == HOURS
    days = {day for (day,) in landed.accepted("DISTINCT CAST(occurred_at AS DATE)")}
    assert days == {datetime.date(2024, 7, 1)}


def test_a_spreadsheet_keeps_a_day_as_a_time_at_midnight(land, tmp_path):
    as_book(tmp_path / "h.xlsx", {
        "date": datetime.date(2024, 7, 1),
        "day": datetime.datetime(2024, 7, 1),
        "time": datetime.datetime(2024, 7, 1, 8, 30),
    })  # fmt: skip
    assert hours(land(tmp_path / "h.xlsx")) == {"date": None, "day": None, "time": 8}


def test_days_and_times_of_typed_columns(land, tmp_path):
    as_parquet(tmp_path / "days.parquet", {"a": "2024-07-01", "b": "2024-07-02"}, "DATE")
    assert hours(land(tmp_path / "days.parquet")) == {"a": None, "b": None}
    as_parquet(tmp_path / "only_days.parquet", {"a": "2024-07-01 00:00:00", "b": "2024-07-02 00:00:00"}, "TIMESTAMP")
    assert hours(land(tmp_path / "only_days.parquet")) == {"a": None, "b": None}, "all midnight: a program's days"
    as_parquet(tmp_path / "times.parquet", {"a": "2024-07-01 00:00:00", "b": "2024-07-02 13:00:00"}, "TIMESTAMP")
    assert hours(land(tmp_path / "times.parquet")) == {"a": 0, "b": 13}


def test_a_zone_moves_the_hour_with_the_time():
    assert values.to_moment("2024-07-01T00:30:00Z") == (datetime.datetime(2024, 7, 1, 8, 30), 8)


def test_a_correction_may_say_the_hour(project):
    project.accidents("A1,120113,2024-07-01,2024-07-03,建筑施工,1,0")
    project.write(
        "raw/accidents/corrections.yml",
        """
- {file: q3.csv, record_id: A1, action: set, field: occurred_at, value: "2024-07-01 00:00", expect: "2024-07-01",
   reason: 值班记录, who: 张, since: 2024-07-01}
""",
    )
    assert project.rows(project.land(), "accidents", "occurred_hour") == [(0,)]
