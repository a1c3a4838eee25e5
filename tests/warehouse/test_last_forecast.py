"""Between quarter-ends open targets carry the forecast of the last one, with its day."""

import datetime

import duckdb

from pipelines.comparison_readers import ComparisonReaders
from pipelines.engine import fetch
from pipelines.readers import Readers

SEPTEMBER, OCTOBER = datetime.date(2024, 9, 30), datetime.date(2024, 10, 20)


class House(Readers, ComparisonReaders):
    """The questions over tables by hand."""

    def __init__(self, **tables):
        self.con = duckdb.connect()
        for name, rows in tables.items():
            self.con.execute(f"CREATE TABLE {name} AS SELECT * FROM (VALUES {rows})")

    def query(self, sql, params=()):
        return fetch(self.con, sql, params)

    def tables(self):
        return {name for (name,) in self.con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}

    def columns(self, table):
        return [row[0] for row in self.con.execute(f"DESCRIBE {table}").fetchall()]

    def plans(self):
        return []


def house():
    days = [(SEPTEMBER, "undecided"), (OCTOBER, "undecided")]
    open_rows = [f"('city', '{name}', DATE '{day}', '{verdict}')" for day, verdict in days for name in ("1", "2", "4")]
    settled = [f"('city', '3', DATE '{SEPTEMBER}', 'undecided')", f"('city', '3', DATE '{OCTOBER}', 'out_of_reach')"]
    return House(
        assess_assessments=", ".join(open_rows + settled) + " AS t(plan_id, target_id, as_of_on, verdict)",
        assess_targets=", ".join(f"('city', '{name}', 'i', {name})" for name in "1234")
        + ' AS t(plan_id, target_id, indicator_id, "order")',
        assess_indicators="('i', 'x') AS t(indicator_id, name_zh)",
        forecast_probabilities=f"('city', '1', DATE '{SEPTEMBER}', 0.7, 'likely', 'deaths'), "
        f"('city', '2', DATE '{SEPTEMBER}', NULL, 'no_forecast', NULL), "
        f"('city', '3', DATE '{SEPTEMBER}', 0.1, 'unlikely', 'deaths'), "
        f"('city', '4', DATE '{SEPTEMBER}', 1.0, 'secured', 'decided') "
        "AS t(plan_id, target_id, as_of_on, probability, verdict, model)",
    )


def told(rows):
    return {
        row["target_id"]: (row["verdict"], None if row.get("probability") is None else float(row["probability"]))
        for row in rows
    }


def test_what_is_open_carries_the_last_forecast_and_says_of_which_day():
    rows = house().with_last_forecast("city", OCTOBER)
    assert told(rows) == {
        "1": ("likely", 0.7),
        "2": ("no_forecast", None),
        "3": ("out_of_reach", None),  # settled since
        "4": ("undecided", None),  # settled then and open again: the old certainty is none
    }
    assert [row.get("forecast_on") for row in rows] == [SEPTEMBER, SEPTEMBER, None, None]
    assert all(row["as_of_on"] == OCTOBER for row in rows)


def test_plans_side_by_side_carry_it_likewise():
    opened = house()
    dates = f"(VALUES ('city', DATE '{SEPTEMBER}'), ('city', DATE '{OCTOBER}')) AS t(plan_id, as_of_on)"
    opened.con.execute(f"CREATE TABLE assess_as_of_dates AS SELECT * FROM {dates}")
    for day in (SEPTEMBER, OCTOBER):
        rows, alone = opened.targets_of_all_plans(day), opened.with_last_forecast("city", day)
        assert told(rows) == told(alone)
        assert [row.get("forecast_on") for row in rows] == [row.get("forecast_on") for row in alone]


def test_the_meeting_before_and_this_one_are_asked_together():
    opened = house()
    both = opened.with_last_forecasts("city", (SEPTEMBER, OCTOBER))
    assert both == {day: opened.with_last_forecast("city", day) for day in (SEPTEMBER, OCTOBER)}
    assert told(both[OCTOBER])["1"] == told(both[SEPTEMBER])["1"], "no verdict has turned for want of a forecast"


def test_at_a_quarter_end_and_before_the_first_forecast_nothing_is_carried():
    opened = house()
    assert opened.with_last_forecast("city", SEPTEMBER) == opened.assessments("city", SEPTEMBER)
    early = datetime.date(2020, 1, 1)
    assert opened.with_last_forecast("city", early) == opened.assessments("city", early) == []
