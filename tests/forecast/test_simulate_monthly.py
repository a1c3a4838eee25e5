"""`simulate_monthly`: shape, bounds, season, exposure, Spring Festival."""

import numpy as np
import pytest

from pipelines.errors import PipelineError
from pipelines.forecast import simulate_monthly
from pipelines.forecast.spring_festival import SPRING_FESTIVAL, festival_share

MONTHS = np.arange(96)
RNG = np.random.default_rng(7)
ODD = {
    "constant count": (np.full(36, 7.0), "count"),
    "all zero count": (np.zeros(36), "count"),
    "one event": (np.eye(1, 36, 20)[0], "count"),
    "shortest": (RNG.poisson(3, 24), "count"),
    "a gap": (np.where(MONTHS % 17 == 3, np.nan, RNG.poisson(20, 96)), "count"),
    "a gap first and last": (np.r_[np.nan, RNG.poisson(20, 40), np.nan], "count"),
    "overdispersed": (RNG.negative_binomial(1, 0.02, 96), "count"),
    "billions counted": (RNG.poisson(2e9, 48), "count"),
    "all zero amount": (np.zeros(36), "amount"),
    "floods": (np.where(np.isin(MONTHS % 12, (6, 7)) & (RNG.random(96) < 0.4), RNG.pareto(1, 96) * 1e6, 0), "amount"),
    "a steady amount": (1e9 * np.exp(RNG.normal(0, 0.1, 60)), "amount"),
    "constant rate": (np.full(30, 2.5), "rate"),
    "share at 100 %": (np.ones(30), "share"),
    "share": (np.clip(0.9 + RNG.normal(0, 0.08, 60), 0, 1), "share"),
}


@pytest.mark.parametrize("start", [None, (2016, 3)])
@pytest.mark.parametrize("name", ODD)
def test_odd_histories_give_possible_paths(name, start):
    history, kind = ODD[name]
    paths = simulate_monthly(history, 30, kind=kind, n_paths=100, rng=np.random.default_rng(5), start=start)
    assert paths.shape == (100, 30)
    assert np.isfinite(paths).all()
    assert paths.min() >= 0
    assert kind != "share" or paths.max() <= 1
    assert kind != "count" or (paths % 1 == 0).all()


@pytest.mark.parametrize("name", ["a gap", "floods", "share", "a steady amount"])
def test_same_generator_same_paths(name):
    history, kind = ODD[name]
    first, second, other = (
        simulate_monthly(history, 6, kind=kind, n_paths=50, rng=np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert (first == second).all()
    assert (first != other).any()


def test_too_few_months_says_how_many_are_needed():
    with pytest.raises(PipelineError) as error:
        simulate_monthly([3] * 23, 5, kind="count", rng=np.random.default_rng(0))
    assert error.value.tell("en") == (
        "23 values are too few for a forecast\n"
        "Rule: at least 24 values\n"
        "To do: add earlier periods, or read the pace only"
    )


def test_the_season_is_found():
    rng = np.random.default_rng(1)
    counts = rng.poisson(30 * np.exp(0.6 * np.cos(2 * np.pi * (MONTHS - 7) / 12)))
    mean = simulate_monthly(counts, 12, kind="count", rng=rng).mean(0)
    assert mean.argmax() in (6, 7, 8)
    assert mean.max() / mean.min() > 2.2


def test_twice_the_exposure_ahead_gives_twice_the_count():
    rng = np.random.default_rng(1)
    counts = rng.poisson(50, 60)
    units = np.full(72, 1000.0)
    same = simulate_monthly(counts, 12, kind="count", exposure=units, rng=np.random.default_rng(2)).mean()
    units[60:] = 2000
    double = simulate_monthly(counts, 12, kind="count", exposure=units, rng=np.random.default_rng(2)).mean()
    assert double / same == pytest.approx(2, rel=0.03)


def test_an_exposure_of_another_length_is_refused():
    with pytest.raises(ValueError, match="exposure must be 24 or 36 positive numbers"):
        simulate_monthly([3] * 24, 12, kind="count", exposure=[1.0] * 30, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="exposure belongs to counts"):
        simulate_monthly([3.5] * 24, 12, kind="rate", exposure=[1.0] * 24, rng=np.random.default_rng(0))


def test_intervals_hold_on_a_seasonal_poisson():
    rng = np.random.default_rng(4)
    inside = []
    for _ in range(30):
        counts = rng.poisson(12 * np.exp(0.3 * np.cos(2 * np.pi * MONTHS / 12)))
        paths = simulate_monthly(counts[:84], 12, kind="count", n_paths=300, rng=rng)
        low, high = np.quantile(paths, (0.1, 0.9), axis=0)
        inside += list((low <= counts[84:]) & (counts[84:] <= high))
    assert 0.78 <= np.mean(inside) <= 0.93


def test_the_spring_festival_moves_between_january_and_february():
    """Deaths fall by half in the month of the holiday; 2023 had it in January, 2024 in February."""
    rng = np.random.default_rng(3)
    share = festival_share((2010, 1), 12 * 15)
    counts = rng.poisson(200 * np.exp(-0.7 * share))
    ahead = simulate_monthly(counts[: 12 * 13], 24, kind="count", rng=rng, start=(2010, 1)).mean(0)
    january, february = ahead[0] / ahead[12], ahead[1] / ahead[13]
    assert january < 0.75
    assert february > 1.3


def test_the_dates_of_the_spring_festival():
    """New moons as published by the Purple Mountain Observatory's calendar for years that everyone remembers."""
    known = {2010: "02-14", 2015: "02-19", 2020: "01-25", 2021: "02-12", 2022: "02-01", 2023: "01-22", 2024: "02-10"}
    known |= {2025: "01-29", 2026: "02-17", 2027: "02-06", 2028: "01-26", 2029: "02-13", 2030: "02-03", 2035: "02-08"}
    assert {year: f"{SPRING_FESTIVAL[year]:%m-%d}" for year in known} == known
    assert sorted(SPRING_FESTIVAL) == list(range(2000, 2051))
    for year, day in SPRING_FESTIVAL.items():
        assert day.year == year
        assert (1, 21) <= (day.month, day.day) <= (2, 20)
        if year + 1 in SPRING_FESTIVAL:
            assert (SPRING_FESTIVAL[year + 1] - day).days in (353, 354, 355, 383, 384, 385)


def test_a_month_of_spring_without_a_known_date_is_not_guessed():
    assert np.isnan(festival_share((2051, 1), 1)).all()
    assert festival_share((2024, 1), 3).tolist() == [0.0, 1.0, 0.0]
