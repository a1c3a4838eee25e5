"""Simulated inspections, day by day, so that three million of them need no more memory than three thousand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from pipelines.demo.calendar import days_of
from pipelines.demo.draws import Draws, Wheel, apportion
from pipelines.demo.scenario import Row, areas, of_year, places, scenario
from pipelines.demo.wording import enterprise_name

_KINDS = Wheel({"routine": 58, "special": 24, "double_random": 13, "joint": 5})
_SECTORS = Wheel(
    {
        "industry_trade": 46,
        "chemicals": 15,
        "construction": 18,
        "fire": 11,
        "road_traffic": 5,
        "noncoal_mines": 2,
        "other": 3,
    }
)
_YEAR_WEIGHTS = (92, 97, 100, 106, 105)  # how a five-year sum lies over 2016-2020
_SUMS = (
    "inspections",
    "inspectors",
    "hazards_found",
    "hazards_rectified",
    "orders_issued",
    "cases_opened",
    "fines",
    "called_in",
)
_LAST_PRINTED_YEAR = 2020
_FINE_STEP = 50  # 元


def inspection_reports(area: str, years: range, *, scale: str = "small") -> Iterator[Row]:
    """Reports of inspections of an area, in order of the day inspected (a later report follows its first at once).

    Args:
        area: A key of the scenario's areas.
        years: Years of inspection to make; each year is its own stream of draws.
        scale: `small`, or `full` for the real load of a municipality (it changes `tianjin` only).
    """
    plan = scenario()["inspections"][area]
    if scale == "full":
        plan = plan | scenario()["inspections_full"].get(area, {})
    for year in years:
        yield from _checks(area, year, _sums_of(plan, year))
        yield from _extra_kind(area, year, plan, "disaster_prevention", "FZ")
        yield from _extra_kind(area, year, plan, "forest_fire", "SL")
        yield from _self_checks(area, year, plan)


def _sums_of(plan: dict, year: int) -> dict[str, int]:
    """Sums of one year: a share of the five-year sum up to 2020, a percentage of its mean year after that."""
    if year <= _LAST_PRINTED_YEAR:
        steps = {name: _FINE_STEP if name == "fines" else 1 for name in _SUMS}
        return {
            name: of_year(apportion(plan[name] // steps[name], _YEAR_WEIGHTS), year) * steps[name] for name in _SUMS
        }
    percent = plan["later"][year - _LAST_PRINTED_YEAR - 1]
    later = {name: plan[name] * percent // 500 for name in _SUMS}
    later["fines"] = later["fines"] // _FINE_STEP * _FINE_STEP
    return later


class _Budget:
    """A sum that is used up over a known number of rows: what is drawn for each row adds up to it exactly."""

    def __init__(self, total: int, rows: int, draws: Draws):
        self.left, self.rows, self.unit = total, rows, draws.unit

    def amount(self) -> int:
        """A small whole number around the mean that is left; the last row takes what remains."""
        if self.rows == 1:
            took = self.left
        else:
            took = min(self.left, int(2 * self.left / self.rows * self.unit() + self.unit()))
        self.left -= took
        self.rows -= 1
        return took

    def flag(self, lean: float = 1.0) -> int:
        """1 or 0; `lean` above 1 makes it likelier here than elsewhere."""
        took = int(self.left >= self.rows or self.unit() * self.rows < self.left * lean) if self.left else 0
        self.left -= took
        self.rows -= 1
        return took


def _checks(area: str, year: int, sums: dict[str, int]) -> Iterator[Row]:
    draws = Draws("inspections", area, year)
    n, found = sums["inspections"], sums["hazards_found"]
    inspectors = _Budget(sums["inspectors"] - n, n, draws)
    hazards = _Budget(found, n, draws)
    unrectified = _Budget(found - sums["hazards_rectified"], found, draws)
    orders = _Budget(sums["orders_issued"], n, draws)
    cases = _Budget(sums["cases_opened"], n, draws)
    called_in = _Budget(sums["called_in"], n, draws)
    fines = iter(draws.split(sums["fines"] // _FINE_STEP, sums["cases_opened"], spread=0.35, least=2000 // _FINE_STEP))
    wheel, letters = places(area), areas()[area]["letters"]
    number = 0
    for day, count in _days(draws, year, n):
        for _ in range(count):
            number += 1
            hazard = hazards.amount()
            open_hazards = sum(unrectified.flag() for _ in range(hazard))
            lean = 1.35 if hazard else 0.02
            case = cases.flag(lean)
            sector = draws.spin(_SECTORS)
            row = {
                "record_id": f"{letters}-JC-{year}-{number:06d}",
                "status": "reported",
                "region_code": draws.spin(wheel),
                "reported_at": _entered(draws, day),
                "inspected_on": day,
                "enterprise": enterprise_name(draws, sector),
                "sector_code": sector,
                "inspection_kind_code": draws.spin(_KINDS),
                "inspectors": 1 + inspectors.amount(),
                "hazards_found": hazard,
                "hazards_rectified": hazard - open_hazards,
                "major_hazards": 0,
                "major_due_on": None,
                "major_rectified_on": None,
                "orders_issued": orders.flag(lean),
                "cases_opened": case,
                "fine_fen": next(fines) * _FINE_STEP * 100 if case else 0,
                "enterprise_called_in": bool(called_in.flag()),
            }
            if hazard and draws.chance(0.007):
                yield from _major(draws, row)
            elif hazard > open_hazards and draws.chance(0.05):
                yield row | {"hazards_rectified": 0}
                later = row["reported_at"] + timedelta(days=draws.between(8, 42))
                yield row | {"status": "revised", "reported_at": later}
            else:
                yield row


def _major(draws: Draws, row: Row) -> Iterator[Row]:
    """A listed major hazard: due in one to three months; most are put right in time, a few late or not yet."""
    due = row["inspected_on"] + timedelta(days=draws.between(30, 92))
    u = draws.unit()
    row |= {"major_hazards": 1, "major_due_on": due}
    if u > 0.93 and row["inspected_on"].year > _LAST_PRINTED_YEAR:
        yield row
        return
    late = draws.between(4, 50) if u > 0.82 else -draws.between(1, 20)
    done = due + timedelta(days=late)
    yield row | {"hazards_rectified": max(0, row["hazards_rectified"] - 1)}
    reported = datetime(done.year, done.month, done.day, 15) + timedelta(days=draws.between(1, 6))
    reported = max(reported, row["reported_at"] + timedelta(days=1))
    yield row | {"status": "revised", "major_rectified_on": done, "reported_at": reported}


def _days(draws: Draws, year: int, n: int) -> Iterator[tuple[date, int]]:
    wheel = days_of(year, "inspections")
    weights, before = [], 0
    for bound in wheel.bounds:
        weights.append((bound - before) * (0.7 + 0.6 * draws.unit()))
        before = bound
    yield from zip(wheel.items, apportion(n, weights), strict=True)


def _entered(draws: Draws, day: date) -> datetime:
    """When an inspection was entered: the same week, one in twelve weeks later."""
    days = draws.between(8, 30) if draws.chance(0.08) else draws.below(5)
    return datetime(day.year, day.month, day.day, 17, draws.below(60)) + timedelta(days=days)


def _plain(draws: Draws, area: str, day: date, kind: str, record_id: str, hazards: int) -> Row:
    return {
        "record_id": record_id,
        "status": "reported",
        "region_code": draws.spin(places(area)),
        "reported_at": _entered(draws, day),
        "inspected_on": day,
        "enterprise": enterprise_name(draws, None) if kind == "self_check" else None,
        "sector_code": None,
        "inspection_kind_code": kind,
        "inspectors": 0 if kind == "self_check" else draws.between(2, 6),
        "hazards_found": hazards,
        "hazards_rectified": hazards,
        "major_hazards": 0,
        "major_due_on": None,
        "major_rectified_on": None,
        "orders_issued": 0,
        "cases_opened": 0,
        "fine_fen": 0,
        "enterprise_called_in": False,
    }


def _extra_kind(area: str, year: int, plan: dict, kind: str, letters: str) -> Iterator[Row]:
    """Checks against natural disasters or forest fires, where the scenario gives their number and hazards."""
    if kind not in plan:
        return
    draws = Draws("inspections", kind, area, year)
    n, hazards = plan[kind][year]
    found = _Budget(hazards, n, draws)
    prefix = areas()[area]["letters"]
    for number in range(1, n + 1):
        day = draws.spin(days_of(year, "dry" if kind == "forest_fire" else "inspections"))
        yield _plain(draws, area, day, kind, f"{prefix}-{letters}-{year}-{number:05d}", found.flag())


def _self_checks(area: str, year: int, plan: dict) -> Iterator[Row]:
    """Hazards that enterprises found themselves and reported."""
    if "self_check" not in plan:
        return
    draws = Draws("inspections", "self_check", area, year)
    if year <= _LAST_PRINTED_YEAR:
        n, hazards = (
            of_year(apportion(plan["self_check"][key], _YEAR_WEIGHTS), year) for key in ("records", "hazards")
        )
    else:
        percent = plan["later"][year - _LAST_PRINTED_YEAR - 1]
        n, hazards = (plan["self_check"][key] * percent // 500 for key in ("records", "hazards"))
    prefix = areas()[area]["letters"]
    for number, found in enumerate(draws.split(hazards, n, spread=0.4, least=1), start=1):
        day = draws.spin(days_of(year, "inspections"))
        yield _plain(draws, area, day, "self_check", f"{prefix}-ZC-{year}-{number:05d}", found)
