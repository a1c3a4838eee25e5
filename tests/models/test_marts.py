"""Grades, reporting status, regions and reconciliation."""

from __future__ import annotations

import pytest

from pipelines.inputs import tolerance
from tests.rows import day

YI = 10_000_000_000  # 1 亿元 in 分
WAN = 1_000_000  # 1 万元 in 分


@pytest.mark.parametrize(
    ("row", "grade"),
    [
        ({"deaths": 2}, "general"),
        ({"deaths": 0}, "general"),
        ({"deaths": None}, "general"),
        ({"deaths": 3}, "larger"),
        ({"deaths": 1, "missing": 2}, "larger"),
        ({"deaths": 9}, "larger"),
        ({"deaths": 10}, "major"),
        ({"deaths": 29}, "major"),
        ({"deaths": 30}, "extraordinary"),
        ({"deaths": 0, "serious_injuries": 9}, "general"),
        ({"deaths": 0, "serious_injuries": 10}, "larger"),
        ({"deaths": 0, "serious_injuries": 50}, "major"),
        ({"deaths": 0, "serious_injuries": 100}, "extraordinary"),
        ({"deaths": 0, "direct_loss_fen": 1000 * WAN - 1}, "general"),
        ({"deaths": 0, "direct_loss_fen": 1000 * WAN}, "larger"),
        ({"deaths": 0, "direct_loss_fen": 5000 * WAN}, "major"),
        ({"deaths": 0, "direct_loss_fen": YI}, "extraordinary"),
        ({"deaths": 3, "direct_loss_fen": YI}, "extraordinary"),
    ],
)
def test_the_grade_follows_article_3_and_the_worst_of_its_measures(warehouse_from, row, grade):
    house = warehouse_from(accidents=[row])
    assert house.query("SELECT grade_code FROM core_accidents__versions") == [{"grade_code": grade}]


def quarter(number, kind="accidents", region="120113"):
    starts = ["2024-01-01", "2024-04-01", "2024-07-01", "2024-10-01"]
    ends = ["2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31"]
    return {
        "kind": kind,
        "region_code": region,
        "period_start": starts[number - 1],
        "period_end": ends[number - 1],
        "due_on": "2024-10-15",
    }


def status(house):
    return {
        (row["kind"], row["period_start"].month): (row["first_known_on"], row["has_zero_return"], row["lapsed_on"])
        for row in house.reporting_status()
    }


def test_a_record_of_a_town_reports_for_its_district_and_a_zero_return_for_nothing_happened(warehouse_from):
    house = warehouse_from(
        accidents=[
            {"region_code": "120113001", "reported_at": "2024-03-15 00:00:00"},
            {
                "region_code": "120113",
                "status": "zero_return",
                "occurred_at": "2024-04-01 00:00:00",
                "reported_at": "2024-07-03 00:00:00",
            },
        ],
        reporting_calendar=[quarter(1), quarter(2), quarter(3)],
    )
    assert status(house) == {
        ("accidents", 1): (day("2024-03-15"), False, None),
        ("accidents", 4): (day("2024-07-03"), True, None),
        ("accidents", 7): (None, False, None),
    }
    assert [row["period_start"].month for row in house.missing_returns(day("2024-10-15"))] == [7]
    assert house.missing_returns(day("2024-10-14")) == []


def test_a_period_whose_only_file_was_withdrawn_has_lapsed(warehouse_from):
    house = warehouse_from(
        accidents=[{"file": "q1.csv"}],
        files={"q1.csv": {"received_on": "2024-04-10", "withdrawn_on": "2024-11-01"}},
        reporting_calendar=[quarter(1)],
    )
    assert status(house) == {("accidents", 1): (day("2024-04-10"), False, day("2024-11-01"))}
    assert house.missing_returns(day("2024-10-31")) == []
    assert len(house.missing_returns(day("2024-11-01"))) == 1


