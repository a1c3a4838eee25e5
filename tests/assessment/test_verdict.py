import pytest

from pipelines.assessment.verdict import ORDER, Finding, displayed_tenths, probability_words, verdict_of
from pipelines.settings import Verdict
from pipelines.texts import has

OPEN = Finding(None, "open")


@pytest.mark.parametrize(
    ("probability", "verdict"),
    [
        (1.0, "likely"),
        (0.75, "likely"),
        (0.7499, "possible"),
        (0.45, "possible"),
        (0.4499, "needs_effort"),
        (0.15, "needs_effort"),
        (0.1499, "unlikely"),
        (0.0, "unlikely"),
    ],
)
def test_the_displayed_probability_decides(probability, verdict):
    assert verdict_of(OPEN, Verdict(), probability) == verdict


def test_what_is_settled_is_not_overruled_by_a_forecast():
    for settled in ("no_data", "met", "not_met", "out_of_reach", "secured", "watched"):
        assert verdict_of(Finding(settled, "x"), Verdict(), 0.5) == settled


def test_before_forecasts_undecided_and_after_a_refusal_no_forecast():
    assert verdict_of(OPEN, Verdict()) == "undecided"
    assert verdict_of(OPEN, Verdict(), too_thin=True) == "no_forecast"


def test_an_unconfirmed_definition_that_matters_allows_no_probability():
    assert verdict_of(Finding("met", "x", definition_to_confirm=True), Verdict(), 0.9) == "no_forecast"


def test_thresholds_come_from_the_settings():
    assert verdict_of(OPEN, Verdict(likely=0.9), 0.8) == "possible"


@pytest.mark.parametrize(
    ("probability", "zh", "en"),
    [
        (0.0, "不足一成", "less than 10%"),
        (0.0999, "不足一成", "less than 10%"),
        (0.1, "约一成", "about 10%"),
        (0.25, "约三成", "about 30%"),
        (0.8999, "约九成", "about 90%"),
        (0.9, "九成以上", "90% or more"),
    ],
)
def test_probability_in_words(probability, zh, en):
    assert probability_words(probability, "zh") == zh
    assert probability_words(probability, "en") == en


def test_a_number_that_is_no_probability_is_refused():
    with pytest.raises(ValueError, match="no probability"):
        displayed_tenths(1.2)


def test_every_verdict_has_a_word():
    assert all(has(f"verdicts.{key}") for key in ORDER)
