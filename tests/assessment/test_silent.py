"""What districts sent says nothing of a city of which other districts never reported."""

import pytest

from pipelines.assessment.reasons import tell_reason
from tests.assessment.world import World, make_target

SILENT = "所辖 1 个区县从未报送这类记录，其余区县的记录不能代表全部，不能判断"


def city(*heard):
    """A city with two districts; everything that the calendar asks of the first is in."""
    world = World().reported(2018, 2025).counts("accidents", dict.fromkeys(range(2018, 2026), 3))
    world.counts("work_deaths", dict.fromkeys(range(2018, 2026), 3))
    world.con.execute("UPDATE mart_regions SET level = 'district' WHERE region_code IN ('120113', '120116')")
    for region in heard:
        for kind in ("accidents", "disasters"):
            world.con.execute(
                "INSERT INTO core_reports__received VALUES (?, ?, DATE '2018-06-01', 'f', DATE '2018-07-01', NULL)",
                [region, kind],
            )
    return world


def judged(world, target, region="120000"):
    return world.assess(target, "2026-06-30", region_code=region)


@pytest.mark.parametrize("kind", ["end_value", "every_year", "monitored"])
def test_records_of_one_district_give_its_city_no_value_and_no_verdict(kind):
    demand = () if kind == "monitored" else ("<=", 10)
    found = judged(city("120113101"), make_target("work_deaths", kind, *demand))
    assert (found.finding.settled, found.progress.value, found.facts["silent"]) == ("no_data", None, 1)
    assert tell_reason(found.finding.reason, found.facts, "zh") == SILENT


@pytest.mark.parametrize("heard", [("120113101", "120116403"), ("120113101", "120000")])
def test_they_do_once_every_district_or_the_city_itself_was_heard(heard):
    found = judged(city(*heard), make_target("work_deaths", "end_value", "<=", 10))
    assert (found.finding.settled, found.progress.value) == ("met", 3)


def test_the_district_itself_is_judged_by_its_own_records():
    found = judged(city("120113101"), make_target("work_deaths", "end_value", "<=", 10), "120113")
    assert (found.finding.settled, found.progress.value) == ("met", 3)


def test_the_worst_event_of_one_district_is_not_that_of_its_city():
    world = city("120113101").event("2025-07-01", relief=6)
    target = make_target("relief_hours", "events", "<=", 10)
    found = judged(world, target)
    assert (found.finding.settled, tell_reason(found.finding.reason, found.facts, "zh")) == ("no_data", SILENT)
    assert judged(world, target, "120113").finding.settled == "met"
