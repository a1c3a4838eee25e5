import datetime
from fractions import Fraction

import pytest

from dashboard import format as shown
from dashboard.charts.frame import large_ticks
from pipelines import shown as printed
from pipelines.assessment.arithmetic import round_half_up
from pipelines.assessment.verdict import probability_words
from pipelines.texts import in_language

RATE = {"display_factor": 1, "display_decimals": 4, "display_unit": "人/亿元"}
SHARE = {"display_factor": 100, "display_decimals": 1, "display_unit": "%"}


@pytest.mark.parametrize(
    ("value", "decimals", "zh", "en"),
    [
        (0, 0, "0", "0"),
        (None, 2, "—", "—"),
        (float("nan"), 2, "—", "—"),
        (0.0337, 4, "0.0337", "0.0337"),
        (-0.00001, 4, "0.0000", "0.0000"),
        (-12, 0, "−12", "−12"),
        (9999, 0, "9999", "9,999"),
        (15000, 0, "1.5万", "15,000"),
        (123_456_789, 0, "1.23亿", "123,456,789"),
        (2021, 0, "2021", "2,021"),
    ],
)
def test_numbers_are_grouped_the_way_of_each_language(value, decimals, zh, en):
    with in_language("zh"):
        assert shown.number(value, decimals) == zh
    with in_language("en"):
        assert shown.number(value, decimals) == en


def test_money_goes_from_fen_to_yuan_wan_and_yi():
    with in_language("zh"):
        assert shown.money(1_234_50) == "1234.5 元"
        assert shown.money(123_456_00) == "12.35 万元"
        assert shown.money(98_765_432_100_00) == "987.65 亿元"
        assert shown.money(None) == "—"
    with in_language("en"):
        assert shown.money(123_456_00) == "¥123,456"


def test_a_change_of_a_share_is_in_percentage_points_and_no_change_is_chiping():
    with in_language("zh"):
        assert shown.change(0.914, 0.88, SHARE) == "上升 3.4 个百分点"
        assert shown.change(0.0337, 0.0365, RATE) == "下降 0.0028 人/亿元"
        assert shown.change(0.0337, 0.03370001, RATE) == "持平"
        assert shown.change(0.0337, None, RATE) == "—"


def test_a_bound_keeps_all_its_digits_and_its_operator():
    row = {"target_value": 0.02921, "operator": "<=", "kind": "end_value", **RATE}
    assert shown.target(row) == "≤ 0.02921"
    assert shown.target({**row, "target_value": 0.0004, "display_factor": 1000, "operator": ">="}) == "≥ 0.4"
    assert shown.target({**row, "operator": "<"}) == "＜ 0.02921"
    with in_language("en"):
        assert shown.target({**row, "operator": "<"}) == "< 0.02921" and shown.target(row) == "≤ 0.02921"
    assert shown.target({**row, "target_value": None}) == "—"
    assert shown.target({**row, "target_value": 0.021521, "kind": "reduction"}) == "≤ 0.021521"


@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_halves_are_rounded_as_on_paper_and_as_the_assessment_rounds(decimals):
    for part in range(-40, 41):
        for whole in (8, 16, 40, 125, 7):
            fraction = Fraction(part * 100, whole)
            said = round_half_up(fraction, decimals)
            assert Fraction(printed.fixed(part / whole * 100, decimals)) == said, (part, whole)


def test_a_share_of_one_in_sixteen_is_six_point_three_per_cent():
    assert printed.share(1 / 16, 1) == "6.3%" and printed.share(0.285) == "29%"
    assert printed.fixed(1234567.5, 0, ",") == "1,234,568" and printed.fixed(float("inf"), 1) == "inf"


def test_a_path_between_two_whole_numbers_keeps_one_decimal():
    count = {"display_factor": 1, "display_decimals": 0, "display_unit": "个"}
    assert shown.required({**count, "required_now": 1.8}) == "1.8"
    assert shown.required({**count, "required_now": 42.0}) == "42"


def test_missing_values_have_four_texts_and_none_of_them_is_zero():
    with in_language("zh"):
        texts = [shown.missing(reason) for reason in ("not_tested", "not_reported", "not_applicable", "suppressed")]
    assert texts == ["本期未发生", "尚未报送", "不适用", "无权查看"]


