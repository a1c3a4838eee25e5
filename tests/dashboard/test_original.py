"""Clauses of a plan stand in Chinese on English pages, and say so."""

from dashboard.components import indicator_parts
from pipelines.original import original
from pipelines.texts import in_language

ROW = {"quote": "死亡率下降33%", "printed": "下降33%", "clause": "表1 第1项", "section": None}
PLAN = {"title_zh": "规划", "title_en": "Plan"}


def test_an_english_page_says_that_a_quoted_clause_is_the_original():
    with in_language("en"):
        card = indicator_parts.clause(ROW, PLAN)
        assert "“死亡率下降33%” (original Chinese)" in card and "表1 第1项 (original Chinese)" in card
        assert original("section 3") == "section 3" and original("") == ""


def test_a_chinese_page_says_nothing_of_it():
    with in_language("zh"):
        assert original("表1 第1项") == "表1 第1项"
        assert "“死亡率下降33%”" in indicator_parts.clause(ROW, PLAN)
