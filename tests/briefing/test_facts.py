"""Facts, forms and passages."""

import datetime

import pytest

from pipelines.briefing import forms
from pipelines.briefing.blocks import Passage, Quoted, Table, fill, joined, passage
from pipelines.briefing.facts import Cell, FactBook, Query
from pipelines.briefing.forms import Form, print_value
from pipelines.texts import in_language

SOURCE = Cell("records", Query.of("SELECT 1 AS n"), "n")
DAY = datetime.date(2024, 9, 30)


def book(language="zh"):
    return FactBook(language, "b1", {"plan_id": "x"}, DAY, True)


@pytest.mark.parametrize(
    ("value", "form", "zh", "en"),
    [
        (12, forms.COUNT, "12", "12"),
        (0, Form(zero="no_event"), "本期未发生", "Nothing happened"),
        (-12, forms.SIZE, "12", "12"),
        (-0.1304, forms.SHARE_SIZE, "13.0%", "13.0%"),
        (123_456_700, forms.MONEY, "123.46万元", "¥1,234,567"),
        (DAY, forms.DAY, "2024-09-30", "2024-09-30"),
        (DAY, forms.DATE, "2024年9月30日", "30 September 2024"),
        (0.71, forms.CHANCE, "约七成", "about 70%"),
        (0.0514, Form("number", 2, 100), "5.14", "5.14"),
        (1.0, Form("done"), "完成", "done"),
        ("likely", forms.VERDICT, "有望完成", "likely"),
        (None, forms.COUNT, "—", "—"),
    ],
)
def test_a_value_is_printed_in_both_languages(value, form, zh, en):
    with in_language("zh"):
        assert print_value(value, form) == zh
    with in_language("en"):
        assert print_value(value, form) == en


def test_a_missing_value_says_why_and_is_no_zero():
    with in_language("zh"):
        assert print_value(None, forms.COUNT, "not_reported") == "尚未报送"


def test_an_address_holds_one_fact():
    facts = book()
    first = facts.add("a/now", 3, SOURCE)
    assert facts.add("a/now", 3, SOURCE) is first
    with pytest.raises(ValueError, match="a/now"):
        facts.add("a/now", 4, SOURCE)


def test_a_worked_fact_follows_from_the_others():
    facts = book()
    now, before = facts.add("a/now", 9, SOURCE), facts.add("a/before", 12, SOURCE)
    change = facts.work("a/change", "difference", (now, before), forms.SIZE)
    assert (change.value, change.printed, change.source.of) == (-3, "3", ("a/now", "a/before"))


def test_there_is_no_share_of_nothing():
    facts = book()
    none, some = facts.add("a/before", 0, SOURCE), facts.add("a/now", 2, SOURCE)
    share = facts.work("a/share", "change_share", (some, none), forms.SHARE_SIZE)
    assert (share.value, share.printed) == (None, "—")


def test_plain_words_hold_no_number():
    with pytest.raises(ValueError, match="3起"):
        passage("发生事故3起")
    assert str(passage("发生事故", Quoted("3", "said"), "起")) == "发生事故3起"


def test_digits_are_declared_with_a_known_reason():
    with pytest.raises(ValueError, match="because"):
        Quoted("3", "because")


def test_a_mould_takes_facts_and_declares_its_own_digits():
    facts = book()
    share = facts.add("s", 0.5, SOURCE, forms.SHARE)
    n, inside = facts.add("n", 10, SOURCE), facts.add("i", 5, SOURCE)
    with in_language("zh"):
        text = fill("forecast.proof.own", n=n, inside=inside, share=share, beside=Passage())
    assert str(text) == "本项所据数列：以往10次年度预测中，5次的实际值落在80%区间内（50.0%）。"
    assert text.facts == (n, inside, share)


def test_passages_join_and_know_whether_they_say_anything():
    assert str(joined(["甲", "乙", "丙"], "、")) == "甲、乙、丙"
    assert not Passage() and passage("甲")


def test_a_row_of_another_width_is_our_mistake():
    with pytest.raises(ValueError, match="width"):
        Table.of("t", "表", ["甲", "乙"], [["丙"]])
