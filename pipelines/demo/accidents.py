"""Simulated accidents: what happened, and every report of it (first report, revision, strike-off)."""

from __future__ import annotations

from datetime import timedelta

from pipelines.demo.calendar import days_of, moment, report_lag
from pipelines.demo.draws import Draws, Wheel
from pipelines.demo.scenario import YEARS, Row, areas, by_report, of_year, places, scenario
from pipelines.demo.wording import accident_story, enterprise_name

INDUSTRIAL = Wheel({"construction": 44, "industry_trade": 41, "chemicals": 9, "noncoal_mines": 5, "fireworks": 1})
OTHERWISE = Wheel({"road_traffic": 868, "fire": 50, "rail": 22, "water_transport": 16, "agricultural_machinery": 18,
                   "fishing_vessels": 10, "other": 16})  # fmt: skip
OTHERWISE_WITHOUT_FIRE = Wheel({"road_traffic": 88, "rail": 5, "agricultural_machinery": 3, "other": 4})
LARGER = Wheel({"road_traffic": 5, "construction": 3, "chemicals": 1, "industry_trade": 1, "fire": 1})
INDUSTRIAL_SECTORS = frozenset(INDUSTRIAL.items)

# GB/T 4754 section, GB 6441 type and cause by sector.
_INDUSTRIES = {
    "construction": Wheel({"E": 1}),
    "industry_trade": Wheel({"C": 62, "F": 14, "H": 6, "L": 5, "D": 5, "N": 4, "O": 4}),
    "chemicals": Wheel({"C": 9, "F": 1}),
    "noncoal_mines": Wheel({"B": 1}),
    "fireworks": Wheel({"F": 1}),
    "road_traffic": Wheel({"G": 66, "C": 10, "F": 8, "E": 8, "A": 4, "O": 4}),
    "fire": Wheel({"F": 4, "H": 3, "C": 3, "O": 2, "K": 1}),
    "agricultural_machinery": Wheel({"A": 1}),
    "fishing_vessels": Wheel({"A": 1}),
}
_TYPES = {
    "construction": Wheel({"09": 40, "010": 12, "01": 14, "04": 8, "03": 7, "05": 8, "019": 5, "02": 6}),
    "industry_trade": Wheel(
        {"03": 28, "01": 14, "09": 13, "04": 10, "05": 9, "019": 7, "02": 7, "07": 5, "08": 3, "017": 2, "020": 2}
    ),
    "chemicals": Wheel({"07": 26, "018": 22, "019": 20, "08": 16, "017": 10, "03": 6}),
    "noncoal_mines": Wheel({"011": 30, "02": 20, "013": 15, "01": 20, "09": 15}),
    "fireworks": Wheel({"014": 1}),
    "road_traffic": Wheel({"02": 1}),
    "fire": Wheel({"08": 9, "019": 1}),
    "water_transport": Wheel({"06": 1}),
    "fishing_vessels": Wheel({"06": 1}),
}
_CAUSES = {
    "road_traffic": Wheel({"traffic_violation": 88, "equipment_defect": 7, "poor_site": 5}),
    "fire": Wheel({"electrical_fault": 52, "careless_fire": 38, "other": 10}),
}
_COMMON_CAUSES = Wheel(
    {
        "rule_violation": 40,
        "poor_supervision": 16,
        "missing_protection": 13,
        "lack_of_training": 11,
        "equipment_defect": 8,
        "poor_site": 4,
        "no_procedure": 3,
        "protective_gear": 3,
        "design_defect": 1,
        "labour_organisation": 1,
    }
)
_REST = Wheel({"020": 1})
_ANY_INDUSTRY = Wheel({"G": 6, "N": 2, "O": 2})

WAN = 1_000_000  # 分 in 万元
HIGHEST_ORDINARY_LOSS = 950 * WAN  # from 1000 万元 on an accident is a larger one
SHORT_WINDOW = frozenset({"road_traffic", "fire"})


