"""The way to other databases: a reader is one function, announced by an installed package. Here it reads SQLite."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import date
from importlib.metadata import EntryPoint, EntryPoints

import pytest

from pipelines.settings import Settings
from pipelines.sources import database_reader
from pipelines.sources.database_pull import pull_all
from pipelines.sources.database_reader import Answer


@contextlib.contextmanager
def open_sqlite(asked, since):
    """A whole reader: numbers as cursors, all values as text, one state of the database, batches."""
    said = asked.said
    connection = sqlite3.connect(f"file:{asked.path.parent / said.connection.service}?mode=ro", uri=True)
    try:
        connection.execute("BEGIN")
        names = [column[0] for column in connection.execute(f"SELECT * FROM ({said.query}) LIMIT 0").description]
        bound = str(int(since.cursor) - int(said.look_back)) if since else ""
        chosen = ", ".join(f'CAST("{name}" AS TEXT)' for name in [*names, said.cursor])
        found = connection.execute(
            f"SELECT {chosen} FROM ({said.query}) WHERE ? = '' OR \"{said.cursor}\" >= CAST(? AS INTEGER) "
            f'ORDER BY "{said.cursor}"',
            (bound, bound),
        )
        batches = iter(lambda: found.fetchmany(said.batch_rows), [])
        yield Answer(dict.fromkeys(names, "text"), "", bound, batches)
    finally:
        connection.close()


@pytest.fixture
def office(tmp_path, monkeypatch):
    folder = tmp_path / "data" / "raw" / "training"
    folder.mkdir(parents=True)
    (folder / "sessions.source.yml").write_text(
        "database: sqlite\nconnection: {service: sessions.db.bak}\ncursor: n\nlook_back: 2\n"
        "query: SELECT * FROM sessions\n"
    )
    with contextlib.closing(sqlite3.connect(folder / "sessions.db.bak")) as made:
        made.execute("CREATE TABLE sessions (id TEXT, participants INTEGER, n INTEGER)")
        made.executemany("INSERT INTO sessions VALUES (?, ?, ?)", [("a", 40, 9), ("b", None, 10)])
        made.commit()
    entry = EntryPoint("sqlite", "tests.postgres.test_other_databases:open_sqlite", database_reader.GROUP)
    monkeypatch.setattr(database_reader.importlib.metadata, "entry_points", lambda group: EntryPoints([entry]))
    return Settings(root=tmp_path)


def test_a_reader_of_another_database_is_one_function(office):
    import duckdb

    first = pull_all(office, today=date(2024, 4, 1))[0]
    with duckdb.connect() as con:
        assert con.execute(f"SELECT * FROM '{first.file}'").fetchall() == [("a", "40", "9"), ("b", None, "10")]
    assert pull_all(office, today=date(2024, 4, 1))[0].file is None
    with contextlib.closing(sqlite3.connect(office.path("raw") / "training" / "sessions.db.bak")) as made:
        made.execute("INSERT INTO sessions VALUES ('c', 5, 8), ('d', 6, 7)")
        made.commit()
    again = pull_all(office, today=date(2024, 4, 1))[0]
    assert (again.rows, again.known, again.since) == (1, 2, "8")
