"""Pulls from a real PostgreSQL: what is new comes once, as a file that a rebuild needs no database for."""

from __future__ import annotations

import fcntl
import os
from datetime import date

import duckdb
import psycopg
import pytest
import yaml

from pipelines import publish
from pipelines.build import make
from pipelines.inputs import gather
from pipelines.sources import land_all
from pipelines.sources.database_archive import pulls_of
from pipelines.sources.database_pull import pull_all
from pipelines.sources.database_source import find_sources
from pipelines.sources.receipts import note_published
from tests.postgres.conftest import PASSWORD

pytestmark = pytest.mark.xdist_group("postgres")
DAY = date(2024, 4, 1)


def pull(office, day=DAY, **options):
    """Pull the one source."""
    return pull_all(office, today=day, **options)[0]


def rows(path, columns="*"):
    with duckdb.connect() as con:
        return con.execute(f"SELECT {columns} FROM read_parquet('{path}')").fetchall()


def numbers(path):
    return [number for (number,) in rows(path, '"检查编号"')]


def folder_of(office):
    return office.path("raw") / "inspections" / "checks"


def test_every_value_comes_as_the_text_that_the_contract_reads(table, office, write_source):
    table.add(check_no="a", found=2147483647, fine="1234567890.10", called_in=True, firm="津·𠮷 'x' \"y\" %s",
              stamped="2024-03-10 20:30:00.5+00")  # fmt: skip
    table.add(check_no="b", found=None, fine=None, called_in=False, firm="", stamped=None)
    write_source()
    file = pull(office).file
    assert rows(file) == [
        ("a", "120113", "2024-03-10", "routine", "2147483647", "1234567890.10", "true", "津·𠮷 'x' \"y\" %s",
         "2024-03-11 04:30:00.5", "2024-03-11 09:00:00"),
        ("b", "120113", "2024-03-10", "routine", None, None, "false", "", None, "2024-03-11 09:00:00"),
    ]  # fmt: skip


def test_a_pull_says_of_itself_what_was_asked_when_and_from_where_to_where(table, office, write_source):
    table.add(check_no="a")
    write_source(first_pull_is_history="true", publisher="某区局")
    pulled = pull(office)
    with duckdb.connect() as con:
        ((path, told),) = pulls_of(find_sources(office)[0], con)
    assert path == pulled.file and path.name == "000001-2024-04-01.parquet"
    assert (told.rows, told.known, told.since, told.until) == (1, 0, "", "2024-03-11 09:00:00")
    assert told.columns["罚款金额"] == "numeric" and "FROM checks" in told.query
    assert PASSWORD not in path.read_bytes().decode("latin-1")
    said = yaml.safe_load((path.parent / "provenance.yml").read_text(encoding="utf-8"))
    assert said["default"] == {"source": "区执法系统", "publisher": "某区局"}
    assert said[path.name]["received_on"] == "2024-04-01" and said[path.name]["history"] is True
    assert "checks.source.yml" in said[path.name]["note"]


def test_only_what_is_new_or_changed_is_kept(table, office, write_source):
    write_source()
    table.add(check_no="a", found=1)
    table.add(check_no="b", found=1)
    first = pull(office)
    assert (first.rows, first.known) == (2, 0)
    nothing = pull(office)
    assert nothing.file is None and (nothing.rows, nothing.known) == (0, 2)
    table.add(check_no="c")  # the very stamp of the last one
    table.run("UPDATE checks SET found = 9, changed_at = '2024-03-12 10:00:00' WHERE check_no = 'a'")
    second = pull(office, date(2024, 4, 2))
    assert (second.rows, second.known) == (2, 1) and sorted(numbers(second.file)) == ["a", "c"]
    assert second.since == "2024-03-10 09:00:00"
    assert numbers(first.file) == ["a", "b"], "a pull is never changed"
    said = yaml.safe_load((second.file.parent / "provenance.yml").read_text(encoding="utf-8"))
    assert [said[name]["received_on"] for name in sorted(said) if name != "default"] == ["2024-04-01", "2024-04-02"]


def test_a_row_that_is_committed_late_is_found_within_the_look_back_and_not_beyond(table, office, write_source):
    write_source(look_back="2 hours")
    table.add(check_no="on time", changed_at="2024-03-11 09:00:00")
    with psycopg.connect(table.address("owner")) as slow:
        slow.execute("INSERT INTO checks (check_no, changed_at) VALUES ('late', '2024-03-11 08:00:00')")
        slow.execute("INSERT INTO checks (check_no, changed_at) VALUES ('too late', '2024-03-11 06:59:59')")
        assert numbers(pull(office).file) == ["on time"]
        slow.commit()
    assert numbers(pull(office).file) == ["late"]