def accident_reports(area: str, years: range = YEARS) -> list[Row]:
    """Every report of every accident of an area in those years, in order of report.

    The accidents that are not struck off sum to the scenario's accidents, deaths (missing included), industrial deaths,
    larger and major accidents of each year exactly.

    Args:
        area: A key of the scenario's areas.
        years: Years of occurrence; each is its own stream of draws.
    """
    return by_report([row for year in years for row in _year(area, year)])


def _year(area: str, year: int) -> list[Row]:
    plan = scenario()["accidents"][area]
    draws = Draws("accidents", area, year)
    n, deaths, industrial, larger, major = (
        of_year(plan[key], year) for key in ("accidents", "deaths", "industrial", "larger", "major")
    )
    toll = _tolls(draws, n, deaths, larger, major)
    sectors = _sectors(draws, toll, industrial, allow_fire=area != "mentougou")
    struck = (n * 25 + 500 + draws.below(400)) // 1000
    drafts = [_draft(draws, area, year, dead, sector) for dead, sector in zip(toll, sectors, strict=True)]
    for _ in range(struck):
        draft = _draft(draws, area, year, 1, draws.spin(OTHERWISE_WITHOUT_FIRE))
        drafts.append(draft | {"_struck": True})
    drafts += _other_fires(draws, area, year, of_year(plan["other_fire_deaths"], year))
    drafts.sort(key=lambda row: (row["occurred_at"], row["region_code"], row["enterprise"]))
    letters = areas()[area]["letters"]
    for number, row in enumerate(drafts, start=1):
        row["record_id"] = f"{letters}-SG-{year}-{number:04d}"
    return [report for row in drafts for report in _reports(draws, row)]


