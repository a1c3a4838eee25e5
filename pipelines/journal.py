"""Every assessment that was ever published, kept for good: what was said, when, by which build.

`assessments/<build_id>.parquet` holds what a build says of every target at every as-of date, with its probability.
`published.jsonl` says when that build became what readers see: published, or made current again by a roll back. The
warehouse may be lost and made anew; this folder is never rewritten, and nothing in it is removed, whatever
`published.jsonl` says or no longer says.

A build's assessments are written as `.<build_id>.pending` before the build is, so that a full disk stops both; they get
their name, and the line is written, after it. A build that died in between is caught up with by the next one, and what
is still pending of a build that never was published goes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path

import duckdb

from pipelines import clock
from pipelines.assessment.verdict import DECIDED
from pipelines.engine import SAFE_CONFIG, Row, fetch, literal
from pipelines.manifest import sync_file, sync_folder

ASSESSMENTS = "assessments"
PUBLISHED = "published.jsonl"
_PENDING = ".pending"
_JUDGED, _FORECAST = "assess_assessments", "forecast_probabilities"
_OF_FORECAST = ("probability", "displayed_tenths", "model")
_KEYS = ("plan_id", "target_id")
_SAID = ("as_of_on", "value_now", "value_year", "verdict")
_SAME = ("value_now", "value_year", "verdict", "displayed_tenths", "forecast_on")
_SETTLED = ("value_now", "value_year", "verdict")  # beside a settled target no chance is shown
UNDECIDED = "undecided"
_READ: dict[tuple[str, int, int], list[Row]] = {}


def keep(journal: Path, database: Path, build_id: str) -> Path | None:
    """Write down what a build says, pending until `note` says that it is published; None where it says nothing.

    Args:
        journal: data/journal.
        database: The build's file, closed by whoever made it.
        build_id: Name of the build.
    """
    with duckdb.connect(":memory:", config=SAFE_CONFIG) as connection:
        connection.execute(f"ATTACH {literal(database.as_posix())} AS build (READ_ONLY)")
        connection.execute("USE build")
        found = fetch(connection, "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'build'")
        columns = {name: {row["column_name"] for row in found if row["table_name"] == name} for name in _TABLES}
        if not columns[_JUDGED]:
            return None
        folder = journal / ASSESSMENTS
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{build_id}.{os.getpid()}.tmp"
        try:
            connection.execute(
                f"COPY ({_said(columns)}) TO {literal(draft.as_posix())} (FORMAT parquet, COMPRESSION zstd)"
            )
            sync_file(draft)
            os.replace(draft, _pending(journal, build_id))
        finally:
            draft.unlink(missing_ok=True)
    sync_folder(folder)
    return _pending(journal, build_id)


_TABLES = (_JUDGED, _FORECAST)


def _said(columns: dict[str, set[str]]) -> str:
    """Assessments with the probability and the verdict that readers are shown beside them."""
    if not {"plan_id", "target_id", "as_of_on", "verdict"} <= columns[_FORECAST] or "verdict" not in columns[_JUDGED]:
        return f"SELECT * FROM {_JUDGED}"
    more = ", ".join(f"p.{name}" for name in _OF_FORECAST if name in columns[_FORECAST] - columns[_JUDGED])
    return (
        f"SELECT a.* REPLACE (COALESCE(p.verdict, a.verdict) AS verdict){', ' + more if more else ''} "
        f"FROM {_JUDGED} AS a LEFT JOIN {_FORECAST} AS p "
        "ON p.plan_id = a.plan_id AND p.target_id = a.target_id AND p.as_of_on = a.as_of_on"
    )


def note(journal: Path, build_id: str, event: str) -> None:
    """Write down that a build is what readers see from now on.

    Args:
        journal: data/journal.
        build_id: Name of the build.
        event: `published` or `rolled_back`.
    """
    _settle(journal, build_id)
    if not _file(journal, build_id).exists():
        return
    said = {"event": event, "build": build_id, "at": clock.now().isoformat(sep=" ", timespec="seconds")}
    with (journal / PUBLISHED).open("ab+") as file:
        if file.tell() > 0:
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":  # a line cut short by a crash must not swallow this one
                file.write(b"\n")
        file.write(json.dumps(said).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def catch_up(journal: Path, current: str, database: Path | None, standing: Collection[str]) -> None:
    """Finish what a build that died left open; only the one writer of the warehouse may, before it makes a build.

    Args:
        journal: data/journal.
        current: Name of the build that readers see; empty when there is none.
        database: Its file.
        standing: Builds that a pointer names or whose folder is there; what is pending of another was never published.
    """
    folder = journal / ASSESSMENTS
    for pending in folder.glob(f".*{_PENDING}"):
        build_id = pending.name[1 : -len(_PENDING)]
        if build_id in standing:
            _settle(journal, build_id)
        else:
            pending.unlink(missing_ok=True)
    for draft in folder.glob(".*.tmp"):
        draft.unlink(missing_ok=True)
    if current and database is not None and current not in {line["build"] for line in published(journal)}:
        if not _file(journal, current).exists():
            keep(journal, database, current)
        note(journal, current, "published")


def _settle(journal: Path, build_id: str) -> None:
    """Give what is pending of a published build its name for good."""
    pending = _pending(journal, build_id)
    if pending.exists():
        os.replace(pending, _file(journal, build_id))
        sync_folder(pending.parent)


def published(journal: Path) -> list[Row]:
    """What became current when, the oldest first: `event`, `build`, `at`."""
    file = journal / PUBLISHED
    if not file.exists():
        return []
    found = []
    for line in file.read_bytes().split(b"\n"):
        with suppress(ValueError):
            said = json.loads(line)
            if isinstance(said, dict) and all(isinstance(said.get(name), str) for name in ("event", "build", "at")):
                found.append(said)
    return found


def said_of(journal: Path, plan: str, target: str | None = None) -> list[Row]:
    """What readers were shown of a target, each time that something else became current, at that build's newest date.

    Nothing is forecast between quarter-ends: a target that is open then carries the build's last forecast, as
    `Readers.with_last_forecast` shows it.

    Args:
        journal: data/journal.
        plan: Plan id.
        target: Target id; None means all targets of the plan.

    Returns:
        `at`, `event`, `build`, `target_id`, `as_of_on`, `value_now`, `value_year`, `verdict`, `probability`,
        `displayed_tenths` and `forecast_on`, the day of the forecast (None without one), the oldest first; a build that
        said nothing of the target is left out.
    """
    events = published(journal)
    files = {line["build"]: _file(journal, line["build"]) for line in events}
    told = _newest({build: file for build, file in files.items() if file.exists()})
    return [
        {**line, **row}
        for line in events
        for row in told.get(line["build"], ())
        if row["plan_id"] == plan and target in (None, row["target_id"])
    ]


# A file of a build without forecasts lacks their columns; the rows that are no rows bring them.
_SHOWN = f"""
WITH told AS (
    SELECT {", ".join((*_KEYS, *_SAID, *_OF_FORECAST))}, filename FROM (
        SELECT * FROM read_parquet($files, union_by_name = true, filename = true)
        UNION ALL BY NAME
        SELECT CAST(NULL AS DOUBLE) AS probability, CAST(NULL AS INTEGER) AS displayed_tenths,
            CAST(NULL AS VARCHAR) AS model
        WHERE FALSE
    )
),
dated AS (
    SELECT *, MAX(as_of_on) OVER (PARTITION BY filename, plan_id, target_id) AS newest_on,
        MAX(CASE WHEN probability IS NOT NULL THEN as_of_on END) OVER (PARTITION BY filename, plan_id) AS forecast_day
    FROM told
)
SELECT now.filename, now.plan_id, now.target_id, now.as_of_on, now.value_now, now.value_year,
    COALESCE(last.verdict, now.verdict) AS verdict,
    COALESCE(last.probability, now.probability) AS probability,
    COALESCE(last.displayed_tenths, now.displayed_tenths) AS displayed_tenths,
    COALESCE(last.model, now.model) AS model,
    CASE WHEN last.probability IS NOT NULL THEN last.as_of_on WHEN now.probability IS NOT NULL THEN now.as_of_on END
        AS forecast_on
