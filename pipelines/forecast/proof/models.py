"""The drivers' own models as a backtest calls them: what each would have said with what had happened by a cutoff.

Every function is called with a subject and returns a model for `rolling_origin`. Nothing after the cutoff is read; the
present figures of the past are, because the vintages of ten years ago are rarely kept.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pipelines.forecast.annual import simulate_annual
from pipelines.forecast.chosen import Model
from pipelines.forecast.completeness import LONGEST_LAG
from pipelines.forecast.monthly import simulate_monthly
from pipelines.forecast.proof.subjects import Subject
from pipelines.forecast.targets.counts import SEVERITY_MEMORY, rare_paths, severity_mix
from pipelines.forecast.targets.denominators import denominator_paths
from pipelines.forecast.targets.disasters import disaster_paths
from pipelines.forecast.targets.hours import event_paths_in_time
from pipelines.forecast.targets.returns import annual_paths
from pipelines.forecast.targets.series import Series

NO_LAGS = {name: np.zeros(LONGEST_LAG + 1) for name in ("at_lag", "up_to_lag", "removed_after", "standing_at")}


def _count(subject: Subject) -> Model:
    year, month = divmod(subject.first, 12)

    def model(past, horizon: int, *, kind: str, n_paths: int, rng: np.random.Generator) -> np.ndarray:
        return simulate_monthly(past, horizon, kind=kind, n_paths=n_paths, rng=rng, start=(year, month + 1))

    return model


def _deaths(subject: Subject) -> Model:
    accidents = _count(subject)
    numbers = subject.numbers

    def model(past, horizon: int, *, kind: str, n_paths: int, rng: np.random.Generator) -> np.ndarray:
        now = subject.first + len(past) - 1
        weights = [_weights_by(numbers, prefix, now) for prefix in ("", "pool_")]
        classes = sorted(set(weights[0]) | set(weights[1]) | {0.0, 1.0})
        own, pool = (np.array([one.get(dead, 0.0) for dead in classes]) for one in weights)
        mix = severity_mix({"severity_weight": own, "pool_weight": pool}, n_paths, rng)
        seen = np.asarray(numbers["accidents"], float)[: len(past)]
        ahead = accidents(seen, horizon, kind=kind, n_paths=n_paths, rng=rng)
        return rng.multinomial(ahead.astype(int), mix[:, None, :]) @ np.array(classes)

    return model


def _weights_by(numbers, prefix: str, now: int) -> dict[float, float]:
    month = np.asarray(numbers[f"{prefix}month"], int)
    known = month <= now
    dead = np.asarray(numbers[f"{prefix}dead"], float)[known]
    weight = SEVERITY_MEMORY ** ((now - month[known]) / 12)
    return {float(one): float(weight[dead == one].sum()) for one in np.unique(dead)}


def _rare(subject: Subject) -> Model:
    numbers = subject.numbers

    def model(past, horizon: int, *, kind: str, n_paths: int, rng: np.random.Generator) -> np.ndarray:
        n = len(past)
        mine, all_of, events = (
            float(np.asarray(numbers[name], float)[:n].sum()) for name in ("accidents", "pool_accidents", "pool_events")
        )
        read = {
            **NO_LAGS,
            "observed": np.nan_to_num(past),
            "is_in": np.isfinite(past),
            "pool_events": max(events, 0.0),
            "pool_years": n / 12,
            "share": (mine + 0.5) / (all_of + 0.5),
        }
        return _coming_years(subject, rare_paths, read, n, horizon, "count", n_paths, rng)

    return model


def _disasters(subject: Subject) -> Model:
    numbers = subject.numbers

    def model(past, horizon: int, *, kind: str, n_paths: int, rng: np.random.Generator) -> np.ndarray:
        n, read = len(past), {}
        for prefix in ("", "pool_"):
            month = np.asarray(numbers[f"{prefix}month"], int)
            known = month - subject.first < n
            read |= {f"{prefix}{one}": np.asarray(numbers[f"{prefix}{one}"])[known] for one in _OF_A_MONTH}
        read |= {"n_months": n, "growth": np.full((0, n), np.nan), "is_in": np.isfinite(past)}
        return _coming_years(subject, disaster_paths, read, n, horizon, subject.part, n_paths, rng)

    return model


_OF_A_MONTH = ("month", "loss", "flood_loss", "affected", "dead")


def _coming_years(subject: Subject, paths_of, read: dict, n: int, horizon: int, part: str, n_paths: int, rng):
    """Twelve-month totals after a cutoff, spread over their months, from a model that answers by calendar year.

    The months are renamed so that the cutoff is a December; the models concerned know seasons, but no calendar.
    """
    shift = -(subject.first + n) % 12
    read["first_month"] = subject.first + shift
    if "month" in read:
        read["month"] = read["month"] + shift
    start = (subject.first + shift + n) // 12
    series = Series(subject.model, subject.driver, start, start + horizon // 12 - 1, read, n_paths)
    yearly = paths_of(series, rng)[part]
    return np.repeat(yearly.T / 12, 12, axis=1)


def _annual(subject: Subject) -> Model:
    if "units" not in subject.numbers:
        return simulate_annual

    def model(past, horizon: int, *, kind: str, n_paths: int, rng: np.random.Generator) -> np.ndarray:
        read = {"value": past, "from_year": subject.first, "kind": kind, "units": subject.numbers["units"]}
        start = subject.first + len(past)
        series = Series("annual", subject.driver, start, start + horizon - 1, read, n_paths)
        return annual_paths(series, rng)["value"].T

    return model


def _denominator(subject: Subject) -> Model:
    def model(past, horizon: int, *, kind: str, n_paths: int, rng: np.random.Generator) -> np.ndarray:
        known = np.flatnonzero(np.isfinite(past))
        read = {"year": subject.first + known, "value": np.asarray(past)[known], **subject.numbers}
        read |= {"quarter_ratio": 0.0, "quarters": 0}
        start = subject.first + len(past)
        series = Series("denominator", subject.driver, start, start + horizon - 1, read, n_paths)
        return denominator_paths(series, rng)["level"].T

    return model


def _hours(subject: Subject) -> Model:
    def model(past, horizon: int, *, kind: str, n_paths: int, rng: np.random.Generator) -> np.ndarray:
        due = subject.first + len(past) - 1 + horizon
        year = np.asarray(subject.numbers["year"], int)
        known = year < subject.first + len(past)
        events = np.bincount(year[known] - subject.first, minlength=len(past)).astype(float)
        read = {"year": year[known].astype(float), "in_time": np.asarray(subject.numbers["in_time"])[known]}
        read |= {"events": events, "so_far": 0.0, "so_far_in_time": 0.0, "share_left": 1.0}
        found = event_paths_in_time(Series("hours", subject.driver, due, due, read, n_paths), rng)
        events, good = found["events"][0], found["in_time"][0]
        tested = np.flatnonzero(events > 0)
        # A year without an event puts nothing to the test; its place is taken by one that did.
        taken = rng.choice(tested, n_paths) if tested.size else np.zeros(n_paths, int)
        share = good[taken] / np.maximum(events[taken], 1)
        return np.repeat(share[:, None], horizon, axis=1)

    return model


MODELS: dict[str, Callable[[Subject], Model]] = {
    "count": _count,
    "deaths": _deaths,
    "rare": _rare,
    "disasters": _disasters,
    "annual": _annual,
    "denominator": _denominator,
    "hours": _hours,
}
BY_YEAR_ONLY = ("rare", "disasters")
"""Models that answer by year; their single months are not judged."""
