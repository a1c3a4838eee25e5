"""The questions that app, brief and notebooks ask."""

from __future__ import annotations

import json

import pytest

from pipelines.errors import PipelineError
from tests.rows import day

AS_OF = day("2024-09-30")


def accident(number, **more):
    return {"record_id": f"A{number}", "occurred_at": f"2024-03-{number:02d} 08:00:00", **more}


def test_records_come_newest_first_with_names_file_sheet_and_line(warehouse_from):
    house = warehouse_from(accidents=[accident(1), accident(2, region_code="120113001", deaths=3)])
    first, second = house.records("accidents")
    assert (first["record_id"], second["record_id"]) == ("A2", "A1")
    assert (first["region_name_zh"], first["sector_name_en"], first["grade_name_zh"]) == (
        "天穆镇" if first["region_code"] == "120113101" else "果园新村街道",
        "Construction",
        "较大",
    )
    assert (first["path"], first["sheet"], first["line_number"]) == ("accidents/accidents.csv", "", 3)


def test_records_are_cut_by_region_day_and_field(warehouse_from):
    house = warehouse_from(
        accidents=[
            accident(1),
            accident(2, region_code="120113001", sector_code="fire"),
            accident(3, region_code="350212"),
            accident(4, region_code="120113101", sector_code="chemicals"),
        ]
    )

    def found(**asked):
        ids = [row["record_id"] for row in house.records("accidents", **asked)]
        assert len(ids) == house.count_records("accidents", **asked)
        return ids

    assert found(region="120113") == ["A4", "A2", "A1"]
    assert found(region="120000", start=day("2024-03-02"), end=day("2024-03-03")) == ["A2"]
    assert found(filters={"sector_code": "fire"}) == ["A2"]
    assert found(filters={"sector_code": ["fire", "chemicals"]}) == ["A4", "A2"]
    assert found(filters={"sector_code": []}) == []
    assert [row["record_id"] for row in house.records("accidents", limit=2, offset=1)] == ["A3", "A2"]


def test_records_as_known_at_a_day(warehouse_from):
    house = warehouse_from(
        accidents=[
            accident(1, reported_at="2024-03-02 00:00:00", deaths=1),
            accident(1, reported_at="2024-05-02 00:00:00", deaths=4, status="revised"),
            accident(2, reported_at="2024-08-01 00:00:00"),
        ]
    )
    assert [(r["record_id"], r["deaths"]) for r in house.records("accidents", as_of=day("2024-05-01"))] == [("A1", 1)]
    assert [(r["record_id"], r["deaths"]) for r in house.records("accidents")] == [("A2", 1), ("A1", 4)]


def test_a_filter_that_is_no_field_is_told_and_cannot_carry_sql(warehouse_from):
    house = warehouse_from(accidents=[accident(1)])
    with pytest.raises(PipelineError) as caught:
        house.records("accidents", filters={'deaths" = 1 OR "deaths': 2})
    assert caught.value.code == "unknown_filter"
    with pytest.raises(PipelineError) as caught:
        house.records("rumours")
    assert caught.value.code == "unknown_kind"
    assert house.records("accidents", region="' OR '1' = '1") == []


def test_every_kind_has_records(warehouse_from):
    kinds = ("accidents", "disasters", "inspections", "training", "statistics")
    house = warehouse_from(**{kind: [{}] for kind in kinds})
    for kind in kinds:
        (row,) = house.records(kind, region="120000")
        assert row["path"] == f"{kind}/{kind}.csv"
        assert row["region_name_en"] == "Beichen"


