"""A build that is killed at any moment loses nothing, shows nothing half, and is no trouble to the next one."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time

from pipelines import journal, publish, warehouse
from pipelines.published import superseded
from pipelines.settings import load_settings
from tests.faults.conftest import ROWS, accidents, add_file, command, environment
from tests.principals.office import REPOSITORY

KILLS = 20


def test_twenty_kills_at_random_moments(small_office, anlan):
    draw = random.Random(20261122)
    started = time.monotonic()
    first = anlan(small_office, "build")
    assert first.returncode == 0, first.stderr
    whole = time.monotonic() - started
    settings = load_settings(small_office)
    seen = accidents(small_office)
    files, killed = 1, 0
    for _ in range(KILLS):
        add_file(small_office, files)
        files += 1
        began = time.monotonic()
        child = subprocess.Popen(
            command(small_office, "build"), cwd=REPOSITORY, env=environment(), start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            child.wait(draw.uniform(0.15, 1.1) * whole)
            whole = time.monotonic() - began  # as long as a build takes under the load of now
        except subprocess.TimeoutExpired:
            killed += 1
        os.killpg(child.pid, signal.SIGKILL) if child.poll() is None else None
        child.wait()
        with warehouse.open(settings) as house:
            assert house.fell_back_from == ""
            now = house.query("SELECT COUNT(*) AS n FROM core_accidents__versions")[0]["n"]
            assert now % ROWS == 0 and seen <= now <= files * ROWS
            assert len(house.files()) == now // ROWS, "files and rows of one and the same build"
            seen = now
    assert killed >= KILLS // 2
    status = anlan(small_office, "status")
    assert status.returncode == 0, status.stderr
    done = anlan(small_office, "build")
    assert done.returncode == 0, done.stderr
    assert accidents(small_office) == files * ROWS
    folder = settings.path("warehouse")
    left = {entry.name for entry in (folder / "builds").iterdir()}
    assert left - set(superseded(folder)) == {row.build_id for row in publish.list_builds(settings)}
    assert not list((folder / "current").glob(".*")) and not (folder / publish.HOLDER).exists()
    kept = {file.stem for file in (settings.path("journal") / journal.ASSESSMENTS).iterdir()}
    assert kept == {line["build"] for line in journal.published(settings.path("journal"))}
    assert warehouse.current(settings) in kept


def test_two_builds_at_once_and_the_second_is_told_which_is_running(small_office, anlan):
    assert anlan(small_office, "build").returncode == 0
    settings = load_settings(small_office)
    with publish.writer(settings) as folder:
        publish.note_writer(folder, "20261122T010203-abcdef")
        second = anlan(small_office, "build")
        assert second.returncode == 2
        assert "20261122T010203-abcdef" in second.stderr and str(os.getpid()) in second.stderr
        assert anlan(small_office, "status").returncode == 0, "reading never waits"
    assert anlan(small_office, "build").returncode == 0
