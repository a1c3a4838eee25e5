"""Run as a process of its own: what libraries read from a workbook, written down as JSON.

A damaged .xls makes them panic, or ask for so much memory that the process is ended; that must not be ours.
Imports nothing of the project, so that it starts quickly.

Usage: python workbook_child.py cells WORKBOOK FOLDER  calamine's: FOLDER/sheets.json, FOLDER/0.jsonl, … (a row a line)
       python workbook_child.py shown WORKBOOK FOLDER  xlrd's, of an old .xls: FOLDER/shown.json, how cells are shown
"""

from __future__ import annotations

import datetime
import json
import sys
from decimal import Decimal
from pathlib import Path

MEMORY_LIMIT = 2 << 30


def cell_text(value: object) -> str:
    """One cell as text: whole numbers without a point, dates in ISO form, nothing in exponents.

    >>> cell_text(3.0), cell_text(0.1), cell_text(2.02401e11), cell_text(datetime.date(2024, 1, 5)), cell_text(True)
    ('3', '0.1', '202401000000', '2024-01-05', 'TRUE')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        return format(Decimal(repr(value)), "f") if value == value and abs(value) != float("inf") else ""
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ", "seconds") if value.time() != datetime.time() else value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, datetime.time):
        return value.isoformat("seconds")
    if isinstance(value, datetime.timedelta):
        return str(round(value.total_seconds() / 86400, 10))
    return "" if value is None else str(value)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit; the process apart still protects its parent
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def write_cells(workbook: str, folder: str) -> int:
    """Write the sheets; 0 = done, 3 = the library refused, with its words in FOLDER/refused.txt."""
    import python_calamine

    target = Path(folder)
    try:
        with open(workbook, "rb") as file:
            book = python_calamine.CalamineWorkbook.from_filelike(file)
        sheets = []
        for i, about in enumerate(book.sheets_metadata):
            kind = str(about.typ).rpartition(".")[2]
            visible = str(about.visible).rpartition(".")[2]
            entry = {"name": about.name, "kind": kind, "visible": visible, "rows": 0, "merged": []}
            if kind == "WorkSheet":
                sheet = book.get_sheet_by_name(about.name)
                with (target / f"{i}.jsonl").open("w", encoding="utf-8") as out:
                    left = [""] * (sheet.start[1] if sheet.start else 0)  # rows come from the top, cells from the first
                    for row in sheet.iter_rows():
                        cells = [*left, *(cell_text(value) for value in row)]
                        out.write(json.dumps(cells, ensure_ascii=False) + "\n")
                        entry["rows"] += 1
                entry["merged"] = [[*first, *last] for first, last in (sheet.merged_cell_ranges or [])]
            sheets.append(entry)
    except (python_calamine.CalamineError, ValueError, OSError, UnicodeError) as fault:
        (target / "refused.txt").write_text(str(fault), encoding="utf-8")
        return 3
    (target / "sheets.json").write_text(json.dumps(sheets, ensure_ascii=False), encoding="utf-8")
    return 0


def write_shown(workbook: str, folder: str) -> int:
    """Write what calamine does not tell of an old .xls; any other end than 0 means that nothing is known."""
    import xlrd

    with Path(workbook).open("rb") as file, Path(folder, "xlrd.log").open("w", encoding="utf-8") as log:
        book = xlrd.open_workbook(file_contents=file.read(), formatting_info=True, logfile=log)
    codes = [book.format_map[style.format_key].format_str for style in book.xf_list]
    told = [{**_shown_of(sheet, codes, xlrd), "is_1904": book.datemode == 1} for sheet in book.sheets()]
    Path(folder, "shown.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return 0


def _shown_of(sheet, codes: list[str], xlrd) -> dict[str, object]:
    """Of one sheet: errors, numbers whose format may be one of per cent with its code, and what is hidden."""
    errors, formats = [], []
    for row in range(sheet.nrows):
        for column, kind in enumerate(sheet.row_types(row)):
            if kind == xlrd.XL_CELL_ERROR:
                errors.append([row, column, xlrd.error_text_from_code[sheet.cell_value(row, column)]])
            elif kind == xlrd.XL_CELL_NUMBER and "%" in (code := codes[sheet.cell_xf_index(row, column)]):
                formats.append([row, column, code])
    blank = (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)
    hidden = [row for row, about in sheet.rowinfo_map.items() if about.hidden and row < sheet.nrows]
    return {
        "name": sheet.name,
        "errors": errors,
        "formats": formats,
        "hidden_rows": sum(any(kind not in blank for kind in sheet.row_types(row)) for row in hidden),
        "hidden_columns": [[column, column] for column, about in sheet.colinfo_map.items() if about.hidden],
    }


if __name__ == "__main__":
    _limit_memory()
    sys.exit({"cells": write_cells, "shown": write_shown}[sys.argv[1]](*sys.argv[2:]))
