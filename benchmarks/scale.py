"""The whole build at ten times a city's load, beside DuckDB's bare load of the same files, and one new file on top.

    python -m benchmarks.scale                                       0.3 and 3 million inspections
    python -m benchmarks.scale --inspections 30000000 --folder PLACE thirty million (some 12 GB while it runs)

The mix is that of the promise: to 30 inspections come 5 training sessions and 0.2 accidents and disasters, in quarterly
files of several sources (`benchmarks.made_load`), on top of nothing else. Every measurement is a process of its own and
is told in processor seconds (user and system, all threads) and peak memory of that process; wall time depends on who
else runs. Forecasts are not part of it: they read yearly and monthly sums, and cost the same at every size.

bare        CREATE TABLE AS SELECT * FROM read_csv of all files of a kind, for each kind, into one database file
build       landing (contracts, codes, masking, lineage), models, checks, assessments, publication
new file    the same after one more quarterly file of one source; beside it the bare load of that file
file alone  the first build of an office that has nothing but that file: what its rows cost without any before them
unchanged   the same again
revised     the same after a file of the last quarter was replaced by one of its name with other numbers in a tenth
withdrawn   the same after another file of the last quarter was taken away
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import made_load
from pipelines.settings import load_settings

FIRST_DAY = datetime.date(2024, 11, 22)
MEMORY_LIMIT = "4GB"
PHASES = ("land_all", "run_models", "run_checks", "write_assessments")
KINDS = ("accidents", "disasters", "inspections", "training")


def make_office(root: Path, inspections: int) -> list[str]:
    """Code lists, plans, settings and the records up to 2024Q3; codes of the city's towns."""
    towns = _without_records(root)
    made_load.make_records(root / "data" / "raw", towns, made_load.Load.of(inspections))
    return towns


def make_office_of_next_quarter(root: Path, inspections: int) -> None:
    """The same without a record but those of the next quarter's file."""
    made_load.make_next_quarter(root / "data" / "raw", _without_records(root), made_load.Load.of(inspections))


def _without_records(root: Path) -> list[str]:
    shutil.copytree(made_load.HERE / "data" / "plans", root / "data" / "plans")
    (root / "anlan.toml").write_text(f'[build]\nmemory_limit = "{MEMORY_LIMIT}"\nthreads = 2\n', encoding="utf-8")
    return made_load.make_codes(root / "data" / "codes")


def bare(root: Path, pattern: str) -> dict[str, float]:
    """DuckDB's own load of the files whose names fit, kind by kind."""
    import duckdb

    with tempfile.TemporaryDirectory(dir=root) as folder:
        config = {"threads": "2", "memory_limit": MEMORY_LIMIT, "temp_directory": folder}
        con = duckdb.connect(f"{folder}/bare.duckdb", config=config)
        for kind in KINDS:
            files = sorted(map(str, (root / "data" / "raw" / kind).glob(pattern)))
            if files:
                con.execute(f"CREATE TABLE {kind} AS SELECT * FROM read_csv(?)", [files])
        con.close()
    return {}


def whole_build(root: Path, day: str) -> dict[str, float]:
    """One build of the office, with the processor seconds of its phases."""
    import pipelines.build as builds
    from pipelines import sources

    spent: dict[str, float] = {}

    def timed(name: str, work: Callable) -> Callable:
        def run(*given, **named):
            start = time.process_time()
            result = work(*given, **named)
            spent[name] = time.process_time() - start
            return result

        return run

    for module, names in ((sources, PHASES[:1]), (builds, PHASES[1:])):
        for name in names:
            setattr(module, name, timed(name, getattr(module, name)))
    result = builds.build(load_settings(root), today=datetime.date.fromisoformat(day))
    size = result.manifest.database_bytes
    tables = {"made": len(result.made), "renewed": len(result.renewed), "taken_over": len(result.taken_over)}
    return {**spent, **tables, "records": result.records, "rejected": result.rejected, "database_bytes": size}


STEPS = {"bare": bare, "build": whole_build}


def measure(step: str, root: Path, said: str) -> dict[str, float]:
    """Run one step in a process of its own; what it told, with seconds, processor seconds and peak memory in MiB."""
    command = [sys.executable, "-m", "benchmarks.scale", "--step", step, "--folder", str(root), "--said", said]
    start = time.perf_counter()
    told = subprocess.run(command, cwd=made_load.HERE, check=True, capture_output=True, text=True).stdout
    return {"seconds": time.perf_counter() - start, **json.loads(told.splitlines()[-1])}


def _one_step(step: str, root: Path, said: str) -> None:
    import resource

    told = STEPS[step](root, said)
    own, helpers = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    spent = sum(used.ru_utime + used.ru_stime for used in (own, helpers))
    print(json.dumps({**told, "cpu": spent, "peak": max(own.ru_maxrss, helpers.ru_maxrss) / 1024}))


def measure_size(root: Path, inspections: int) -> dict[str, dict[str, float]]:
    """All steps at one size, told as they come."""
    towns = make_office(root, inspections)
    found: dict[str, dict[str, float]] = {}

    def note(name: str, *step: object) -> None:
        found[name] = measure(*step)
        print(f"  {name}: {json.dumps(found[name])}", file=sys.stderr, flush=True)

    note("bare", "bare", root, "load_*.csv")
    note("build", "build", root, FIRST_DAY.isoformat())
    (new,) = made_load.make_next_quarter(root / "data" / "raw", towns, made_load.Load.of(inspections))
    days = [(made_load.NEXT_RECEIVED + datetime.timedelta(days=10 + number)).isoformat() for number in range(3)]
    note("bare, new file", "bare", root, new.name)
    note("new file", "build", root, days[0])
    make_office_of_next_quarter(root / "alone", inspections)
    note("file alone", "build", root / "alone", days[0])
    note("unchanged", "build", root, days[0])
    made_load.revise_a_file(root / "data" / "raw")
    note("revised file", "build", root, days[1])
    made_load.withdraw_a_file(root / "data" / "raw")
    note("withdrawn file", "build", root, days[2])
    return found


def _table(inspections: int, found: dict[str, dict[str, float]]) -> None:
    built, base = found["build"], found["bare"]["cpu"]
    print(f"\n{inspections:,} inspections, {built['records']:,.0f} records, {built['rejected']:,.0f} rejected")
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "?"
    print(f"{os.cpu_count()} cores, load average {load}, database {built['database_bytes'] / 1e6:,.0f} MB\n")
    print(f"| step | processor s | to bare | {' | '.join(PHASES)} | peak MiB | wall s |")
    print("| --- |" + " --- |" * (len(PHASES) + 4))
    for name, told in found.items():
        phases = " | ".join(f"{told[phase]:.1f}" if phase in told else "" for phase in PHASES)
        ratio = told["cpu"] / base
        print(f"| {name} | {told['cpu']:.1f} | {ratio:.2f} | {phases} | {told['peak']:,.0f} | {told['seconds']:.0f} |")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inspections", type=int, nargs="*", default=[300_000, 3_000_000])
    parser.add_argument("--folder", type=Path, default=None, help="where the office is made; needs room for all of it")
    parser.add_argument("--step", choices=tuple(STEPS), help=argparse.SUPPRESS)
    parser.add_argument("--said", help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.step:
        _one_step(said.step, said.folder, said.said)
        return
    for inspections in said.inspections:
        with tempfile.TemporaryDirectory(prefix="anlan-scale-", dir=said.folder) as folder:
            _table(inspections, measure_size(Path(folder), inspections))


if __name__ == "__main__":
    main()
