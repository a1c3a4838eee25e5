"""Which version of a record counts on which day."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta

import pytest

from pipelines.model_files import MODELS_FOLDER
from pipelines.relations import RECORD_KINDS
from tests.rows import day

VERSIONS = "SELECT record_id, deaths, known_on, superseded_on FROM core_accidents__versions ORDER BY known_on"


def spells(house, record_id="A"):
    return [
        (row["deaths"], row["known_on"].isoformat(), row["superseded_on"] and row["superseded_on"].isoformat())
        for row in house.query(VERSIONS)
        if row["record_id"] == record_id
    ]


def report(deaths, reported, status="reported", **more):
    return {"record_id": "A", "deaths": deaths, "reported_at": f"{reported} 09:00:00", "status": status, **more}


def test_a_record_reported_once_counts_from_the_day_it_was_known(warehouse_from):
    house = warehouse_from(accidents=[report(2, "2024-03-12")])
    assert spells(house) == [(2, "2024-03-12", None)]


def test_a_revision_ends_the_version_before(warehouse_from):
    house = warehouse_from(accidents=[report(2, "2024-03-12"), report(3, "2024-05-01", "revised")])
    assert spells(house) == [(2, "2024-03-12", "2024-05-01"), (3, "2024-05-01", None)]


def test_a_strike_off_ends_the_record_and_a_later_report_brings_it_back(warehouse_from):
    struck = [report(2, "2024-03-12"), report(2, "2024-05-01", "struck_off")]
    assert spells(warehouse_from(accidents=struck)) == [(2, "2024-03-12", "2024-05-01")]
    again = [*struck, report(1, "2024-06-01")]
    assert spells(warehouse_from(accidents=again)) == [(2, "2024-03-12", "2024-05-01"), (1, "2024-06-01", None)]


def test_of_two_reports_known_on_one_day_the_later_one_counts(warehouse_from):
    house = warehouse_from(accidents=[report(2, "2024-03-12"), {**report(5, "2024-03-12"), "status": "revised"}])
    assert spells(house) == [(5, "2024-03-12", None)]


@pytest.mark.parametrize("names", [("morning.csv", "evening.csv"), ("evening.csv", "morning.csv")])
def test_of_two_files_of_one_day_with_the_same_time_of_report_the_one_that_came_later_counts(warehouse_from, names):
    files = {name: {"received_on": "2024-03-12", "arrival": n} for n, name in enumerate(names, start=1)}
    reports = [report(deaths, "2024-03-12", file=name) for deaths, name in zip((0, 2), names, strict=True)]
    assert spells(warehouse_from(accidents=reports, files=files)) == [(2, "2024-03-12", None)]


def test_a_file_that_is_no_history_is_known_when_it_arrives(warehouse_from):
    house = warehouse_from(
        accidents=[report(2, "2024-03-12", file="q1.csv")], files={"q1.csv": {"received_on": "2024-04-20"}}
    )
    assert spells(house) == [(2, "2024-04-20", None)]


def test_a_report_dated_after_its_arrival_is_known_on_its_date(warehouse_from):
    house = warehouse_from(
        accidents=[report(2, "2024-05-02", file="q1.csv")], files={"q1.csv": {"received_on": "2024-04-20"}}
    )
    assert spells(house) == [(2, "2024-05-02", None)]


@pytest.mark.parametrize(
    ("later", "counts"),
    [
        (report(2, "2024-05-01", "struck_off", file="march.csv"), []),
        (report(3, "2024-05-01", "revised", file="march.csv"), [(3, "2024-05-02", None)]),
    ],
    ids=["struck off", "revised"],
)
def test_an_old_report_that_is_sent_again_undoes_nothing_and_is_told(warehouse_from, later, counts):
    """First reported in March; struck off or revised in May; the first report comes once more in June."""
    files = {
        "first.csv": {"received_on": "2024-03-12"},
        "march.csv": {"received_on": "2024-05-02"},
        "again.csv": {"received_on": "2024-06-10"},
    }
    first = report(2, "2024-03-12", file="first.csv")
    again = report(2, "2024-03-12", file="again.csv")
    house = warehouse_from(accidents=[first, later, again], files=files)
    assert spells(house) == [(2, "2024-03-12", "2024-05-02"), *counts]
    told = {row["check_name"]: row["offending_rows"] for row in house.checks() if row["offending_rows"]}
    assert told == {"chk_stale_reports_are_passed_over": 1}
    (row,) = [row for row in house.checks() if row["offending_rows"]]
    assert re.search(r"again\.csv\D*1\D*[(（]A[)）]", row["text"]), row["text"]


def test_of_an_equal_time_of_report_the_later_arrival_counts(warehouse_from):
    reports = [report(n, "2024-03-12", file=f"f{n}.csv") for n in (1, 2)]
    files = {"f1.csv": {"received_on": "2024-03-12"}, "f2.csv": {"received_on": "2024-06-10"}}
    house = warehouse_from(accidents=reports, files=files)
    assert spells(house) == [(1, "2024-03-12", "2024-06-10"), (2, "2024-06-10", None)]
    assert not any(row["offending_rows"] for row in house.checks())


def test_a_withdrawn_file_stops_counting_on_that_day(warehouse_from):
    house = warehouse_from(
        accidents=[report(2, "2024-03-12", file="q1.csv")],
        files={"q1.csv": {"received_on": "2024-04-20", "withdrawn_on": "2024-06-01"}},
    )
    assert spells(house) == [(2, "2024-04-20", "2024-06-01")]


def test_a_withdrawn_revision_lets_the_former_version_count_again(warehouse_from):
    house = warehouse_from(
        accidents=[report(2, "2024-03-12", file="first.csv"), report(3, "2024-04-12", "revised", file="wrong.csv")],
        files={
            "first.csv": {"received_on": "2024-04-01"},
            "wrong.csv": {"received_on": "2024-05-01", "withdrawn_on": "2024-06-01"},
        },
    )
    assert spells(house) == [
        (2, "2024-04-01", "2024-05-01"),
        (3, "2024-05-01", "2024-06-01"),
        (2, "2024-06-01", None),
    ]


def test_a_file_withdrawn_before_anybody_knew_it_never_counts(warehouse_from):
    house = warehouse_from(
        accidents=[report(2, "2024-06-12", file="q1.csv")],
        files={"q1.csv": {"received_on": "2024-04-20", "withdrawn_on": "2024-06-01"}},
    )
    assert spells(house) == []


def test_a_correction_made_later_undoes_no_revision_and_no_strike_off(warehouse_from):
    """It takes the place of the report that it corrects: from its own day, and only until that report was overtaken."""

    def told(deaths, since):
        sheet = f"corrections.yml:{since}"
        return report(deaths, "2024-03-12", "revised", corrected_on=since, sheet=sheet, record_number=1)

    first = report(2, "2024-03-12", record_number=1)
    assert spells(warehouse_from(accidents=[first, told(3, "2024-04-01"), told(4, "2024-06-01")])) == [
        (2, "2024-03-12", "2024-04-01"),
        (3, "2024-04-01", "2024-06-01"),
        (4, "2024-06-01", None),
    ]
    revised = warehouse_from(accidents=[first, told(3, "2024-06-01"), report(9, "2024-05-01", "revised")])
    assert spells(revised) == [(2, "2024-03-12", "2024-05-01"), (9, "2024-05-01", None)]
    struck = warehouse_from(accidents=[first, told(3, "2024-06-01"), report(0, "2024-05-01", "struck_off")])
    assert spells(struck) == [(2, "2024-03-12", "2024-05-01")]
    assert [row["check_name"] for row in struck.checks() if row["offending_rows"]] == [
        "chk_corrections_of_accidents_count"
    ]


def test_the_same_id_in_another_region_or_from_another_source_is_another_record(warehouse_from):
    house = warehouse_from(
        accidents=[
            report(1, "2024-03-12"),
            report(2, "2024-03-13", region_code="120113001"),
            report(4, "2024-03-14", source="fire brigade"),
        ]
    )
    assert [deaths for deaths, _, until in spells(house) if until is None] == [1, 2, 4]


def test_zero_returns_are_no_records(warehouse_from):
    house = warehouse_from(accidents=[{"status": "zero_return", "occurred_at": "2024-01-01 00:00:00"}])
    assert house.query("SELECT record_id FROM core_accidents__versions") == []
    assert house.query("SELECT measure FROM mart_measure_deltas") == []


@pytest.mark.parametrize("seed", range(4))
def test_on_every_day_the_version_is_the_latest_that_was_known_and_not_withdrawn(warehouse_from, seed):
    """Held against a plain recount, day by day, over reports and files at random."""
    chance = random.Random(seed)
    start = date(2024, 3, 20)
    files = {}
    for number in range(6):
        received = start + timedelta(days=chance.randrange(12))
        gone = received + timedelta(days=chance.randrange(1, 12)) if chance.random() < 0.5 else None
        files[f"f{number}.csv"] = {
            "received_on": received.isoformat(),
            "withdrawn_on": gone and gone.isoformat(),
            "is_history": chance.random() < 0.3,
            "arrival": chance.randrange(4),
        }
    reports = [
        {
            "record_id": chance.choice("ABCD"),
            "deaths": number + 1,
            "status": chance.choice(["reported", "revised", "revised", "struck_off"]),
            "reported_at": f"{start + timedelta(days=chance.randrange(14))} {chance.choice((9, 17)):02}:00:00",
            "file": chance.choice(sorted(files)),
        }
        for number in range(40)
    ]
    house = warehouse_from(accidents=reports, files=files)
    ids = {row["path"].split("/")[1]: row["file_id"] for row in house.files()}
    numbers: dict[str, int] = {}
    for row in reports:
        numbers[row["file"]] = numbers.get(row["file"], 0) + 1
        said = files[row["file"]]
        reported = day(row["reported_at"][:10])
        row["known"] = reported if said["is_history"] else max(reported, day(said["received_on"]))
        row["gone"] = said["withdrawn_on"] and day(said["withdrawn_on"])
        row["order"] = (
            row["reported_at"],
            row["known"],
            said["received_on"],
            said["arrival"],
            ids[row["file"]],
            numbers[row["file"]],
        )
    for offset in range(45):
        today = start + timedelta(days=offset - 2)
        for key in "ABCD":
            heard = [
                row
                for row in reports
                if row["record_id"] == key and row["known"] <= today and (row["gone"] is None or row["gone"] > today)
            ]
            last = max(heard, key=lambda row: row["order"], default=None)
            expected = [] if last is None or last["status"] == "struck_off" else [last["deaths"]]
            found = [
                deaths
                for deaths, known, until in spells(house, key)
                if known <= today.isoformat() and (until is None or until > today.isoformat())
            ]
            assert found == expected, (key, today)


def test_the_order_of_rows_and_files_does_not_matter(warehouse_from):
    reports = [report(n, f"2024-04-{n:02d}", "revised", file=f"f{n}.csv") for n in range(1, 6)]
    files = {f"f{n}.csv": {"received_on": f"2024-05-{n:02d}"} for n in range(1, 6)}
    straight = spells(warehouse_from(accidents=reports, files=files))
    assert spells(warehouse_from(accidents=reports[::-1], files=files, full=True)) == straight


def test_the_staging_of_every_kind_knows_its_reports_by_the_same_rule():
    texts = {}
    for kind in RECORD_KINDS:
        text = (MODELS_FOLDER / f"staging/stg_{kind}.sql").read_text(encoding="utf-8")
        texts[kind] = text[text.index("    files.received_on,") :].replace(kind, "KIND")
    assert len(set(texts.values())) == 1
