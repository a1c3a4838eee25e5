"""What can go wrong between an office and its database: told in words, in both languages, and nothing half taken."""

from __future__ import annotations

import os
import socket
from datetime import date

import pytest

from pipelines.errors import PipelineError, SeveralErrors
from pipelines.sources import database_archive, database_pull
from pipelines.sources.database_pull import pull_all
from pipelines.sources.database_source import find_sources
from pipelines.texts import current_language, set_language
from tests.postgres.conftest import PASSWORD, QUERY

pytestmark = pytest.mark.xdist_group("postgres")
DAY = date(2024, 4, 1)
PLACE = "data/raw/inspections/checks.source.yml"


def fault(office, **options):
    """The error of a pull; it has words in both languages, and no password in them."""
    with pytest.raises(PipelineError) as caught:
        pull_all(office, today=DAY, **options)
    for language in ("zh", "en"):
        told = caught.value.tell(language)
        assert PASSWORD not in told and "Traceback" not in told
        assert PLACE in told and len(told.splitlines()) >= 2, told
    assert caught.value.exit_code == 2
    return caught.value


def nothing_lies_there(office):
    return not (office.path("raw") / "inspections" / "checks").exists()


@pytest.mark.parametrize(
    ("query", "said", "code", "words"),
    [
        ("SELECT nothing, changed_at FROM checks", {}, "database_column_missing", "nothing"),
        ("SELECT changed_at FROM no_table", {}, "database_table_missing", "no_table"),
        ("SELECT a, now() AS changed_at FROM hidden", {}, "database_not_allowed", "hidden"),
        ("SELECT nextval('numbers') AS n, changed_at FROM checks", {}, "database_writes", "nextval"),
        ("SELECT set_it() AS n, changed_at FROM checks", {}, "database_writes", "UPDATE"),
        ("DELETE FROM checks", {}, "database_query", "refuses"),
        ("SELECT 1) q; DELETE FROM checks; --", {}, "database_query", ""),
        ("SELECT 1) q; COMMIT; SELECT (1", {}, "database_query", ""),
        ("SELECT * FROM checks, pg_sleep(30)", {"timeout_seconds": 1}, "database_too_slow", "timeout"),
        ("SELECT check_no, check_no, changed_at FROM checks", {}, "database_column_twice", "check_no"),
        ("SELECT check_no FROM checks", {}, "database_cursor_missing", "changed_at"),
        ("SELECT kind AS changed_at FROM checks", {}, "database_cursor_type", "text"),
        (QUERY, {"look_back": "5"}, "database_look_back", "timestamp"),
        ("SELECT found AS changed_at FROM checks", {"look_back": "3 days"}, "database_look_back", "integer"),
        ("SELECT NULL::date AS changed_at FROM checks", {}, "database_cursor_empty", "changed_at"),
        ("SELECT 1 / 0 AS n, changed_at FROM checks", {}, "database_query", "zero"),
        (QUERY, {"connection": "{environment: NOT_SET}"}, "database_no_variable", "NOT_SET"),
        (QUERY, {"connection": "{service: not_there}"}, "database_no_connection", "not_there"),
        (QUERY, {"database": "oracle"}, "database_unknown", "postgresql"),
    ],
)
def test_what_the_database_refuses_is_told(table, office, write_source, query, said, code, words):
    table.run(
        "CREATE SEQUENCE IF NOT EXISTS numbers; GRANT ALL ON numbers TO reader; GRANT UPDATE ON checks TO reader;"
        "CREATE OR REPLACE FUNCTION set_it() RETURNS INT LANGUAGE sql AS 'UPDATE checks SET found = 99; SELECT 1'"
    )
    table.add(check_no="a")
    write_source(query, **said)
    found = fault(office)
    assert found.code == code and words in found.tell("en")
    assert nothing_lies_there(office)
    assert table.run("SELECT check_no, found FROM checks") == [("a", None)], "the database is as it was"


def test_a_wrong_password_is_told_without_it(table, office, write_source, monkeypatch):
    monkeypatch.setenv("DATABASE", table.address(password="wrong-" + PASSWORD[::-1]))
    write_source()
    found = fault(office)
    assert found.code == "database_wrong_password" and PASSWORD[::-1] not in found.tell("en")


