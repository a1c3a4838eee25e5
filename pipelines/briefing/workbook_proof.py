"""Reads a finished workbook again, cell by cell."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from pathlib import Path

from pipelines.briefing.proofreading import Found, Line
from pipelines.briefing.slide_proof import plain
from pipelines.briefing.workbook_canvas import Written
from pipelines.texts import say


def expected(written: Sequence[Written]) -> list[Line]:
    """The cells that a workbook must hold, sheet by sheet, row by row."""
    tabs = {cell.tab: place for place, cell in reversed(list(enumerate(written)))}
    ordered = sorted(written, key=lambda cell: (tabs[cell.tab], cell.row, cell.column))
    return [Line(_place(cell.tab, cell.row, cell.column), cell.held) for cell in ordered if cell.held]


def found(file: Path | bytes) -> list[Found]:
    """The cells that a finished workbook holds."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(file) if isinstance(file, bytes) else file, read_only=True)
    lines = []
    for sheet in book.worksheets:
        for row, cells in enumerate(sheet.iter_rows(values_only=True)):
            for column, value in enumerate(cells):
                if value is not None:
                    lines.append(Found(_place(sheet.title, row, column), _text(value)))
    return lines


def _text(value: object) -> str:
    if isinstance(value, datetime.date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return plain(float(value))
    return str(value)


def _place(tab: str, row: int, column: int) -> str:
    from pipelines.briefing.chart_xml import letter

    return say("workbook.proof_cell", tab=tab, cell=f"{letter(column)}{row + 1}")
