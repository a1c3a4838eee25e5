"""Every document that can be made holds only the rows of whoever it is made for."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.principals.conftest import SEEDS
from tests.principals.office import BEICHEN, DONGJIANG, REPOSITORY, numbers_of
from tests.principals.walk import numbers, text_of

QUARTER = ("--quarter", "2024Q2")
DOCUMENTS = {
    "brief": QUARTER, "slides": QUARTER, "workbook": QUARTER, "page": QUARTER,
    "evaluate": ("--kind", "yearly", "--year", "2023"),
}  # fmt: skip


def anlan(office, *words):
    environment = {**os.environ, "ANLAN_LANG": "zh", "COLUMNS": "240", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "pipelines.cli", "--root", str(office), *words]
    return subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=300)


def marks(district):
    return (f"{district.sign}-20", district.enterprise, district.topic, f"{district.plan}_all.csv")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_districts_document_holds_nothing_of_its_sibling(office, tmp_path, document):
    made = anlan(office, "--as", "beichen", document, "--plan", "beichen", *DOCUMENTS[document], "--out", str(tmp_path))
    assert made.returncode == 0, made.stderr
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert files
    text = "\n".join(text_of(file.read_bytes()) for file in files)
    secret = numbers_of(DONGJIANG, SEEDS["DJ"]) - numbers_of(BEICHEN, SEEDS["BC"])
    assert not [mark for mark in marks(DONGJIANG) if mark in text]
    assert numbers(text) & secret == set()


@pytest.mark.parametrize(
    ("document", "plan"), [("brief", "dongjiang"), ("workbook", "tianjin"), ("evaluate", "nation")]
)
def test_no_document_of_anothers_plan_is_made(office, tmp_path, document, plan):
    made = anlan(office, "--as", "beichen", document, "--plan", plan, *DOCUMENTS[document], "--out", str(tmp_path))
    assert made.returncode == 2, made.stdout
    assert not list(tmp_path.iterdir())


def test_a_command_as_somebody_without_a_role_sees_nothing(office):
    status = anlan(office, "--as", "a stranger", "status")
    assert status.returncode == 2 and "a stranger" in status.stdout + status.stderr
    for district in (BEICHEN, DONGJIANG):
        assert not [mark for mark in marks(district) if mark in status.stdout]
    everything = anlan(office, "status").stdout
    assert f"{DONGJIANG.plan}_all.csv" in everything


def test_a_district_is_told_that_rejected_rows_are_not_for_it_and_not_that_there_are_none(office):
    """A rejected row may speak of any region: to say that there is none would be a guess."""
    assert "全部地区" in anlan(office, "--as", "beichen", "rejects").stdout
    assert "没有被退回的行" in anlan(office, "--as", "bureau", "rejects").stdout


@pytest.mark.parametrize("command", ["assess", "said"])
def test_no_command_speaks_of_anothers_plan(office, command):
    for plan in ("dongjiang", "tianjin", "nation", "none at all"):
        asked = anlan(office, "--as", "beichen", command, "--plan", plan)
        told = asked.stdout + asked.stderr
        assert asked.returncode == 2 and "现有 beichen" in told, told
        assert not [mark for mark in marks(DONGJIANG) if mark in told]