def test_a_server_that_does_not_answer_is_told(table, office, write_source, monkeypatch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("DATABASE", table.address(port=closed.getsockname()[1]))
        write_source()
        assert fault(office).code == "database_no_connection"


def test_a_library_that_is_not_installed_is_told(office, write_source, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    write_source()
    found = fault(office)
    assert found.code == "database_no_library" and "make postgres" in found.tell("en")


def test_a_connection_lost_midway_leaves_what_was_there(table, office, write_source, monkeypatch):
    write_source(batch_rows=10)
    table.add(check_no="before")
    former = pull_all(office, today=DAY)[0].file
    content = {path.name: path.read_bytes() for path in former.parent.iterdir()}
    table.run("INSERT INTO checks (check_no, changed_at) SELECT g, '2024-03-12' FROM generate_series(1, 1000) AS g")
    true, written = database_archive.arrow_table, []

    def cut(columns, values):
        written.append(len(values[0]))
        if len(written) == 3:
            table.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'anlan'")
        return true(columns, values)

    monkeypatch.setattr(database_archive, "arrow_table", cut)
    assert fault(office).code == "database_lost"
    assert written == [10, 10, 10]
    assert {path.name: path.read_bytes() for path in former.parent.iterdir()} == content
    monkeypatch.undo()
    os.environ["DATABASE"] = table.address()
    try:
        assert pull_all(office, today=DAY)[0].rows == 1000
    finally:
        del os.environ["DATABASE"]


def test_columns_that_change_behind_an_unchanged_query_are_told(table, office, write_source):
    write_source("SELECT * FROM checks")
    table.add(check_no="a", found=3)
    pull_all(office, today=DAY)
    table.run("ALTER TABLE checks ALTER found TYPE BIGINT, ADD COLUMN more TEXT")
    assert pull_all(office, today=DAY)[0].rows == 1, "wider numbers and new columns are no fault"
    table.run("ALTER TABLE checks DROP COLUMN firm, ALTER found TYPE TEXT")
    found = fault(office)
    assert found.code == "database_columns_changed"
    assert [row[:5].strip("（") for row in found.rows] == ["firm", "found"] and "bigint" in found.rows[1]
    assert pull_all(office, today=DAY, accept_changes=True)[0].rows == 1


def test_an_answer_that_would_withdraw_everything_is_refused(table, office, write_source):
    write_source(cursor=None, look_back=None)
    table.add(check_no="a")
    pull_all(office, today=DAY)
    table.run("DELETE FROM checks")
    assert fault(office).code == "database_empty_answer"


def test_a_pull_that_was_damaged_is_told_and_nothing_is_asked(table, office, write_source):
    write_source()
    table.add(check_no="a")
    file = pull_all(office, today=DAY)[0].file
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(PipelineError) as caught:
        pull_all(office, today=DAY)
    assert caught.value.code == "parquet_broken" and caught.value.where == f"data/raw/inspections/checks/{file.name}"


def test_rows_never_lie_there_without_their_source_and_mapping(table, office, write_source, monkeypatch):
    write_source(mapping="system.mapping.yml")
    table.add(check_no="a")
    seen = []
    true = database_pull.keep

    def watched(con, asked, pull):
        seen.append((asked.folder / "provenance.yml").read_text(encoding="utf-8"))
        return true(con, asked, pull)

    monkeypatch.setattr(database_pull, "keep", watched)
    pull_all(office, today=DAY)
    assert "区执法系统" in seen[0] and "system.mapping.yml" in seen[0] and "parquet" not in seen[0]


def test_one_source_that_fails_does_not_keep_the_others_back(table, office, write_source):
    good = write_source()
    bad = good.with_name("other.source.yml")
    bad.write_text(good.read_text(encoding="utf-8").replace("FROM checks", "FROM nowhere"), encoding="utf-8")
    worse = good.with_name("third.source.yml")
    worse.write_text(good.read_text(encoding="utf-8").replace("DATABASE", "NOT_SET"), encoding="utf-8")
    table.add(check_no="a")
    with pytest.raises(SeveralErrors) as caught:
        pull_all(office, today=DAY)
    assert [error.code for error in caught.value.errors] == ["database_table_missing", "database_no_variable"]
    assert len(list((good.parent / "checks").glob("*.parquet"))) == 1
    assert pull_all(office, today=DAY, only="checks")[0].file is None
    with pytest.raises(PipelineError) as caught:
        pull_all(office, today=DAY, only="chekcs")
    assert caught.value.code == "database_no_source" and "checks, other, third" in caught.value.tell("en")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("connection: {environment: DATABASE}", "connection: {service: x, password: p}", "no password belongs"),
        ("connection: {environment: DATABASE}", "connection: {}", "either a service or an environment"),
        ("connection: {environment: DATABASE}", "connection: {service: x, environment: Y}", "either a service or"),
        ("connection: {environment: DATABASE}", "connection: {environment: 'host=x password=y'}", "form"),
        ("look_back: 1 days\n", "", "cursor and look_back"),
        ("look_back: 1 days", "look_back: a while", "form"),
        ("query: |", "queri: |", "queri"),
    ],
)
def test_a_source_that_is_written_wrongly_is_told(office, write_source, old, new, words):
    path = write_source()
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    before = current_language()
    set_language("en")
    try:
        with pytest.raises(PipelineError) as caught:
            find_sources(office)
        assert caught.value.where == PLACE and words in caught.value.tell("en"), caught.value.tell("en")
    finally:
        set_language(before)


@pytest.mark.parametrize("name", ["checks.source.yaml", "my checks.source.yml"])
def test_a_source_that_is_named_wrongly_is_told(office, write_source, name):
    path = write_source()
    path.rename(path.with_name(name))
    with pytest.raises(PipelineError) as caught:
        find_sources(office)
    assert caught.value.code == "database_source_name"
