"""What accumulates while one file is landed, and the tables of its rejected rows."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from pipelines.sources.cast import Context
from pipelines.sources.contract import Contract
from pipelines.sources.lookups import insert_rows
from pipelines.sources.personal import mask
from pipelines.sources.readers import RawTable
from pipelines.sources.returned import Returned

ACCEPTED, REJECTED, RECEIPT, WORKBOOK = "accepted.parquet", "rejected.parquet", "receipt.json", "rejected.xlsx"
PARQUET = "(FORMAT parquet, COMPRESSION snappy)"  # a tenth quicker to land than zstd, twice as large, disposable
_LINES = {"sheet": "VARCHAR", "line_number": "BIGINT", "original_line": "VARCHAR"}
RUNNING = {"sheet": "VARCHAR", "record_number": "BIGINT", "line_number": "BIGINT", "reasons": "VARCHAR"}


@dataclass
class Work:
    """What accumulates over the sheets of one file.

    `few` holds the records of the tables that are not in the database. `accepted` counts rows, while `is_first_only`
    says that none of them reports what one before it does. `has_rejects` is false until the tables of the rejected rows
    are made: most small files need none. `returned` is set for a workbook of rejected rows that came back.
    `unusual` names the fields with a value out of the ordinary.
    """

    folder: Path
    contract: Contract
    context: Context
    tables: list[tuple[str, RawTable]] = field(default_factory=list)
    parts: list[Path] = field(default_factory=list)
    found: dict[int, list[str]] = field(default_factory=dict)
    applied: dict[int, int] = field(default_factory=dict)
    dropped: int = 0
    few: dict[str, list[tuple[int, int, Sequence]]] = field(default_factory=dict)
    accepted: int = 0
    is_first_only: bool = False
    has_rejects: bool = False
    returned: Returned | None = None
    unusual: set[str] = field(default_factory=set)

    def new_part(self) -> Path:
        """Where the accepted rows of the next table go."""
        self.parts.append(self.folder / f"part-{len(self.parts)}.parquet")
        return self.parts[-1]


def is_whole(folder: Path) -> bool:
    """Whether a folder still holds what landing left there, as far as a glance tells; else the file is landed again."""
    try:
        receipt = json.loads((folder / RECEIPT).read_bytes())
        return all(_ends_as_parquet(folder / name) for name in (ACCEPTED, *([REJECTED] if receipt["rejected"] else [])))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _ends_as_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-4, os.SEEK_END)
        return file.read() == b"PAR1"


def open_quarantine(con: duckdb.DuckDBPyConnection, work: Work) -> None:
    """Make the tables of the rejected rows and of their lines, once a file."""
    if not work.has_rejects:
        insert_rows(con, "rejects", RUNNING, [])
        insert_rows(con, "original_lines", _LINES, [])
        work.has_rejects = True


def reject(
    con: duckdb.DuckDBPyConnection,
    work: Work,
    raw: RawTable,
    found: Iterable[tuple[int, int, list[dict[str, str | None]]]],
) -> None:
    """Keep the reasons of the rows that did not land; whatever was typed into a wrong column is no less personal."""
    open_quarantine(con, work)
    rows = []
    for record, line, reasons in found:
        for reason in reasons:
            if reason["value"] and reason["field"] != "record_id":
                reason["value"] = mask(reason["value"])
        rows.append((raw.sheet, record, line, reasons_told(reasons)))
    insert_rows(con, "rejects_here", RUNNING, rows)
    con.execute("INSERT INTO rejects SELECT * FROM rejects_here")


def reasons_told(reasons: list[dict[str, str | None]]) -> str:
    """As the database writes them, which adds those of rows that stand twice."""
    return json.dumps(reasons, ensure_ascii=False, separators=(",", ":"))