def test_rejects_say_why_in_words(warehouse_from):
    known = {"code": "not_a_number", "field": "deaths", "value": "two", "rule": None, "nearest": None}
    unknown = {"code": "never_heard_of", "field": "deaths", "value": "-1", "rule": "0", "nearest": None}
    rejected = {"file_id": "x", "kind": "accidents", "record_number": 7, "line_number": 8}
    house = warehouse_from(accidents=[accident(1)], rejects=[{**rejected, "reasons": json.dumps([known, unknown])}])
    (row,) = house.rejects()
    assert row["line_number"] == 8
    assert row["reasons_text"].endswith("never_heard_of deaths -1 0")
    assert "two" in row["reasons_text"] and "not_a_number" not in row["reasons_text"]


def test_checks_come_with_their_sentence(warehouse_from):
    house = warehouse_from(accidents=[accident(1, deaths=3, official_grade_code="general")])
    worst = house.checks()[0]
    assert (worst["check_name"], worst["offending_rows"]) == ("chk_grades_agree", 1)
    assert worst["text"] == "上报的事故等级与按条例推定的等级不同"


def assessed(indicator="work_deaths", plan="beichen", region="120113"):
    def write(engine, settings, progress):
        engine.create_table(
            "assess_plans", f"SELECT '{plan}' AS plan_id, '{region}' AS region_code, NULL AS parent_plan_id"
        )
        engine.create_table(
            "assess_targets",
            f"SELECT '{plan}' AS plan_id, 'T1' AS target_id, '{indicator}' AS indicator_id, 2 AS \"order\", "
            f"'死亡人数' AS name_zh, '%' AS unit UNION ALL SELECT '{plan}', 'T0', '{indicator}', 1, '事故起数', '%'",
        )
        engine.create_table(
            "assess_indicators", f"SELECT '{indicator}' AS indicator_id, '人' AS unit, '指标' AS name_zh"
        )
        engine.create_table("assess_as_of_dates", f"SELECT '{plan}' AS plan_id, DATE '2024-09-30' AS as_of_on")
        engine.create_table(
            "assess_assessments",
            f"SELECT '{plan}' AS plan_id, t.target_id, DATE '2024-09-30' AS as_of_on, 'no_forecast' AS verdict "
            "FROM assess_targets AS t",
        )
        engine.create_table(
            "assess_years",
            f"SELECT '{plan}' AS plan_id, 'T1' AS target_id, DATE '2024-09-30' AS as_of_on, 2023 AS year "
            f"UNION ALL SELECT '{plan}', 'T1', DATE '2024-09-30', 2022",
        )

    return write


def test_an_assessment_carries_its_target_and_indicator_in_the_plans_order(warehouse_from):
    house = warehouse_from(accidents=[accident(1)], assess=assessed())
    rows = house.assessments("beichen", AS_OF)
    assert [row["target_id"] for row in rows] == ["T0", "T1"]
    assert (rows[1]["name_zh"], rows[1]["unit"], rows[1]["indicator_name_zh"]) == ("死亡人数", "人", "指标")
    assert rows[1]["printed_unit"] == "%"
    assert house.assessment("beichen", "T1", AS_OF) == rows[1]
    assert house.assessment("beichen", "T9", AS_OF) is None
    assert [row["year"] for row in house.years("beichen", "T1", AS_OF)] == [2022, 2023]
    assert set(house.years_by_target("beichen", AS_OF)) == {"T1"}


def test_what_was_never_computed_is_empty_and_no_fault(warehouse_from):
    house = warehouse_from(accidents=[accident(1)])
    assert house.plans() == house.as_of_dates("beichen") == house.assessments("beichen", AS_OF) == []
    assert house.fan("beichen", "T1", AS_OF) == house.path("beichen", "T1", AS_OF) == []
    assert house.fans_by_target("beichen", AS_OF) == {}
    assert house.lineage("beichen", "T1", 2024, AS_OF) == {
        "kind": "statistics",
        "is_money": False,
        "total": 0,
        "rows": [],
    }


