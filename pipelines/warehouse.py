"""The one gate through which app, brief, notebook and export read a build.

A build is opened read-only, without any way to files or networks. Whoever may see only some regions is answered from
copies that hold only those (`pipelines.own_rows`, by the rules of `pipelines.principals`).
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from pipelines import publish
from pipelines.comparison_readers import ComparisonReaders
from pipelines.engine import SAFE_CONFIG, Row, fetch
from pipelines.errors import PipelineError
from pipelines.journal_readers import JournalReaders
from pipelines.manifest import Manifest
from pipelines.meetings import read_meeting as read_meeting
from pipelines.meetings import read_seasons as read_seasons
from pipelines.meetings import read_series_breaks as read_series_breaks
from pipelines.notebook_readers import NotebookReaders
from pipelines.own_rows import OwnRows
from pipelines.principals import Principal, find_principal, guarded, own_regions, relations
from pipelines.proof_readers import ProofReaders
from pipelines.quarterly_readers import QuarterlyReaders
from pipelines.readers import Readers
from pipelines.settings import Settings, load_settings

if TYPE_CHECKING:
    import pandas
    import pyarrow

LOCK_ATTEMPTS, LOCK_PAUSE_SECONDS = 40, 0.05
Params = Sequence[Any] | Mapping[str, Any]
MOST_KNOWN = 1000
"""Queries that were found to be one SELECT are not parsed for that again; so many are remembered."""


def current(settings_or_root: Settings | Path | str | None = None) -> str:
    """Name of the build that readers take now.

    Raises:
        PipelineError: `no_warehouse`.
    """
    return current_published(settings_or_root).build_id


def current_published(settings_or_root: Settings | Path | str | None = None) -> publish.Published:
    """The build that readers take now, with the name of a newer one that is damaged.

    Raises:
        PipelineError: `no_warehouse`.
    """
    return _published(_settings(settings_or_root), None)


def open(
    settings_or_root: Settings | Path | str | None = None,
    build: str | None = None,
    principal: Principal | str | None = None,
) -> Warehouse:
    """Open a build for reading.

    Args:
        settings_or_root: Settings, or the office's root folder; None means the current one.
        build: Name of a build that is kept; None means the current one.
        principal: Who asks, or the name under which that person signs in; None is whom the settings name (`asks_as`),
            else the office itself, which sees all regions.

    Raises:
        PipelineError: `no_warehouse`, `no_build`, or `schema_mismatch`.
    """
    settings = _settings(settings_or_root)
    published = _published(settings, build)
    publish.require_schema(published)
    publish.note_opened(published)
    principal = settings.asks_as if principal is None and settings.asks_as else principal
    asking = find_principal(settings, principal) if isinstance(principal, str) else principal
    return Warehouse(published, settings, asking or Principal.everyone())


def _settings(settings_or_root: Settings | Path | str | None) -> Settings:
    return settings_or_root if isinstance(settings_or_root, Settings) else load_settings(settings_or_root)


def _published(settings: Settings, build: str | None) -> publish.Published:
    folder = settings.path("warehouse")
    if build is None:
        found = publish.current(folder)
        if found is None:
            refused = sorted(settings.path("warehouse").glob("rejected/*.xlsx"))
            code = "build_refused_before" if refused else "no_warehouse"
            workbooks = ", ".join((settings.paths.warehouse / "rejected" / one.name).as_posix() for one in refused)
            raise PipelineError(code, where=settings.paths.warehouse.as_posix(), workbooks=workbooks)
        return found
    found = publish.find(folder, build)
    if found is None:
        names = ", ".join(row.build_id for row in publish.list_builds(settings)) or "—"
        raise PipelineError("no_build", where=build, names=names)
    return found


class Warehouse(ComparisonReaders, NotebookReaders, ProofReaders, QuarterlyReaders, Readers, JournalReaders):
    """One build, open for reading. Threads may share it; use it in a with block or close it.

    Attributes:
        build_id: Name of the build.
        manifest: What the build says about itself.
        fell_back_from: Name of a newer build whose files are damaged; empty when this is the newest.
        principal: For whom it answers.
    """

    def __init__(self, published: publish.Published, settings: Settings, principal: Principal):
        self.build_id: str = published.build_id
        self.manifest: Manifest = _shown(published.manifest, principal)
        self.fell_back_from = published.fell_back_from
        self.principal = principal
        self.office_regions = settings.office.regions
        self.journal = settings.path("journal")
        self.own_indicators = settings.path("catalogue")
        self._idle: list[duckdb.DuckDBPyConnection] = []
        self._selects: set[str] = set()
        self._record_regions: dict[str, frozenset[str | None]] = {}
        self._lock = threading.Lock()
        self._file = _open_read_only(published, settings)
        self._columns = relations(self._file)
        restricted = principal.regions is not None
        self._own = OwnRows(self._file, self._columns, principal, settings) if restricted else None

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; twice does no harm."""
        with self._lock:
            for cursor in self._idle:
                cursor.close()
            self._idle.clear()
            if self._own is not None:
                self._own.connection.close()
            self._file.close()

    def tables(self) -> set[str]:
        """Names of the relations of this build."""
        return set(self._columns)

    def columns(self, table: str) -> list[str]:
        """Columns of one relation, in their order."""
        return list(self._columns[table])

    def plans(self) -> list[Row]:
        """The plans of the asker's own regions, cities before districts; plans above are public only in print."""
        rows = super().plans()
        own = self.regions_seen()
        return rows if own is None else [row for row in rows if row["region_code"] in own]

    def regions_seen(self) -> frozenset[str] | None:
        """Codes of the regions whose records the asker may see; None means all."""
        if self.principal.regions is None:
            return None
        return own_regions(self.query("SELECT region_code, ancestor_code FROM core_regions__ancestors"), self.principal)

    def query(self, sql: str, params: Params = ()) -> list[Row]:
        """Answer one SELECT, one dict a row.

        Args:
            sql: Reads relations by their bare names; `?` or `$name` stand for parameters.
            params: A sequence for `?`, a mapping for `$name`.

        Raises:
            PipelineError: `query_refused`, when it is no SELECT, does not fit the relations, or reaches beyond them.
        """
        with self._cursor() as cursor:
            return fetch(cursor, self._checked(cursor, sql), params)

    def arrow(self, sql: str, params: Params = ()) -> pyarrow.Table:
        """As `query`, but an Arrow table."""
        with self._cursor() as cursor:
            return cursor.sql(self._checked(cursor, sql), params=params or None).to_arrow_table()

    def pandas(self, sql: str, params: Params = ()) -> pandas.DataFrame:
        """As `query`, but a pandas frame; pandas is imported only here."""
        with self._cursor() as cursor:
            return cursor.sql(self._checked(cursor, sql), params=params or None).df()

    def _checked(self, cursor: duckdb.DuckDBPyConnection, sql: str) -> str:
        if self._own is not None:
            sql, names = guarded(sql, frozenset(self._columns))
            self._own.bring(names)
            return sql
        if sql not in self._selects:
            statements = cursor.extract_statements(sql)
            # A temporary table or view would stay on the cursor and stand before the next reader's relations.
            if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
                raise PipelineError("query_refused", reason=sql[:80])
            if len(self._selects) < MOST_KNOWN:
                self._selects.add(sql)
        return sql

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor of one's own: DuckDB 2 refuses two calls at once on one connection."""
        with self._lock:
            cursor = self._idle.pop() if self._idle else None
        if cursor is None:
            cursor = (self._own.connection if self._own is not None else self._file).cursor()
        try:
            yield cursor
        except duckdb.Error as fault:
            raise PipelineError("query_refused", reason=str(fault)) from fault
        finally:
            with self._lock:
                self._idle.append(cursor)


def _shown(manifest: Manifest, principal: Principal) -> Manifest:
    """What a build says about itself, without the counts and file names of the whole office for a restricted one."""
    if principal.regions is None:
        return manifest
    return dataclasses.replace(manifest, files=0, records=0, rejected=0, inputs=[], models={}, checks={})


def _open_read_only(published: publish.Published, settings: Settings) -> duckdb.DuckDBPyConnection:
    """Open a build's file; a writer that looks whether an old build is in use holds it for an instant."""
    config = {
        **SAFE_CONFIG,
        "enable_external_access": "false",
        "threads": str(settings.build.threads),
        "memory_limit": settings.build.memory_limit,
        "lock_configuration": "true",
    }
    for _ in range(LOCK_ATTEMPTS):
        try:
            return duckdb.connect(str(published.database), read_only=True, config=config)
        except (duckdb.IOException, duckdb.ConnectionException) as fault:
            if not any(word in str(fault).lower() for word in ("lock", "different configuration")):
                raise
            time.sleep(LOCK_PAUSE_SECONDS)
    raise PipelineError("build_locked", where=published.build_id, exit_code=1)
