"""PostgreSQL through psycopg: a read-only snapshot, a cursor on the server, every value as the server writes it."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pipelines.errors import PipelineError
from pipelines.sources.database_reader import Answer, Cells, Since
from pipelines.sources.database_source import Asked

if TYPE_CHECKING:
    import psycopg

CONNECT_SECONDS = 10
_TIMES = ("timestamp without time zone", "timestamp with time zone", "date")
_NUMBERS = ("smallint", "integer", "bigint")
_BOOL, _TIMESTAMPTZ = 16, 1184  # numbers that PostgreSQL gives these types, for good
# Text that does not depend on the server's settings. Times with a zone come out as the clock in Shanghai shows them.
_SETTINGS = {
    "TimeZone": "Asia/Shanghai",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "iso_8601",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "default_transaction_read_only": "on",
}
_ZONE = re.compile(r"[+-]\d\d(:\d\d){0,2}$")
_END = re.compile(r";(\s|--[^\n]*)*\Z")
_WRONG_PASSWORD = ("28P01", "password authentication failed", "no password supplied", "认证失败", "没有提供口令")


@contextlib.contextmanager
def open_query(asked: Asked, since: Since | None) -> Iterator[Answer]:
    """Ask PostgreSQL; see `OpenQuery`.

    Raises:
        PipelineError: No library, no connection, a wrong password, a query that the server refuses or that writes, a
            column that is not there, too long an answer, a connection lost on the way.
    """
    try:
        import psycopg
    except ImportError:
        raise PipelineError("database_no_library", where=asked.shown, library="psycopg") from None
    connection = _connect(psycopg, asked)
    try:
        with _told(psycopg, asked):
            columns = _describe(psycopg, connection, asked)
            taken_at = connection.execute("SELECT now()::text").fetchall()[0][0]
            bound = _bound(psycopg, connection, asked, columns, since)
            yield Answer(columns, taken_at, bound, _batches(psycopg, connection, asked, columns, bound))
    finally:
        with contextlib.suppress(psycopg.Error):
            connection.close()


def _connect(psycopg: Any, asked: Asked) -> psycopg.Connection:
    said = asked.said.connection
    info = f"service={said.service}" if said.service else os.environ.get(said.environment, "")
    if not info:
        raise PipelineError("database_no_variable", where=asked.shown, variable=said.environment)
    options = " ".join(f"-c {name}={value.replace(' ', '')}" for name, value in _SETTINGS.items())
    timeout = asked.said.timeout_seconds * 1000
    options += f" -c statement_timeout={timeout} -c lock_timeout={timeout}"
    try:
        connection = psycopg.connect(
            info, connect_timeout=CONNECT_SECONDS, application_name="anlan", client_encoding="UTF8", options=options,
            context=_as_text(psycopg),
        )  # fmt: skip
    except psycopg.Error as fault:
        reason = _one_line(fault)
        is_password = any(word in f"{fault.sqlstate} {reason}" for word in _WRONG_PASSWORD)
        code = "database_wrong_password" if is_password else "database_no_connection"
        raise PipelineError(code, where=asked.shown, reason=reason) from None
    connection.read_only = True
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    return connection


def _as_text(psycopg: Any) -> Any:
    """Loaders that leave every value as the text that the server sends."""
    from psycopg.adapt import AdaptersMap, Loader
    from psycopg.types.numeric import IntDumper
    from psycopg.types.string import StrDumper

    class Text(Loader):
        def load(self, data: bytes) -> str:
            return bytes(data).decode()

    class Truth(Text):
        def load(self, data: bytes) -> str:
            return "true" if bytes(data) == b"t" else "false"

    class LocalTime(Text):
        def load(self, data: bytes) -> str:
            return _ZONE.sub("", bytes(data).decode())

    adapters = AdaptersMap()
    for number, loader in ((0, Text), (_BOOL, Truth), (_TIMESTAMPTZ, LocalTime)):
        adapters.register_loader(number, loader)
    adapters.register_dumper(str, StrDumper)
    adapters.register_dumper(int, IntDumper)
    return adapters


def _describe(psycopg: Any, connection: psycopg.Connection, asked: Asked) -> dict[str, str]:
    """Names and types of the query's columns; it is prepared, which takes one statement only, and gives no row."""
    cursor = psycopg.RawCursor(connection)
    cursor.execute(f"SELECT * FROM {_within(asked)} LIMIT 0", prepare=True)
    described = [(column.name, column.type_code) for column in cursor.description or ()]
    names = [name for name, _ in described]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise PipelineError("database_column_twice", where=asked.shown, columns=", ".join(twice))
    if asked.said.cursor and asked.said.cursor not in names:
        facts = {"column": asked.said.cursor, "known": ", ".join(names)}
        raise PipelineError("database_cursor_missing", where=asked.shown, **facts)
    said = cursor.execute(
        "SELECT number, format_type(number::oid, NULL) FROM unnest($1::text[]) AS number",
        ["{" + ",".join(str(number) for _, number in described) + "}"],
    ).fetchall()
    types = dict(said)
    return {name: types[str(number)] for name, number in described}


