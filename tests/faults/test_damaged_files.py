"""What the disk damaged is told or made again: originals, the journal, what was landed. No number changes silently."""

from __future__ import annotations

import shutil

import pytest

from pipelines import journal, warehouse
from pipelines.build import build
from pipelines.errors import PipelineError
from pipelines.published import list_builds
from pipelines.settings import load_settings
from pipelines.sources.receipts import Journal
from tests.faults.conftest import ROWS, accidents, add_file
from tests.principals.office import BEICHEN, TODAY, write_file


@pytest.fixture
def built(small_office):
    """A built office with a second file."""
    add_file(small_office, 1)
    build(load_settings(small_office), today=TODAY)
    return small_office


def built_anew(root, **more):
    build(load_settings(root), today=TODAY, full=True, **more)
    return accidents(root)


def refused(root):
    with pytest.raises(PipelineError) as told:
        built_anew(root)
    assert told.value.exit_code == 2 and told.value.tell("zh") and told.value.tell("en")
    return [error.code for error in getattr(told.value, "errors", [told.value])]


def cut(path):
    """A copy that ended early, at the end of a line."""
    path.write_bytes(path.read_bytes()[:600].rpartition(b"\n")[0] + b"\n")


def flipped(path):
    """One sign of a number that became another one."""
    content = path.read_bytes()
    assert b",construction,1,0," in content
    path.write_bytes(content.replace(b",construction,1,0,", b",construction,7,0,", 1))


def originals(root):
    return sorted((root / "data/journal/archive").glob("*/*.csv"))


def test_an_original_that_was_cut_is_made_again_from_the_file_that_is_there(built):
    for path in originals(built):
        cut(path)
    shutil.rmtree(built / "data/warehouse/landed")
    assert built_anew(built) == 2 * ROWS


def test_a_changed_original_stops_the_build_instead_of_changing_numbers(built):
    flipped(originals(built)[0])
    shutil.rmtree(built / "data/warehouse/landed")
    assert refused(built) == ["archive_damaged"]


@pytest.mark.parametrize("damage", [cut, lambda path: path.unlink()])
def test_history_that_rests_on_a_lost_original_stops_the_build(built, damage):
    (built / "data/raw/accidents/f001.csv").unlink()
    settings = load_settings(built)
    build(settings, today=TODAY.replace(day=21))
    gone = next(one for one in Journal(settings.path("journal")).receipts.values() if one.withdrawn_on)
    damage(Journal(settings.path("journal")).archived(gone.sha256)[0])
    shutil.rmtree(built / "data/warehouse/landed")
    assert refused(built) == ["archive_damaged"]


@pytest.mark.parametrize("name", ["accepted.parquet", "receipt.json"])
@pytest.mark.parametrize("damage", [lambda path: path.write_bytes(b"{"), cut, lambda path: path.unlink()])
def test_what_was_landed_and_is_damaged_is_landed_again(built, name, damage):
    damage(sorted((built / "data/warehouse/landed/accidents").glob(f"*/{name}"))[0])
    assert built_anew(built) == 2 * ROWS


@pytest.mark.parametrize(
    "line",
    [
        b'{"event": "seen", "kind": "acc\xff\x00dents", "sha256": "aa", "on": "2024-10-20"}',
        b'{"event": "seen", "kind": "accidents", "sha256": "aa", "on": "2024-13-20", "path": "x", "provenance": "{}"}',
        b'{"event": "seen", "kind": "accidents", "sha256": ["aa"], "on": "2024-10-20"}',
        b'{"event": "gone"}',
    ],
)
def test_a_damaged_line_of_the_journal_of_files_stops_the_build(built, line):
    """Left out in silence, its file would count as received today."""
    path = built / "data/journal/receipts.jsonl"
    lines = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([lines[0], line, *lines[2:], b""]))
    assert refused(built) == ["journal_damaged"]


@pytest.mark.parametrize("rest", [b'{"event": "seen", "ki', b"\x00" * 512, b'{"event": "se\x00\x00\x00', b"\n\n"])
def test_what_a_crash_left_of_a_line_stops_nothing(built, rest):
    path = built / "data/journal/receipts.jsonl"
    path.write_bytes(path.read_bytes() + rest)
    add_file(built, 2)
    assert built_anew(built) == 3 * ROWS
    assert len(Journal(path.parent).receipts) == 3


def test_what_was_said_stays_readable_beside_a_damaged_file_of_it(built):
    folder = built / "data/journal"
    first = journal.published(folder)[0]["build"]
    add_file(built, 2)
    build(load_settings(built), today=TODAY)
    said = journal.said_of(folder, "beichen")
    cut(folder / "assessments" / f"{first}.parquet")
    with (folder / journal.PUBLISHED).open("ab") as file:
        file.write(b'{"event": 1, "build": {"a": 1}, "at": 2}\n[1]\n\xff\n')
    with warehouse.open(load_settings(built)) as house:
        assert house.statements("beichen")
    assert journal.said_of(folder, "beichen") == [row for row in said if row["build"] != first]


@pytest.mark.parametrize("content", [b'{"build_id": ["x"]}', b'{"build_id": 5}', b"[" * 200_000, b'{"build_id": ".."}'])
def test_a_damaged_pointer_hides_no_build_and_stops_none(built, content):
    (built / "data/warehouse/current/00000009.json").write_bytes(content)
    assert accidents(built) == 2 * ROWS
    add_file(built, 2)
    assert built_anew(built) == 3 * ROWS
    assert len(list_builds(load_settings(built))) == 2


@pytest.mark.parametrize("stem", ["a" * 251, "安" * 83 + "ab"])
def test_a_file_with_the_longest_name_gets_its_workbook_of_rejected_rows(small_office, stem):
    place = BEICHEN.places[0]
    good = ("L1", "reported", place, "2023-06-01 08:00", "2023-06-02 09:00", "construction", 1, 0, 1000, "Y", "甲厂")
    write_file(small_office, "accidents", f"{stem}.csv", [good] * 30)  # of which all but the first one are repeated
    with pytest.raises(PipelineError) as told:
        build(load_settings(small_office), today=TODAY)
    (workbook,) = (small_office / "data/warehouse/rejected").glob("*.xlsx")
    assert workbook.name in told.value.tell("zh")
