"""Headings: found under title lines, matched with their units, and what is said when one is missing or stands twice."""

import pytest

from pipelines.errors import PipelineError
from pipelines.sources.contract import load_contract
from pipelines.sources.headings import HeadingRow, find_heading, label, match_headings, nearest
from pipelines.texts import in_language

HEADINGS = ["事故编号", "区划代码", "发生时间", "行业领域", "死亡人数"]


@pytest.fixture
def accidents():
    """The contract of accidents."""
    return load_contract("accidents")


def knows(contract):
    return lambda cell: contract.match(cell).use in ("field", "name", "dropped")


def row(*cells):
    return HeadingRow(0, 0, list(cells), [None] * len(cells), len(cells))


def test_the_row_with_most_known_headings_wins_wherever_it_stands(accidents):
    rows = [
        ["2024年死亡人数"],
        ["死亡人数", "上年", ""],
        [*HEADINGS, "备注"],
        ["A-1", "110109", "2024-01-05", "火灾", "1"],
    ]
    found = find_heading(rows, knows(accidents))
    assert (found.first, found.last, found.matches) == (2, 2, 5)


def test_a_table_of_no_known_headings_has_none(accidents):
    assert find_heading([["x", "y"], ["1", "2"]], knows(accidents)) is None
    assert find_heading([], knows(accidents)) is None


def test_two_rows_make_a_heading_where_the_groups_alone_mean_nothing():
    contract = load_contract("disasters")
    rows = [
        ["灾情编号", "受灾区域", "灾种", "开始日期", "损失（万元）", "", ""],
        ["", "", "", "", "房屋损失", "农业损失", "其他损失"],
        ["D-1", "110109", "洪涝", "2024-07-01", "1", "2", "3"],
    ]
    found = find_heading(rows, knows(contract))
    assert (found.first, found.last) == (0, 1)
    assert found.cells == ["灾情编号", "受灾区域", "灾种", "开始日期", "房屋损失", "农业损失", "其他损失"]
    units = match_headings(contract, found, "x").heading_units
    assert units == {"housing_loss_fen": "万元", "agriculture_loss_fen": "万元", "other_loss_fen": "万元"}


@pytest.mark.parametrize(
    "written",
    ["死亡人数", " 死亡 人数", "死亡\n人数", "死亡人数（人）", "死亡人数(人)*", "死亡人数︵人︶", "deaths", "Deaths"],
)
def test_a_heading_is_known_however_it_is_set(accidents, written):
    assert match_headings(accidents, row(*HEADINGS[:4], written), "x").columns["deaths"] == "c4"


def test_all_that_is_wrong_with_a_heading_is_said_at_once(accidents):
    with in_language("en"), pytest.raises(PipelineError) as caught:
        match_headings(accidents, row("事故编号", "编号", "死亡人数", "死亡"), "a.csv")
    assert caught.value.code == "duplicate_headings"
    assert caught.value.rows == ('accident id (record_id): "事故编号", "编号"', 'deaths: "死亡人数", "死亡"')
    with in_language("en"), pytest.raises(PipelineError) as caught:
        match_headings(accidents, row("事故编号", "发生时刻", "行业领域"), "a.csv")
    assert caught.value.facts["fields"] == ["region_code", "occurred_at", "deaths"]
    assert 'nearest heading found: "发生时刻"' in caught.value.rows[1]


def test_a_region_may_be_given_by_its_names(accidents):
    found = match_headings(accidents, row("事故编号", "区县", "乡镇", *HEADINGS[2:]), "a.csv")
    assert (found.columns["district_name"], found.columns["town_name"]) == ("c1", "c2")


def test_personal_and_unknown_columns_are_told_apart(accidents):
    found = match_headings(accidents, row(*HEADINGS, "死者姓名", "天气", "备注"), "a.csv")
    assert (found.dropped, found.unmatched_headings) == (["c5"], ["天气"])


def test_the_nearest_heading_is_one_that_is_like_it():
    assert nearest(["死亡人数"], ["死忘人数", "重伤人数"]) == "死忘人数"
    assert nearest(["死亡人数"], ["天气"]) is None
    assert nearest(["record id", "id"], ["FIXED"]) is None
    assert nearest(["检查类型", "inspection type"], ["TOWN_ID"]) is None
    assert nearest(["检查日期"], ["整改期限"]) is None


@pytest.mark.parametrize("heading", ["发生地点", "事故地点", "地点", "所属乡镇", "所属街道", "所属镇街"])
def test_a_column_of_places_by_name_stands_for_the_region(accidents, heading):
    found = match_headings(accidents, row("事故编号", heading, *HEADINGS[2:]), "a.csv")
    assert {found.columns.get("region_name"), found.columns.get("town_name")} == {"c1", None}
    assert found.unmatched_headings == []


def test_an_address_beside_a_region_is_no_region(accidents):
    found = match_headings(accidents, row("事故编号", "街镇", *HEADINGS[2:], "发生地点"), "a.csv")
    assert "region_name" not in found.columns and found.unmatched_headings == ["发生地点"]