def _tolls(draws: Draws, n: int, deaths: int, larger: int, major: int) -> list[int]:
    """Deaths of each of `n` accidents: with `deaths` in all, `major` of 11 and `larger` of 3 to 5."""
    big = [11] * major + [3 + draws.below(3) for _ in range(larger)]
    small_n, small_deaths = n - len(big), deaths - sum(big)
    if small_n < 0 or small_deaths < 0 or small_deaths > 2 * small_n:
        raise ValueError(f"{deaths} deaths do not fit {n} accidents of which {len(big)} are larger")
    none = max((n * 6 + 50) // 100, small_n - small_deaths)
    twos = small_deaths - (small_n - none)
    if twos < 0 or none + twos > small_n:
        none, twos = max(0, small_n - small_deaths), max(0, small_deaths - small_n)
    toll = [0] * none + [2] * twos + [1] * (small_n - none - twos)
    draws.shuffle(toll)
    return big + toll


def _sectors(draws: Draws, toll: list[int], industrial: int, *, allow_fire: bool) -> list[str]:
    """A sector for each accident, such that industrial sectors have exactly that many deaths."""
    sectors = []
    otherwise = OTHERWISE if allow_fire else OTHERWISE_WITHOUT_FIRE
    left = industrial
    for dead in toll:
        if dead >= 10:
            sector = "road_traffic"
        elif dead >= 3:
            sector = draws.spin(LARGER)
        elif dead == 0:
            sector = draws.spin(INDUSTRIAL if draws.chance(0.5) else otherwise)
        else:
            sector = ""
        if sector in INDUSTRIAL_SECTORS and dead > left:
            sector = "road_traffic"
        left -= dead if sector in INDUSTRIAL_SECTORS else 0
        sectors.append(sector)
    for i, dead in enumerate(toll):
        if not sectors[i]:
            fits = 0 < dead <= left
            sectors[i] = draws.spin(INDUSTRIAL) if fits else draws.spin(otherwise)
            left -= dead if fits else 0
    if left:
        raise ValueError(f"{industrial} industrial deaths do not fit the accidents")
    return sectors


def _draft(draws: Draws, area: str, year: int, dead: int, sector: str) -> Row:
    occurred = moment(draws, draws.spin(days_of(year, "accidents")))
    serious = draws.below(3) if dead else 1 + draws.below(3)
    if dead >= 3:
        serious += draws.below(5)
        loss = min(int(draws.heavy(620, 0.4)) + 200, 2400) * WAN
    else:
        loss = min(int(draws.heavy(40 + 55 * dead, 0.55) * 100) * (WAN // 100), HIGHEST_ORDINARY_LOSS)
    return {
        "status": "reported",
        "region_code": draws.spin(places(area)),
        "occurred_at": occurred,
        "sector_code": sector,
        "industry_code": draws.spin(_INDUSTRIES.get(sector, _ANY_INDUSTRY)) if draws.chance(0.97) else None,
        "type_code": draws.spin(_TYPES.get(sector, _REST)),
        "deaths": dead,
        "missing": 0,
        "serious_injuries": serious,
        "minor_injuries": draws.below(4),
        "direct_loss_fen": loss if draws.chance(0.985) else None,
        "counts_as_work_safety": True,
        "enterprise": enterprise_name(draws, sector),
        "cause_code": draws.spin(_CAUSES.get(sector, _COMMON_CAUSES)),
        "official_grade_code": None,
    }


def _other_fires(draws: Draws, area: str, year: int, deaths: int) -> list[Row]:
    """Fires in homes: in the records, but not work safety."""
    fires = []
    while deaths:
        dead = min(deaths, 2 if draws.chance(0.08) else 1)
        row = _draft(draws, area, year, dead, "fire")
        fires.append(row | {"counts_as_work_safety": False, "enterprise": None, "industry_code": None})
        deaths -= dead
    return fires


def _reports(draws: Draws, truth: Row) -> list[Row]:
    """The reports of one accident: each is a whole row; the last one is the truth, or the strike-off."""
    struck = truth.pop("_struck", False)
    truth["official_grade_code"] = grade_of(truth) if draws.chance(0.9) else None
    truth["description"] = accident_story(draws, truth)
    occurred = truth["occurred_at"]
    lag = report_lag(draws)
    first = truth | {"reported_at": occurred + lag}
    if struck:
        gone = first["reported_at"] + timedelta(days=draws.between(14, 190), hours=draws.below(8))
        return [first, first | {"status": "struck_off", "reported_at": gone}]
    reports = [first]
    window = 7 if truth["sector_code"] in SHORT_WINDOW else 30
    room = window - lag.days - 1
    if truth["deaths"] and room >= 2 and draws.chance(0.6 if truth["deaths"] >= 3 else 0.11):
        later = occurred + lag + timedelta(days=draws.between(1, room), hours=draws.below(6))
        if truth["deaths"] >= 3 and draws.chance(0.6):
            first |= {"deaths": truth["deaths"] - 1, "missing": 1}
        else:
            first |= {"deaths": truth["deaths"] - 1, "serious_injuries": truth["serious_injuries"] + 1}
        first["official_grade_code"] = grade_of(first)
        reports = [first, truth | {"status": "revised", "reported_at": later}]
    if truth["direct_loss_fen"] and draws.chance(0.05):
        settled = reports[-1]["reported_at"] + timedelta(days=draws.between(45, 320), hours=draws.below(8))
        early = max(truth["direct_loss_fen"] * 6 // 10 // 10_000 * 10_000, 10_000)
        reports = [report | {"direct_loss_fen": early} for report in reports]
        reports.append(truth | {"status": "revised", "reported_at": settled})
    return reports


def grade_of(row: Row) -> str:
    """Grade of an accident by article 3 of the regulation (State Council decree 493): the highest of three measures.

    Args:
        row: With deaths, missing (counted as deaths), serious_injuries and direct_loss_fen (分, may be None).
    """
    deaths = row["deaths"] + row["missing"]
    injured, loss = row["serious_injuries"], row["direct_loss_fen"] or 0
    for grade, least in (
        ("extraordinary", (30, 100, 10_000 * WAN)),
        ("major", (10, 50, 5_000 * WAN)),
        ("larger", (3, 10, 1_000 * WAN)),
    ):
        if deaths >= least[0] or injured >= least[1] or loss >= least[2]:
            return grade
    return "general"
