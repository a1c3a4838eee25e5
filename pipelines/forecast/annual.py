"""The door for any annual series: `simulate_annual`."""

from __future__ import annotations

import numpy as np

from pipelines.forecast.events import event_paths
from pipelines.forecast.history import checked
from pipelines.forecast.levels import UNUSUAL_DRIFT_SHARE, LogitScale, PowerScale, level_paths
from pipelines.forecast.small_counts import small_count_paths

FEWEST_YEARS = 3

# Where series of a kind tend to in the long run, per year, in logarithms: deaths and injuries fall, their rates faster
# still because traffic and work grow (medians of the real series: counts -2 %, rates -5 %, the same in both halves of
# the countries; counts of deaths alone -3 %), sums of money and people affected grow. It is a prior, wide, and for four
# series in ten centred at no drift; ten years that say otherwise outweigh it.
USUAL_DRIFT = {"rate": -0.05, "count": -0.03, "amount": 0.03, "share": 0.0}

# The mean of that prior, for models that take one number.
MEAN_DRIFT = {kind: (1 - UNUSUAL_DRIFT_SHARE) * drift for kind, drift in USUAL_DRIFT.items()}

# How the size of a single loss changes, per year, in logarithms.
SIZE_TREND = {"rate": -0.02, "count": -0.02, "amount": 0.03, "share": 0.0}

# On log-odds a yearly step is larger than the 8 % that are usual for a rate.
USUAL_SHARE_STEP = 0.25

# A series is one of events, not of levels, when it is zero in more than a fifth of the years, or when the typical
# change from one positive value to the next is by a factor of almost three or more.
MANY_ZEROS = 0.2
LARGE_LOG_CHANGE = 1.0
RECENT_YEARS = 30

# Unless it fell every year and what it lost with the last step to zero is at most this share of its largest value.
FADED = 0.25

# Counts below this mean are too coarse for the level model; above this ratio of variance to mean they are bursts.
SMALL_MEAN = 5.0
BURSTY = 3.0

# So are counts that are zero most years when they jump by more than a Poisson would, in standard errors of the ratio.
SURPRISING = 3.0


def simulate_annual(
    history, horizon: int, *, kind: str = "rate", n_paths: int = 2000, rng: np.random.Generator
) -> np.ndarray:
    """Joint paths of an annual series after its history.

    Args:
        history: Values by year in the series' own unit, oldest first; NaN (or None) where a year is missing. At least
            three values.
        horizon: Number of years to simulate, beginning with the year after the last element.
        kind: "rate" (any quantity per something), "count" (whole events or persons), "amount" (money, people affected,
            area) or "share" (0 to 1).
        n_paths: Number of paths.
        rng: Source of all randomness; the same generator state gives the same paths.

    Returns:
        Array (n_paths, horizon) in the unit of `history`: never negative, never NaN, a share never above 1, a count in
        whole numbers when its history is.

    Raises:
        PipelineError: `too_few_points` or `impossible_values`.

    >>> paths = simulate_annual([9, 11, 8, 10, 7], 5, kind="count", rng=np.random.default_rng(1))
    >>> paths.shape, bool((paths >= 0).all())
    ((2000, 5), True)
    """
    values = checked(history, horizon, n_paths, kind, FEWEST_YEARS)
    model = chosen_model(values, kind)
    drift = USUAL_DRIFT[kind]
    whole = kind == "count" and bool((values[np.isfinite(values)] % 1 == 0).all())
    if model == "share":
        scale = LogitScale.of(values)
        y, at_bound = scale.there(values), scale.at_bound(values)
        return scale.back(
            level_paths(y, horizon, n_paths, rng, drift=drift, step_prior=USUAL_SHARE_STEP, at_bound=at_bound)
        )
    if model == "small_counts":
        return small_count_paths(values, horizon, n_paths, rng, drift=MEAN_DRIFT[kind])
    if model == "events":
        paths = event_paths(values, horizon, n_paths, rng, trend=SIZE_TREND[kind])
        return np.ceil(paths - 0.5) if whole else paths
    scale = PowerScale.of(values)
    # Poisson variance of a value at the reference, carried to the model's scale.
    counting = 1 / scale.reference if whole else 0.0
    y = scale.there(values)
    paths = scale.back(level_paths(y, horizon, n_paths, rng, drift=drift, counting_variance=counting))
    if whole:
        return rng.poisson(np.minimum(paths, 1e15)).astype(float)
    # A level that has reached zero was read as the least the series can show; what stays below that is still zero.
    at_zero = values[np.isfinite(values)][-1] == 0
    return np.where(paths < scale.smallest, 0.0, paths) if at_zero else paths


def chosen_model(values: np.ndarray, kind: str) -> str:
    """Which of the models a history asks for: "share", "small_counts", "events" or "level".

    Args:
        values: Checked history, NaN where a year is missing.
        kind: As for `simulate_annual`.
    """
    if kind == "share":
        return "share"
    known = values[np.isfinite(values)]
    mean = float(known.mean())
    occasional = is_occasional(known[-RECENT_YEARS:]) and not _faded(known[-RECENT_YEARS:])
    whole = kind == "count" and bool((known % 1 == 0).all())
    if whole and mean < SMALL_MEAN and known.var() <= BURSTY * max(mean, 1 / 3):
        return "events" if occasional and _jumps(known) else "small_counts"
    return "events" if occasional else "level"


def _jumps(counts: np.ndarray) -> bool:
    """Whether counts (no gaps) change from year to year by more than a Poisson with a slowly moving rate lets them.

    Half the mean squared change estimates the variance and ignores slow movement (von Neumann 1941); for a Poisson its
    ratio to the mean is one, with a standard error near the square root of 3 / n.
    """
    ratio = np.square(np.diff(counts)).mean() / 2 / max(counts.mean(), 1e-9)
    return bool(ratio > 1 + SURPRISING * np.sqrt(3 / counts.size))


def _faded(recent: np.ndarray) -> bool:
    """Whether a series (no gaps) fell to zero step by step and stayed there: its zeros are a level, not a lull."""
    positive = np.flatnonzero(recent > 0)
    if positive.size < 3 or positive.size < positive[-1] + 1 or positive.size == recent.size:
        return False
    falls = np.diff(recent[: positive.size + 1])
    return bool((falls < 0).all() and -falls[-1] <= FADED * recent.max())


def is_occasional(recent: np.ndarray) -> bool:
    """Whether a series (no gaps) has losses now and then, of very different size, rather than a level."""
    positive = recent[recent > 0]
    if positive.size < 3 or positive.size < (1 - MANY_ZEROS) * recent.size:
        return True
    return bool(1.4826 * np.median(np.abs(np.diff(np.log(positive)))) > LARGE_LOG_CHANGE)
