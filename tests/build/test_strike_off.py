"""A strike-off names its record; it needs no date, and it never keeps an office from building."""

from __future__ import annotations

import datetime

from pipelines import warehouse
from pipelines.build import build
from pipelines.settings import load_settings
from tests.faults.conftest import ROWS, make_small_office
from tests.principals.office import BEICHEN, write_file

FIRST, LATER = datetime.date(2024, 7, 1), datetime.date(2024, 8, 1)


def strike(root, record):
    row = (record, "struck_off", BEICHEN.places[0], "", "2024-07-20 09:00", "", "", "", "", "", "")
    write_file(root, "accidents", "struck.csv", [row])


def test_an_accident_is_struck_off_without_its_date_and_stands_as_of_earlier(tmp_path):
    settings = load_settings(make_small_office(tmp_path))
    build(settings, today=FIRST)
    strike(tmp_path, "F0-3")
    build(settings, today=LATER)
    with warehouse.open(settings) as house:
        assert len(house.records("accidents", as_of=LATER)) == ROWS - 1
        assert len(house.records("accidents", as_of=FIRST)) == ROWS
    assert build(settings, today=LATER, full=True).build_id
    (tmp_path / "data/raw/accidents/struck.csv").unlink()
    build(settings, today=LATER + datetime.timedelta(days=1))
    with warehouse.open(settings) as house:
        assert len(house.records("accidents", as_of=LATER + datetime.timedelta(days=1))) == ROWS


def test_a_strike_off_of_a_record_that_nobody_reported_harms_nothing(tmp_path):
    settings = load_settings(make_small_office(tmp_path))
    strike(tmp_path, "F0-99")
    build(settings, today=LATER)
    with warehouse.open(settings) as house:
        assert len(house.records("accidents", as_of=LATER)) == ROWS
