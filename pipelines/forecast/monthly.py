"""The door for any monthly series: `simulate_monthly`."""

from __future__ import annotations

import numpy as np

from pipelines.forecast.annual import MEAN_DRIFT, SIZE_TREND, USUAL_DRIFT, is_occasional
from pipelines.forecast.events import event_paths
from pipelines.forecast.history import checked
from pipelines.forecast.levels import MONTHS, LogitScale, PowerScale, level_paths
from pipelines.forecast.seasons import fit_season
from pipelines.forecast.spring_festival import month_after

FEWEST_MONTHS = 24
USUAL_MONTHLY_STEP = 0.10
USUAL_MONTHLY_SHARE_STEP = 0.15
RECENT_MONTHS = 120


def simulate_monthly(
    history,
    horizon: int,
    *,
    kind: str,
    exposure=None,
    n_paths: int = 2000,
    rng: np.random.Generator,
    start: tuple[int, int] | None = None,
) -> np.ndarray:
    """Joint paths of a monthly series after its history.

    Args:
        history: Values by month in the series' own unit, oldest first; NaN where a month is missing. At least 24.
        horizon: Number of months to simulate, beginning with the month after the last element.
        kind: As for `simulate_annual`.
        exposure: For counts, what the rate is counted in (population, workers, traffic), positive: one number per month
            of the history, the last twelve of which then repeat, or one per month of history and horizon.
        n_paths: Number of paths.
        rng: Source of all randomness.
        start: Year and month of the first element of `history`. With it counts, rates and shares get an effect of the
            Spring Festival, learned from how the holiday fell between January and February (2000 to 2050).

    Returns:
        Array (n_paths, horizon) in the unit of `history`: never negative, never NaN, a share never above 1, a count in
        whole numbers when its history is.

    Raises:
        PipelineError: `too_few_points` or `impossible_values`.
        ValueError: `exposure` has another length, or is not positive; it is given for what is not a count.
    """
    given = np.asarray(history, dtype=float).ravel()
    values = checked(given, horizon, n_paths, kind, FEWEST_MONTHS)
    skipped = given.size - values.size
    if start is not None and skipped:
        start = month_after(start, skipped)
    units = _exposure(exposure, given.size, horizon, kind)[skipped:]
    known = values[np.isfinite(values)]
    if kind == "count" and (known % 1 == 0).all():
        from pipelines.forecast.monthly_counts import monthly_count_paths

        return monthly_count_paths(values, units, horizon, n_paths, rng, drift=MEAN_DRIFT[kind], start=start)
    at_bound = None
    if kind == "share":
        scale, step = LogitScale.of(values), USUAL_MONTHLY_SHARE_STEP
        at_bound = scale.at_bound(values)
    elif is_occasional(known[-RECENT_MONTHS:]):
        return event_paths(values, horizon, n_paths, rng, trend=SIZE_TREND[kind], periods=12)
    else:
        values = values / units[: values.size]
        scale, step = PowerScale.of(values), USUAL_MONTHLY_STEP
    y = scale.there(values)
    season = fit_season(y, np.zeros(y.size), horizon, n_paths, rng, counts=False, start=start)
    about = {"drift": USUAL_DRIFT[kind], "step_prior": step, "at_bound": at_bound, "grid": MONTHS}
    level = level_paths(y - season.past, horizon, n_paths, rng, **about)
    return scale.back(level + season.ahead) * units[values.size :]


def _exposure(exposure, months: int, horizon: int, kind: str) -> np.ndarray:
    """One positive number per month of history and horizon; ones where none is given."""
    if exposure is None:
        return np.ones(months + horizon)
    if kind != "count":
        raise ValueError(f"exposure belongs to counts, not to kind {kind!r}")
    units = np.asarray(exposure, dtype=float).ravel()
    if units.size == months:
        units = np.concatenate([units, np.resize(units[-12:], horizon)])
    if units.size != months + horizon or not (np.isfinite(units) & (units > 0)).all():
        raise ValueError(f"exposure must be {months} or {months + horizon} positive numbers")
    return units