def test_between_a_withdrawal_and_the_new_file_the_period_is_not_in(warehouse_from):
    house = warehouse_from(
        accidents=[{"file": "q1.csv"}, {"file": "new.csv", "record_id": "A2", "reported_at": "2024-12-20 00:00:00"}],
        files={
            "q1.csv": {"received_on": "2024-04-10", "withdrawn_on": "2024-11-01"},
            "new.csv": {"received_on": "2024-12-20"},
        },
        reporting_calendar=[quarter(1)],
    )
    spells = [
        (row["spell"], row["first_known_on"], row["known_on"], row["lapsed_on"]) for row in house.reporting_status()
    ]
    first = day("2024-04-10")
    assert spells == [(1, first, first, day("2024-11-01")), (2, first, day("2024-12-20"), None)]
    asked = ("2024-10-31", "2024-11-01", "2024-12-19", "2024-12-20")
    assert [len(house.missing_returns(day(on))) for on in asked] == [0, 1, 1, 0]


def zero_return(region, reported_on):
    return {
        "record_id": f"Z{region}",
        "region_code": region,
        "status": "zero_return",
        "occurred_at": "2024-01-01 00:00:00",
        "reported_at": f"{reported_on} 00:00:00",
    }


@pytest.mark.parametrize(
    ("returns", "expected"),
    [
        ([("120113", "2024-04-02")], {"120113": (day("2024-04-02"), True)}),
        (
            [("120113", "2024-04-02"), ("120116403", "2024-04-09")],
            {
                "120113": (day("2024-04-02"), True),
                "120116403": (day("2024-04-09"), True),
                "120000": (day("2024-04-09"), False),
            },
        ),
        (
            [("120000", "2024-04-05")],
            {code: (day("2024-04-05"), True) for code in ("120000", "120113", "120116403")},
        ),
    ],
)
def test_a_zero_return_reports_for_its_region_and_below_and_never_above(warehouse_from, returns, expected):
    house = warehouse_from(
        accidents=[zero_return(*one) for one in returns],
        regions=[
            ("120000", None, "city", "天津市", "Tianjin"),
            ("120113", "120000", "district", "北辰区", "Beichen"),
            ("120116403", "120000", "town", "东疆", "Dongjiang"),
        ],
        reporting_calendar=[quarter(1, region=code) for code in ("120000", "120113", "120116403")],
    )
    found = {row["region_code"]: (row["known_on"], row["has_zero_return"]) for row in house.reporting_status()}
    assert {code: said for code, said in found.items() if said[0]} == expected


def spells(house):
    """The spells of the only period that is owed."""
    return [(row["known_on"], row["lapsed_on"]) for row in house.reporting_status() if row["known_on"]]


def reports(*told):
    """(status, occurred on, reported on) of one district."""
    return [
        {"record_id": f"R{n}", "status": status, "occurred_at": f"{on} 00:00:00", "reported_at": f"{reported} 09:00:00"}
        for n, (status, on, reported) in enumerate(told)
    ]


LIVE = {"received_on": "2024-01-01"}  # every report of it is known on the day on which it was reported


@pytest.mark.parametrize(
    ("told", "whole_on"),
    [
        ([("reported", "2024-10-02", "2024-10-03")], None),
        ([("zero_return", "2024-10-01", "2024-11-04")], None),
        ([("zero_return", "2024-12-01", "2025-01-06")], None),
        ([("zero_return", "2024-10-01", "2025-01-06")], "2025-01-06"),
        ([("reported", "2024-10-02", "2024-10-03"), ("zero_return", "2024-10-01", "2025-01-06")], "2025-01-06"),
        ([("reported", "2024-12-30", "2025-01-04")], "2025-01-04"),
        ([("zero_return", f"2024-{m}-01", on) for m, on in ((10, "2024-11-03"), (11, "2024-12-03"))], None),
        (
            [
                ("zero_return", "2024-10-01", "2024-11-03"),
                ("reported", "2024-11-09", "2024-11-10"),
                ("zero_return", "2024-12-01", "2025-01-05"),
            ],
            "2025-01-05",
        ),
        (
            [
                ("zero_return", "2024-10-01", "2024-11-03"),
                ("zero_return", "2024-11-01", "2024-11-02"),
                ("zero_return", "2024-12-01", "2025-01-05"),
            ],
            None,
        ),
        ([("zero_return", "2024-10-01", "2025-01-20"), ("zero_return", "2024-11-01", "2024-12-03")], None),
        ([("zero_return", f"2024-{month}-01", "2025-01-20") for month in (10, 11)], None),
        ([("zero_return", f"2024-{month}-01", "2025-01-20") for month in (10, 11, 12)], "2025-01-20"),
    ],
    ids=[
        "one accident at its beginning says nothing of the rest",
        "a zero return of its first month from before its end covers that month",
        "one of its last month covers that month",
        "one that names it by its first day after its end covers it",
        "which also confirms what was reported while it ran",
        "a record that became known after its end covers it",
        "two months of three",
        "each month with a record or a zero return",
        "a zero return of a month that was not over covers nothing",
        "a late one of its first month names that month where returns are made by month",
        "two months that came together after its end",
        "all months that came together after its end",
    ],
)
def test_a_period_is_reported_by_what_became_known_after_its_end(warehouse_from, told, whole_on):
    rows = [{**row, "file": "q4.csv"} for row in reports(*told)]
    house = warehouse_from(accidents=rows, files={"q4.csv": LIVE}, reporting_calendar=[quarter(4)])
    found = spells(house)
    after = [known for known, _ in found if known > day("2024-12-31")]
    assert after == ([day(whole_on)] if whole_on else [])
    assert all(lapsed and lapsed <= day("2025-01-01") for known, lapsed in found if known <= day("2024-12-31"))


