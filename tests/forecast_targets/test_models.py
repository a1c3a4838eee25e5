"""The simulations of single drivers against what is known of them."""

import numpy as np
import pytest

from pipelines.forecast.completeness import complete, count_lags, net_share
from pipelines.forecast.targets.counts import death_paths
from pipelines.forecast.targets.series import N_PATHS, Series, by_year
from pipelines.forecast.targets.simulate import simulate

JANUARY_2014 = 2014 * 12


def months(counts, first=JANUARY_2014, **more):
    """Numbers of a monthly count that was reported at once."""
    counts = np.asarray(counts, float)
    lags = np.zeros(19)
    seen = {"at_lag": lags, "up_to_lag": lags, "removed_after": lags, "standing_at": lags}
    return {"observed": counts, "first_month": first, "is_in": np.ones(len(counts), bool), **seen, **more}


def test_years_of_monthly_paths_sum_and_missing_years_are_zero():
    found = by_year(np.ones((2, 14)), 2020 * 12 + 11, range(2019, 2023))
    assert found.tolist() == [[0, 0], [1, 1], [12, 12], [1, 1]]


def test_a_rare_event_has_the_gamma_poisson_answer():
    """A million months at one a year: the rate is known, so the count of the next year is Poisson(1)."""
    rng = np.random.default_rng(3)
    observed = rng.poisson(1 / 12, 1200)
    rate = observed.sum() / 100
    first = (2024 - 100) * 12
    numbers = months(observed, first, pool_events=100.0 * rate, pool_years=100.0, share=1.0)
    paths = simulate(Series("rare", "major@1", 2023, 2024, numbers))["count"]
    assert paths[1].mean() == pytest.approx(rate, abs=0.12)
    assert (paths[1] == 0).mean() == pytest.approx(np.exp(-rate), abs=0.05)
    assert paths[0].min() == paths[0].max() == observed[-12:].sum()


def test_a_region_that_never_had_the_event_borrows_from_its_city():
    numbers = months(np.zeros(120), pool_events=10.0, pool_years=10.0, share=0.1)
    paths = simulate(Series("rare", "major@1", 2024, 2024, numbers))["count"]
    # (0.105 * 4 + 0) / 14 a year: four years of the city's rate beside ten of its own
    assert (paths == 0).mean() == pytest.approx(np.exp(-0.03), abs=0.02)


def test_a_poisson_count_to_the_end_of_the_year_has_the_known_answer():
    """Ten a month for twelve years: a year brings 120, and its spread is that of a Poisson with a known rate."""
    rng = np.random.default_rng(5)
    numbers = months(rng.poisson(10, 144), 2012 * 12)
    paths = simulate(Series("count", "drills@1", 2023, 2024, numbers))["count"]
    assert paths[1].mean() == pytest.approx(120, rel=0.08)
    assert 9 < paths[1].std() < 25
    assert (paths[1] % 1 == 0).all()


def test_no_path_has_more_with_strike_offs_than_without():
    """Reports that come late, a tenth struck off later, some struck off already: both are drawn with the same luck."""
    lags = {"at_lag": np.r_[800.0, 150.0, 50.0, np.zeros(16)], "up_to_lag": np.r_[800.0, 950.0, np.full(17, 1000.0)],
            "standing_at": np.full(19, 900.0), "removed_after": np.r_[np.full(12, 100.0), np.zeros(7)],
            "struck": np.r_[np.zeros(140), 2, 0, 1, 0]}  # fmt: skip
    numbers = months(np.random.default_rng(5).poisson(10, 144), 2012 * 12, **lags)
    paths = simulate(Series("count", "drills@1", 2022, 2024, numbers))
    assert (paths["kept"] >= paths["count"]).all()
    assert paths["kept"][1].mean() > paths["count"][1].mean() + 3, "the year that has been, too"


def test_without_strike_offs_those_of_the_months_to_come_are_left_in_too():
    """Of 1000 reports 100 were struck off in the end; what is foretold is what would stay."""
    lags = {"standing_at": np.full(19, 900.0), "removed_after": np.r_[100.0, np.zeros(18)]}
    numbers = months(np.random.default_rng(5).poisson(10, 144), 2012 * 12, **lags)
    paths = simulate(Series("count", "drills@1", 2023, 2025, numbers))
    assert (paths["kept"][1:] >= paths["count"][1:]).all()
    assert paths["kept"][1:].mean() / paths["count"][1:].mean() == pytest.approx(1000 / 900, rel=0.01)
    assert (paths["kept"] % 1 == 0).all()


