"""A clock set back, a file that changes under one's hands, a damaged build, a reader that stays for hours."""

from __future__ import annotations

import datetime
import hashlib
import os
import shutil
import time

import pytest

from dashboard import data
from pipelines import clock, journal, publish, warehouse
from pipelines.build import build
from pipelines.errors import PipelineError
from pipelines.principals import Principal
from pipelines.settings import load_settings
from pipelines.sources import inbox
from tests.dashboard.conftest import open_page, words  # noqa: F401
from tests.faults.conftest import ROWS, accidents, add_file
from tests.principals.office import TODAY


def test_a_clock_that_was_set_back_is_told_and_changes_no_order(small_office, monkeypatch):
    settings = load_settings(small_office)
    first = build(settings, today=TODAY)
    of_files = [line for line in first.warnings if line.startswith("data/raw/")]  # what its headings lack
    assert list(first.warnings) == of_files, "nothing is said of the clock"
    add_file(small_office, 1)

    class Earlier(datetime.datetime):
        @classmethod
        def now(cls, zone=None):
            return super().now(zone) - datetime.timedelta(days=400)

    monkeypatch.setattr(clock, "datetime", Earlier)
    second = build(settings, today=TODAY - datetime.timedelta(days=400))
    assert second.build_id < first.build_id, "its name is older"
    assert warehouse.current(settings) == second.build_id and accidents(small_office) == 2 * ROWS
    assert [row.build_id for row in publish.list_builds(settings)] == [second.build_id, first.build_id]
    told = "\n".join(second.warnings)
    assert first.build_id in told and TODAY.isoformat() in told
    third = build(settings, today=TODAY - datetime.timedelta(days=400))
    assert not third.is_new and first.build_id not in "\n".join(third.warnings)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system cannot change the zone of a running program")
@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Shanghai"])
def test_the_day_is_that_of_china_whatever_the_zone_of_the_machine(monkeypatch, zone):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        in_china = datetime.datetime.fromtimestamp(time.time(), datetime.timezone(datetime.timedelta(hours=8)))
        assert abs(clock.now() - in_china.replace(tzinfo=None)) < datetime.timedelta(seconds=5)
        assert clock.today() in (in_china.date(), clock.now().date())

        class AtNight(datetime.datetime):
            @classmethod
            def now(cls, zone=None):
                return datetime.datetime(2024, 7, 1, 18, 30, tzinfo=datetime.UTC).astimezone(zone)

        monkeypatch.setattr(clock, "datetime", AtNight)
        assert clock.now() == datetime.datetime(2024, 7, 2, 2, 30) and clock.today() == datetime.date(2024, 7, 2)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_file_that_changes_while_it_is_read_is_refused_and_read_whole_the_next_time(small_office, monkeypatch):
    settings = load_settings(small_office)
    before = build(settings, today=TODAY).build_id
    add_file(small_office, 1)
    file = small_office / "data/raw/accidents/f001.csv"
    real = inbox.Hashes.sha256

    def hash_and_then_append(self, path, *rest):
        digest = real(self, path, *rest)
        if path.name == file.name:
            with path.open("a", encoding="utf-8") as still_written:
                still_written.write("half a li")
        return digest

    monkeypatch.setattr(inbox.Hashes, "sha256", hash_and_then_append)
    with pytest.raises(PipelineError) as caught:
        build(settings, today=TODAY)
    assert caught.value.code == "source_changed" and "f001.csv" in caught.value.tell("en")
    assert warehouse.current(settings) == before and accidents(small_office) == ROWS
    monkeypatch.undo()
    add_file(small_office, 1)
    build(settings, today=TODAY)
    assert accidents(small_office) == 2 * ROWS
    kept = settings.path("journal") / "archive"
    for original in kept.rglob("*.csv"):
        assert hashlib.sha256(original.read_bytes()).hexdigest() == original.stem


