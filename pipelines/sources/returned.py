"""A workbook of rejected rows that comes back mended: what it says of itself, and which rejected rows it replaces.

The workbook names its file, and the sheets of that file, in its document properties, which spreadsheets keep when they
save. So it is read as part of that file: by the same provenance and mapping, and its rows stand for the rejected ones.
A copy that has lost the properties is a file like any other.
"""

from __future__ import annotations

import hashlib
import json
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import duckdb

from pipelines.sources.contract import normalise_heading
from pipelines.sources.readers.archive import DAMAGED
from pipelines.texts import LANGUAGES, say

FILE, FILE_ID, SHEET = "anlan file", "anlan file id", "anlan sheet "
LONGEST = 255  # signs of a document property
_PART = "docProps/custom.xml"
_MAX_BYTES = 256 << 10
_SPACE = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}"
_VALUE = "{http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes}lpwstr"


@dataclass(frozen=True)
class Returned:
    """What a returned workbook says of itself.

    Attributes:
        file: The file whose rows it holds, below the folder of the kind.
        file_id: Of that file.
        sheets: Sheet of the workbook → sheet of the file ('' for a file without sheets).
    """

    file: str
    file_id: str
    sheets: Mapping[str, str] = field(default_factory=dict)


def properties(file: str, file_id: str, sheets: Mapping[str, str]) -> dict[str, str]:
    """The document properties of a workbook of rejected rows; none where the name of its file is too long for one."""
    if len(file) > LONGEST:
        return {}
    said = {FILE: file, FILE_ID: file_id}
    return said | {f"{SHEET}{own}": f"={theirs}" for own, theirs in sheets.items()}


def read_returned(path: Path) -> Returned | None:
    """What a workbook says of the file whose rejected rows it holds; None for every other file."""
    if path.suffix.lower() != ".xlsx":
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            if _PART not in archive.namelist() or archive.getinfo(_PART).file_size > _MAX_BYTES:
                return None
            data = archive.read(_PART)
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            return None
        tree = ElementTree.fromstring(data)
    except (*DAMAGED, OSError, ElementTree.ParseError):
        return None  # what is wrong with it is told when it is read
    said = {one.get("name", ""): one.findtext(_VALUE) or "" for one in tree.iter(f"{_SPACE}property")}
    file = said.get(FILE, "")
    if not file or not said.get(FILE_ID) or PurePosixPath(file).is_absolute() or ".." in PurePosixPath(file).parts:
        return None
    sheets = {name.removeprefix(SHEET): text[1:] for name, text in said.items() if name.startswith(SHEET)}
    return Returned(file, said[FILE_ID], sheets)


def is_heading_of(heading: str, key: str) -> bool:
    """Whether a heading is one of ours: `line` (original row) or `record` (original record), in either language."""
    plain = normalise_heading(heading)[0]
    return any(plain == normalise_heading(say(f"sources.workbook.{key}", language))[0] for language in LANGUAGES)


def number_in(text: str | None) -> int | None:
    """The number of a line as a cell holds it."""
    plain = (text or "").strip().removesuffix(".0")
    return int(plain) if plain.isdigit() else None


def mended_lines(landed: Iterable[tuple[str, Mapping]]) -> dict[tuple[str, str], dict[str, list[int]]]:
    """Kind and file → sheet → lines of its rejected rows that came back in another file.

    Args:
        landed: Kind and receipt of every file that is there.
    """
    found: dict[tuple[str, str], dict[str, list[int]]] = {}
    for kind, receipt in landed:
        if receipt["returns"]:
            sheets = found.setdefault((kind, receipt["returns"]["file_id"]), {})
            for sheet, lines in receipt["returns"]["lines"].items():
                sheets.setdefault(sheet, []).extend(lines)
    return found


def add_unchanged(
    mended: dict[tuple[str, str], dict[str, list[int]]], editions: Iterable[tuple[str, str, Path, str, Path]]
) -> None:
    """Count as mended what came back for a former edition of a file and stands unchanged in the one that is there.

    A row that the sender has changed since is a new statement and is judged anew.

    Args:
        mended: What `mended_lines` found; the lines of the editions that are there are added.
        editions: Kind, file id and rejected rows of a former edition, then file id and rejected rows of the one that is
            there.
    """
    for kind, former_id, former, present_id, present in editions:
        said = mended.get((kind, former_id), {})
        pairs = [(sheet, line) for sheet, lines in said.items() for line in lines]
        if not pairs or not former.exists() or not present.exists():
            continue
        with duckdb.connect() as con:
            con.execute("CREATE TABLE back (sheet VARCHAR, line_number BIGINT)")
            con.executemany("INSERT INTO back VALUES (?, ?)", pairs)
            found = con.execute(
                "SELECT DISTINCT sheet, line_number FROM read_parquet(?) SEMI JOIN (SELECT sheet, original_line "
                "FROM read_parquet(?) SEMI JOIN back USING (sheet, line_number)) USING (sheet, original_line) "
                "ORDER BY ALL",
                [str(present), str(former)],
            ).fetchall()
        for sheet, line in found:
            mended.setdefault((kind, present_id), {}).setdefault(sheet, []).append(line)


def records_at_first(kind: str, receipt: Mapping, receipts: Mapping[tuple[str, str], Mapping]) -> int:
    """How many records a file's rejected rows are a share of: those of the file from which they first came back.

    Args:
        kind: Kind of record.
        receipt: Of the file.
        receipts: Of all files, by kind and file id.
    """
    seen: set[str] = set()
    while receipt["returns"] and receipt["file_id"] not in seen:
        seen.add(receipt["file_id"])
        former = receipts.get((kind, receipt["returns"]["file_id"]))
        if former is None:
            break
        receipt = former
    return receipt["records"]


def still_rejected(
    folder: Path, rejected: Path, receipt: Mapping[str, object], mended: Mapping[str, Sequence[int]]
) -> tuple[dict[str, object], Path | None]:
    """What is left of a file's rejected rows beside those that came back.

    Args:
        folder: Where the remaining rows are written, under a name of their own.
        rejected: All rejected rows of the file.
        receipt: Its receipt.
        mended: Sheet → lines that came back.

    Returns:
        The receipt without the rows that came back, and the file of those that are left; None where none is.
    """
    pairs = sorted((sheet, line) for sheet, lines in mended.items() for line in lines)
    digest = hashlib.sha256(json.dumps(pairs, ensure_ascii=False).encode()).hexdigest()[:12]
    left = folder / f"rejected-without-{digest}.parquet"
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as con:
        con.execute("CREATE TABLE mended (sheet VARCHAR, line_number BIGINT)")
        con.executemany("INSERT INTO mended VALUES (?, ?)", pairs)
        con.execute(
            "CREATE TABLE remaining AS SELECT * FROM read_parquet(?) ANTI JOIN mended USING (sheet, line_number) "
            "ORDER BY sheet, line_number, record_number",
            [str(rejected)],
        )
        count = con.execute("SELECT count(*) FROM remaining").fetchall()[0][0]
        if count and not left.exists():
            working = left.with_suffix(".part")
            con.execute("COPY remaining TO '" + str(working).replace("'", "''") + "' (FORMAT parquet)")
            working.replace(left)
    gone = int(str(receipt["rejected"])) - count
    told = {**receipt, "rejected": count, "records": int(str(receipt["records"])) - gone}
    return told, left if count else None