def test_without_strike_offs_the_recorded_ones_are_back_in_their_year():
    """Ten months of ten, and one drill struck off of March and two of November of the last year."""
    struck = np.zeros(120)
    struck[-10], struck[-2] = 1, 2
    paths = simulate(Series("count", "drills@1", 2022, 2024, months(np.full(120, 10.0), struck=struck)))
    assert (paths["count"][1] == 120).all() and (paths["kept"][1] == 123).all()
    assert (paths["struck"] == [[0], [3], [0]]).all()
    assert (paths["kept"][0] == paths["count"][0]).all() and (paths["kept"][2] == paths["count"][2]).all()
    none = simulate(Series("count", "drills@1", 2022, 2024, months(np.full(120, 10.0))))
    assert "struck" not in none and (none["kept"][:2] == none["count"][:2]).all()


def test_without_strike_offs_deaths_and_their_accidents_are_back():
    struck = {"struck": np.r_[np.zeros(116), 1.0], "dead_struck": np.r_[np.zeros(116), 3.0]}
    paths = simulate(Series("deaths", "d@1", 2022, 2024, deadly(**struck)))
    assert (paths["kept"][1] - paths["deaths"][1] == 3).all()
    assert (paths["accidents_kept"][1] - paths["accidents"][1] == 1).all()
    assert (paths["struck"][1] == 3).all() and (paths["accidents_struck"][1] == 1).all()


def test_deaths_are_accidents_times_deaths_per_accident():
    rng = np.random.default_rng(7)
    accidents = rng.poisson(6, 120)
    numbers = months(accidents)
    dead = {f"dead_{name}": value for name, value in months(2 * accidents).items()}
    classes = {"severity": np.array([2.0]), "severity_weight": np.array([500.0]), "pool_weight": np.array([1.0])}
    paths = simulate(Series("deaths", "d@1", 2023, 2024, {**numbers, **dead, **classes}))
    assert (paths["ahead"][1] == 2 * paths["accidents"][1]).all()
    assert paths["deaths"][1].mean() == pytest.approx(paths["rate"][1].mean(), rel=0.03)
    assert paths["rate"][1].std() < paths["deaths"][1].std()
    assert (paths["deaths"][0] == 2 * accidents[-12:].sum()).all()


def deadly(**more):
    """A driver of deaths whose accidents take two lives each in half of the cases."""
    accidents = np.random.default_rng(7).poisson(6, 117)
    dead = {f"dead_{name}": value for name, value in months(2 * accidents).items()}
    classes = {"severity": np.array([1.0, 3.0]), "severity_weight": np.full(2, 250.0), "pool_weight": np.ones(2)}
    return {**months(accidents), **dead, **classes, **more}


LESSON = {"calibration": {"deaths": (0.4, 1.3), "accidents": (0.0, 1.2)}}


def test_a_lesson_moves_what_is_to_come_and_leaves_what_has_been():
    """September 2023: the year before is known, three months of this one and all of the next are not."""
    usual, taught = (simulate(Series("deaths", "d@1", 2022, 2024, deadly(**more))) for more in ({}, LESSON))
    assert np.array_equal(usual["deaths"][0], taught["deaths"][0])
    so_far = deadly()["dead_observed"][-9:].sum()
    assert taught["deaths"][1].min() >= so_far
    assert taught["deaths"][2].mean() > usual["deaths"][2].mean()
    assert taught["deaths"][2].std() > usual["deaths"][2].std()
    assert taught["accidents"][2].std() > usual["accidents"][2].std()
    assert taught["rate"][2].mean() == pytest.approx(taught["deaths"][2].mean(), rel=0.03)
    assert (taught["deaths"] % 1 == 0).all() and (taught["accidents"] % 1 == 0).all()
    assert ((taught["accidents"] > 0) | (taught["deaths"] == 0)).all()


def test_with_the_lesson_fixed_more_deaths_inside_the_plan_never_bring_fewer_on_any_path():
    more = deadly()["dead_observed"].copy()
    more[-3] += 4
    usual, worse = (
        death_paths(Series("deaths", "d@1", 2022, 2024, deadly(**LESSON, **one)), np.random.default_rng(3))
        for one in ({}, {"dead_observed": more})
    )
    assert (worse["deaths"] >= usual["deaths"]).all()
    assert (worse["deaths"][1] >= usual["deaths"][1] + 4).all()


