"""Tables as files that office programs open without harm."""

from __future__ import annotations

import csv as writer
import io
import re
from collections.abc import Iterable, Sequence

from pipelines.texts import say

MOST = 100_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def harmless(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula: text that begins like one gets an apostrophe in front.

    A number that is written as text is none: a spreadsheet reads it as that number.

    >>> harmless("=1+1"), harmless(-3), harmless("+4"), harmless("Tianjin"), harmless("+4-cmd|x")
    ("'=1+1", -3, '+4', 'Tianjin', "'+4-cmd|x")
    """
    is_risky = isinstance(cell, str) and cell.startswith(_DANGEROUS) and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if is_risky else cell


def csv(table: tuple[Sequence[str], Iterable[Sequence[object]]], *, is_synthetic: bool = False) -> bytes:
    """A CSV with byte order mark (so that Chinese opens right) and a note where the data are simulated.

    Args:
        table: Headings and rows.
        is_synthetic: Whether the rows come from simulated records.
    """
    heads, rows = table
    text = io.StringIO()
    out = writer.writer(text)
    extra = [say("app.export.note")] if is_synthetic else []
    mark = [say("product.synthetic")] if is_synthetic else []
    out.writerow([harmless(head) for head in [*heads, *extra]])
    for row in rows:
        out.writerow([harmless("" if cell is None else cell) for cell in [*row, *mark]])
    return text.getvalue().encode("utf-8-sig")


def workbook(table: tuple[Sequence[str], Iterable[Sequence[object]]], *, is_synthetic: bool = False) -> bytes:
    """An XLSX with one sheet whose cells are all plain text or numbers, never formulas or links.

    Args:
        table: Headings and rows.
        is_synthetic: Whether the rows come from simulated records.
    """
    import xlsxwriter

    heads, rows = table
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        first = 0
        if is_synthetic:
            sheet.write_string(0, 0, say("product.synthetic"), bold)
            first = 1
        for column, head in enumerate(heads):
            sheet.write_string(first, column, str(head), bold)
        for line, row in enumerate(rows, first + 1):
            for column, cell in enumerate(row):
                if isinstance(cell, int | float) and not isinstance(cell, bool):
                    sheet.write_number(line, column, cell)
                elif cell is not None:
                    sheet.write_string(line, column, str(harmless(str(cell))))
        sheet.freeze_panes(first + 1, 0)
        sheet.autofit(300)
    return file.getvalue()
