"""Counts from records: what happened, completed for late reports, and what is still to come to the end of the plan.

Deaths are accidents times deaths per accident, because deaths come in clusters and a regression on deaths would take
one bad accident for a worse year. The number of accidents comes from `simulate_monthly`; how many die in one is drawn
from the accidents on record, the recent ones with more weight, with a few accidents of the surrounding city added so
that a district which never had three deaths in one accident does not count as immune.
"""

from __future__ import annotations

import numpy as np

from pipelines.forecast.calibration import Calibration
from pipelines.forecast.chosen import OURS, simulator
from pipelines.forecast.completeness import LagCounts, complete, net_share
from pipelines.forecast.targets.series import Paths, Series, by_year

SEVERITY_MEMORY = 0.9  # weight of an accident that is one year older
POOLED_ACCIDENTS = 10.0  # accidents of the surrounding city that count beside the region's own
LEAST_SHARE = 0.05  # a month with less than this share reported says nothing about the level
RATE_UNITS = 1000.0  # exposure under which a simulated count is its own rate to within its last digit
POOLED_YEARS = 4.0  # years of the city's rate that count beside the region's own years of a rare event


def count_paths(series: Series, rng: np.random.Generator) -> Paths:
    """Yearly paths of a monthly count; `kept`: without any strike-off; `struck`: what has been struck off, if anything.

    Numbers: observed (months,), first_month, is_in (months,), and the lags as `lag_*` arrays; `struck` (months,), what
    was struck off of each; `method`, the model that the backtest chose, where it is not the driver's own;
    `calibration`, what the backtest taught, by part.
    """
    known = _Known(series)
    past, kept = known.completed(rng)
    years = series.years
    future = known.calibrated("count", by_year(known.ahead(rng, method=known.method), known.next_month, years))
    return {
        "count": by_year(past, known.first_month, years) + future,
        "kept": by_year(kept, known.first_month, years) + known.unremoved(future, rng),
        **known.struck_by_year("struck"),
    }


def rare_paths(series: Series, rng: np.random.Generator) -> Paths:
    """Yearly paths of a rare event by a gamma–Poisson rate, pooled with the surrounding city's.

    Numbers: as for `count_paths`, and `share`, the share of the city's accidents that are the region's;
    `pool_events` and `pool_years` of the city.
    """
    known = _Known(series)
    past, kept = known.completed(rng)
    years_seen = len(known.observed) / 12
    pooled = float(series.numbers["pool_events"]) + 0.5
    pool_years = max(float(series.numbers["pool_years"]), 1.0)
    usual = pooled / pool_years * float(series.numbers["share"])
    shape = usual * POOLED_YEARS + known.observed.sum()
    rate = rng.gamma(max(shape, 1e-9), 1 / (years_seen + POOLED_YEARS), series.n_paths)
    ahead = rng.poisson(rate[:, None] / 12, (series.n_paths, max(known.horizon, 1)))[:, : known.horizon].astype(float)
    future = known.calibrated("count", by_year(ahead, known.next_month, series.years))
    return {
        "count": by_year(past, known.first_month, series.years) + future,
        "kept": by_year(kept, known.first_month, series.years) + known.unremoved(future, rng),
        **known.struck_by_year("struck"),
    }


def death_paths(series: Series, rng: np.random.Generator) -> Paths:
    """Yearly paths of deaths in accidents and of the accidents themselves.

    Numbers: as for `count_paths`, of the accidents; the same with the prefix `dead_` of the deaths; `severity` and
    `severity_weight`, classes of deaths per accident with the region's own weights, and `pool_weight`, the city's.

    Returns:
        `accidents`, `deaths`; `accidents_kept`, `kept` (the same without any strike-off); `accidents_struck`, `struck`
        (what has been struck off, where anything was); `ahead` (those of `deaths` that are still to come), and `rate`:
        the deaths to be expected, without the luck of the draw.
    """
    known, dead = _Known(series), _Known(series, "dead_")
    years = series.years
    accidents_past, accidents_kept = known.completed(rng)
    past, kept = dead.completed(rng)
    mix = severity_mix(series.numbers, series.n_paths, rng)
    deadly = np.asarray(series.numbers["severity"], float)
    state = rng.bit_generator.state
    ahead = known.ahead(rng)
    after = rng.bit_generator.state
    rng.bit_generator.state = state
    expected = known.ahead(rng, RATE_UNITS) / RATE_UNITS
    rng.bit_generator.state = after
    accidents = by_year(ahead, known.next_month, years)
    mean_dead = mix @ deadly
    spread = max(float((np.mean(mix, axis=0) @ deadly**2) / max(float(np.mean(mean_dead)), 1e-9)), 1.0)
    if known.method == OURS:
        drawn = rng.multinomial(accidents.astype(int), mix) @ deadly
        future = dead.calibrated("deaths", drawn)
        usual = drawn.mean(axis=1, keepdims=True)
        moved = np.divide(future.mean(axis=1, keepdims=True), usual, out=np.ones_like(usual), where=usual > 0)
        rate_ahead = by_year(expected, known.next_month, years) * mean_dead * moved
    else:
        future = dead.calibrated("deaths", by_year(dead.ahead(rng, method=known.method), dead.next_month, years))
        rate_ahead = _without_luck(future, spread)
    accidents = known.calibrated("accidents", accidents)
    future = np.where(accidents > 0, future, 0.0)  # drawn or calibrated apart, and nobody dies without an accident
    so_far = by_year(past, dead.first_month, years)
    has_begun = np.array([known.first_month < (year + 1) * 12 and year * 12 < known.next_month for year in years])
    all_accidents = by_year(accidents_past, known.first_month, years) + accidents
    has_any = all_accidents > 0  # late deaths are drawn apart from late accidents, and nobody dies without one
    all_kept = by_year(accidents_kept, known.first_month, years) + known.unremoved(accidents, rng)
    dead_kept = by_year(kept, dead.first_month, years) + dead.unremoved(future, rng)
    rate_past = rng.gamma((so_far + 0.5) / spread) * spread * has_begun[:, None]
    return {
        "accidents": all_accidents,
        "accidents_kept": all_kept,
        "deaths": np.where(has_any, so_far + future, 0.0),
        "kept": np.where(all_kept > 0, dead_kept, 0.0),
        **known.struck_by_year("accidents_struck"),
        **dead.struck_by_year("struck"),
        "ahead": future,
        "rate": rate_past + rate_ahead,
    }