def test_the_lesson_of_a_share_stays_within_its_bounds_and_gives_whole_units():
    known = {"value": np.array([0.7, 0.75, 0.8, 0.85, 0.9]), "from_year": 2019, "kind": "share", "units": 40.0}
    usual = simulate(Series("annual", "s@1", 2019, 2026, known))["value"]
    taught = simulate(Series("annual", "s@1", 2019, 2026, {**known, "calibration": {"value": (0.7, 0.9)}}))["value"]
    assert np.array_equal(usual[:5], taught[:5])
    assert taught[7].mean() > usual[7].mean()
    assert taught.max() <= 1 and taught.min() >= 0
    assert np.allclose(taught[5:] * 40, np.rint(taught[5:] * 40), atol=1e-4)


def test_completion_covers_the_truth_as_often_as_it_says():
    """Counts whose reports arrive with known lags; the 80 % interval of the last three months is held to the truth."""
    rng = np.random.default_rng(11)
    inside, total, bias = 0, 0, []
    for _ in range(60):
        truth = rng.poisson(8, 72)
        month = np.repeat(np.arange(72), truth)
        lag = rng.choice(4, month.size, p=[0.6, 0.25, 0.1, 0.05])
        seen = month + lag <= 71
        counts = count_lags(month[seen], lag[seen], np.ones(seen.sum()), 71)
        observed = np.bincount(month[seen], minlength=72)
        paths = complete(observed, counts, n_paths=800, rng=rng)
        low, high = np.quantile(paths[:, -3:], (0.1, 0.9), axis=0)
        inside += ((truth[-3:] >= low) & (truth[-3:] <= high)).sum()
        total += 3
        bias.append(paths[:, -3:].mean() - truth[-3:].mean())
    assert 0.75 <= inside / total <= 0.95  # counts are whole, so intervals cover a little more than they say
    assert abs(np.mean(bias)) < 0.25


def test_a_month_whose_return_is_missing_is_drawn_from_the_level():
    counts = count_lags(np.repeat(np.arange(48), 5), np.zeros(240, int), np.ones(240), 47)
    observed = np.full(48, 5.0)
    observed[20] = 0
    is_in = np.ones(48, bool)
    is_in[20] = False
    paths = complete(observed, counts, n_paths=500, rng=np.random.default_rng(1), is_in=is_in)
    assert paths[:, 20].mean() == pytest.approx(5, abs=0.6)
    assert (paths[:, 19] == 5).all()


def test_what_has_come_of_a_missing_month_is_the_least_it_can_be_and_not_added_to_its_level():
    counts = count_lags(np.repeat(np.arange(48), 5), np.zeros(240, int), np.ones(240), 47)
    observed = np.full(48, 5.0)
    observed[20] = 3
    is_in = np.ones(48, bool)
    is_in[20] = False
    paths = complete(observed, counts, n_paths=500, rng=np.random.default_rng(1), is_in=is_in)
    assert paths[:, 20].min() == 3
    assert 5 <= paths[:, 20].mean() < 6.5


def test_the_net_share_is_one_for_old_months_and_rises_with_age():
    lag = np.tile([0, 0, 1, 2], 40)
    counts = count_lags(np.repeat(np.arange(40), 4), lag, np.ones(160), 39)
    share = net_share(counts, 40, np.random.default_rng(1))
    assert share[:20] == pytest.approx(1, abs=0.03)
    assert share[-1] == pytest.approx(0.5, abs=0.1)
    assert share[-1] < share[-2] < share[-3]


def denominator(**more):
    numbers = {
        "year": np.arange(2012, 2023),
        "value": 100 * 1.05 ** np.arange(11),
        "nature": "gdp",
        "quarter_ratio": 0.0,
        "quarters": 0,
        **more,
    }
    return simulate(Series("denominator", "gdp@1", 2020, 2025, numbers))


def test_known_years_of_a_denominator_stay_and_the_others_grow():
    level = denominator()["level"]
    assert (np.ptp(level[:3], axis=1) == 0).all()
    assert np.median(level[3] / level[2]) == pytest.approx(1.05, abs=0.01)
    assert level[5].std() > level[3].std() > 0


