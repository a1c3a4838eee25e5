"""What a rebuild costs against a full build, in processor seconds (all threads and processes), as ratios in one run.

    python -m benchmarks.rebuild                    the demonstration records
    python -m benchmarks.rebuild --scale full       three million inspections
    python -m benchmarks.rebuild --without-assessments

Works on a copy of the code lists and plans in a temporary folder; nothing of the office is touched.
"""

from __future__ import annotations

import argparse
import datetime
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pipelines import build as builds
from pipelines.demo import make_demo
from pipelines.progress import Silent
from pipelines.settings import Settings
from pipelines.sources import land_all

HERE = Path(__file__).resolve().parent.parent
TODAY = datetime.date(2024, 11, 22)
AIM_UNCHANGED = 0.1


def timed(work: Callable[[], object]) -> float:
    """Processor seconds that a piece of work takes in this process and those that it starts; see `clocked`."""
    started = sum(os.times()[:4])
    work()
    return sum(os.times()[:4]) - started


def clocked(work: Callable[[], object]) -> tuple[float, float]:
    """The same, and the seconds on the clock, which depend on who else runs."""
    began = time.perf_counter()
    return timed(work), time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", choices=("small", "full"), default="small")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without-assessments", action="store_true")
    said = parser.parse_args()
    if said.without_assessments:
        builds.write_assessments = lambda *_, **__: None
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("codes", "plans"):
            shutil.copytree(HERE / "data" / name, root / "data" / name)
        settings = Settings(root=root)
        make_demo(settings, scale=said.scale, quarter=None, progress=Silent())

        def build(full: bool = False) -> builds.BuildResult:
            return builds.build(settings, today=TODAY, full=full)

        first, waited = clocked(build)
        full = statistics.median(timed(lambda: build(full=True)) for _ in range(said.rounds))
        unchanged = statistics.median(timed(build) for _ in range(said.rounds))
        make_demo(settings, scale=said.scale, quarter="2024Q4", progress=Silent())
        landed = timed(lambda: land_all(settings, today=TODAY))
        results: list[builds.BuildResult] = []
        quarter = timed(lambda: results.append(build()))
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "?"
    print(f"{os.cpu_count()} cores, load average {load}")
    print(f"first build, every file read   {first:8.2f} s   {waited:.2f} s on the clock")
    print(f"full build, files already read {full:8.2f} s   1.00")
    told = f"{len(results[0].made)} tables made whole, {len(results[0].renewed)} in part"
    print(f"one more quarter, its files    {landed:8.2f} s   {landed / full:.2f}   read and cast")
    print(f"one more quarter, the build    {quarter:8.2f} s   {quarter / full:.2f}   {told}")
    print(f"nothing changed                {unchanged:8.2f} s   {unchanged / full:.2f}   (aim {AIM_UNCHANGED})")
    print(f"nothing changed / first build                {unchanged / first:.3f}")


if __name__ == "__main__":
    main()
