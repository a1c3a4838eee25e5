"""A finished document against the build: tampered, lost and undeclared numbers are found."""

import datetime

import pytest

from pipelines.briefing.blocks import Quoted, passage
from pipelines.briefing.facts import Cell, FactBook, Query
from pipelines.briefing.forms import MONEY
from pipelines.briefing.proofreading import Found, Line, proofread
from pipelines.errors import PipelineError
from pipelines.texts import in_language

COUNTS = Query.of("SELECT code, n FROM counts")


class House:
    """A build that answers one query."""

    def __init__(self, **counts):
        self.rows = [{"code": code, "n": n} for code, n in counts.items()]
        self.asked = 0

    def query(self, sql, params):
        self.asked += 1
        return self.rows


def cell(code):
    return Cell("records", COUNTS, "n", (("code", code),), 0)


@pytest.fixture
def document():
    """Two lines with three facts, and the book they come from."""
    book = FactBook("zh", "b1", {}, datetime.date(2024, 9, 30), True)
    now, before = book.add("now", 26, cell("now")), book.add("before", 22, cell("before"))
    change = book.work("change", "difference", (now, before))
    expected = [
        Line("总体情况", passage("发生事故", now, "起，同比增加", change, "起")),
        Line("主要指标", passage("条款", Quoted("第1项", "clause"), "，上年", before)),
    ]
    return book, expected


def found(*texts):
    return [Found("", text) for text in texts]


RIGHT = ("发生事故26起，同比增加4起", "条款第1项，上年22")


def faults_of(document, house, *texts):
    book, expected = document
    with in_language("zh"), pytest.raises(PipelineError) as caught:
        proofread(found(*texts), expected, book, house, "简报.docx")
    assert caught.value.code == "document_differs"
    return list(caught.value.rows)


def test_a_right_document_passes_and_each_query_is_asked_once(document):
    book, expected = document
    house = House(now=26, before=22)
    proof = proofread(found(*RIGHT), expected, book, house, "x")
    assert (proof.facts, proof.numbers, house.asked) == (3, 4, 1)


def test_a_tampered_number_is_named_with_its_section_and_what_it_must_be(document):
    rows = faults_of(document, House(now=26, before=22), "发生事故25起，同比增加4起", RIGHT[1])
    assert rows == ["总体情况：写为 25，应为 26（发生事故26起，同比增加4起）"]


def test_a_fact_that_the_build_does_not_hold_is_named_by_its_address(document):
    rows = faults_of(document, House(now=27, before=22), *RIGHT)
    assert "now：写为 26，数据仓中为 27" in rows and "change：写为 4，数据仓中为 5" in rows
    assert "总体情况：写为 26，应为 27（发生事故27起，同比增加5起）" in rows


def test_a_line_that_nobody_declared_is_a_number_without_a_fact(document):
    rows = faults_of(document, House(now=26, before=22), *RIGHT, "另有3起")
    assert rows == ["：“另有3起”没有来源"]


def test_a_line_that_is_lost_is_named(document):
    assert faults_of(document, House(now=26, before=22), RIGHT[0]) == ["主要指标：缺少“条款第1项，上年22”"]


def test_a_tampered_clause_number_is_found_though_it_is_no_fact(document):
    rows = faults_of(document, House(now=26, before=22), RIGHT[0], "条款第2项，上年22")
    assert rows == ["主要指标：写为 2，应为 1（条款第1项，上年22）"]


def test_other_words_with_the_same_numbers_are_found(document):
    rows = faults_of(document, House(now=26, before=22), "发生事故26起，同比减少4起", RIGHT[1])
    assert rows == ["总体情况：写为“发生事故26起，同比减少4起”，应为“发生事故26起，同比增加4起”"]


def test_an_amount_in_fen_that_is_printed_unconverted_is_found_also_in_a_sum():
    book = FactBook("zh", "b1", {}, datetime.date(2024, 9, 30), True)
    loss = Query.of("SELECT code, loss_fen FROM losses")
    one = book.add("one", 700_000_000, Cell("records", loss, "loss_fen", (("code", "one"),)), MONEY)
    house = House()
    house.rows = [{"code": "one", "loss_fen": 700_000_000}]
    book.work("right", "sum", (one, one), MONEY)
    assert proofread([], [], book, house, "简报.docx").facts == 2
    wrong = book.work("wrong", "sum", (one, one))
    with in_language("zh"), pytest.raises(PipelineError) as caught:
        proofread([], [], book, house, "简报.docx")
    assert [row for row in caught.value.rows if "wrong" in row] and wrong.printed in str(caught.value.rows)
