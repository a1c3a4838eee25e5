"""A landing that is killed at any moment, or that runs twice at once, loses nothing and leaves nothing half done."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from pipelines import publish
from tests.sources.landing.conftest import ROOT
from tests.sources.landing.killed_landing import POINTS, TODAY

GOOD = "A-{n},120113,2024-03-01,2024-03-02,建筑业,1,2.5"
BAD = "B-{n},120113,2024-03-01,2024-03-02,建筑业,-1,2.5"


def files(project):
    """Three files, one of them with a bad row."""
    for n in range(3):
        rows = [GOOD.format(n=10 * n + i) for i in range(25)] + ([BAD.format(n=n)] if n == 1 else [])
        project.accidents(*rows, name=f"q{n}.csv")


def start(root, point):
    command = [sys.executable, "-m", "tests.sources.landing.killed_landing", str(root), point]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)


def result(project):
    """What a build would take over: files, rows, rejects, and the state of journal and archive."""
    landing = project.land(TODAY)
    rows = project.rows(landing, "accidents", "record_id, deaths, direct_loss_fen")
    told = [
        (row["path"], row["accepted"], row["rejected"], row["received_on"], row["withdrawn_on"])
        for row in landing.files
    ]
    return rows, told, len(landing.rejects), landing.fingerprint


def whole(project):
    """Nothing half done: every landed folder has its receipt, and every original lies in the archive in full."""
    landed = project.root / "data/warehouse/landed/accidents"
    assert all((folder / "receipt.json").exists() for folder in landed.iterdir())
    archive = project.root / "data/journal/archive"
    originals = {path.read_bytes() for path in (project.root / "data/raw/accidents").iterdir()}
    kept = [path.read_bytes() for path in archive.glob("*/*") if not path.name.startswith(".")]
    assert sorted(kept) == sorted(originals)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    from tests.sources.landing.conftest import Project

    project = Project(tmp_path_factory.mktemp("undisturbed"))
    files(project)
    return result(project)


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_point_the_next_landing_is_as_if_nothing_had_been(project, undisturbed, point):
    files(project)
    process = start(project.root, point)
    try:
        waited = 0.0
        while not (project.root / "reached").exists():
            assert process.poll() is None, process.stderr.read().decode()
            assert waited < 120
            time.sleep(0.05)
            waited += 0.05
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
    with publish.writer(project.settings):
        assert result(project) == undisturbed
    whole(project)


def test_two_landings_at_once_give_what_one_gives(project, undisturbed):
    files(project)
    both = [start(project.root, "nowhere") for _ in range(2)]
    for process in both:
        _, said = process.communicate(timeout=240)
        assert process.returncode == 0, said.decode()
    assert result(project) == undisturbed
    whole(project)
