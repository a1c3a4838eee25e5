"""Every relation has a stated rule, and what a district sees does not depend on what its sibling reported."""

from __future__ import annotations

import datetime

import pytest

from dashboard import questions
from pipelines import warehouse
from pipelines.errors import PipelineError
from pipelines.principals import RULES, Principal
from tests.principals.conftest import SEEDS
from tests.principals.office import BEICHEN, CITY, DONGJIANG, make_office

OF_BEICHEN = Principal(BEICHEN.plan, frozenset({BEICHEN.code}))


def all_rows(house, without=()):
    return {
        name: sorted(
            repr({column: value for column, value in row.items() if column not in without})
            for row in house.query(f"SELECT * FROM {name}")
        )
        for name in house.tables()
    }


def test_every_relation_of_a_build_has_a_stated_rule(office):
    with warehouse.open(office) as house:
        assert house.tables() - set(RULES) == set(), "state in pipelines/principals.py who may see it"


def test_every_restricted_relation_holds_something_that_a_district_does_not_see(office):
    """Else the tests of this file would pass on empty tables."""
    with warehouse.open(office) as everything, warehouse.open(office, principal=OF_BEICHEN) as mine:
        for name in ("core_accidents__versions", "mart_statistics", "assess_years", "forecast_fans", "mart_files"):
            count = f"SELECT COUNT(*) AS n FROM {name}"
            assert 0 < mine.query(count)[0]["n"] < everything.query(count)[0]["n"], name


@pytest.fixture(scope="module")
def apart(tmp_path_factory):
    """The same office with a file for each district, so that even the names and hashes of files are one's own."""
    return make_office(tmp_path_factory.mktemp("apart"), SEEDS, shared=False)


@pytest.mark.parametrize("seed", [3, 4])
def test_what_a_sibling_reported_changes_nothing_that_a_district_sees(apart, tmp_path, seed):
    """Whatever can be computed from numbers that stay the same cannot tell the sibling's, by whatever difference."""
    other = make_office(tmp_path, {**SEEDS, DONGJIANG.sign: seed}, shared=False)
    with warehouse.open(apart, principal=OF_BEICHEN) as before, warehouse.open(other, principal=OF_BEICHEN) as after:
        rows = all_rows(before)
        assert rows == all_rows(after)
        assert sum(map(len, rows.values())) > 5000
    with warehouse.open(apart) as before, warehouse.open(other) as after:
        assert all_rows(before) != all_rows(after), "the sibling's records were to differ"


def accident(key, place, deaths, enterprise="北运河甲造船厂1号"):
    return (
        key,
        "reported",
        place,
        "2023-08-01 08:00",
        "2023-08-03 09:00",
        "construction",
        deaths,
        0,
        50_000,
        "Y",
        enterprise,
    )


OWN = [accident("BC-L1", "120113101", 1), accident("BC-L2", "120113101", -1), accident("BC-L3", "120113001", 0)]
SIBLINGS = {
    "accepted": [accident(f"DJ-L{n}", DONGJIANG.code, 1) for n in range(3)],
    "rejected": [accident(f"DJ-L{n}", DONGJIANG.code, -1) for n in range(3)],
    "rejected, one": [accident("DJ-L1", DONGJIANG.code, -1)],
    "by the number of an own rejected one": [accident("BC-L2", DONGJIANG.code, 1)],
}


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory):
    """One ledger of the city, in which the sibling's rows differ, and what is rejected of them."""
    return {
        name: make_office(
            tmp_path_factory.mktemp("ledger"), SEEDS, shared=False, ledgers={"accidents": [OWN[0], *rows, *OWN[1:]]}
        )
        for name, rows in SIBLINGS.items()
    }


@pytest.mark.parametrize("other", [name for name in SIBLINGS if name != "accepted"])
def test_a_district_is_not_told_what_was_rejected_of_its_siblings_rows_in_one_ledger(ledgers, other):
    """Of a ledger in which none of the sibling's rows is good, too, a district sees neither counts nor lines."""
    hashes = ("file_id", "sha256")
    before, after = (warehouse.open(ledgers[name], principal=OF_BEICHEN) for name in ("accepted", other))
    with before, after:
        assert all_rows(before, hashes) == all_rows(after, hashes)
        (ledger,) = (row for row in after.files() if row["path"].endswith("city_ledger.csv"))
        assert (ledger["records"], ledger["rejected"], ledger["remarks"]) == (None, None, None)
        assert "rejected" in str(after.query("SELECT reason_facts FROM assess_assessments")), "the own one is told"


def test_a_districts_own_file_with_rejected_rows_keeps_its_counts_and_lines(tmp_path):
    rows = [*OWN, accident("BC-L4", "双街镇", -1), accident("BC-L5", "不知何处", 1)]
    root = make_office(tmp_path, SEEDS, shared=False, ledgers={"accidents": rows})
    with warehouse.open(root, principal=OF_BEICHEN) as mine:
        (ledger,) = (row for row in mine.files() if row["path"].endswith("city_ledger.csv"))
        assert (ledger["records"], ledger["rejected"]) == (5, 3)
        lines = mine.query("SELECT line_number FROM core_accidents__versions WHERE record_id = 'BC-L3'")
        assert lines == [{"line_number": 4}]