def test_complete_history_that_came_after_a_period_tells_of_all_of_it(warehouse_from):
    (row,) = reports(("reported", "2024-10-02", "2024-10-03"))
    for received_on, expected in (
        ("2025-02-01", [(day("2024-10-03"), day("2025-01-01")), (day("2025-01-01"), None)]),
        ("2024-12-31", [(day("2024-10-03"), day("2025-01-01"))]),
    ):
        told = {"history.csv": {"received_on": received_on, "is_history": True}}
        house = warehouse_from(
            accidents=[{**row, "file": "history.csv"}], files=told, reporting_calendar=[quarter(4)]
        )  # fmt: skip
        assert spells(house) == expected


def test_a_withdrawn_zero_return_opens_the_period_again(warehouse_from):
    rows = [
        {**row, "file": name}
        for row, name in zip(
            reports(("reported", "2024-10-02", "2024-10-03"), ("zero_return", "2024-10-01", "2025-01-06")),
            ("event.csv", "zero.csv"),
            strict=True,
        )
    ]
    house = warehouse_from(
        accidents=rows,
        files={"event.csv": LIVE, "zero.csv": {**LIVE, "withdrawn_on": "2025-02-01"}},
        reporting_calendar=[quarter(4)],
    )
    assert spells(house) == [(day("2024-10-03"), day("2025-01-01")), (day("2025-01-06"), day("2025-02-01"))]


def test_a_figure_of_the_first_quarter_is_not_the_return_of_the_year(warehouse_from):
    due = {**quarter(1, "statistics"), "period_end": "2024-12-31"}
    first = {"period_end": "2024-03-31", "frequency": "quarter_ytd", "reported_at": "2024-04-18 00:00:00"}
    year = {"period_end": "2024-12-31", "reported_at": "2025-03-01 00:00:00", "record_id": "year"}
    house = warehouse_from(
        statistics=[{**first, "file": "s.csv"}, {**year, "file": "s.csv"}],
        files={"s.csv": LIVE},
        reporting_calendar=[due],
    )
    assert spells(house) == [(day("2024-04-18"), day("2025-01-01")), (day("2025-03-01"), None)]


def test_a_statistic_reports_for_the_period_in_which_it_ends(warehouse_from):
    due = {**quarter(1, "statistics"), "period_end": "2024-12-31"}
    house = warehouse_from(statistics=[{"period_start": "2024-12-31"}], reporting_calendar=[due])
    assert status(house)["statistics", 1][0] == day("2024-12-31")


def test_every_region_has_itself_and_all_above(warehouse_from):
    house = warehouse_from(accidents=[{}])
    rows = house.query("SELECT * FROM core_regions__ancestors WHERE region_code = '120113001' ORDER BY distance")
    assert [(row["ancestor_code"], row["distance"]) for row in rows] == [
        ("120113001", 0),
        ("120113", 1),
        ("120000", 2),
        ("000000", 3),
    ]


