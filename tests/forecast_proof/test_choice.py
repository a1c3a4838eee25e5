"""Which model is used: a baseline wherever it did better at the horizon that matters, never with hindsight."""

import datetime as dt

import numpy as np
import pytest

from pipelines.forecast.chosen import simulator
from pipelines.forecast.proof.backtests import Judged
from pipelines.forecast.proof.choice import choose, years_ahead


def rows(scores, years=range(2005, 2020), horizons=(1, 2)):
    """One judged year a cutoff; `scores` is the CRPS by model, or by model and horizon."""
    found = []
    for model, score in scores.items():
        for year in years:
            for horizon in horizons:
                crps = score[horizon] if isinstance(score, dict) else score
                cutoff, judged = dt.date(year, 12, 31), dt.date(year + horizon, 12, 31)
                found.append(Judged("x/count", "count", "year", cutoff, horizon, judged, model, 1, 1, 0, 2, crps, 0.5))
    return found


def test_the_own_model_stays_when_no_baseline_did_better():
    chosen = choose(rows({"ours": 1.0, "naive": 2.0, "straight_line": 1.5}), years=2)
    assert (chosen.model, chosen.reason, chosen.years, chosen.n) == ("ours", "better", 2, 15)
    assert chosen.scores == {"ours": 1.0, "naive": 2.0, "straight_line": 1.5}


def test_the_baseline_that_did_best_is_used():
    chosen = choose(rows({"ours": 2.0, "naive": 1.5, "straight_line": 1.0}), years=2)
    assert (chosen.model, chosen.reason) == ("straight_line", "beaten")


def test_a_draw_goes_to_the_own_model():
    assert choose(rows({"naive": 1.0, "ours": 1.0}), years=1).model == "ours"


def test_the_horizon_that_matters_decides():
    scores = {"ours": {1: 1.0, 2: 3.0}, "naive": {1: 2.0, 2: 2.0}}
    assert choose(rows(scores), years=1).model == "ours"
    assert choose(rows(scores), years=2).model == "naive"
    assert choose(rows(scores), years=5).years == 2


def test_nothing_that_came_after_the_date_is_used():
    early = rows({"ours": 1.0, "naive": 1.1}, years=range(2005, 2015), horizons=(1,))
    late = rows({"ours": 9.0, "naive": 0.0}, years=range(2015, 2020), horizons=(1,))
    assert choose(early + late, years=1).model == "naive"
    assert choose(early + late, years=1, known_by=dt.date(2015, 12, 31)).model == "ours"
    assert choose(early + late, years=1, known_by=dt.date(2015, 12, 31)).n == 10


def test_few_cutoffs_do_not_decide():
    chosen = choose(rows({"ours": 2.0, "naive": 1.0}, years=range(2005, 2010)), years=1)
    assert (chosen.model, chosen.reason, chosen.n) == ("ours", "too_few", 5)


def test_calm_years_do_not_outvote_a_model_of_rare_events():
    quiet = rows({"ours": 2.0, "naive": 1.0}, years=range(2010, 2018), horizons=(1,))
    assert choose(quiet, years=1).model == "naive"
    assert choose(quiet, years=1, is_rare=True).reason == "too_few"


def test_without_a_backtest_the_own_model_is_used():
    assert choose([], years=3).reason == "no_backtest"


@pytest.mark.parametrize(("day", "years"), [((2024, 9, 30), 2), ((2024, 12, 31), 1), ((2025, 9, 30), 1)])
def test_the_running_year_counts_as_whole(day, years):
    assert years_ahead(dt.date(*day), 2025) == years


@pytest.mark.parametrize("model", ["naive", "straight_line", "seasonal_naive"])
def test_a_baseline_that_stands_in_gives_whole_events_and_the_totals_it_was_judged_by(model):
    months = np.tile(np.arange(12.0), 6)
    ahead = simulator(model, monthly=True)(
        months, 20, kind="count", n_paths=400, rng=np.random.default_rng(1), exposure=np.ones(92), start=(2018, 1)
    )
    assert ahead.shape == (400, 20)
    assert (ahead >= 0).all() and (ahead % 1 == 0).all()
    assert abs(np.median(ahead[:, :12].sum(axis=1)) - 66) <= 2


def test_a_month_with_half_its_reports_is_filled_up_before_a_baseline_repeats_it():
    share = np.r_[np.ones(59), 0.5, np.ones(12)]
    months = np.r_[np.full(59, 20.0), 10.0]
    ahead = simulator("naive", monthly=True)(
        months, 12, kind="count", n_paths=200, rng=np.random.default_rng(1), exposure=share
    )
    assert abs(np.median(ahead.sum(axis=1)) - 240) <= 2


def scored(series, horizon, model, start=2015):
    """Judged rows of one model at one horizon, a score a quarter."""
    found = []
    for at, crps in enumerate(series):
        cutoff = dt.date(start + at // 4, 12, 31) - dt.timedelta(days=91 * (3 - at % 4))
        judged = cutoff.replace(year=cutoff.year + horizon, day=28)
        found.append(Judged("x/count", "count", "year", cutoff, horizon, judged, model, 1, 1, 0, 2, crps, 0.5))
    return found


def test_a_baseline_that_is_better_by_chance_only_is_not_used():
    """Deaths of one district: 2.204 against 2.192 at one year over twelve overlapping cutoffs."""
    luck = np.tile([0.4, -0.2, 0.1, -0.3], 3)
    close = scored(2.204 + luck, 1, "ours") + scored(np.full(12, 2.192), 1, "straight_line")
    assert (choose(close, years=1).model, choose(close, years=1).reason) == ("ours", "unproven")
    clear = scored(2.204 + luck, 1, "ours") + scored(np.full(12, 1.7), 1, "straight_line")
    assert choose(clear, years=1).model == "straight_line"


def test_a_gain_of_between_one_and_two_standard_errors_is_not_clear():
    """On real series a baseline that was better by one of them did worse afterwards (docs/forecast-skill.md)."""
    level, gain = scored(np.full(12, 2.0), 1, "naive"), np.tile([1.0, -0.2], 6)
    assert choose(scored(2.0 + gain, 1, "ours") + level, years=1).reason == "unproven"
    assert choose(scored(2.4 + gain / 3, 1, "ours") + level, years=1).reason == "beaten"


def test_a_baseline_that_is_worse_at_the_due_horizon_is_not_used_however_few_cutoffs_tell_it():
    near = scored(np.full(12, 2.2), 1, "ours") + scored(np.full(12, 1.2), 1, "straight_line")
    far = scored(np.full(4, 2.0), 2, "ours") + scored(np.full(4, 3.1), 2, "straight_line")
    assert choose(near + far, years=1).model == "straight_line"
    assert choose(near + far, years=2).model == "ours"


def test_a_coin_is_rarely_taken_for_a_better_baseline():
    """Two models of equal skill, their scores as dependent as those of overlapping years."""
    rng = np.random.default_rng(2)
    chosen = []
    for _ in range(300):
        ours, other = (np.convolve(rng.exponential(1, 19), np.ones(4) / 4, "valid") for _ in range(2))
        chosen.append(choose(scored(ours, 1, "ours") + scored(other, 1, "naive"), years=1).model)
    assert np.mean([one == "naive" for one in chosen]) < 0.25
