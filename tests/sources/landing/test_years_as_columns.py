"""A yearbook's table, with its years in columns, lands figure by figure; each leads back to its line and its column."""

import pytest

from tests.sources.books import save_book

ROWS = [
    ["地区", "指标", "单位", "2019年", "2020", "2021年1-9月"],
    ["天津市", "地区生产总值", "亿元", "14055.5", "14008", ""],
    ["北辰区", "常住人口", "万人", "90.5", "-", "91.2"],
    ["合计", "", "", "1", "2", "3"],
    ["注：2020年为普查数", "", "", "", "", ""],
]
LANDED = [
    ("120000", "gdp", "2019-01-01", "2019-12-31", "year", 1405550000000.0 * 100, 2, "2019年"),
    ("120000", "gdp", "2020-01-01", "2020-12-31", "year", 1400800000000.0 * 100, 2, "2020"),
    ("120113", "population", "2019-01-01", "2019-12-31", "year", 905000.0, 3, "2019年"),
    ("120113", "population", "2021-01-01", "2021-09-30", "quarter_ytd", 912000.0, 3, "2021年1-9月"),
]
SPAN = "CAST(period_start AS VARCHAR), CAST(period_end AS VARCHAR)"
ASKED = f"region_code, measure, {SPAN}, frequency, value, line_number, quote"


def as_csv(project, rows):
    return project.write("raw/statistics/年鉴.csv", "\n".join(map(",".join, rows)) + "\n")


def as_workbook(project, rows):
    title = ["主要指标", *[None] * (len(rows[0]) - 1)]
    return save_book(project.root / "data/raw/statistics/年鉴.xlsx", ("表1", [title, *rows]))


@pytest.mark.parametrize(("save", "above"), [(as_csv, 0), (as_workbook, 1)])
def test_each_figure_lands_under_the_period_of_its_column(project, save, above):
    save(project, ROWS)
    landing = project.land()
    found = project.rows(landing, "statistics", ASKED)
    assert [(*row[:6], row[6] - above, row[7]) for row in found] == LANDED
    assert (landing.files[0]["accepted"], landing.files[0]["rejected"]) == (4, 0)
    assert "rows that add up others are no records (1)" in landing.warnings[0]


def test_a_large_csv_lands_as_a_small_one(project, monkeypatch):
    monkeypatch.setattr("pipelines.sources.readers.csv_file.SMALL", 0)
    monkeypatch.setattr("pipelines.sources.land_table.FEW", 0)
    as_csv(project, ROWS)
    assert project.rows(project.land(), "statistics", ASKED) == LANDED


def test_a_figure_that_is_none_goes_back_with_its_own_line_and_period(project):
    as_csv(project, [*ROWS[:2], ["北辰区", "常住人口", "万人", "90.5", "约九十", "91.2"]])
    told = project.land(stop=False).errors[0].tell("en")
    assert "1 of 5 rows" in told and 'row 3  数值 "约九十' in told


def test_a_unit_in_the_headings_of_the_years_is_that_of_the_figures(project):
    rows = [["地区", "指标", "2019年（亿元）", "2020年（亿元）"], ["天津市", "GDP", "14055.5", "14008"]]
    as_csv(project, rows)
    assert [row[5] for row in project.rows(project.land(), "statistics", ASKED)] == [row[5] for row in LANDED[:2]]
