from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources import values
from pipelines.sources.codes import read_codes

CODES = read_codes(Path(__file__).resolve().parents[3] / "data" / "codes")
UNITS = CODES.units


@pytest.mark.parametrize(
    "text",
    [
        "2024/3/1",
        "2024-03-01",
        "20240301",
        "2024年3月1日",
        "2024.3.1",
        "45352",
        "２０２４年３月１日",
        "2024-03-01 00:00:00",
        "2024年03月01号",
        " 2024-3-1 ",
        "2024年3月1日 星期五",
        "二〇二四年三月一日",
        "二○二四年三月一日",
        "2024-02-29 24:00",
        "2024年2月29日24时",
    ],
)
def test_one_day_in_every_form(text):
    assert values.to_timestamp(text) == datetime(2024, 3, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-01 15:05",
        "2024/3/1 下午3:05",
        "45352.628472222",
        "2024年3月1日15时5分",
        "2024-03-01T15:05:00+08:00",
        "20240301 1505",
        "20240301150500",
        "2024/3/1 3:05 PM",
    ],
)
def test_one_moment_in_every_form(text):
    assert values.to_timestamp(text) == datetime(2024, 3, 1, 15, 5)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("24/3/1", "two_digit_year"),
        ("9/9/2026", "day_or_month_first"),
        ("13.10.2024 8:05", "day_or_month_first"),
        ("2024-02-30", "impossible_date"),
        ("2024-13-01", "impossible_date"),
        ("三月一日", "not_a_date"),
        ("2024-03", "not_a_date"),
        ("12", "not_a_date"),
        ("2024-03-01 25:00", "impossible_date"),
        ("2024-03-01T15:05:00X", "not_a_date"),
        ("0024-03-01", "year_out_of_range"),
        ("1023-03-01", "year_out_of_range"),
    ],
)
def test_what_is_no_date_is_refused(text, code):
    with pytest.raises(values.Refused) as caught:
        values.to_timestamp(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "said", "fen"),
    [
        ("1,234.50", None, 123450),
        ("12.5万元", None, 12_500_000),
        ("１２．５", "万元", 12_500_000),
        ("1.2亿元", "万元", 12 * 10**9),
        ("0.1", "元", 10),
        ("300", "分", 300),
        ("3万", None, 3_000_000),
        ("¥12.30元", None, 1230),
        ("1.005", None, 101),
        ("0.29", "万元", 290_000),
        ("8.13", "亿元", 81_300_000_000),
    ],
)
def test_money_is_exact_to_the_fen(text, said, fen):
    assert values.to_fen(text, UNITS, said) == fen


@given(
    st.decimals(min_value=0, max_value=10**9, places=4),
    st.sampled_from([("元", 100), ("万元", 10**6), ("亿元", 10**10)]),
)
def test_money_never_differs_from_decimal_arithmetic(amount, unit):
    name, factor = unit
    exact = (amount * factor).quantize(Decimal(1), rounding="ROUND_HALF_UP")
    assert values.to_fen(f"{amount:,}{name}", UNITS) == int(exact)


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), ("12.0", 12), ("12人", 12), ("1.2万人次", 12_000), ("-1", -1), ("1,234", 1234)]
)
def test_whole_numbers(text, number):
    assert values.to_integer(text, "人", UNITS) == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12.7", "not_an_integer"),
        ("两人", "not_a_number"),
        ("1,23", "not_a_number"),
        ("5公顷", "unknown_unit"),
        ("0.5人", "not_an_integer"),
    ],
)
def test_integers_never_round(text, code):
    with pytest.raises(values.Refused) as caught:
        values.to_integer(text, "人", UNITS)
    assert caught.value.code == code


def test_areas_and_shares_come_out_in_the_fields_unit():
    assert float(values.to_unit("15亩", "公顷", UNITS)) == pytest.approx(1.0)
    assert values.to_unit("95.5%", "1", UNITS) == Decimal("0.955")
    assert values.to_unit("4‰", "1", UNITS) == Decimal("0.004")


@pytest.mark.parametrize(
    ("text", "start", "end", "frequency"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31), "year"),
        ("2024年", date(2024, 1, 1), date(2024, 12, 31), "year"),
        ("2024年末", date(2024, 1, 1), date(2024, 12, 31), "year"),
        ("2024Q3", date(2024, 1, 1), date(2024, 9, 30), "quarter_ytd"),
        ("2024年前三季度", date(2024, 1, 1), date(2024, 9, 30), "quarter_ytd"),
        ("2024年1-9月", date(2024, 1, 1), date(2024, 9, 30), "quarter_ytd"),
        ("2024年1—9月", date(2024, 1, 1), date(2024, 9, 30), "quarter_ytd"),
        ("2024年1至9月份", date(2024, 1, 1), date(2024, 9, 30), "quarter_ytd"),
        ("截至2024年12月31日", date(2024, 12, 31), date(2024, 12, 31), "point"),
        ("截至2024年底", date(2024, 1, 1), date(2024, 12, 31), "year"),
        ("2024年度末", date(2024, 1, 1), date(2024, 12, 31), "year"),
        ("2024年1——9月", date(2024, 1, 1), date(2024, 9, 30), "quarter_ytd"),
        ("2024年1月—2024年9月", date(2024, 1, 1), date(2024, 9, 30), "quarter_ytd"),
        ("2024.01-2024.09", date(2024, 1, 1), date(2024, 9, 30), "quarter_ytd"),
        ("2024.1-9", date(2024, 1, 1), date(2024, 9, 30), "quarter_ytd"),
        ("截至2024年12月31日止", date(2024, 12, 31), date(2024, 12, 31), "point"),
        ("2024年12月末", date(2024, 12, 31), date(2024, 12, 31), "point"),
        ("2024年12月底", date(2024, 12, 31), date(2024, 12, 31), "point"),
        ("2024年三季度末", date(2024, 9, 30), date(2024, 9, 30), "point"),
        ("2024-01-09", date(2024, 1, 9), date(2024, 1, 9), "point"),
        ("2024年上半年", date(2024, 1, 1), date(2024, 6, 30), "quarter_ytd"),
        ("2024-09", date(2024, 9, 1), date(2024, 9, 30), "month"),
        ("2024年2月", date(2024, 2, 1), date(2024, 2, 29), "month"),
        ("2024年6月30日", date(2024, 6, 30), date(2024, 6, 30), "point"),
    ],
)
def test_periods(text, start, end, frequency):
    assert values.to_period(text) == values.Period(start, end, frequency)


