"""The rows of a sheet as its reader sees them: merged cells filled downwards, errors and per cent as they are shown."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from pipelines.sources.contract import Contract
from pipelines.sources.headings import HeadingRow, one_line
from pipelines.sources.readers.not_records import leave_out, what_instead
from pipelines.sources.readers.raw_table import Note, RawTable, RowFault
from pipelines.sources.readers.xlsx_guard import SheetFacts
from pipelines.sources.values import is_missing

_FIGURES = ("integer", "number", "money", "share", "measured")
_DAYS = ("date", "timestamp")
_DAYS_FROM_1904 = (dt.date(1904, 1, 1) - dt.date(1899, 12, 30)).days
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_ZERO = re.compile(r"0(\.0+)?")


@dataclass
class _Merge:
    """A cell that reaches over several rows.

    Attributes:
        column: 0-based.
        bottom: Last row, 0-based.
        text: What stands in it.
        record: Number and sheet row of the record that has it first.
        is_told: That record is known as one that shares its figure.
    """

    column: int
    bottom: int
    text: str
    record: tuple[int, int] | None = None
    is_told: bool = False


class Body:
    """The rows below a heading; what is no record is left out and said so."""

    def __init__(
        self,
        raw: RawTable,
        heading: HeadingRow,
        merged: list[list[int]],
        facts: SheetFacts,
        contract: Contract | None,
    ):
        """Take what is known of a sheet.

        Args:
            raw: The table, with its columns; notes and faults are added to it.
            heading: Where its heading stands.
            merged: Ranges of merged cells: first row and column, last row and column, 0-based.
            facts: What the XML says of the cells.
            contract: What the columns mean; None = a mapping says it.
        """
        self.raw, self.width, self.start = raw, len(heading.cells), heading.last + 1
        self.is_1904 = facts.is_1904
        self.by_top: dict[int, list[tuple[int, int]]] = {}
        for top, left, bottom, _ in merged:
            if bottom > top and bottom >= self.start and left < self.width:
                self.by_top.setdefault(max(top, self.start), []).append((left, bottom))
        self.formulas = _by_row(facts.empty_formulas, self.width)
        self.errors = facts.errors
        self.errors_at = _by_row(facts.errors, self.width)
        self.fields = {int(column[1:]): name for name, column in raw.columns.items()}
        types = {at: contract.by_name[name].type for at, name in self._known(contract)} if contract else {}
        self.figures = {at for at, kind in types.items() if kind in _FIGURES} | {int(one[1:]) for one in raw.periods}
        self.days = {at for at, kind in types.items() if kind in _DAYS}
        shown = (place for place in facts.percents if contract is None or place[1] in self.figures)
        self.percents = _by_row(shown, self.width)

    def _known(self, contract: Contract) -> Iterator[tuple[int, str]]:
        return ((at, name) for at, name in self.fields.items() if name in contract.by_name)

    def records(self, rows: Iterator[list[str]]) -> Iterator[tuple[list[str], int, int]]:
        """Cells, record number and sheet row of each record."""
        number = 0
        merges: list[_Merge] = []
        beyond: list[tuple[int, str]] = []
        for i, row in enumerate(rows):
            if i < self.start:
                continue
            cells = row[: self.width] + [""] * (self.width - len(row))
            self._show(cells, i)
            is_blank = not any(cell and not cell.isspace() for cell in (*cells, *row[self.width :]))
            merges = [merge for merge in merges if merge.bottom >= i] if merges else merges
            shared = [merge for merge in merges if not cells[merge.column]]
            own = list(cells)
            for merge in shared:
                cells[merge.column] = merge.text
            begun = [_Merge(left, bottom, cells[left]) for left, bottom in self.by_top.get(i, ())]
            merges += begun
            missing = self.formulas.get(i, ())
            if (is_blank and not missing) or self._is_left_out(i, [*own, *row[self.width :]]):
                continue
            number += 1
            for merge in begun:
                merge.record = number, i + 1
            self._note_shared(shared, number, i + 1)
            self._note_missing(missing, number, i)
            beyond += [(i + 1, cell) for cell in row[self.width :] if cell.strip()]
            yield cells, number, i + 1
        if beyond:  # text to the right of the last heading belongs to no field; the records stay
            facts = {"sheet": self.raw.sheet, "n": len(beyond), "row": beyond[0][0], "text": one_line(beyond[0][1])}
            self.raw.notes.append(Note("beyond_headings", facts))

    def _show(self, cells: list[str], i: int) -> None:
        """Give the cells of a row the text that the program shows: its errors, and 95% where 0.95 is stored."""
        for column in self.errors_at.get(i, ()):
            cells[column] = self.errors[i, column]
        for column in self.percents.get(i, ()):
            cells[column] = percent_text(cells[column])
        if self.is_1904:
            for column in self.days:
                if _NUMBER.fullmatch(cells[column]):
                    cells[column] = str(Decimal(cells[column]) + _DAYS_FROM_1904)

    def _is_left_out(self, i: int, row: list[str]) -> bool:
        what = what_instead(row, self.raw)
        if what:
            leave_out(self.raw, what, i + 1, row[: self.width])
        return bool(what)

    def _note_shared(self, shared: Iterable[_Merge], number: int, line: int) -> None:
        """One figure over several records says what they have together, and nothing of each: all of them go back.

        Not those that have nothing together, or of which nothing is known: that holds of each of them.
        """
        for merge in shared:
            says_nothing = is_missing(merge.text) or _ZERO.fullmatch(merge.text.strip())
            if merge.column not in self.figures or says_nothing or merge.record is None:
                continue
            if not merge.is_told:
                self._fault("figure_merged", merge.column, *merge.record, {"line": merge.record[1]})
                merge.is_told = True
            self._fault("figure_merged", merge.column, number, line, {"line": merge.record[1]})

    def _note_missing(self, missing: Iterable[int], number: int, i: int) -> None:
        for column in missing:
            if column in self.fields or f"c{column}" in self.raw.periods or not self.raw.columns:
                self._fault("formula_without_value", column, number, i + 1, {})

    def _fault(self, code: str, column: int, number: int, line: int, more: dict[str, object]) -> None:
        row = more.get("line", line)
        facts = {"heading": self.raw.headings[column], "cell": f"{_letters(column)}{row}"}
        name = self.fields.get(column) or f"c{column}"
        self.raw.faults.append(RowFault(number, line, code, facts, None, name))


def percent_text(cell: str) -> str:
    """A number as a cell with a format of per cent shows it; any other text as it is.

    >>> percent_text("0.955"), percent_text("1"), percent_text("95%")
    ('95.5%', '100%', '95%')
    """
    if not _NUMBER.fullmatch(cell):
        return cell
    shown = format(Decimal(cell) * 100, "f")
    return (shown.rstrip("0").rstrip(".") if "." in shown else shown) + "%"


def _by_row(places: Iterable[tuple[int, int]], width: int) -> dict[int, list[int]]:
    """Columns by row, of those below the heading."""
    found: dict[int, list[int]] = {}
    for row, column in sorted(places):
        if column < width:
            found.setdefault(row, []).append(column)
    return found


def _letters(column: int) -> str:
    """Letters of a 0-based column."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
