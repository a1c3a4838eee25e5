"""A full disk, at whatever step: the former build stays current and the message says which disk and how much."""

from __future__ import annotations

import os
import subprocess

import pytest

from pipelines import warehouse
from pipelines.build import build, build_forecasts
from pipelines.errors import PipelineError
from pipelines.settings import load_settings
from tests.faults.conftest import ROWS, accidents, add_file, make_small_office
from tests.principals.office import TODAY

DISK_BYTES = 48_000_000


@pytest.fixture
def small_disk(tmp_path):
    """A disk of its own, in memory; only the administrator of a machine can make one."""
    place = tmp_path / "disk"
    place.mkdir()
    reason = ""
    if os.name != "posix" or os.geteuid() != 0:
        reason = "a small disk can only be made by root on Linux"
    else:
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(place)], capture_output=True, text=True
        )
        reason = made.stderr.strip()
    if reason:
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)


def leave_free(disk, size):
    """Fill the disk up to so many bytes."""
    filler = disk / "filler"
    filler.unlink(missing_ok=True)
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    with filler.open("wb") as file:
        file.write(b"\0" * max(free - size, 0))
    return filler


@pytest.mark.parametrize("free", [0, 60_000, 1_000_000, 4_000_000, 8_000_000])
def test_a_full_disk_leaves_the_former_build_current(tmp_path, small_disk, free):
    """From no room for the first landed file up to room for all but the last step."""
    root = make_small_office(tmp_path, small_disk / "warehouse")
    settings = load_settings(root)
    first = build(settings, today=TODAY).build_id
    add_file(root, 1)
    filler = leave_free(small_disk, free)
    try:
        build(settings, today=TODAY)
        assert free >= 4_000_000, "there was no room for a build"
        return
    except PipelineError as error:
        assert error.code == "disk_full_at", error.tell("en")
        assert error.facts["disk"] == str(small_disk)
        told = error.tell("en")
        assert str(small_disk) in told and "MB" in told and str(small_disk) in error.tell("zh")
    assert warehouse.current(settings) == first and accidents(root) == ROWS
    filler.unlink()
    build(settings, today=TODAY)
    assert accidents(root) == 2 * ROWS


def test_a_disk_that_is_full_when_forecasts_are_written_leaves_the_build_without_them(tmp_path, small_disk):
    root = make_small_office(tmp_path, small_disk / "warehouse")
    settings = load_settings(root)
    first = build(settings, today=TODAY).build_id
    leave_free(small_disk, 100_000)
    with pytest.raises(PipelineError) as caught:
        build_forecasts(settings)
    assert caught.value.code == "disk_full_at" and caught.value.facts["disk"] == str(small_disk)
    assert warehouse.current(settings) == first and accidents(root) == ROWS


def test_a_disk_that_is_full_where_the_journal_is_kept_stops_the_build_before_it_is_published(tmp_path, small_disk):
    root = make_small_office(tmp_path)
    file = root / "anlan.toml"
    said = file.read_text(encoding="utf-8").replace('"data/journal"', f'"{(small_disk / "journal").as_posix()}"')
    file.write_text(said, encoding="utf-8")
    settings = load_settings(root)
    first = build(settings, today=TODAY).build_id
    leave_free(small_disk, 0)
    with pytest.raises(PipelineError) as caught:
        build(settings, today=TODAY, full=True)
    assert caught.value.code == "disk_full_at" and caught.value.facts["disk"] == str(small_disk)
    assert warehouse.current(settings) == first
    assert len(list((settings.path("warehouse") / "builds").iterdir())) == 1
