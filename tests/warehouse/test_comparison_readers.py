import datetime

import duckdb
import pytest

from pipelines.comparison_readers import ComparisonReaders
from pipelines.engine import fetch

MARCH, JUNE, SEPTEMBER = (datetime.date(2024, month, day) for month, day in ((3, 31), (6, 30), (9, 30)))


class House(ComparisonReaders):
    """The questions over tables by hand."""

    def __init__(self, **tables):
        self.con = duckdb.connect()
        for name, rows in tables.items():
            self.con.execute(f"CREATE TABLE {name} AS SELECT * FROM (VALUES {rows})")

    def query(self, sql, params=()):
        """Answer one SELECT."""
        return fetch(self.con, sql, params)

    def tables(self):
        """Names of the tables."""
        return {name for (name,) in self.con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}

    def columns(self, table):
        """Columns of one table."""
        return [row[0] for row in self.con.execute(f"DESCRIBE {table}").fetchall()]


@pytest.fixture
def plans():
    return House(
        assess_plans="('city', NULL, '120000'), ('district', 'city', '120113'), ('town', 'district', '120113101'), "
        "('alone', NULL, '110109') AS t(plan_id, parent_plan_id, region_code)",
        assess_targets="('city', '1', 0, 'reduction', NULL, NULL), ('district', '9', 0, 'inherited', 'city', '1'), "
        "('town', '5', 0, 'inherited', 'city', '1'), ('alone', '1', 0, 'inherited', NULL, NULL) "
        'AS t(plan_id, target_id, "order", kind, from_plan_id, from_target_id)',
    )


def test_inherited_targets_are_listed_with_their_plan_above_and_the_target_that_decides(plans):
    assert [tuple(row.values()) for row in plans.inherited_targets()] == [
        ("alone", "1", None, None, None),
        ("district", "9", "city", "city", "1"),
        ("town", "5", "district", "city", "1"),  # the district's is inherited itself
    ]


def test_a_build_without_these_tables_answers_with_nothing():
    house = House(other="(1) AS t(a)")
    day = SEPTEMBER
    assert house.targets_of_all_plans(day) == house.inherited_targets() == house.doubts() == []
    assert house.replay("city", day) == house.value_changes("city", MARCH, day) == []
    assert house.forecasts_against_outcomes("city", day) == house.forecast_tests() == []
    assert house.driver_backtests("city", day) == house.control_chances("city", day) == []
    assert house.data_behind("city", day) == {} and house.what_if_ground("city") is None


def test_causes_between_two_dates_are_summed_over_the_quarters_between():
    quarters = (
        f"('city', '1', DATE '{MARCH}', DATE '{JUNE}', 2024, 'late_reports', 0.5, 2), "
        f"('city', '1', DATE '{JUNE}', DATE '{SEPTEMBER}', 2024, 'late_reports', 0.25, 1), "
        f"('city', '1', DATE '2023-12-31', DATE '{MARCH}', 2024, 'late_reports', 9.0, 9) "
        "AS t(plan_id, target_id, from_as_of, to_as_of, year, cause, amount, records)"
    )
    (row,) = House(forecast_changes=quarters).value_changes("city", MARCH, SEPTEMBER)
    assert (float(row["amount"]), row["records"]) == (0.75, 3)


def test_only_forecasts_made_before_the_year_was_over_are_held_against_what_came():
    fans = (
        f"('city', '1', DATE '2023-06-30', 2023, 10, 12, 9, 14, 0.5), ('city', '1', DATE '2022-06-30', 2023, 1, 2, 0, "
        f"3, 0.0), ('city', '1', DATE '{JUNE}', 2023, 0, 99, 0, 99, 1.0), ('city', '1', DATE '{JUNE}', 2024, 0, 99, 0, "
        "99, 0.5) AS t(plan_id, target_id, as_of_on, year, lo50, hi50, lo80, hi80, observed_share)"
    )
    years = (
        f"('city', '1', DATE '{SEPTEMBER}', 2023, 13.0, TRUE), ('city', '1', DATE '{SEPTEMBER}', 2024, 5.0, FALSE) "
        "AS t(plan_id, target_id, as_of_on, year, value, is_complete)"
    )
    found = House(forecast_fans=fans, assess_years=years).forecasts_against_outcomes("city", SEPTEMBER)
    assert [(row["lead"], row["forecasts"], row["in50"], row["in80"]) for row in found] == [(0, 1, 0, 1), (1, 1, 0, 0)]


def test_a_driver_is_judged_by_its_chosen_model_on_years_that_were_known():
    rows = ", ".join(
        f"('{series}', 'year', DATE '{judged}', '{model}', {actual}, 0.0, 10.0, {crps}, {chosen})"
        for series, judged, model, actual, crps, chosen in (
            ("gdp@120000/level", "2022-12-31", "ours", 5, 1.0, "TRUE"),
            ("gdp@120000/level", "2022-12-31", "naive", 5, 3.0, "FALSE"),
            ("gdp@120000/level", "2022-12-31", "straight_line", 5, 2.5, "FALSE"),
            ("gdp@120000/level", "2023-12-31", "ours", 50, 3.0, "TRUE"),
            ("gdp@120000/level", "2025-12-31", "ours", 5, 9.0, "TRUE"),
            ("gdp@120113/level", "2022-12-31", "ours", 5, 1.0, "TRUE"),
        )
    )
    house = House(
        assess_plans="('city', NULL, '120000') AS t(plan_id, parent_plan_id, region_code)",
        forecast_backtests=f"{rows} AS t(series, span, judged_on, model, actual, lo80, hi80, crps, is_chosen)",
    )
    (row,) = house.driver_backtests("city", SEPTEMBER)
    assert (row["driver"], row["forecasts"], row["in80"]) == ("gdp", 2, 1)
    assert (float(row["crps"]), float(row["crps_baseline"]), row["baseline"]) == (2.0, 2.5, "straight_line")
