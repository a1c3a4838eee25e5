"""Workbooks that tests send: rows as they stand in sheets, dressed where a test hides or merges something."""

from pathlib import Path

import openpyxl


def save_book(path: Path, *sheets) -> Path:
    """Save rows as sheets of an .xlsx; a sheet is (title, rows, functions that dress it)."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows, *dress in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for each in dress:
            each(sheet)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path
