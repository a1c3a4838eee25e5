"""Excel workbooks, old and new: sheets, title blocks, merged cells, headings in two rows, formulas without a value."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import duckdb

from pipelines.errors import PipelineError, SeveralErrors
from pipelines.sources.contract import Contract
from pipelines.sources.headings import SEARCHED_ROWS, HeadingRow, find_heading, listed, match_headings, one_line
from pipelines.sources.readers import damage
from pipelines.sources.readers.not_records import FOOTNOTE_CELLS, own_places
from pipelines.sources.readers.raw_table import MAX_COLUMNS, Note, RawTable, Source
from pipelines.sources.readers.tables import text_table
from pipelines.sources.readers.workbook_rows import Body
from pipelines.sources.readers.working_copies import working_folder
from pipelines.sources.readers.xlsx_guard import SheetFacts, sheet_facts, shows_per_cent
from pipelines.texts import say

_SECONDS = 900
_EXPLAINING = re.compile(
    r"说明|填报须知|须知|字典|代码|选项|目录|封面|readme|instruction|notes?$|codes?$|lookup", re.IGNORECASE
)
_FIGURE = re.compile(r"\s*[-+]?[\d,]+(?:[./年-]\d.*)?\s*")


def read_workbook(
    path: Path,
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    shown: str,
    *,
    form: str,
    sheet: str | int | Sequence[str] | None = None,
    heading_row: int | None = None,
    means: Callable[[str], bool] | None = None,
) -> list[RawTable]:
    """Read every sheet that holds records.

    Args:
        path: The workbook.
        con: Where the temporary tables are made.
        contract: What its headings may mean.
        shown: How messages name it.
        form: xlsx or xls, by its first bytes.
        sheet: Name or 1-based number of the only sheet to read, or the names of several; None = all.
        heading_row: Sheet row of the heading, 1-based; 0 = none; None = found.
        means: Which texts are headings; None = the contract's. With it, nothing is matched with the contract.

    Raises:
        PipelineError: Damaged, protected, a bomb, no sheet with headings, or what `match_headings` finds.
    """
    facts = sheet_facts(path, shown) if form == "xlsx" else None
    folder = working_folder()
    try:
        sheets = _calamine(path, folder, shown)
        reading = _Reading(con, contract, shown, form, heading_row, means)
        if facts is None:
            facts = _xls_facts(path, folder)
            reading.is_seen_whole = bool(facts)
        for i, about in enumerate(sheets):
            if _is_asked_for(sheet, about["name"], i + 1):
                about["file"] = folder / f"{i}.jsonl"
                reading.add(about, facts.get(about["name"], SheetFacts()))
        return reading.result(one_asked_for=sheet)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _calamine(path: Path, folder: Path, shown: str) -> list[dict]:
    """Have the workbook read by a process of its own; see `workbook_child`."""
    try:
        done = _in_child("cells", path, folder)
    except subprocess.TimeoutExpired:
        raise PipelineError("workbook_broken", where=shown, reason=say("readers.damage.too_long", n=_SECONDS)) from None
    refused = folder / "refused.txt"
    if done.returncode == 3 and refused.exists():
        reason = refused.read_text(encoding="utf-8")
        if "password" in reason.lower():
            raise PipelineError("workbook_protected", where=shown)
        raise PipelineError("workbook_broken", where=shown, reason=damage.told(reason))
    if done.returncode != 0:
        raise PipelineError("workbook_broken", where=shown, reason=damage.told(f"calamine {done.returncode}"))
    return json.loads((folder / "sheets.json").read_text(encoding="utf-8"))


def _xls_facts(path: Path, folder: Path) -> dict[str, SheetFacts]:
    """How the cells of an old workbook are shown, by sheet; nothing where nobody can tell. See `workbook_child`."""
    try:
        done = _in_child("shown", path, folder)
    except subprocess.TimeoutExpired:
        return {}
    if done.returncode != 0:
        return {}
    found = json.loads((folder / "shown.json").read_text(encoding="utf-8"))
    return {
        about["name"]: SheetFacts(
            hidden_rows=about["hidden_rows"],
            hidden_columns=[(first, last) for first, last in about["hidden_columns"]],
            errors={(row, column): said for row, column, said in about["errors"]},
            percents={(row, column) for row, column, code in about["formats"] if shows_per_cent(code)},
            is_1904=about["is_1904"],
        )
        for about in found
    }


def _in_child(asked: str, path: Path, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """Have a workbook looked at by a process of its own, which leaves what it found in `folder`."""
    quiet = {**os.environ, "RUST_BACKTRACE": "0"}
    command = [sys.executable, "-I", str(Path(__file__).with_name("workbook_child.py")), asked, str(path), str(folder)]
    more = {"stdin": subprocess.DEVNULL, "capture_output": True, "env": quiet, "check": False}
    return subprocess.run(command, timeout=_SECONDS, **more)


class _Reading:
    """The sheets of one workbook, one after the other; faults of all sheets are told together."""

    def __init__(self, con, contract: Contract, shown: str, form: str, heading_row: int | None, means):
        self.con, self.contract, self.shown, self.form = con, contract, shown, form
        self.heading_row, self.own_headings = heading_row, means
        self.means = means or (lambda cell: contract.match(cell).use in ("field", "name", "dropped"))
        self.tables: list[RawTable] = []
        self.notes: list[Note] = []
        self.errors: list[PipelineError] = []
        self.without_heading: list[tuple[str, list[str]]] = []
        self.seen: set[str] = set()
        self.is_seen_whole = True
        self.explaining: list[tuple[str, PipelineError]] = []

    def add(self, about: dict, facts: SheetFacts) -> None:
        name = about["name"]
        if about["kind"] != "WorkSheet" or about["visible"] != "Visible":
            self.notes.append(Note("records_hidden" if self._has_records(about) else "sheet_hidden", {"sheet": name}))
            return
        self.seen.add(name)
        rows = _rows(about["file"])
        first = list(itertools.islice(rows, SEARCHED_ROWS + 1))
        if not any(cell.strip() for row in first for cell in row):
            more = next((row for row in rows if any(cell.strip() for cell in row)), None)
            if more is None:
                self.notes.append(Note("sheet_empty", {"sheet": name}))
                return
        heading = self._heading(first, about["merged"])
        if heading is None:
            filled = [[one_line(cell) for cell in row if cell.strip()] for row in first]
            if _EXPLAINING.search(name) or not any(map(_is_like_a_record, first)):
                code = "sheet_explains" if _EXPLAINING.search(name) else "sheet_passed_over"
                self.notes.append(Note(code, {"sheet": name}))
            self.without_heading.append((name, [listed(row[:8]) for row in filled if row][:3]))
            return
        try:
            self._table(about, heading, first, facts)
        except PipelineError as fault:
            if fault.code == "missing_columns" and _EXPLAINING.search(name):
                self.explaining.append((name, fault))  # words of the form, which stand there to be explained
            else:
                self.errors.append(fault)

    def _has_records(self, about: dict) -> bool:
        """Whether somebody might miss a sheet that is not read: it has all headings that are required, and a row."""
        if about["kind"] != "WorkSheet":
            return False
        first = list(itertools.islice(_rows(about["file"]), SEARCHED_ROWS + 1))
        heading = self._heading(first, about["merged"])
        if heading is None or self.own_headings is not None:
            return heading is not None
        meant = {self.contract.match(cell).field for cell in heading.cells if cell.strip()}
        below = first[heading.last + 1 :]
        return not self.contract.missing_required(meant) and any(cell.strip() for row in below for cell in row)

    def _heading(self, first: list[list[str]], merged: list[list[int]]) -> HeadingRow | None:
        if self.heading_row == 0:
            width = max(map(len, first))
            return HeadingRow(-1, -1, [f"c{i + 1}" for i in range(width)], [None] * width, width)
        if self.heading_row is not None:
            cells = first[self.heading_row - 1] if len(first) >= self.heading_row else []
            row = self.heading_row - 1
            return HeadingRow(row, row, cells, [None] * len(cells), len(cells)) if any(cells) else None
        return find_heading(_filled(first, merged), self.means)

    def _table(self, about: dict, heading: HeadingRow, first: list[list[str]], facts: SheetFacts) -> None:
        shown = f"{self.shown} [{about['name']}]"
        while heading.cells and not heading.cells[-1].strip():
            heading.cells.pop()
        width = len(heading.cells)
        if width > MAX_COLUMNS:
            raise PipelineError("too_many_columns", where=shown, n=width, limit=MAX_COLUMNS)
        raw = RawTable(
            source=Source(""),
            columns={},
            headings=[one_line(cell) for cell in heading.cells],
            format=self.form,
            sheet=about["name"],
            heading_line=heading.last + 1,
        )
        if self.own_headings is None:
            matched = match_headings(self.contract, heading, shown, first[: max(heading.first, 0)])
            raw.columns, raw.heading_units = matched.columns, matched.heading_units
            raw.unmatched_headings, raw.dropped = matched.unmatched_headings, matched.dropped
            raw.own_places, raw.periods = own_places(raw.columns, self.contract), matched.periods
        if not self.is_seen_whole:
            raw.notes.append(Note("sheet_not_seen_whole", {"sheet": raw.sheet}))
        if facts.hidden_rows:
            raw.notes.append(Note("rows_hidden", {"sheet": raw.sheet, "n": facts.hidden_rows}))
        veiled = [name for at, name in enumerate(raw.headings) if name.strip() and facts.hides(at)]
        if veiled:
            raw.notes.append(Note("columns_hidden", {"sheet": raw.sheet, "headings": veiled}))
        contract = self.contract if self.own_headings is None else None
        body = Body(raw, heading, about["merged"], facts, contract)
        raw.source = Source(text_table(self.con, body.records(_rows(about["file"])), width), is_temporary=True)
        self.tables.append(raw)

    def result(self, one_asked_for: str | int | Sequence[str] | None) -> list[RawTable]:
        several = one_asked_for is not None and not isinstance(one_asked_for, (str, int))
        if several and (lacking := [name for name in one_asked_for if name not in self.seen]):
            self.errors.append(PipelineError("no_such_sheet", where=self.shown, sheet=listed(lacking)))
        for name, fault in self.explaining:
            if self.tables:
                self.notes.append(Note("sheet_passed_over", {"sheet": name}))
            else:
                self.errors.append(fault)
        said = {note.facts["sheet"] for note in self.notes}
        for name, rows in self.without_heading:
            if name not in said:
                where = f"{self.shown} [{name}]"
                self.errors.append(PipelineError("no_heading", where=where, rows=rows, searched=SEARCHED_ROWS))
        if not self.tables and not self.errors:
            asked = "" if one_asked_for is None or several else str(one_asked_for)
            rows = [row for _, rows in self.without_heading for row in rows]
            code = "no_heading" if self.without_heading else ("no_such_sheet" if asked else "empty_file")
            self.errors.append(PipelineError(code, where=self.shown, rows=rows, searched=SEARCHED_ROWS, sheet=asked))
        if self.errors:
            raise self.errors[0] if len(self.errors) == 1 else SeveralErrors(self.errors)
        self.tables[0].notes[:0] = self.notes
        return self.tables


def _is_asked_for(asked: str | int | Sequence[str] | None, name: str, number: int) -> bool:
    if asked is None or isinstance(asked, int):
        return asked in (None, number)
    return name in ((asked,) if isinstance(asked, str) else asked)


def _is_like_a_record(row: list[str]) -> bool:
    """Three cells or more, one of them a figure or a date: nobody explains a form like that."""
    filled = [cell for cell in row if cell.strip()]
    return len(filled) > FOOTNOTE_CELLS and any(_FIGURE.fullmatch(cell) for cell in filled)


def _rows(file: Path) -> Iterator[list[str]]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _filled(rows: list[list[str]], merged: list[list[int]]) -> list[list[str]]:
    """The first rows with the text of a merged cell in each of its places, so that a heading over several shows."""
    filled = [list(row) for row in rows]
    for top, left, bottom, right in merged:
        if top >= len(filled) or left >= len(filled[top]):
            continue
        for i in range(top, min(bottom, len(filled) - 1) + 1):
            for j in range(left, min(right, len(filled[i]) - 1) + 1):
                filled[i][j] = filled[top][left]
    return filled
