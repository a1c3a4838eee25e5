"""Runs the models: one series, or many in several processes, with what was computed before from the cache."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import numpy as np

from pipelines.forecast.targets.cache import Cache
from pipelines.forecast.targets.counts import count_paths, death_paths, rare_paths
from pipelines.forecast.targets.denominators import denominator_paths
from pipelines.forecast.targets.disasters import disaster_paths
from pipelines.forecast.targets.hours import event_paths_in_time
from pipelines.forecast.targets.returns import annual_paths
from pipelines.forecast.targets.seeds import generator
from pipelines.forecast.targets.series import Paths, Series
from pipelines.forecast.workers import worker_context
from pipelines.progress import Progress, Silent
from pipelines.texts import say

MODELS: Mapping[str, Callable[[Series, np.random.Generator], Paths]] = {
    "count": count_paths,
    "rare": rare_paths,
    "deaths": death_paths,
    "disasters": disaster_paths,
    "denominator": denominator_paths,
    "annual": annual_paths,
    "hours": event_paths_in_time,
}
WORTH_A_PROCESS = 120
CHUNK = 20


def simulate(series: Series) -> Paths:
    """Yearly paths of one series, seeded by its content."""
    paths = MODELS[series.model](series, generator(series.key))
    return {name: values.astype(np.float32) for name, values in paths.items()}


def simulate_all(
    wanted: Iterable[Series], cache: Cache, *, processes: int = 1, progress: Progress | None = None
) -> dict[str, Paths]:
    """Paths of every series by its key.

    Args:
        wanted: Series; the same content is simulated once.
        cache: What was simulated before.
        processes: Number of processes; the result does not depend on it.
        progress: Who watches.
    """
    by_key = {series.key: series for series in wanted}
    found: dict[str, Paths] = {}
    with (progress or Silent()).task(say("forecast.simulating"), len(by_key)) as advance:
        for key in by_key:
            kept = cache.get(key)
            if kept is not None:
                found[key] = kept
        advance(len(found))
        missing = [series for key, series in sorted(by_key.items()) if key not in found]
        for key, paths in _computed(missing, processes):
            found[key] = paths
            cache.put(key, paths)
            advance(1)
    return found


def _computed(missing: list[Series], processes: int) -> Iterable[tuple[str, Paths]]:
    if processes > 1 and len(missing) >= WORTH_A_PROCESS:
        done: set[str] = set()
        try:
            with ProcessPoolExecutor(processes, mp_context=worker_context()) as pool:
                for series, paths in zip(missing, pool.map(simulate, missing, chunksize=CHUNK), strict=True):
                    done.add(series.key)
                    yield series.key, paths
            return
        except BrokenProcessPool:  # a script read from standard input cannot be started again in another process
            missing = [series for series in missing if series.key not in done]
    for series in missing:
        yield series.key, simulate(series)
