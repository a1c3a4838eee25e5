"""Simulated disaster events: one row per event and place, first report, follow-ups and final count."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction

from pipelines.demo.calendar import days_of
from pipelines.demo.draws import Draws, Wheel, apportion
from pipelines.demo.scenario import YEARS, Row, areas, by_report, of_year, places, scenario

YI = 10_000_000_000  # 分 in 亿元
WAN = 1_000_000  # 分 in 万元
HUNDRED_YUAN = 10_000  # losses are reported to 0.01 万元

_PARTS = {
    "housing_loss_fen": 22,
    "agriculture_loss_fen": 30,
    "industry_loss_fen": 14,
    "infrastructure_loss_fen": 24,
    "public_service_loss_fen": 7,
    "other_loss_fen": 3,
}
_COUNTS = ("affected_person_times", "relocated", "houses_collapsed", "houses_damaged")
# Months in which a hazard can be (weights by month, as in the calendar's seasons).
_SEASON_OF = {"cold": "dry", "drought": "dry", "snow": "snow"}
_MOUNTAIN = ("110109101", "110109104", "110109105", "110109106", "110109107", "110109108", "110109005")


def yearly_loss_fen(area: str, year: int) -> int:
    """Direct loss of a year in 分: the scenario's share of the area's GDP, to the hundred yuan below.

    For `tianjin` this is the whole city; `disaster_reports("tianjin")` carries what Beichen and Dongjiang do not.
    """
    share = Fraction(of_year(scenario()["disasters"][area]["loss_ppm"], year), 1_000_000)
    gdp = Fraction(str(of_year(scenario("returns")["gdp"][area], year))) * YI
    return int(share * gdp) // HUNDRED_YUAN * HUNDRED_YUAN


def disaster_reports(area: str, years: range = YEARS) -> list[Row]:
    """Every report of every event of an area in those years, in order of report."""
    return by_report([row for year in years for row in _year(area, year)])


def _year(area: str, year: int) -> list[Row]:
    plan = scenario()["disasters"][area]
    draws = Draws("disasters", area, year)
    loss = yearly_loss_fen(area, year)
    affected = of_year(plan["affected"], year)
    if area == "tianjin":
        parts = ("beichen", "dongjiang")
        loss -= sum(yearly_loss_fen(part, year) for part in parts)
        affected -= sum(of_year(scenario()["disasters"][part]["affected"], year) for part in parts)
    rows = _places_hit(draws, area, year)
    if not rows:
        return []
    weights = [row.pop("_weight") for row in rows]
    floods = plan["floods"].get(year)
    big = [row["_big"] for row in rows]
    losses = _shares(draws, loss // HUNDRED_YUAN, weights, big, floods[1] if floods else 0)
    people = _shares(draws, affected, weights, big, floods[1] if floods else 0)
    dead = of_year(plan["deaths"], year)
    order = sorted(range(len(rows)), key=lambda i: (-losses[i], i))
    slow = plan["slow_relief"].get(year)
    for rank, i in enumerate(order):
        rows[i] |= _effects(draws, losses[i] * HUNDRED_YUAN, people[i], min(dead, 1) if rank < dead else 0)
        if slow and rank == 0:
            rows[i]["hours_to_basic_relief"] = slow
            rows[i]["hours_to_first_supplies"] = round(slow * 0.7, 1)
    if area == "mentougou" and year == 2022:
        rows[-1]["hours_to_basic_relief"] = None
    return [report for row in rows for report in _reports(draws, row)]


def _places_hit(draws: Draws, area: str, year: int) -> list[Row]:
    """One row per event and place, with how hard it was hit (`_weight`) and whether it is the year's flood (`_big`)."""
    plan = scenario()["disasters"][area]
    wheel = Wheel(plan["hazards"])
    rows = []
    floods = plan["floods"].get(year)
    letters = areas()[area]["letters"]
    for number in range(1, of_year(plan["events"], year) + 1):
        big = bool(floods) and number == 1
        if big:
            day, hazard = floods[0], "typhoon" if plan["season"] == "typhoons" else "flood"
        else:
            hazard = draws.spin(wheel)
            season = _SEASON_OF.get(hazard, plan["season"])
            day = _winter_day(draws, year) if season == "snow" else draws.spin(days_of(year, season))
        lasting = 4 if big else draws.below(3) + (40 if hazard == "drought" else 0)
        for place in _hit(draws, area, hazard, big):
            rows.append(
                {
                    "record_id": f"{letters}-ZH-{year}-{number:03d}",
                    "region_code": place,
                    "hazard_code": hazard,
                    "started_on": day,
                    "ended_on": day + timedelta(days=lasting),
                    "_weight": draws.heavy(1, 0.6),
                    "_big": big,
                }
            )
    return rows


