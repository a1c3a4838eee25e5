"""What is expected still to be reported, and what it says of control figures."""

import datetime as dt
from fractions import Fraction

from pipelines.assessment.control_figures import control_figures, pace_key
from pipelines.assessment.lateness import Lateness, expected_late
from tests.assessment.test_control_figures import facts_of
from tests.assessment.world import World

AS_OF = dt.date(2024, 9, 30)
TOWNS = ("120113101", "120113102")


def reported_late(measure="work_deaths", first=2020, until=AS_OF, **said):
    """A district of which each month four of five records are known at its end, and the fifth three weeks later."""
    world = World()
    for number in range(first * 12, until.year * 12 + until.month):
        year, month = divmod(number, 12)
        named = f"{year}-{month + 1:02d}"
        following = dt.date(year + (month + 1) // 12, (month + 1) % 12 + 1, 22)
        world.count(measure, named, 8, **said)
        world.count(measure, named, 2, known=following.isoformat(), **said)
    return world


def late_months(world, as_of=AS_OF, measure="work_deaths"):
    return Lateness(world.ask, ["120113"], [measure]).months("120113", measure, as_of)


def test_the_newest_month_is_known_as_far_as_such_months_were_at_its_age():
    newest, *older = late_months(reported_late())
    assert (newest.month, newest.passed, newest.known) == ((2024, 9), 1, Fraction(4, 5))
    assert {one.known for one in older} == {1}


def test_a_month_that_still_runs_is_measured_by_the_part_of_it_that_has_passed():
    world = World()
    for number in range(2020 * 12, 2024 * 12 + 9):
        year, month = divmod(number, 12)
        for day in range(1, 29):
            world.count("accidents", f"{year}-{month + 1:02d}", 1, known=f"{year}-{month + 1:02d}-{day:02d}")
    newest = late_months(world, dt.date(2024, 9, 15), "accidents")[0]
    assert newest.passed == Fraction(1, 2) and Fraction(9, 10) < newest.known <= 1


def test_a_month_of_which_nothing_has_come_is_expected_at_the_level_of_the_year():
    months = late_months(reported_late())
    counted = {one.month: 10 for one in months[1:]}
    assert expected_late(months, counted, 2024) == Fraction(110, 1) / (11 + Fraction(4, 5)) * Fraction(1, 5)


def test_what_is_late_of_the_parts_sums_to_what_is_late_of_the_region():
    months = late_months(reported_late())
    parts = [{one.month: place % 3 for place, one in enumerate(months)}, {one.month: 2 for one in months}]
    whole = {one.month: sum(part[one.month] for part in parts) for one in months}
    assert sum(expected_late(months, part, 2024) for part in parts) == expected_late(months, whole, 2024) > 0


def test_what_became_known_later_changes_nothing_at_an_earlier_date():
    known_then = late_months(reported_late(until=dt.date(2024, 6, 30)), dt.date(2024, 6, 30))
    assert late_months(reported_late(), dt.date(2024, 6, 30)) == known_then


def test_history_that_was_loaded_at_once_tells_nothing_of_delays():
    world = World()
    for year in range(2018, 2024):
        world.count("work_deaths", f"{year}-03", 40, known="2024-01-10")
    assert late_months(world) is None


def test_few_records_tell_nothing_of_delays():
    world = World()
    for year in range(2020, 2024):
        world.count("work_deaths", f"{year}-03", 3)
    assert late_months(world) is None


def figures_of(world, as_of=AS_OF):
    lateness = Lateness(world.ask, ["120113"], ["work_deaths", "accidents"])
    found = control_figures(facts_of(world, as_of), "120113", list(TOWNS), [], as_of, lateness)
    return [vars(one) for one in found]


def test_a_figure_that_is_within_pace_only_because_reports_are_late_is_over_pace():
    """88 of 119 are 73.9 %, less than the 74.9 % of the year; with the two that are still to come it is 75.6 %."""
    world = reported_late().statistic("control_work_deaths", 2024, 119, "2024-01-31")
    [row] = figures_of(world)
    assert (row["used"], row["expected_late"]) == (88, 2)
    assert row["used_share"] < row["elapsed_share"] and row["is_over_pace"]
    assert pace_key(row) == "over_with_late"


def test_a_figure_says_whether_what_is_late_was_counted_in():
    for figure, key in {80: "over_figure", 110: "over", 119: "over_with_late", 140: "within_with_late"}.items():
        [row] = figures_of(reported_late().statistic("control_work_deaths", 2024, figure, "2024-01-31"))
        assert pace_key(row) == key, figure
    at_year_end = reported_late(until=dt.date(2024, 11, 30)).statistic("control_work_deaths", 2024, 300, "2024-01-31")
    [row] = figures_of(at_year_end.count("work_deaths", "2024-12", 10), dt.date(2024, 12, 31))
    assert pace_key(row) == "within_with_late"
    few = World().count("work_deaths", "2024-03", 1).statistic("control_work_deaths", 2024, 9, "2024-01-31")
    assert pace_key(figures_of(few)[0]) == "within_counted"
