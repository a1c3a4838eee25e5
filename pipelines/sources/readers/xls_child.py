"""Run as a process of its own: what calamine does not tell of an old .xls, by xlrd, as JSON.

A damaged file can make the library fail in any way; then nobody knows how the cells are shown, and it is said so.
Imports nothing of the project, so that it starts quickly.

Usage: python xls_child.py WORKBOOK FOLDER → FOLDER/facts.json, a list of one object a sheet (see `SheetFacts`)
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

MEMORY_LIMIT = 2 << 30
_SHOWN_AS_IT_STANDS = re.compile(r"\"[^\"]*\"|\\.|_.|\*.")


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit; the process apart still protects its parent
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(workbook: str, folder: str) -> int:
    """Write the facts; any other end than 0 means that nothing is known."""
    _limit_memory()
    import xlrd

    with Path(workbook).open("rb") as file, Path(folder, "xlrd.log").open("w", encoding="utf-8") as log:
        book = xlrd.open_workbook(file_contents=file.read(), formatting_info=True, logfile=log)
    styles = [book.format_map[style.format_key].format_str for style in book.xf_list]
    percent = {at for at, code in enumerate(styles) if "%" in _SHOWN_AS_IT_STANDS.sub("", code)}
    facts = [_facts(sheet, percent, book.datemode == 1, xlrd) for sheet in book.sheets()]
    Path(folder, "facts.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    return 0


def _facts(sheet, percent: set[int], is_1904: bool, xlrd) -> dict[str, object]:
    errors, percents = [], []
    for row in range(sheet.nrows):
        for column, kind in enumerate(sheet.row_types(row)):
            if kind == xlrd.XL_CELL_ERROR:
                errors.append([row, column, xlrd.error_text_from_code[sheet.cell_value(row, column)]])
            elif kind == xlrd.XL_CELL_NUMBER and percent and sheet.cell_xf_index(row, column) in percent:
                percents.append([row, column])
    blank = (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)
    hidden = [row for row, about in sheet.rowinfo_map.items() if about.hidden and row < sheet.nrows]
    return {
        "name": sheet.name,
        "errors": errors,
        "percents": percents,
        "is_1904": is_1904,
        "hidden_rows": sum(any(kind not in blank for kind in sheet.row_types(row)) for row in hidden),
        "hidden_columns": [[column, column] for column, about in sheet.colinfo_map.items() if about.hidden],
    }


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
