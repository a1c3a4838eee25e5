"""Simulated statistical returns: GDP with its revision a year later, people, capability, control figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from pipelines.demo.draws import Draws, apportion
from pipelines.demo.scenario import YEARS, Row, areas, by_report, of_year, scenario

POPULATION_FROM = 2015
_CONTROL_ON = (3, 10)
FIRST_PRINT, REVISED = "初步核算数", "最终核实数"


def statistics_reports(area: str) -> list[Row]:
    """Every figure that an area returns, 2016 to the last simulated year, in order of report.

    A row's `period` is `2023` for a year, `2024-03`, `2024-06`, `2024-09` for what is cumulative to that month, or a
    date for a dated return. There is no record id: the contract makes it of measure, sector and period, so that the
    revision of a figure finds what it revises.
    """
    rows = [*_gdp(area), *_people(area), *_capability(area), *_control(area)]
    if area == "tianjin":
        rows += _districts()
    if area in ("tianjin", "beichen", "mentougou"):
        rows += _risk_grades(area)
    for row in rows:
        row["record_id"] = f"{row['measure']} {row['sector_code'] or ''} {row['period']}"
    return by_report(rows)


def _row(region: str, measure: str, period: object, value: object, unit: str, on: date, **more: object) -> Row:
    return {
        "status": "reported",
        "region_code": region,
        "reported_at": datetime(on.year, on.month, on.day, 10),
        "measure": measure,
        "sector_code": None,
        "period": period,
        "value": value,
        "unit": unit,
        "vintage": None,
        "rounding": "exact",
    } | more


def hundredths(value: float) -> int:
    """A figure with two decimals as a whole number of hundredths."""
    return round(value * 100)


def _decimal(hundredth: int) -> str:
    return f"{hundredth // 100}.{hundredth % 100:02d}"


def _gdp(area: str) -> Iterator[Row]:
    """Yearly GDP (first print, verified a year later), cumulative quarters, and GDP at 2020 prices, in 亿元."""
    told = scenario("returns")
    region = areas()[area]["region"]
    constant = hundredths(of_year(told["gdp"][area], 2020))
    for year in YEARS:
        final = hundredths(of_year(told["gdp"][area], year))
        first = final * (1000 + of_year(told["gdp_first_print"], year)) // 1000
        for month, share in zip((3, 6, 9), told["gdp_quarters"], strict=True):
            on = date(year, month, 25) + timedelta(days=32)
            yield _row(
                region, "gdp", f"{year}-{month:02d}", _decimal(first * share // 1000), "亿元", on, vintage=FIRST_PRINT
            )
        yield _row(region, "gdp", year, _decimal(first), "亿元", date(year + 1, 3, 16), vintage=FIRST_PRINT)
        revised = date(year + 1, 12, 24)
        yield _row(region, "gdp", year, _decimal(final), "亿元", revised, vintage=REVISED, status="revised")
        if year >= 2020 and area in told["returns_constant_prices"]:
            if year > 2020:
                constant = constant * (1000 + told["real_growth_after_2020"][year - 2021]) // 1000
            yield _row(region, "gdp_at_2020_prices", year, _decimal(constant), "亿元", date(year + 1, 3, 16))


def _people(area: str) -> Iterator[Row]:
    region = areas()[area]["region"]
    for measure, month, day in (("population", 4, 9), ("industrial_employed", 5, 21)):
        for year, value in enumerate(scenario("returns")[measure][area], start=POPULATION_FROM):
            wan = measure == "population" and value > 1_000_000
            shown, unit = (_decimal(value // 100), "万人") if wan else (value, "人")
            on = date(max(year, POPULATION_FROM) + 1, month, day)
            yield _row(region, measure, year, shown, unit, on, rounding="rounded" if wan else "exact")


def _districts() -> Iterator[Row]:
    """GDP and population of the districts that have no plan of their own here."""
    told = scenario("returns")
    for region, (of_gdp, of_people) in told["districts"].items():
        for year in YEARS:
            gdp = hundredths(of_year(told["gdp"]["tianjin"], year) - of_year(told["gdp"]["beichen"], year))
            share = of_gdp + (year - 2020) * (1 if region == "120116" else 0)
            yield _row(
                region, "gdp", year, _decimal(gdp * share // 1000), "亿元", date(year + 1, 3, 30), vintage=FIRST_PRINT
            )
            people = told["population"]["tianjin"][year - POPULATION_FROM] * of_people // 1000 // 100
            yield _row(region, "population", year, _decimal(people), "万人", date(year + 1, 4, 12), rounding="rounded")


def _capability(area: str) -> Iterator[Row]:
    """What the area returns on staff, equipment, shelters, coverage and titles; null in the scenario = not returned."""
    for name, line in scenario("returns")["returns"][area].items():
        measure = line.get("measure", name)
        by_region = line.get("region") or {areas()[area]["region"]: line["values"]}
        draws = Draws("statistics", area, name)
        for region, values in by_region.items():
            for year, value in [*line.get("earlier", {}).items(), *zip(YEARS, values, strict=True)]:
                if value is None:
                    continue
                on = date(year + 1, 1, 10) + timedelta(days=draws.below(60))
                if "on" in line:
                    dated = date(year, *map(int, line["on"].split("-")))
                    yield _row(region, measure, dated, value, line["unit"], dated + timedelta(days=3))
                    continue
                withdrawn = line.get("withdrawn", {}).get(year, 0)
                yield _row(region, measure, year, value + withdrawn, line["unit"], on)
                if withdrawn:
                    later = date(year + 1, 9, 12)
                    yield _row(
                        region, measure, year, value, line["unit"], later, status="revised", vintage="撤销称号后"
                    )


def _control(area: str) -> Iterator[Row]:
    """Control figures of deaths and accidents: districts sum to the city, and so do the sectors."""
    told = scenario("returns")
    region = areas()[area]["region"]
    for year, figure in told["control_work_deaths"].get(area, {}).items():
        on = date(year, *_CONTROL_ON)
        yield _row(region, "control_work_deaths", year, figure, "人", on)
        if area != "tianjin":
            continue
        weights = dict(areas()["tianjin"]["places"])
        weights["120113"] = round(sum(weights.values()) * 0.08)
        for place, part in zip(weights, apportion(figure, list(weights.values())), strict=True):
            yield _row(place, "control_work_deaths", year, part, "人", on)
        yield _row(areas()["dongjiang"]["region"], "control_work_deaths", year, 3, "人", on)
        sectors = told["control_sectors"]
        for sector, part in zip(sectors, apportion(figure, list(sectors.values())), strict=True):
            yield _row(region, "control_work_deaths", year, part, "人", on, sector_code=sector)
    for year, figure in told["control_accidents"].get(area, {}).items():
        yield _row(region, "control_accidents", year, figure, "起", date(year, *_CONTROL_ON))


def _risk_grades(area: str) -> Iterator[Row]:
    """Official risk grades of the places of an area at the year's end (1 red to 4 blue), from 2021 on."""
    for place in areas()[area]["places"]:
        draws = Draws("risk", place)
        grade = 2 + draws.below(3)
        for year in YEARS:
            if draws.chance(0.15):
                grade = min(4, max(1, grade + (1 if draws.chance(0.65) else -1)))
            if year >= 2021:
                yield _row(place, "official_risk_grade", year, grade, "级", date(year + 1, 2, 8))
