"""The sums of 2016-2020, read by independent code, equal what the plans print."""

import csv
from datetime import date
from decimal import Decimal

import pytest

from tests.demo.reading import event_of, known_at, number, yuan

NEWEST = date(2024, 9, 30)
REGIONS = {"tianjin": "12", "beichen": "120113", "dongjiang": "120116403", "tongan": "350212", "mentougou": "110109"}
NAMES = {
    "beichen": ("北辰区", None),
    "dongjiang": ("滨海新区", "东疆综合保税区"),
    "tongan": ("同安区", None),
    "mentougou": ("门头沟区", None),
}
CHECKS = {"routine", "special", "double_random", "joint", "日常检查", "专项检查", "双随机检查", "联合检查"}
DRILL = {"drill", "应急演练"}
PREVENTION, FOREST = {"disaster_prevention", "防灾减灾检查"}, {"forest_fire", "森林防火检查"}
SELF_CHECK = {"self_check", "企业自查"}


@pytest.fixture(scope="module")
def records(files):
    return known_at(files, NEWEST)


def within(row, plan):
    if "region_code" in row:
        return str(row["region_code"]).startswith(REGIONS[plan])
    if plan == "tianjin":
        return row["office"] == "tianjin"
    district, town = NAMES[plan]
    return row["district"] == district and (town is None or row.get("town") == town)


def select(records, plan, kind, first=2016, last=2020, **fields):
    """Records of a plan's area and kind that happened in those years and have one of the values of each field."""
    return [
        row
        for row in records
        if row["kind"] == kind
        and within(row, plan)
        and first <= event_of(row).year <= last
        and all(row.get(name) in allowed for name, allowed in fields.items())
    ]


def total(rows, *fields):
    return sum(number(row.get(name)) for row in rows for name in fields)


def work(records, plan, first=2016, last=2020):
    return select(records, plan, "accidents", first, last, counts_as_work_safety=("是", "Y", True))


def returned(records, plan, measure, year):
    """The one figure of a measure that the plan's own region returned for a year."""
    region = {"tianjin": "120000"}.get(plan, REGIONS[plan])
    found = [
        Decimal(str(row["value"]))
        for row in records
        if row["kind"] == "statistics"
        and row["measure"] == measure
        and str(row["region_code"]) == region
        and str(row["period"]) in (str(year), f"{year}年")
        and not row.get("sector")
    ]
    assert len(found) == 1, (plan, measure, year, found)
    return found[0]


def over_years(records, plan, *measures):
    return sum(returned(records, plan, measure, year) for measure in measures for year in range(2016, 2021))


def gdp(records, plan, year):
    name = "gdp" if plan == "dongjiang" else "地区生产总值"
    return returned(records, plan, name, year)


def mean_loss_percent(records, plan):
    shares = []
    for year in range(2016, 2021):
        lost = sum(yuan(row.get("direct_loss")) for row in select(records, plan, "disasters", year, year))
        shares.append(lost / (gdp(records, plan, year) * 100_000_000))
    return sum(shares) / 5 * 100


def disaster_deaths(records, plan, first=2016, last=2020):
    return total(select(records, plan, "disasters", first, last), "deaths", "missing")


def checks(records, plan):
    return select(records, plan, "inspections", inspection_kind=CHECKS)


def drills(records, plan, first=2016, last=2020):
    return select(records, plan, "training", first, last, training_kind=DRILL)


def sessions(records, plan):
    drills_too = select(records, plan, "training")
    return [row for row in drills_too if row["training_kind"] not in DRILL]


def grades(rows, least_deaths, least_loss):
    """Accidents at or above a grade, by deaths (missing included) and loss; injuries never reach it here."""
    return [
        row
        for row in rows
        if total([row], "deaths", "missing") >= least_deaths or yuan(row.get("direct_loss")) >= least_loss
    ]


NATIONAL, MUNICIPAL = "全国综合减灾示范社区净增数", "市级综合减灾示范社区净增数"

