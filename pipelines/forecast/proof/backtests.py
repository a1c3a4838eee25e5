"""Backtests of the drivers: each driver's own model beside the baselines, from every quarter-end that can be judged."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

import numpy as np

from pipelines.forecast.backtest import ANNUAL_BASELINES, MONTHLY_BASELINES, rolling_origin
from pipelines.forecast.chosen import OF_TOTALS, OURS, Model
from pipelines.forecast.proof.models import BY_YEAR_ONLY, MODELS
from pipelines.forecast.proof.subjects import Subject
from pipelines.forecast.targets.cache import Cache
from pipelines.forecast.targets.seeds import generator
from pipelines.forecast.workers import worker_context
from pipelines.progress import Progress, Silent
from pipelines.texts import say

MONTH, YEAR = "month", "year"
FEWEST_MONTHS, FEWEST_YEARS = 48, 5
KNOWN_MONTHS = 36  # of the first four years; no more than one of them then lacks its total
LONGEST_YEARS = {True: 3, False: 5}
MOST_CUTOFFS = 16
N_PATHS = 500
WORTH_A_PROCESS = 24
CHUNK = 4
_TEXTS = ("span", "model")
_WHOLE = ("cutoff", "horizon")
_NUMBERS = ("actual", "mean", "lo80", "hi80", "crps", "pit")


@dataclass(frozen=True)
class Judged:
    """One forecast of the past beside what came.

    Attributes:
        series: Driver and part, such as `other_deaths@120113/deaths`.
        kind: Kind of the series.
        span: `month`, or `year` for a year or twelve months together.
        cutoff: Last day that was seen.
        horizon: Distance in spans.
        judged_on: Last day of what was forecast.
        model: `ours`, or a baseline's name.
        actual, mean, lo80, hi80, crps: In the unit of the series.
        pit: Randomised PIT, 0-1.
    """

    series: str
    kind: str
    span: str
    cutoff: dt.date
    horizon: int
    judged_on: dt.date
    model: str
    actual: float
    mean: float
    lo80: float
    hi80: float
    crps: float
    pit: float

    @property
    def inside(self) -> bool:
        """Whether what came lay in the 80 % interval."""
        return self.lo80 <= self.actual <= self.hi80


def series_name(driver: str, part: str) -> str:
    """Name of one series of a driver in `forecast_backtests`."""
    return f"{driver}/{part}"


def backtest(subject: Subject) -> dict[str, np.ndarray]:
    """The rows of one subject by column; `cutoff` is an index of its values.

    Every cutoff is a quarter-end (years: a year's end), the first after four years (five values). Monthly series are
    judged by the totals of the coming years, which is what the targets are made of, and, where the model answers by
    month, by the single months of the first year.
    """
    own = MODELS[subject.model](subject)
    rng = generator(subject.key)
    values, rows = subject.values, []
    first = _first_cutoff(values, subject.is_monthly)
    asked = {"kind": subject.kind, "min_train": first, "n_paths": N_PATHS}
    if subject.is_monthly:
        ours = _remembering(own, 12 * LONGEST_YEARS[True])
        asked["every"] = _distance(len(values) - first - 12, 3)
        found = rolling_origin(values, LONGEST_YEARS[True], {OURS: ours, **OF_TOTALS}, rng=rng, span=12, **asked)
        rows += [{**row, "span": YEAR} for row in found]
        if subject.model not in BY_YEAR_ONLY:
            found = rolling_origin(values, 12, {OURS: ours, **MONTHLY_BASELINES}, rng=rng, **asked)
            rows += [{**row, "span": MONTH} for row in found]
    else:
        asked["every"] = _distance(len(values) - first, 1)
        found = rolling_origin(values, LONGEST_YEARS[False], {OURS: own, **ANNUAL_BASELINES}, rng=rng, **asked)
        rows += [{**row, "span": YEAR} for row in found]
    return {
        **{name: np.array([row[name] for row in rows], dtype="<U16") for name in _TEXTS},
        **{name: np.array([row[name] for row in rows], dtype=np.int64) for name in _WHOLE},
        **{name: np.array([row[name] for row in rows], dtype=np.float64) for name in _NUMBERS},
    }


def backtest_all(
    subjects: Iterable[Subject],
    cache: Cache,
    *,
    processes: int = 1,
    progress: Progress | None = None,
    tidy: bool = False,
) -> list[Judged]:
    """Backtest every subject.

    Args:
        subjects: What to look back on; the same content is backtested once.
        cache: What was backtested before, by content and program.
        processes: Number of processes; the result does not depend on it.
        progress: Who watches.
        tidy: Whether what is not asked for is removed from the cache.
    """
    wanted = {subject.key: subject for subject in subjects}
    found: dict[str, dict[str, np.ndarray]] = {}
    with (progress or Silent()).task(say("forecast.looking_back"), len(wanted)) as advance:
        for key in wanted:
            kept = cache.get(key)
            if kept is not None:
                found[key] = kept
        advance(len(found))
        missing = [subject for key, subject in sorted(wanted.items()) if key not in found]
        for key, rows in _computed(missing, processes):
            found[key] = rows
            cache.put(key, rows)
            advance(1)
    if tidy:
        cache.keep_only(wanted)
    return [row for key, subject in wanted.items() for row in _rows(subject, found[key])]


def _computed(missing: list[Subject], processes: int) -> Iterable[tuple[str, dict[str, np.ndarray]]]:
    if processes > 1 and len(missing) >= WORTH_A_PROCESS:
        done: set[str] = set()
        try:
            with ProcessPoolExecutor(processes, mp_context=worker_context()) as pool:
                for subject, rows in zip(missing, pool.map(backtest, missing, chunksize=CHUNK), strict=True):
                    done.add(subject.key)
                    yield subject.key, rows
            return
        except BrokenProcessPool:  # a script read from standard input cannot be started again in another process
            missing = [subject for subject in missing if subject.key not in done]
    for subject in missing:
        yield subject.key, backtest(subject)


def _rows(subject: Subject, columns: dict[str, np.ndarray]) -> Iterable[Judged]:
    name = series_name(subject.driver, subject.part)
    longest = LONGEST_YEARS[subject.is_monthly] * (12 if subject.is_monthly else 1)
    days = [subject.day_of(at) for at in range(len(subject.values) + longest)]
    for row in zip(*(columns[one].tolist() for one in (*_TEXTS, *_WHOLE, *_NUMBERS)), strict=True):
        span, model, cutoff, horizon, *numbers = row
        periods = 12 if subject.is_monthly and span == YEAR else 1
        judged_on = days[cutoff + horizon * periods]
        yield Judged(name, subject.kind, span, days[cutoff], horizon, judged_on, model, *numbers)


def _first_cutoff(values: np.ndarray, is_monthly: bool) -> int:
    """Periods before the first cutoff: so many that every model has what it needs, ending with a quarter."""
    fewest, known = (FEWEST_MONTHS, KNOWN_MONTHS) if is_monthly else (FEWEST_YEARS, FEWEST_YEARS)
    enough = np.flatnonzero(np.cumsum(np.isfinite(values)) >= known)
    if not enough.size:
        return len(values)
    first = max(int(enough[0]) + 1, fewest)
    return -(-first // 3) * 3 if is_monthly else first


def _distance(room: int, step: int) -> int:
    """Periods between cutoffs, a multiple of the step, so that there are not more than `MOST_CUTOFFS`."""
    return step * max(math.ceil(max(room, 0) / step / MOST_CUTOFFS), 1)


def _remembering(model: Model, longest: int) -> Model:
    """The same paths for the totals and for the months of a cutoff: simulated once, as far as either is asked for."""
    known: dict[int, np.ndarray] = {}

    def remembered(past, horizon: int, *, kind: str, n_paths: int, rng: np.random.Generator) -> np.ndarray:
        if len(past) not in known:
            known[len(past)] = model(past, longest, kind=kind, n_paths=n_paths, rng=rng)
        return known[len(past)][:, :horizon]

    return remembered