def test_the_quarters_of_the_running_year_beat_the_trend():
    level = denominator(quarter_ratio=0.98, quarters=3)["level"]
    assert np.median(level[3] / level[2]) == pytest.approx(0.98, abs=0.003)
    assert level[3].std() < denominator()["level"][3].std()


def test_constant_prices_grow_by_less_where_prices_rise():
    year = np.arange(2020, 2023)
    paths = denominator(constant_year=year, constant_value=100 * 1.05**8 * 1.02 ** np.arange(3))
    assert np.isfinite(paths["constant"]).all()
    assert np.median(paths["constant"][5]) < np.median(paths["level"][5])


def disasters(loss, growth=None, **more):
    n = len(loss)
    zero = np.zeros(0)
    numbers = {
        "first_month": JANUARY_2014,
        "n_months": 120,
        "growth": np.full((6, 120), np.nan) if growth is None else growth,
        "month": JANUARY_2014 + 6 + 12 * np.arange(n),
        "loss": np.asarray(loss, float),
        "flood_loss": np.asarray(loss, float) / 2,
        "affected": np.asarray(loss, float) / 100,
        "dead": np.zeros(n),
        **{f"pool_{name}": zero for name in ("loss", "flood_loss", "affected", "dead")},
        **more,
    }
    return simulate(Series("disasters", "disasters@1", 2022, 2025, numbers))


def test_disasters_fall_in_their_season_and_the_tail_reaches_beyond_the_record():
    loss = np.random.default_rng(2).pareto(1.5, 10) * 1e9 + 1e8
    paths = disasters(loss)
    assert paths["loss"][3].max() > loss.max()
    assert paths["loss"][3].max() < 13 * 10 * loss.max()
    assert np.isfinite(paths["loss"]).all()
    assert (paths["loss"] >= 0).all()
    assert np.allclose(paths["flood_loss"][3], paths["loss"][3] / 2, rtol=1e-5)


def test_without_the_largest_flood_losses_are_smaller():
    paths = disasters([1e9] * 9 + [1e12])
    assert paths["without_largest"][3].mean() < 0.2 * paths["loss"][3].mean()
    assert (paths["without_largest"][0] == paths["loss"][0]).all()


def test_a_region_without_any_disaster_has_none_to_draw():
    paths = disasters([])
    assert all((values == 0).all() for values in paths.values())


def test_a_thin_district_borrows_the_severity_of_its_neighbours():
    far = {"pool_loss": np.full(40, 1e11), "pool_flood_loss": np.zeros(40), "pool_affected": np.full(40, 10.0)}
    thin = disasters([1e8, 1e8], **far, pool_dead=np.zeros(40))
    alone = disasters([1e8, 1e8])
    assert thin["loss"][3].mean() > 10 * alone["loss"][3].mean()


def not_in(*months):
    is_in = np.ones(120, bool)
    is_in[list(months)] = False
    return {"is_in": is_in}


def test_a_month_of_which_no_disaster_return_came_is_drawn_and_not_taken_for_a_calm_one():
    """Losses of about 1e9 each July of ten years; the return of July 2022 is owed and has not come."""
    julys = JANUARY_2014 + 6 + 12 * np.delete(np.arange(10), 8)
    missing = disasters(np.full(9, 1e9), month=julys, **not_in(8 * 12 + 6))
    calm = disasters(np.full(9, 1e9), month=julys)
    assert (calm["loss"][0] == 0).all()
    drawn = missing["loss"][0]
    assert 0.35 < (drawn > 0).mean() < 0.65  # neighbouring months, all calm, lend half of what a July is taken for
    assert np.median(drawn[drawn > 0]) == pytest.approx(1e9, rel=0.5)
    assert (missing["loss"][1] == 1e9).all()


def test_what_is_to_come_rests_on_the_months_that_were_reported():
    """Disasters in four Julys, and no return of the other six: four of four, not four of ten."""
    julys = JANUARY_2014 + 6 + 12 * np.arange(4)
    asked = {"month": julys, "n_months": 120}
    known = disasters(np.full(4, 1e9), **asked, **not_in(*(6 + 12 * np.arange(4, 10))))
    calm = disasters(np.full(4, 1e9), **asked)
    assert (known["loss"][3] > 0).mean() > (calm["loss"][3] > 0).mean() + 0.04


