"""Disaster losses and people affected: whether a month has a disaster at all, and how bad it then is.

The unit is the region and month, not the single report: the reports of one flood from a dozen districts are one blow.
How bad it is comes from the months on record, each of the worst tenth with a Pareto law of its own around it, whose
exponent is Hill's (1975), because the largest loss on record is not the largest possible. Every path weighs the months
on record differently and has a level of its own, because five years of disasters say little about the next five.
Losses grow with prices and wealth. Own code: statsmodels has no such mixture.
"""

from __future__ import annotations

import numpy as np

from pipelines.forecast.annual import USUAL_DRIFT
from pipelines.forecast.calibration import Calibration
from pipelines.forecast.targets.series import Paths, Series, by_year

TAIL_SHARE = 0.1
USUAL_TAIL = (2.0, 2.0 / 1.2)  # gamma prior of the tail's exponent: two exceedances with the exponent 1.2
LARGEST_FACTOR = 10.0  # nothing is drawn above this many times the largest on record
LARGEST_ERROR = 0.6
JITTER = 0.15  # spread of a redrawn month around the month on record, in logarithms
FAR_MONTHS = 20.0  # months with a disaster that make a region stand on its own
SEASON = np.array([0.25, 0.5, 0.25])


def disaster_paths(series: Series, rng: np.random.Generator) -> Paths:
    """Yearly paths of what disasters do.

    Numbers: first_month; `month`, `loss`, `flood_loss`, `affected`, `dead` of the region's months with a disaster;
    the same with the prefix `pool_` of other districts' months; `n_months` observed; `growth` (k, 2): for recent
    months the ratios of the final to the present figure; `is_in` (n_months,), False for months whose returns are owed
    and have not all come (all are in where it is not given): neither a zero nor a part is what such a month brought, so
    it is drawn like a month to come, and is at least what has been reported; `calibration`, what the backtests of
    `loss` and `affected` taught.

    Returns:
        `loss`, `flood_loss` (分), `affected`, `dead`, and `without_largest`: the loss as if the worst month on record
        had never shown what is possible.
    """
    numbers = series.numbers
    first, n_months = int(numbers["first_month"]), int(numbers["n_months"])
    horizon = max((series.last_year + 1) * 12 - first - n_months, 0)
    is_in = np.asarray(numbers.get("is_in", np.ones(n_months)), bool)
    drawn = np.r_[np.flatnonzero(~is_in), n_months + np.arange(horizon)]
    happens = _occurrence(numbers, first, is_in, drawn, series.n_paths, rng)
    month = np.asarray(numbers["month"], int) - first
    happens |= np.isin(drawn, month)  # of which some part has been reported
    reported = {name: np.asarray(numbers[name], float) for name in ("loss", "flood_loss", "affected", "dead")}
    seen = {name: values[is_in[month]] for name, values in reported.items()}
    pool = {name: np.asarray(numbers[f"pool_{name}"], float) for name in seen}
    age = (drawn - n_months / 2) / 12
    ahead = _severity(seen, pool, happens, age, rng)
    ends = [(12 * (year + 1) - first - n_months) / 12 for year in series.years]

    def halves(months: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Yearly sums of what has been, and of what is still to come."""
        before, after = months[:, :n_months], months[:, n_months:]
        return by_year(before, first, series.years), by_year(after, first + n_months, series.years)

    result: Paths = {}
    change: np.ndarray | float = 1.0  # of the losses to come, by their calibration
    for name, values in reported.items():
        months = np.zeros((series.n_paths, n_months + horizon))
        months[:, month] = values
        if name != "dead":
            months[:, :n_months] *= _growth(numbers, n_months, series.n_paths, rng)
        told = months[:, drawn]
        months[:, drawn] = np.maximum(told, ahead[name])
        past, future = halves(months)
        moved = future * change if name == "flood_loss" else Calibration.of(numbers, name).paths(future, ends)
        result[name] = past + moved
        if name == "loss":
            losses = told, months
            change = np.divide(moved, future, out=np.ones_like(future), where=future > 0)
    worst = seen["loss"].argmax() if seen["loss"].size > 1 else None
    if worst is None or not drawn.size:
        result["without_largest"] = result["loss"]
    else:
        rest = {name: np.delete(values, worst) for name, values in seen.items()}
        told, months = losses
        months[:, drawn] = np.maximum(told, _severity(rest, pool, happens, age, rng)["loss"])
        past, future = halves(months)
        result["without_largest"] = past + Calibration.of(numbers, "loss").paths(future, ends)
    return result


def _occurrence(
    numbers, first: int, is_in: np.ndarray, drawn: np.ndarray, n_paths: int, rng: np.random.Generator
) -> np.ndarray:
    """Whether each drawn month has a disaster, by calendar month, neighbours lending strength; (n_paths, drawn)."""
    calendar = (first + np.flatnonzero(is_in)) % 12
    seen = np.bincount(calendar, minlength=12).astype(float)
    month = np.asarray(numbers["month"], int)
    hit = np.bincount(month[is_in[month - first]] % 12, minlength=12).astype(float)
    hit, seen = (np.convolve(np.r_[row[-1], row, row[0]], SEASON, "valid") for row in (hit, seen))
    chance = rng.beta(hit + 0.25, np.maximum(seen - hit, 0) + 0.25, (n_paths, 12))
    return rng.random((n_paths, drawn.size)) < chance[:, (first + drawn) % 12]


def _severity(
    own: dict[str, np.ndarray],
    pool: dict[str, np.ndarray],
    happens: np.ndarray,
    age: np.ndarray,
    rng: np.random.Generator,
) -> dict[str, np.ndarray]:
    """What each month with a disaster does, by name, (n_paths, horizon); zero in the others.

    Args:
        own: Months of the region with a disaster.
        pool: Months of other districts.
        happens: Whether each month to come has a disaster.
        age: Years from the middle of the record to each month to come, (horizon,).
        rng: Source of all randomness.
    """
    n_own, n_pool = own["loss"].size, pool["loss"].size
    where = np.nonzero(happens)
    n, n_paths = len(where[0]), len(happens)
    result = {name: np.zeros(happens.shape) for name in own}
    if n_own + n_pool == 0 or n == 0:
        return result
    borrowed = max(FAR_MONTHS - n_own, 0.0) if n_pool else 0.0
    weight = np.r_[np.ones(n_own), np.full(n_pool, borrowed / max(n_pool, 1))]
    all_of = {name: np.r_[own[name], pool[name]] for name in own}
    row = _rows_drawn(weight, where[0], n_paths, rng)
    scale = _scale(all_of["loss"], weight, n_paths, rng)[where[0]] * np.exp(USUAL_DRIFT["amount"] * age[where[1]])
    spread, luck, expo = rng.standard_normal(n), rng.random(n), rng.standard_gamma(1.0, n_paths)
    for name in ("loss", "affected"):
        drawn = _with_tail(all_of[name], row, spread, luck, expo, where[0]) * scale
        result[name][where] = drawn
        if name == "loss":
            share = np.divide(all_of["flood_loss"], all_of["loss"], where=all_of["loss"] > 0, out=np.zeros(weight.size))
            result["flood_loss"][where] = drawn * share[row]
    unseen = 0.5 / (weight.sum() + 1)
    result["dead"][where] = all_of["dead"][row] + rng.poisson(unseen, n)
    return result


def _rows_drawn(weight: np.ndarray, path: np.ndarray, n_paths: int, rng: np.random.Generator) -> np.ndarray:
    """Which month on record each draw repeats; every path has its own weights (Rubin's Bayesian bootstrap 1981)."""
    own = np.cumsum(rng.standard_gamma(np.broadcast_to(weight, (n_paths, weight.size))), axis=1)
    # The sums of all paths in one ascending row, each path's in its own unit interval: one search finds every draw.
    ladder = own / own[:, -1:] + np.arange(n_paths)[:, None]
    found = np.searchsorted(ladder.ravel(), path + rng.random(path.size)) - path * weight.size
    return np.clip(found, 0, weight.size - 1)


def _scale(loss: np.ndarray, weight: np.ndarray, n_paths: int, rng: np.random.Generator) -> np.ndarray:
    """How far off the level of the record may be, one factor per path: its standard error in logarithms."""
    spread = float(np.log(loss[loss > 0]).std()) if (loss > 0).sum() > 1 else 1.0
    error = min(spread / np.sqrt(max(weight.sum(), 1.0)), LARGEST_ERROR)
    return np.exp(error * rng.standard_normal(n_paths) - error**2 / 2)


def _with_tail(values, row, spread, luck, expo, path) -> np.ndarray:
    """Redraw values around those on record; the worst tenth by a Pareto law with an uncertain exponent."""
    positive = values > 0
    drawn = values[row] * np.exp(JITTER * spread - JITTER**2 / 2)
    if positive.sum() < 10:
        return drawn
    order = np.sort(values[positive])
    threshold = order[int(np.ceil((1 - TAIL_SHARE) * order.size)) - 1]
    above = order[order > threshold]
    shape, rate = USUAL_TAIL[0] + above.size, USUAL_TAIL[1] + np.log(above / threshold).sum()
    exponent = np.clip(shape / rate * (1 + (expo - 1) / np.sqrt(shape)), 1.0, 6.0)[path]
    # The Pareto law is laid around each month on record (median one), so that a single outlier keeps its size.
    far = values[row] * (2 * np.maximum(luck, 1e-12)) ** (-1 / exponent)
    return np.where(values[row] > threshold, np.minimum(far, LARGEST_FACTOR * order[-1]), drawn)


def _growth(numbers, n_months: int, n_paths: int, rng: np.random.Generator) -> np.ndarray:
    """Factor by which the first reports of the newest months still grow, (n_paths, n_months)."""
    factor = np.ones((n_paths, n_months))
    ratios = np.asarray(numbers["growth"], float)  # (lags, samples), NaN where a month says nothing
    for lag in range(min(ratios.shape[0], n_months)):
        known = ratios[lag][np.isfinite(ratios[lag])]
        if known.size >= 5:
            factor[:, n_months - 1 - lag] = rng.choice(known, n_paths)
    return factor
