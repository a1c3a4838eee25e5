"""How long each page's script runs in a fresh session with empty query caches, and what it sends.

Run against an office with a build: `ANLAN_ROOT=<office> python benchmarks/pages.py [runs]`; without one, on this
project. `ANLAN_LARGE=<office>` adds a second table for a large office (thirty million inspections), also with the
filters of the page of records. Every run is a new session through Streamlit's own test runner after all caches of
answers are emptied; the process and the open database are warm, as on a server that has been asked before. Bytes are
those of the messages that the script sends, before the connection compresses them. Writes docs/benchmarks-pages.md.
"""

from __future__ import annotations

import logging
import os
import platform
import statistics
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import streamlit as st
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from dashboard import data, frame  # noqa: E402
from dashboard.quarterly import sections  # noqa: E402
from pipelines import warehouse  # noqa: E402
from pipelines.settings import load_settings  # noqa: E402

APP = ROOT / "dashboard" / "app.py"
AIM_MEDIAN, AIM_P95, AIM_BYTES, AIM_LARGE = 150, 400, 60_000, 1000
VIEWS = {
    **{page: {} for page in frame.PAGES},
    **{f"quarterly, {part}": {"part": part} for part in list(sections.PARTS)[1:]},
    **{f"records, {kind}": {"kind": kind} for kind in ("inspections", "training")},
    "plans, coverage": {"part": "coverage"},
}
FILTERED = {
    f"records, inspections, {name}": {"kind": "inspections", **query}
    for name, query in {
        "one month": {"year": "2023", "month": "2023-05"},
        "one kind": {"inspection_kind": "special"},
        "one sector": {"sector": "construction"},
        "one district": {"region": "120113"},
        "as of 2021": {"as_of": "2021-06-30"},
        "page 1,000": {"page": "1000"},
        "page 100,000": {"page": "100000"},
        "a district's plan": {"plan": "beichen"},
    }.items()
}
"""What readers of a large office choose on the page of records."""


@dataclass(frozen=True)
class Run:
    """One run of a page's script: milliseconds on the clock and of the processor, and bytes of what it sends."""

    clock: float
    processor: float
    sent: int


class Stopwatch:
    """Times `frame.run`, which is the whole script of a page, and nothing of the test runner around it."""

    def __init__(self):
        self._run, self.clock, self.processor = frame.run, 0.0, 0.0

    def __call__(self) -> None:
        """Run the page and keep its times."""
        clock, processor = time.perf_counter(), time.process_time()
        try:
            self._run()
        finally:
            self.clock = (time.perf_counter() - clock) * 1000
            self.processor = (time.process_time() - processor) * 1000


def measure(view: str, runs: int) -> list[Run]:
    """Runs of one view, each in a new session; the first, which imports the page, is left out."""
    watch, found = frame.run, []
    page, query = view.partition(",")[0], {"plan": "tianjin", **(VIEWS | FILTERED)[view]}
    for _ in range(runs + 1):
        at = AppTest.from_file(str(APP), default_timeout=120)
        at.query_params.update(query)
        if page != frame.PAGES[0]:
            at.run()  # registers the pages
            at.switch_page(f"app_pages/{page}.py")
            at.query_params.update(query)
        data.ANSWERS.clear()
        at.run()
        if any("logs/anlan.log" in block.value for block in at.html):
            raise RuntimeError(f"{view}: a fault on the page, see the log")
        sent = sum(node.proto.ByteSize() for node in at._tree if getattr(node, "proto", None) is not None)
        found.append(Run(watch.clock, watch.processor, sent))
    return found[1:]


def table(root: str, runs: int, views: Iterable[str] = VIEWS) -> list[str]:
    """What was measured on one office, as Markdown."""
    os.environ["ANLAN_ROOT"] = root
    with warehouse.open(load_settings(root)) as house:
        records = sum(row["accepted"] for row in house.files())
        inspections = house.query("SELECT COUNT(*) AS n FROM core_inspections__versions")[0]["n"]
    before, lines = load(), []
    for view in views:
        found = measure(view, runs)
        clock = [run.clock for run in found]
        high = statistics.quantiles(clock, n=20, method="inclusive")[-1]
        processor = statistics.median(run.processor for run in found)
        sent = found[-1].sent / 1000
        lines.append(f"| {view} | {statistics.median(clock):.0f} | {high:.0f} | {processor:.0f} | {sent:.1f} |")
    return [
        f"{records:,} records, of which {inspections:,} inspections; {runs} runs a view, plan of Tianjin."
        f" Load of the machine (1 minute) before and after: {before:.1f} and {load():.1f}.",
        "",
        "| view | median ms | 95th percentile ms | median ms of processor | KB in messages |",
        "| --- | ---: | ---: | ---: | ---: |",
        *lines,
        "",
    ]


def load() -> float:
    """The machine's load of the last minute."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")


def main() -> None:
    """Measure every page and write the tables."""
    logging.disable(logging.WARNING)
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    frame.run = Stopwatch()
    lines = [
        "# How fast the pages are",
        "",
        f"`benchmarks/pages.py`, {date.today():%Y-%m-%d}, Python {platform.python_version()}, Streamlit"
        f" {st.__version__}, {os.cpu_count()} cores. Above a load of the number of cores the clock also holds time"
        " spent waiting for others; the processor's time, summed over its threads, does not.",
        "",
        "## The demonstration office",
        "",
        f"Aim: median ≤ {AIM_MEDIAN} ms, 95th percentile ≤ {AIM_P95} ms in a fresh session with empty query caches; ≤"
        f" {AIM_BYTES // 1000} KB for the overview.",
        "",
        *table(os.environ.get("ANLAN_ROOT", str(ROOT)), runs),
    ]
    if large := os.environ.get("ANLAN_LARGE"):
        aim = f"Aim: no page over {AIM_LARGE / 1000:.0f} s, also with filters and far down the list."
        lines += ["## A large office", "", aim, "", *table(large, max(runs // 3, 3), [*VIEWS, *FILTERED])]
    (ROOT / "docs" / "benchmarks-pages.md").write_text("\n".join(lines), encoding="utf-8")
    sys.stdout.write("\n".join(lines))


if __name__ == "__main__":
    main()