def _winter_day(draws: Draws, year: int) -> date:
    return date(year, 1, 2) + timedelta(days=draws.below(50))


def _hit(draws: Draws, area: str, hazard: str, big: bool) -> list[str]:
    """The places that an event hits: the district itself, or several places of the area."""
    wheel = places(area)
    if area in ("beichen", "dongjiang"):
        return [areas()[area]["region"]]
    if big:
        return list(wheel.items)
    many = {"tianjin": 5, "tongan": 3, "mentougou": 2}[area]
    choice = (
        list(_MOUNTAIN)
        if hazard in ("landslide", "debris_flow", "collapse") and area == "mentougou"
        else list(wheel.items)
    )
    draws.shuffle(choice)
    return sorted(choice[: 1 + draws.below(many)])


def _shares(draws: Draws, total: int, weights: list[float], big: list[bool], flood_share: int) -> list[int]:
    """Whole numbers that sum to `total`; the rows of the year's flood have `flood_share` per cent of it."""
    flood = sum(weight for weight, is_big in zip(weights, big, strict=True) if is_big)
    rest = sum(weights) - flood
    if flood and rest:
        scaled = [
            weight / flood * flood_share if is_big else weight / rest * (100 - flood_share)
            for weight, is_big in zip(weights, big, strict=True)
        ]
    else:
        scaled = list(weights)
    return apportion(total, [weight * (0.8 + 0.4 * draws.unit()) if not flood else weight for weight in scaled])


def _effects(draws: Draws, loss_fen: int, people: int, dead: int) -> Row:
    parts = apportion(loss_fen // HUNDRED_YUAN, [share * (0.5 + draws.unit()) for share in _PARTS.values()])
    severe = loss_fen > 3000 * WAN
    return {
        "affected_person_times": people,
        "deaths": dead,
        "missing": 0,
        "relocated": people * draws.between(2, 12) // 100,
        "houses_collapsed": loss_fen // (40 * WAN * 25) if severe else draws.below(3),
        "houses_damaged": loss_fen // (60 * WAN) + draws.below(6),
        "crop_area_ha": round(loss_fen / WAN * 0.11 + draws.unit() * 4, 1),
        "direct_loss_fen": loss_fen,
        **{name: part * HUNDRED_YUAN for name, part in zip(_PARTS, parts, strict=True)},
        "hours_to_first_supplies": round(1.5 + 3.6 * draws.unit(), 1),
        "hours_to_basic_relief": round(3.5 + 4.2 * draws.unit() + (0.8 if severe else 0), 1),
        "warning_delay_seconds": None,
    }


def _reports(draws: Draws, truth: Row) -> list[Row]:
    """First report within hours, a follow-up and a final count for what was severe; the last one is the truth."""
    severe = truth.pop("_big") or truth["direct_loss_fen"] > 500 * WAN
    started = truth["started_on"]
    at = datetime(started.year, started.month, started.day, 8) + timedelta(hours=draws.between(4, 30))
    if not severe:
        return [truth | {"status": "reported", "reported_at": max(at, _evening(truth["ended_on"]))}]
    reports = [_early(truth, 45) | {"status": "reported", "ended_on": None, "reported_at": at}]
    at = max(at, _evening(truth["ended_on"])) + timedelta(hours=draws.between(12, 60))
    reports.append(_early(truth, 80) | {"status": "revised", "reported_at": at})
    at += timedelta(days=draws.between(12, 40))
    return [*reports, truth | {"status": "revised", "reported_at": at}]


def _evening(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 20)


def _early(truth: Row, percent: int) -> Row:
    """What was known early: a part of the people and of the loss; a death still counted as missing."""
    known = dict(truth)
    for name in _COUNTS:
        known[name] = truth[name] * percent // 100
    for name in _PARTS:
        known[name] = truth[name] * percent // 100 // HUNDRED_YUAN * HUNDRED_YUAN
    known["direct_loss_fen"] = sum(known[name] for name in _PARTS)
    if percent < 50:
        known["deaths"], known["missing"] = 0, truth["deaths"]
    return known