MEASURES = [
    {"measure": "inspections", "kind": "inspections"},
    {"measure": "fines_fen", "kind": "inspections"},
    {"measure": "work_deaths", "kind": "accidents"},
    {"measure": "major_accidents", "kind": "accidents"},
    {"measure": "gdp", "kind": "statistics", "nature": "flow"},
    {"measure": "population", "kind": "statistics", "nature": "stock"},
    {"measure": "shelters", "kind": "statistics", "nature": "stock"},
    {"measure": "shelters_new", "kind": "statistics", "nature": "flow"},
]


def fact(measure, value, printed=None, aggregation="total", years=(2016, 2020), is_exact=True, **more):
    return {
        "plan_id": "beichen",
        "kind": "any",
        "measure": measure,
        "numerator": measure,
        "aggregation": aggregation,
        "period_start_year": years[0],
        "period_end_year": years[1],
        "value": value,
        "tolerance": tolerance(printed or str(value), value, is_exact, aggregation),
        "is_exact": is_exact,
        **more,
    }


def reconciled(warehouse_from, facts, **rows):
    house = warehouse_from(plans={"beichen": "120113"}, measures=MEASURES, facts=facts, **rows)
    return {
        (row["measure"], row["aggregation"]): (row["computed_value"], row["agrees"]) for row in house.reconciliation()
    }, house


def inspections(n, year=2018, **more):
    return [{"record_id": f"i{year}-{k}", "inspected_on": f"{year}-05-01", **more} for k in range(n)]


def test_the_sum_of_a_district_includes_its_towns_and_leaves_out_other_years(warehouse_from):
    rows = inspections(3, region_code="120113001") + inspections(2, 2020) + inspections(9, 2021)
    rows += [{"record_id": "elsewhere", "inspected_on": "2018-05-01", "region_code": "120116403"}]
    found, _ = reconciled(warehouse_from, [fact("inspections", 5.0)], inspections=rows)
    assert found == {("inspections", "total"): (5.0, True)}


def test_the_records_of_one_district_are_not_held_against_what_its_city_prints(warehouse_from):
    def found(*regions):
        rows = [{"record_id": f"i-{code}", "inspected_on": "2018-05-01", "region_code": code} for code in regions]
        house = warehouse_from(
            plans={"tianjin": "120000"}, measures=MEASURES, inspections=rows,
            facts=[{**fact("inspections", 9.0), "plan_id": "tianjin"}],
        )  # fmt: skip
        ((computed, agrees),) = [(row["computed_value"], row["agrees"]) for row in house.reconciliation()]
        warned = {row["check_name"]: row["offending_rows"] for row in house.checks()}["chk_printed_figures_agree"]
        return computed, agrees, warned

    districts = [row["region_code"] for row in warehouse_from().regions() if row["parent_code"] == "120000"]
    assert len(districts) > 1, "else one district would be the city"
    assert found("120113001") == (None, None, 0)
    assert found(*districts) == (len(districts), False, 1), "all of them have reported"
    assert found("120113001", "120000") == (2.0, False, 1), "the city has reported itself"


def test_a_plan_that_contradicts_itself_is_shown_and_not_hidden(warehouse_from):
    """Mentougou prints a total and a yearly mean that cannot both be true."""
    facts = [fact("inspections", 6.0), fact("inspections", 1.0, "1", aggregation="yearly_mean")]
    found, house = reconciled(warehouse_from, facts, inspections=inspections(6))
    assert found == {("inspections", "total"): (6.0, True), ("inspections", "yearly_mean"): (1.2, True)}
    facts[1] = fact("inspections", 2.0, aggregation="yearly_mean")
    found, house = reconciled(warehouse_from, facts, inspections=inspections(6))
    assert found["inspections", "yearly_mean"] == (1.2, False)
    assert {row["check_name"]: row["offending_rows"] for row in house.checks()}["chk_printed_figures_agree"] == 1


