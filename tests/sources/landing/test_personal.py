"""Numbers and names of persons are found whatever stands around them; other numbers and words stay."""

import duckdb
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.sources.person_names import BLOT, FILE
from pipelines.sources.personal import is_identity_number, mask, mask_sql
from pipelines.sources.readers import csv_file

CON = duckdb.connect()
CON.execute("CREATE TABLE texts (x VARCHAR)")


def both(text: str) -> str:
    """The SQL and the Python must agree; return what they say."""
    CON.execute("DELETE FROM texts")
    CON.execute("INSERT INTO texts VALUES (?)", [text])
    (said,) = CON.execute(f"SELECT {mask_sql('x')} FROM texts").fetchall()[0]
    assert said == mask(text)
    return said


def card(region: str, born: str, number: int) -> str:
    body = f"{region}{born}{number:03d}"
    return next(body + check for check in "0123456789X" if is_identity_number(body + check))


AROUND = st.text(alphabet="，。 死者张三的为（）:：", max_size=8)
CARDS = st.builds(
    card,
    st.sampled_from(["110105", "120113", "350212"]),
    st.dates(
        min_value=__import__("datetime").date(1930, 1, 1), max_value=__import__("datetime").date(2024, 12, 31)
    ).map(lambda day: day.strftime("%Y%m%d")),
    st.integers(0, 999),
)
MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
LANDLINES = st.sampled_from(["022-26391234", "(010)69842233", "0592-7022345", "02226391234"])


@settings(max_examples=60, deadline=None)
@given(AROUND, st.lists(st.one_of(CARDS, MOBILES, LANDLINES), min_size=1, max_size=3), AROUND)
def test_no_number_of_a_person_is_left(before, numbers, after):
    said = both(before + "、".join(numbers) + after)
    assert BLOT in said and not any(number in said for number in numbers)


@pytest.mark.parametrize(
    "text",
    [
        "138 0013 8000",
        "138-0013-8000",
        "+86 13800138000",
        "１３８００１３８０００",
        "110105194912310021",
        "110105491231002",
    ],
)
def test_numbers_in_other_dress(text):
    assert both(f"电话{text}。") == f"电话{BLOT}。"


@pytest.mark.parametrize(
    "text",
    [
        "2024-07-01 08:30",
        "20240701",
        "直接经济损失12345678.90元",
        "120113001",
        "A-2024-0093",
        "罚款1000000元",
        "1380013800",
        "图纸号3800138000123",
    ],
)
def test_other_numbers_stay(text):
    assert both(f"事故{text}，") == f"事故{text}，"


def test_the_records_own_number_stays_in_its_line():
    own = "120113202401010012"
    assert mask(f"{own},13800138000", keep=own) == f"{own},{BLOT}"


NAMED = {
    "姓名：张三": "姓名：＊＊＊",
    "死者张三丰，男，45岁": "死者＊＊＊，男，45岁",
    "死者李有为在家": "死者＊＊＊在家",
    "伤者王强送医": "伤者＊＊＊送医",
    "死者王立被砸伤": "死者＊＊＊被砸伤",
    "死者欧阳建国当场死亡": "死者＊＊＊当场死亡",
    "死者（刘伟）": "死者（＊＊＊）",
    "驾驶员陈志强驾驶津A12345号车": "驾驶员＊＊＊驾驶津A12345号车",
    "驾驶员于建国，男": "驾驶员＊＊＊，男",
    "联系人：于建国 13800138000": "联系人：＊＊＊ ＊＊＊",
    "联系人及电话：张三 13800138000": "联系人及电话：＊＊＊ ＊＊＊",
    "法定代表人：王建国，经办人 李强": "法定代表人：＊＊＊，经办人 ＊＊＊",
    "报告人李明汇报称": "报告人＊＊＊汇报称",
    "负责人张和平与死者李四": "负责人＊＊＊与死者＊＊＊",
    "姓名：张王雪梅，女": "姓名：＊＊＊，女",
    "死者张三、李四、王五和赵六，均为男性": "死者＊＊＊、＊＊＊、＊＊＊和＊＊＊，均为男性",
    "死者张三（男，45岁）、李四（女，38岁）系夫妻": "死者＊＊＊（男，45岁）、＊＊＊（女，38岁）系夫妻",
    "工人赵刚从高处坠落": "工人＊＊＊从高处坠落",
    "死者王建国尸检完毕": "死者＊＊＊尸检完毕",
}


@pytest.mark.parametrize("text", NAMED)
def test_a_name_behind_a_label_is_blotted_out(text):
    assert both(text) == NAMED[text]


@pytest.mark.parametrize(
    "text",
    [
        "负责人到场",
        "死者家属",
        "联系人民政府",
        "死者张某某，男",
        "死者张某",
        "负责人高度重视",
        "负责人马上组织救援",
        "负责人方面。",
        "负责人：安全科",
        "负责人曾要求停工",
        "联系人：张庄镇政府",
        "驾驶员严重受伤",
        "驾驶员于路口左转",
        "工人高处坠落",
        "职工康复中心",
        "死者为男性",
        "死者为王庄村村民",
        "张三物流有限公司",
    ],
)
def test_ordinary_words_behind_a_label_stay(text):
    assert both(text) == text


PIECES = st.sampled_from(
    [
        *"张王于建国某（），。、和在为男",
        "死者",
        "伤者",
        "负责人",
        "联系人：",
        "工人",
        "姓名",
        "欧阳",
        "高处",
        "安全",
        "被砸",
        "送医",
        "镇",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_both_ways_of_masking_say_the_same(text):
    both(text)


def test_words_that_only_look_like_names_begin_with_a_surname():
    """Others would be read at every label and never matter."""
    said = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    begins = {sign for name in ("surnames", "doubtful") for sign in said[name]} - {" "}
    assert {word for word in said["words"].split() if word[0] not in begins} == set()


@pytest.mark.parametrize("is_small", [True, False])
def test_no_name_lands_or_is_kept_beside_a_reason(project, monkeypatch, is_small):
    """Of a file that is cast in Python, and of one that is cast in SQL."""
    monkeypatch.setattr(csv_file, "SMALL", 1 << 20 if is_small else 0)
    heading = "事故编号,行政区划代码,发生时间,行业领域,死亡人数,事故经过"
    good = [f"A-{i},120113,2024-07-01,火灾,1,死者王建国当场死亡" for i in range(30)]
    project.accidents(*good, "B-1,120113,2024-07-01,火灾,一个,伤者李小明送医", heading=heading)
    landing = project.land()
    assert set(project.rows(landing, "accidents", "description")) == {("死者＊＊＊当场死亡",)}
    (kept,) = duckdb.sql(f"SELECT original_line FROM read_parquet('{landing.rejects[0]}')").fetchall()
    assert kept == ("B-1,120113,2024-07-01,火灾,一个,伤者＊＊＊送医",)
