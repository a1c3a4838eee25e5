"""The rejected rows of one file as a workbook: the sender's own rows and headings, the reasons in front of each."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.sources.returned import properties
from pipelines.texts import say

MAX_ROWS = 50_000
_SHEET_NAME_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_REASON_WIDTH, _HALF_WIDTHS_A_LINE, _LINE_HEIGHT = 50, 46, 15


@dataclass(frozen=True)
class RejectedRow:
    """One row: physical line, number of the record, reasons in words, cells as received, places of those at fault."""

    line: int
    record: int
    reasons: str
    cells: Sequence[str | None]
    faulty: frozenset[int] = frozenset()


@dataclass
class RejectedSheet:
    """What goes back of one sheet: headings as printed, and rows.

    `has_records` prints the number of each record as well: a mapping may make ids of it.
    """

    name: str
    headings: list[str]
    has_records: bool = False
    rows: list[RejectedRow] = field(default_factory=list)


def headings_with_units(headings: Sequence[str], columns: Mapping[str, str], units: Mapping[str, str]) -> list[str]:
    """The headings as printed; one whose unit stood in a line above gets it in brackets.

    >>> headings_with_units(["编号", "直接经济损失"], {"direct_loss_fen": "c1"}, {"direct_loss_fen": "万元"})
    ['编号', '直接经济损失（万元）']
    """
    said = {columns[name]: unit for name, unit in units.items() if name in columns}
    told = []
    for i, heading in enumerate(headings):
        unit = said.get(f"c{i}")
        told.append(f"{heading}（{unit}）" if unit and unit not in heading else heading)
    return told


def write_rejects(
    path: Path,
    shown: str,
    sheets: Sequence[RejectedSheet],
    total: int,
    file_id: str = "",
    file: str = "",
    language: str | None = None,
):
    """Write the workbook; all cells are text, so nothing in it is ever a formula.

    Args:
        path: Where to; replaced in one step.
        shown: The file that the rows came from.
        sheets: What goes back.
        total: How many rows were rejected, of which the first `MAX_ROWS` are written.
        file_id: Of the file that the rows came from.
        file: Its path below the folder of its kind; see `returned`.
        language: zh, en, or None for the current one.
    """
    import xlsxwriter

    path.parent.mkdir(parents=True, exist_ok=True)
    working = path.with_name(f".{path.stem}.{os.getpid()}.xlsx")
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(working), options)
    looks = _Looks(book)
    title = say("sources.workbook.title", language, file=shown, n=total)
    used: set[str] = set()
    names: dict[str, str] = {}
    for sheet in sheets:
        name = _sheet_name(sheet.name, used)
        names[name] = sheet.name
        _write_sheet(book.add_worksheet(name), sheet, looks, title, language)
    if not sheets:
        book.add_worksheet()
    for name, value in properties(file, file_id, names).items() if file else ():
        book.set_custom_property(name, value, "text")
    book.close()
    working.replace(path)


class _Looks:
    def __init__(self, book):
        common = {"valign": "top", "quote_prefix": True}
        bold = {"bold": True, "border": 1, "text_wrap": True, "valign": "top"}
        self.ours = book.add_format({**bold, "bg_color": "#F3E3DD"})
        self.heading = book.add_format({**bold, "bg_color": "#DDE4EC"})
        self.why = book.add_format({**common, "font_color": "#9C2A10", "text_wrap": True})
        self.cell = book.add_format({**common, "num_format": "@"})
        self.faulty = book.add_format({**common, "num_format": "@", "bg_color": "#FFD9CC", "border": 1})
        self.title = book.add_format({"bold": True, "font_size": 12})
        self.column = book.add_format({"num_format": "@"})


def _write_sheet(page, sheet: RejectedSheet, looks: _Looks, title: str, language: str | None) -> None:
    page.write_string(0, 0, title, looks.title)
    keys = ("reason", "line", "record") if sheet.has_records else ("reason", "line")
    for column, key in enumerate(keys):
        page.write_string(1, column, say(f"sources.workbook.{key}", language), looks.ours)
    for column, heading in enumerate(sheet.headings, start=len(keys)):
        page.write_string(1, column, heading, looks.heading)
    for at, row in enumerate(sheet.rows[:MAX_ROWS], start=2):
        lines = sum(1 + _half_widths(line) // _HALF_WIDTHS_A_LINE for line in row.reasons.split("\n"))
        page.set_row(at, _LINE_HEIGHT * lines)
        page.write_string(at, 0, row.reasons, looks.why)
        for column, number in enumerate((row.line, row.record)[: len(keys) - 1], start=1):
            page.write_string(at, column, str(number), looks.cell)
        for place in range(max(len(row.cells), max(row.faulty, default=-1) + 1)):
            text = row.cells[place] if place < len(row.cells) else None
            look = looks.faulty if place in row.faulty else looks.cell
            if text:
                page.write_string(at, place + len(keys), text[:32_000], look)
            elif place in row.faulty:
                page.write_blank(at, place + len(keys), None, look)
    page.set_column(0, 0, _REASON_WIDTH)
    page.set_column(1, len(keys) - 1, 9)
    page.set_column(len(keys), len(keys) + len(sheet.headings) - 1, 16, looks.column)
    page.freeze_panes(2, len(keys))
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(1)


def _half_widths(text: str) -> int:
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)


def _sheet_name(name: str, used: set[str]) -> str:
    unnamed = say("sources.workbook.sheet")
    plain = (name or unnamed).translate(_SHEET_NAME_FORBIDDEN).strip().strip("'")[:28] or unnamed
    chosen, number = plain, 2
    while chosen.casefold() in used:
        chosen, number = f"{plain}{number}", number + 1
    used.add(chosen.casefold())
    return chosen


def place_workbook(source: Path, target: Path) -> None:
    """Copy a workbook to where its users look for it, unless the same one is there."""
    if (
        target.exists()
        and target.stat().st_size == source.stat().st_size
        and target.read_bytes() == source.read_bytes()
    ):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    working = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copyfile(source, working)
    working.replace(target)


def tidy_workbooks(folder: Path, wanted: Iterable[Path]) -> None:
    """Leave only the workbooks of files that still have rejected rows."""
    kept = set(wanted)
    for path in folder.glob("*.xlsx"):
        if path not in kept:
            path.unlink(missing_ok=True)
