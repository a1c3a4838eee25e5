"""Delimited text: comma, tab or semicolon; quoted line breaks; title lines above the heading; nothing sniffed but that.

The plain case is read by DuckDB with an explicit dialect; see `raw_table`. The line-by-line way is in `csv_lines`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import PipelineError
from pipelines.sources.contract import Contract
from pipelines.sources.headings import SEARCHED_ROWS, HeadingRow, find_heading, listed, match_headings, one_line
from pipelines.sources.readers import csv_lines
from pipelines.sources.readers.encoding import HEAD_BYTES, decide, guess, head_of, to_utf8
from pipelines.sources.readers.not_records import own_places
from pipelines.sources.readers.raw_table import MAX_COLUMNS, RawTable, Source, sql_text
from pipelines.sources.readers.working_copies import with_working_folder

DELIMITERS = (",", "\t", ";")
SMALL = 1 << 20  # bytes; a smaller file is read and cast in Python, see `row_by_row`


@dataclass
class TextFile:
    """One delimited file as it is being read: where its UTF-8 twin stands, its dialect, its heading."""

    path: Path
    work: Path
    shown: str
    encoding: str
    delimiter: str
    heading: HeadingRow
    heading_lines: int
    folder: Path
    is_declared: bool = False

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.heading.cells)


def read_csv(
    path: Path,
    contract: Contract,
    shown: str,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    heading_row: int | None = None,
    means: Callable[[str], bool] | None = None,
) -> RawTable:
    """Open a delimited text file; its rows are read by `RawTable.fill`.

    Args:
        path: The file, or a working copy taken out of an archive.
        contract: What its headings may mean.
        shown: How messages name it.
        encoding: As declared by a mapping; None = found out.
        delimiter: As declared; None = whichever of comma, tab and semicolon gives the most known headings.
        heading_row: Physical line of the heading as declared; 0 = there is none, columns are called c1, c2, ….
        means: Which texts are headings; None = the contract's. With it, nothing is matched with the contract.

    Raises:
        PipelineError: The file is no table, has no heading, lacks a column or has one twice; wrong bytes.
    """
    known = means or (lambda cell: _known(contract, cell))

    def read(folder: Path) -> RawTable:
        text = _open(path, folder, shown, encoding, delimiter, heading_row, known)
        return _table(text, contract if means is None else None)

    return with_working_folder(read)


def _known(contract: Contract, cell: str) -> bool:
    return contract.match(cell).use in ("field", "name", "dropped")


def _open(path, folder, shown, encoding, delimiter, heading_row, means) -> TextFile:
    declared = encoding
    encoding = guess(head_of(path)) if declared in (None, "utf-16") else declared
    work = path
    if encoding != "utf-8":
        work = folder / "utf8.csv"
        try:
            to_utf8(path, encoding, work, shown)
        except PipelineError:
            if declared is None:
                decide(path, shown)  # says why no encoding at all fits
            raise
    head = _head_text(work, shown)
    delimiter, heading, lines = _dialect(head, shown, delimiter, heading_row, means)
    return TextFile(path, work, shown, encoding, delimiter, heading, lines, folder, declared is not None)


def _head_text(work: Path, shown: str) -> str:
    head = head_of(work)
    text = head.decode("utf-8", "replace").removeprefix("\ufeff")
    if "\x00" in text[:4096] and text[:4096].count("\x00") > len(text[:4096]) // 20:
        raise PipelineError("not_text", where=shown)
    if len(head) == HEAD_BYTES and b"\n" not in head and b"\r" not in head:
        columns = 1 + max(_first_line_holds(work, delimiter) for delimiter in DELIMITERS)
        if columns > MAX_COLUMNS:
            raise PipelineError("too_many_columns", where=shown, n=columns, limit=MAX_COLUMNS)
        raise PipelineError("line_too_long", where=shown, limit=HEAD_BYTES)
    return text


def _first_line_holds(work: Path, delimiter: str) -> int:
    """How many delimiters an endless first line holds, counted piece by piece."""
    found = 0
    with work.open("rb") as file:
        while chunk := file.read(HEAD_BYTES):
            line, end, _ = chunk.partition(b"\n")
            found += line.count(delimiter.encode())
            if end:
                break
    return found


def _records(head: str, delimiter: str, limit: int) -> list[tuple[int, list[str]]]:
    """The first records of a text, each with the physical line on which it ends."""
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    found: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            found.append((reader.line_num, cells))
            if len(found) >= limit:
                break
    except csv.Error:  # an open quote below the heading; the reading line by line deals with it
        pass
    return found


def _dialect(head, shown, declared, heading_row, means) -> tuple[str, HeadingRow, int]:
    """Delimiter, heading, and the physical lines down to the end of the heading."""
    best: tuple[int, int, str, HeadingRow, int] | None = None
    widest = 0
    possible = [declared] if declared else [each for each in DELIMITERS if each in head]
    for delimiter in possible or DELIMITERS[:1]:
        records = _records(head, delimiter, SEARCHED_ROWS)
        widest = max([widest, *(len(cells) for _, cells in records)])
        heading, lines = _heading(records, heading_row, means)
        if heading is None:
            continue
        rank = (heading.matches, len(heading.cells), delimiter, heading, lines)
        if best is None or rank[:2] > best[:2]:
            best = rank
    if widest > MAX_COLUMNS:
        raise PipelineError("too_many_columns", where=shown, n=widest, limit=MAX_COLUMNS)
    if best is not None and (len(best[3].cells) > 1 or heading_row is not None):
        return best[2], best[3], best[4]
    lines = [one_line(line) for line in head.splitlines() if line.strip()][:3]
    if widest <= 1:
        raise PipelineError("one_column", where=shown, first=listed(lines[:1]))
    raise PipelineError("no_heading", where=shown, rows=lines, searched=SEARCHED_ROWS)


def _heading(records, heading_row, means) -> tuple[HeadingRow | None, int]:
    if heading_row == 0:
        width = max([len(cells) for _, cells in records] or [0])
        return (
            (HeadingRow(-1, -1, [f"c{i + 1}" for i in range(width)], [None] * width, width), 0) if width else (None, 0)
        )
    if heading_row is not None:
        for line, cells in records:
            if line >= heading_row:
                return HeadingRow(0, 0, cells, [None] * len(cells), len(cells)), line
        return None, 0
    heading = find_heading([cells for _, cells in records], means)
    if heading is None:
        return None, 0
    return heading, records[heading.last][0]


def _table(text: TextFile, contract: Contract | None) -> RawTable:
    raw = RawTable(
        source=Source(dialect_sql(text.work, text.delimiter, text.width, text.heading_lines)),
        columns={},
        headings=list(text.heading.cells),
        format="csv",
        encoding=text.encoding,
        heading_line=text.heading_lines,
    )
    raw.source.record_number = "rowid + 1"
    raw.source.line_number = f"rowid + {text.heading_lines + 1}"
    if contract is not None:
        above: list[list[str]] = []
        if text.heading.first > 0:
            head = _head_text(text.work, text.shown)
            above = [cells for _, cells in _records(head, text.delimiter, text.heading.first)]
        matched = match_headings(contract, text.heading, text.shown, above)
        raw.columns, raw.heading_units = matched.columns, matched.heading_units
        raw.unmatched_headings, raw.dropped = matched.unmatched_headings, matched.dropped
        raw.own_places, raw.periods = own_places(raw.columns, contract), matched.periods
    if text.work.stat().st_size <= SMALL:
        raw.few = lambda table: _few(text, table)
    raw.holds = lambda _, rows: _is_plain(text, rows)
    raw.again = lambda table, con: _line_by_line(text, table)
    raw.lines_of = lambda table, wanted: csv_lines.pick(text, table, wanted, {})
    return raw


def dialect_sql(path: Path, delimiter: str, width: int, skip: int, numbered: bool = False) -> str:
    """The FROM text with every part of the dialect written out, so that nothing is guessed."""
    names = [f"c{i}" for i in range(width)]
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    columns += ", 'record_number': 'BIGINT', 'line_number': 'BIGINT'" if numbered else ""
    new_line = " new_line='\\n'," if numbered else ""
    return (
        f"read_csv({sql_text(str(path))}, auto_detect=false, delim={sql_text(delimiter)}, quote='\"', escape='\"', "
        f"header=false, skip={skip}, nullstr='',{new_line} columns={{{columns}}})"
    )


def _is_plain(text: TextFile, rows: int) -> bool:
    """Whether every physical line below the heading became one row, and none holds a NUL byte."""
    newlines, quotes, blank, last = 0, False, False, b""
    with text.work.open("rb") as file:
        while chunk := file.read(1 << 20):
            newlines += chunk.count(b"\n")
            if b"\x00" in chunk:
                return False
            quotes = quotes or b'"' in chunk
            if quotes and not blank:
                joined = last + chunk
                blank = b"\n\n" in joined or b"\n\r\n" in joined
            last = chunk[-2:]
    tail = last.replace(b"\r", b"")
    lines = newlines + (0 if tail.endswith(b"\n") or not tail else 1)
    return lines - text.heading_lines == rows and not (quotes and blank)


def _few(text: TextFile, raw: RawTable) -> list[tuple[int, int, list[str | None]]]:
    """The records of a small file: number, line, cells."""
    _settle_encoding(text, raw)
    spans: dict[int, int] = {}
    found = csv_lines.plain_records(text, raw)
    if found is None:
        found = [
            (number, line, [cell or None for cell in cells])
            for number, line, cells in csv_lines.good_records(text, raw, spans)
        ]
    raw.lines_of = lambda table, wanted: csv_lines.pick(text, table, wanted, spans)
    return found


def _settle_encoding(text: TextFile, raw: RawTable) -> None:
    """Find the encoding in which the whole file can be read."""
    if text.encoding == "utf-8":
        declared = "utf-8" if text.is_declared else None
        text.encoding = raw.encoding = decide(text.path, text.shown, declared)
        if text.encoding != "utf-8":
            text.work = text.folder / "utf8.csv"
            to_utf8(text.path, text.encoding, text.work, text.shown)
            raw.source.from_sql = dialect_sql(text.work, text.delimiter, text.width, text.heading_lines)


def _line_by_line(text: TextFile, raw: RawTable) -> Source:
    """Read again with care: find the real encoding, number the records, keep what is no record as a fault."""
    _settle_encoding(text, raw)
    target = text.folder / "lines.csv"
    spans = csv_lines.rewrite(text, raw, target)
    raw.lines_of = lambda table, wanted: csv_lines.pick(text, table, wanted, spans)
    return Source(dialect_sql(target, ",", text.width, 0, numbered=True))
