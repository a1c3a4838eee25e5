"""Backtests of drivers: nothing after a cutoff is read, months and years are judged, kept by content."""

import datetime as dt

import numpy as np
import pytest

from pipelines.forecast.backtest import rolling_origin
from pipelines.forecast.proof.backtests import backtest, backtest_all
from pipelines.forecast.proof.models import MODELS
from pipelines.forecast.proof.subjects import Subject
from pipelines.forecast.targets.cache import Cache

FIRST = 2016 * 12


def monthly(model="count", part="count", kind="count", values=None, numbers=None):
    counts = np.random.default_rng(3).poisson(20, 84).astype(float) if values is None else values
    return Subject("x@120000", part, model, kind, True, FIRST, counts, numbers or {})


def deaths():
    rng = np.random.default_rng(4)
    accidents = rng.poisson(8, 72).astype(float)
    month = FIRST + np.repeat(np.arange(72), accidents.astype(int))
    dead = np.where(rng.random(month.size) < 0.1, 2.0, 1.0)
    values = np.bincount(month - FIRST, weights=dead, minlength=72)
    numbers = {"accidents": accidents, "month": month, "dead": dead, "pool_month": month, "pool_dead": dead}
    return monthly("deaths", "deaths", values=values, numbers=numbers)


def disasters():
    rng = np.random.default_rng(5)
    month = FIRST + np.flatnonzero(rng.random(84) < 0.3)
    sizes = {name: rng.pareto(2, month.size) * 100 for name in ("loss", "flood_loss", "affected", "dead")}
    values = np.zeros(84)
    values[month - FIRST] = sizes["loss"]
    numbers = {"month": month, **sizes, **{f"pool_{name}": one for name, one in {"month": month, **sizes}.items()}}
    return monthly("disasters", "loss", "amount", values, numbers)


def rare():
    values = (np.random.default_rng(6).random(84) < 0.05).astype(float)
    pool = {"pool_events": values * 3, "accidents": np.full(84, 5.0), "pool_accidents": np.full(84, 20.0)}
    return monthly("rare", values=values, numbers=pool)


def yearly(model="annual", kind="rate", numbers=None):
    values = 50 + np.random.default_rng(7).normal(0, 2, 12)
    return Subject("x@120000", "value", model, kind, False, 2010, values, numbers or {})


def hours():
    year = np.repeat(np.arange(2010, 2022), 5)
    in_time = (np.arange(60) % 3 > 0).astype(float)
    share = np.array([in_time[year == one].mean() for one in range(2010, 2022)])
    return Subject("x@1", "in_time", "hours", "share", False, 2010, share, {"year": year, "in_time": in_time})


SUBJECTS = {
    "count": monthly,
    "deaths": deaths,
    "rare": rare,
    "disasters": disasters,
    "annual": yearly,
    "denominator": lambda: yearly("denominator", "amount", {"nature": "gdp"}),
    "hours": hours,
}


def test_every_model_of_a_driver_has_a_backtest():
    from pipelines.forecast.targets.simulate import MODELS as drivers

    assert set(MODELS) == set(SUBJECTS) == set(drivers)


@pytest.mark.parametrize("name", SUBJECTS)
def test_what_comes_after_the_cutoff_changes_no_forecast(name):
    whole = SUBJECTS[name]()
    seen = len(whole.values) - (24 if whole.is_monthly else 3)
    past, horizon = whole.values[:seen], 24 if whole.is_monthly else 2
    asked = {"kind": whole.kind, "n_paths": 50}
    now = MODELS[name](whole)(past, horizon, rng=np.random.default_rng(1), **asked)
    cut = Subject(
        whole.driver,
        whole.part,
        name,
        whole.kind,
        whole.is_monthly,
        whole.first,
        past,
        _cut(whole.numbers, seen, whole),
    )
    then = MODELS[name](cut)(past, horizon, rng=np.random.default_rng(1), **asked)
    assert np.array_equal(now, then)
    assert now.shape == (50, horizon) and (now >= 0).all() and np.isfinite(now).all()


