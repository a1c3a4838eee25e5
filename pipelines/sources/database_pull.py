"""`anlan pull`: ask every database source for what is new, and lay it among the records as files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.errors import PipelineError, SeveralErrors
from pipelines.progress import Progress, Silent
from pipelines.settings import Settings
from pipelines.sources.connection import landing_connection
from pipelines.sources.database_archive import Pull, count_new, is_same, keep, pulls_of, scratch, write_provenance
from pipelines.sources.database_reader import Answer, Since, reader_of
from pipelines.sources.database_source import Asked, find_sources
from pipelines.sources.receipts import Journal
from pipelines.texts import say

# Types between which a value may move and still be written in the same way.
_FAMILIES = (
    ("smallint", "integer", "bigint", "numeric", "real", "double precision"),
    ("text", "character varying", "character", "name", "uuid"),
    ("timestamp without time zone", "timestamp with time zone", "date"),
)


@dataclass(frozen=True)
class Pulled:
    """What became of one source: `file` is None when there was nothing new; `known` rows were had before."""

    shown: str
    rows: int
    known: int
    since: str
    until: str
    file: Path | None

    def tell(self) -> str:
        """The sentence for the person who pulled."""
        if self.file is None:
            return say("database.nothing_new", source=self.shown)
        facts = {"source": self.shown, "rows": self.rows, "known": self.known, "until": self.until}
        return say("database.pulled" if self.until else "database.pulled_whole", file=self.file.name, **facts)


def pull_all(
    settings: Settings,
    *,
    today: date,
    only: str = "",
    accept_changes: bool = False,
    progress: Progress | None = None,
) -> list[Pulled]:
    """Pull every database source of the office; the caller holds the writer's lock.

    A source that fails leaves nothing behind, and does not keep the others from being pulled.

    Args:
        settings: Where data/raw is.
        today: The day on which what is pulled counts as received.
        only: Name of the one source to pull; empty means all.
        accept_changes: Go on where the columns of an unchanged query are no longer those of the last pull.
        progress: Who watches.

    Raises:
        PipelineError: What went wrong with any of them, together, after all were tried; or there is no such source.
    """
    sources = find_sources(settings)
    chosen = [asked for asked in sources if only in ("", asked.name)]
    if not chosen and only:
        known = ", ".join(asked.name for asked in sources) or "—"
        raise PipelineError("database_no_source", where="data/raw", name=only, known=known)
    pulled: list[Pulled] = []
    errors: list[PipelineError] = []
    with (progress or Silent()).task(say("database.pulling"), len(chosen)) as advance:
        for asked in chosen:
            try:
                pulled.append(_pull(settings, asked, today, accept_changes))
            except PipelineError as error:
                errors.append(error)
            advance(1)
    if errors:
        raise errors[0] if len(errors) == 1 else SeveralErrors(errors)
    return pulled


def _pull(settings: Settings, asked: Asked, today: date, accept_changes: bool) -> Pulled:
    said = asked.said
    with landing_connection(settings) as con:
        former = pulls_of(asked, con)
        newest = former[-1][1] if former else None
        is_same_query = newest is not None and newest.query_digest == said.query_digest
        since = Since(newest.until, newest.taken_at) if newest and is_same_query and newest.until else None
        with reader_of(asked)(asked, since) as answer:
            _require_columns(asked, answer, newest if is_same_query else None, accept_changes)
            with scratch(asked, answer) as (file, until, n):
                columns = list(answer.columns)
                alike = [path for path, pull in former if list(pull.columns) == columns]
                fresh = count_new(con, asked, file, columns, alike)
        until = until or (since.cursor if since else "")
        if former and not n and not said.cursor:
            raise PipelineError("database_empty_answer", where=asked.shown, n=former[-1][1].rows)
        is_known = former and former[-1][0] in alike and is_same(con, former[-1][0], columns)
        kept = None
        if fresh > 0 and (said.cursor or not is_known):
            number = newest.number + 1 if newest else 1
            pull = Pull(
                number, today.isoformat(), answer.taken_at, answer.since, until, fresh, n - fresh, dict(answer.columns),
                said.query, said.query_digest,
            )  # fmt: skip
            if not said.cursor:
                _archive(settings, asked, former)
            write_provenance(asked, former)  # first, so that the rows never lie there without their source and mapping
            kept = keep(con, asked, pull)
            former = [*former, (kept, pull)]
        if not said.cursor:
            former = _leave_newest(settings, asked, former)
        write_provenance(asked, former)
    return Pulled(asked.shown, fresh if kept else 0, n - fresh if said.cursor else 0, answer.since, until, kept)


def _leave_newest(settings: Settings, asked: Asked, pulls: list[tuple[Path, Pull]]) -> list[tuple[Path, Pull]]:
    """Of whole answers only the newest counts; a pull that was interrupted may have left those before it."""
    former = [(path, pull) for path, pull in pulls[:-1] if path != pulls[-1][0]]
    _archive(settings, asked, former)
    for path, _ in former:
        path.unlink()
    return pulls[-1:]


def _archive(settings: Settings, asked: Asked, former: list[tuple[Path, Pull]]) -> None:
    """Keep the originals of pulls whose place a whole answer takes, also of those that no build has seen."""
    journal = Journal(settings.path("journal"))
    for path, _ in former:
        with path.open("rb") as opened:
            journal.archive(path, hashlib.file_digest(opened, "sha256").hexdigest(), asked.shown)


def _require_columns(asked: Asked, answer: Answer, newest: Pull | None, accept_changes: bool) -> None:
    """Refuse an answer whose columns went missing, or changed their type, though the query is the same."""
    if newest is None or accept_changes:
        return
    rows = [
        say("database.column_gone", column=name, type=kind)
        for name, kind in newest.columns.items()
        if name not in answer.columns
    ]
    rows += [
        say("database.column_changed", column=name, before=newest.columns[name], now=kind)
        for name, kind in answer.columns.items()
        if name in newest.columns and _family(kind) != _family(newest.columns[name])
    ]
    if rows:
        raise PipelineError("database_columns_changed", where=asked.shown, rows=rows, n=len(rows))


def _family(kind: str) -> object:
    return next((family for family in _FAMILIES if kind in family), kind)
