"""What is read from the marts: parts sum to the whole, and the order of rows does not matter."""

import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.assessment.series import Facts, newest_known_on
from tests.assessment.world import World

AS_OF = dt.date(2023, 6, 30)
rows = st.lists(
    st.tuples(
        st.sampled_from(["120113", "120113101", "120113102", "120116", "120000"]),
        st.sampled_from(["", "construction", "fire"]),
        st.integers(1, 12),
        st.integers(0, 300),
        st.integers(-3, 9),
    ),
    max_size=15,
)


def facts_of(deltas):
    world = World()
    for region, sector, month, lag, amount in deltas:
        known = dt.date(2023, month, 1) + dt.timedelta(days=lag)
        world.count("accidents", f"2023-{month:02d}", amount, known.isoformat(), region=region, sector=sector)
    return Facts(world.ask, ["120000", "120113", "120116"], ["accidents"], [], [AS_OF])


def summed(parts):
    total = {}
    for months in parts.values():
        for month, amount in months.items():
            total[month] = total.get(month, 0) + amount
    return total


@settings(max_examples=15, deadline=None)
@given(rows, st.randoms(use_true_random=False))
def test_sectors_and_regions_sum_to_the_whole_in_any_order(deltas, chance: random.Random):
    facts = facts_of(deltas)
    whole = facts.months("120000", "accidents", AS_OF)
    assert summed(facts.by_sector("120000", "accidents", AS_OF)) == whole
    children = facts.by_child("120000", "accidents", AS_OF)
    assert summed(children) == whole
    for district in ("120113", "120116"):
        assert children.get(district, {}) == facts.months(district, "accidents", AS_OF)
    shuffled = list(deltas)
    chance.shuffle(shuffled)
    assert facts_of(shuffled).months("120000", "accidents", AS_OF) == whole
    known = [
        (region, month, amount)
        for region, _, month, lag, amount in deltas
        if dt.date(2023, month, 1) + dt.timedelta(days=lag) <= AS_OF
    ]
    assert sum(whole.values()) == sum(amount for *_, amount in known)


def test_a_date_that_was_not_read_is_refused():
    with pytest.raises(ValueError, match="2023-07-01"):
        facts_of([]).months("120113", "accidents", dt.date(2023, 7, 1))


def test_newest_day_is_that_of_the_regions_own_tree_and_not_after_today():
    world = World().count("accidents", "2024-03", 1).count("accidents", "2024-09", 1, region="350212")
    world.statistic("gdp", 2025, 1.0, "2026-01-19", region="000000")
    found = newest_known_on(world.ask, ["000000", "120113", "350212", "120116"], dt.date(2026, 11, 1))
    assert found == {
        "000000": dt.date(2026, 1, 19),
        "120113": dt.date(2024, 3, 31),
        "350212": dt.date(2024, 9, 30),
    }
    assert newest_known_on(world.ask, ["350212"], dt.date(2024, 9, 29)) == {}


@settings(max_examples=15, deadline=None)
@given(rows)
def test_quarters_taken_whole_and_days_within_a_quarter_give_what_was_known_at_each_date(deltas):
    dates = [
        dt.date(2023, 3, 31),
        dt.date(2023, 5, 9),
        dt.date(2023, 6, 30),
        dt.date(2024, 2, 29),
        dt.date(2024, 9, 30),
    ]
    world = World()
    told = [(region, month, amount, dt.date(2023, month, 1) + dt.timedelta(days=lag), sector)
            for region, sector, month, lag, amount in deltas]  # fmt: skip
    for region, month, amount, known, sector in told:
        world.count("accidents", f"2023-{month:02d}", amount, known.isoformat(), region=region, sector=sector)
    facts = Facts(world.ask, ["120000"], ["accidents"], [], dates)
    for date in dates:
        expected: dict = {}
        for _, month, amount, known, _ in told:
            if known <= date:
                expected[2023, month] = expected.get((2023, month), 0) + amount
        assert facts.months("120000", "accidents", date) == expected


def test_the_first_months_of_a_quarter_that_did_not_report_are_not_reported_either():
    world = World().reported(2023, 2024, late={"2024-09-30": None})
    world.count("accidents", "2024-07", 2, "2024-08-01", region="120113")
    facts = Facts(world.ask, ["120113"], ["accidents"], [], [dt.date(2024, 10, 20)])

    def reported(month):
        months = dt.date(2024, 1, 1), dt.date(2024, month, 1)
        return facts.is_reported("120113", "accidents", *months, dt.date(2024, 10, 20))

    assert [month for month in range(1, 13) if reported(month)] == [1, 2, 3, 4, 5, 6]
