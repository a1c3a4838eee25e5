"""From rows of records to a judged target, through the models, a published build and the gate."""

import datetime as dt
import json

from pipelines.assessment import assess_at, tell_reason, write_assessments
from pipelines.catalogue import load_catalogue
from pipelines.plans import load_plans
from pipelines.settings import Settings

FEN = 10_000_000_000


def accidents_of(year, count, deaths=1, **said):
    return [{"occurred_at": f"{year}-05-{day + 1:02d} 08:00:00", "deaths": deaths, **said} for day in range(count)]


def test_records_become_a_verdict_with_its_reason_and_the_command_says_the_same(warehouse_from, repository):
    office = Settings(root=repository)

    def assess(engine, _settings, progress):
        plans = load_plans(office.path("plans"))
        chosen = {"beichen": plans["beichen"]}
        write_assessments(engine.connection, office, load_catalogue(), chosen, progress)

    records = [
        row for year, count in {2020: 20, 2021: 18, 2022: 15, 2023: 12}.items() for row in accidents_of(year, count)
    ]
    records += accidents_of(2024, 3, region_code="120113101", sector_code="fire")
    gdp = {2020: 600, 2021: 640, 2022: 660, 2023: 690}
    returns = [
        {
            "measure": "gdp",
            "period_start": f"{year}-01-01",
            "period_end": f"{year}-12-31",
            "value": float(value * FEN),
            "reported_at": f"{year + 1}-03-01 09:00:00",
        }
        for year, value in gdp.items()
    ]
    house = warehouse_from(accidents=records, statistics=returns, assess=assess)

    dates = house.as_of_dates("beichen")
    assert dates[0]["as_of_on"] == dt.date(2021, 3, 31)
    newest = next(row["as_of_on"] for row in dates if row["is_newest"])
    assert newest == dt.date(2024, 5, 3)
    rows = house.assessments("beichen", newest)
    assert [row["target_id"] for row in rows] == [
        target.id for target in load_plans(office.path("plans"))["beichen"].targets
    ]
    rate = rows[0]
    assert rate["value_now"] == 12 / 690
    assert rate["target_value"] == 0.67 * 20 / 600
    assert rate["verdict"] == "undecided"
    years = {row["year"]: row["value"] for row in house.years("beichen", rate["target_id"], newest)}
    assert years[2021] == 18 / 640
    parts = {
        row["part"]: row["amount"]
        for row in house.contributions("beichen", rate["target_id"], newest)
        if row["from_year"] == 2020
    }
    assert abs(parts["numerator"] + parts["denominator"] - (12 / 690 - 20 / 600)) < 1e-15

    live = assess_at(house, office, "beichen", newest, "zh")
    assert [row["verdict"] for row in live] == [row["verdict"] for row in rows]
    facts = json.loads(rate["reason_facts"])
    assert live[0]["reason_text"] == tell_reason(rate["verdict_reason_code"], facts, "zh")
    assert live[0]["reason_text"] == "2023年为0.0174人/亿元，目标为2025年≤ 0.022333人/亿元"
    survey = next(row for row in live if row["target_id"] == "t8")
    assert (survey["value_text"], survey["demand_text"]) == ("未完成", "完成")
    assert (live[0]["value_years_text"], survey["value_years_text"]) == ("2023年", "")
    between = assess_at(house, office, "beichen", dt.date(2024, 2, 15), "en")
    assert between[0]["value_year"] == 2022  # the GDP of 2023 came in March
