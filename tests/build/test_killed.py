"""A build that is killed at any moment leaves the former one current and the next one clean."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from pipelines import publish, warehouse
from pipelines.build import make
from pipelines.settings import Settings
from tests.build.killed_build import POINTS
from tests.rows import landed_inputs

COUNT = "SELECT COUNT(*) AS n FROM core_accidents__versions"


def built(settings, rows):
    inputs = landed_inputs(settings.root / "landed", accidents=rows)
    with publish.writer(settings) as folder:
        return make(settings, folder, inputs, former=publish.current(folder))


def kill_at(point, root, repository):
    """Start a build elsewhere and kill it with SIGKILL once it stands at the point."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.build.killed_build", str(root), point], cwd=repository, stderr=subprocess.PIPE
    )
    try:
        waited_since = time.monotonic()
        while not (root / "reached").exists():
            assert process.poll() is None, process.stderr.read().decode()
            assert time.monotonic() - waited_since < 40, f"{point} was not reached"
            time.sleep(0.02)
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_point_the_current_build_is_whole_and_the_next_one_clean(tmp_path, repository, point):
    settings = Settings(root=tmp_path)
    folder = settings.path("warehouse")
    first = built(settings, [{"deaths": 1}])
    kill_at(point, tmp_path, repository)

    is_published = point in ("pointer_written", "while_removing_old_builds")
    with warehouse.open(settings) as house:
        assert (house.build_id == first.build_id) != is_published
        assert house.fell_back_from == ""
        assert house.query(COUNT) == [{"n": 2 if is_published else 1}]

    after = built(settings, [{"deaths": 1}, {"deaths": 2}, {"deaths": 3}])
    with warehouse.open(settings) as house:
        assert house.build_id == after.build_id
        assert house.query(COUNT) == [{"n": 3}]
    kept = {entry.name for entry in (folder / "builds").iterdir()}
    assert kept == {row.build_id for row in publish.list_builds(settings)}
    assert len(kept) == 2 + is_published - (point == "while_removing_old_builds")
    assert not list((folder / "current").glob(".*"))
    assert not (folder / publish.HOLDER).exists()