def test_what_has_come_of_a_missing_month_of_disasters_is_the_least_it_can_be():
    paths = disasters([1e9] * 8 + [3e8, 1e9], **not_in(8 * 12 + 6))
    assert (paths["loss"][0] >= 3e8 * (1 - 1e-6)).all()
    assert np.median(paths["loss"][0]) > 5e8
    assert (paths["without_largest"][0] >= 3e8 * (1 - 1e-6)).all()


def test_a_part_of_a_month_is_no_size_of_a_disaster():
    whole = disasters([1e9] * 10)["loss"][3]
    part = disasters([1e9] * 8 + [1.0, 1e9], **not_in(8 * 12 + 6))["loss"][3]
    assert np.quantile(part[part > 0], 0.05) > 0.3 * np.quantile(whole[whole > 0], 0.05)


def annual(value, kind="share", **more):
    numbers = {"value": np.asarray(value, float), "from_year": 2012, "kind": kind, **more}
    return simulate(Series("annual", "x@1", 2020, 2025, numbers))["value"]


def test_annual_returns_keep_known_years_and_stay_within_bounds():
    paths = annual(np.linspace(0.6, 0.99, 11))
    assert np.allclose(paths[:3, 0], np.linspace(0.6, 0.99, 11)[8:])
    assert (paths[3:] <= 1).all()
    assert (paths[3:] > 0).all()


def test_a_share_of_everybody_can_reach_everybody():
    short = np.array([40, 35, 30, 24, 20, 15, 11, 8, 5, 3, 1])
    paths = annual(1 - short / 200, units=200.0)
    assert 0.1 < (paths[5] == 1).mean() < 0.95
    assert (annual(1 - np.full(11, 80) / 200, units=200.0)[5] == 1).mean() < 0.01


def test_events_in_time_follow_the_record():
    def hours(good, **more):
        numbers = {
            "year": np.repeat(np.arange(2015.0, 2025), 5),
            "in_time": np.full(50, good),
            "events": np.full(10, 5.0),
            "so_far": 0.0,
            "so_far_in_time": 0.0,
            "share_left": 1.0,
            **more,
        }
        return simulate(Series("hours", "relief@1", 2025, 2025, numbers))

    always, never = hours(1.0), hours(0.0)
    tested = always["events"][0] > 0
    assert tested.mean() > 0.95
    assert (always["in_time"] == always["events"])[0][tested].mean() > 0.7
    assert (never["in_time"][0][tested] == 0).mean() > 0.7
    assert hours(1.0, share_left=0.0, so_far=3.0, so_far_in_time=2.0)["in_time"].max() == 2


def test_the_same_content_gives_the_same_paths_and_another_name_others():
    numbers = months(np.random.default_rng(1).poisson(3, 60))
    first = simulate(Series("count", "a@1", 2018, 2020, numbers))["count"]
    again = simulate(Series("count", "a@1", 2018, 2020, dict(numbers)))["count"]
    other = simulate(Series("count", "b@1", 2018, 2020, numbers))["count"]
    assert first.shape == (3, N_PATHS)
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize("method", ["ours", "naive", "straight_line"])
def test_nobody_dies_on_a_path_without_an_accident(method):
    """One accident with one death in most years: many years have none, and then no death either, whatever the model."""
    happened = np.zeros(120)
    happened[5::24] = 1
    counted = months(happened)
    dead = {f"dead_{name}": value for name, value in counted.items()}
    classes = {
        "severity": np.array([0.0, 1.0]),
        "severity_weight": np.array([0.0, 5.0]),
        "pool_weight": np.array([0.0, 5.0]),
    }
    paths = simulate(Series("deaths", "d@1", 2023, 2025, {**counted, **dead, **classes, "method": method}))
    calm = paths["accidents"] == 0
    assert calm.any() and not calm.all()
    assert (paths["deaths"][calm] == 0).all() and (paths["kept"][calm] == 0).all()


def test_a_stock_that_began_at_nothing_grows_from_what_it_is_and_one_that_ended_there_has_no_future():
    def future(values):
        numbers = {"year": np.arange(2020, 2024), "value": np.array(values, float), "nature": "stock"}
        numbers |= {"quarter_ratio": 0.0, "quarters": 0}
        return simulate(Series("denominator", "plan_holders@1", 2020, 2025, numbers))["level"][4:]

    begun = future([0, 4, 5, 6])
    assert np.isfinite(begun).all() and 4 < np.median(begun[0]) < 9
    assert np.isnan(future([6, 5, 4, 0])).all(), "nothing can be divided by it"
