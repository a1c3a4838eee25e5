"""The records behind the benchmarks of size are like a city's: revised, struck off, partly wrong, and declared."""

from __future__ import annotations

import shutil
from datetime import date

import pytest

from benchmarks import made_load
from benchmarks.made_load import (
    NEXT_RECEIVED,
    Load,
    make_codes,
    make_next_quarter,
    make_records,
    revise_a_file,
    withdraw_a_file,
)
from pipelines import warehouse
from pipelines.build import build
from pipelines.settings import Settings


@pytest.fixture(scope="module")
def office(tmp_path_factory, repository):
    """Three quarters of 40,000 inspections and what belongs to them, built without assessments."""
    root = tmp_path_factory.mktemp("load")
    shutil.copytree(repository / "data" / "plans", root / "data" / "plans")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(made_load, "quarters", lambda: [(2024, 1), (2024, 2), (2024, 3)])
        patch.setattr("pipelines.build.write_assessments", lambda *_, **__: None)
        towns = make_codes(root / "data" / "codes")
        load = Load.of(40_000)
        make_records(root / "data" / "raw", towns, load)
        settings = Settings(root=root)
        first = build(settings, today=date(2024, 11, 22))
        (new,) = make_next_quarter(root / "data" / "raw", towns, load)
        second = build(settings, today=date(2025, 1, 20))
    return settings, first, second, new


def test_the_mix_is_that_of_the_promise():
    load = Load.of(30_000_000)
    assert (load.inspections, load.training, load.events) == (30_000_000, 5_000_000, 200_000)


def test_reports_are_revised_and_struck_off_in_the_next_quarter(office):
    settings, *_ = office
    with warehouse.open(settings) as house:
        again, live = (
            house.query(
                f"SELECT COUNT(*) AS n, COUNT(DISTINCT record_id) AS ids FROM core_inspections__versions WHERE {which}"
            )[0]
            for which in ("version_number > 1", "superseded_on IS NULL")
        )
    each = 40_000 // 12
    made = 12 * each + each  # with the new file
    # One in two hundred of the two quarters before the last, of the last one source's, and the new file's own none.
    revised = sum(1 for source in range(4) for place in range(2) for i in _numbers(place, source, each) if i % 200 == 0)
    revised += sum(1 for i in _numbers(2, 0, each) if i % 200 == 0)
    struck = sum(1 for source in range(4) for place in range(2) for i in _numbers(place, source, each) if i % 1000 == 7)
    struck += sum(1 for i in _numbers(2, 0, each) if i % 1000 == 7)
    wrong = sum(1 for i in range(12 * each + each) if i % 20_000 == 11)
    assert again["n"] == again["ids"] == revised > 0
    assert live["n"] == live["ids"] == made - struck - wrong


def _numbers(place: int, source: int, each: int) -> range:
    first = (place * 4 + source) * each
    return range(first, first + each)


def test_wrong_rows_are_rejected_and_everything_is_said_to_be_simulated(office):
    _, first, second, _ = office
    assert 0 < first.rejected < first.records / 10_000
    assert first.manifest.is_synthetic and second.records > first.records


def test_the_new_file_is_known_on_the_day_it_came_and_only_its_parts_are_made_anew(office):
    settings, _, second, new = office
    assert {"core_inspections__versions", "mart_measure_deltas"} <= set(second.renewed)
    assert "core_training__versions" in second.taken_over
    with warehouse.open(settings) as house:
        days = house.query(
            "SELECT DISTINCT v.known_on FROM core_inspections__versions AS v JOIN mart_files AS f USING (file_id) "
            f"WHERE f.path LIKE '%{new.name}' AND v.version_number = 1"
        )
    assert [row["known_on"] for row in days] == [NEXT_RECEIVED]


def test_a_file_is_revised_and_another_withdrawn_and_only_their_rows_change(office, tmp_path, monkeypatch):
    monkeypatch.setattr("pipelines.build.write_assessments", lambda *_, **__: None)
    former, *_ = office
    shutil.copytree(former.root, tmp_path / "office")
    settings = Settings(root=tmp_path / "office")

    def counted(day: str) -> tuple[int, int]:
        sql = (
            "SELECT COUNT(*) AS n, SUM(inspectors) AS inspectors FROM core_inspections__versions "
            f"WHERE known_on <= DATE '{day}' AND (superseded_on IS NULL OR superseded_on > DATE '{day}')"
        )
        with warehouse.open(settings) as house:
            row = house.query(sql)[0]
        return row["n"], row["inspectors"]

    before, last_year = counted("2025-01-20"), counted("2024-12-31")
    revise_a_file(settings.root / "data" / "raw")
    assert build(settings, today=date(2025, 1, 21)).renewed
    revised = counted("2025-01-21")
    assert revised[0] == before[0] and revised[1] > before[1]
    gone = withdraw_a_file(settings.root / "data" / "raw")
    assert build(settings, today=date(2025, 1, 22)).renewed
    assert not gone.exists() and counted("2025-01-22")[0] < revised[0] - 3000
    assert counted("2025-01-21") == revised and counted("2024-12-31") == last_year
