"""What a backtest teaches: how much, from which misses, and never from those that had not come."""

import datetime as dt

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from pipelines.forecast.calibration import Calibration
from pipelines.forecast.proof.backtests import SCORES, Judged, judged_rows
from pipelines.forecast.proof.chance import beyond_chance
from pipelines.forecast.proof.lessons import LOCATION_YEARS, SPREAD_YEARS, Misses, _moments, learned, teach
from pipelines.forecast.proof.subjects import Subject


def misses(scores, horizon=1, begin=2015):
    """One forecast a year, each missing by its score."""
    cutoff = np.array([dt.date(begin + at, 12, 31).toordinal() for at in range(len(scores))])
    judged = np.array([dt.date(begin + at + horizon, 12, 31).toordinal() for at in range(len(scores))])
    first = np.asarray(scores, float)
    return Misses(cutoff, judged, np.full(len(scores), np.sqrt(horizon)), first, first**2)


def last_of(found):
    location, spread = found
    return location[:, -1].tolist(), spread[:, -1].tolist()


END = np.array([dt.date(2040, 12, 31).toordinal()])


def test_a_share_that_outgrows_its_forecasts_by_one_spread_a_year_moves_them_by_the_years_that_say_so():
    location, _ = last_of(learned([misses([1, 1, 1, 1])], END, is_located=True))
    assert location == [pytest.approx(4 / (4 + LOCATION_YEARS), abs=0.026)]
    location, _ = last_of(learned([misses([1.0])], END, is_located=True))
    assert location == [pytest.approx(1 / (1 + LOCATION_YEARS), abs=0.026)]


def test_misses_further_ahead_say_the_same_once():
    """Two years ahead a bias of one a year shows as 1.41."""
    near, far = misses([1, 1, 1, 1]), misses(np.sqrt(2) * np.ones(3), horizon=2)
    both = Misses(*(np.r_[getattr(near, name), getattr(far, name)] for name in Misses.__dataclass_fields__))
    one, two = (last_of(learned([given], END, is_located=True))[0] for given in (near, both))
    assert one == two


def test_many_other_series_count_for_four_years_at_most_and_their_misses_for_one_s_own():
    others = [misses([1, 1, 1, 1])] * 9
    location, _ = last_of(learned([misses([0, 0, 0, 0]), *others], END, is_located=True))
    assert location[0] == pytest.approx(4 / (4 + 4 + LOCATION_YEARS), abs=0.026)
    assert location[1] > location[0]


def test_only_shares_learn_a_location():
    location, spread = last_of(learned([misses([1, 1, 1, 1])], END, is_located=False))
    assert location == [0]
    assert spread == [1.0]  # a mean square of one is what a perfect forecaster has


def test_the_spread_is_that_of_the_misses_beside_years_of_a_perfect_forecaster():
    _, spread = last_of(learned([misses([2, -2] * 5)], END, is_located=False))
    assert spread == [pytest.approx(np.sqrt((10 * 4 + SPREAD_YEARS) / (10 + SPREAD_YEARS)), abs=0.026)]
    _, spread = last_of(learned([misses([0.1, -0.1] * 5)], END, is_located=False))
    assert spread[0] < 0.9


def test_nothing_is_learned_from_what_had_not_come():
    days = np.array([dt.date(year, 12, 31).toordinal() for year in (2015, 2016, 2018)])
    calm, storm = misses([0.5, 0.5, 0.5]), misses([0.5, 3.0, 3.0])
    (a, x), (b, y) = (learned([given], days, is_located=True) for given in (calm, storm))
    assert a[0, 0] == 0 and x[0, 0] == 1  # nothing had come at the first cutoff
    assert a[0, 1] == b[0, 1] and x[0, 1] == y[0, 1]
    assert a[0, 2] < b[0, 2]


def test_what_hits_a_mass_is_anywhere_in_it():
    first, second = _moments(np.array([0.0, 0.0, 0.5]), np.array([1.0, 0.5, 0.5]))
    assert first == pytest.approx([0, -np.sqrt(2 / np.pi), 0], abs=0.01)
    assert second == pytest.approx([1, 1, 0], abs=0.03)  # the ends are half a path away


def shares(n=6):
    """A share whose forecasts say 0.5 give or take, and which is one spread above them every year."""
    subject = Subject("x@120000", "value", "annual", "share", False, 2010, np.linspace(0.4, 0.9, 5 + n))
    quantiles = np.tile(1 / (1 + np.exp(-0.3 * SCORES)), (n, 1))
    actual = np.full(n, 1 / (1 + np.exp(-0.3)))
    columns = {
        "span": np.full(n, "year"),
        "model": np.full(n, "ours"),
        "cutoff": np.arange(4, 4 + n),
        "horizon": np.ones(n, int),
        "actual": actual,
        "below": np.full(n, ndtr(1.0)),
        "upto": np.full(n, ndtr(1.0)),
        "pit": np.full(n, ndtr(1.0)),
        "mean": np.full(n, 0.5),
        "lo80": np.full(n, 1 / (1 + np.exp(0.3 * 1.2816))),
        "hi80": np.full(n, 1 / (1 + np.exp(-0.3 * 1.2816))),
        "crps": np.full(n, 0.04),
        "quantiles": quantiles,
    }
    return subject, columns