def test_a_stamp_in_the_future_does_not_hide_what_comes_before_it(table, office, write_source):
    write_source()
    table.add(check_no="wrong clock", changed_at="2099-01-01 00:00:00")
    pull(office)
    table.run("INSERT INTO checks (check_no, changed_at) VALUES ('today', now())")
    assert numbers(pull(office).file) == ["today"]


@pytest.mark.parametrize(
    ("kind", "values", "look_back"),
    [
        ("BIGINT", ("9", "10", "11"), "1"),
        ("DATE", ("2024-03-09", "2024-03-10", "2024-03-11"), "1 days"),
        ("TIMESTAMPTZ", ("2024-03-09 00:00+00", "2024-03-10 00:00+00", "2024-03-11 00:00+00"), "30 minutes"),
    ],
)
def test_a_cursor_is_a_number_a_date_or_a_time(table, office, write_source, kind, values, look_back):
    table.run(f"ALTER TABLE checks DROP COLUMN changed_at, ADD COLUMN changed_at {kind}")
    write_source(look_back=look_back)
    for n, value in enumerate(values):
        table.add(check_no=str(n), changed_at=value)
        assert numbers(pull(office).file) == [str(n)]


def test_a_query_that_was_changed_is_read_from_the_beginning(table, office, write_source):
    write_source("SELECT check_no, area, checked_on, kind, changed_at FROM checks")
    table.add(check_no="a", changed_at="2020-01-01")
    table.add(check_no="b")
    pull(office)
    write_source("SELECT check_no, area, checked_on, kind, found, changed_at FROM checks; -- with what was found")
    again = pull(office)
    assert again.rows == 2 and again.since == ""


def test_without_a_cursor_the_whole_answer_takes_the_place_of_the_former(table, office, write_source):
    write_source(cursor=None, look_back=None)
    table.add(check_no="a")
    table.add(check_no="b")
    first = pull(office).file
    before = first.read_bytes()
    assert pull(office).file is None
    note_published(office, land_all(office, today=DAY).files, DAY)  # as a build does
    table.run("DELETE FROM checks WHERE check_no = 'a'")
    assert pull(office, date(2024, 5, 1)).file == first
    assert numbers(first) == ["b"] and len(list(first.parent.glob("*.parquet"))) == 1
    kept = [path.read_bytes() for path in office.path("journal").glob("archive/*/*.parquet")]
    assert before in kept, "what was taken before is kept for good"
    landed = land_all(office, today=date(2024, 5, 1)).files
    assert sorted(str(row["withdrawn_on"]) for row in landed) == ["2024-05-01", "None"]


def test_former_pulls_that_an_interrupted_whole_one_left_go_with_the_next(table, office, write_source):
    write_source()
    table.add(check_no="a")
    table.add(check_no="b")
    pull(office)
    table.run("UPDATE checks SET found = 9, changed_at = '2024-03-12 10:00:00' WHERE check_no = 'a'")
    pull(office, date(2024, 4, 2))
    before = {path: path.read_bytes() for path in folder_of(office).glob("*.parquet")}
    write_source(cursor=None, look_back=None)
    whole = pull(office, date(2024, 4, 3)).file
    for path, content in before.items():  # as if the power had failed before they were removed
        path.write_bytes(content)
    assert pull(office, date(2024, 4, 3)).file is None
    assert len(before) == 2 and list(folder_of(office).glob("*.parquet")) == [whole]
    said = yaml.safe_load((folder_of(office) / "provenance.yml").read_text(encoding="utf-8"))
    assert sorted(said) == ["default", whole.name]


def test_a_pull_is_brought_to_the_disk_through_a_handle_that_may_write(table, office, write_source, monkeypatch):
    """Windows refuses to flush a file that is open for reading only."""
    true = os.fsync

    def flush(handle):
        assert fcntl.fcntl(handle, fcntl.F_GETFL) & os.O_RDWR
        flushed.append(os.fstat(handle).st_size)
        true(handle)

    flushed: list[int] = []
    write_source()
    table.add(check_no="a")
    monkeypatch.setattr(os, "fsync", flush)
    assert pull(office).file.stat().st_size in flushed


def test_a_whole_answer_that_no_build_saw_is_kept_all_the_same(table, office, write_source):
    write_source(cursor=None, look_back=None)
    table.add(check_no="a")
    before = pull(office).file.read_bytes()
    table.add(check_no="b")
    pull(office)
    assert [path.read_bytes() for path in office.path("journal").glob("archive/*/*.parquet")] == [before]


