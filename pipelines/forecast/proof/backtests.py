"""Backtests of the drivers: each driver's own model beside the baselines, from every quarter-end that can be judged.

A backtest belongs to a date: its history, up to every cutoff and after it, is what was known at that date. Most of the
history is the same at the next date, so what was foretold from a cutoff is remembered by the content that it read.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field

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
_TEXTS = ("span", "model")
_WHOLE = ("cutoff", "horizon")
_NUMBERS = ("actual", "mean", "lo80", "hi80", "crps", "pit")
_PLACES = ("below", "upto")
SCORES = np.linspace(-3, 3, 41)
"""Normal scores at which the forecast of a year is kept, from which a calibrated one can be judged."""
Columns = dict[str, np.ndarray]
"""A backtest by column: those of `Judged`, `below` and `upto`, and, of the years alone, `quantiles` at `SCORES`."""


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


@dataclass
class Memory:
    """What was foretold before by the same models from the same content: paths, and what came of them."""

    paths: dict[tuple, np.ndarray] = field(default_factory=dict)
    rows: dict[tuple, list[dict]] = field(default_factory=dict)


def backtest(subject: Subject, memory: Memory | None = None) -> Columns:
    """The rows of one subject by column, those of years first; `cutoff` is an index of its values.

    Every cutoff is a quarter-end (years: a year's end), the first after four years (five values). Monthly series are
    judged by the totals of the coming years, which is what the targets are made of, and, where the model answers by
    month, by the single months of the first year.
    """
    values, memory = subject.values, memory or Memory()
    first, rows = _first_cutoff(values, subject.is_monthly), []
    if subject.is_monthly:
        every = _distance(len(values) - first - 12, 3)
        rows += _looks(subject, YEAR, LONGEST_YEARS[True], OF_TOTALS, first, every, memory)
        if subject.by_month and subject.model not in BY_YEAR_ONLY:
            rows += _looks(subject, MONTH, 12, MONTHLY_BASELINES, first, every, memory)
    else:
        every = _distance(len(values) - first, 1)
        rows += _looks(subject, YEAR, LONGEST_YEARS[False], ANNUAL_BASELINES, first, every, memory)
    return {
        **{name: np.array([row[name] for row in rows], dtype="<U16") for name in _TEXTS},
        **{name: np.array([row[name] for row in rows], dtype=np.int64) for name in _WHOLE},
        **{name: np.array([row[name] for row in rows], dtype=np.float64) for name in (*_NUMBERS, *_PLACES)},
        "quantiles": np.array([row["quantiles"] for row in rows if row["span"] == YEAR]).reshape(-1, SCORES.size),
    }


def _looks(
    subject: Subject, span: str, longest: int, baselines: Mapping[str, Model], first: int, every: int, memory: Memory
) -> list[dict]:
    """Rows of one kind of span, from each cutoff that can be judged."""
    from scipy.special import ndtr

    periods = 12 if subject.is_monthly and span == YEAR else 1
    found = []
    for seen in range(first, len(subject.values), every):
        cut, judged = subject.cut(seen), subject.values[seen : seen + longest * periods]
        named = (cut.key, span, judged.tobytes())
        if named not in memory.rows:
            models = {OURS: MODELS[subject.model](cut), **baselines}
            rows = rolling_origin(
                subject.values[: seen + judged.size],
                longest,
                {name: _remembering(model, (cut.key, name), subject, span, memory) for name, model in models.items()},
                kind=subject.kind,
                min_train=seen,
                rng=generator(cut.key),
                every=len(subject.values),
                n_paths=N_PATHS,
                span=periods,
                quantiles=ndtr(SCORES) if span == YEAR else None,
            )
            memory.rows[named] = [{**row, "span": span} for row in rows]
        found += memory.rows[named]
    return found


def backtest_all(
    subjects: Iterable[Subject],
    cache: Cache,
    *,
    processes: int = 1,
    progress: Progress | None = None,
    tidy: bool = False,
) -> list[Judged]:
    """Rows of every subject, one after the other."""
    by_key = backtest_by_key(subjects := list(subjects), cache, processes=processes, progress=progress, tidy=tidy)
    return [row for one in {one.key: one for one in subjects}.values() for row in judged_rows(one, by_key[one.key])]


def backtest_by_key(
    subjects: Iterable[Subject],
    cache: Cache,
    *,
    processes: int = 1,
    progress: Progress | None = None,
    tidy: bool = False,
) -> dict[str, Columns]:
    """Backtest every subject, and give what was found by its key.

    Args:
        subjects: What to look back on; the same content is backtested once.
        cache: What was backtested before, by content and program.
        processes: Number of processes; the result does not depend on it.
        progress: Who watches.
        tidy: Whether what is not asked for is removed from the cache.
    """
    wanted = {subject.key: subject for subject in subjects}
    found: dict[str, Columns] = {}
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
    return found


def _computed(missing: list[Subject], processes: int) -> Iterable[tuple[str, Columns]]:
    """Backtests by key; those of one series at several dates are one task, since most of it is the same."""
    of_series: dict[tuple[str, str], list[Subject]] = {}
    for subject in missing:
        of_series.setdefault((subject.driver, subject.part), []).append(subject)
    tasks = sorted(of_series.values(), key=len, reverse=True)  # the long ones first, so that none is waited for
    if processes > 1 and len(missing) >= WORTH_A_PROCESS and len(tasks) > 1:
        done = 0
        try:
            with ProcessPoolExecutor(processes, mp_context=worker_context()) as pool:
                for rows in pool.map(backtest_series, tasks):
                    yield from rows
                    done += 1
            return
        except BrokenProcessPool:  # a script read from standard input cannot be started again in another process
            tasks = tasks[done:]
    for task in tasks:
        yield from backtest_series(task)


def backtest_series(subjects: list[Subject]) -> list[tuple[str, Columns]]:
    """Backtests of one series as known at several dates, by key."""
    memory = Memory()
    return [(subject.key, backtest(subject, memory)) for subject in subjects]


def judged_rows(subject: Subject, columns: Columns, span: str | None = None) -> Iterable[Judged]:
    """The rows of a backtest.

    Args:
        subject: What was backtested.
        columns: What was found.
        span: Only those of months, or of years; None gives both.
    """
    name = series_name(subject.driver, subject.part)
    longest = LONGEST_YEARS[subject.is_monthly] * (12 if subject.is_monthly else 1)
    days = [subject.day_of(at) for at in range(len(subject.values) + longest)]
    of_years, every = len(columns["quantiles"]), len(columns["span"])
    these = {YEAR: slice(of_years), MONTH: slice(of_years, every), None: slice(every)}[span]
    for row in zip(*(columns[one][these].tolist() for one in (*_TEXTS, *_WHOLE, *_NUMBERS)), strict=True):
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


def _remembering(model: Model, named: tuple, subject: Subject, span: str, memory: Memory) -> Model:
    """The same paths for the totals and for the months of a cutoff, and at every date: as far as any asks for."""
    of_months = subject.is_monthly and named[1] != OURS  # the baselines of months and of totals are not the same
    key = (*named, span if of_months else "")
    longest = LONGEST_YEARS[subject.is_monthly] * (12 if subject.is_monthly else 1)
    if of_months and span == MONTH:
        longest = 12

    def remembered(past, horizon: int, *, kind: str, n_paths: int, rng: np.random.Generator) -> np.ndarray:
        if key not in memory.paths:
            memory.paths[key] = model(past, longest, kind=kind, n_paths=n_paths, rng=rng)
        return memory.paths[key][:, :horizon]

    return remembered
