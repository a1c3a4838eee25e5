"""A statistic beyond what it can be at all is a slip of the unit, and goes back to its sender."""

import pytest

from pipelines.errors import PipelineError

HEADING = "地区,指标,时期,数值,单位,报告时间"
SOUND = [
    "北辰区,常住人口,2023年,90,万人,2024-02-01",
    "北辰区,GDP,2023年,1300,亿元,2024-02-01",
    "北辰区,风险等级,2023年,2,级,2024-02-01",
]
SLIPS = [
    "北辰区,常住人口,2022年,900000,万人,2023-02-01",
    "北辰区,GDP,2022年,1300,元,2023-02-01",
    "北辰区,风险等级,2022年,5,级,2023-02-01",
]


def statistics(project, *rows):
    project.write("raw/statistics/s.csv", "\n".join([HEADING, *rows, ""]))
    return project.land()


def test_figures_beyond_their_bounds_go_back_with_the_bound_and_where_it_stands(project):
    with pytest.raises(PipelineError) as caught:
        statistics(project, *SOUND, *SLIPS)
    told = caught.value.tell("en")
    assert '"900000 万人"  must be 200,000 万人 (data/codes/statistics_bounds.csv) or less' in told
    assert '"1300 元"  must be 0.0001 亿元 (data/codes/statistics_bounds.csv) or more' in told
    assert '"5 级"  must be 4 级 (data/codes/statistics_bounds.csv) or less' in told
    assert len(project.rows(statistics(project, *SOUND), "statistics", "value")) == len(SOUND)


def test_an_office_without_the_file_has_no_bounds(project):
    (project.root / "data/codes/statistics_bounds.csv").unlink()
    assert len(project.rows(statistics(project, *SLIPS), "statistics", "value")) == len(SLIPS)


@pytest.mark.parametrize(
    ("line", "column"),
    [("gpd,0,1,亿元", "measure"), ("gdp,0,much,亿元", "highest"), ("gdp,nan,1,亿元", "lowest"), ("gdp,0,1,人", "unit")],
)
def test_a_bound_that_means_nothing_is_told_with_its_line(project, line, column):
    (project.root / "data/codes/statistics_bounds.csv").write_text(f"measure,lowest,highest,unit\n{line}\n", "utf-8")
    with pytest.raises(PipelineError) as caught:
        statistics(project, *SOUND)
    told = caught.value.tell("en")
    assert "data/codes/statistics_bounds.csv" in told and f"in line 2, {column} " in told