def _without_luck(counts: np.ndarray, spread: float) -> np.ndarray:
    """What is to be expected behind simulated counts: their spread less that of the draw, (years, n_paths).

    Args:
        counts: Simulated counts, (years, n_paths), by a model that does not tell its rate apart.
        spread: Variance of the draw by its mean (1 for a Poisson).
    """
    mean, variance = counts.mean(axis=1, keepdims=True), counts.var(axis=1, keepdims=True)
    known = np.sqrt(np.clip(1 - spread * mean / np.maximum(variance, 1e-9), 0, None))
    return mean + (counts - mean) * known


def severity_mix(numbers, n_paths: int, rng: np.random.Generator) -> np.ndarray:
    """Draws of the shares of the classes of deaths per accident, shape (n_paths, classes)."""
    own = np.asarray(numbers["severity_weight"], float)
    pool = np.asarray(numbers["pool_weight"], float)
    shape = own + POOLED_ACCIDENTS * pool / max(pool.sum(), 1e-12)
    draws = rng.standard_gamma(np.broadcast_to(shape, (n_paths, len(shape))))
    total = draws.sum(axis=1, keepdims=True)
    return np.where(total > 0, draws / np.where(total > 0, total, 1), 1 / len(shape))


class _Known:
    """The months that have been, of one count, with what is known of their reporting."""

    def __init__(self, series: Series, prefix: str = ""):
        numbers = series.numbers
        self.n_paths = series.n_paths
        self.observed = np.asarray(numbers[f"{prefix}observed"], float)
        self.first_month = int(numbers["first_month"])
        self.is_in = np.asarray(numbers["is_in"], bool)
        lags = (numbers[f"{prefix}{name}"] for name in ("at_lag", "up_to_lag", "removed_after", "standing_at"))
        self.lags = LagCounts(*(np.asarray(lag, float) for lag in lags))
        self.method = str(numbers.get("method", OURS))
        self.next_month = self.first_month + len(self.observed)
        self.horizon = max((series.last_year + 1) * 12 - self.next_month, 0)
        self.numbers, self.years = numbers, series.years
        self.struck = np.asarray(numbers.get(f"{prefix}struck", np.zeros(len(self.observed))), float)
        self.years_ahead = [(12 * (year + 1) - self.next_month) / 12 for year in series.years]

    def completed(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Paths of the months that have been, with all strike-offs and without any; both with the same late reports."""
        state = rng.bit_generator.state
        standing = complete(
            self.observed, self.lags, n_paths=self.n_paths, rng=rng, with_removals=False, is_in=self.is_in
        )
        rng.bit_generator.state = state
        past = complete(self.observed, self.lags, n_paths=self.n_paths, rng=rng, is_in=self.is_in)
        return past, standing + self.struck

    def unremoved(self, future: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Paths of what is to come (years, n_paths) with what would be struck off of it left in.

        The models learn from counts of which the strike-offs are gone, so they foretell such counts. What was struck
        off beside what stayed, in the months that have shown every removal, says how much more was reported first.
        """
        removed, stayed = float(self.lags.removed_after[0]), float(self.lags.standing_at[-1])
        if removed <= 0 or stayed <= 0:
            return future
        ratio = rng.gamma(removed, 1.0, self.n_paths) / rng.gamma(stayed, 1.0, self.n_paths).clip(1e-9)
        return future + rng.poisson(np.maximum(future, 0) * np.minimum(ratio, 1.0))

    def struck_by_year(self, part: str) -> Paths:
        """What has been struck off of each year, the same on every path, as a part; none where nothing was."""
        if not self.struck.any():
            return {}
        return {part: np.repeat(by_year(self.struck[None, :], self.first_month, self.years), self.n_paths, axis=1)}

    def calibrated(self, part: str, future: np.ndarray) -> np.ndarray:
        """Yearly paths of what is still to come (years, n_paths) as the backtest of that part taught."""
        return Calibration.of(self.numbers, part).paths(future, self.years_ahead)

    def ahead(self, rng: np.random.Generator, units: float = 1.0, method: str = OURS) -> np.ndarray:
        """Paths of the months to come, (n_paths, months), under `units` of exposure, by the chosen model."""
        if not self.horizon:
            return np.zeros((self.n_paths, 0))
        share = net_share(self.lags, len(self.observed), rng)
        history = np.where(self.is_in & (share >= LEAST_SHARE), np.maximum(self.observed, 0), np.nan)
        exposure = np.concatenate([np.clip(share, LEAST_SHARE, None), np.full(self.horizon, units)])
        start = divmod(self.first_month, 12)
        return simulator(method, monthly=True)(
            history,
            self.horizon,
            kind="count",
            exposure=exposure,
            n_paths=self.n_paths,
            rng=rng,
            start=(start[0], start[1] + 1),
        )
