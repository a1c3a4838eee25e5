"""How complete recent months are held to be, against delays that are known."""

import numpy as np
import pytest

from pipelines.forecast.completeness import POOLED_REPORTS, complete, count_lags, pooled, reported_share

MONTHS = 108
LAGS = np.array([0.6, 0.25, 0.1, 0.05])


def reports(rng, per_year, shares=LAGS, months=MONTHS):
    """Months and lags of records whose delay is known, as far as they have been reported by the last month."""
    month = np.repeat(np.arange(months), rng.poisson(per_year / 12, months))
    lag = rng.choice(len(shares), month.size, p=shares)
    seen = month + lag < months
    return month[seen], lag[seen]


def counted(month, lag, months=MONTHS):
    return count_lags(month, lag, np.ones(len(month)), months - 1)


def shares_of(counts, seed=0):
    return reported_share(counts, 4000, np.random.default_rng(seed))


def test_four_accidents_a_year_reported_at_once_are_complete():
    month = np.arange(0, MONTHS, 3)
    share = shares_of(counted(month, np.zeros(month.size, int)))
    assert share[:, 0].mean() > 0.975
    assert (np.diff(share.mean(axis=0)) >= 0).all()


@pytest.mark.parametrize("per_year", [4, 12, 60, 600])
def test_a_known_delay_is_found_without_bias_from_few_and_from_many_records(per_year):
    rng = np.random.default_rng(per_year)
    found = [shares_of(counted(*reports(rng, per_year)), seed)[:, :4].mean(axis=0) for seed in range(60)]
    error = np.std(found, axis=0) / np.sqrt(60)
    # Half of one imagined report comes late: this is all that the prior may add.
    allowed = 3 * error + 1 / (per_year * MONTHS / 12)
    assert (np.abs(np.mean(found, axis=0) - np.cumsum(LAGS)) <= allowed).all()


def test_the_interval_of_the_share_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(5)
    inside = []
    for seed in range(200):
        low, high = np.quantile(shares_of(counted(*reports(rng, 12)), seed)[:, 0], (0.1, 0.9))
        inside.append(low <= LAGS[0] <= high)
    assert 0.72 <= np.mean(inside) <= 0.9


def test_three_events_in_nine_years_are_reported_like_the_accidents_around_them():
    """Larger accidents, all known within days, none of late: the year that is over with none is over with none."""
    rng = np.random.default_rng(3)
    own = counted(np.array([8, 30, 44]), np.zeros(3, int))
    city = counted(*reports(rng, 300, np.array([0.97, 0.03])))
    lags = pooled(own, city)
    assert shares_of(lags)[:, 0].mean() == pytest.approx(0.97, abs=0.02)
    observed = np.zeros(MONTHS)
    observed[[8, 30, 44]] = 1
    paths = complete(observed, lags, n_paths=4000, rng=rng)
    assert (paths[:, -12:].sum(axis=1) == 0).mean() > 0.99


def test_many_records_keep_their_own_delay_and_few_take_that_of_the_city():
    rng = np.random.default_rng(9)
    at_once = np.array([1.0])
    late = counted(*reports(rng, 600, np.array([0.5, 0.5])))
    many = pooled(counted(*reports(rng, 600, at_once)), late)
    few = pooled(counted(*reports(rng, 2, at_once)), late)
    assert shares_of(many)[:, 0].mean() > 0.99
    assert shares_of(few)[:, 0].mean() < 0.75
    assert late.at_lag.sum() > POOLED_REPORTS


def test_a_month_without_returns_of_what_never_happens_stays_empty():
    lags = counted(np.arange(0, MONTHS, 2), np.zeros(54, int))
    is_in = np.ones(MONTHS, bool)
    is_in[-12:] = False
    paths = complete(np.zeros(MONTHS), lags, n_paths=4000, rng=np.random.default_rng(1), is_in=is_in)
    assert paths[:, -12:].sum(axis=1).mean() < 0.3
