"""What the gate answers about evidence, from rows in sight."""

import datetime as dt

import duckdb
import pytest

from dashboard.components import evidence as shown
from pipelines.assessment.tables import create_table
from pipelines.engine import fetch
from pipelines.forecast.proof.evidence import RELIABILITY, SKILL
from pipelines.forecast.proof.schema import BACKTESTS, CHOICES, EVIDENCE
from pipelines.proof_readers import ProofReaders
from pipelines.texts import in_language

DAY = dt.date(2024, 9, 30)
SERIES, MODELS = '["deaths@120000/deaths"]', '["ours"]'


class House(ProofReaders):
    """A gate over tables in memory."""

    def __init__(self, **tables):
        self.connection = duckdb.connect()
        for name, (columns, rows) in tables.items():
            create_table(self.connection, name, columns, rows)
        self.named = set(tables)

    def query(self, sql, params=()):
        return fetch(self.connection, sql, params)

    def tables(self):
        return self.named

    def columns(self, table):
        return []


def house(evidence=(), reliability=(), skill=()):
    chances = [(row[0], row[1], row[2], 0.7) for row in evidence]
    names = {"plan_id": "VARCHAR", "target_id": "VARCHAR", "as_of_on": "DATE", "probability": "DOUBLE"}
    return House(
        forecast_evidence=(EVIDENCE, list(evidence)),
        forecast_probabilities=(names, chances),
        forecast_reliability=(RELIABILITY, list(reliability)),
        forecast_skill=(SKILL, list(skill)),
        forecast_backtests=(BACKTESTS, []),
    )


def row(target="1", models=MODELS, coverage=(0.75, 20), series=SERIES):
    return ("p", target, DAY, "levels", 2, 7, series, models, *coverage, "naive", 0.5, 0.8)


@pytest.fixture(autouse=True)
def english():
    with in_language("en"):
        yield


def test_the_bin_of_what_is_said_is_counted_at_its_own_lead():
    bins = [("levels", 0, 7, 0.7, 0.5, 900), ("levels", 2, 7, 0.7, 0.72, 100), ("levels", 2, 6, 0.6, 0.1, 100)]
    found = house([row()], bins).evidence("p", "1", DAY)
    assert (found["said"], found["came_true"], found["lead"]) == (100, 72, 2)
    assert any(
        '100 targets were called "about 70%" 2 years ahead; 72 of them were met (72%)' in t for t in found["texts"]
    )


def test_a_bin_with_few_targets_gives_way_to_all_leads():
    bins = [("levels", 0, 7, 0.7, 0.5, 900), ("levels", 2, 7, 0.7, 1.0, 29)]
    found = house([row()], bins).evidence("p", "1", DAY)
    assert (found["said"], found["came_true"], found["lead"]) == (900, 450, 0)


def test_the_own_backtest_is_told_with_its_number_and_the_baselines():
    texts = house([row()]).evidence("p", "1", DAY)["texts"]
    assert "of 20 yearly forecasts of the past, 15 came within their 80% interval (75%)" in texts[0]
    beside = "; of the best baseline (last year's value), 50%; the error (CRPS) is 0.80 times that of this baseline."
    assert texts[0].endswith(beside)


def test_of_fewer_than_ten_cases_no_percentage_is_told():
    few = [("levels", 0, 7, 0.75, 2 / 3, 3)]
    with in_language("zh"):
        told = " ".join(house([row(coverage=(2 / 3, 3))], few).evidence("p", "1", DAY)["texts"])
        record = house([row(coverage=(2 / 3, 3))], [*few, ("levels", 0, 9, 0.9, 0.9, 100)]).track_record("p", DAY)
    assert "3 次年度预测中，2 次" in told and "实现" not in told  # three targets of a bin are not told at all
    assert not any(f"{share}%" in told for share in (33, 50, 66, 67))
    assert record["text"].endswith("；本规划所据各数列合计 3 次年度回测中，2 次落在 80% 区间内（分项见指标页）")


def test_a_series_without_a_backtest_says_so():
    found = house([row(coverage=(None, 0))]).evidence("p", "1", DAY)
    assert "too short" in found["texts"][0]


def test_a_baseline_that_is_used_is_named():
    texts = house([row(models='["ours", "straight_line"]')]).evidence("p", "1", DAY)["texts"]
    assert any("the straight line did better" in text for text in texts)


@pytest.mark.parametrize(("reason", "is_told"), [("unproven", True), ("better", False), ("too_few", False)])
def test_a_model_that_has_not_beaten_a_baseline_is_told_as_such(reason, is_told):
    gate = house([row()])
    scores = '{"ours": 3.0, "naive": 2.9, "seasonal_naive": 2.0}'
    choice = ("120000", "deaths", "deaths@120000/deaths", DAY, "ours", reason, 2, 11, scores)
    create_table(gate.connection, "forecast_choices", CHOICES, [choice])
    gate.named.add("forecast_choices")
    told = " ".join(gate.evidence("p", "1", DAY)["texts"])
    assert ("On 1 of the series behind it the same month of last year had the smaller error" in told) == is_told


def test_without_a_forecast_there_is_no_evidence():
    assert house([row()]).evidence("p", "1", dt.date(2024, 6, 30)) is None
    assert House().evidence("p", "1", DAY) is None
    assert House().track_record("p", DAY) is None
    assert shown.card(None, ()) == ""


def test_the_track_record_counts_a_series_once_however_many_targets_rest_on_it():
    bins = [
        ("levels", 0, 10, 0.95, 0.9, 100),
        ("disasters", 0, 8, 0.8, 0.5, 20),
        ("levels", 0, 0, 0.05, 0.1, 50),
        ("levels", 0, 5, 0.5, 0.5, 500),
        ("levels", 1, 10, 0.95, 0.9, 100),
        ("synthetic", 5, 10, 0.95, 0.9, 100),
    ]
    other = row("3", coverage=(1.0, 10), series='["b/count"]')
    found = house([row("1"), row("2"), other], bins).track_record("p", DAY)
    assert {name: found[name] for name in ("likely", "likely_met", "unlikely", "unlikely_met", "n", "inside")} == {
        "likely": 120,
        "likely_met": 100,
        "unlikely": 50,
        "unlikely_met": 5,
        "n": 30,
        "inside": 25,
    }


def test_the_card_tells_each_bin_in_the_words_of_the_verdict_once():
    bins = [("levels", 2, one, one / 10, one / 10, 40) for one in range(11)]
    gate = house([row()], bins)
    card = shown.card(*shown.of(gate, "p", "1", DAY))
    assert card.count("About 90%") == card.count("90% or more") == card.count("Less than 10%") == 1
    assert (card.count("about 70%"), card.count("About 70%")) == (1, 1), "in the sentence and in the table"
    assert "<details>" in card and "<details open>" in shown.card(*shown.of(gate, "p", "1", DAY), is_open=True)