# (plan, measure as printed, first year) → what the records give.
COMPUTED = {
    ("tianjin", "accidents"): lambda r: len(work(r, "tianjin")),
    ("tianjin", "deaths"): lambda r: total(work(r, "tianjin"), "deaths", "missing"),
    ("tianjin", "mean deaths per million"): lambda r: disaster_deaths(r, "tianjin"),
    ("tianjin", "demonstration communities created"): lambda r: over_years(r, "tianjin", NATIONAL),
    ("tianjin", "relief goods in stock"): lambda r: returned(r, "tianjin", "救灾物资储备", 2020),
    ("tianjin", "new shelters"): lambda r: over_years(r, "tianjin", "新增应急避难场所"),
    ("beichen", "drills"): lambda r: len(drills(r, "beichen", 2020, 2020)),
    ("beichen", "drill participants"): lambda r: total(drills(r, "beichen", 2020, 2020), "participants"),
    ("beichen", "training sessions"): lambda r: len(sessions(r, "beichen")),
    ("beichen", "hazards self-reported by enterprises"): lambda r: total(
        select(r, "beichen", "inspections", inspection_kind=SELF_CHECK), "hazards_found"
    ),
    ("beichen", "disaster-prevention checks"): lambda r: len(
        select(r, "beichen", "inspections", 2020, inspection_kind=PREVENTION)
    ),
    ("beichen", "disaster hazards found"): lambda r: total(
        select(r, "beichen", "inspections", 2020, inspection_kind=PREVENTION), "hazards_found"
    ),
    ("beichen", "forest-fire hazards found"): lambda r: total(
        select(r, "beichen", "inspections", 2020, inspection_kind=FOREST), "hazards_found"
    ),
    ("beichen", "shelters rebuilt"): lambda r: over_years(r, "beichen", "改造避难场所"),
    ("beichen", "people that the emergency stock can supply"): lambda r: returned(
        r, "beichen", "应急物资可保障人数", 2020
    ),
    ("dongjiang", "larger and major accidents"): lambda r: len(grades(work(r, "dongjiang"), 3, 10_000_000)),
    ("dongjiang", "enterprises inspected"): lambda r: len(checks(r, "dongjiang")),
    ("dongjiang", "inspectors sent"): lambda r: total(checks(r, "dongjiang"), "inspectors"),
    ("dongjiang", "hazards found"): lambda r: total(checks(r, "dongjiang"), "hazards_found"),
    ("dongjiang", "hazards rectified"): lambda r: total(checks(r, "dongjiang"), "hazards_rectified"),
    ("dongjiang", "rectification orders"): lambda r: total(checks(r, "dongjiang"), "orders_issued"),
    ("dongjiang", "enterprises called in"): lambda r: len(
        [row for row in checks(r, "dongjiang") if row["enterprise_called_in"] in ("Y", "是", True)]
    ),
    ("dongjiang", "penalties"): lambda r: total(checks(r, "dongjiang"), "cases_opened"),
    ("dongjiang", "fines"): lambda r: sum(yuan(row.get("fine")) for row in checks(r, "dongjiang")) / 10_000,
    ("dongjiang", "training sessions"): lambda r: len(sessions(r, "dongjiang")),
    ("tongan", "deaths"): lambda r: total(work(r, "tongan", 2020), "deaths", "missing"),
    ("tongan", "deaths per 100 million yuan of GDP"): lambda r: round(
        total(work(r, "tongan", 2020), "deaths", "missing") / gdp(r, "tongan", 2020), 4
    ),
    ("tongan", "major accidents"): lambda r: len(grades(work(r, "tongan", 2020), 10, 50_000_000)),
    ("tongan", "mean direct loss / GDP"): lambda r: round(mean_loss_percent(r, "tongan"), 2),
    ("tongan", "mean deaths per million"): lambda r: disaster_deaths(r, "tongan", 2020),
    ("mentougou", "enterprises inspected"): lambda r: len(checks(r, "mentougou")),
    ("mentougou", "rectification orders"): lambda r: total(checks(r, "mentougou"), "orders_issued"),
    ("mentougou", "hazards rectified"): lambda r: total(checks(r, "mentougou"), "hazards_rectified"),
    ("mentougou", "penalty cases"): lambda r: total(checks(r, "mentougou"), "cases_opened"),
    ("mentougou", "fines"): lambda r: sum(yuan(row.get("fine")) for row in checks(r, "mentougou")) / 10_000,
    ("mentougou", "shelters"): lambda r: returned(r, "mentougou", "应急避难场所", 2020),
    ("mentougou", "shelter area"): lambda r: returned(r, "mentougou", "应急避难场所面积", 2020),
    ("mentougou", "demonstration communities"): lambda r: returned(r, "mentougou", "综合减灾示范社区数", 2020),
    ("mentougou", "demonstration communities created"): lambda r: over_years(r, "mentougou", NATIONAL, MUNICIPAL),
    ("mentougou", "people that the relief stock can move at once"): lambda r: returned(
        r, "mentougou", "应急物资可保障人数", 2020
    ),
    ("mentougou", "relief goods in stock"): lambda r: returned(r, "mentougou", "救灾物资储备", 2020),
}
# Printed as "more than", "nearly" or "at most": the bounds that the words leave.
BOUNDED = {
    ("tianjin", "mean direct loss / GDP"): (lambda r: mean_loss_percent(r, "tianjin"), "0.02555", "0.0256"),
    ("tianjin", "drills"): (lambda r: len(drills(r, "tianjin")), "3001", "3099"),
    ("tianjin", "drill participants"): (lambda r: total(drills(r, "tianjin"), "participants"), "235000", "239999"),
    ("beichen", "people trained"): (lambda r: total(sessions(r, "beichen"), "participants"), "79001", "79999"),
    ("dongjiang", "enterprises trained"): (lambda r: total(sessions(r, "dongjiang"), "enterprises"), "1831", "1839"),
    ("dongjiang", "people trained"): (lambda r: total(sessions(r, "dongjiang"), "participants"), "2621", "2629"),
}
# Not in the small demonstration, or contradicted by the plan itself, or without a figure.
EXCEPTED = {
    ("tianjin", "enterprises inspected"),
    ("tianjin", "penalty cases"),
    ("mentougou", "enterprises inspected, printed yearly mean"),
    ("mentougou", "fines, printed yearly mean"),
    ("dongjiang", "disaster loss and deaths within the city targets"),
}


