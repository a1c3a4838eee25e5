"""Periods of equal age."""

import datetime

import pytest

from pipelines.periods import Period, months_before, periods_of
from pipelines.quarters import Quarter

D = datetime.date


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (D(2024, 9, 30), 3, D(2024, 6, 30)),
        (D(2024, 3, 31), 3, D(2023, 12, 31)),
        (D(2024, 5, 31), 3, D(2024, 2, 29)),
        (D(2024, 2, 29), 3, D(2023, 11, 30)),
        (D(2024, 11, 15), 3, D(2024, 8, 15)),
    ],
)
def test_the_end_of_a_month_stays_the_end_of_a_month(day, months, before):
    assert months_before(day, months) == before


def test_every_year_is_seen_at_the_same_age():
    quarter = Quarter(2024, 3, D(2024, 12, 31))
    periods = periods_of(quarter, "to_date")
    assert periods[0] == Period(0, D(2024, 1, 1), D(2024, 9, 30), D(2024, 12, 31))
    assert periods[2] == Period(2, D(2022, 1, 1), D(2022, 9, 30), D(2022, 12, 31))


def test_the_quarter_before_is_seen_three_months_earlier():
    (period,) = periods_of(Quarter(2024, 1, D(2024, 3, 31)), "former")
    assert period == Period(0, D(2023, 10, 1), D(2023, 12, 31), D(2023, 12, 31))


def test_the_quarter_ahead_is_seen_in_earlier_years_as_known_now():
    periods = periods_of(Quarter(2024, 4, D(2024, 12, 31)), "ahead")
    assert periods[0] == Period(1, D(2024, 1, 1), D(2024, 3, 31), D(2024, 12, 31))
    assert len(periods) == 5
