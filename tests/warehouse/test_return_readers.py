"""Which returns count: the same on the map, in the list behind a value and in the value itself."""

from datetime import date

import pytest

from dashboard.components import record_table
from pipelines.principals import Principal
from pipelines.texts import say
from tests.models.test_doubted import MEASURES, quarters
from tests.warehouse.test_readers import assessed

KNOWN = date(2025, 6, 30)


def preferring(*sources, indicator="industrial_deaths_per_100k_employed"):
    def write(engine, settings, progress):
        assessed(indicator)(engine, settings, progress)
        named = " UNION ALL ".join(f"SELECT {rank} AS rank, '{one}' AS source" for rank, one in enumerate(sources))
        engine.create_table("assess_preferred_sources", named or "SELECT 0 AS rank, '' AS source WHERE FALSE")

    return write


def people(value, source, place="120113001", of=2023, known="2024-02-01"):
    return {
        "measure": "population", "region_code": place, "period_start": f"{of}-01-01", "period_end": f"{of}-12-31",
        "value": value, "unit": "人", "reported_at": f"{known} 00:00:00", "source": source, "vintage": "",
    }  # fmt: skip


def exposures(house):
    return [place["exposure"] for place in house.town_rates("120113", KNOWN, KNOWN)["places"]]


@pytest.mark.parametrize(("preferred", "people_of_first"), [((), 50_000), (("bureau",), 80_000), (("nobody",), 50_000)])
@pytest.mark.parametrize("principal", [None, Principal("somebody", frozenset({"120113"}))])
def test_the_map_uses_the_preferred_source_as_the_values_do(warehouse_from, preferred, people_of_first, principal):
    rows = [
        people(80_000, "bureau"),
        people(50_000, "yearbook", known="2024-03-01"),
        people(60_000, "yearbook", "120113101"),  # of which the preferred source said nothing
        people(10_000, "bureau", of=2022, known="2024-04-01"),  # an earlier period that came late
    ]
    house = warehouse_from(statistics=rows, assess=preferring(*preferred), principal=principal)
    assert exposures(house) == [people_of_first * 3 / 100_000, 60_000 * 3 / 100_000]


def test_returns_behind_a_rate_say_which_of_them_is_not_used_and_why(warehouse_from):
    house = warehouse_from(
        measures=MEASURES,
        statistics=quarters(280, 300, 310, 320),
        assess=assessed("disaster_loss_gdp_share"),
    )
    (row,) = house.denominators("beichen", "T1", 2023, KNOWN)["rows"]
    assert (row["value"], row["not_used"]) == (320.0, "doubted")
    words = say("app.not_used.doubted")
    heads, (cells,) = record_table.plain("statistics", [row])
    assert words in cells and say("app.column.not_used") in heads
    assert words in record_table.as_html("statistics", [row])
    before = date(2023, 12, 30)
    assert house.denominators("beichen", "T1", 2023, before)["rows"] == []


def test_returns_of_a_source_that_another_comes_before_are_told_as_not_used(warehouse_from):
    rows = [people(80_000, "bureau", "120113"), people(50_000, "yearbook", "120113", known="2024-03-01")]
    house = warehouse_from(statistics=rows, assess=preferring("bureau", indicator="affected_per_100k"))
    found = house.denominators("beichen", "T1", 2023, KNOWN)["rows"]
    assert {row["source"]: row["not_used"] for row in found} == {"bureau": None, "yearbook": "another_source"}


def test_where_every_return_is_used_no_column_says_so(warehouse_from):
    house = warehouse_from(
        statistics=[people(80_000, "bureau", "120113")], assess=preferring(indicator="affected_per_100k")
    )
    rows = house.denominators("beichen", "T1", 2023, KNOWN)["rows"]
    assert [row["not_used"] for row in rows] == [None]
    heads, _ = record_table.plain("statistics", rows)
    assert say("app.column.not_used") not in heads


def test_a_control_figure_of_a_source_that_another_comes_before_is_not_shown(warehouse_from):
    year = {"period_start": "2024-01-01", "period_end": "2024-12-31", "measure": "control_work_deaths"}
    rows = [
        {**year, "value": 40.0, "source": "bureau", "reported_at": "2024-01-10 00:00:00"},
        {**year, "value": 45.0, "source": "yearbook", "reported_at": "2024-01-20 00:00:00"},
    ]
    for preferred, value in (((), 45.0), (("bureau",), 40.0)):
        house = warehouse_from(statistics=rows, assess=preferring(*preferred))
        assert [row["value"] for row in house.control_returns("beichen", date(2024, 12, 31))] == [value]
