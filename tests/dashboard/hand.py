"""A small office by hand: records of Tianjin, and an assessment whose every number is in sight."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

from pipelines import publish
from pipelines.build import make
from pipelines.settings import Settings
from tests.rows import landed_inputs

AS_OF = datetime.date(2024, 9, 30)
BEFORE = datetime.date(2024, 6, 30)

ASSESSED = {
    "assess_plans": "plan_id VARCHAR, title_zh VARCHAR, title_en VARCHAR, region_code VARCHAR, parent_plan_id VARCHAR, "
    "period_start DATE, period_end DATE, baseline_year INTEGER, is_synthetic BOOLEAN, newest_as_of DATE",
    "assess_targets": 'plan_id VARCHAR, target_id VARCHAR, "order" INTEGER, name_zh VARCHAR, name_en VARCHAR, '
    "indicator_id VARCHAR, kind VARCHAR, operator VARCHAR, value DOUBLE, display_unit VARCHAR, nature VARCHAR, "
    "due_year INTEGER, clause VARCHAR, quote VARCHAR, doubts VARCHAR, section VARCHAR, category VARCHAR, "
    "ledger_row VARCHAR",
    "assess_indicators": "indicator_id VARCHAR, name_zh VARCHAR, name_en VARCHAR, unit VARCHAR, display_factor DOUBLE, "
    "display_decimals INTEGER, form VARCHAR, better VARCHAR, formula_zh VARCHAR, formula_en VARCHAR, explain VARCHAR",
    "assess_as_of_dates": "plan_id VARCHAR, as_of_on DATE, is_newest BOOLEAN, is_quarter_end BOOLEAN",
    "assess_assessments": "plan_id VARCHAR, target_id VARCHAR, as_of_on DATE, value_now DOUBLE, value_year INTEGER, "
    "is_provisional BOOLEAN, baseline_value DOUBLE, baseline_printed DOUBLE, target_value DOUBLE, required_now DOUBLE, "
    "pace_share DOUBLE, elapsed_share DOUBLE, required_rate DOUBLE, room DOUBLE, year_to_date DOUBLE, "
    "year_to_date_before DOUBLE, rolling_four_quarters DOUBLE, verdict VARCHAR, verdict_reason_code VARCHAR, "
    "reason_facts VARCHAR, flags VARCHAR",
    "assess_years": "plan_id VARCHAR, target_id VARCHAR, as_of_on DATE, year INTEGER, value DOUBLE, numerator DOUBLE, "
    "denominator DOUBLE, is_final BOOLEAN, is_complete BOOLEAN, missing_reason VARCHAR",
    "assess_path": "plan_id VARCHAR, target_id VARCHAR, as_of_on DATE, year INTEGER, required DOUBLE",
    "assess_contributions": "plan_id VARCHAR, target_id VARCHAR, as_of_on DATE, from_year INTEGER, to_year INTEGER, "
    "part VARCHAR, amount DOUBLE",
    "assess_control_figures": "plan_id VARCHAR, as_of_on DATE, measure VARCHAR, year INTEGER, region_code VARCHAR, "
    "sector_code VARCHAR, used DOUBLE, figure DOUBLE, used_share DOUBLE, elapsed_share DOUBLE, "
    "expected_late BIGINT, is_over_pace BOOLEAN",
}

# target, name, unit, factor, decimals, kind, operator, bound, nature, baseline, values of 2019-2023, verdict, pace
TIANJIN = [
    ("t1", "亿元国内生产总值生产安全事故死亡率", "人/亿元", 1, 4, "reduction", "<=", 0.0292, "binding", 0.0436,
     (0.049, 0.0436, 0.041, 0.0365, 0.0337), "undecided", 0.69),
    ("t2", "工矿商贸就业人员十万人生产安全事故死亡率", "人/十万人", 1, 2, "end_value", "<=", 1.2, "binding", 1.9,
     (2.1, 1.9, 1.7, 1.3, 1.16), "undecided", 1.06),
    ("t3", "年均因自然灾害直接经济损失占地区生产总值的比例", "%", 100, 3, "period_mean", "<", 0.01, "anticipatory",
     0.000256, (0.0002, 0.0003, 0.00031, 0.0002, 0.0009), "secured", None),
    ("t4", "年均每百万人口因自然灾害死亡率", "人/百万人", 1, 2, "period_mean", "<", 1, "anticipatory", 0.0,
     (0.0, 0.0, 0.07, 0.0, 0.14), "secured", None),
    ("t5", "年均每十万人受灾人次", "人次/十万人", 1, 0, "period_mean", "<", 15000, "anticipatory", None,
     (1100.0, 1310.0, 1240.0, 900.0, 12100.0), "secured", None),
    ("t6", "区级以上应急管理部门装备达标率", "%", 100, 1, "end_value", ">=", 0.8, "anticipatory", 0.5,
     (0.45, 0.5, 0.61, 0.7, 0.78), "undecided", 0.93),
    ("t7", "灾害事故信息发布公众覆盖率", "%", 100, 1, "end_value", ">=", 0.95, "anticipatory", 0.8,
     (0.78, 0.8, 0.86, 0.92, 0.946), "undecided", 0.97),
    ("t8", "灾害事故发生后受灾人员基本生活得到有效救助时间", "小时", 1, 1, "events", "<=", 10, "anticipatory", None,
     (13.0, 12.0, 9.5, 8.2, 11.5), "undecided", None),
    ("t9", "消防救援人员（国家综合性消防人员、政府专职消防人员）占全市总人口的比例", "‰", 1000, 3, "end_value", ">=",
     0.0004, "anticipatory", 0.0003, (0.00028, 0.0003, 0.00033, 0.00036, 0.000376), "undecided", 0.76),
    ("t10", "航空应急力量到达重大灾害事故风险地域时间", "小时", 1, 1, "events", "<=", 2, "anticipatory", None,
     (None, None, None, None, None), "no_data", None),
    ("t11", "区级以上应急管理机构专业人才占比", "%", 100, 1, "end_value", ">", 0.6, "anticipatory", 0.45,
     (0.42, 0.45, 0.5, 0.54, 0.578), "undecided", 0.85),
    ("t12", "新增全国综合减灾示范社区", "个", 1, 0, "period_total", ">=", 70, "anticipatory", None,
     (None, None, 15.0, 18.0, 19.0), "undecided", 0.74),
    ("t13", "重点行业规模以上企业新增从业人员安全技能培训率", "%", 100, 1, "end_value", ">=", 1.0, "anticipatory", 0.75,
     (0.72, 0.75, 0.81, 0.88, 0.914), "undecided", 0.66),
    ("m1", "重特大生产安全事故", "起", 1, 0, "monitored", None, None, "monitored", None,
     (1.0, 0.0, 0.0, 0.0, 0.0), "watched", None),
    ("s1", "人均避难场所面积 <b>&", "平方米", 1, 2, "end_value", ">=", 1.5, "task", 1.0,
     (0.9, 1.0, 1.1, 1.2, 1.3), "undecided", 0.6),
]  # fmt: skip

FILES = {
    "2023.csv": {"received_on": "2024-01-10", "is_history": True, "is_synthetic": True},
    "=2024,三季度.csv": {"received_on": "2024-10-08", "is_history": True, "is_synthetic": True},
    "inspections.csv": {"received_on": "2024-04-02", "is_history": True, "is_synthetic": True},
}
ACCIDENTS = [
    {"file": "2023.csv", "record_id": "=1+1", "region_code": "120113", "occurred_at": "2023-03-04 05:06:00",
     "deaths": 2, "direct_loss_fen": 123_456_00, "sector_code": "road_traffic"},
    {"file": "2023.csv", "record_id": "A-2", "region_code": "120116403", "occurred_at": "2023-08-01 09:00:00",
     "deaths": 1},
    {"file": "=2024,三季度.csv", "record_id": "A-3", "region_code": "120113", "occurred_at": "2024-08-02 09:00:00",
     "deaths": 1, "enterprise": "<b>某公司</b>"},
]  # fmt: skip


def assess(engine, settings, progress) -> None:
    """Write the assessment of one plan as of two quarter-ends; a build's step."""
    con = engine.connection
    for table, columns in ASSESSED.items():
        con.execute(f"CREATE TABLE {table} ({columns})")

    def put(table: str, *values: object) -> None:
        con.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)

    start, end = datetime.date(2021, 1, 1), datetime.date(2025, 12, 31)
    title = ("天津市应急管理“十四五”规划", "Tianjin emergency management, 14th five-year plan")
    put("assess_plans", "tianjin", *title, "120000", None, start, end, 2020, True, AS_OF)
    for day in (BEFORE, AS_OF):
        put("assess_as_of_dates", "tianjin", day, day == AS_OF, True)
    put("assess_control_figures", "tianjin", AS_OF, "work_deaths", 2024, "120000", "", 340, 480, 0.708, 0.75, 0, False)
    for order, row in enumerate(TIANJIN, 1):
        _put_target(put, order, *row)
    for part, amount in (("numerator", -0.0046), ("denominator", -0.0053), ("sector:road_traffic", -0.0046)):
        put("assess_contributions", "tianjin", "t1", AS_OF, 2020, 2023, part, amount)