def test_the_verdict_of_a_forecast_stands_before_that_of_the_rules(warehouse_from):
    def write(engine, settings, progress):
        assessed()(engine, settings, progress)
        engine.create_table(
            "forecast_probabilities",
            "SELECT 'beichen' AS plan_id, 'T1' AS target_id, DATE '2024-09-30' AS as_of_on, "
            "CAST(0.7 AS DOUBLE) AS probability, 'possible' AS verdict",
        )

    rows = warehouse_from(accidents=[accident(1)], assess=write).assessments("beichen", AS_OF)
    assert [(row["verdict"], row.get("probability")) for row in rows] == [("no_forecast", None), ("possible", 0.7)]


def test_a_number_is_followed_to_the_records_behind_it(warehouse_from):
    house = warehouse_from(
        accidents=[
            accident(1, deaths=1),
            accident(2, deaths=4, region_code="120113001"),
            accident(3, deaths=0),
            accident(4, deaths=9, counts_as_work_safety=False),
            accident(5, deaths=9, region_code="350212"),
            accident(6, deaths=9, occurred_at="2023-03-01 00:00:00"),
            accident(7, deaths=9, reported_at="2024-12-01 00:00:00"),
        ],
        assess=assessed("work_deaths"),
    )
    found = house.lineage("beichen", "T1", 2024, AS_OF)
    assert (found["kind"], found["total"]) == ("accidents", 2)
    assert [(row["record_id"], row["line_number"]) for row in found["rows"]] == [("A2", 3), ("A1", 2)]
    assert house.lineage("beichen", "T1", 2024, AS_OF, 1, 1)["rows"][0]["record_id"] == "A1"
    assert house.sources("beichen", "T1", AS_OF) == ["bureau"]


def test_a_stock_is_followed_to_its_return(warehouse_from):
    house = warehouse_from(
        statistics=[
            {"measure": "forest_fire_brigade", "value": 120.0},
            {"measure": "population", "value": 9.0},
            {"measure": "forest_fire_brigade", "value": 5.0, "region_code": "120113001"},
        ],
        assess=assessed("forest_fire_brigade_members"),
    )
    found = house.lineage("beichen", "T1", 2024, AS_OF.replace(year=2025))
    assert (found["kind"], [row["value"] for row in found["rows"]]) == ("statistics", [120.0])


def test_a_rate_is_followed_to_the_returns_of_its_denominator(warehouse_from):
    end = {"measure": "industrial_employed", "frequency": "year"}
    spans = [(2021, 100.0), (2022, 110.0), (2023, 120.0)]
    returns = [{**end, "period_start": f"{year}-01-01", "period_end": f"{year}-12-31", "value": n} for year, n in spans]
    other = {**returns[2], "region_code": "120113001", "value": 7.0}  # a town's own is no part of the district's
    later = AS_OF.replace(year=2025)
    house = warehouse_from(statistics=[*returns, other], assess=assessed("industrial_deaths_per_100k_employed"))
    found = house.denominators("beichen", "T1", 2023, later)
    assert (found["at"], [row["value"] for row in found["rows"]]) == ("mean_of_year_ends", [120.0, 110.0])
    assert found["rows"][0]["path"] and found["rows"][0]["line_number"] is not None
    counts = warehouse_from(statistics=returns, assess=assessed("work_deaths"))
    assert counts.denominators("beichen", "T1", 2023, later) == {"at": None, "rows": []}


@pytest.mark.parametrize("ask", ["years", "path", "contributions", "fan", "months"])
def test_a_plan_or_target_that_does_not_exist_is_told_and_not_answered_with_nothing(warehouse_from, ask):
    house = warehouse_from(assess=assessed())
    assert getattr(house, ask)("beichen", "T0", AS_OF) == []  # it exists, and there is nothing of it
    for plan, target, code in (("beichin", "T1", "no_plan"), ("beichen", "T9", "no_target")):
        with pytest.raises(PipelineError) as caught:
            getattr(house, ask)(plan, target, AS_OF)
        assert caught.value.code == code


