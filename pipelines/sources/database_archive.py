"""The pulls of a database source as files among the records: never changed, each with its own account of itself.

A pull is a Parquet file of texts. What was asked, when, from where to where, stands in the file itself (its key
`anlan.pull`), so it goes along into the archive of originals and cannot be parted from the rows. `provenance.yml`
beside the pulls says the same for people and for the build, and is written anew from the files.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
import yaml

from pipelines.errors import PipelineError
from pipelines.manifest import sync_file
from pipelines.sources.arrow import arrow_table
from pipelines.sources.database_reader import Answer
from pipelines.sources.database_source import Asked
from pipelines.sources.headings import one_line
from pipelines.sources.provenance import DEFAULT, FILE
from pipelines.sources.readers.raw_table import sql_text
from pipelines.texts import say

KEY = "anlan.pull"
WHOLE = "whole.parquet"
_SCRATCH = ".pull-"


@dataclass(frozen=True)
class Pull:
    """One file of rows, and what it says about itself.

    Attributes:
        number: From 1 on for each source.
        pulled_on: The office's day, ISO.
        taken_at: The database's time of the snapshot.
        since, until: The cursor from which was asked (empty: everything) and the largest one seen so far.
        rows: How many rows the file holds.
        known: How many more the database answered that an earlier pull holds just so.
        columns: Name → the database's type.
        query, query_digest: What was asked.
    """

    number: int
    pulled_on: str
    taken_at: str
    since: str
    until: str
    rows: int
    known: int
    columns: dict[str, str]
    query: str
    query_digest: str

    @property
    def file_name(self) -> str:
        """Sorts by number; a whole answer always has the same name, and so takes the place of the one before."""
        return f"{self.number:06}-{self.pulled_on}.parquet" if self.until else WHOLE


def pulls_of(asked: Asked, con: duckdb.DuckDBPyConnection) -> list[tuple[Path, Pull]]:
    """The pulls that lie among the records, oldest first; a Parquet file that is none of ours is left alone.

    Raises:
        PipelineError: `parquet_broken`, for a file that is damaged.
    """
    found = []
    for path in sorted(asked.folder.glob("*.parquet")):
        try:
            said = con.execute(
                f"SELECT value FROM parquet_kv_metadata({sql_text(path.as_posix())}) WHERE key = '{KEY}'::BLOB"
            ).fetchall()
        except duckdb.Error as fault:
            where = f"{asked.shown.removesuffix(asked.path.name)}{asked.name}/{path.name}"
            raise PipelineError("parquet_broken", where=where, reason=one_line(str(fault), 160)) from None
        if said:
            found.append((path, Pull(**json.loads(bytes(said[0][0]).decode()))))
    return sorted(found, key=lambda pair: pair[1].number)


@contextlib.contextmanager
def scratch(asked: Asked, answer: Answer) -> Iterator[tuple[Path, str, int]]:
    """Everything that the database answers in a hidden file, batch by batch; it is gone when the block ends.

    Yields:
        The file, whose last column `_cursor` is the cursor as the database writes it; the largest cursor; the rows.
    """
    import pyarrow
    import pyarrow.parquet

    asked.folder.mkdir(exist_ok=True)
    for left in asked.folder.glob(f"{_SCRATCH}*"):
        left.unlink()
    file = asked.folder / f"{_SCRATCH}{os.getpid()}"
    columns = dict.fromkeys([*answer.columns, "_cursor"], "VARCHAR")
    until, n = "", 0
    try:
        schema = pyarrow.schema([(name, pyarrow.string()) for name in columns])
        with pyarrow.parquet.ParquetWriter(file, schema, compression="zstd") as writer:
            for batch in answer.batches:
                writer.write_table(arrow_table(columns, list(zip(*batch, strict=True))))
                until, n = batch[-1][-1] or "", n + len(batch)
        yield file, until, n
    finally:
        file.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            asked.folder.rmdir()  # a first pull that failed leaves no folder behind


def count_new(con: duckdb.DuckDBPyConnection, asked: Asked, file: Path, columns: list[str], former: list[Path]) -> int:
    """Leave in the temporary table `fresh` the rows of a scratch file that no former pull holds just so.

    A row that was asked for again because of the look-back, and that did not change, is not kept a second time.

    Returns:
        How many remain.
    """
    row = f"to_json([{', '.join(_quoted(column) for column in columns)}])::VARCHAR"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE fresh AS SELECT *, file_row_number AS _number, md5({row}) AS _digest "
        f"FROM read_parquet({sql_text(file.as_posix())}, file_row_number = true)"
    )
    if former and asked.said.cursor:
        listed = ", ".join(sql_text(path.as_posix()) for path in former)
        cursor = _quoted(asked.said.cursor)
        # The cursor is compared first: where the fresh rows are few, most of the former files are not even read.
        con.execute(
            f"DELETE FROM fresh WHERE _number IN (SELECT f._number FROM fresh AS f "
            f"JOIN (SELECT {cursor} AS at, md5({row}) AS digest FROM read_parquet([{listed}])) AS known "
            f"ON known.at = f.{cursor} AND known.digest = f._digest)"
        )
    return con.execute("SELECT COUNT(*) FROM fresh").fetchall()[0][0]


def is_same(con: duckdb.DuckDBPyConnection, former: Path, columns: list[str]) -> bool:
    """Whether `fresh` holds the very rows of a former pull, in whatever order."""
    chosen = ", ".join(_quoted(column) for column in columns)
    old = f"SELECT {chosen} FROM read_parquet({sql_text(former.as_posix())})"
    new = f"SELECT {chosen} FROM fresh"
    differing = f"SELECT COUNT(*) FROM (({new} EXCEPT ALL {old}) UNION ALL ({old} EXCEPT ALL {new}))"
    return con.execute(differing).fetchall()[0][0] == 0


def keep(con: duckdb.DuckDBPyConnection, asked: Asked, pull: Pull) -> Path:
    """Write `fresh` as a pull; the file has its name only when it is whole and on the disk."""
    chosen = ", ".join(_quoted(column) for column in pull.columns)
    asked.folder.mkdir(exist_ok=True)
    hidden, final = asked.folder / f"{_SCRATCH}{pull.number}", asked.folder / pull.file_name
    account = json.dumps(asdict(pull), ensure_ascii=False)
    con.execute(
        f"COPY (SELECT {chosen} FROM fresh ORDER BY _number) TO {sql_text(hidden.as_posix())} "
        f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {{'{KEY}': {sql_text(account)}}})"
    )
    sync_file(hidden)
    hidden.replace(final)
    return final


def write_provenance(asked: Asked, pulls: list[tuple[Path, Pull]]) -> None:
    """Say in `provenance.yml` of the folder what each pull is."""
    asked.folder.mkdir(exist_ok=True)
    said = asked.said
    sender = {"publisher": said.publisher, "publisher_en": said.publisher_en}
    default = {"source": said.source or asked.name, **sender, "mapping": said.mapping}
    entries: dict[str, dict[str, object]] = {DEFAULT: {key: value for key, value in default.items() if value}}
    for path, pull in pulls:
        facts = {"rows": pull.rows, "since": pull.since or "—", "until": pull.until or "—"}
        note = say("database.note", "zh", **facts, taken_at=pull.taken_at, source=asked.path.name)
        entries[path.name] = {"received_on": pull.pulled_on, "note": note}
        if said.first_pull_is_history and pull.number == 1:
            entries[path.name]["history"] = True
    text = f"# {say('database.written', 'zh', source=asked.path.name)}\n"
    text += yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=1000)
    target = asked.folder / FILE
    if target.exists() and target.read_text(encoding="utf-8") == text:
        return
    hidden = asked.folder / f"{_SCRATCH}{FILE}"
    hidden.write_text(text, encoding="utf-8")
    hidden.replace(target)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
