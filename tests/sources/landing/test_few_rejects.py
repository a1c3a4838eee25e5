"""A few bad rows of a short form do not stop a build, and what was rejected can be read before the first one."""

import datetime
import shutil

import pytest

from pipelines.errors import PipelineError
from pipelines.settings import Settings
from pipelines.sources.landed_rejects import landed_rejects
from pipelines.sources.landing import land_all
from pipelines.sources.quarantine import reason_text, rejected_rows, row_text

TODAY = datetime.date(2024, 10, 8)
HEAD = "事故编号,状态,发生时间,报告时间,行政区划代码,行业领域,死亡人数,是否生产安全事故\n"


def office(root, repository, good, bad, **limits):
    shutil.copytree(repository / "data/codes", root / "data/codes")
    file = root / "data/raw/accidents/q.csv"
    file.parent.mkdir(parents=True)
    row = "A-{},reported,2023-03-01 08:00,2023-03-01 10:00,120113,建筑业,{},是\n"
    deaths = [0] * good + [-1] * bad
    file.write_text(HEAD + "".join(row.format(n, d) for n, d in enumerate(deaths)), encoding="utf-8")
    return Settings(root=root, build=limits)


def test_one_bad_row_of_three_is_set_aside_and_the_rest_is_taken(repository, tmp_path):
    landing = land_all(office(tmp_path, repository, 2, 1, rejected_rows_borne=3), today=TODAY)
    assert [(row["accepted"], row["rejected"]) for row in landing.files] == [(2, 1)]


@pytest.mark.parametrize(("good", "bad", "limits"), [(20, 11, {"rejected_rows_borne": 10}), (2, 1, {})])
def test_above_both_limits_the_file_stops_the_build_and_its_rows_can_be_read(repository, tmp_path, good, bad, limits):
    settings = office(tmp_path, repository, good, bad, **limits)
    with pytest.raises(PipelineError) as caught:
        land_all(settings, today=TODAY)
    assert caught.value.code == "too_many_rejected" and caught.value.facts["n"] == bad
    rows = landed_rejects(settings)
    assert len(rows) == bad and {row["path"] for row in rows} == {"data/raw/accidents/q.csv"}
    assert all(row["line_number"] and row["reasons_text"] for row in rows)


def test_a_large_file_is_judged_by_the_share_alone(repository, tmp_path):
    landing = land_all(office(tmp_path, repository, 400, 12), today=TODAY)
    assert landing.files[0]["rejected"] == 12


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        ("2", "编号 A 重复（首次出现在第 2 行）", "repeats record A (first seen at row 2)"),
        ("q1.csv 2", "编号 A 重复（首次出现在 q1.csv 第 2 行）", "repeats record A (first seen at row 2 of q1.csv)"),
        ("q1.xlsx 一季度 2", "编号 A 重复（首次出现在 q1.xlsx 一季度 第 2 行）", None),
    ],
)
def test_where_a_record_stood_first_is_told_in_the_order_of_the_language(rule, zh, en):
    reason = {"code": "duplicate", "field": "record_id", "value": "A", "rule": rule, "nearest": None}
    assert reason_text(reason, language="zh") == zh
    assert en is None or reason_text(reason, language="en") == en


@pytest.mark.parametrize(
    ("cell", "zh", "en"),
    [
        (
            "特大",
            "事故等级“特大”  不在 data/codes/accident_grades.csv 中  最接近的是“特别重大”  "
            "可填：一般、较大、重大、特别重大",
            '事故等级 "特大"  is not in data/codes/accident_grades.csv  nearest: "特别重大"  '
            "allowed: General, Larger, Major, Extraordinary",
        ),
        (
            "?",
            "事故等级“?”  不在 data/codes/accident_grades.csv 中  可填：一般、较大、重大、特别重大",
            '事故等级 "?"  is not in data/codes/accident_grades.csv  allowed: General, Larger, Major, Extraordinary',
        ),
    ],
)
def test_an_unknown_code_of_a_short_list_names_all_that_may_be_written(project, cell, zh, en):
    head = "事故编号,行政区划代码,发生时间,行业领域,死亡人数,事故等级"
    project.accidents("A-1,120113,2024-07-01,化工,1,一般", f"A-2,120113,2024-07-01,化工,1,{cell}", heading=head)
    landing = project.land(stop=False)
    (row,) = rejected_rows(next((project.root / "data/warehouse/landed/accidents").glob("*/rejected.parquet")))
    said = {language: row_text(row, {"official_grade_code": "事故等级"}, language) for language in ("zh", "en")}
    assert said == {"zh": f"第 3 行  {zh}", "en": f"row 3  {en}"}
    assert en in landing.errors[0].tell("en")


def test_an_unknown_code_of_a_long_list_names_the_nearest_and_the_list(project):
    project.accidents("A-2,120113,2024-07-01,2024-07-02,烟花化工,1,")
    told = project.land(stop=False).errors[0].tell("en")
    assert '行业领域 "烟花化工"  is not in data/codes/sectors.csv  nearest: "烟花", "化工"' in told
    assert "allowed" not in told


def test_a_cell_that_is_no_figure_is_told_without_the_unit_beside_it(project):
    rows = ["武清区,GDP,2022,…,亿元", "武清区,GDP,2023,五百六十零点,亿元", "武清区,GDP,2024,67?,亿元"]
    project.write("raw/statistics/a.csv", "\n".join(["地区,指标,时期,数值,单位", *rows, ""]))
    project.land(stop=False)
    found = rejected_rows(next((project.root / "data/warehouse/landed/statistics").glob("*/rejected.parquet")))
    told = [row_text(row, {"value": "数值"}, "zh").split("  ")[1] for row in found]
    assert told == ["数值“…”", "数值“五百六十零点”", "数值“67? 亿元”"]
