import datetime
import json

import pytest

from dashboard import frame
from dashboard.address import Place
from dashboard.components import grid, plan_parts
from pipelines.plans.lint import RULES
from pipelines.texts import in_language
from tests.dashboard.conftest import words

DAY = datetime.date

TIANJIN, BINHAI, DISTRICT = "120000", "120116", "120113"


def a_target(plan, indicator="deaths", **more):
    row = {
        "plan_id": plan,
        "target_id": "1",
        "indicator_id": indicator,
        "indicator_name_zh": "死亡率 <b>",
        "indicator_name_en": "Rate",
        "kind": "end_value",
        "operator": "<=",
        "target_value": 1.2,
        "display_factor": 1,
        "display_decimals": 2,
        "display_unit": "人/十万人",
        "value_now": 1.16,
        "value_year": 2023,
        "is_provisional": False,
        "verdict": "likely",
        "reason_facts": None,
    }
    return {**row, **more}


PLANS = [{"plan_id": "city", "region_code": TIANJIN}, {"plan_id": "low", "region_code": DISTRICT}]


def side(rows, less=None):
    found = plan_parts.by_indicator(rows)
    return plan_parts.side_by_side(found, PLANS, {"city": "天津市", "low": "北辰区"}, less or {}, Place(plan="city"))


def test_each_cell_has_target_value_and_verdict_and_leads_to_its_own_plan():
    text = side([a_target("city"), a_target("low", target_value=1.7, value_now=None)])
    assert "≤ 1.2 人/十万人" in text and "2023 年 1.16 人/十万人" in text and "有望完成" in text
    assert "plan=low&amp;target=1" in text
    assert "尚未报送" in text, "what is missing is said in words"
    assert "死亡率 &lt;b&gt;" in text


def test_a_district_that_asks_less_is_marked_with_the_sentence_of_the_lint():
    rows = [a_target("city"), a_target("low", target_value=1.7)]
    assert "低于上级要求" not in side(rows)
    text = side(rows, {("low", "1"): "要求 1.7，低于 1.2"})
    assert text.count("▽ 低于上级要求") == 1 and 'title="要求 1.7，低于 1.2"' in text


def test_an_inherited_target_with_nothing_above_it_is_not_set():
    assert plan_parts.demand(a_target("low", kind="inherited", target_value=None)) == "目标未定"
    assert plan_parts.demand(a_target("low", kind="inherited")) == "≤ 1.2 人/十万人"


def test_rates_side_by_side_stand_in_the_unit_of_the_first():
    low = a_target("low", value_now=0.5, display_factor=100, display_decimals=0, display_unit="人/千万人")
    text = side([a_target("city"), low])
    assert "2023 年 0.50 人/十万人" in text and "人/千万人" not in text


def test_the_value_of_a_demand_on_each_region_is_never_the_citys_total():
    behind = {"furthest": "120106", "operator": ">=", "region_names": {"120106": {"zh": "红桥区", "en": "Hongqiao"}}}
    row = a_target("city", kind="period_total", operator=">=", value_now=0.0, reason_facts=json.dumps(behind))
    assert "红桥区（最低）0.00" in side([row])


def test_a_total_is_not_taken_for_the_value_of_one_year():
    assert "至 2023 年累计 48.00" in side([a_target("city", kind="period_total", value_now=48.0)])


def test_indicators_that_most_plans_name_come_first():
    rows = [a_target("city", "lone"), a_target("city"), a_target("low")]
    assert list(plan_parts.by_indicator(rows)) == ["deaths", "lone"]


def test_plans_of_one_city_stand_together_whether_they_name_it_or_not():
    regions = [
        {"region_code": TIANJIN, "parent_code": "000000"},
        {"region_code": DISTRICT, "parent_code": TIANJIN},
        {"region_code": BINHAI, "parent_code": TIANJIN},
        {"region_code": "110109", "parent_code": "110000"},
    ]
    plans = [{"plan_id": code, "region_code": code} for code in (TIANJIN, "110109", DISTRICT, BINHAI)]
    ordered = [plan["plan_id"] for plan in plan_parts.in_families(plans, regions)]
    assert ordered == [TIANJIN, DISTRICT, BINHAI, "110109"]


