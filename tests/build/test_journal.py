"""What was ever published stays in the journal, whatever becomes of the list that says when."""

from __future__ import annotations

import duckdb
import pytest

from pipelines import journal

BUILDS = ("b1", "b2", "b3")


def kept(folder):
    return sorted(file.name for file in (folder / journal.ASSESSMENTS).iterdir())


@pytest.fixture
def database(tmp_path):
    """A build that judges one target."""
    path = tmp_path / "anlan.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE assess_assessments AS SELECT 'p' AS plan_id, '1' AS target_id, "
                           "DATE '2024-09-30' AS as_of_on, 'met' AS verdict")  # fmt: skip
    return path


@pytest.fixture
def folder(tmp_path, database):
    """A journal of three published builds."""
    place = tmp_path / "journal"
    for build in BUILDS:
        journal.keep(place, database, build)
        journal.note(place, build, "published")
    assert kept(place) == [f"{build}.parquet" for build in BUILDS]
    return place


def test_a_damaged_line_takes_no_assessments_away(folder, database):
    file = folder / journal.PUBLISHED
    lines = file.read_bytes().split(b"\n")
    file.write_bytes(b"\n".join([lines[0][:20], *lines[1:]]))
    journal.catch_up(folder, "b3", database, {"b3"})
    assert kept(folder) == [f"{build}.parquet" for build in BUILDS]
    assert [line["build"] for line in journal.published(folder)] == ["b2", "b3"]


@pytest.mark.parametrize("current", ["", "b3"])
def test_a_list_that_is_gone_takes_no_assessments_away(folder, database, current):
    (folder / journal.PUBLISHED).unlink()
    journal.catch_up(folder, current, database if current else None, {current} - {""})
    assert kept(folder) == [f"{build}.parquet" for build in BUILDS]
    assert [line["build"] for line in journal.published(folder)] == ([current] if current else [])


def test_what_is_pending_of_a_build_that_never_was_published_goes(folder, database):
    journal.keep(folder, database, "died")
    assert len(kept(folder)) == len(BUILDS) + 1
    journal.catch_up(folder, "b3", database, {"b3"})
    assert kept(folder) == [f"{build}.parquet" for build in BUILDS]


def test_a_build_that_died_after_its_pointer_is_noted(folder, database):
    journal.keep(folder, database, "b4")
    journal.catch_up(folder, "b4", database, {"b3", "b4"})
    assert kept(folder) == [*(f"{build}.parquet" for build in BUILDS), "b4.parquet"]
    assert [line["build"] for line in journal.published(folder)] == [*BUILDS, "b4"]
