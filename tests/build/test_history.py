"""History is what came first: a later edition of the same file changes nothing of what was said before it came."""

from __future__ import annotations

import datetime

from pipelines import warehouse
from pipelines.build import build
from pipelines.settings import load_settings
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
    assert deaths(settings, EARLY) == (ROWS, ROWS + 2), "mended on the day it came: it is still the first load"
    edition(tmp_path, 5)
    for full in (False, True):
        build(settings, today=LATER, full=full)
        assert deaths(settings, EARLY) == deaths(settings, LATER - datetime.timedelta(days=1)) == (ROWS, ROWS + 2)
        assert deaths(settings, LATER) == (ROWS, ROWS + 4)
    with warehouse.open(settings) as house:
        assert not next(r for r in house.checks() if r["check_name"] == "chk_old_records_are_declared")[
            "offending_rows"
        ]
