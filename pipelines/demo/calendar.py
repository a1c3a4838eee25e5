"""When things happen and when they are reported: season, Spring Festival, the spring of 2020, reporting lag."""

from __future__ import annotations

import functools
from datetime import date, datetime, timedelta

from pipelines.demo.draws import Draws, Wheel

DATA_DATE = date(2024, 9, 30)
FIRST_YEAR = 2016
LAST_YEAR = 2025

# First day of the lunar year (public calendar).
SPRING_FESTIVAL = {
    2016: date(2016, 2, 8),
    2017: date(2017, 1, 28),
    2018: date(2018, 2, 16),
    2019: date(2019, 2, 5),
    2020: date(2020, 1, 25),
    2021: date(2021, 2, 12),
    2022: date(2022, 2, 1),
    2023: date(2023, 1, 22),
    2024: date(2024, 2, 10),
    2025: date(2025, 1, 29),
}

# Weight of a day by month, by what is counted.
SEASONS = {
    "accidents": (88, 84, 98, 102, 106, 110, 112, 110, 104, 108, 110, 104),
    "floods": (0, 0, 0, 4, 10, 40, 140, 110, 30, 5, 0, 0),
    "typhoons": (0, 0, 0, 0, 4, 20, 60, 70, 80, 10, 0, 0),
    "dry": (10, 20, 60, 80, 60, 20, 4, 2, 4, 10, 8, 8),
    "inspections": (80, 70, 110, 105, 110, 125, 105, 105, 115, 95, 110, 115),
    "training": (40, 40, 80, 90, 120, 200, 90, 80, 110, 100, 160, 70),
}
HOURS = Wheel(
    dict(enumerate((16, 13, 11, 10, 12, 22, 34, 44, 52, 58, 60, 50, 38, 44, 56, 58, 54, 52, 46, 40, 34, 28, 24, 20)))
)


def _festival_factor(day: date, kind: str) -> int:
    """Percentage of an ordinary day: work stops around the festival and comes back in a rush."""
    away = (day - SPRING_FESTIVAL[day.year]).days
    if -5 <= away <= 10:
        return 15 if kind in ("inspections", "training") else 48
    return 124 if 15 <= away <= 38 else 100


def _stillness_factor(day: date) -> int:
    """Percentage of an ordinary day during the standstill of spring 2020."""
    return 45 if date(2020, 2, 3) <= day <= date(2020, 3, 20) else 100


@functools.cache
def days_of(year: int, season: str) -> Wheel:
    """Every day of a year, weighted by season, weekday, Spring Festival and the standstill of 2020."""
    office = season in ("inspections", "training")
    human = office or season == "accidents"
    weights = {}
    day = date(year, 1, 1)
    while day.year == year:
        weight = SEASONS[season][day.month - 1]
        if human:
            weight *= _festival_factor(day, season) * _stillness_factor(day)
            weight *= (8 if office else 92) if day.weekday() >= 5 else 100
        weights[day] = weight
        day += timedelta(days=1)
    return Wheel(weights)


def moment(draws: Draws, day: date) -> datetime:
    """A time of that day, to the minute; most in working hours."""
    return datetime(day.year, day.month, day.day, draws.spin(HOURS), draws.below(60))


def report_lag(draws: Draws) -> timedelta:
    """Time from an accident to its first report: mostly days, some weeks, a few months."""
    u = draws.unit()
    if u < 0.80:
        days = draws.below(5)
    elif u < 0.96:
        days = draws.between(6, 34)
    else:
        days = draws.between(38, 130)
    return timedelta(days=days, hours=draws.between(1, 9), minutes=draws.below(60))


def quarter_of(day: date) -> str:
    """The quarter as it is written in file names.

    >>> quarter_of(date(2024, 9, 30))
    '2024Q3'
    """
    return f"{day.year}Q{(day.month + 2) // 3}"


def quarter_bounds(quarter: str) -> tuple[date, date]:
    """First and last day of a quarter written as `2024Q4`.

    >>> quarter_bounds("2024Q4")
    (datetime.date(2024, 10, 1), datetime.date(2024, 12, 31))
    """
    year, number = int(quarter[:4]), int(quarter[5])
    after = date(year + number // 4, number % 4 * 3 + 1, 1)
    return date(year, number * 3 - 2, 1), after - timedelta(days=1)
