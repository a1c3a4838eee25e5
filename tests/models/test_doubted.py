"""Cumulative figures that cannot be: told with file and line, and used for nothing while they stand."""

from datetime import date

import pytest

from tests.rows import day

MEASURES = (
    {"measure": "gdp", "nature": "steady"},
    {"measure": "published_accidents", "nature": "flow"},
    {"measure": "communities_net", "nature": "net"},
    {"measure": "population", "nature": "stock"},
    {"measure": "warning_coverage", "nature": "share"},
)
ENDS = ("03-31", "06-30", "09-30", "12-31")
KNOWN = ("04-20", "07-20", "10-20", "12-31")


def quarters(*values, year=2023, measure="gdp", **more):
    """Figures reported for the quarters of a year, in order; None = none."""
    return [
        {
            "record_id": f"{measure}-{year}-{ends}", "measure": measure, "frequency": "quarter_ytd", "value": value,
            "period_start": f"{year}-01-01", "period_end": f"{year}-{ends}", "reported_at": f"{year}-{known} 09:00:00",
            **more,
        }
        for value, ends, known in zip(values, ENDS, KNOWN, strict=False)
        if value is not None
    ]  # fmt: skip


def year(value, of=2022):
    return {"record_id": f"gdp-{of}", "measure": "gdp", "value": value, "period_start": f"{of}-01-01",
            "period_end": f"{of}-12-31", "reported_at": f"{of + 1}-01-20 09:00:00"}  # fmt: skip


def doubted(house):
    sql = "SELECT period_end, doubted_on, doubted_until FROM mart_statistics WHERE doubted_on IS NOT NULL ORDER BY 1"
    return [tuple(row.values()) for row in house.query(sql)]


@pytest.mark.parametrize(
    ("rows", "ends"),
    [
        (quarters(280, 300, 310, 320), ["06-30", "09-30", "12-31"]),
        (quarters(280, 580, 890, 1210), []),
        (quarters(280, 430, 580, 720), []),  # the later quarters bring about half as much
        (quarters(280, None, None, 320), ["12-31"]),
        ([year(1100), *quarters(None, None, None, 320)], ["12-31"]),
        ([year(1100), *quarters(None, None, None, 900)], []),
        (quarters(5, 5, 9, 9, measure="published_accidents"), []),
        (quarters(5, 4, 9, measure="published_accidents"), ["06-30"]),
        (quarters(5, 4, measure="communities_net"), []),
        ([*quarters(5, measure="published_accidents"),
          *quarters(None, 4, measure="published_accidents", source="another")], []),
        ([*quarters(5, measure="published_accidents", vintage="final"),
          *quarters(None, 4, measure="published_accidents", vintage="first")], []),
    ],
)  # fmt: skip
def test_what_cannot_be_cumulative_is_doubted(warehouse_from, rows, ends):
    house = warehouse_from(statistics=rows, measures=MEASURES)
    assert [end.strftime("%m-%d") for end, _, _ in doubted(house)] == ends
    told = {row["check_name"]: row["offending_rows"] for row in house.checks() if row["offending_rows"]}
    assert told == ({"chk_cumulative_figures_grow": len(ends)} if ends else {})


def test_a_doubt_is_told_with_both_places_and_ends_with_the_figure_that_raised_it(warehouse_from):
    wrong, later = quarters(2800, 580)
    mended = {**wrong, "value": 280, "reported_at": "2023-08-01 09:00:00", "status": "revised", "file": "more.csv"}
    house = warehouse_from(statistics=[wrong, later], measures=MEASURES)
    (one,) = [row for row in house.checks() if row["offending_rows"]]
    assert one["text"].endswith(
        "statistics/statistics.csv 第 3 行 gdp-2023-06-30（另见 statistics/statistics.csv 第 2 行）"
    )
    house = warehouse_from(statistics=[wrong, later, mended], measures=MEASURES)
    assert doubted(house) == [(date(2023, 6, 30), date(2023, 7, 20), date(2023, 8, 1))]
    assert not [row for row in house.checks() if row["offending_rows"]]


def test_a_stock_or_share_of_a_month_is_that_of_its_last_day(warehouse_from):
    month = {"frequency": "month", "period_start": "2024-12-01", "period_end": "2024-12-31", "value": 1}
    rows = [{**month, "measure": name} for name in ("population", "warning_coverage", "published_accidents")]
    house = warehouse_from(statistics=rows, measures=MEASURES)
    found = {row["measure"]: (row["frequency"], row["period_start"]) for row in house.query("FROM mart_statistics")}
    assert found == {
        "population": ("point", day("2024-12-31")),
        "warning_coverage": ("point", day("2024-12-31")),
        "published_accidents": ("month", day("2024-12-01")),
    }


def test_a_larger_accident_by_its_loss_alone_is_told(warehouse_from):
    yuan = 100
    slip = {"deaths": 0, "direct_loss_fen": 35_000_000 * yuan, "file": "q3.csv"}  # 3 500 yuan below 万元
    (one,) = [row for row in warehouse_from(accidents=[slip]).checks() if row["offending_rows"]]
    assert one["check_name"] == "chk_losses_have_a_grade"
    assert one["text"].endswith("accidents/q3.csv 第 2 行 accidents-1")
    for sound in ({"deaths": 1}, {"missing": 1}, {"serious_injuries": 10}, {"official_grade_code": "larger"},
                  {"direct_loss_fen": 9_999_999 * yuan}):  # fmt: skip
        house = warehouse_from(accidents=[{**slip, **sound}])
        assert [row["check_name"] for row in house.checks() if row["offending_rows"]] == [], sound