def test_every_printed_figure_is_met_by_the_records(shared, records):
    with (shared / "published-facts.csv").open(encoding="utf-8", newline="") as lines:
        facts = list(csv.DictReader(lines))
    assert len(facts) >= 50
    wrong = {}
    for fact in facts:
        name = (fact["plan"], fact["measure"])
        if name in COMPUTED:
            found = COMPUTED[name](records)
            if Decimal(found) != Decimal(fact["value"]):
                wrong[name] = (found, fact["value"])
        elif name in BOUNDED:
            compute, low, high = BOUNDED[name]
            found = Decimal(compute(records))
            if not Decimal(low) <= found <= Decimal(high):
                wrong[name] = (found, fact["value"])
        elif name not in EXCEPTED:
            wrong[name] = "no such sum in this test"
    assert wrong == {}


def test_accidents_and_deaths_of_tianjin_fall_every_year(records):
    counts = [len(work(records, "tianjin", year, year)) for year in range(2016, 2021)]
    deaths = [total(work(records, "tianjin", year, year), "deaths", "missing") for year in range(2016, 2021)]
    assert counts == sorted(set(counts), reverse=True)
    assert deaths == sorted(set(deaths), reverse=True)


def test_full_scale_has_three_million_inspections_and_forty_thousand_cases():
    from pipelines.demo.inspections import _sums_of
    from pipelines.demo.scenario import scenario

    plan = scenario()["inspections"]["tianjin"] | scenario()["inspections_full"]["tianjin"]
    years = [_sums_of(plan, year) for year in range(2016, 2021)]
    assert 3_000_000 < sum(year["inspections"] for year in years) < 3_100_000
    assert 40_000 < sum(year["cases_opened"] for year in years) < 50_000