def test_in_a_file_that_both_wrote_into_only_the_own_rows_and_no_counts_are_seen(office):
    with warehouse.open(office, principal=OF_BEICHEN) as mine:
        shared = next(row for row in mine.files() if row["path"].endswith("training/tianjin_all.csv"))
        own = next(row for row in mine.files() if row["path"].endswith("accidents/beichen_all.csv"))
        assert (shared["records"], shared["accepted"], shared["rejected"]) == (None, None, None)
        assert own["records"] > 0
        assert not [row for row in mine.files() if "dongjiang" in row["path"]]
        assert {row["record_id"][:2] for row in mine.records("training")} == {BEICHEN.sign}
        assert {row["line_number"] for row in mine.records("training")} == {None}, "a gap would count the other's rows"
        assert all(row["line_number"] for row in mine.records("accidents"))


def test_of_the_regions_above_only_published_figures_are_seen(office):
    with warehouse.open(office) as everything, warehouse.open(office, principal=OF_BEICHEN) as mine:
        asked = "SELECT DISTINCT region_code FROM mart_statistics"
        assert CITY in {row["region_code"] for row in everything.query(asked)}
        assert {row["region_code"] for row in mine.query(asked)} == {BEICHEN.code, "000000"}
        published = mine.query(
            "SELECT COUNT(*) AS n FROM mart_statistics AS s JOIN mart_files AS f USING (file_id) "
            "WHERE s.region_code = '000000' AND NOT f.is_published"
        )
        assert published == [{"n": 0}]
        assert [row["plan_id"] for row in mine.plans()] == ["beichen"]
        assert {row["plan_id"] for row in mine.query("SELECT DISTINCT plan_id FROM assess_targets")} == {
            "beichen", "tianjin", "nation",
        }  # fmt: skip
        for name in mine.tables():
            if "plan_id" in mine.columns(name) and name not in ("assess_plans", "assess_targets"):
                rows = mine.query(f"SELECT * FROM {name}")
                above = [row for row in rows if row["plan_id"] != "beichen"]
                if name == "mart_reconciliation":
                    assert above and {(row["computed_value"], row["agrees"]) for row in above} == {(None, None)}
                else:
                    assert above == [], name


def test_a_restricted_readers_manifest_has_no_counts_and_no_names_of_files(office):
    with warehouse.open(office, principal=OF_BEICHEN) as mine:
        assert (mine.manifest.records, mine.manifest.inputs, mine.manifest.checks) == (0, [], {})


# Conditions that are wrong for somebody else's rows only: were those rows there, the message would hold them.
PROBES = [
    "SELECT COUNT(*) AS n FROM core_accidents__versions WHERE "
    "CASE WHEN region_code LIKE '120113%' THEN FALSE ELSE CAST(enterprise AS INTEGER) > 0 END",
    "SELECT COUNT(*) AS n FROM mart_files WHERE CASE WHEN path LIKE '%dongjiang%' THEN CAST(path AS INTEGER) > 0 END",
    "SELECT COUNT(*) AS n FROM core_training__versions WHERE record_id LIKE 'DJ%' AND CAST(topic AS INTEGER) = 1",
]


@pytest.mark.parametrize("sql", PROBES)
def test_no_error_message_speaks_of_rows_that_are_not_ones_own(office, sql):
    with warehouse.open(office, principal=OF_BEICHEN) as mine:
        assert mine.query(sql) == [{"n": 0}]
    with warehouse.open(office) as everything, pytest.raises(PipelineError):
        everything.query(sql)


def test_statistics_of_a_column_are_those_of_the_own_rows(office):
    with warehouse.open(office, principal=OF_BEICHEN) as mine:
        told = str(mine.query("SELECT stats(record_id) AS told FROM core_inspections__versions LIMIT 1"))
        assert "DJ-" not in told


def test_a_town_sees_less_than_its_district(office):
    town = Principal("town", frozenset({BEICHEN.places[1]}))
    with warehouse.open(office, principal=town) as mine:
        codes = {row["region_code"] for row in mine.query("SELECT region_code FROM core_accidents__versions")}
        assert codes == {BEICHEN.places[1]}
        assert mine.plans() == []


def test_forecasts_move_with_a_sibling_only_where_models_are_pooled(office, tmp_path_factory):
    """What is estimated for all districts together may differ in the digits of an estimate, and nothing else may."""
    other = make_office(tmp_path_factory.mktemp("other"), {**SEEDS, DONGJIANG.sign: 3}, forecasts=True)
    with warehouse.open(office, principal=OF_BEICHEN) as before, warehouse.open(other, principal=OF_BEICHEN) as after:
        rows, others = (
            all_rows(house, without=("file_id", "sha256", "record_number", "line_number")) for house in (before, after)
        )
    moved = {name for name in rows if rows[name] != others[name]}
    assert moved <= {name for name in RULES if name.startswith("forecast_")}
    counts = {name for name in moved if len(rows[name]) != len(others[name])}
    assert counts == set()


def test_a_district_is_shown_what_was_published_of_the_regions_above_and_nothing_computed_of_them(office):
    day = datetime.date(2024, 9, 30)
    with warehouse.open(office) as everything, warehouse.open(office, principal=OF_BEICHEN) as mine:
        found = questions.published_above(mine, BEICHEN.code, day)
        assert found == questions.published_above(everything, BEICHEN.code, day)
        assert {row["region_code"] for row in found} == {CITY, "000000"}
        assert questions.published_above(mine, "000000", day) == []
