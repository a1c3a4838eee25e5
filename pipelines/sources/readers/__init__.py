"""Read one file as received into tables of text. `read_file` is the only door; `raw_table` says what comes out."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from pipelines.errors import PipelineError
from pipelines.sources.contract import Contract
from pipelines.sources.readers.archive import DAMAGED, unpack
from pipelines.sources.readers.csv_file import read_csv
from pipelines.sources.readers.encoding import head_of, real_kind
from pipelines.sources.readers.json_lines import read_json_lines
from pipelines.sources.readers.parquet_file import read_parquet
from pipelines.sources.readers.raw_table import BLOT, Note, RawTable, RowFault, Source
from pipelines.sources.readers.workbook import read_workbook
from pipelines.sources.readers.working_copies import with_working_folder
from pipelines.sources.readers.years_as_columns import with_years_as_rows

if TYPE_CHECKING:
    from pipelines.sources.mapping import Mapping

__all__ = ["BLOT", "SUFFIXES", "Note", "RawTable", "RowFault", "Source", "read_file", "unknown_suffix"]


_TEXT = {".csv", ".tsv", ".txt"}
_WORKBOOK = {".xlsx", ".xlsm", ".xls"}
_JSON = {".jsonl", ".ndjson", ".json"}
_ARCHIVE = {".zip", ".gz"}
SUFFIXES = frozenset(_TEXT | _WORKBOOK | _JSON | _ARCHIVE | {".parquet"})
_CARRIERS = {
    "text": _TEXT | _JSON,
    "zip": _WORKBOOK | {".zip"},
    "ole": _WORKBOOK,
    "parquet": {".parquet"},
    "gzip": {".gz"},
}


def read_file(
    path: Path,
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    mapping: Mapping | None = None,
    shown: str | None = None,
) -> list[RawTable]:
    """Read one file into its tables: one, or one for each sheet of a workbook that holds records.

    Args:
        path: The file as received.
        con: Connection in which temporary tables are made.
        contract: The kind's contract.
        mapping: Of a foreign publisher's file; its values come out in the contract's fields and canonical forms.
        shown: How messages name the file; its path from `data/` on unless said.

    Raises:
        PipelineError: Whatever is wrong with the file as a whole, in words. Faults of rows are in `RawTable.faults`.
    """
    shown = shown or shown_path(path)
    head = head_of(path)
    kind, suffix = real_kind(head), path.suffix.lower()
    if kind == "empty":
        raise PipelineError("empty_file", where=shown)
    if suffix not in SUFFIXES:
        raise unknown_suffix(path, shown)
    if kind == "ole" and "EncryptedPackage".encode("utf-16-le") in head + _tail(path):
        raise PipelineError("workbook_protected", where=shown)
    really = _really(path, kind)
    if suffix not in _CARRIERS.get(kind, ()) or (suffix in _WORKBOOK and really not in ("xlsx", "xls")):
        raise PipelineError(f"really_{really}", where=shown, suffix=suffix)
    if mapping is not None:
        from pipelines.sources.mapped import read_mapped  # a file that needs no mapping need not load it

        return read_mapped(path, con, contract, mapping, shown)
    tables = _read_plain(path, con, contract, shown, kind, really)
    return [with_years_as_rows(raw, con, contract) if raw.periods else raw for raw in tables]


def unknown_suffix(path: Path, shown: str) -> PipelineError:
    """What is said of a file whose name does not tell its format."""
    code = "unknown_suffix" if path.suffix else "no_suffix"
    return PipelineError(code, where=shown, suffix=path.suffix, known=" ".join(sorted(SUFFIXES)))


def _read_plain(
    path: Path, con: duckdb.DuckDBPyConnection, contract: Contract, shown: str, kind: str, really: str
) -> list[RawTable]:
    """The tables of a file in the contract's own headings."""
    suffix = path.suffix.lower()
    if suffix in _ARCHIVE:
        return [_from_archive(path, kind, contract, shown)]
    if suffix in _WORKBOOK:
        return read_workbook(path, con, contract, shown, form=really)
    if suffix in _JSON:
        return [read_json_lines(path, con, contract, shown)]
    if suffix == ".parquet":
        return [read_parquet(path, con, contract, shown)]
    return [read_csv(path, contract, shown)]


def shown_path(path: Path) -> str:
    """A path as users know it: from the folder `data` on, or the name alone."""
    parts = path.parts
    if "data" in parts:
        last = len(parts) - 1 - parts[::-1].index("data")
        return "/".join(parts[last:])
    return path.name


def _tail(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - (1 << 20)))
        return file.read()


def _really(path: Path, kind: str) -> str:
    """What the bytes are, in the words of the messages: xlsx, xls, zip, gzip, parquet, html, xml, pdf, image, text."""
    if kind == "ole":
        return "xls"
    if kind == "zip":
        try:
            with zipfile.ZipFile(path) as archive:
                return "xlsx" if any(name.startswith("xl/workbook") for name in archive.namelist()) else "zip"
        except DAMAGED:
            return "xlsx" if path.suffix.lower() in _WORKBOOK else "zip"
    return kind


def _from_archive(path: Path, kind: str, contract: Contract, shown: str) -> RawTable:
    def read(folder: Path) -> RawTable:
        member, name = unpack(path, kind, folder, shown)
        return read_csv(member, contract, f"{shown} [{name}]")

    return with_working_folder(read)
