"""`anlan pull`, and `anlan build --pull`, as people run them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from pipelines import publish

pytestmark = pytest.mark.xdist_group("postgres")


def anlan(office, *words, **variables):
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "--root", str(office.root), "--lang", "en", *words],
        capture_output=True, text=True, env={**os.environ, **variables}, check=False,
    )  # fmt: skip


def test_a_pull_says_what_came_and_a_second_one_that_nothing_did(table, office, write_source):
    write_source()
    table.add(check_no="a")
    first = anlan(office, "pull")
    assert first.returncode == 0, first.stderr
    assert "checks.source.yml: 1 rows in 000001-" in first.stdout and "up to 2024-03-11 09:00:00" in first.stdout
    second = anlan(office, "pull", "--source", "checks")
    assert "nothing new" in second.stdout


def test_an_office_without_sources_is_told_so(office):
    assert "no database sources" in anlan(office, "pull").stdout


def test_a_build_that_was_to_pull_first_does_nothing_when_the_pull_fails(table, office, write_source):
    write_source()
    failed = anlan(office, "build", "--pull", DATABASE="")
    assert failed.returncode == 2 and "no variable DATABASE" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert publish.current(office.path("warehouse")) is None


def test_the_check_of_everything_reads_the_sources_and_asks_no_database(office, write_source):
    path = write_source()
    path.write_text(path.read_text(encoding="utf-8").replace("look_back: 1 days", "look_back: soon"), encoding="utf-8")
    checked = anlan(office, "check", DATABASE="")
    assert checked.returncode == 2 and "checks.source.yml" in checked.stderr and "look_back" in checked.stderr
