"""A database in memory that holds only what one principal may see.

A view over the whole build would not keep rows apart: a database may test a reader's condition before the view's own,
and then an error message, or a column's statistics, speaks of rows that are not the reader's. Here such rows are not
there. A relation is copied when somebody first asks for it.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Collection
from pathlib import Path

import duckdb

from pipelines.engine import SAFE_CONFIG, quoted
from pipelines.principals import Principal, visible
from pipelines.settings import Settings

BATCH_ROWS = 122_880  # a row group of DuckDB
_INCOMING = "incoming rows"  # no relation of a build has a blank in its name


class OwnRows:
    """Own copies of a build's relations.

    Args:
        source: Connection to the whole build.
        known: All its relations.
        principal: Who asks; with regions.
        settings: Limits of memory and threads.
    """

    def __init__(
        self, source: duckdb.DuckDBPyConnection, known: Collection[str], principal: Principal, settings: Settings
    ):
        self._source = source
        self._known = frozenset(known)
        self._principal = principal
        self._copied: set[str] = set()
        self._lock = threading.Lock()
        self.connection = duckdb.connect(
            ":memory:",
            config={
                **SAFE_CONFIG,
                "enable_external_access": "false",
                "threads": str(settings.build.threads),
                "memory_limit": settings.build.memory_limit,
                "temp_directory": str(Path(tempfile.gettempdir()) / "anlan-spill"),
                "lock_configuration": "true",
            },
        )

    def bring(self, names: Collection[str]) -> None:
        """Copy the visible rows of these relations, once."""
        if set(names) <= self._copied:
            return
        with self._lock:
            for name in sorted(set(names) - self._copied):
                with self._source.cursor() as reading, self.connection.cursor() as writing:
                    # Batch by batch: a district of a large office has millions of rows, which need not be held twice.
                    rows = reading.sql(visible(name, self._known, self._principal)).to_arrow_reader(BATCH_ROWS)
                    writing.register(_INCOMING, rows)
                    writing.execute(f"CREATE TABLE {quoted(name)} AS SELECT * FROM {quoted(_INCOMING)}")
                    writing.unregister(_INCOMING)
                self._copied.add(name)
