"""A file that was withdrawn is told apart from a strike-off."""

import datetime as dt
from fractions import Fraction

import duckdb
import pytest

from pipelines.assessment.series import Event
from pipelines.forecast.targets.changes import read_moves
from pipelines.forecast.targets.event_changes import event_steps
from pipelines.texts import say

JANUARY, MAY, JUNE = dt.date(2024, 1, 9), dt.date(2024, 5, 4), dt.date(2024, 6, 30)
COLUMNS = (
    "file_id VARCHAR, sheet VARCHAR, record_number INTEGER, source VARCHAR, record_id VARCHAR, region_code VARCHAR"
)
OF_FACTS = "occurred_on DATE, started_on DATE, period_end DATE, deaths INTEGER, missing INTEGER"


@pytest.fixture
def ask():
    """Records a (struck off), b (its file was withdrawn), c (revised), d (struck off, and the strike-off withdrawn)."""
    con = duckdb.connect()
    con.execute("CREATE TABLE core_regions__ancestors (region_code VARCHAR, ancestor_code VARCHAR, distance INTEGER)")
    con.execute("INSERT INTO core_regions__ancestors VALUES ('120113', '120113', 0)")
    versions = [("f1", 1, "a", JANUARY, MAY), ("f2", 1, "b", JANUARY, MAY), ("f1", 3, "c", JANUARY, MAY)]
    versions += [("f3", 1, "c", MAY, None), ("f1", 4, "d", JANUARY, MAY), ("f1", 4, "d", JUNE, None)]
    strikes = [("f3", 2, "a", MAY, None), ("f4", 1, "d", MAY, JUNE)]
    for kind in ("accidents", "disasters", "statistics"):
        facts = f"{COLUMNS}, known_on DATE, superseded_on DATE, counts_as_work_safety BOOLEAN, {OF_FACTS}"
        con.execute(f"CREATE TABLE core_{kind}__versions ({facts})")
        con.execute(f"CREATE TABLE core_{kind}__intervals ({COLUMNS}, known_on DATE, superseded_on DATE)")
        for file, number, record, known, gone in versions:
            row = [file, "", number, "s", record, "120113", known, gone]
            con.execute(f"INSERT INTO core_{kind}__intervals VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            facts = [True, JANUARY, JANUARY, JANUARY, 1, 0]
            con.execute(f"INSERT INTO core_{kind}__versions VALUES ({', '.join('?' * 14)})", row + facts)
        for file, number, record, known, gone in strikes:
            row = [file, "", number, "s", record, "120113", known, gone]
            con.execute(f"INSERT INTO core_{kind}__intervals VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    yield lambda sql, params: con.execute(sql, params).fetchall()
    con.close()


def test_records_that_went_with_their_file_are_withdrawn_and_the_others_struck_off(ask):
    found = read_moves(ask, {"120113"}, {"work_deaths"}).counted["120113", "work_deaths", JUNE, 2024]
    assert found["struck_off"] == (-2, 2)
    assert found["withdrawn"] == (-1, 1)
    assert found["revisions"] == (1, 2)  # c stays one, and d lives again
    assert sum(amount for amount, _ in found.values()) == -2


def test_single_versions_of_disasters_and_returns_are_known_to_be_withdrawn(ask):
    moves = read_moves(ask, {"120113"}, ())
    assert moves.of_events() == {("120113/b", MAY)}
    assert moves.has_return("120113", JANUARY, JUNE)
    assert not moves.has_return("120113", MAY, JUNE) and not moves.has_return("120114", JANUARY, JUNE)


def test_a_worst_event_that_went_with_its_file_is_told_so():
    gone = Event("120113/b", "flood", JANUARY, {"hours": Fraction(12)}, 10, JANUARY, MAY)
    before = dt.date(2024, 3, 31)
    assert event_steps([gone], "hours", before, JUNE, {("120113/b", MAY)}) == {2024: {"withdrawn": (-12, 1)}}
    assert event_steps([gone], "hours", before, JUNE) == {2024: {"struck_off": (-12, 1)}}


def test_both_languages_say_it():
    assert (say("forecast.causes.withdrawn", "zh"), say("forecast.causes.withdrawn", "en")) == ("撤回", "withdrawn")
