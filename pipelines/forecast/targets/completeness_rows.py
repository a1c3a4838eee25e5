"""How complete the recent months are, by measure: rows of `forecast_completeness`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import numpy as np

from pipelines.forecast.completeness import LONGEST_LAG, LagCounts, reported_share
from pipelines.forecast.targets.seeds import generator
from pipelines.forecast.targets.series import Series
from pipelines.plans import Plan

SHOWN_MONTHS = 12
DRAWS = 400


def completeness_rows(plan: Plan, as_of: dt.date, series: Mapping[str, Series]) -> Iterable[tuple]:
    """Share of the reports of each recent month that has arrived, with its 80 % interval, for every count."""
    for name, one in sorted(series.items()):
        if one.model not in ("count", "deaths", "rare"):
            continue
        numbers = one.numbers
        lags = (numbers[part] for part in ("at_lag", "up_to_lag", "removed_after", "standing_at"))
        draws = reported_share(LagCounts(*(np.asarray(lag, float) for lag in lags)), DRAWS, generator(one.key))
        for lag in range(min(SHOWN_MONTHS, LONGEST_LAG, len(np.asarray(numbers["observed"])))):
            lo80, share, hi80 = map(float, np.quantile(draws[:, lag], (0.1, 0.5, 0.9)))
            year, month = divmod(as_of.year * 12 + as_of.month - 1 - lag, 12)
            measure = name.partition("@")[0].replace("_deaths", "_accidents")
            yield (plan.id, measure, as_of, dt.date(year, month + 1, 1), share, lo80, hi80)