def test_every_cutoff_is_judged_with_what_earlier_ones_had_taught():
    subject, columns = shares()
    taught = teach({"x@120000/value": (subject, columns)}, "ours", ["x@120000/value"])["x@120000/value"]
    rows = list(judged_rows(subject, taught.columns))
    assert rows[0].pit == columns["pit"][0]
    leaning = [ndtri(row.pit) for row in rows]
    assert leaning[-1] < leaning[1] < leaning[0]
    assert rows[-1].crps < columns["crps"][-1]
    assert rows[-1].mean > rows[0].mean
    # five misses of one had come at the last cutoff; a lesson is learned in steps
    shift = np.round(5 / (5 + LOCATION_YEARS) / 0.05) * 0.05
    middle = 1 / (1 + np.exp(-0.3 * shift))
    assert (rows[-1].lo80 + rows[-1].hi80) / 2 == pytest.approx(middle, abs=0.01)
    assert taught.lesson == Calibration(pytest.approx(0.6, abs=0.026), pytest.approx(0.95, abs=0.11))


def test_what_is_too_few_whole_events_is_told_and_teaches_nothing():
    subject, columns = shares()
    hours = Subject("x@120000", "in_time", "hours", "share", False, 2010, subject.values)
    taught = teach({"x@120000/in_time": (hours, columns)}, "ours", ["x@120000/in_time"])["x@120000/in_time"]
    assert taught.columns is columns and taught.lesson.is_none


def judged(inside, horizon=1, begin=2000):
    found = []
    for at, one in enumerate(inside):
        days = dt.date(begin + at, 12, 31), dt.date(begin + at + horizon, 12, 31)
        actual = 1.0 if one else 9.0
        found.append(Judged("x/y", "share", "year", days[0], horizon, days[1], "ours", actual, 1, 0, 2, 1, 0.5))
    return found


@pytest.mark.parametrize(
    ("inside", "horizon", "said"),
    [
        ([], 1, ""),
        ([0, 0, 0, 0], 1, "missed_too_often"),
        ([0, 0, 0, 1], 1, ""),
        ([0, 0, 0, 0], 4, ""),  # seven years hold two windows of four
        ([1, 1, 1, 1], 1, ""),
        ([1] * 20, 1, "interval_too_wide"),
        ([1, 1, 1, 1, 0] * 5, 1, ""),
        ([1, 0] * 10, 1, "missed_too_often"),
    ],
)
def test_a_backtest_is_doubted_where_chance_does_not_explain_it(inside, horizon, said):
    assert beyond_chance(judged(inside, horizon)) == said


def walks(rng, n_series, years=4, lead=3, lean=0.0):
    """Misses of series that walk at random, forecast by one who knows it, and the one after the last cutoff."""
    found, next_ones = [], []
    for _ in range(n_series):
        steps = np.cumsum(rng.standard_normal(years + 1) + lean)
        at = [(cutoff, ahead) for cutoff in range(years) for ahead in range(1, min(lead, years - cutoff) + 1)]
        level = np.r_[0, steps]
        scores = np.array([(level[cutoff + ahead] - level[cutoff]) / np.sqrt(ahead) for cutoff, ahead in at])
        days = [[dt.date(2015 + year, 12, 31).toordinal() for year in (one, one + ahead)] for one, ahead in at]
        root = np.sqrt([ahead for _, ahead in at])
        found.append(Misses(*np.array(days).T, root, scores, scores**2))
        next_ones.append(level[years + 1] - level[years])
    return found, np.array(next_ones)


def covered(is_located, lean=0.0, offices=600):
    """Share of next years inside the 80 % interval after the lesson, and before it."""
    rng = np.random.default_rng(11)
    after, before = [], []
    for _ in range(offices):
        given, came = walks(rng, 3, lean=lean)
        location, spread = (one[:, -1] for one in learned(given, END, is_located=is_located))
        after += (np.abs(came - location) <= 1.2816 * spread).tolist()
        before += (np.abs(came) <= 1.2816).tolist()
    return np.mean(after), np.mean(before)


@pytest.mark.parametrize("is_located", [False, True])
def test_the_lesson_leaves_a_perfect_forecaster_calibrated(is_located):
    after, before = covered(is_located)
    assert before == pytest.approx(0.8, abs=0.02)
    assert after == pytest.approx(before, abs=0.025)


def test_the_lesson_brings_a_leaning_forecaster_most_of_the_way():
    after, before = covered(True, lean=1.0)
    assert before < 0.62
    assert after > 0.74
