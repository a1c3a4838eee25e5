"""A column that a file lacks: what it would add up is not known, and not zero."""

from __future__ import annotations

import json

import pytest

from pipelines.sources.remarks import lacking, remarks_text

DATED = "120113,2024-07-01"


def told(landing):
    return {measure for file in landing.files for one in lacking(file["remarks"]) for measure in one["measures"]}


@pytest.mark.parametrize(
    ("kind", "text", "measures"),
    [
        (
            "accidents",
            f"事故编号,行政区划代码,发生时间,行业领域,死亡人数,直接经济损失（元）\nA,{DATED},建筑业,1,5\n",
            {"serious_injuries", "minor_injuries"},
        ),
        ("accidents", f"事故编号,状态,行政区划代码,发生时间,行业领域,死亡人数\nA,零报告,{DATED},建筑业,0\n", set()),
        ("accidents", f"事故编号,状态,行政区划代码,发生时间,行业领域,死亡人数\nA,核销,{DATED},建筑业,0\n", set()),
        (
            "disasters",
            f"灾情编号,行政区划代码,开始日期,灾害种类,受灾人次,死亡人数,倒塌房屋间数\nD,{DATED},flood,1,0,0\n",
            {"relocated", "disaster_loss_fen", "flood_loss_fen"},
        ),
        ("training", f"培训编号,行政区划代码,培训日期,培训类型\nT,{DATED},drill\n", {"drill_participants"}),
        (
            "training",
            f"培训编号,行政区划代码,培训日期,培训类型,参加人数,参训企业数\nT,{DATED},new_employee,5,1\n",
            {"new_employees_due", "new_employees_trained"},
        ),
        ("inspections", f"检查编号,行政区划代码,检查日期,检查类型,发现隐患数\nJ,{DATED},self_check,3\n", set()),
        ("inspections", f"检查编号,行政区划代码,检查日期,检查类型\nJ,{DATED},self_check\n", {"hazards_self_reported"}),
        (
            "inspections",
            f"检查编号,行政区划代码,检查日期,检查类型,发现隐患数,重大隐患数\nJ,{DATED},self_check,3,1\n",
            {"major_hazards_rectified"},
        ),
        (
            "inspections",
            f"检查编号,行政区划代码,检查日期,检查类型,发现隐患数,重大隐患数\nJ,{DATED},self_check,3,0\n",
            set(),
        ),
        (
            "inspections",
            f"检查编号,行政区划代码,检查日期,检查类型,发现隐患数,重大隐患数,整改完成日期\nJ,{DATED},self_check,3,1,\n",
            set(),
        ),
    ],
)
def test_a_file_says_which_measures_of_its_records_it_leaves_unsaid(project, kind, text, measures):
    project.write(f"raw/{kind}/q3.csv", text)
    landing = project.land()
    assert sum(file["accepted"] for file in landing.files) == 1, landing.errors
    assert told(landing) == measures


def test_the_sender_is_told_by_the_heading_of_the_column(project):
    project.write(
        "raw/accidents/q3.csv", f"事故编号,行政区划代码,发生时间,行业领域,死亡人数,轻伤人数\nA,{DATED},建筑业,1,0\n"
    )
    (file,) = project.land().files
    sentence = "没有“重伤人数”、“直接经济损失”一栏：这些记录的该项按未统计处理，不计为0"
    assert remarks_text(file["remarks"], "zh") == sentence
    assert {one["sheet"] for one in json.loads(file["remarks"])} == {""}


def test_of_two_sheets_only_the_one_without_the_column_leaves_it_unsaid(project):
    import openpyxl

    book = openpyxl.Workbook()
    for title, more in (("有", ["重伤人数", "轻伤人数", "直接经济损失（元）"]), ("无", ["重伤人数", "轻伤人数"])):
        sheet = book.create_sheet(title)
        sheet.append(["事故编号", "行政区划代码", "发生时间", "行业领域", "死亡人数", *more])
        sheet.append([title, "120113", "2024-07-01", "建筑业", 1, *[0] * len(more)])
    del book["Sheet"]
    path = project.root / "data/raw/accidents/台账.xlsx"
    path.parent.mkdir(parents=True)
    book.save(path)
    (file,) = project.land().files
    assert [(one["sheet"], one["measures"]) for one in lacking(file["remarks"])] == [("无", ["accident_loss_fen"])]
