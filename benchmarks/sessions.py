"""How the app answers when many people look at once: real sessions over the wire, each going from page to page.

`ANLAN_ROOT=<office> python benchmarks/sessions.py [sessions] [seconds]` (30 and 60 if nothing is said) starts the app
as `anlan serve` does, opens so many sessions through its own protocol, and lets each ask for a page, wait as a reader
would, and ask for the next. A page counts as answered when its script has finished. Aim: no error, and 95 of 100
answers within five seconds. Writes docs/benchmarks-sessions.md.
"""

from __future__ import annotations

import asyncio
import os
import platform
import random
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pipelines import serve  # noqa: E402
from pipelines.settings import load_settings  # noqa: E402

PAGES = ("", "indicator", "quarterly", "records", "what_if", "replay", "plans", "data_loads")
QUERIES = ("", "plan=beichen", "plan=tongan", "lang=en", "as_of=2023-12-31", "plan=dongjiang&lang=en")
AIM_SECONDS, READING_SECONDS, LONGEST_SECONDS = 5.0, (2.0, 6.0), 60.0


@dataclass
class Found:
    """What the sessions met: seconds until each answer by page, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    @property
    def every(self) -> list[float]:
        """Seconds of all answers, the shortest first."""
        return sorted(one for some in self.seconds.values() for one in some)


def share_of(values: list[float], share: float) -> float:
    """The value below which that share of the sorted values lies."""
    return values[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


@contextmanager
def served(office: Path) -> Iterator[tuple[int, psutil.Process, float]]:
    """The app as `anlan serve` starts it, on a free port: the port, its process, and seconds until it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started = time.perf_counter()
    child = serve.start_app(load_settings(office), "127.0.0.1", port)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        for _ in range(600):
            try:
                opener.open(f"http://127.0.0.1:{port}/_stcore/health", timeout=2).close()
                break
            except OSError:
                if child.poll() is not None:
                    raise
                time.sleep(0.1)
        yield port, psutil.Process(child.pid), time.perf_counter() - started
    finally:
        child.terminate()
        child.wait(20)


async def read_page(link: object, page: str, query: str, found: Found) -> None:
    """Ask for one page and wait until its script has finished."""
    asked = BackMsg()
    asked.rerun_script.page_name = page
    asked.rerun_script.query_string = query
    started = time.perf_counter()
    await link.send(asked.SerializeToString())
    while True:
        said = ForwardMsg()
        said.ParseFromString(await asyncio.wait_for(link.recv(), LONGEST_SECONDS))
        kind = said.WhichOneof("type")
        if kind == "delta" and said.delta.new_element.WhichOneof("type") == "exception":
            found.errors.append(f"{page}?{query}: {said.delta.new_element.exception.message}")
        elif kind == "delta" and "logs/anlan.log" in said.delta.new_element.html.body:
            found.errors.append(f"{page}?{query}: {said.delta.new_element.html.body[-300:]}")
        elif kind == "script_finished" and said.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            found.seconds.setdefault(page or "overview", []).append(time.perf_counter() - started)
            return


async def one_reader(port: int, seed: int, until: float, found: Found) -> None:
    """One session: pages one after the other, with time to read between them."""
    draw = random.Random(seed)
    await asyncio.sleep(draw.uniform(0, 3))
    try:
        async with connect(
            f"ws://127.0.0.1:{port}/_stcore/stream", subprotocols=["streamlit"], max_size=None, proxy=None,
            origin=f"http://127.0.0.1:{port}",
        ) as link:  # fmt: skip
            while time.monotonic() < until:
                await read_page(link, draw.choice(PAGES), draw.choice(QUERIES), found)
                await asyncio.sleep(draw.uniform(*READING_SECONDS))
    except (OSError, TimeoutError) as fault:
        found.errors.append(f"session {seed}: {type(fault).__name__} {fault}")


async def many_readers(port: int, sessions: int, seconds: float) -> Found:
    """So many sessions for so many seconds."""
    found = Found()
    until = time.monotonic() + seconds
    await asyncio.gather(*(one_reader(port, seed, until, found) for seed in range(sessions)))
    return found


@dataclass(frozen=True)
class App:
    """What the app took.

    Attributes:
        start: Seconds until its port answered.
        start_busy: Processor seconds until then.
        busy: Processor seconds in all.
        memory_before: Bytes when its port answered.
        memory: Bytes at the end.
    """

    start: float
    start_busy: float
    busy: float
    memory_before: float
    memory: float


def measure(office: Path, sessions: int, seconds: float) -> tuple[Found, App]:
    """Run the app and its readers: what the sessions met, and what the app took."""
    with served(office) as (port, app, start):
        start_busy, memory_before = sum(app.cpu_times()[:2]), app.memory_info().rss
        found = asyncio.run(many_readers(port, sessions, seconds))
        return found, App(start, start_busy, sum(app.cpu_times()[:2]), memory_before, app.memory_info().rss)


def report(found: Found, app: App, sessions: int, seconds: float, load: float) -> str:
    """The page of figures as it stands in the docs."""
    every, busy = found.every, app.busy - app.start_busy
    lines = [
        "# Benchmark: many people at once",
        "",
        f"As measured on {date.today()} by `benchmarks/sessions.py` on {os.cpu_count()} cores, Python "
        f"{platform.python_version()}, one small demonstration office: {sessions} sessions for {seconds:.0f} seconds, "
        f"each asking for a page every {READING_SECONDS[0]:.0f}–{READING_SECONDS[1]:.0f} seconds. The machine's load "
        f"before the run was {load:.1f} (other work ran on it; nice value of this run {_niceness()}); "
        f"the app used {app.busy:.0f} processor seconds; it held {app.memory_before / 1e6:.0f} MB when its port "
        f"answered and {app.memory / 1e6:.0f} MB at the end.",
        "",
        f"The port answered after {app.start:.1f} s ({app.start_busy:.1f} of the processor): by then all modules are "
        "loaded and every page was drawn once, so that the first visitor waits for no more than the page.",
        "",
        f"Answers: {len(every)}; errors: {len(found.errors)}; median {share_of(every, 0.5):.2f} s, p95 "
        f"{share_of(every, 0.95):.2f} s (aim {AIM_SECONDS:.0f} s), longest {every[-1] if every else 0:.2f} s.",
        "",
        f"Processor time of the app after its start: {busy / max(len(every), 1):.2f} s an answer, so that one core "
        f"answers about {len(every) / max(busy, 1):.0f} pages a second; where answers took longer, they waited for a "
        "core that other work held.",
        "",
        "| page | answers | median s | p95 s |",
        "| --- | ---: | ---: | ---: |",
    ]
    for page, values in sorted(found.seconds.items()):
        ordered = sorted(values)
        lines.append(f"| {page} | {len(ordered)} | {share_of(ordered, 0.5):.2f} | {share_of(ordered, 0.95):.2f} |")
    return "\n".join([*lines, ""])


def _niceness() -> int:
    return psutil.Process().nice()


def main() -> int:
    """Measure, write the page, and say whether the aim was met."""
    sessions = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 60.0
    office = Path(os.environ.get("ANLAN_ROOT", ROOT)).resolve()
    load = psutil.getloadavg()[0]
    found, app = measure(office, sessions, seconds)
    text = report(found, app, sessions, seconds, load)
    (ROOT / "docs" / "benchmarks-sessions.md").write_text(text, encoding="utf-8")
    print(text, *found.errors[:5], sep="\n")
    return int(bool(found.errors) or share_of(found.every, 0.95) > AIM_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
