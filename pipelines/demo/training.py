"""Simulated training sessions and drills."""

from __future__ import annotations

from datetime import datetime, timedelta

from pipelines.demo.calendar import days_of
from pipelines.demo.draws import Draws
from pipelines.demo.scenario import Row, areas, by_report, of_year, places, scenario

_TOPICS = {
    "drill": (
        "危险化学品泄漏处置演练",
        "消防疏散演练",
        "防汛抢险演练",
        "有限空间救援演练",
        "地震应急疏散演练",
        "森林火灾扑救演练",
    ),
    "enterprise": ("主要负责人安全培训", "安全管理人员培训", "粉尘涉爆专题培训", "有限空间作业培训", "安全大讲堂"),
    "public": ("安全生产月宣传", "全国防灾减灾日宣传", "社区安全知识讲座", "校园安全课"),
    "first_aid": ("心肺复苏与自动体外除颤器使用", "初级救护员培训"),
    "new_employee": ("新上岗人员三级安全教育", "新增从业人员安全技能培训"),
    "volunteer": ("应急志愿者专业培训",),
}
_LETTERS = {
    "drill": "YL",
    "enterprise": "QY",
    "public": "XC",
    "first_aid": "JH",
    "new_employee": "XG",
    "volunteer": "ZY",
}


def training_reports(area: str, years: range) -> list[Row]:
    """Every report of every session of an area in those years, in order of report; sums as the scenario says."""
    rows: list[Row] = []
    for year in years:
        plan = scenario()["training"][area]
        for kind in _LETTERS:
            if kind in plan:
                rows += _sessions(area, year, kind, plan[kind], plan.get("new_employees"))
    return by_report(rows)


def _sessions(area: str, year: int, kind: str, line: dict, new_employees: list[int] | None) -> list[Row]:
    draws = Draws("training", kind, area, year)
    n = of_year(line["sessions"], year)
    people = draws.split(of_year(line["people"], year), n, spread=0.3, least=5)
    if "enterprises" in line:
        enterprises = draws.split(of_year(line["enterprises"], year), n, spread=0.2, least=1)
    else:
        enterprises = [
            draws.between(2, 30) if kind in ("enterprise", "new_employee") else draws.below(3) for _ in range(n)
        ]
    untrained = [0] * n
    if kind == "new_employee":
        trained = sum(people)
        untrained = draws.split(trained * 1000 // of_year(new_employees, year) - trained, n)
    rows = []
    prefix = areas()[area]["letters"]
    for number in range(n):
        held = draws.spin(days_of(year, "training"))
        days = draws.between(9, 33) if draws.chance(0.07) else draws.below(6)
        row = {
            "record_id": f"{prefix}-{_LETTERS[kind]}-{year}-{number + 1:04d}",
            "status": "reported",
            "region_code": draws.spin(places(area)),
            "reported_at": datetime(held.year, held.month, held.day, 16, draws.below(60)) + timedelta(days=days),
            "held_on": held,
            "training_kind_code": kind,
            "topic": f"{draws.pick(_TOPICS[kind])}（模拟）",
            "participants": people[number],
            "enterprises": enterprises[number],
            "due_new_employees": people[number] + untrained[number] if kind == "new_employee" else None,
            "trained_new_employees": people[number] if kind == "new_employee" else None,
            "certified": people[number] * draws.between(72, 94) // 100 if kind == "first_aid" else None,
        }
        if draws.chance(0.01):
            rows.append(row | {"participants": row["participants"] + draws.between(1, 4)})
            rows.append(
                row | {"status": "revised", "reported_at": row["reported_at"] + timedelta(days=draws.between(2, 20))}
            )
        else:
            rows.append(row)
    return rows
