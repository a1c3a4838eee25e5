"""What may lie in a folder of records without being a file of records: told, and never opened."""

import os
import socket

import pytest

from pipelines.errors import PipelineError, SeveralErrors

GOOD = "A-1,120113,2024-07-01 08:30,2024-07-02,化工,1,12.5"


def refused(project):
    with pytest.raises(PipelineError) as caught:
        project.land()
    assert not isinstance(caught.value, SeveralErrors) and caught.value.exit_code == 2
    assert caught.value.tell("zh").encode("utf-8") and caught.value.tell("en").encode("utf-8")
    return caught.value.code, caught.value.where


def pipe(folder):
    os.mkfifo(folder / "x.csv")


def port(folder):
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind("x.csv")  # in the current folder, since the address of a socket must be short


def loop(folder):
    (folder / "x.csv").symlink_to("x.csv")


def link_to_nothing(folder):
    (folder / "x.csv").symlink_to("gone.csv")


def link_to_itself(folder):
    (folder / "x.csv").symlink_to(folder)


@pytest.mark.parametrize("put", [pipe, port, loop, link_to_nothing, link_to_itself])
def test_what_is_no_ordinary_file_is_told_and_not_opened(project, put, monkeypatch):
    project.accidents(GOOD)
    folder = project.root / "data/raw/accidents"
    monkeypatch.chdir(folder)
    put(folder)
    assert refused(project) == ("not_a_regular_file", "data/raw/accidents/x.csv")


def test_a_link_to_a_file_is_read_and_its_name_may_hold_a_wide_space(project):
    there = project.write("elsewhere/q3.csv", project.accidents(GOOD).read_text(encoding="utf-8"))
    (project.root / "data/raw/accidents/q3.csv").unlink()
    (project.root / "data/raw/accidents/第　季.csv").symlink_to(there)
    assert [row["path"] for row in project.land().files] == ["data/raw/accidents/第　季.csv"]


@pytest.mark.parametrize("name", [b"\xd5\xe3.csv", b"a\nb.csv"])
def test_a_name_that_cannot_be_printed_is_told(project, name):
    folder = os.fsencode(project.accidents(GOOD).parent)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(b"x")
    code, where = refused(project)
    assert code == "file_name_unreadable" and "?" in where
    os.rename(os.path.join(folder, name), os.path.join(os.path.dirname(folder), name))
    assert refused(project)[0] == "file_name_unreadable"


@pytest.mark.parametrize("size", ["small", "large"])
def test_a_number_that_a_spreadsheet_rewrote_goes_back_and_is_no_new_record(project, monkeypatch, size):
    if size == "large":
        monkeypatch.setattr("pipelines.sources.readers.csv_file.SMALL", 0)
    rest = ",120113,2024-07-01 08:30,2024-07-02,建筑施工,1,12.5"
    project.accidents(*(number + rest for number in ("1.2E+17", "3e+05", '"=""2024009"""', "AE+1", "2024010")))
    landing = project.land(stop=False)
    told = landing.errors[0].tell("en")
    assert [f"row {line}" in told for line in range(2, 7)] == [True, True, True, False, False]
    assert "is not the number itself but what a spreadsheet made of it" in told
