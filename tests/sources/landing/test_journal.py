"""What arrived when, what went when, whose records count, and who owes what."""

import json
import shutil
from datetime import date

import pytest

from pipelines.errors import PipelineError, SeveralErrors
from pipelines.sources import purge
from pipelines.sources.codes import read_codes
from pipelines.sources.inbox import Hashes, holds_demo_records, holds_own_records
from pipelines.sources.provenance import Provenance
from pipelines.sources.receipts import Journal
from pipelines.sources.reporting_calendar import reporting_calendar

GOOD = "A-1,120113,2024-07-01 08:30,2024-07-02,化工,1,12.5"
FIRST, LATER = date(2026, 11, 1), date(2026, 11, 20)


def dates(landing):
    return {row["path"].rsplit("/", 1)[-1]: (row["received_on"], row["withdrawn_on"]) for row in landing.files}


def test_a_file_taken_away_is_withdrawn_from_today_and_still_seen_before(project):
    path = project.accidents(GOOD)
    project.land(FIRST)
    path.unlink()
    landing = project.land(LATER)
    assert dates(landing) == {"q3.csv": (FIRST, LATER)}
    assert len(project.rows(landing, "accidents", "record_id")) == 1
    assert dates(project.land(date(2026, 12, 24))) == {"q3.csv": (FIRST, LATER)}


def test_a_withdrawn_file_lands_again_from_the_archive_when_the_warehouse_is_gone(project):
    path = project.accidents(GOOD)
    project.land(FIRST)
    path.unlink()
    shutil.rmtree(project.root / "data/warehouse")
    landing = project.land(LATER)
    assert project.rows(landing, "accidents", "record_id") == [("A-1",)] and landing.reads == 1


def test_a_replaced_file_is_a_new_one_and_the_old_one_is_withdrawn(project):
    project.accidents(GOOD)
    project.land(FIRST)
    project.accidents(GOOD, "A-2" + GOOD[3:])
    landing = project.land(LATER)
    assert sorted((row["received_on"], row["withdrawn_on"]) for row in landing.files) == [(FIRST, LATER), (LATER, None)]


def test_a_file_that_is_only_moved_was_never_away(project):
    path = project.accidents(GOOD)
    project.land(FIRST)
    path.rename(path.with_name("renamed.csv"))
    assert dates(project.land(LATER)) == {"renamed.csv": (FIRST, None)}


def test_files_of_one_day_are_in_the_order_in_which_they_came_and_stay_so(project):
    def arrivals(landing):
        ordered = sorted(landing.files, key=lambda row: row["arrival"])
        return [(row["arrival"], row["path"].rsplit("/", 1)[-1]) for row in ordered]

    first = project.accidents(GOOD, name="z.csv")
    project.land(FIRST)
    project.accidents(GOOD.replace(",1,", ",2,"), name="a.csv")
    came = project.land(FIRST)
    assert arrivals(came) == [(1, "z.csv"), (2, "a.csv")]
    content = first.read_bytes()
    first.unlink()
    gone = project.land(LATER)
    first.with_name("y.csv").write_bytes(content)
    project.write("raw/accidents/provenance.yml", "default: {source: bureau}\n")
    back = project.land(LATER)
    assert arrivals(gone) == [(1, "z.csv"), (2, "a.csv")] and arrivals(back) == [(1, "y.csv"), (2, "a.csv")]
    assert arrivals(project.land(LATER, write=False)) == arrivals(back)


def test_a_clock_set_back_cannot_withdraw_a_file_before_it_came(project):
    path = project.accidents(GOOD)
    project.land(LATER)
    path.unlink()
    assert dates(project.land(FIRST)) == {"q3.csv": (LATER, LATER)}


def test_declared_day_of_receipt_counts_and_history_is_passed_on(project):
    project.accidents(GOOD)
    said = "default: {source: 市局, history: true}\nq3.csv: {received_on: 2024-10-15}\n"
    project.write("raw/accidents/provenance.yml", said)
    (row,) = project.land(LATER).files
    assert (row["source"], row["received_on"], row["is_history"]) == ("市局", date(2024, 10, 15), True)


def test_provenance_that_says_something_unknown_is_refused(project):
    project.accidents(GOOD)
    project.write("raw/accidents/provenance.yml", "q3.csv: {recieved_on: 2024-10-15}\n")
    with pytest.raises(PipelineError) as caught:
        project.land(LATER)
    assert caught.value.where == "data/raw/accidents/provenance.yml" and "recieved_on" in caught.value.rows[0]