def test_a_years_total_is_followed_to_the_years_return_and_not_to_those_of_its_quarters(warehouse_from):
    spring = {"frequency": "quarter_ytd", "period_start": "2024-01-01", "period_end": "2024-03-31", "value": 30.0}
    year = {"frequency": "year", "period_start": "2024-01-01", "period_end": "2024-12-31", "value": 120.0}
    same = {"measure": "forest_fire_brigade"}
    for returns, behind in (([spring, year], [120.0]), ([spring], [30.0])):
        house = warehouse_from(
            statistics=[{**same, **row} for row in returns], assess=assessed("forest_fire_brigade_members")
        )
        found = house.lineage("beichen", "T1", 2024, AS_OF.replace(year=2025))
        assert (found["total"], [row["value"] for row in found["rows"]]) == (len(behind), behind)


def test_a_worst_event_is_followed_to_the_slowest_events(warehouse_from):
    house = warehouse_from(
        disasters=[{"hours_to_basic_relief": hours} for hours in (3.0, 11.0, None)],
        assess=assessed("relief_hours"),
    )
    found = house.lineage("beichen", "T1", 2024, AS_OF)
    assert (found["kind"], [row["hours_to_basic_relief"] for row in found["rows"]]) == (
        "disasters",
        [11.0, 3.0, None],
    )


def test_what_rests_on_published_totals_is_never_followed_to_the_records_of_districts(warehouse_from):
    def write(engine, settings, progress):
        assessed("work_deaths", plan="nation", region="000000")(engine, settings, progress)
        engine.create_table("assess_months", "SELECT 'beichen' AS plan_id, 'T1' AS target_id")

    house = warehouse_from(
        accidents=[accident(1)],
        statistics=[{"region_code": "000000", "measure": "published_work_deaths", "value": 20000.0}],
        files={"statistics.csv": {"is_published": True}},
        assess=write,
    )
    found = house.lineage("nation", "T1", 2024, AS_OF.replace(year=2025))
    assert (found["kind"], [row["value"] for row in found["rows"]]) == ("statistics", [20000.0])
    assert house.sources("nation", "T1", AS_OF.replace(year=2025)) == list(house.senders("000000")["statistics"])
    assert set(house.senders("000000")) == {"statistics"} and set(house.senders("120000")) == {"accidents"}


def test_a_source_is_named_by_who_stands_behind_it(warehouse_from):
    told = {"publisher": "北辰区应急管理局", "publisher_en": "Beichen bureau"}
    house = warehouse_from(accidents=[accident(1)], files={"accidents.csv": told})
    (found,) = house.titles().values()
    assert (found["source"], found["name_zh"], found["name_en"]) == ("bureau", *told.values())


def test_a_control_figure_is_followed_to_the_return_that_it_stands_in(warehouse_from):
    year = {"frequency": "year", "period_start": "2024-01-01", "period_end": "2024-12-31"}
    figure = {**year, "measure": "control_work_deaths", "value": 40.0}
    house = warehouse_from(
        statistics=[
            figure,
            {**figure, "region_code": "120113001", "value": 25.0},
            {**figure, "sector_code": "construction", "value": 30.0},
            {**figure, "region_code": "120113001", "sector_code": "construction", "value": 9.0},  # of no figure
            {**figure, "region_code": "120116", "value": 7.0},  # beside it
            {**figure, "period_start": "2023-01-01", "period_end": "2023-12-31", "value": 50.0},
        ],
        assess=assessed(),
    )
    found = house.control_returns("beichen", AS_OF.replace(year=2024, month=12, day=31))
    places = [(row["figure_of"], row["region_code"], row["sector_code"], row["value"]) for row in found]
    assert places == [
        ("work_deaths", "120113", None, 40.0),
        ("work_deaths", "120113001", None, 25.0),
        ("work_deaths", "120113", "construction", 30.0),
    ]
    assert all(row["path"] and row["line_number"] is not None for row in found)
    assert house.control_returns("nowhere", AS_OF) == []
