"""How a quarter's records are put in order for readers: rules that page, brief, slides and workbook share."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pipelines import shown
from pipelines.asking import NATION
from pipelines.assessment.significance import SMALLEST_BASE
from pipelines.quarters import Quarter
from pipelines.record_measures import BLANK, COUNTED, UNKNOWN
from pipelines.reporting import Reporting
from pipelines.texts import say

Row = Mapping[str, Any]
APART = ("road_traffic", "fire")
"""Sectors that bulletins tell apart from the others."""

SUFFIXES = ("", "_before", "_before2")
COUNTS = ("accidents", "deaths")
MOST_TIED = 3
OUTCOMES = (
    "accidents",
    "work_deaths",
    "fatal_accidents",
    "serious_injuries",
    "minor_injuries",
    "accident_loss_fen",
    "fire_deaths",
)
INSPECTIONS = (
    "inspections",
    "inspectors",
    "hazards_found",
    "hazards_rectified",
    "rectification_orders",
    "cases_opened",
    "fines_fen",
    "enterprises_called_in",
    "hazards_self_reported",
)
TRAINING = (
    "training_sessions",
    "people_trained",
    "enterprises_trained",
    "drills",
    "drill_participants",
    "new_employees_due",
    "new_employees_trained",
)
DISASTERS = (
    "disaster_events",
    "disaster_deaths",
    "affected_person_times",
    "relocated",
    "houses_collapsed",
    "disaster_loss_fen",
    "flood_loss_fen",
)
AHEAD = (
    "accidents",
    "work_deaths",
    "larger_accidents",
    "disaster_events",
    "affected_person_times",
    "disaster_loss_fen",
)
"""Measures of the same quarter of the years before, for the outlook."""

FINE = 1000
"""Means below it, and differences from them, keep one digit: 96.8 accidents beside 112.6 deaths."""

YEARS = 5
BACKS = range(1, YEARS + 1)
"""Years back of the mean of five years."""


class Change(NamedTuple):
    """A change as bulletins tell it.

    Attributes:
        key: `same`, `more` or `less`.
        has_share: Whether a percentage may stand beside the absolute change.
    """

    key: str
    has_share: bool


def change_of(now: float, before: float, *, smallest: float = SMALLEST_BASE) -> Change:
    """The direction of a change, and whether its base carries a percentage.

    Args:
        now: This period.
        before: The earlier one, or the mean of several.
        smallest: Base from which on a percentage is told; counts under ten get absolute changes only.
    """
    if now == before:
        return Change("same", has_share=False)
    return Change("more" if now > before else "less", has_share=before > 0 and before >= smallest)


def name_of(row: Row) -> str:
    """The name of a part of a cut in the current language."""
    cut, code = row["cut"], row["code"]
    if cut == "total":
        return say("app.quarterly.total")
    if cut in ("weekday", "month"):
        return say(f"app.quarterly.{cut}_{code}")
    if cut == "hour" and code:
        return say("app.quarterly.hour", hour=int(code), until=int(code) + 1)
    if not code:
        missing = {"region": "unassigned", "hour": "hour_not_known"}
        return say(f"app.quarterly.{missing.get(cut, 'not_stated')}")
    return shown.named(row) or code


def of_cut(rows: Iterable[Row], cut: str) -> list[Row]:
    """The parts of one cut."""
    return [row for row in rows if row["cut"] == cut]


def happened(row: Row) -> bool:
    """Whether a part had anything in one of the three years."""
    return any(row[f"{name}{suffix}"] for name in COUNTS for suffix in SUFFIXES)


def by_number(rows: Sequence[Row]) -> list[Row]:
    """The largest first; among equals the order of the code list."""
    return sorted(rows, key=lambda row: (-row["accidents"], -row["deaths"]))


def leading(rows: Sequence[Row], measure: str) -> list[Row]:
    """The part with the most, or the two or three that share the first place; none where more do, or all have zero."""
    most = max((row[measure] for row in rows), default=0)
    first = [row for row in rows if row[measure] == most]
    return first if most and len(first) <= MOST_TIED else []


def sector_groups(rows: Sequence[Row]) -> tuple[list[Row], list[Row], list[Row]]:
    """Sectors in which something happened: road traffic and fire, the industrial ones, the rest."""
    parts = [row for row in of_cut(rows, "sector") if happened(row)]
    apart = [row for code in APART for row in parts if row["code"] == code]
    industrial = [row for row in parts if is_industrial(row)]
    return apart, industrial, [row for row in parts if row not in apart and row not in industrial]


def is_industrial(row: Row) -> bool:
    """Whether a sector is one of those that 工矿商贸 sums up."""
    return row["cut"] == "sector" and bool(row.get("is_industrial")) and row["code"] not in APART


def measure_kind(measure: str) -> str:
    """The kind of record that a measure is counted from."""
    return COUNTED[measure].kind


Value = Callable[..., int]


def values(rows: Sequence[Row]) -> Value:
    """A look-up of `measures_to_date`: measure, years back, column; what no record adds to is zero."""
    known = {(row["measure"], row["years_back"]): row for row in rows}
    return lambda measure, back, column="to_date": (known.get((measure, back)) or {}).get(column) or 0


def is_uncounted(value: Value, measure: str, back: int = 0, column: str = "to_date") -> bool:
    """Whether records of those months stand in a file without the column of a measure: its sum says nothing."""
    return bool(value(f"{measure}{UNKNOWN}", back, column))


def is_least(value: Value, measure: str, back: int = 0, column: str = "to_date") -> bool:
    """Whether records of those months leave a measure blank: its sum is a least amount, with which nothing compares."""
    return bool(value(f"{measure}{BLANK}", back, column))


def why_missing(value: Value, measure: str, back: int, column: str, found: Reporting) -> str:
    """Why a sum of a measure is not known: key below `app.missing`; an empty text where it is, and its zero is one.

    Args:
        value: Look-up of the sums.
        measure: Code.
        back: Years back.
        column: Of the sums.
        found: What was there of the returns that it is counted from.
    """
    if is_uncounted(value, measure, back, column):
        return "not_collected"
    return "" if value(measure, back, column) else found.why_missing()


def since_larger(house: Any, region: str, quarter: Quarter, row: Row) -> Row:
    """What is known of the time without a larger accident: `until` which day, and `is_gap` where a return is out.

    Args:
        house: The build.
        region: Code.
        quarter: The quarter up to whose last day the time counts.
        row: `last_on` of the newest larger accident, `first_on` of the records.
    """
    since = row["last_on"] or row["first_on"] or quarter.end
    (found,) = house.reporting(region, [(since, quarter.end, quarter.known)])
    return {**row, "until": quarter.end, "is_gap": not found["accidents"].is_whole}


def upwards(regions: Mapping[str, Row], code: str) -> tuple[str, ...]:
    """A region and those above it, the nearest first."""
    found: list[str] = []
    while code in regions and code not in found:
        found.append(code)
        code = regions[code]["parent_code"]
    return tuple(found)


def below(regions: Iterable[Row], root: str) -> list[Row]:
    """A region and all below it, in the order of the code list, the region itself first."""
    rows = list(regions)
    parent = {row["region_code"]: row["parent_code"] for row in rows}

    def is_below(code: str | None) -> bool:
        while code is not None and code != root:
            code = parent.get(code)
        return code == root

    inside = [row for row in rows if is_below(row["region_code"])]
    return sorted(inside, key=lambda row: row["region_code"] != root)


def news_since(year: int) -> datetime.date:
    """The first day of occurrence that counts as news of a meeting: that of the year before; what is older is apart."""
    return datetime.date(year - 1, 1, 1)


def news_key(n: int, is_whole: bool) -> str:
    """Key of what is said of the accidents that are new since the meeting before.

    Args:
        n: How many, with those that are too old to be counted.
        is_whole: Whether the returns of the months are in.
    """
    return f"app.quarterly.{'new' if n else 'none_new' if is_whole else 'none_came'}"


def none_owed(plan: Row, asked: Collection[str], waiting: object) -> str:
    """Key of what is said of the returns where none is overdue; an empty text where nothing is to be said.

    Nobody has reported all that nobody was asked for, and returns that are only not due are not in either.

    Args:
        plan: Of whose region it is said; a plan of published figures waits for no returns.
        asked: Kinds of which the calendar asks the region or one below it for returns.
        waiting: Whatever is true where some kind of the months that are shown is not complete.
    """
    if is_nation(plan):
        return ""
    return f"app.{'none_asked' if not asked else 'due_reported' if waiting else 'all_reported'}"


def is_nation(plan: Row) -> bool:
    """Whether a plan rests on the nation's own published figures, to which no office's records add anything."""
    return plan["region_code"] == NATION
