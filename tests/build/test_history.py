"""History is what came first: a later edition of the same file changes nothing of what was said before it came."""

from __future__ import annotations

import datetime

import pytest

from pipelines import warehouse
from pipelines.build import build
from pipelines.errors import PipelineError
from pipelines.settings import load_settings
from pipelines.sources.receipts import purge
from pipelines.texts import in_language
from tests.faults.conftest import ROWS, make_small_office
from tests.principals.office import BEICHEN, write_file

FIRST, LATER = datetime.date(2024, 7, 1), datetime.date(2024, 9, 3)
EARLY = datetime.date(2023, 12, 31)


def deaths(settings, day):
    with warehouse.open(settings) as house:
        rows = house.query(
            "SELECT v.deaths, v.known_on FROM core_accidents__versions AS v WHERE v.known_on <= $day "
            "AND (v.superseded_on IS NULL OR v.superseded_on > $day)",
            {"day": day},
        )
    return len(rows), sum(row["deaths"] for row in rows)


def edition(root, deaths_of_first):
    rows = [
        (f"F0-{n}", "reported", BEICHEN.places[0], f"2023-05-{n + 1:02d} 08:00", f"2023-05-{n + 2:02d} 09:00",
         "construction", deaths_of_first if n == 0 else 1, 0, 1000 + n, "Y", "甲厂")
        for n in range(ROWS)
    ]  # fmt: skip
    write_file(root, "accidents", "f000.csv", rows)


def test_a_later_edition_of_history_counts_from_the_day_it_came(tmp_path):
    settings = load_settings(make_small_office(tmp_path))
    (tmp_path / "data/raw/accidents/provenance.yml").write_text("default: {history: true}\n", encoding="utf-8")
    build(settings, today=FIRST)
    assert deaths(settings, EARLY) == (ROWS, ROWS)
    edition(tmp_path, 3)
    build(settings, today=FIRST)
    assert deaths(settings, EARLY) == (ROWS, ROWS), "published before, if only today"
    assert deaths(settings, FIRST) == (ROWS, ROWS + 2)
    edition(tmp_path, 5)
    for full in (False, True):
        build(settings, today=LATER, full=full)
        assert deaths(settings, EARLY) == (ROWS, ROWS)
        assert deaths(settings, LATER - datetime.timedelta(days=1)) == (ROWS, ROWS + 2)
        assert deaths(settings, LATER) == (ROWS, ROWS + 4)
    with warehouse.open(settings) as house:
        assert not next(r for r in house.checks() if r["check_name"] == "chk_old_records_are_declared")[
            "offending_rows"
        ]


def test_an_edition_that_only_refused_builds_read_is_no_former_one(tmp_path):
    settings = load_settings(make_small_office(tmp_path))
    (tmp_path / "data/raw/accidents/provenance.yml").write_text("default: {history: true}\n", encoding="utf-8")
    file = tmp_path / "data/raw/accidents/f000.csv"
    mended = file.read_text(encoding="utf-8")
    head, _, rows = mended.partition("\n")
    file.write_text(f"{head}\n{rows.replace('2023-05', 'May')}", encoding="utf-8")
    with pytest.raises(PipelineError):
        build(settings, today=FIRST)
    file.write_text(mended, encoding="utf-8")
    built = build(settings, today=LATER)
    assert deaths(settings, EARLY) == (ROWS, ROWS), "the first that was published is history"
    with warehouse.open(settings) as house:
        assert all(file["withdrawn_on"] is None for file in house.files())
    assert not any("declared as history" in line or "声明为历史" in line for line in built.warnings)


def test_what_history_that_comes_late_does_to_earlier_dates_is_told(tmp_path):
    settings = load_settings(make_small_office(tmp_path))
    folder = tmp_path / "data/raw/accidents"
    (folder / "provenance.yml").write_text("default: {history: true}\n", encoding="utf-8")
    build(settings, today=FIRST)
    with warehouse.open(settings) as house:
        former = next(file["file_id"] for file in house.files() if file["path"].endswith("f000.csv"))
    edition(tmp_path, 3)
    (folder / "f900.csv").write_text(
        (folder / "f000.csv").read_text(encoding="utf-8").replace("F0-", "F9-"), encoding="utf-8"
    )
    with in_language("zh"):
        told = build(settings, today=LATER).warnings
    assert told[:2] == (
        "data/raw/accidents/f000.csv：声明为历史数据，而它的前一版已经发布过；这一版的改动自 2024-09-03 起计入，"
        "此前各截止日期仍按前一版。前一版确属错误、须改写历史的：" + f'anlan purge {former} --reason "…"，再构建',
        f"data/raw/accidents/f900.csv：声明为历史数据，它的 {ROWS} 条记录按各自的报告时间计入，"
        "此前已发布过的各截止日期的数会随之改变；不应改变的，删去其 history: true",
    )
    assert deaths(settings, EARLY) == (2 * ROWS, 2 * ROWS + 2)
    purge(settings, former, "wrong", LATER)
    build(settings, today=LATER, full=True)
    assert deaths(settings, EARLY) == (2 * ROWS, 2 * ROWS + 4), "as the message says, the mended edition is history now"