def test_a_bad_file_that_was_replaced_leaves_nothing_behind(project):
    project.accidents("A-1,120113,2024-07-01,,化工,x,")
    with pytest.raises(PipelineError):
        project.land(FIRST)
    project.accidents(GOOD)
    landing = project.land(LATER)
    assert [row["accepted"] for row in landing.files] == [1] and not landing.workbooks


def test_purge_takes_a_file_out_of_all_history_and_keeps_the_note(project):
    path = project.accidents(GOOD)
    file_id = project.land(FIRST).files[0]["file_id"]
    with pytest.raises(PipelineError) as caught:
        purge(project.settings, file_id, "names in it", LATER)
    assert caught.value.code == "purge_while_there"
    content = path.read_bytes()
    path.unlink()
    project.land(LATER)
    with pytest.raises(PipelineError):
        purge(project.settings, file_id, " ", LATER)
    purge(project.settings, file_id, "names in it", LATER)
    assert project.land(LATER).files == []
    assert not list((project.root / "data/journal/archive").rglob("*.csv"))
    journal = (project.root / "data/journal/receipts.jsonl").read_text(encoding="utf-8")
    assert json.loads(journal.splitlines()[-1])["reason"] == "names in it"
    path.write_bytes(content)
    with pytest.raises(PipelineError) as caught:
        project.land(LATER)
    assert caught.value.code == "purged_file_is_back"


def test_a_path_typed_as_windows_writes_it_is_found(project, monkeypatch):
    path = project.accidents(GOOD)
    shown = project.land(FIRST).files[0]["path"]
    path.unlink()
    project.land(LATER)
    monkeypatch.setattr("os.sep", "\\")
    (receipt,) = purge(project.settings, "data\\raw\\accidents\\q3.csv", "why", LATER)
    assert receipt.path == shown


def test_a_line_cut_short_by_a_crash_loses_nothing_else(tmp_path):
    journal = Journal(tmp_path)
    journal.note([("accidents", "a.csv", "a" * 64, Provenance())], FIRST)
    with (tmp_path / "receipts.jsonl").open("ab") as file:
        file.write(b'{"event": "seen", "kind": "acc')
    again = Journal(tmp_path)
    again.note([("accidents", "a.csv", "a" * 64, Provenance()), ("accidents", "b.csv", "b" * 64, Provenance())], LATER)
    assert {r.path: r.first_seen for r in Journal(tmp_path).receipts.values()} == {"a.csv": FIRST, "b.csv": LATER}


def test_demonstration_counts_only_while_there_are_no_own_records(project):
    project.accidents(GOOD, where="demo")
    published = "指标,行政区划代码,时期,数值,单位\nGDP,000000,2023,126.0,亿元\n"
    project.write("raw/statistics/nation/x.csv", published)
    project.write("raw/statistics/nation/provenance.yml", "default: {source: nation, published: true}\n")
    landing = project.land(LATER)
    assert {row["kind"]: (row["is_synthetic"], row["is_published"]) for row in landing.files} == {
        "accidents": (True, False),
        "statistics": (False, True),
    }
    assert landing.is_synthetic and holds_demo_records(project.settings) and not holds_own_records(project.settings)
    project.accidents(GOOD.replace("A-1", "B-1"))
    assert holds_own_records(project.settings)
    with pytest.raises(PipelineError) as caught:
        project.land(LATER)
    assert caught.value.code == "own_and_demo_records" and "anlan demo --remove" in caught.value.tell("en")
    shutil.rmtree(project.root / "data/demo")
    landing = project.land(LATER)
    assert not landing.is_synthetic and len(landing.files) == 2


def test_what_is_not_a_record_is_passed_over(project):
    project.accidents(GOOD)
    for name in ("~$q3.xlsx", ".hidden.csv", "q4.csv.tmp", "Thumbs.db", "taiwan.yml", "README.md", "sub/.DS_Store"):
        project.write(f"raw/accidents/{name}", "x")
    assert [row["path"] for row in project.land(LATER).files] == ["data/raw/accidents/q3.csv"]


def test_the_same_bytes_twice_are_one_file(project):
    project.accidents(GOOD)
    project.accidents(GOOD, name="copy.csv")
    assert len(project.land(LATER).files) == 1