def test_a_reader_that_stays_open_reads_its_own_build_through_five_others(small_office, monkeypatch):
    """Five builds, of which only two are kept, and a page that began before the first of them."""
    with (small_office / "anlan.toml").open(encoding="utf-8") as file:
        said = file.read()
    (small_office / "anlan.toml").write_text(said.replace("keep_builds = 10", "keep_builds = 2"), encoding="utf-8")
    settings = load_settings(small_office)
    monkeypatch.setenv("ANLAN_ROOT", str(small_office))
    first = build(settings, today=TODAY).build_id
    page = data.pin(Principal.everyone())
    with (
        warehouse.open(settings) as house,
        warehouse.open(settings, principal=Principal("x", frozenset({"120113"}))) as mine,
    ):
        asked = "SELECT COUNT(*) AS n FROM core_accidents__versions"
        assert page.query(asked, ()) == house.query(asked) == [{"n": ROWS}]
        for number in range(1, 6):
            for entry in (settings.path("warehouse") / "builds").glob("*/opened"):
                os.utime(entry, (time.time() - 7200,) * 2)  # hours have passed
            add_file(small_office, number)
            build(settings, today=TODAY)
            assert house.query(asked) == [{"n": ROWS}]
            assert mine.query(asked) == [{"n": ROWS}], "its rows are copied when they are first asked for"
            assert page.query(f"{asked} -- {number}", ()) == [{"n": ROWS}]
        assert accidents(small_office) == 6 * ROWS
        assert data.pin(Principal.everyone()).query(asked, ()) == [{"n": 6 * ROWS}]
        assert first in {row.build_id for row in publish.list_builds(settings)}, "somebody holds it open"
    data._gate.cache_clear()
    for entry in (settings.path("warehouse") / "builds").glob("*/opened"):
        os.utime(entry, (time.time() - 7200,) * 2)
    add_file(small_office, 6)
    build(settings, today=TODAY)
    assert first not in {row.build_id for row in publish.list_builds(settings)}


def test_many_groups_of_people_and_builds_do_not_close_each_others_readers(small_office, monkeypatch):
    settings = load_settings(small_office)
    monkeypatch.setenv("ANLAN_ROOT", str(small_office))
    build(settings, today=TODAY)
    asked = "SELECT COUNT(*) AS n FROM core_accidents__versions"
    held = data._gate(str(small_office), warehouse.current(settings), ("120113",))
    for number in range(data.OPEN_BUILDS + 5):
        data._gate(str(small_office), warehouse.current(settings), (f"no-{number}",))
    assert held.query(asked) == [{"n": ROWS}]
    data._gate.cache_clear()


def test_a_damaged_build_is_told_on_the_page_and_the_former_one_is_shown(small_office, open_page):  # noqa: F811
    settings = load_settings(small_office)
    first = build(settings, today=TODAY).build_id
    add_file(small_office, 1)
    second = build(settings, today=TODAY).build_id
    with (settings.path("warehouse") / "builds" / second / "anlan.duckdb").open("r+b") as file:
        file.seek(200_000)
        file.write(b"damage")
    at = open_page(small_office, "data_loads")
    assert not at.exception
    text = words(at)
    assert first in text and second in text and 'role="alert"' in text
    assert "anlan build" in text


def test_every_assessment_that_was_ever_published_stays(small_office):
    """Through a roll back, a rebuild of a warehouse that was lost, and a line that a crash cut short."""
    settings = load_settings(small_office)
    kept = settings.path("journal")
    first = build(settings, today=TODAY).build_id
    add_file(small_office, 1)
    second = build(settings, today=TODAY).build_id
    publish.rollback(settings, first)
    events = [(line["event"], line["build"]) for line in journal.published(kept)]
    assert events == [("published", first), ("published", second), ("rolled_back", first)]
    plan, target = "beichen", "2"
    said = journal.said_of(kept, plan, target)
    assert [row["build"] for row in said] == [first, second, first]
    assert all(row["verdict"] and row["as_of_on"] for row in said)
    assert said[0]["value_now"] == said[2]["value_now"]
    with warehouse.open(settings) as house:
        newest = house.plans()[0]["newest_as_of"]
        assert said[2]["verdict"] == house.assessment(plan, target, said[2]["as_of_on"])["verdict"], newest

    shutil.rmtree(settings.path("warehouse"))
    with (kept / journal.PUBLISHED).open("ab") as file:
        file.write(b'{"event": "publi')
    third = build(settings, today=TODAY).build_id
    assert [row["build"] for row in journal.said_of(kept, plan, target)] == [first, second, first, third]


def test_a_build_that_died_before_its_line_was_written_is_caught_up_with(small_office, monkeypatch):
    settings = load_settings(small_office)
    kept = settings.path("journal")
    monkeypatch.setattr(journal, "note", lambda *_: None)
    first = build(settings, today=TODAY).build_id
    assert journal.published(kept) == []
    (kept / journal.ASSESSMENTS / ".20200101T000000-never.pending").write_bytes(b"of a build that was never published")
    monkeypatch.undo()
    assert not build(settings, today=TODAY).is_new
    assert [line["build"] for line in journal.published(kept)] == [first]
    assert [file.stem for file in (kept / journal.ASSESSMENTS).iterdir()] == [first]
