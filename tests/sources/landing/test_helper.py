"""A second process lands part of many small files; what comes of it is the same without it, and when it dies."""

from __future__ import annotations

import json
import os
import sys
import time

import duckdb
import pytest

from pipelines.sources import helper, land_all, landing
from pipelines.sources.file_work import ACCEPTED, RECEIPT, REJECTED
from tests.sources.landing.conftest import TODAY, Project

FILES = 40


def write_files(project) -> None:
    """Files with good rows, rows that repeat, rows that are rejected, and one that is no table."""
    for i in range(FILES):
        rows = [f"a{i}-{j},120101,2024-07-0{j + 1} 08:0{j},2024-07-09,建筑施工,{j},1.5" for j in range(4)]
        rows += [rows[0], f"a{i}-9,120101,2024-07-05,2024-07-09,没有的行业,-1,1"] if i % 5 == 0 else []
        project.accidents(*rows, name=f"f{i:02d}.csv")
    project.write("raw/accidents/f20.csv", "一段话\n又一段话\n")


def seen(made) -> dict:
    """Everything that was landed, file by file, without what names the folder of a test."""
    con = duckdb.connect()
    found = {}
    for path in made.parquet("accidents"):
        folder = path.parent
        told = {"receipt": json.loads((folder / RECEIPT).read_text(encoding="utf-8")), "folder": folder.name}
        for name in (ACCEPTED, REJECTED):
            if (folder / name).exists():
                told[name] = con.execute("SELECT * FROM read_parquet(?)", [str(folder / name)]).fetchall()
        found[folder.name] = told
    con.close()
    errors = [str(error) for error in made.errors]
    return {"order": list(found), "files": made.files, "reads": made.reads, "errors": errors, "landed": found}


def land(project, threads: int):
    said = project.settings
    build = said.build.model_copy(update={"threads": threads, "rejected_rows_borne": 9})
    return land_all(said.model_copy(update={"build": build}), today=TODAY, stop=False)


@pytest.fixture
def alone(tmp_path_factory, monkeypatch):
    """What one process makes of the files."""
    monkeypatch.setenv("ANLAN_LANG", "en")
    project = Project(tmp_path_factory.mktemp("alone"))
    write_files(project)
    return seen(land(project, 1))


def test_two_processes_land_what_one_does(project, alone, monkeypatch):
    write_files(project)
    monkeypatch.setattr(helper, "WORTH_A_PROCESS", 2)
    started = []
    real = helper.subprocess.Popen
    monkeypatch.setattr(helper.subprocess, "Popen", lambda *a, **k: started.append(real(*a, **k)) or started[-1])
    assert seen(land(project, 2)) == alone
    assert len(started) == 1 and started[0].returncode is not None
    assert alone["reads"] == FILES - 1 and len(alone["errors"]) == 1
    assert not list((project.root / "data/warehouse/landed").glob("*/.*-*")), "something was left behind"


def test_second_process_really_lands(project, monkeypatch):
    """The first process waits at its first file until another one is there that it did not land."""
    write_files(project)
    (project.root / "data/raw/accidents/f20.csv").unlink()
    monkeypatch.setattr(helper, "WORTH_A_PROCESS", 2)
    landed_here = []
    real = landing.land_job

    def slow(con, job, folder, *more):
        until = time.monotonic() + 60
        while not landed_here and time.monotonic() < until:
            if list((project.root / "data/warehouse/landed/accidents").glob("*/receipt.json")):
                break
            time.sleep(0.02)
        landed_here.append(job.name)
        real(con, job, folder, *more)

    monkeypatch.setattr(landing, "land_job", slow)
    made = land(project, 2)
    assert made.reads == FILES - 1 and not made.errors
    assert 0 < len(landed_here) < FILES - 1


def test_second_process_that_dies_changes_nothing(project, alone, monkeypatch):
    write_files(project)
    monkeypatch.setattr(helper, "WORTH_A_PROCESS", 2)
    # A process that ends at once, with the pipe still full.
    monkeypatch.setattr(sys, "executable", "/bin/false" if os.path.exists("/bin/false") else sys.executable)
    assert seen(land(project, 2)) == alone


def test_few_files_start_no_process(project, monkeypatch):
    project.accidents("a1,120101,2024-07-01,2024-07-02,建筑施工,0,1")
    monkeypatch.setattr(helper.subprocess, "Popen", lambda *_, **__: pytest.fail("a process for one file"))
    assert land(project, 2).reads == 1


def test_second_process_ends_when_the_first_one_is_gone(project, monkeypatch):
    write_files(project)
    monkeypatch.setattr(helper, "WORTH_A_PROCESS", 2)
    monkeypatch.setattr(landing, "land_job", lambda *_: time.sleep(0.1))  # the second one is never met
    started = []
    real = helper.subprocess.Popen

    def popen(*said, **more):
        started.append(real(*said, **more))
        started[0].stdout.close()  # as the end of this process would
        return started[0]

    monkeypatch.setattr(helper.subprocess, "Popen", popen)
    monkeypatch.setattr(helper, "_SECONDS", 60)
    with pytest.raises((FileNotFoundError, ValueError)):  # nothing was landed here, and the pipe is closed
        land(project, 2)
    landed = list((project.root / "data/warehouse/landed/accidents").glob("*/receipt.json"))
    assert started[0].wait(60) is not None and len(landed) < FILES - 1