def test_hashes_are_remembered_only_for_files_that_have_settled(tmp_path):
    import os

    path = tmp_path / "a.csv"
    path.write_text("1", encoding="utf-8")
    hashes = Hashes(tmp_path / "h.json")
    hashes.sha256(path)
    hashes.keep()
    fresh = Hashes(tmp_path / "h.json")
    fresh.sha256(path)
    assert fresh.computed == 1
    fresh._used[str(path)] = [
        *(getattr(path.stat(), n) for n in ("st_size", "st_mtime_ns", "st_ctime_ns", "st_ino")),
        "x",
    ]
    fresh.keep()
    known = Hashes(tmp_path / "h.json")
    assert known.sha256(path) == "x" and known.computed == 0
    os.utime(path, ns=(1, 1))
    assert known.sha256(path) != "x"


def test_the_reporting_calendar_lists_every_period_that_has_begun(project):
    regions = read_codes(project.root / "data/codes").regions
    said = "- {kind: accidents, regions: ['120113'], frequency: quarter, first_period: 2024-01-01, due_days: 15}\n"
    project.write("codes/reporting_calendar.yml", said)
    rows = reporting_calendar(project.root / "data/codes", regions, date(2024, 7, 1))
    assert [(r["period_start"], r["period_end"], r["due_on"]) for r in rows] == [
        (date(2024, 1, 1), date(2024, 3, 31), date(2024, 4, 15)),
        (date(2024, 4, 1), date(2024, 6, 30), date(2024, 7, 15)),
        (date(2024, 7, 1), date(2024, 9, 30), date(2024, 10, 15)),
    ]


def test_a_district_that_the_office_names_owes_what_the_calendar_asks_of_districts(project):
    regions = read_codes(project.root / "data/codes").regions
    said = "- {kind: accidents, regions: ['120113'], frequency: quarter, first_period: 2024-01-01, due_days: 15}\n"
    said += "- {kind: training, regions: ['120000'], frequency: quarter, first_period: 2024-01-01, due_days: 15}\n"
    project.write("codes/reporting_calendar.yml", said)
    folder, until = project.root / "data/codes", date(2024, 1, 31)
    rows = reporting_calendar(folder, regions, until, ["120114", "120113"])
    owed = {(row["kind"], row["region_code"]) for row in rows}
    assert owed == {("accidents", "120113"), ("accidents", "120114"), ("training", "120000")}
    assert len(reporting_calendar(folder, regions, until)) == 2  # nobody is named: only who is entered


def test_a_calendar_with_an_unknown_region_or_a_crooked_start_is_refused(project):
    said = "- {kind: accidents, regions: ['1'], frequency: quarter, first_period: 2024-01-01, due_days: 15}\n"
    said += "- {kind: accidents, regions: ['120113'], frequency: quarter, first_period: 2024-02-01, due_days: 15}\n"
    project.write("codes/reporting_calendar.yml", said)
    with pytest.raises(PipelineError) as caught:
        project.land(LATER)
    assert not isinstance(caught.value, SeveralErrors) and len(caught.value.rows) == 2


@pytest.mark.parametrize("lost", ["raw", "raw/accidents", "a file instead"])
def test_a_folder_that_is_gone_withdraws_nothing(project, lost):
    path = project.accidents(GOOD)
    project.land(FIRST)
    journal = (project.root / "data/journal/receipts.jsonl").read_bytes()
    shutil.rmtree(project.root / "data" / ("raw" if lost == "a file instead" else lost))
    if lost == "a file instead":
        project.write("raw", "")
    with pytest.raises(PipelineError) as caught:
        project.land(LATER)
    assert caught.value.code == ("not_a_folder" if lost == "a file instead" else "records_lost")
    assert (project.root / "data/journal/receipts.jsonl").read_bytes() == journal
    if lost != "a file instead":
        assert "data/raw/accidents" in caught.value.tell("en")
        assert "anlan build --withdraw" in caught.value.tell("en")
        assert dates(project.land(LATER, withdraw=True)) == {"q3.csv": (FIRST, LATER)}
        path.parent.mkdir(parents=True)
        assert dates(project.land(LATER)) == {"q3.csv": (FIRST, LATER)}


