"""How long the forecasts take: cold, after one changed series, and the replay of a whole plan.

    python -m benchmarks.forecast_speed                   the demonstration records, built in a temporary folder
    python -m benchmarks.forecast_speed --root OFFICE     an office that is built already; nothing in it is changed

Every figure contains reading the marts, the backtests of the drivers, the simulation and the judgement of the targets.
The libraries are loaded before the clock starts; what that costs is printed by itself. Beside each figure stand the
processor seconds of the process that asks (those of its workers are not known before they end, so the first figure is
repeated in one process) and its ratio to reading the same marts alone.
"""

from __future__ import annotations

import argparse
import datetime as dt
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from pipelines import publish
from pipelines.assessment.assessor import Office, quarter_ends
from pipelines.build import build, build_forecasts
from pipelines.catalogue import load_catalogue
from pipelines.demo import make_demo
from pipelines.plans import Plan, load_plans
from pipelines.progress import Silent
from pipelines.settings import Settings, load_settings

HERE = Path(__file__).resolve().parent.parent
AIM_COLD, AIM_CHANGED, AIM_REPLAY = 10.0, 1.0, 60.0
PROCESSES = 2


def clocks() -> tuple[float, float]:
    """Seconds on the wall, and of the processors in this process."""
    return time.perf_counter(), time.process_time()


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """What a piece of work gives, its seconds on the wall, and its processor seconds."""
    wall, cpu = clocks()
    result = work()
    wall_after, cpu_after = clocks()
    return result, wall_after - wall, cpu_after - cpu


@contextmanager
def office_of(said: argparse.Namespace) -> Iterator[Settings]:
    """The office that was named, or the demonstration records built for the measurement."""
    if said.root:
        yield load_settings(Path(said.root))
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in ("codes", "plans"):
            shutil.copytree(HERE / "data" / name, Path(folder) / "data" / name)
        settings = Settings(root=Path(folder))
        make_demo(settings, scale="small", quarter=None, progress=Silent())
        build(settings, today=dt.date.today())
        build_forecasts(settings)
        yield settings


class Forecaster:
    """Forecasts plans at dates with caches of its own.

    Args:
        settings: The office.
        caches: Folder of the caches.
        processes: Number of worker processes.
    """

    def __init__(self, settings: Settings, caches: Path, processes: int = PROCESSES):
        from pipelines.forecast.targets.cache import Cache

        self.processes = processes
        self.plans: Mapping[str, Plan] = load_plans(settings.path("plans"))
        self.office = Office.open(settings, load_catalogue(), self.plans)
        self.build = duckdb.connect(publish.current(settings.path("warehouse")).database, read_only=True)
        self.paths, self.looked_back = Cache(caches / "paths"), Cache(caches / "backtests")

    def ask(self, sql: str, params: list) -> list[tuple]:
        """Answer by rows without names."""
        return self.build.execute(sql, params).fetchall()

    def columns(self, sql: str, params: list) -> list:
        """Answer by columns."""
        return [*self.build.execute(sql, params).fetchnumpy().values()]

    def read(self, dates: Mapping[str, list[dt.date]]) -> Any:
        """Read the marts."""
        from pipelines.forecast.targets.tables import open_gatherer

        return open_gatherer(self.ask, self.office, dates, self.columns)

    def forecast(self, dates: Mapping[str, list[dt.date]]) -> dict[str, str]:
        """Forecast plans at dates, and give the key of every series with its name."""
        from pipelines.forecast.proof import Proof
        from pipelines.forecast.targets.probability import evaluate, prepare
        from pipelines.forecast.targets.simulate import simulate_all

        gatherer = self.read(dates)
        prepared = [prepare(gatherer, self.plans[name], day) for name, days in dates.items() for day in days]
        proof = Proof.of(gatherer, prepared, self.looked_back, processes=self.processes)
        prepared = [proof.applied(one) for one in prepared]
        wanted = [series for one in prepared for series in one.series.values()]
        found = simulate_all(wanted, self.paths, processes=self.processes)
        for one in prepared:
            evaluate(gatherer, one, {name: found[series.key] for name, series in one.series.items()})
        return {series.key: series.name for series in wanted}


def newest_quarter_end(forecaster: Forecaster, plan: Plan) -> list[dt.date]:
    """All quarter-ends of a plan at which the build holds a forecast."""
    sql = "SELECT DISTINCT as_of_on FROM forecast_probabilities WHERE plan_id = ? ORDER BY as_of_on"
    days = [day for (day,) in forecaster.ask(sql, [plan.id])]
    return days or [*quarter_ends(plan.period.start, dt.date.today())]


def without_one(folder: Path, every: int) -> Iterator[None]:
    """Take every n-th file out of a cache, one after the other; each is back before the next goes."""
    for file in sorted(folder.iterdir())[::every]:
        kept = file.read_bytes()
        file.unlink()
        yield
        file.write_bytes(kept)


def told(name: str, wall: float, cpu: float, bare: float, aim: float | None = None) -> None:
    """Print one line."""
    verdict = "" if aim is None else f"aim {aim:g} s {'' if wall <= aim else 'missed'}"
    print(f"{name:48s} {wall:7.2f} s  {cpu:7.2f} s  {wall / bare:7.1f} x   {verdict}".rstrip())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--root")
    parser.add_argument("--plans", nargs="*", help="plans whose replay is timed (default: all)")
    said = parser.parse_args()
    with office_of(said) as settings, tempfile.TemporaryDirectory() as folder:
        forecaster = Forecaster(settings, Path(folder) / "one")

        def libraries() -> None:
            import statsmodels.api  # noqa: F401

            import pipelines.forecast.proof
            import pipelines.forecast.targets.simulate  # noqa: F401

        _, wall, _ = timed(libraries)
        print(f"loading the libraries: {wall:.2f} s")
        dates = {name: newest_quarter_end(forecaster, plan) for name, plan in forecaster.plans.items()}
        last = {name: days[-1:] for name, days in dates.items() if days}
        _, bare, _ = timed(lambda: forecaster.read(last))
        print(f"{'':48s} {'wall':>9s}  {'cpu':>9s}  {'beside reading':>9s}")
        keys, wall, cpu = timed(lambda: forecaster.forecast(last))
        told(f"all targets of {len(last)} plans at one date, {len(keys)} series", wall, cpu, bare, AIM_COLD)
        alone = Forecaster(settings, Path(folder) / "alone", processes=1)
        _, wall, cpu = timed(lambda: alone.forecast(last))
        told("the same in one process", wall, cpu, bare)
        _, wall, cpu = timed(lambda: forecaster.forecast(last))
        told("the same again, nothing changed", wall, cpu, bare, AIM_CHANGED)
        slowest = max(
            timed(lambda: forecaster.forecast(last))[1:] for _ in without_one(Path(folder) / "one" / "backtests", 8)
        )
        told("one changed series (the slowest of every eighth)", *slowest, bare, AIM_CHANGED)
        for name in said.plans or dates:
            fresh = Forecaster(settings, Path(folder) / name)
            _, wall, cpu = timed(lambda fresh=fresh, name=name: fresh.forecast({name: dates[name]}))
            told(f"replay of {name}, {len(dates[name])} quarter-ends", wall, cpu, bare, AIM_REPLAY)


if __name__ == "__main__":
    main()