@pytest.mark.parametrize(
    "text", ["24年", "2024年1-8月", "2024年第五季度", "去年", "2024-13", "末", "末" * 9000, "2022年四季度当季"]
)
def test_what_is_no_period_is_refused(text):
    with pytest.raises(values.Refused):
        values.to_period(text)


@pytest.mark.parametrize(
    ("text", "truth"), [("是", True), ("否", False), ("Y", True), ("n", False), ("１", True), ("0", False)]
)
def test_yes_and_no(text, truth):
    assert values.to_boolean(text) is truth


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("regions", "120113", "120113"),
        ("regions", "120113000000", "120113"),
        ("regions", "天津市北辰区", "120113"),
        ("regions", "Beichen District", "120113"),
        ("regions", "１２０１１３", "120113"),
        ("regions", "120113.0", "120113"),
        ("accident_types", "2", "02"),
        ("statuses", "核销", "struck_off"),
        ("accident_grades", "较大事故", "larger"),
        ("sectors", "建筑施工 ", "construction"),
    ],
)
def test_codes_by_code_name_path_and_alias(name, text, code):
    assert CODES.lists[name].find(text).code == code


def test_unknown_code_names_the_nearest():
    found = CODES.lists["sectors"].find("建筑工程")
    assert (found.code, found.fault, found.nearest) == (None, "unknown_code", "建设工程")


def test_a_town_is_found_within_its_district():
    assert CODES.regions.find_names("天津市", "北辰区", "小淀镇").code == "120113107"
    assert CODES.regions.find_names("", "同安区", "小淀镇").code is None


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("2024年3月1日8时许", 8, 0),
        ("2024年3月1日约8时", 8, 0),
        ("2024年3月1日8时30分许", 8, 30),
        ("2024年3月1日8时30分", 8, 30),
        ("2024年3月1日 下午3时左右", 15, 0),
        ("二〇二四年三月一日8时", 8, 0),
        ("2024-03-01T08:00:00Z", 16, 0),
        ("2024-03-01T08:00:00.000Z", 16, 0),
        ("2024-03-01 08:00:00+08:00", 8, 0),
        ("2024-03-01T08:00+0900", 7, 0),
    ],
)
def test_times_of_reports_by_telephone_and_of_other_systems(text, hour, minute):
    """Times are naive Asia/Shanghai; one that names its zone is carried over."""
    assert values.to_timestamp(text) == datetime(2024, 3, 1, hour, minute)


def test_months_and_days_in_chinese_numerals():
    for month, day, said in (
        (1, 10, "一月十日"),
        (10, 11, "十月十一日"),
        (12, 31, "十二月三十一日"),
        (2, 20, "二月二十日"),
    ):
        assert values.to_date(f"二〇二四年{said}") == date(2024, month, day)


def test_midnight_at_the_end_of_a_month_belongs_to_the_day_that_it_ends():
    assert values.to_date("2024-03-31 24:00") == values.to_date("2024年3月31日24时") == date(2024, 3, 31)
    assert values.to_date("2024-03-31 00:00") == date(2024, 3, 31)


@pytest.mark.parametrize("text", ["1900-01-01", "1900/1/1", "1949-12-31", "1900年1月1日"])
def test_a_day_before_1950_is_no_day_of_a_record(text):
    with pytest.raises(values.Refused) as refused:
        values.to_timestamp(text)
    assert refused.value.code == "year_out_of_range" and refused.value.rule == "1950–2099"


@pytest.mark.parametrize(
    "text", ["2024-03-01 24:01", "2024-03-01T08:00+15:30", "2024-03-01 8-30", "二〇二四年十三月一日"]
)
def test_what_is_no_time_stays_refused(text):
    with pytest.raises(values.Refused):
        values.to_timestamp(text)


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-01 08:05:09", "2024-03-01T08:05:09", "2024-03-01", "2024-02-30", "2024-03-31 24:00:00", "2024-13-01",
        "2024-03-01x08:05:09", "2024-03-01 08:05:60", "1949-12-31", "2100-01-01", "2099-12-31 23:59:59", "2024-W09-5",
        "2024-03-01 08:05+08", "2024-03-01T08:05+08", "2024-03-01 8:05:09 ", "２０２４-03-01", "0000-00-00",
    ],
)  # fmt: skip
@pytest.mark.parametrize("understand", [values.to_timestamp, values.to_date])
def test_the_quick_way_to_a_day_says_what_the_closer_look_does(understand, text, monkeypatch):
    def said():
        try:
            return understand(text)
        except values.Refused as refused:
            return refused.code

    quick = said()
    monkeypatch.setattr(values, "_as_printed", lambda text: None)
    assert quick == said()
