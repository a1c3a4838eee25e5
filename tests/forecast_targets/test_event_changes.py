import datetime as dt
from fractions import Fraction

from pipelines.assessment.arithmetic import Bound
from pipelines.assessment.series import Event
from pipelines.forecast.targets.event_changes import event_steps

MARCH, JUNE = dt.date(2024, 3, 31), dt.date(2024, 6, 30)
MAY, FEBRUARY = dt.date(2024, 5, 4), dt.date(2024, 2, 3)


def version(record, hours, *, day=MAY, known=dt.date(2024, 5, 9), gone=None):
    value = None if hours is None else Fraction(hours)
    return Event(f"120113/{record}", "flood", day, {"hours": value}, 10, known, gone)


def steps(*versions):
    return event_steps(versions, "hours", MARCH, JUNE)


def test_a_worse_event_of_the_quarter_moves_the_worst_value():
    old = version("a", 8, day=FEBRUARY, known=FEBRUARY)
    assert steps(old, version("b", 11)) == {2024: {"new_events": (3, 1)}}


def test_where_a_share_must_be_in_time_the_causes_move_the_share():
    old = version("a", 8, day=FEBRUARY, known=FEBRUARY)
    moved = event_steps([old, version("b", 11)], "hours", MARCH, JUNE, bound=Bound("<=", Fraction(10)))
    assert moved == {2024: {"new_events": (Fraction(-1, 2), 1)}}


def test_a_milder_event_is_counted_and_moves_nothing():
    old = version("a", 8, day=FEBRUARY, known=FEBRUARY)
    assert steps(old, version("b", 5)) == {2024: {"new_events": (0, 1)}}


def test_what_happened_before_the_quarter_is_late():
    assert steps(version("a", 9, day=FEBRUARY)) == {2024: {"late_reports": (9, 1)}}


def test_a_revision_and_a_strike_off_take_turns_and_sum_to_the_change():
    struck = version("a", 12, day=FEBRUARY, known=FEBRUARY, gone=MAY)
    first = version("b", 10, day=FEBRUARY, known=FEBRUARY, gone=MAY)
    second = version("b", 9, day=FEBRUARY, known=MAY)
    found = steps(struck, first, second, version("c", 11))
    assert found == {2024: {"new_events": (0, 1), "revisions": (0, 1), "struck_off": (-1, 1)}}
    assert sum(amount for amount, _ in found[2024].values()) == 11 - 12


def test_a_revision_that_leaves_the_hours_as_they_are_is_no_cause():
    first = version("b", 10, day=FEBRUARY, known=FEBRUARY, gone=MAY)
    assert steps(first, version("b", 10, day=FEBRUARY, known=MAY)) == {}


def test_an_event_moved_to_another_year_counts_in_both():
    first = version("b", 10, day=dt.date(2023, 12, 31), known=FEBRUARY, gone=MAY)
    second = version("b", 10, day=dt.date(2024, 1, 1), known=MAY)
    assert steps(first, second) == {2023: {"revisions": (-10, 1)}, 2024: {"revisions": (10, 1)}}


def test_ids_of_two_regions_do_not_meet():
    here = version("a", 8, day=FEBRUARY, known=FEBRUARY)
    there = Event("120114/a", "flood", MAY, {"hours": Fraction(9)}, 10, MAY, None)
    assert steps(here, there) == {2024: {"new_events": (1, 1)}}
