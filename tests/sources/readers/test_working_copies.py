"""No working copy outlives the reading: it holds what the sender wrote, names and numbers included."""

import gc
import os
import subprocess
import sys
import tempfile

import psutil
import pytest

from pipelines.errors import PipelineError
from pipelines.sources.contract import load_contract
from pipelines.sources.readers import read_file
from pipelines.sources.readers.working_copies import PREFIX, remove_left_behind, working_folder


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder for temporary files of one's own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    return tmp_path / "temporary"


def test_a_file_that_is_refused_leaves_no_copy(here, tmp_path, con):
    path = tmp_path / "x.csv"
    path.write_bytes("这里没有标题\n只有文字".encode("gb18030"))
    with pytest.raises(PipelineError):
        read_file(path, con, load_contract("accidents"), None, "x.csv")
    assert not list(here.iterdir())


def test_the_copy_goes_with_its_table(here, tmp_path, read):
    path = tmp_path / "x.csv"
    path.write_bytes(
        "事故编号,行政区划代码,发生时间,行业领域,死亡人数\nA,120113,2024-01-02,建筑业,1\n".encode("utf-16")
    )
    (table,) = [read(path)]
    assert [folder.name.startswith(f"{PREFIX}{os.getpid()}-") for folder in here.iterdir()] == [True]
    del table
    gc.collect()
    assert not list(here.iterdir())


def test_what_was_left_goes_also_when_another_process_has_the_number(here):
    """In a container every build may be process 1."""
    mine, left = working_folder(), here / f"{PREFIX}{os.getpid()}-left"
    left.mkdir()
    began = psutil.Process().create_time()
    os.utime(left, (began - 3600, began - 3600))
    assert remove_left_behind() == 1
    assert list(here.iterdir()) == [mine]


def test_what_a_killed_process_left_is_removed_and_nothing_else(here):
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    dead = here / f"{PREFIX}{child.pid}-abc"
    dead.mkdir()
    (dead / "utf8.csv").write_text("姓名", encoding="utf-8")
    mine, other = working_folder(), here / f"{PREFIX}notes"
    other.mkdir()
    assert remove_left_behind() == 1
    assert sorted(here.iterdir()) == sorted([mine, other])
