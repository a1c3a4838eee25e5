"""Run as a process of its own: read a workbook with calamine and write its sheets as JSON lines of text.

A damaged .xls makes the library panic, or ask for so much memory that the process is ended; that must not be ours.
Imports nothing of the project, so that it starts quickly.

Usage: python calamine_child.py WORKBOOK FOLDER → FOLDER/sheets.json, FOLDER/0.jsonl, … (a row per line, from row 1 on)
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


def main(workbook: str, folder: str) -> int:
    """Write the sheets; 0 = done, 3 = the library refused, with its words in FOLDER/refused.txt."""
    _limit_memory()
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


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
