"""The disk confirms a landed folder beside other work: nothing counts before it is there, and no fault is lost."""

from __future__ import annotations

import errno
import time

import pytest

from pipelines.sources import land_file
from pipelines.sources.file_work import RECEIPT

ROW = "a{i},120101,2024-07-01 08:00,2024-07-09,建筑施工,0,1.5"


def test_everything_is_there_when_landing_ends_however_slow_the_disk(project, monkeypatch):
    sync = land_file._sync
    monkeypatch.setattr(land_file, "_sync", lambda folder: (time.sleep(0.05), sync(folder)))
    for i in range(4):
        project.accidents(ROW.format(i=i), name=f"f{i}.csv")
    landed = project.land()
    assert len(landed.parquet("accidents")) == 4 and landed.reads == 4
    assert all(path.exists() and (path.parent / RECEIPT).exists() for path in landed.parquet("accidents"))


def test_a_fault_of_the_disk_stops_the_landing_and_leaves_no_half_folder(project, monkeypatch):
    sync = land_file._sync

    def full(folder):
        if folder.name.startswith(f".{refused[:16]}"):
            raise OSError(errno.ENOSPC, "no room")
        sync(folder)

    project.accidents(ROW.format(i=0), name="f0.csv")
    (whole,) = project.land().parquet("accidents")
    project.accidents(ROW.format(i=1), name="f1.csv")
    (refused,) = [row["sha256"] for row in project.land(write=False).files if row["path"].endswith("f1.csv")]
    monkeypatch.setattr(land_file, "_sync", full)
    with pytest.raises(OSError, match="no room"):
        project.land()
    assert [folder.name for folder in whole.parents[1].iterdir()] == [whole.parent.name]
    monkeypatch.undo()
    assert len(project.land().parquet("accidents")) == 2
