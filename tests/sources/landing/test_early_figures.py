"""A figure that is reported before its period is over is nobody's result."""

from datetime import date

import pytest

from pipelines.errors import PipelineError
from pipelines.sources import land_table

HEADING = "地区,指标,时期,数值,单位,报告时间"
EARLY = [
    "北辰区,灾害预警信息公众覆盖率,2025年,100,%,2025-02-01",
    "北辰区,GDP,2024年前三季度,900,亿元,2024-09-29 18:00",
    "北辰区,常住人口,2024-12-31,91,万人,2024-12-30",
]
SOUND = [
    "北辰区,灾害预警信息公众覆盖率,2024年,98,%,2024-12-31",
    "北辰区,常住人口,2024-12-20,90,万人,2024-12-20",
    "北辰区,死亡人数控制指标,2026年,29,人,2026-01-05",
    "北辰区,第一次自然灾害综合风险普查完成,2026年,是,,2026-06-30",
    "北辰区,灾害预警信息公众覆盖率,2023年,97,%,",
]


@pytest.mark.parametrize("limit", [land_table.FEW, 0], ids=["in Python", "in SQL"])
def test_a_figure_reported_before_its_period_is_over_is_held_back(land, tmp_path, monkeypatch, limit):
    monkeypatch.setattr(land_table, "FEW", limit)
    path = tmp_path / "s.csv"
    path.write_text("\n".join([HEADING, *EARLY, *SOUND]), encoding="utf-8")
    landed = land(path, "statistics", received_on=date(2026, 7, 1))
    assert landed.reasons() == [
        (2, "not_over", "period", "2025年"),
        (3, "not_over", "period", "2024年前三季度"),
        (4, "not_over", "period", "2024-12-31"),
    ]
    assert landed.accepted("count(*)") == [(len(SOUND),)]


def test_without_a_time_of_report_the_day_of_receipt_decides(project):
    heading = "地区,指标,时期,数值,单位\n北辰区,灾害预警信息公众覆盖率"
    project.write("raw/statistics/s.csv", f"{heading},2024年,100,%\n")
    with pytest.raises(PipelineError) as caught:
        project.land(date(2024, 6, 30))
    assert '"2024年"  was not over when it was reported (2024-06-30)' in caught.value.tell("en")
    project.write("raw/statistics/s.csv", f"{heading},2023年,100,%\n")
    assert project.rows(project.land(date(2024, 6, 30)), "statistics", "value") == [(1.0,)]
