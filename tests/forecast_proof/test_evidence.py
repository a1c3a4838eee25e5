"""The shipped evidence is what the present models do on the real series, and is told in the words of the verdicts."""

import importlib
import os
import sys

import numpy as np
import pytest

from pipelines.assessment.verdict import probability_words
from pipelines.forecast.proof.evidence import FOLDER, reliability_rows, sample_rows, skill_rows
from pipelines.forecast.said import said_class


@pytest.mark.real_data
def test_a_sample_of_the_cases_gives_the_shipped_bins_again(repository, monkeypatch):
    if not (repository.parent / "shared/real-data/forecast-domain").is_dir():
        if os.environ.get("CI"):
            pytest.fail("../shared/real-data is not there")
        pytest.skip("../shared/real-data is not there")
    monkeypatch.syspath_prepend(repository / "benchmarks")
    benchmark = importlib.import_module("forecast_evidence")
    found = {row[:3]: row[3:] for row in benchmark.reliability_of(benchmark.SAMPLED)}
    shipped = {row[:3]: row[3:] for row in sample_rows()}
    sys.modules.pop("forecast_evidence", None)
    assert set(found) == set(shipped)
    for place, (stated, happened, n) in shipped.items():
        assert found[place][2] == n
        assert found[place][:2] == pytest.approx((stated, happened), abs=2e-5)


def test_bins_are_the_words_that_are_said():
    for p in np.round(np.arange(0, 1.0001, 0.005), 3):
        same = [q for q in np.round(np.arange(0, 1.0001, 0.005), 3) if said_class(q) == said_class(p)]
        assert {probability_words(q, "en") for q in same} == {probability_words(p, "en")}
        assert {probability_words(q, "zh") for q in same} == {probability_words(p, "zh")}


def test_every_kind_and_lead_has_bins_that_add_up_to_all_leads():
    rows = reliability_rows()
    assert {kind for kind, *_ in rows} == {"levels", "disasters", "synthetic"}
    for kind in ("levels", "disasters"):
        counted = {lead: sum(row[5] for row in rows if row[:2] == (kind, lead)) for lead in range(6)}
        assert counted[0] == sum(counted[lead] for lead in range(1, 6)) > 4000
        assert min(counted.values()) > 900
    assert all(0 <= stated <= 1 and 0 <= happened <= 1 and n > 0 for *_, stated, happened, n in rows)
    assert all(sum(row[5] for row in rows if row[:2] == ("synthetic", lead)) > 9_900 for lead in (0, 5))


def test_what_is_stated_comes_true_as_often_within_what_luck_allows():
    for kind, lead, _, stated, happened, n in reliability_rows():
        if kind == "levels" and lead == 0:
            assert abs(stated - happened) < 0.06, "the countries hang together, so luck is wider than the binomial"
        if kind == "synthetic" and n > 300:
            assert abs(stated - happened) < 0.08


def test_brier_is_the_sum_of_its_parts_and_beats_naive_by_more_than_its_error():
    names = ("kind", "lead", "model", "targets", "cases", "countries", "brier", "reliability", "resolution")
    names += ("uncertainty", "within", "ece", "ece_if_perfect", "ece_limit", "skill", "skill_se", "coverage80")
    for row in (dict(zip(names, one, strict=False)) for one in skill_rows()):
        parts = row["reliability"] - row["resolution"] + row["uncertainty"] + row["within"]
        assert row["brier"] == pytest.approx(parts, abs=5e-5)
        if row["model"] == "ours":
            assert row["skill"] > 2 * row["skill_se"] > 0
        else:
            assert row["skill"] == 0


def test_every_file_says_what_it_is_and_when_it_was_made():
    files = sorted(FOLDER.glob("*.csv"))
    assert [file.name for file in files] == ["reliability.csv", "sample.csv", "scores.csv"]
    for file in files:
        about, made = file.read_text(encoding="utf-8").splitlines()[:2]
        assert about.startswith("# ") and "benchmarks/forecast_evidence.py on 20" in made
