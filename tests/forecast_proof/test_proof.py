"""The proof of one district's plan: what is backtested, what is chosen, what stands beside each target."""

import dataclasses
import datetime as dt

import numpy as np
import pytest

from pipelines.forecast.proof import Proof
from pipelines.forecast.proof.backtests import Judged
from pipelines.forecast.targets.cache import Cache
from pipelines.forecast.targets.counts import count_paths, death_paths
from pipelines.forecast.targets.probability import evaluate, prepare
from pipelines.forecast.targets.simulate import simulate
from pipelines.texts import say
from tests.forecast_targets import district

EARLY, NEWEST = dt.date(2022, 9, 30), dt.date(2023, 9, 30)


@pytest.fixture(scope="module")
def proven(tmp_path_factory):
    folder = tmp_path_factory.mktemp("proof")
    house = district.build(folder, district.records())
    plans = district.office_of(folder, "tianjin", "beichen")
    found = []
    for day in (EARLY, NEWEST):
        gatherer = district.gatherer_of(house, plans, day)
        found.append(prepare(gatherer, gatherer.archive.office.plans["beichen"], day))
    proof = Proof.of(gatherer, found, Cache(None))
    yield gatherer, found, proof
    house.close()


def test_every_driver_is_backtested_at_its_newest_date_with_one_chosen_model(proven):
    _, (_, newest), proof = proven
    rows = [
        dict(zip(("region", "series", "kind", "span"), row, strict=False)) | {"row": row}
        for row in proof.backtest_rows()
    ]
    assert {row["series"].partition("/")[0] for row in rows} <= set(newest.series)
    assert "other_deaths@120113/deaths" in {row["series"] for row in rows}
    chosen = {(row["series"], row["row"][7]) for row in rows if row["row"][-1]}
    assert len(chosen) == len({series for series, _ in chosen})
    assert all(row["region"] == "120113" for row in rows)


def test_what_is_judged_is_settled_and_was_known(proven):
    _, _, proof = proven
    assert max(row.judged_on for rows in proof.judged.values() for row in rows) <= NEWEST


def test_a_target_gets_its_lead_its_bin_and_a_coverage_from_what_had_come_by_then(proven):
    gatherer, (early, newest), proof = proven
    coverage = {}
    for prepared in (early, newest):
        paths = {name: simulate(series) for name, series in prepared.series.items()}
        for one in evaluate(gatherer, prepared, paths):
            row = proof.target_row(prepared, one)
            if row is None:
                assert one.probability is None or one.found is None
                continue
            plan, target, as_of, kind, lead, said, _, models, covered, n, baseline, *_ = row
            assert (plan, as_of, lead) == ("beichen", prepared.as_of, 4 if as_of == EARLY else 3)
            assert kind in ("levels", "disasters") and 0 <= said <= 10 and models.startswith("[")
            assert (covered is None) == (n == 0) and (baseline is None) == (n == 0)
            coverage.setdefault(target, []).append(n)
    assert any(later > earlier for earlier, later in filter(lambda pair: len(pair) == 2, coverage.values()))


def beaten_by(proof, series, model):
    """The proof, had a baseline always been right on one series."""
    judged = dict(proof.judged)
    judged[NEWEST, series] = [
        Judged(
            series, "count", "year", dt.date(year, 12, 31), 1, dt.date(year + 1, 12, 31), name, 1, 1, 0, 2, score, 0.5
        )
        for year in range(2010, 2020)
        for name, score in (("ours", 1.0), (model, 0.1))
    ]
    return dataclasses.replace(proof, judged=judged)


def test_a_baseline_that_did_better_is_what_the_driver_is_forecast_with(proven):
    _, (_, newest), proof = proven
    name = "drills@120113"
    applied = beaten_by(proof, f"{name}/count", "naive").applied(newest).series[name]
    assert applied.numbers["method"] == "naive" and applied.key != newest.series[name].key
    paths = count_paths(applied, np.random.default_rng(1))["count"]
    last = np.asarray(applied.numbers["observed"])[-12:].sum()
    assert abs(np.median(paths[-1]) - last) < 0.2 * last
    assert (paths % 1 == 0).all() and (paths >= 0).all()


def test_deaths_by_a_baseline_stay_whole_and_their_accidents_keep_their_model(proven):
    _, (_, newest), proof = proven
    own = proof.applied(newest).series["other_deaths@120113"]
    applied = beaten_by(proof, "other_deaths@120113/deaths", "straight_line").applied(newest).series[own.name]
    ours, other = (death_paths(series, np.random.default_rng(1)) for series in (own, applied))
    assert np.array_equal(ours["accidents"], other["accidents"])
    assert not np.array_equal(ours["deaths"], other["deaths"])
    assert (other["deaths"] % 1 == 0).all() and (other["deaths"] >= 0).all()


def test_the_rate_behind_deaths_by_a_baseline_is_the_baseline_s_own(proven):
    _, (_, newest), proof = proven
    own = newest.series["other_deaths@120113"]
    applied = beaten_by(proof, "other_deaths@120113/deaths", "straight_line").applied(newest).series[own.name]
    paths = death_paths(applied, np.random.default_rng(1))
    deaths, rate = paths["deaths"][-1], paths["rate"][-1]
    assert rate.mean() == pytest.approx(deaths.mean(), rel=0.01)
    assert 0 < rate.std() < deaths.std() and (rate >= 0).all()


def test_nothing_stands_in_for_a_model_whose_parts_belong_together(proven):
    _, (_, newest), proof = proven
    series = newest.series["disasters@120113"]
    chosen = beaten_by(proof, f"{series.name}/loss", "naive").choice(series, NEWEST)
    assert (chosen.model, chosen.reason) == ("ours", "kept")


def test_a_target_whose_driver_missed_more_often_than_chance_allows_has_no_probability(proven):
    gatherer, (_, newest), proof = proven
    name = "other_deaths@120113"
    judged = dict(proof.judged)
    judged[NEWEST, f"{name}/deaths"] = [
        Judged(name, "count", "year", dt.date(year, 12, 31), 1, dt.date(year + 1, 12, 31), "ours", 9, 1, 0, 2, 1, 1.0)
        for year in range(2015, 2021)
    ]
    applied = dataclasses.replace(proof, judged=judged).applied(newest)
    paths = {driver: simulate(series) for driver, series in applied.series.items()}
    refused = [one for one in evaluate(gatherer, applied, paths) if one.ground.refused == "missed_too_often"]
    assert {one.target.target.id for one in refused} >= {"1"}
    for one in refused:
        assert (one.probability, one.verdict, one.ground.n, one.ground.needed) == (None, "no_forecast", 6, 0)
        told = say("forecast.no_forecast.missed_too_often", "en", n=one.ground.n, needed=one.ground.needed)
        assert told.startswith("of 6 yearly forecasts of the past only 0 held what came")


def test_what_the_backtest_taught_goes_with_the_driver(proven):
    _, (early, newest), proof = proven
    for prepared in (early, newest):
        applied = proof.applied(prepared)
        for name, series in applied.series.items():
            assert (series.key == prepared.series[name].key) == (series.numbers == prepared.series[name].numbers)
            for part, (location, spread) in series.numbers.get("calibration", {}).items():
                assert abs(location) <= 1.5 and 0.5 <= spread <= 2 and (location, spread) != (0, 1)
                assert location == 0 or part == "value"
    assert any("calibration" in series.numbers for series in proof.applied(newest).series.values())
