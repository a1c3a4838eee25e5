"""The rejected rows of one file as a workbook: the sender's own rows and headings, the reasons in front of each."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.texts import say

MAX_ROWS = 50_000
_SHEET_NAME_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


@dataclass
class RejectedSheet:
    """What goes back of one sheet: headings as printed, and rows of (line, reasons in words, cells)."""

    name: str
    headings: list[str]
    rows: list[tuple[int, str, Sequence[str | None]]] = field(default_factory=list)


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


def write_rejects(path: Path, shown: str, sheets: Sequence[RejectedSheet], total: int, language: str | None = None):
    """Write the workbook; all cells are text, so nothing in it is ever a formula.

    Args:
        path: Where to; replaced in one step.
        shown: The file that the rows came from.
        sheets: What goes back.
        total: How many rows were rejected, of which the first `MAX_ROWS` are written.
        language: zh, en, or None for the current one.
    """
    import xlsxwriter

    path.parent.mkdir(parents=True, exist_ok=True)
    working = path.with_name(f".{path.stem}.{os.getpid()}.xlsx")
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(working), options)
    bold = book.add_format({"bold": True, "bg_color": "#DDE4EC", "border": 1, "text_wrap": True, "valign": "top"})
    why = book.add_format({"font_color": "#9C2A10", "text_wrap": True, "valign": "top", "quote_prefix": True})
    cell = book.add_format({"num_format": "@", "quote_prefix": True, "valign": "top"})
    used: set[str] = set()
    for sheet in sheets:
        page = book.add_worksheet(_sheet_name(sheet.name, used))
        page.write_string(0, 0, say("sources.workbook.title", language, file=shown, n=total))
        heads = [say("sources.workbook.reason", language), say("sources.workbook.line", language), *sheet.headings]
        for column, heading in enumerate(heads):
            page.write_string(1, column, heading, bold)
        for row, (line, reasons, cells) in enumerate(sheet.rows[:MAX_ROWS], start=2):
            page.write_string(row, 0, reasons, why)
            page.write_string(row, 1, str(line), cell)
            for column, text in enumerate(cells, start=2):
                if text:
                    page.write_string(row, column, text[:32_000], cell)
        page.set_column(0, 0, 50)
        page.set_column(2, 1 + len(sheet.headings), 14)
        page.freeze_panes(2, 2)
    if not sheets:
        book.add_worksheet()
    book.close()
    working.replace(path)


def _sheet_name(name: str, used: set[str]) -> str:
    plain = (name or "rows").translate(_SHEET_NAME_FORBIDDEN).strip().strip("'")[:28] or "rows"
    chosen, number = plain, 2
    while chosen.casefold() in used:
        chosen, number = f"{plain}{number}", number + 1
    used.add(chosen.casefold())
    return chosen
