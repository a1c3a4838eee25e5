"""One fault of several sheets or files is told once, with the places that have it."""

from pipelines.errors import PipelineError, SeveralErrors
from pipelines.sources.same_fault import told_once
from tests.sources.books import save_book

HEADING = ["事故编号", "区划代码", "发生时间", "行业领域"]
ROW = ["A-1", "120113", "2024-07-01", "化工"]


def test_a_column_that_every_sheet_lacks_is_told_once_with_the_sheets(project):
    sheets = [(f"{year}年", [HEADING, ROW]) for year in range(2016, 2021)]
    save_book(project.root / "data/raw/accidents/台账.xlsx", *sheets)
    (error,) = project.land(stop=False).errors
    assert error.where == "data/raw/accidents/台账.xlsx [2016年], [2017年], [2018年], … (5 sheets)"
    assert error.facts["fields"] == ["deaths"] and len(error.rows) == 1
    assert "differ" not in error.tell("en")


def test_a_column_that_several_files_lack_is_told_once_with_the_files(project):
    for number in range(1, 5):
        heading = ",".join([*HEADING, "天气"] if number == 4 else HEADING)
        project.accidents(f"A-{number},120113,2024-07-01,化工", name=f"q{number}.csv", heading=heading)
    (error,) = project.land(stop=False).errors
    files = ", ".join(f"data/raw/accidents/q{number}.csv" for number in (1, 2, 3))
    assert error.where == f"{files}, … (4 files)"
    assert "(in the first; the others differ)" in error.tell("en")


def test_faults_that_differ_are_told_apart():
    faults = [PipelineError("missing_columns", where=f"{n}.csv", rows=[row], n=1) for n, row in enumerate("aab")]
    told = told_once([SeveralErrors(faults[:2]), faults[2]])
    assert [(error.where, error.rows) for error in told] == [("0.csv、1.csv", ("a",)), ("2.csv", ("b",))]


def test_what_holds_of_several_files_is_said_once(project):
    for number in range(1, 5):
        project.accidents(
            f"A-{number},120113,2024-07-01,化工,0,晴",
            name=f"q{number}.csv",
            heading=",".join([*HEADING, "死亡人数", "天气"]),
        )
    project.accidents(
        "A-9,120113,2024-07-01,化工,0,晴,1", name="q9.csv", heading=",".join([*HEADING, "死亡人数", "天气", "风力"])
    )
    told = project.land().warnings
    files = ", ".join(f"data/raw/accidents/q{number}.csv" for number in (1, 2, 3))
    assert f'{files}, … (4 files): columns not read: "天气"' in told
    assert 'data/raw/accidents/q9.csv: columns not read: "天气", "风力"' in told
    assert sum("direct loss" in line or "直接经济损失" in line for line in told) == 1
