"""Pointers, damaged builds, what is kept, one writer, and going back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

from pipelines import publish, published, warehouse
from pipelines.build import extend, make
from pipelines.errors import PipelineError
from pipelines.settings import Settings
from tests.rows import landed_inputs


@pytest.fixture
def settings(tmp_path):
    return Settings(root=tmp_path)


def with_limits(settings, **limits):
    return settings.model_copy(update={"build": settings.build.model_copy(update=limits)})


@pytest.fixture
def built(settings):
    """Make a build with so many accidents; its name."""

    def build(accidents, settings=settings):
        inputs = landed_inputs(settings.root / "landed", accidents=[{} for _ in range(accidents)])
        with publish.writer(settings) as folder:
            return make(settings, folder, inputs, former=publish.current(folder)).build_id

    return build


def accidents(settings, **more):
    with warehouse.open(settings, **more) as house:
        return house.query("SELECT COUNT(*) AS n FROM core_accidents__versions")[0]["n"]


def current(settings):
    return publish.current(settings.path("warehouse"))


def test_readers_take_the_highest_pointer(settings, built):
    built(1)
    second = built(2)
    assert (warehouse.current(settings), accidents(settings), current(settings).sequence) == (second, 2, 2)


def test_a_reader_keeps_what_it_opened_while_a_new_build_is_published(settings, built):
    built(1)
    with warehouse.open(settings) as house:
        built(2)
        assert house.query("SELECT COUNT(*) AS n FROM core_accidents__versions") == [{"n": 1}]
    assert accidents(settings) == 2


@pytest.mark.parametrize("damage", ["database", "database_same_size", "no_database", "manifest", "pointer", "build"])
def test_readers_fall_back_to_the_former_build_and_say_so(settings, built, damage):
    first, second = built(1), built(2)
    folder = settings.path("warehouse")
    place = folder / "builds" / second
    if damage == "database":
        with (place / "anlan.duckdb").open("ab") as opened:
            opened.write(b"x")
    elif damage == "database_same_size":
        content = bytearray((place / "anlan.duckdb").read_bytes())
        content[len(content) // 2] ^= 255
        (place / "anlan.duckdb").write_bytes(content)
    elif damage == "no_database":
        (place / "anlan.duckdb").unlink()
    elif damage == "manifest":
        (place / "manifest.json").write_text("{}", encoding="utf-8")
    elif damage == "pointer":
        (folder / "current" / "00000002.json").write_text('{"build_id": "' + second, encoding="utf-8")
    else:
        os.rename(place, settings.root / "away")
    with warehouse.open(settings) as house:
        assert house.build_id == first
        assert house.fell_back_from == ("current/00000002.json" if damage == "pointer" else second)
    assert accidents(settings) == 1
    built(3)
    assert accidents(settings) == 3
    assert current(settings).fell_back_from == ""


def test_an_unreadable_pointer_costs_no_build(settings, built):
    _, second = built(1), built(2)
    pointer = settings.path("warehouse") / "current" / "00000002.json"
    said = pointer.read_bytes()
    pointer.write_bytes(said[:20])
    built(3)
    pointer.write_bytes(said)
    assert accidents(settings, build=second) == 2


def test_a_database_is_hashed_once_and_remembered(settings, built, monkeypatch):
    build = built(1)
    hashed = []
    real = published.sha256_of
    monkeypatch.setattr(published, "sha256_of", lambda file: hashed.append(file) or real(file))
    accidents(settings)
    assert hashed == []
    (settings.path("warehouse") / "builds" / build / "verified.json").unlink()
    accidents(settings)
    accidents(settings)
    assert len(hashed) == 1


def test_a_build_holds_no_leftovers_of_the_database(settings, built):
    build = built(1)
    names = {entry.name for entry in (settings.path("warehouse") / "builds" / build).iterdir()}
    assert names == {"anlan.duckdb", "manifest.json", "verified.json"}


def test_roll_back_makes_an_older_build_current_and_forward_again(settings, built):
    first, second = built(1), built(2)
    publish.rollback(settings, first)
    assert (warehouse.current(settings), accidents(settings)) == (first, 1)
    publish.rollback(settings, second)
    assert accidents(settings) == 2
    assert [row.build_id for row in publish.list_builds(settings) if row.is_current] == [second]


def test_roll_back_to_what_is_not_there_or_damaged_is_refused(settings, built):
    first = built(1)
    built(2)
    with pytest.raises(PipelineError) as caught:
        publish.rollback(settings, "20200101T000000-abcdef")
    assert caught.value.code == "no_build" and first in caught.value.facts["names"]
    (settings.path("warehouse") / "builds" / first / "anlan.duckdb").write_bytes(b"")
    with pytest.raises(PipelineError):
        publish.rollback(settings, first)
    assert accidents(settings) == 2


def age(settings, build, seconds=7200):
    """Let the hour since a build was opened be over."""
    opened = settings.path("warehouse") / "builds" / build / publish.OPENED
    if opened.exists():
        then = time.time() - seconds
        os.utime(opened, (then, then))


def test_so_many_builds_are_kept_and_never_the_current_one_goes(settings, built):
    settings = with_limits(settings, keep_builds=3)
    names = [built(n, settings) for n in range(1, 6)]
    assert [row.build_id for row in publish.list_builds(settings)] == names[:1:-1]
    assert len(list((settings.path("warehouse") / "current").iterdir())) == 3
    oldest = names[2]
    publish.rollback(settings, oldest)
    age(settings, oldest)
    with publish.writer(settings) as folder:
        publish.keep_within_limits(with_limits(settings, keep_builds=1), folder)
    assert warehouse.current(settings) == oldest
    assert accidents(settings) == 3


def test_bytes_are_a_limit_too(settings, built):
    first = built(1)
    size = publish.list_builds(settings)[0].size_bytes
    settings = with_limits(settings, keep_bytes=int(size * 1.5))
    second = built(2, settings)
    assert [row.build_id for row in publish.list_builds(settings)] == [second]
    assert first != second


def test_a_build_that_was_opened_within_the_hour_stays(settings, built):
    settings = with_limits(settings, keep_builds=1)
    first = built(1, settings)
    accidents(settings)
    second = built(2, settings)
    assert {row.build_id for row in publish.list_builds(settings)} == {first, second}
    age(settings, first)
    third = built(3, settings)
    assert {row.build_id for row in publish.list_builds(settings)} == {third}


def with_forecasts(settings, fingerprint="first"):
    """Publish the current build once more with the tables of the forecasts; its name."""
    table = "CREATE TABLE forecast_fans AS SELECT 2025 AS year"
    return extend(settings, "forecasts", fingerprint, lambda engine, *_: engine.connection.execute(table)).build_id


def names_of(settings):
    return [row.build_id for row in publish.list_builds(settings)]


def test_a_build_and_its_forecasts_count_as_one(settings, built):
    settings = with_limits(settings, keep_builds=2)
    pairs = []
    for n in range(1, 4):
        built(n, settings)
        pairs.append(with_forecasts(settings))
    assert names_of(settings) == pairs[:0:-1]
    folder = settings.path("warehouse")
    assert sorted(entry.name for entry in (folder / "builds").iterdir()) == sorted(pairs[1:])
    assert [said["build_id"] for _, said in published.pointers_of(folder)] == pairs[:0:-1]


def test_a_build_that_is_read_goes_after_its_forecasts_came_and_is_named_no_more(settings, built):
    first = built(1)
    with warehouse.open(settings) as house:
        second = with_forecasts(settings)
        assert (settings.path("warehouse") / "builds" / first).is_dir() and names_of(settings) == [second]
        assert house.query("SELECT COUNT(*) AS n FROM core_accidents__versions") == [{"n": 1}]
    age(settings, first)
    third = with_forecasts(settings, "with another program")
    age(settings, second)
    assert not (settings.path("warehouse") / "builds" / first).exists() and names_of(settings) == [third]


def test_roll_back_to_a_build_without_its_forecasts_brings_them_back_too(settings, built):
    first = built(1)
    pair = with_forecasts(settings)
    built(2)
    with_forecasts(settings)
    assert publish.rollback(settings, first).build_id == pair == warehouse.current(settings)
    with warehouse.open(settings, build=first) as house:
        assert (house.build_id, house.query("SELECT year FROM forecast_fans")) == (pair, [{"year": 2025}])


def test_a_build_stays_while_the_one_with_its_forecasts_is_damaged(settings, built):
    first = built(1)
    accidents(settings)
    second = with_forecasts(settings)
    (settings.path("warehouse") / "builds" / second / "anlan.duckdb").write_bytes(b"")
    age(settings, first)
    with publish.writer(settings) as folder:
        publish.keep_within_limits(settings, folder)
    assert (warehouse.current(settings), names_of(settings)) == (first, [second, first])


READER = """
import sys, time
from pipelines import warehouse
house = warehouse.open(sys.argv[1])
print("open", flush=True)
time.sleep(60)
"""


def test_a_build_that_another_process_holds_open_stays(settings, built, repository):
    settings = with_limits(settings, keep_builds=1)
    first = built(1, settings)
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(settings.root)], cwd=repository, stdout=subprocess.PIPE, text=True
    )
    try:
        assert reader.stdout.readline() == "open\n"
        age(settings, first)
        second = built(2, settings)
        assert {row.build_id for row in publish.list_builds(settings)} == {first, second}
    finally:
        reader.kill()
        reader.wait()
        reader.stdout.close()
    built(3, settings)
    assert first not in {row.build_id for row in publish.list_builds(settings)}


def test_a_folder_that_cannot_be_moved_is_left_for_the_next_time(settings, built, monkeypatch):
    settings = with_limits(settings, keep_builds=1)
    first = built(1, settings)
    rename = os.rename

    def refuse(source, target):
        if publish._DROPPED in str(target):
            raise PermissionError(13, "in use")
        rename(source, target)

    monkeypatch.setattr(publish.os, "rename", refuse)
    second = built(2, settings)
    assert {row.build_id for row in publish.list_builds(settings)} == {first, second}
    monkeypatch.setattr(publish.os, "rename", rename)
    built(3, settings)
    assert first not in {row.build_id for row in publish.list_builds(settings)}


WRITER = """
import sys, time
from pipelines import publish
from pipelines.settings import Settings
with publish.writer(Settings(root=sys.argv[1])) as folder:
    publish.note_writer(folder, "20241122T120000-abcdef")
    print("writing", flush=True)
    time.sleep(60)
