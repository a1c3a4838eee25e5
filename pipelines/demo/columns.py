"""The columns of the simulated files: which field, its heading in either language, and what kind of value it is."""

from __future__ import annotations

from typing import NamedTuple


class Column(NamedTuple):
    """One column; `kind` says how its values are written.

    The kinds are text, code:<list>, integer, number, money, date, time, yes_no and period.
    """

    field: str
    zh: str
    en: str
    kind: str


_STATUS = Column("status", "状态", "status", "code:statuses")
_REGION = Column("region_code", "行政区划代码", "region_code", "text")
_REPORTED = Column("reported_at", "报告时间", "reported_at", "time")

COLUMNS: dict[str, tuple[Column, ...]] = {
    "accidents": (
        Column("record_id", "事故编号", "accident_id", "text"),
        _STATUS,
        _REGION,
        Column("occurred_at", "发生时间", "occurred_at", "time"),
        _REPORTED,
        Column("sector_code", "行业领域", "sector", "code:sectors"),
        Column("industry_code", "国民经济行业门类", "industry_section", "code:industries"),
        Column("type_code", "事故类型", "accident_type", "code:accident_types"),
        Column("deaths", "死亡人数", "deaths", "integer"),
        Column("missing", "失踪人数", "missing", "integer"),
        Column("serious_injuries", "重伤人数", "serious_injuries", "integer"),
        Column("minor_injuries", "轻伤人数", "minor_injuries", "integer"),
        Column("direct_loss_fen", "直接经济损失", "direct_loss", "money"),
        Column("counts_as_work_safety", "是否生产安全事故", "counts_as_work_safety", "yes_no"),
        Column("enterprise", "单位名称", "enterprise", "text"),
        Column("cause_code", "事故原因", "cause", "code:causes"),
        Column("official_grade_code", "事故等级", "official_grade", "code:accident_grades"),
        Column("description", "事故简况", "description", "text"),
    ),
    "disasters": (
        Column("record_id", "灾情编号", "event_id", "text"),
        _STATUS,
        _REGION,
        Column("hazard_code", "灾害种类", "hazard", "code:hazards"),
        Column("started_on", "灾害开始日期", "started_on", "date"),
        Column("ended_on", "灾害结束日期", "ended_on", "date"),
        _REPORTED,
        Column("affected_person_times", "受灾人次", "affected_person_times", "integer"),
        Column("deaths", "因灾死亡人口", "deaths", "integer"),
        Column("missing", "因灾失踪人口", "missing", "integer"),
        Column("relocated", "紧急转移安置人次", "relocated", "integer"),
        Column("houses_collapsed", "倒塌房屋间数", "houses_collapsed", "integer"),
        Column("houses_damaged", "损坏房屋间数", "houses_damaged", "integer"),
        Column("crop_area_ha", "农作物受灾面积", "crop_area_ha", "number"),
        Column("direct_loss_fen", "直接经济损失", "direct_loss", "money"),
        Column("housing_loss_fen", "房屋损失", "housing_loss", "money"),
        Column("agriculture_loss_fen", "农业损失", "agriculture_loss", "money"),
        Column("industry_loss_fen", "工矿企业损失", "industry_loss", "money"),
        Column("infrastructure_loss_fen", "基础设施损失", "infrastructure_loss", "money"),
        Column("public_service_loss_fen", "公益设施损失", "public_service_loss", "money"),
        Column("other_loss_fen", "其他损失", "other_loss", "money"),
        Column("hours_to_first_supplies", "首批救灾物资到达时长", "hours_to_first_supplies", "number"),
        Column("hours_to_basic_relief", "基本生活救助时间", "hours_to_basic_relief", "number"),
        Column("warning_delay_seconds", "预警发布时延", "warning_delay_seconds", "number"),
    ),
    "inspections": (
        Column("record_id", "检查编号", "inspection_id", "text"),
        _STATUS,
        _REGION,
        Column("inspected_on", "检查日期", "inspected_on", "date"),
        _REPORTED,
        Column("enterprise", "被检查单位", "enterprise", "text"),
        Column("sector_code", "行业领域", "sector", "code:sectors"),
        Column("inspection_kind_code", "检查类型", "inspection_kind", "code:inspection_kinds"),
        Column("inspectors", "检查人数", "inspectors", "integer"),
        Column("hazards_found", "发现隐患数", "hazards_found", "integer"),
        Column("hazards_rectified", "已整改隐患数", "hazards_rectified", "integer"),
        Column("major_hazards", "重大隐患数", "major_hazards", "integer"),
        Column("major_due_on", "重大隐患整改期限", "major_due_on", "date"),
        Column("major_rectified_on", "重大隐患整改完成日期", "major_rectified_on", "date"),
        Column("orders_issued", "下达执法文书数", "orders_issued", "integer"),
        Column("cases_opened", "立案数", "cases_opened", "integer"),
        Column("fine_fen", "罚款金额", "fine", "money"),
        Column("enterprise_called_in", "是否约谈", "enterprise_called_in", "yes_no"),
    ),
    "training": (
        Column("record_id", "培训编号", "session_id", "text"),
        _STATUS,
        _REGION,
        Column("held_on", "培训日期", "held_on", "date"),
        _REPORTED,
        Column("training_kind_code", "培训类型", "training_kind", "code:training_kinds"),
        Column("topic", "培训主题", "topic", "text"),
        Column("participants", "参加人数", "participants", "integer"),
        Column("enterprises", "参加企业数", "enterprises", "integer"),
        Column("due_new_employees", "应训新员工数", "due_new_employees", "integer"),
        Column("trained_new_employees", "已训新员工数", "trained_new_employees", "integer"),
        Column("certified", "取证人数", "certified", "integer"),
    ),
    "statistics": (
        _STATUS,
        _REGION,
        Column("measure", "指标名称", "measure", "code:statistics_measures"),
        Column("sector_code", "行业领域", "sector", "code:sectors"),
        Column("period", "统计期", "period", "period"),
        Column("value", "数值", "value", "text"),
        Column("unit", "单位", "unit", "text"),
        Column("vintage", "数据版本", "vintage", "text"),
        Column("rounding", "精度", "rounding", "code:roundings"),
        _REPORTED,
    ),
}

# The date of the event itself, by kind; a zero return carries the first day of its period there.
EVENT_DATE = {
    "accidents": "occurred_at",
    "disasters": "started_on",
    "inspections": "inspected_on",
    "training": "held_on",
}