def test_files_that_are_gone_are_named_on_the_day_and_replaced_ones_are_not(project):
    project.accidents(GOOD)
    project.accidents("B" + GOOD[1:], name="q2.csv")
    assert project.land(FIRST).withdrawn == []
    (project.root / "data/raw/accidents/q2.csv").unlink()
    project.accidents(GOOD, "A-2" + GOOD[3:])
    assert project.land(LATER).withdrawn == ["data/raw/accidents/q2.csv"]
    assert project.land(date(2026, 12, 24)).withdrawn == []


def many(project, *names):
    """Files of accidents, each with other bytes."""
    return [project.accidents(f"C{i}" + GOOD[1:], name=name) for i, name in enumerate(names)]


def refused(project, **more):
    with pytest.raises(PipelineError) as caught:
        project.land(LATER, **more)
    assert not isinstance(caught.value, SeveralErrors)
    return caught.value


def test_half_of_the_files_of_a_kind_gone_at_once_must_be_confirmed(project):
    paths = many(project, *(f"q{i}.csv" for i in range(6)))
    project.land(FIRST)
    journal = (project.root / "data/journal/receipts.jsonl").read_bytes()
    for path in paths[:3]:
        path.unlink()
    told = refused(project)
    assert told.code == "records_vanished" and told.rows == tuple(f"data/raw/accidents/q{i}.csv" for i in range(3))
    assert "3 of 6" in told.tell("en") and "anlan build --withdraw" in told.tell("zh")
    assert (project.root / "data/journal/receipts.jsonl").read_bytes() == journal
    assert [row for row in dates(project.land(LATER, withdraw=True)).values()] == [(FIRST, LATER)] * 3 + [
        (FIRST, None)
    ] * 3
    assert project.land(LATER).withdrawn == list(told.rows)  # confirmed once, and not asked for again


def test_a_folder_below_the_kind_that_lost_all_its_files_must_be_confirmed(project):
    many(project, "share/a.csv", "share/b.csv", *(f"q{i}.csv" for i in range(9)))
    project.land(FIRST)
    for name in ("a.csv", "b.csv"):
        (project.root / "data/raw/accidents/share" / name).unlink()  # the mount point stays when the disk is gone
    assert refused(project).rows == ("data/raw/accidents/share/a.csv", "data/raw/accidents/share/b.csv")


def test_fewer_files_are_withdrawn_without_a_question(project):
    paths = many(project, *(f"q{i}.csv" for i in range(7)), "share/a.csv")
    project.land(FIRST)
    for path in (*paths[:2], paths[7]):
        path.unlink()
    assert len(project.land(LATER).withdrawn) == 3


def test_files_that_were_moved_or_replaced_are_not_gone(project):
    paths = many(project, *(f"q{i}.csv" for i in range(4)))
    project.land(FIRST)
    folder = project.root / "data/raw/accidents/2024"
    folder.mkdir()
    for path in paths[:2]:
        path.rename(folder / path.name)
    many(project, "x", "x", "q2.csv", "q3.csv")[0].unlink()
    project.accidents(GOOD, name="q3.csv")
    assert project.land(LATER).withdrawn == []


def test_a_file_that_cannot_be_read_is_not_gone(project, monkeypatch):
    path = project.accidents(GOOD)
    project.land(FIRST)
    journal = (project.root / "data/journal/receipts.jsonl").read_bytes()
    (project.root / "data/warehouse/landed/hashes.json").unlink(missing_ok=True)
    opened = type(path).open

    def closed(self, *said, **more):
        if self == path:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(self, *said, **more)

    monkeypatch.setattr(type(path), "open", closed)
    told = refused(project)
    assert (told.code, told.where) == ("file_unreadable", "data/raw/accidents/q3.csv")
    assert "没有读取权限" in told.tell("zh") or "there is no permission" in told.tell("en")
    assert (project.root / "data/journal/receipts.jsonl").read_bytes() == journal


def test_a_folder_that_cannot_be_read_is_told_and_withdraws_nothing(project, monkeypatch):
    path = project.accidents(GOOD, name="share/a.csv")
    project.land(FIRST)
    journal = (project.root / "data/journal/receipts.jsonl").read_bytes()
    listed = type(path).iterdir

    def closed(self):
        if self == path.parent:
            raise PermissionError(13, "Permission denied", str(self))
        return listed(self)

    monkeypatch.setattr(type(path), "iterdir", closed)
    told = refused(project)
    assert (told.code, told.where) == ("file_unreadable", "data/raw/accidents/share")
    assert (project.root / "data/journal/receipts.jsonl").read_bytes() == journal