def test_one_state_of_the_database_is_seen_from_the_first_row_to_the_last(table, office, write_source, monkeypatch):
    write_source(batch_rows=2)
    for n in range(6):
        table.add(check_no=str(n))
    from pipelines.sources import database_archive

    true, seen = database_archive.arrow_table, []

    def interrupted(columns, values):
        if not seen:
            table.add(check_no="meanwhile")
            table.run("UPDATE checks SET found = 5")
        seen.append(len(values[0]))
        return true(columns, values)

    monkeypatch.setattr(database_archive, "arrow_table", interrupted)
    first = pull(office).file
    assert (
        seen == [2, 2, 2] and sorted(numbers(first)) == list("012345") and set(rows(first, "发现隐患数")) == {(None,)}
    )
    assert pull(office).rows == 7


def test_a_large_answer_does_not_come_into_memory(table, office, write_source):
    import psutil

    from pipelines.sources.database_postgresql import open_query

    query = "SELECT g AS n, repeat('安', 300) AS text FROM generate_series(1, 1500000) AS g"
    write_source(query, cursor="n", look_back="0", batch_rows=5000)
    me = psutil.Process()
    with open_query(find_sources(office)[0], None) as answer:
        before = me.memory_info().rss
        for n, batch in enumerate(answer.batches):
            assert len(batch) == 5000
            if n == 20:
                break
        assert me.memory_info().rss - before < 150_000_000  # all of it would be more than a gigabyte


def test_a_rebuild_needs_no_database_and_each_row_leads_to_its_pull(table, office, write_source, monkeypatch):
    write_source()
    table.add(check_no="a", found=1)
    table.add(check_no="b", found=2)
    first = pull(office, date(2024, 4, 1)).file
    table.run("UPDATE checks SET found = 7, changed_at = '2024-04-20' WHERE check_no = 'b'")
    second = pull(office, date(2024, 5, 1)).file
    monkeypatch.delenv("DATABASE")
    landing = land_all(office, today=date(2024, 5, 2))
    assert [(row["path"].split("/")[-1], row["source"]) for row in landing.files] == [
        (first.name, "区执法系统"),
        (second.name, "区执法系统"),
    ]
    with publish.writer(office) as folder:
        made = make(office, folder, gather(office, landing, "x" * 64))
    database = office.path("warehouse") / publish.BUILDS / made.build_id / publish.DATABASE_NAME
    with duckdb.connect(str(database), read_only=True) as con:
        found = con.execute(
            "SELECT v.record_id, v.hazards_found, v.version_number, CAST(v.known_on AS VARCHAR), "
            "CAST(v.superseded_on AS VARCHAR), f.path, v.record_number "
            "FROM core_inspections__versions AS v JOIN mart_files AS f USING (file_id) ORDER BY v.known_on, v.record_id"
        ).fetchall()
    place = "data/raw/inspections/checks"
    assert found == [
        ("a", 1, 1, "2024-04-01", None, f"{place}/{first.name}", 1),
        ("b", 2, 1, "2024-04-01", "2024-05-01", f"{place}/{first.name}", 2),
        ("b", 7, 2, "2024-05-01", None, f"{place}/{second.name}", 1),
    ]


def test_a_service_leads_to_the_database_too(table, office, write_source, monkeypatch, tmp_path):
    services, secrets = tmp_path / "services.conf", tmp_path / "secrets"
    services.write_text(f"[enforcement]\nhost=127.0.0.1\nport={table.port}\ndbname=postgres\nuser=reader\n")
    secrets.write_text(f"127.0.0.1:{table.port}:postgres:reader:{PASSWORD}\n")
    secrets.chmod(0o600)
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    monkeypatch.setenv("PGPASSFILE", str(secrets))
    write_source(connection="{service: enforcement}")
    table.add(check_no="a")
    assert pull(office).rows == 1


def test_what_a_killed_pull_left_is_no_record_and_goes(table, office, write_source):
    write_source()
    table.add(check_no="a")
    pull(office)
    left = folder_of(office) / ".pull-12345"
    left.write_bytes(b"half a file")
    (folder_of(office) / "provenance.yml").unlink()
    assert len(land_all(office, today=DAY).files) == 1
    assert pull(office).file is None
    assert not left.exists() and (folder_of(office) / "provenance.yml").exists()


def test_a_mapping_turns_the_systems_own_words_into_ours(table, office, write_source):
    (office.path("raw") / "inspections" / "system.mapping.yml").write_text(
        "kind: inspections\nfields:\n  record_id: check_no\n  region_code: area\n  inspected_on: checked_on\n"
        "  inspection_kind_code: {column: kind, codes: {R: routine}}\n  fine_fen: {column: fine, unit: 万元}\n",
        encoding="utf-8",
    )
    write_source("SELECT * FROM checks", mapping="system.mapping.yml")
    table.add(check_no="a", kind="R", fine="1.5")
    pull(office)
    landing = land_all(office, today=DAY)
    assert rows(landing.parquet("inspections")[0], "inspection_kind_code, fine_fen") == [("routine", 1_500_000)]
