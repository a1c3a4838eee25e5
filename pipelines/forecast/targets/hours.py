"""Time targets on events: how many events the due year will still bring, and how many of them are in time.

The share of events in time has a beta posterior from past events, the recent ones with more weight; the number of
events is gamma–Poisson. Both are conjugate, so no fitting is needed.
"""

from __future__ import annotations

import numpy as np

from pipelines.forecast.targets.series import Paths, Series

MEMORY = 0.8  # weight of an event one year older
PRIOR = (0.5, 0.5)


def event_paths_in_time(series: Series, rng: np.random.Generator) -> Paths:
    """Paths of the events of the due year (the series' last year).

    Numbers: `year`, `in_time` (1, 0) of every timed past event; `n_years` observed before the due year's events;
    `events` by year of those years; `so_far`, `so_far_in_time` in the due year; `share_left` of the due year's
    season still to come (0-1).

    Returns:
        `events` and `in_time`, shape (1, n_paths).
    """
    numbers, n_paths = series.numbers, series.n_paths
    year, in_time = np.asarray(numbers["year"], float), np.asarray(numbers["in_time"], float)
    weight = MEMORY ** (series.last_year - year)
    chance = rng.beta(PRIOR[0] + weight @ in_time, PRIOR[1] + weight @ (1 - in_time), n_paths)
    counts = np.asarray(numbers["events"], float)
    age = np.arange(counts.size)[::-1]
    seen = MEMORY**age
    mean, spread = (
        (seen @ counts + 0.5) / (seen.sum() + 0.1),
        max(float(counts.var(ddof=1)) if counts.size > 1 else 1, 1),
    )
    dispersion = min(max(spread / max(mean, 0.5), 1.0), 10.0)
    rate = rng.gamma(max(mean * seen.sum() / dispersion, 0.5), dispersion / max(seen.sum(), 0.5), n_paths)
    rate = rate * float(numbers["share_left"])
    extra = rng.gamma(np.maximum(rate / max(dispersion - 1, 1e-3), 1e-9)) * max(dispersion - 1, 1e-3)
    more = rng.poisson(extra)
    good = rng.binomial(more, chance)
    events = float(numbers["so_far"]) + more
    return {"events": events[None, :], "in_time": (float(numbers["so_far_in_time"]) + good)[None, :]}