def _cut(numbers, seen, whole):
    """The numbers as they would be if the world had ended at the cutoff."""
    cut = {}
    for prefix in ("", "pool_"):
        names = [one for one in numbers if one.startswith("pool_") == bool(prefix)]
        dated = numbers.get(f"{prefix}month", numbers.get(f"{prefix}year"))
        for one in names:
            value = numbers[one]
            if dated is not None and np.shape(value) == np.shape(dated):
                cut[one] = value[dated < whole.first + seen]
            else:
                cut[one] = value[:seen] if np.size(value) > 1 else value
    return cut


def test_months_and_totals_of_twelve_months_are_judged_beside_every_baseline():
    found = backtest(monthly())
    spans = {(span, model) for span, model in zip(found["span"], found["model"], strict=True)}
    models = ("ours", "naive", "straight_line", "seasonal_naive")
    assert spans == {(span, model) for span in ("month", "year") for model in models}
    of_year = (found["span"] == "year") & (found["model"] == "ours")
    first = np.flatnonzero(of_year & (found["horizon"] == 1))[0]
    assert found["cutoff"][first] == 47
    assert found["actual"][first] == monthly().values[48:60].sum()
    assert ((found["pit"] >= 0) & (found["pit"] <= 1)).all()


def test_cutoffs_are_quarter_ends(tmp_path):
    rows = backtest_all([monthly()], Cache(None))
    assert {(row.cutoff.month, row.cutoff.day) for row in rows} <= {(3, 31), (6, 30), (9, 30), (12, 31)}
    assert all(row.judged_on > row.cutoff for row in rows)
    yearly_ones = [row for row in rows if row.span == "year" and row.horizon == 1]
    assert yearly_ones[0].cutoff == dt.date(2019, 12, 31) and yearly_ones[0].judged_on == dt.date(2020, 12, 31)


def test_a_series_that_is_too_short_has_no_rows_and_no_error():
    short = monthly(values=np.ones(48))
    gaps = yearly()
    gaps.values[1:10] = np.nan
    assert backtest_all([short, gaps], Cache(None)) == []


def test_a_year_that_is_missing_is_not_judged():
    subject = yearly()
    subject.values[8] = np.nan
    rows = backtest_all([subject], Cache(None))
    assert rows and all(row.judged_on.year != 2018 for row in rows)


def test_what_was_backtested_before_comes_from_the_cache_until_the_content_changes(tmp_path, monkeypatch):
    cache = Cache(tmp_path)
    first = backtest_all([yearly()], cache)
    monkeypatch.setattr("pipelines.forecast.proof.backtests.backtest", lambda subject: pytest.fail("backtested again"))
    assert backtest_all([yearly()], cache) == first
    monkeypatch.undo()
    other = yearly()
    other.values[0] += 1
    assert backtest_all([other], cache, tidy=True) != first
    assert len(list(tmp_path.glob("*.paths"))) == 1


def test_the_number_of_processes_changes_nothing(monkeypatch):
    monkeypatch.setattr("pipelines.forecast.proof.backtests.WORTH_A_PROCESS", 2)
    subjects = [yearly(), rare()]
    assert backtest_all(subjects, Cache(None), processes=2) == backtest_all(subjects, Cache(None))


def test_sums_over_a_span_are_judged_by_the_sum_of_what_came():
    def exact(past, horizon, **_):
        return np.tile(np.arange(len(past), len(past) + horizon, dtype=float), (10, 1))

    values = np.arange(40.0)
    rows = rolling_origin(
        values, 2, {"exact": exact}, kind="rate", min_train=10, rng=np.random.default_rng(0), span=12, every=5
    )
    assert [(row["cutoff"], row["horizon"]) for row in rows] == [(9, 1), (9, 2), (14, 1), (14, 2), (19, 1), (24, 1)]
    assert all(row["crps"] == 0 and row["mean"] == row["actual"] for row in rows)
