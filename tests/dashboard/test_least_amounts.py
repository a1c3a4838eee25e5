"""A sum to which some records add nothing, because they leave it blank, is printed as a least amount and compared with
nothing: on the page of the quarter and in its documents."""

from datetime import date

import pytest

from dashboard.quarterly import outcomes, outlook, tables, words
from pipelines.briefing import forms, moulds
from pipelines.briefing.facts import Fact
from pipelines.briefing.workbook_canvas import number_of
from pipelines.quarters import Quarter
from pipelines.situation import values
from pipelines.texts import in_language, say

SUMS = [
    {"measure": "disaster_loss_fen", "years_back": back, "to_date": 100_000_000, "quarter": 0, "next_quarter": 5}
    for back in range(6)
]


def blank(back, column="to_date"):
    return {"measure": "disaster_loss_fen__blank", "years_back": back, column: 2}


def whole(measure, back, column):
    return ""


@pytest.mark.parametrize(("back", "n_least"), [(0, 1), (1, 2), (3, 1)])
def test_the_page_prints_at_least_and_no_change(back, n_least):
    with in_language("en"):
        before = outcomes.disasters({}, values(SUMS), 2024, whole)
        after = outcomes.disasters({}, values([*SUMS, blank(back)]), 2024, whole)
    assert "at least" not in before and after.count("at least") == n_least, "the year itself, and the mean of five"
    assert before.count("unchanged") > after.count("unchanged")


def test_the_page_of_measures_compares_no_least_amount():
    with in_language("en"):
        said = [
            tables.measures({}, ["disaster_loss_fen"], values([*SUMS, *more]), 2024, whole)
            for more in ([], [blank(0)], [blank(1)], [blank(2)])
        ]
    assert ["at least" in one for one in said] == [False, True, True, True]
    assert ["unchanged" in one for one in said] == [True, False, False, True]


def test_a_least_amount_of_nothing_is_not_said_to_be_nothing():
    with in_language("en"):
        assert tables.cell("disaster_loss_fen", values([blank(0)]), whole).startswith("at least")
        assert tables.cell("disaster_loss_fen", values([]), whole) == say("app.missing.no_event")
        assert forms.print_value(0, forms.of_sum("relocated", least=True, is_told=True)) == "at least 0"
        assert forms.print_value(0, forms.of_sum("relocated", is_told=True)) == say("app.missing.no_event")


def test_the_outlook_says_of_which_years_a_sum_is_a_least_amount():
    quarter = Quarter(2024, 3, date(2024, 9, 30), None)
    with in_language("zh"):
        table = outlook.same_quarter({}, values([*SUMS, blank(2, "next_quarter")]), whole, quarter)
    assert table.count("至少") == 2, "the year and the mean"


def fact(value, **form):
    of = forms.of_sum("disaster_loss_fen", **form)
    return Fact("at", value, "", of, forms.print_value(value, of), None)


def test_documents_print_it_in_words_tables_and_workbooks():
    with in_language("zh"):
        least = fact(123_456_789, least=True)
        assert least.printed.startswith("至少") and not fact(1).printed.startswith("至少")
        assert forms.print_value(5, forms.in_full(least.form, money=True)).startswith("至少")
        assert number_of(least)[1].startswith('"至少"') and not number_of(fact(1))[1].startswith('"')
        assert moulds.change(None, least, fact(1)) is None and moulds.change(None, fact(1), least) is None
        assert str(moulds.in_table(None, fact(1), least)) == "—"


@pytest.mark.parametrize(("n", "said"), [(2, "至少2起"), (0, "")])
def test_the_judgement_does_not_count_larger_accidents_for_sure_where_a_loss_is_blank(n, said):
    larger = {"n": n, "first_on": date(2016, 1, 1), "last_on": date(2024, 3, 1), "is_least": [True, False]}
    with in_language("zh"):
        told = words._larger(larger, date(2024, 9, 30))
    assert said in told.replace(" ", "") and bool(told) is bool(n)
