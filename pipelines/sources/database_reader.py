"""What a reader of a database is: one function. PostgreSQL's is ours; another comes as an installed package.

A package announces its reader as an entry point of the group `anlan.databases`, whose name is what `database:` says in
a `*.source.yml`:

    [project.entry-points."anlan.databases"]
    oracle = "anlan_oracle:open_query"
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from pipelines.errors import PipelineError
from pipelines.sources.database_source import Asked

GROUP = "anlan.databases"

Cells = Sequence[str | None]


@dataclass(frozen=True)
class Since:
    """Where the last pull ended.

    Attributes:
        cursor: Its largest cursor, as the database wrote it.
        taken_at: The database's own time then: a row stamped in the future must not hide those that come before it.
    """

    cursor: str
    taken_at: str


@dataclass(frozen=True)
class Answer:
    """What a database answers, within one snapshot of it.

    Attributes:
        columns: Name → type as the database names it, in order.
        taken_at: The database's time of the snapshot.
        since: The lower bound of the cursor that was asked for, as the database writes it; empty when everything was.
        batches: Lists of rows, in order of the cursor. A row is its cells as text (None = NULL; times without zone in
            Asia/Shanghai; true and false) and, last, its cursor as the database writes it (None without a cursor).
    """

    columns: dict[str, str]
    taken_at: str
    since: str
    batches: Iterator[list[Cells]]


class OpenQuery(Protocol):
    """The one function of a reader."""

    def __call__(self, asked: Asked, since: Since | None) -> AbstractContextManager[Answer]:
        """Ask a query, and keep its answer open while the block runs.

        It reads and never writes, sees one state of the database from the first row to the last, and holds no more
        than `asked.said.batch_rows` rows.

        Args:
            asked: The source.
            since: Where the last pull ended; None asks for everything. The reader takes the look-back off.

        Raises:
            PipelineError: Whatever fails, in words, and never with a password.
        """


def reader_of(asked: Asked) -> OpenQuery:
    """The function that reads a source's database.

    Raises:
        PipelineError: `database_unknown`, with those that are installed.
    """
    if asked.said.database == "postgresql":
        from pipelines.sources.database_postgresql import open_query

        return open_query
    installed = importlib.metadata.entry_points(group=GROUP)
    for entry in installed:
        if entry.name == asked.said.database:
            return entry.load()
    known = ", ".join(sorted({"postgresql", *(entry.name for entry in installed)}))
    raise PipelineError("database_unknown", where=asked.shown, database=asked.said.database, known=known)
