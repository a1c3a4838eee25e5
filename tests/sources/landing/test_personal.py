"""Numbers of persons are found whatever stands around them; other numbers stay."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.sources.personal import BLOT, is_identity_number, mask, mask_sql

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