FROM dated AS now
LEFT JOIN dated AS last
    ON now.verdict = '{UNDECIDED}' AND last.filename = now.filename AND last.plan_id = now.plan_id
    AND last.target_id = now.target_id AND last.as_of_on = now.forecast_day AND last.model IS DISTINCT FROM 'decided'
WHERE now.as_of_on = now.newest_on
ORDER BY now.plan_id, now.target_id
"""


def _newest(files: Mapping[str, Path]) -> dict[str, list[Row]]:
    """What each build showed of every target at its newest date, by build; a file is read once a process.

    Args:
        files: File of each build. It never changes once it has its name, or else its size or time would.
    """
    marks = {build: (file.as_posix(), file.stat().st_size, file.stat().st_mtime_ns) for build, file in files.items()}
    unread = {mark[0]: mark for mark in marks.values() if mark not in _READ}
    if unread:
        found: dict[str, list[Row]] = {path: [] for path in unread}
        with duckdb.connect(":memory:", config=SAFE_CONFIG) as connection:
            readable = [path for path in unread if _is_readable(connection, path)]
            rows = fetch(connection, _SHOWN, {"files": readable}) if readable else []
        for row in rows:
            found[row.pop("filename")].append(row)
        _READ.update({mark: found[path] for path, mark in unread.items()})
    return {build: _READ[mark] for build, mark in marks.items()}


def _is_readable(connection: duckdb.DuckDBPyConnection, path: str) -> bool:
    """Whether a file of the journal can be opened; one that the disk damaged must not silence the others."""
    try:
        connection.execute("SELECT 1 FROM read_parquet(?) LIMIT 0", [path])
    except duckdb.Error:
        return False
    return True


def statements(journal: Path, plan: str, target: str | None = None) -> list[Row]:
    """The same without repetition: a statement stands until another one differs from it in value, verdict or forecast.

    What was said between the records and their forecasts, which follow in a build of their own, was `undecided`: it is
    a statement only where nothing else was ever said.

    Returns:
        As `said_of`, the newest first.
    """
    by_target: dict[str, list[Row]] = {}
    for row in said_of(journal, plan, target):
        kept = by_target.setdefault(row["target_id"], [])
        if kept and row["verdict"] == UNDECIDED:
            continue
        if kept and kept[-1]["verdict"] == UNDECIDED:
            kept.pop()
        names = _SETTLED if row["verdict"] in DECIDED else _SAME
        if not kept or any(kept[-1][name] != row[name] for name in names):
            kept.append(row)
    return sorted((row for rows in by_target.values() for row in rows), key=lambda row: row["at"], reverse=True)


def _file(journal: Path, build_id: str) -> Path:
    return journal / ASSESSMENTS / f"{build_id}.parquet"


def _pending(journal: Path, build_id: str) -> Path:
    return journal / ASSESSMENTS / f".{build_id}{_PENDING}"
