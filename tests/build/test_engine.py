"""DuckDB behind the protocol: small files in memory, no log of a draft, a whole file at the end."""

from __future__ import annotations

import duckdb

from pipelines import engine as engines
from pipelines.engine import DuckDBEngine


def test_small_files_are_read_once_and_large_ones_stay_where_they_are(tmp_path, monkeypatch):
    file = tmp_path / "landed.parquet"
    with duckdb.connect() as con:
        con.execute(f"COPY (SELECT range AS n, 'x' AS other FROM range(3)) TO '{file}' (FORMAT parquet)")
    found = []
    for limit in (engines.SMALL, 0):
        monkeypatch.setattr(engines, "SMALL", limit)
        with DuckDBEngine(tmp_path / f"{limit}.duckdb", holds_small=True) as engine:
            engine.register_parquet("src_thing", [file], {"n": "INTEGER", "other": "VARCHAR"})
            views = engine.rows("SELECT view_name FROM duckdb_views() WHERE view_name = 'src_thing'")
            found.append((len(views), engine.rows("SELECT SUM(n) AS n, MAX(other) AS other FROM src_thing")))
            assert engine.tables() == []
    assert found == [(0, [{"n": 3, "other": "x"}]), (1, [{"n": 3, "other": "x"}])]


def test_a_build_writes_no_log_and_its_file_holds_everything_once_it_is_closed(tmp_path):
    file = tmp_path / "x.duckdb"
    with DuckDBEngine(file) as engine:
        engine.create_table("numbers", "SELECT range AS n FROM range(200000)")
        engine.connection.execute("DELETE FROM numbers WHERE n >= 100000")
        assert not list(tmp_path.glob("*.wal"))
    with duckdb.connect(str(file), read_only=True) as con:
        assert con.execute("SELECT COUNT(*), MAX(n) FROM numbers").fetchall() == [(100000, 99999)]