def _bound(
    psycopg: Any, connection: psycopg.Connection, asked: Asked, columns: dict[str, str], since: Since | None
) -> str:
    """The smallest cursor to ask for; the server does the arithmetic, and empty means everything."""
    column, look_back = asked.said.cursor, asked.said.look_back
    if not column:
        return ""
    kind = columns[column]
    if kind not in (*_TIMES, *_NUMBERS):
        raise PipelineError("database_cursor_type", where=asked.shown, column=column, type=kind)
    if (kind in _NUMBERS) != look_back.isdigit():
        raise PipelineError("database_look_back", where=asked.shown, column=column, type=kind, look_back=look_back)
    if since is None:
        return ""
    cursor = psycopg.RawCursor(connection)
    if kind in _NUMBERS:
        asking = "SELECT ($1::bigint - $2::bigint)::text"
        cursor.execute(asking, [since.cursor, look_back])
    else:
        asking = f"SELECT (LEAST($1::{kind}, $2::timestamptz::{kind}) - $3::interval)::{kind}::text"
        cursor.execute(asking, [since.cursor, since.taken_at, look_back])
    return cursor.fetchall()[0][0]


def _batches(
    psycopg: Any, connection: psycopg.Connection, asked: Asked, columns: dict[str, str], bound: str
) -> Iterator[list[Cells]]:
    asking, params = f"SELECT q.*, NULL::text FROM {_within(asked)}", []
    if asked.said.cursor:
        column = f'q."{asked.said.cursor.replace(chr(34), chr(34) * 2)}"'
        asking = f"SELECT q.*, {column}::text FROM {_within(asked)}"
        if bound:
            asking += f" WHERE {column} >= $1::{columns[asked.said.cursor]} OR {column} IS NULL"
            params = [bound]
        asking += f" ORDER BY {column} NULLS FIRST"
    with _told(psycopg, asked), psycopg.RawServerCursor(connection, "anlan_pull") as cursor:
        cursor.execute(asking, params)
        while batch := cursor.fetchmany(asked.said.batch_rows):
            if asked.said.cursor and batch[0][-1] is None:
                raise PipelineError("database_cursor_empty", where=asked.shown, column=asked.said.cursor)
            yield batch


def _within(asked: Asked) -> str:
    """The office's query as a table `q`; on lines of its own, since it may end in a comment."""
    return f"(\n{_END.sub('', asked.said.query)}\n) AS q"


@contextlib.contextmanager
def _told(psycopg: Any, asked: Asked) -> Iterator[None]:
    try:
        yield
    except psycopg.Error as fault:
        raise PipelineError(_code_of(psycopg, fault), where=asked.shown, reason=_one_line(fault)) from None


def _code_of(psycopg: Any, fault: psycopg.Error) -> str:
    by_state = {
        "25006": "database_writes",
        "57014": "database_too_slow",
        "55P03": "database_too_slow",
        "42501": "database_not_allowed",
        "42703": "database_column_missing",
        "42P01": "database_table_missing",
    }
    if fault.sqlstate in by_state:
        return by_state[fault.sqlstate]
    is_lost = isinstance(fault, psycopg.OperationalError) and (fault.sqlstate or "57P0")[:4] in ("57P0", "0800")
    return "database_lost" if is_lost else "database_query"


def _one_line(fault: psycopg.Error) -> str:
    said = fault.diag.message_primary or str(fault)
    return " ".join(said.split())[:300]
