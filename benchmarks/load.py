"""Validated load of inspections against DuckDB's own bare load of the same CSV, as ratios within one run.

    python -m benchmarks.load                  # one million rows, UTF-8 and GB18030
    python -m benchmarks.load --rows 3000000 --repeat 3

Each measurement is a process of its own (start of Python left out of the time), in turn, so that a busy machine slows
all of them; the median counts. Peak memory is that of the process.

bare       CREATE TABLE t AS SELECT * FROM read_csv(file) into a new database file (always the UTF-8 file: DuckDB cannot
           read GB18030)
validated  land_file: whole contract, codes, rules, masking, duplicates, lineage, Parquet on disk
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADINGS = (
    "检查编号,行政区划代码,检查日期,填报时间,被检查单位,行业领域,检查类型,检查人数,发现隐患数,整改隐患数,重大隐患数,"
    "下达整改指令数,立案数,罚款金额（元）,是否约谈"
)
TOWNS = ("120113001", "120113100", "120113101", "120113107", "120116403", "120112", "120111", "120115", "120118")
SECTORS = ("化工", "建筑业", "工贸", "道路运输", "火灾")
KINDS = ("日常检查", "专项检查", "双随机检查", "联合检查", "企业自查")
LIMITS = {"utf-8": 2.0, "gb18030": 2.7}


def make_csv(path: Path, rows: int, encoding: str) -> None:
    """Inspections as a system exports them; one enterprise name in a thousand holds a telephone number."""
    rng = random.Random(7)
    with path.open("w", encoding=encoding, newline="") as file:
        file.write(HEADINGS + "\n")
        for i in range(rows):
            day = f"20{16 + i * 8 // rows:02d}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
            found = rng.randint(0, 9)
            name = f"模拟{rng.randint(1, 40_000):05d}号机械制造有限公司" + ("（13800138000）" if i % 1000 == 0 else "")
            fine = rng.choice(("", "", "", "5000", "20000.50"))
            file.write(
                f"JC-{i:08d},{rng.choice(TOWNS)},{day},{day} 17:30:00,{name},{rng.choice(SECTORS)},{rng.choice(KINDS)},"
                f"{rng.randint(2, 5)},{found},{rng.randint(0, found)},0,{found // 5},0,{fine},{rng.choice('是否')}\n"
            )


def bare(path: Path, folder: Path) -> dict[str, float]:
    """DuckDB's own load."""
    import time

    import duckdb

    start, busy = time.perf_counter(), time.process_time()
    con = duckdb.connect(str(folder / "bare.duckdb"), config={"threads": "2", "memory_limit": "1333MB"})
    con.execute("CREATE TABLE t AS SELECT * FROM read_csv(?)", [str(path)])
    con.close()
    return {"seconds": time.perf_counter() - start, "cpu": time.process_time() - busy}


def validated(path: Path, folder: Path) -> dict[str, float]:
    """The whole way of one file into its landed folder."""
    import datetime
    import time

    import duckdb

    from pipelines.settings import load_settings
    from pipelines.sources.cast import Context
    from pipelines.sources.codes import read_codes
    from pipelines.sources.connection import memory_for_landing
    from pipelines.sources.contract import load_contract
    from pipelines.sources.file_work import RECEIPT
    from pipelines.sources.land_file import land_file

    settings = load_settings(ROOT)
    start, busy = time.perf_counter(), time.process_time()
    codes = read_codes(settings.path("codes"))
    memory = f"{memory_for_landing(settings.build.memory_limit)}B"
    con = duckdb.connect(config={"threads": "2", "memory_limit": memory, "temp_directory": str(folder / "spill")})
    context = Context("0" * 16, "benchmark", datetime.date(2026, 11, 22), codes)
    land_file(con, path, path.name, folder / "landed", load_contract("inspections"), context, None, ())
    con.close()
    told = {"seconds": time.perf_counter() - start, "cpu": time.process_time() - busy}
    receipt = json.loads((folder / "landed" / RECEIPT).read_text(encoding="utf-8"))
    return {**told, "accepted": receipt["accepted"], "rejected": receipt["rejected"]}


def _peak_bytes() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def measure(what: str, path: Path) -> dict[str, float]:
    """Run one measurement in a process and folder of its own."""
    command = [sys.executable, "-m", "benchmarks.load", "--one", what, "--file", str(path)]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, env=os.environ).stdout
    return json.loads(told.splitlines()[-1])


def main() -> int:
    """Print the table; the exit code says whether the limits hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=None, help="where the test files are made")
    parser.add_argument("--one", choices=("bare", "validated"), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.one:
        with tempfile.TemporaryDirectory(dir=said.file.parent) as folder:
            result = {"bare": bare, "validated": validated}[said.one](said.file, Path(folder))
        print(json.dumps({**result, "peak": _peak_bytes()}))
        return 0
    folder = Path(tempfile.mkdtemp(prefix="anlan-load-", dir=said.folder))
    try:
        return _table(folder, said.rows, said.repeat)
    finally:
        shutil.rmtree(folder)


def _table(folder: Path, rows: int, repeat: int) -> int:
    files = {encoding: folder / f"inspections_{encoding}.csv" for encoding in LIMITS}
    for encoding, path in files.items():
        make_csv(path, rows, encoding)
    steps = [("bare", "utf-8"), ("validated", "utf-8"), ("validated", "gb18030")]
    runs: dict[tuple[str, str], list[dict[str, float]]] = {step: [] for step in steps}
    for _ in range(repeat):
        for what, encoding in steps:
            runs[what, encoding].append(measure(what, files[encoding]))
    base = {name: statistics.median(run[name] for run in runs["bare", "utf-8"]) for name in ("seconds", "cpu")}
    print(f"{rows:,} inspections, {files['utf-8'].stat().st_size / 1e6:,.0f} MB, median of {repeat}")
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "?"
    print(f"{os.cpu_count()} cores, load average {load}")
    print(f"{'load':24}{'seconds':>9}{'rows/s':>12}{'ratio':>8}{'aim':>6}{'cpu s':>8}{'ratio':>8}{'peak MiB':>10}")
    fine = True
    for what, encoding in steps:
        seconds = statistics.median(run["seconds"] for run in runs[what, encoding])
        peak = max(run["peak"] for run in runs[what, encoding]) / 2**20
        cpu = statistics.median(run["cpu"] for run in runs[what, encoding])
        ratio, aim = seconds / base["seconds"], LIMITS[encoding] if what == "validated" else None
        shown = f"{aim:6.1f}" if aim else f"{'':6}"
        line = f"{what + ' ' + encoding:24}{seconds:9.2f}{rows / seconds:12,.0f}{ratio:8.2f}{shown}"
        print(f"{line}{cpu:8.2f}{cpu / base['cpu']:8.2f}{peak:10,.0f}")
        fine = fine and (aim is None or (ratio <= aim and peak <= 2048))
    return 0 if fine else 1


if __name__ == "__main__":
    raise SystemExit(main())
