"""A second process that lands small files from the far end of the list, while the first one begins at the near end.

What it lands is found there when the first process comes to it, as if an earlier build had landed it; what it fails at
is landed, or refused, in its turn. So the result and the order are the same with it, without it, and when it dies.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.errors import PipelineError
from pipelines.settings import Settings
from pipelines.sources.codes import Codes
from pipelines.sources.file_work import RECEIPT
from pipelines.sources.jobs import Job, land_job
from pipelines.sources.settling import Settling
from pipelines.texts import current_language, set_language

SMALL = 1 << 20  # bytes; a larger file is cast by DuckDB with all threads and memory
WORTH_A_PROCESS = 32  # small files that are read in the time in which a process starts
_SECONDS = 10
_AT_MOST = 20_000  # files; each is told by a byte that nobody reads, and a pipe holds 64 KiB
_LIMITS = {"threads": "1", "memory_limit": "256MB", "temp_directory": "", "autoload_known_extensions": "false"}


@dataclass(frozen=True)
class Errand:
    """What the second process is given: the files and where each of them lands, and what they are read by."""

    language: str
    codes: Codes
    files: Sequence[tuple[Job, Path]]


@contextlib.contextmanager
def second_process(settings: Settings, codes: Codes, unread: Sequence[tuple[Job, Path]]) -> Iterator[None]:
    """Have another process land files of a list from its end, while the caller lands them from its beginning.

    Args:
        settings: With one thread there is no second process.
        codes: The code lists.
        unread: Files that are not landed yet and the folder that each becomes.
    """
    small = [(job, folder) for job, folder in unread if job.original.stat().st_size <= SMALL][-_AT_MOST:]
    if settings.build.threads < 2 or (os.cpu_count() or 1) < 2 or len(small) < WORTH_A_PROCESS:
        yield
        return
    home = str(Path(__file__).resolve().parents[2])
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([sys.executable, "-m", "pipelines.sources.helper"], env=variables, **pipes)
    try:
        with contextlib.suppress(OSError):  # it died before it took anything
            pickle.dump(Errand(current_language(), codes, small), process.stdin)
            process.stdin.flush()
        yield
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_SECONDS)  # for the file at which both have met
    finally:
        process.kill()
        process.communicate()


def run() -> None:
    """What the second process does; it ends when it meets the first one, or when that is gone."""
    errand: Errand = pickle.load(sys.stdin.buffer)
    set_language(errand.language)
    con = duckdb.connect(config=_LIMITS)
    known: dict[tuple[object, ...], object] = {}
    with Settling() as settling:
        for job, folder in reversed(errand.files):
            if (folder / RECEIPT).exists():
                return
            # What it fails at the first process meets, and tells.
            with contextlib.suppress(PipelineError, OSError, duckdb.Error):
                land_job(con, job, folder, errand.codes, known, settle=settling.settle)
            sys.stdout.buffer.write(b".")
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    with contextlib.suppress(OSError):  # nobody listens any more
        run()