def test_every_rule_of_the_lint_has_a_group_of_its_own_words():
    import inspect
    import re

    source = "".join(inspect.getsource(rule) for rule in RULES)
    codes = set(re.findall(r'doubt\(\s*"(\w+)"', source)) | {"mean_disagrees"}
    assert len(codes) > 12
    assert {code for code in codes if plan_parts.group_of(code) == "other"} == set()


def test_coverage_says_why_a_year_has_no_value_and_who_sent_the_rest():
    years = {
        "1": [
            {"year": 2021, "value": 1.5, "is_final": True, "missing_reason": None},
            {"year": 2022, "value": None, "is_final": False, "missing_reason": "not_reported"},
        ]
    }
    behind = {
        "1": [
            {"role": "numerator", "kind": "accidents", "measure": "work_deaths", "sources": ["应急局"]},
            {"role": "denominator", "kind": "statistics", "measure": "gdp", "sources": []},
        ]
    }
    names = {"work_deaths": {"name_zh": "死亡人数"}, "gdp": {"name_zh": "地区生产总值"}}
    rows = [a_target("city", name_zh="目标一", name_en="One")]
    text = plan_parts.coverage(rows, years, behind, names, range(2021, 2024), 2023, Place(plan="city"))
    assert "1.50 <small>●" in text and "尚未报送" in text and "本年未结束" in text
    assert "分子：死亡人数（生产安全事故）· 应急局" in text and "无人报送" in text
    assert plan_parts.covered(rows, years, 2021) == 1 and plan_parts.covered(rows, years, 2022) == 0


def test_a_link_carries_the_whole_place_and_is_escaped():
    place = Place(plan="city", lang="en", filters={"part": "side"})
    assert grid.link("indicator", place, "<x>", target="1") == (
        '<a href="indicator?plan=city&amp;target=1&amp;lang=en&amp;part=side" target="_self">&lt;x&gt;</a>'
    )


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("part", ["side", "inheritance", "doubts", "coverage", "nonsense"])
def test_every_part_opens_from_its_address(open_page, office, part, language):
    at = open_page(office, "plans", part=part, lang=language)
    assert not at.exception
    assert ("没有存疑" if language == "zh" else "No doubts") in words(at) if part == "doubts" else "a-wall" in words(at)


def test_choosing_a_part_writes_it_into_the_address(open_page, office):
    at = open_page(office, "plans")
    at.segmented_control(key="pick_part").set_value("coverage").run()
    assert not at.exception
    assert at.query_params["part"] == "coverage"
    assert "分子" in words(at) and "15 项目标中" in words(at)


def plan_of(plan_id, region, start, newest, parent=None):
    return {
        "plan_id": plan_id, "region_code": region, "parent_plan_id": parent, "period_start": DAY(start, 1, 1),
        "period_end": DAY(start + 4, 12, 31), "newest_as_of": newest,
    }  # fmt: skip


def test_two_plans_of_one_region_are_told_apart_by_their_years_and_the_running_one_comes_first():
    old = plan_of("city", "120000", 2021, DAY(2024, 9, 30))
    draft = plan_of("city_next", "120000", 2026, DAY(2024, 9, 30))
    district = plan_of("district", "120113", 2021, DAY(2024, 9, 30), "city")
    with in_language("zh"):
        names = plan_parts.short_names([draft, old, district], {"120000": "天津市", "120113": "北辰区"})
    assert names == {"city": "天津市（2021—2025）", "city_next": "天津市（2026—2030）", "district": "北辰区"}
    assert [row["plan_id"] for row in frame._ordered([draft, district, old])] == ["city", "city_next", "district"]
    named = frame._ordered([draft, district, old], [district["region_code"]])
    assert [row["plan_id"] for row in named] == ["district", "city", "city_next"]  # `[office] regions` opens on its own


def test_a_plan_above_that_one_may_not_see_is_no_plan_that_is_not_there():
    plan = {**plan_of("district", "120113", 2021, DAY(2024, 9, 30), "city"), "title_zh": "甲", "title_en": "A"}
    row = {"plan_id": "district", "target_id": "t", "from_plan_id": None, "from_target_id": None}
    with in_language("zh"):
        hidden = plan_parts.inheritance([plan], [row], {("district", "t"): "目标"}, Place(plan="district"))
        alone = plan_parts.inheritance(
            [{**plan, "parent_plan_id": None}], [row], {("district", "t"): "目标"}, Place(plan="district")
        )
    assert hidden.count("无权查看") == 2 and "目标未定" not in hidden
    assert "目标未定" in alone and "无权查看" not in alone