def _put_target(put, order, name, title, unit, factor, decimals, kind, sign, goal, nature, base, values, verdict, pace):
    better = "higher" if sign in (">", ">=") else "lower"
    indicator = "work_deaths_per_100m_yuan_gdp" if name == "t1" else f"i_{name}"
    explain = {"what": {"zh": "含义文字", "en": "what it is"}, "how_we_compute": {"zh": "计算文字", "en": "how"}}
    form = "worst_event" if kind == "events" else "ratio"
    put("assess_indicators", indicator, title, f"Indicator {name}", unit, factor, decimals, form, better,
        "分子 ÷ 分母", "numerator / denominator", json.dumps(explain))  # fmt: skip
    doubt = [{"code": "percent_or_permille", "zh": "单位可能为‰", "en": "probably per mille"}]
    put("assess_targets", "tianjin", name, order, title, f"Target {name}", indicator, kind, sign,
        None if goal is None else goal * factor, unit, nature, 2025, "三（三）", "≤1.2",
        json.dumps(doubt if name == "t9" else []), "三（三）", "safety", name)  # fmt: skip
    for day in (BEFORE, AS_OF):
        now = values[-1] if day == AS_OF else values[-2]
        required = None if base is None or pace is None else base + (goal - base) * 0.6
        was = "needs_effort" if name == "t2" and day == BEFORE else verdict
        flags = json.dumps(["target_is_loose"] if name == "t3" else [])
        put("assess_assessments", "tianjin", name, day, now, None if now is None else 2023, name == "t1", base, base,
            goal, required, pace, 0.75, None, None, None, None, None, was, None, None, flags)  # fmt: skip
        for year, value in zip(range(2019, 2024), values, strict=True):
            reason = "not_tested" if value is None else None
            put("assess_years", "tianjin", name, day, year, value, value, 1.0, year < 2023, True, reason)
        for year in range(2020, 2026) if required is not None else ():
            put("assess_path", "tianjin", name, day, year, base + (goal - base) * (year - 2020) / 5)


def publish_office(root: Path) -> Settings:
    """Build and publish the records and the assessment below a folder."""
    settings = Settings(root=root)
    owed = {"kind": "inspections", "region_code": "120113", "period_start": "2024-07-01", "period_end": "2024-09-30"}
    inputs = landed_inputs(
        root / "landed",
        files=FILES,
        accidents=ACCIDENTS,
        inspections=[{"inspected_on": "2024-03-10", "hazards_found": 4, "hazards_rectified": 3}],
        reporting_calendar=[{**owed, "due_on": "2024-09-30"}],
        plans={"tianjin": "120000"},
    )
    with publish.writer(settings) as folder:
        make(settings, folder, inputs, assess=assess)
    return settings
