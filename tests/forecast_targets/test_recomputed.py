"""Probabilities and bands in the tables are what the stored paths say, worked out a second time by hand."""

import pytest

from pipelines.forecast.targets.series import N_PATHS
from tests.forecast_targets import by_hand, district

START = 2021
KINDS = {"end_value", "reduction", "period_mean", "period_total", "every_year", "events"}


@pytest.fixture(scope="module")
def stored(forecast_build):
    return by_hand.Stored(lambda sql: forecast_build.execute(sql).fetchall(), "beichen")


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    plan = district.office_of(tmp_path_factory.mktemp("plans"), "beichen").plans["beichen"]
    return {target.id: target.kind for target in plan.targets}


def newest(forecast_build, table, columns):
    sql = f"SELECT {columns} FROM {table} WHERE as_of_on = (SELECT MAX(as_of_on) FROM {table})"
    return forecast_build.execute(sql).fetchall()


def simulated(forecast_build, stored):
    rows = newest(forecast_build, "forecast_probabilities", "target_id, probability, model")
    return {
        target: probability for target, probability, model in rows if model != "decided" and target in stored.recipes
    }


def test_every_kind_of_target_is_among_them(forecast_build, stored, kinds):
    assert {kinds[target] for target in simulated(forecast_build, stored)} == KINDS


def test_every_probability_is_the_share_of_paths_that_meet_the_target(forecast_build, stored, kinds):
    for target, probability in simulated(forecast_build, stored).items():
        met = by_hand.hits(stored, stored.recipes[target], kinds[target], START, N_PATHS)
        assert probability == pytest.approx(sum(met) / len(met), abs=1e-12), target


def test_every_band_is_a_quantile_of_the_paths_of_its_year(forecast_build, stored, kinds):
    edges = "median, lo50, hi50, lo80, hi80"
    of_totals = ", ".join(f"total_{edge}" for edge in edges.split(", "))
    rows = sorted(newest(forecast_build, "forecast_fans", f"target_id, year, {edges}, {of_totals}"))
    of_target = {target: [row for row in rows if row[0] == target] for target, *_ in rows}
    assert {kinds[target] for target in of_target} == KINDS - {"events"}
    for target, own in of_target.items():
        by_year = by_hand.bands(stored, stored.recipes[target], START, N_PATHS)
        assert [row[1] for row in own] == sorted(by_year), target
        for _, year, *said in own:
            assert said[:5] == pytest.approx(by_year[year], rel=1e-6), (target, year)
        if kinds[target] == "period_total":
            totals = by_hand.bands(stored, stored.recipes[target], START, N_PATHS, running=True)
            assert all(list(row[7:]) == pytest.approx(totals[row[1]], rel=1e-6) for row in own)
        else:
            assert all(row[7:] == (None,) * 5 for row in own)