@pytest.mark.parametrize(("n", "agrees"), [(38, True), (30, True), (40, True), (41, False), (19, False)])
def test_more_than_thirty_agrees_within_the_printed_rounding(warehouse_from, n, agrees):
    found, _ = reconciled(warehouse_from, [fact("inspections", 30.0, "30", is_exact=False)], inspections=inspections(n))
    assert found["inspections", "total"] == (n, agrees)


def test_money_is_compared_to_the_fen(warehouse_from):
    facts = [fact("fines_fen", 260_500_000.0, "260.5")]
    found, _ = reconciled(warehouse_from, facts, inspections=inspections(1, fine_fen=260_500_000))
    assert found["fines_fen", "total"][1]
    found, _ = reconciled(warehouse_from, facts, inspections=inspections(1, fine_fen=260_500_001))
    assert not found["fines_fen", "total"][1]


def test_nothing_of_a_measure_is_zero_where_its_kind_was_reported_and_unknown_where_not(warehouse_from):
    facts = [fact("major_accidents", 0.0), fact("inspections", 0.0)]
    found, house = reconciled(warehouse_from, facts, accidents=[{"occurred_at": "2018-01-01 00:00:00"}])
    assert found == {("major_accidents", "total"): (0.0, True), ("inspections", "total"): (None, None)}
    assert {row["check_name"]: row["offending_rows"] for row in house.checks()}["chk_printed_figures_agree"] == 0


def yearly(measure, value, year, **more):
    return {
        "record_id": f"{measure}-{year}",
        "measure": measure,
        "value": value,
        "period_start": f"{year}-01-01",
        "period_end": f"{year}-12-31",
        **more,
    }


def test_flows_add_up_and_a_stock_is_what_stood_at_the_end(warehouse_from):
    returns = [yearly("shelters_new", float(year - 2010), year) for year in range(2015, 2022)]
    returns += [yearly("shelters", 100.0, 2019), yearly("shelters", 132.0, 2020)]
    facts = [fact("shelters_new", 40.0), fact("shelters", 132.0, aggregation="stock", years=(2020, 2020))]
    found, _ = reconciled(warehouse_from, facts, statistics=returns)
    assert found == {("shelters_new", "total"): (40.0, True), ("shelters", "stock"): (132.0, True)}


def test_a_ratio_of_one_year_and_a_mean_of_yearly_ratios(warehouse_from):
    deaths = [{"record_id": f"a{y}", "occurred_at": f"{y}-06-01 00:00:00", "deaths": 11} for y in (2019, 2020)]
    gdp = [yearly("gdp", 100.0 * YI, 2019), yearly("gdp", 591.0 * YI, 2020)]
    people = [yearly("population", 900_000.0, 2019), yearly("population", 1_100_000.0, 2020)]
    operands = {"numerator": "work_deaths", "denominator": "gdp", "denominator_at": "same_year", "scale": float(YI)}
    per_head = {
        "numerator": "work_deaths",
        "denominator": "population",
        "denominator_at": "mean_of_year_ends",
        "scale": 1e6,
    }
    facts = [
        fact("per_gdp", 0.0186, aggregation="ratio", years=(2020, 2020), **operands),
        fact("per_gdp", 0.0643, aggregation="mean_ratio", years=(2019, 2020), **operands),
        fact("per_head", 11.0, aggregation="ratio", years=(2020, 2020), **per_head),
    ]
    found, _ = reconciled(warehouse_from, facts, accidents=deaths, statistics=gdp + people)
    assert found["per_gdp", "ratio"] == (pytest.approx(11 / 591), True)
    assert found["per_gdp", "mean_ratio"] == (pytest.approx((11 / 100 + 11 / 591) / 2), True)
    assert found["per_head", "ratio"] == (pytest.approx(11.0), True)


def test_the_newest_print_of_a_statistic_counts(warehouse_from):
    returns = [
        yearly("shelters", 100.0, 2020),
        {**yearly("shelters", 132.0, 2020), "status": "revised", "reported_at": "2021-05-01 00:00:00"},
        yearly("shelters", 7.0, 2020, record_id="of one sector", sector_code="fire"),
    ]
    facts = [fact("shelters", 132.0, aggregation="stock", years=(2020, 2020))]
    found, _ = reconciled(warehouse_from, facts, statistics=returns)
    assert found["shelters", "stock"] == (132.0, True)