"""


def test_a_second_writer_is_told_who_is_at_work(settings, built, repository):
    built(1)
    other = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(settings.root)], cwd=repository, stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout.readline() == "writing\n"
        with pytest.raises(PipelineError) as caught:
            built(2)
        assert caught.value.code == "build_running"
        assert caught.value.facts["pid"] == other.pid
        assert caught.value.facts["build"] == "20241122T120000-abcdef"
        assert str(other.pid) in caught.value.tell("en")
        assert accidents(settings) == 1
    finally:
        other.kill()
        other.wait()
        other.stdout.close()
    built(2)
    assert accidents(settings) == 2


def test_two_builds_within_a_second_have_two_names(settings, built):
    names = {built(1), built(2), built(3)}
    assert len(names) == 3


def test_a_pointer_cannot_lead_out_of_the_warehouse(settings, built):
    first = built(1)
    pointers = settings.path("warehouse") / "current"
    said = json.loads((pointers / "00000001.json").read_text(encoding="utf-8"))
    (pointers / "00000002.json").write_text(json.dumps({**said, "build_id": f"../builds/{first}"}), encoding="utf-8")
    assert current(settings).sequence == 1


def test_a_build_of_another_schema_is_refused_with_the_way_out(settings, built, monkeypatch):
    built(1)
    monkeypatch.setattr(published, "SCHEMA_VERSION", 99)
    with pytest.raises(PipelineError) as caught:
        warehouse.open(settings)
    assert caught.value.code == "schema_mismatch"
    assert "anlan build" in caught.value.tell("en")
    with pytest.raises(PipelineError):
        publish.rollback(settings, warehouse.current(settings))
