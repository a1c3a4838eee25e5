"""Where the models run: a small protocol, and DuckDB behind it.

A model is a bare SELECT, so an engine needs to know little: take in files and small lists of rows, make a table or a
view from a SELECT, answer a query.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import duckdb

Row = dict[str, Any]

# Nothing is ever fetched from a network, and no Python variable can be mistaken for a table.
SAFE_CONFIG = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}

# Bytes of Parquet files up to which they are read once and held in memory.
SMALL = 8 << 20
NEVER = "1TB"


class Engine(Protocol):
    """What the build asks of a database, embedded or distributed."""

    dialect: str

    def register_parquet(self, name: str, files: Sequence[Path], columns: Mapping[str, str]) -> None:
        """Make files readable as one relation; with no file it is empty but typed."""

    def register_rows(self, name: str, rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
        """Make a short list of rows readable as a relation."""

    def create_table(self, name: str, select: str) -> None:
        """Make, or replace, a table that stays in the build."""

    def create_view(self, name: str, select: str) -> None:
        """Make a relation that other models read and the build does not keep."""

    def rows(self, sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
        """Answer a query, one dict a row."""

    def tables(self) -> list[str]:
        """Names of the tables that stay in the build."""

    def drop_table(self, name: str) -> None:
        """Remove a table that no model makes any more."""


def quoted(name: str) -> str:
    """An identifier in double quotes, safe whatever it contains."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text in single quotes, safe whatever it contains."""
    return "'" + text.replace("'", "''") + "'"


@contextlib.contextmanager
def reading(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database that nobody writes, opened to look at it."""
    connection = duckdb.connect(str(database), read_only=True, config=SAFE_CONFIG)
    try:
        yield connection
    finally:
        connection.close()


def is_open_elsewhere(database: Path) -> bool:
    """Whether somebody has the database open, in this process or in another."""
    try:
        duckdb.connect(str(database)).close()
    except duckdb.ConnectionException:
        return True  # open in this very process
    except duckdb.Error as fault:
        return "lock" in str(fault).lower()
    return False


class DuckDBEngine:
    """One DuckDB database file, open for writing by one build.

    Args:
        path: The database; made when it is not there.
        memory_limit: As DuckDB writes it, such as `2GB`; beyond it DuckDB spills to `temp_folder`.
        threads: Worker threads.
        temp_folder: Where DuckDB may spill; made when it is needed.
        holds_small: Read landed files that are small once, for all models: right where all of them are to be read.
    """

    dialect = "duckdb"

    def __init__(
        self,
        path: Path,
        *,
        memory_limit: str = "2GB",
        threads: int = 2,
        temp_folder: Path | None = None,
        holds_small: bool = False,
    ):
        self.holds_small = holds_small
        self.path = path
        self.connection = duckdb.connect(
            config={
                **SAFE_CONFIG,
                "memory_limit": memory_limit,
                "threads": str(threads),
                "temp_directory": str(temp_folder or path.with_suffix(".spill")),
                # A table is a set; keeping the order of the files would cost memory on large loads.
                "preserve_insertion_order": "false",
                "checkpoint_threshold": NEVER,
            },
        )
        # A build that dies is thrown away: no log for its recovery, and what it holds is brought to the file once.
        self.connection.execute(f"ATTACH {literal(path.as_posix())} AS build (RECOVERY_MODE NO_WAL_WRITES)")
        self.connection.execute("USE build")

    def __enter__(self) -> DuckDBEngine:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.connection.execute("CHECKPOINT build")
        self.close()

    def register_parquet(self, name: str, files: Sequence[Path], columns: Mapping[str, str]) -> None:
        """Make landed files readable as one relation, each column cast to the contract's type.

        With `holds_small` what is small becomes a temporary table: to open many files again for every model costs more
        than their rows. All files have the columns of their contract, so the first one tells them.
        """
        if not files:
            self.register_rows(name, (), columns)
            return
        chosen = ", ".join(f"CAST({quoted(column)} AS {kind}) AS {quoted(column)}" for column, kind in columns.items())
        listed = ", ".join(literal(file.as_posix()) for file in files)
        is_held = self.holds_small and sum(file.stat().st_size for file in files) <= SMALL
        kind = "TABLE" if is_held else "VIEW"
        self.connection.execute(
            f"CREATE OR REPLACE TEMP {kind} {quoted(name)} AS "
            f"SELECT {chosen} FROM read_parquet([{listed}], hive_partitioning = false)"
        )

    def register_rows(self, name: str, rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
        """Make rows readable as a temporary table; a column that a row does not name is NULL.

        The rows go in as one JSON text: `connection.register` would import pandas.
        """
        typed = ", ".join(f"{quoted(column)} {kind}" for column, kind in columns.items())
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(name)} ({typed})")
        document = json.dumps([{column: _plain(row.get(column)) for column in columns} for row in rows])
        if document == "[]":
            return
        shape = json.dumps([dict(columns)])
        self.connection.execute(
            f"INSERT INTO {quoted(name)} SELECT r.* FROM "
            f"(SELECT unnest(from_json(CAST(? AS JSON), {literal(shape)})) AS r)",
            [document],
        )

    def create_table(self, name: str, select: str) -> None:
        """Make, or replace, a table from a SELECT."""
        self.connection.execute(f"CREATE OR REPLACE TABLE {quoted(name)} AS {select}")

    def create_view(self, name: str, select: str) -> None:
        """Make a temporary view, which does not reach the published build."""
        self.connection.execute(f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS {select}")

    def write_parquet(self, select: str, file: Path) -> None:
        """Write the rows of a SELECT into a file that other engines read."""
        self.connection.execute(f"COPY ({select}) TO {literal(file.as_posix())} (FORMAT parquet, COMPRESSION zstd)")

    def columns(self, select: str) -> dict[str, str]:
        """The columns of a SELECT and their types, without running it."""
        return {row["column_name"]: row["column_type"] for row in self.rows(f"DESCRIBE {select}")}

    def rows(self, sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
        """Answer a query, one dict a row."""
        return fetch(self.connection, sql, params)

    def is_unique(self, table: str, columns: Sequence[str]) -> bool:
        """Whether no row of a table repeats another in these columns, and none of them is NULL.

        Compares hashes of 64 bits, in half the time and memory that the values would take: two of thirty million
        rows share one by chance once in forty thousand builds, and then the answer is False.
        """
        listed = ", ".join(map(quoted, columns))
        missing = " OR ".join(f"{quoted(column)} IS NULL" for column in columns)
        counts = f"COUNT(*) = COUNT(DISTINCT hash({listed})) AND COUNT(*) FILTER ({missing}) = 0 AS fits"
        return self.rows(f"SELECT {counts} FROM {quoted(table)}")[0]["fits"]

    def tables(self) -> list[str]:
        """Names of the database's tables, sorted."""
        found = self.rows("SELECT table_name FROM duckdb_tables() WHERE NOT temporary ORDER BY table_name")
        return [row["table_name"] for row in found]

    def drop_table(self, name: str) -> None:
        """Remove a table."""
        self.connection.execute(f"DROP TABLE IF EXISTS {quoted(name)}")

    def close(self) -> None:
        """Let go of the file; twice does no harm."""
        self.connection.close()


def fetch(connection: duckdb.DuckDBPyConnection, sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
    """The whole answer to a query: DuckDB 2 refuses the next call while one is unfinished."""
    cursor = connection.execute(sql, params or None)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _plain(value: Any) -> Any:
    return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value) if isinstance(value, date) else value