def test_two_columns_that_may_both_be_the_place_are_not_guessed(accidents):
    with in_language("zh"), pytest.raises(PipelineError) as caught:
        match_headings(accidents, row("事故编号", "发生地点", "事故地点", *HEADINGS[2:]), "a.csv")
    assert caught.value.rows == (
        "缺少行政区划代码 (region_code)；最接近的表头是“发生地点”；"
        "可用的表头：“行政区划代码”、“区划代码”、“地区代码”、“区域代码”；"
        "写地名的，表头可用“地区名称”、“区县”、“街镇”、“发生地点”、“事故地点”",
    )


@pytest.mark.parametrize(("kind", "field"), [("training", "held_on"), ("accidents", "occurred_at")])
def test_a_date_alone_is_the_date_of_the_record(kind, field):
    contract = load_contract(kind)
    own = contract.by_name[field].headings[0]
    needed = [each.headings[0] for each in contract.fields if each.required and each.name != field]
    assert match_headings(contract, row(*needed, "日期"), "a.csv").columns[field] == f"c{len(needed)}"
    both = match_headings(contract, row(*needed, own, "日期"), "a.csv")
    assert both.columns[field] == f"c{len(needed)}" and both.unmatched_headings == ["日期"]


def test_a_field_is_called_as_its_reader_knows_it():
    with in_language("zh"):
        assert label(load_contract("accidents"), "deaths") == "死亡人数 (deaths)"
    with in_language("en"):
        assert label(load_contract("accidents"), "deaths") == "deaths"
        assert label(load_contract("accidents"), "region_name") == "region_name"


@pytest.mark.parametrize("kind", ["accidents", "disasters", "inspections", "training"])
def test_at_least_holds_times_and_at_most_counts_apart_as_their_sentences_say(kind):
    contract = load_contract(kind)
    for rule in contract.rules:
        is_time = contract.by_name[rule.field].type in ("date", "timestamp")
        assert is_time is (rule.at_least is not None), "早于 is said of times, 大于 of counts"


@pytest.mark.parametrize(
    "cells",
    [
        ["地区", "单位", "2019年", "2020", "2021"],
        ["指标", "地区", "单位", "2019年", "2019"],
        ["指标", "地区", "2019年（万元）", "2020年（亿元）"],
        ["指标", "地区", "单位", "2019年"],
    ],
    ids=["no measure", "a year twice", "two units", "one year"],
)
def test_years_in_columns_that_leave_a_doubt_are_refused_with_what_is_wanted(cells):
    heading = HeadingRow(0, 0, cells, [None] * len(cells), 3)
    with pytest.raises(PipelineError) as caught:
        match_headings(load_contract("statistics"), heading, "y.csv")
    assert caught.value.code == ("missing_columns" if cells[-2] == "单位" else "years_as_columns")
    assert {"period", "value"} <= set(caught.value.facts["fields"])


def test_a_yearbook_that_cannot_be_turned_is_not_sent_to_a_mapping():
    cells = ["地区", "单位", "2019年", "2020"]
    with pytest.raises(PipelineError) as caught:
        match_headings(load_contract("statistics"), HeadingRow(0, 0, cells, [None] * 4, 3), "y.csv")
    with in_language("zh"):
        said = caught.value.tell("zh")
    assert "每个年份改成单独一行" in said and "须有“指标”一栏" in said and "可写一份映射" not in said


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("单位：起、人、万元", "万元"),
        ("事故台账（计量单位：人、亿元）", "亿元"),
        ("单位: 万元", "万元"),
        ("单位：万元、亿元", None),  # which column has which is not said
        ("填报单位：元氏县", None),
        ("单位：起、人", None),
    ],
)
def test_a_line_above_the_table_may_name_several_units(accidents, line, unit):
    cells = ["事故编号", "区划代码", "发生时间", "行业领域", "死亡人数", "直接经济损失"]
    found = match_headings(accidents, HeadingRow(1, 1, cells, [None] * 6, 6), "a.csv", [[line]])
    assert found.heading_units.get("direct_loss_fen") == unit


@pytest.mark.parametrize("heading", ["直接经济损失/万元", "直接经济损失 万元", "直接经济损失_万元", "直接经济损失万元"])
def test_a_unit_of_money_may_stand_behind_its_heading(accidents, heading):
    meaning = accidents.match(heading)
    assert (meaning.field, meaning.unit) == ("direct_loss_fen", "万元")


def test_a_row_of_units_below_the_heading_belongs_to_it(accidents):
    cells = ["事故编号", "区划代码", "发生时间", "行业领域", "死亡人数", "直接经济损失"]
    means = knows(accidents)
    found = find_heading([cells, ["", "", "", "", "（人）", "万元"], ["A-1", "120113", "", "", "1", "2"]], means)
    assert (found.first, found.last, found.units) == (0, 1, [None, None, None, None, "人", "万元"])
    assert find_heading([cells, ["A-1", "", "", "", "（人）", "万元"]], means).last == 0
