"""Sentence moulds: what a change is called, by its base."""

import datetime

import pytest

from pipelines.briefing import forms, moulds
from pipelines.briefing.facts import Cell, FactBook, Query
from pipelines.briefing.forms import Form
from pipelines.texts import in_language

SOURCE = Cell("records", Query.of("SELECT 1 AS n"), "n")


def pair(now, before, form=forms.COUNT, language="zh"):
    book = FactBook(language, "b1", {}, datetime.date(2024, 9, 30), True)
    facts = [book.add(name, value, SOURCE, form) for name, value in (("x/now", now), ("x/before", before))]
    return book, *facts


@pytest.mark.parametrize(
    ("now", "before", "zh", "en"),
    [
        (26, 22, "增加4起、上升18.2%", "up 4, 18.2% more"),
        (12, 16, "减少4起、下降25.0%", "down 4, 25.0% fewer"),
        (22, 22, "持平", "unchanged"),
        (4, 2, "增加2起", "up 2"),  # no percentage of two accidents
        (1, 9, "减少8起", "down 8"),
        (0, 10, "减少10起、下降100.0%", "down 10, 100.0% fewer"),
        (3, 0, "增加3起", "up 3"),  # a base of zero has no percentage
    ],
)
def test_a_change_is_told_in_absolute_numbers_and_in_per_cent_from_a_base_of_ten(now, before, zh, en):
    for language, said in (("zh", zh), ("en", en)):
        book, *facts = pair(now, before, language=language)
        with in_language(language):
            assert str(moulds.change(book, *facts, unit="起")) == said


def test_money_carries_its_own_unit_and_a_percentage_from_any_base():
    book, *facts = pair(3_000_000, 1_000_000, forms.MONEY)
    with in_language("zh"):
        assert str(moulds.change(book, *facts, smallest=1)) == "增加2万元、上升200.0%"


def test_a_count_against_a_mean_has_one_digit():
    book, *facts = pair(3, 2.8, Form("number", 1, trim=True))
    with in_language("zh"):
        assert str(moulds.change(book, *facts, unit="起")) == "增加0.2起"


def test_what_is_not_known_is_not_compared():
    book, now, _ = pair(3, 2)
    unknown = book.add("x/unknown", None, SOURCE, missing="not_reported")
    assert moulds.change(book, now, unknown) is None


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [(26, 22, "+4（+18.2%）"), (12, 16, "−4（−25.0%）"), (4, 2, "+2"), (3, 3, "持平"), (0, 0, "—"), (1, 0, "+1")],
)
def test_in_a_table_a_change_has_a_sign_and_nothing_at_all_is_a_dash(now, before, said):
    book, *facts = pair(now, before)
    with in_language("zh"):
        assert str(moulds.in_table(book, *facts)) == said


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("within_chance", "（在随机波动范围内）"),
        ("higher", "（超出随机波动，明显增多）"),
        ("too_few", ""),
        (None, ""),
    ],
)
def test_a_change_within_chance_is_called_that(key, said):
    with in_language("zh"):
        assert moulds.finding(key) == said