def test_periods_are_said_in_words():
    day = datetime.date
    with in_language("zh"):
        assert shown.period(day(2024, 7, 1), day(2024, 9, 30)) == "2024年三季度"
        assert shown.period(day(2024, 2, 1), day(2024, 2, 29)) == "2024年2月"
        assert shown.period(day(2023, 1, 1), day(2023, 12, 31)) == "2023年"
    with in_language("en"):
        assert shown.period(day(2024, 7, 1), day(2024, 9, 30)) == "Q3 2024"
        assert shown.period(day(2024, 2, 1), day(2024, 2, 29)) == "2024-02"


def test_a_row_without_an_english_name_shows_the_chinese_one():
    with in_language("en"):
        assert shown.named({"name_zh": "静海区", "name_en": None}) == "静海区"
        assert shown.named({}) == ""


def test_flags_are_read_from_a_list_or_a_mapping():
    assert shown.flags({"flags": '["fell_back"]'}) == ["fell_back"]
    assert shown.flags({"flags": '{"fell_back": true, "provisional": false}'}) == ["fell_back"]
    assert shown.flags({"flags": None}) == []


def test_units_stand_in_the_language_of_the_page_and_a_share_has_none():
    with in_language("en"):
        assert [shown.unit_name(code) for code in ("起", "1", "furlong")] == ["events", "", "furlong"]
    with in_language("zh"):
        assert shown.unit_name("家次") == "家次"
        assert shown.short_month(3) == "3月"
        figures = [shown.figure(value, code) for value, code in ((0.000256, "1"), (40000, "件"), (None, "件"))]
        assert figures == ["0.0256%", "4万 件", "—"]


def test_axes_of_large_numbers_are_labelled_as_readers_write_them():
    with in_language("zh"):
        assert large_ticks(0, 9_000) == {}
        found = large_ticks(0, 140_000)
        assert found["tickvals"] == [0, 50_000, 100_000] and found["ticktext"] == ["0", "5万", "10万"]
    with in_language("en"):
        assert large_ticks(0, 140_000)["ticktext"] == ["0", "50,000", "100,000"]


def test_english_counts_one_and_several():
    row = {"display_factor": 1, "display_decimals": 0, "display_unit": "人", "display_unit_en": "deaths"}
    with in_language("en"):
        assert [shown.verdict_word("needs_effort", n) for n in (1, 3)] == ["needs effort", "need effort"]
        assert (shown.change(399, 400, row), shown.change(398, 400, row)) == ("down 1", "down 2 deaths")
    with in_language("zh"):
        assert shown.verdict_word("needs_effort", 3) == "需加力"
        assert shown.change(399, 400, row) == "下降 1 人"


def test_a_clause_of_a_table_is_quoted_with_the_demand_of_its_other_cell():
    row = {"quote": "年均因自然灾害直接经济损失占地区生产总值的比例", "printed": "<1%"}
    assert printed.quoted_demand(row) == "<1%"
    assert printed.quoted_demand({"quote": "下降15%以上", "printed": "下降15%"}) == ""
    assert printed.quoted_demand({"quote": None, "printed": "<1%"}) == ""


def test_a_record_shows_every_digit_of_its_file():
    assert shown.as_filed(18261.0, "人") == "18261"  # 1.83万 would be another number than the file's
    assert shown.as_filed(0.903, "1") == "90.3"
    assert shown.as_filed(0.0004125, "1") == "0.04125"
    assert shown.as_filed(123_456_700, "分") == "123.4567 万元"
    assert shown.as_filed(100, "分") == "1 元"


def test_a_per_cent_sign_stands_right_behind_its_number_and_any_other_unit_after_a_gap():
    row = {"value_now": 0.903, "display_factor": 100, "display_decimals": 1, "display_unit": "%", "reason_facts": None}
    for language in ("zh", "en"):
        with in_language(language):
            assert shown.value_now(row) == "90.3%"
            assert shown.value_now({**row, "display_unit": "人"}) == "90.3 人"
    with in_language("en"):
        assert probability_words(0.6) == "about 60%"


def test_amounts_side_by_side_are_told_in_one_unit():
    with in_language("zh"):
        assert shown.side_by_side(1_663_735_000.0, 965_000.0, "分") == ("1663.74 万元", "0.97 万元")
        assert shown.side_by_side(None, 965_000.0, "分") == ("—", "9650 元")
