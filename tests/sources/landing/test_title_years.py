"""Month and day alone are read by the year of the table's title, where that leaves no doubt, and this is told."""

import json

import openpyxl
import pytest

from pipelines.errors import PipelineError
from pipelines.sources.landed_rejects import landed_rejects
from pipelines.sources.remarks import remarks_text
from pipelines.sources.title_years import period_in_titles, with_year
from pipelines.sources.values import Refused

pytestmark = pytest.mark.usefixtures("cast_either_way")

HEADING = "事故编号,事故发生时间,报告时间,行政区划代码,行业领域,死亡人数"


def row(n, day, reported=""):
    return f"A-{n},{day},{reported},120113,建筑业,1"


def faults(project) -> list[tuple]:
    """Line and code of the rows that go back."""
    with pytest.raises(PipelineError):
        project.land()
    return [(one["line_number"], json.loads(one["reasons"])[0]["code"]) for one in landed_rejects(project.settings)]


def test_the_year_comes_from_the_title_and_is_told(project):
    days = ("1月10日", " 2月3日8时30分", "３月３１号", "2025-03-05")
    lines = [row(n, day) for n, day in enumerate(days)]
    project.accidents(*lines, heading=f"北辰区2025年一季度生产安全事故统计表\n填报日期：2025年4月3日\n{HEADING}")
    landing = project.land()
    found = project.rows(landing, "accidents", "strftime(occurred_at, '%Y-%m-%d %H:%M'), occurred_hour")
    assert found == [
        ("2025-01-10 00:00", None),
        ("2025-02-03 08:30", 8),
        ("2025-03-31 00:00", None),
        ("2025-03-05 00:00", None),
    ]
    told = remarks_text(landing.files[0]["remarks"], "zh")
    assert "“事故发生时间”只写月、日的，年份按表题（2025年一季度）读取" in told


def test_whole_days_below_such_a_title_need_no_word(project):
    project.accidents(row(1, "2025-01-10"), heading=f"北辰区2025年一季度生产安全事故统计表\n{HEADING}")
    assert "表题" not in (remarks_text(project.land().files[0]["remarks"], "zh") or "")


def test_a_workbook_with_a_title_is_read_alike(project):
    book = openpyxl.Workbook()
    for cells in (["2025年10月事故统计表"], ["单位：人、万元"], HEADING.split(","), row(1, "10月8日").split(",")):
        book.active.append(cells)
    place = project.settings.path("raw") / "accidents" / "2025年10月.xlsx"
    place.parent.mkdir(parents=True)
    book.save(place)
    assert project.rows(project.land(), "accidents", "CAST(occurred_at AS DATE)::VARCHAR") == [("2025-10-08",)]


def test_without_a_title_or_beyond_its_period_the_row_goes_back(project):
    title = "北辰区2025年一季度生产安全事故统计表"
    project.accidents(row(1, "3月5日"), row(2, "2025-03-05"), name="a.csv", heading=HEADING)
    project.accidents(row(3, "4月5日"), row(4, "2月30日"), name="b.csv", heading=f"{title}\n{HEADING}")
    assert faults(project) == [(2, "day_without_year"), (3, "day_outside_title"), (4, "impossible_date")]


def test_only_the_day_of_the_record_is_of_the_titles_year(project):
    """A case of the fourth quarter may be reported in January of the next year."""
    title = "北辰区2025年四季度生产安全事故统计表"
    project.accidents(row(1, "12月30日", "1月4日"), heading=f"{title}\n{HEADING}")
    assert faults(project) == [(3, "day_without_year")]


@pytest.mark.parametrize(
    ("titles", "shown", "period"),
    [
        (["2025年 三季度事故"], "data/raw/a.xlsx", "2025年三季度"),
        (["２０２５年前三季度"], "a", "2025年前三季度"),
        (["2025年1—9月份情况"], "a", "2025年1-9月"),
        (["2025年上半年", "制表：2025-07-03"], "2025年.xlsx [2025年]", "2025年上半年"),
        (["2025年度台账"], "2026年报送/a.xlsx", "2025年度"),
        (["2025年一季度", "与2024年一季度比较"], "a", ""),
        (["2021—2025年台账"], "a", ""),
        (["2021年至2025年台账"], "a", ""),
        (["2025年一季度"], "2024年一季度.xlsx", ""),
        (["事故台账"], "2025年.xlsx", ""),
        (["制表日期：2026年1月5日"], "a", ""),
    ],
)
def test_a_title_names_a_period_only_where_it_leaves_no_doubt(titles, shown, period):
    assert period_in_titles([titles], shown) == period


@pytest.mark.parametrize(
    ("period", "inside", "outside"),
    [
        ("2025年二季度", (4, 6), (3, 7)),
        ("2025年第4季度", (10, 12), (9,)),
        ("2025年下半年", (7, 12), (6,)),
        ("2025年前三季度", (1, 9), (10,)),
        ("2025年1-2月", (1, 2), (3,)),
        ("2025年11月", (11,), (10, 12)),
        ("2025年", (1, 12), ()),
    ],
)
def test_a_month_is_held_against_the_period(period, inside, outside):
    for month in inside:
        assert with_year(f"{month}月1日", period) == f"2025年{month}月1日"
    for month in outside:
        with pytest.raises(Refused) as refused:
            with_year(f"{month}月1日", period)
        assert (refused.value.code, refused.value.rule) == ("day_outside_title", period)


def test_rows_that_go_back_carry_the_period_in_their_heading_and_come_back_by_it(project):
    (project.root / "anlan.toml").write_text("[build]\nmax_rejected_share = 0.9\n", encoding="utf-8")
    title = "北辰区2025年一季度生产安全事故统计表"
    project.accidents(row(1, "1月5日"), row(2, "13月5日"), heading=f"{title}\n{HEADING}")
    project.land()
    sent = project.root / "data/warehouse/rejected/accidents_q3.xlsx"
    book = openpyxl.load_workbook(sent)
    places = {cell.value: cell.column for cell in book.active[2]}
    book.active.cell(3, places["事故发生时间（2025年一季度）"]).value = "3月5日"
    book.save(project.root / "data/raw/accidents/mended.xlsx")
    landing = project.land()
    found = project.rows(landing, "accidents", "record_id, CAST(occurred_at AS DATE)::VARCHAR")
    assert sorted(found) == [("A-1", "2025-01-05"), ("A-2", "2025-03-05")]
