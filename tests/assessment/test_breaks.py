"""Across a change of definition nothing is compared: no reduction, no pace, no path, no year before."""

import datetime as dt
from fractions import Fraction

from pipelines.assessment.assess import assess_plan
from pipelines.assessment.assessor import SeriesBreak
from pipelines.assessment.reasons import tell_reason
from tests.assessment.world import World, day, make_target

FALL = make_target("work_deaths", "reduction", "<=", 15, unit="%", baseline={"year": 2020})
CAP = make_target("work_deaths", "end_value", "<=", 80, unit="人", baseline={"year": 2020})
BRIDGED = FALL | {
    "baseline": {
        "year": 2020,
        "compared": [
            {"breaks": ["base_2023"], "printed_on": "2024-06-01", "quote": "较2020年下降30%", "source": "部门发布会"}
        ],
    }
}


def falling():
    """A hundred deaths in 2020, ten fewer each year; each year's returns are in by the middle of January."""
    world = World().reported(2020, 2025, kinds=["accidents"])
    for year in range(2020, 2026):
        for number in range(100 - 10 * (year - 2020)):
            world.count("work_deaths", f"{year}-{number % 12 + 1:02d}", 1)
            world.count("accidents", f"{year}-{number % 12 + 1:02d}", 1)
    return world


def judged(target, as_of, *, breaks=True):
    world = falling()
    office = world.office(target)
    if breaks:
        office.breaks["120113"] = (SeriesBreak("base_2023", dt.date(2023, 1, 1), "2023年起换基数", "New base of 2023"),)
    return assess_plan(world.ask, office, "somewhere", day(as_of))[0]


def test_a_reduction_has_no_bound_once_the_definition_of_its_baseline_is_gone():
    before = judged(FALL, "2022-06-30")
    assert before.bound is not None and before.progress.pace is not None and before.finding.settled is None
    after = judged(FALL, "2026-03-31")
    assert (after.verdict, after.finding.reason) == ("no_data", "crosses_break")
    assert after.bound is None and after.progress.path == {}
    assert {after.progress.pace, after.progress.rate, after.progress.room, after.progress.required} == {None}
    assert after.progress.value == 50, "the value itself stands"
    told = tell_reason("crosses_break", after.facts, "zh")
    assert told == "基期（2020年）与2025年之间统计口径有变化（2023年起换基数），不可比，不能判断降幅"
    assert judged(FALL, "2026-03-31", breaks=False).verdict == "met"


def test_a_bound_that_is_no_change_is_judged_without_pace_and_path():
    cut = judged(CAP, "2024-03-31")
    assert cut.bound is not None and cut.progress.pace is None and cut.progress.required is None
    assert cut.progress.path == {2025: 80} and cut.progress.rate is not None
    assert judged(CAP, "2024-03-31", breaks=False).progress.pace == Fraction(3, 2)
    assert judged(CAP, "2026-03-31").verdict == "met"


def test_what_the_publisher_compares_itself_is_judged_from_that_day_with_the_doubt_in_the_sentence():
    assert judged(BRIDGED, "2024-03-31").finding.reason == "crosses_break", "not compared yet"
    open_still = judged(BRIDGED, "2024-06-30")
    assert open_still.progress.pace is not None and open_still.finding.reason == "due_year_open"
    assert "break_compared" in open_still.flags and "crosses_break" not in open_still.flags
    met = judged(BRIDGED, "2026-03-31")
    assert met.verdict == "met"
    assert "2023年起换基数" in tell_reason(met.finding.reason, met.facts, "zh")
    assert "New base of 2023" in tell_reason(met.finding.reason, met.facts, "en")


def test_no_year_before_and_no_twelve_months_are_told_across_a_break():
    first = judged(CAP, "2023-06-30").comparison
    assert (first.before, first.rolling) == (None, None) and first.now > 0
    later = judged(CAP, "2024-06-30").comparison
    assert later.before is not None and later.rolling is not None
