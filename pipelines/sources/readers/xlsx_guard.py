"""What calamine does not tell of an .xlsx, read from its XML: bombs, damage, what is hidden, how a cell is shown."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from pipelines.errors import PipelineError
from pipelines.sources.readers import damage
from pipelines.sources.readers.archive import DAMAGED, MAX_WORKBOOK, check_sizes
from pipelines.sources.readers.raw_table import MAX_COLUMNS

MAX_CELLS = 30_000_000
_MAX_DIRECTORY = 10 << 20
_CHUNK = 1 << 20
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_ROW = re.compile(rb"<row\b[^>]*?\br=\"(\d+)\"")
_WIDE_CELL = re.compile(rb"<c\b[^>]*?\br=\"([A-Z]{2,3})(\d+)\"")
_F = rb"<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)"
# A formula that came to the empty text is stored as a text (t="str") without a value: that is its value.
_FORMULA = re.compile(
    rb"<c\b(?![^>]*\bt=\"str\")[^>]*?\br=\"([A-Z]{1,3})(\d+)\"[^>]*>\s*" + _F + rb"\s*(?:<v\s*/>|<v>\s*</v>|</c>)"
)
_ERROR = re.compile(
    rb"<c\b(?=[^>]*\bt=\"e\")[^>]*?\br=\"([A-Z]{1,3})(\d+)\"[^>]*>\s*(?:" + _F + rb")?\s*<v>([^<]*)</v>"
)
_NUMBER_SHOWN = rb"<c\b(?=[^>]*\bs=\"(?:%s)\")(?![^>]*\bt=\"(?!n\"))[^>]*?\br=\"([A-Z]{1,3})(\d+)\"[^>/]*>"
_PREFIX = re.compile(rb"<(\w+:)(?:worksheet|sheetData)\b")
_PERCENT_FORMATS = ("9", "10")  # 0% and 0.00%, which every workbook has without naming them
_SHOWN_AS_IT_STANDS = re.compile(r"\"[^\"]*\"|\\.|_.|\*.")
_HIDDEN_ROW = re.compile(rb"<row\b[^>]*?\bhidden=\"(?:1|true)\"[^>]*>\s*<c\b")
_COLUMNS = re.compile(rb"<col\b[^>]*?\bhidden=\"(?:1|true)\"[^>]*>")
_SPAN = re.compile(rb"\b(min|max)=\"(\d+)\"")


@dataclass
class SheetFacts:
    """What the XML of one sheet says beside its values.

    Attributes:
        empty_formulas: 0-based (row, column) of the formula cells that hold no stored value.
        hidden_rows: How many rows with cells are hidden, by hand or by a filter.
        hidden_columns: 0-based first and last of the columns that are hidden.
        errors: 0-based (row, column) of the cells that hold an error of the program → its name, such as #DIV/0!.
        percents: 0-based (row, column) of the numbers that are shown as per cent.
        is_1904: The workbook counts its days from 1904.
    """

    empty_formulas: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: int = 0
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    percents: set[tuple[int, int]] = field(default_factory=set)
    is_1904: bool = False

    def hides(self, column: int) -> bool:
        """Whether a column (0-based) is hidden."""
        return any(first <= column <= last for first, last in self.hidden_columns)


def sheet_facts(path: Path, shown: str) -> dict[str, SheetFacts]:
    """Check a workbook before it is opened, and tell of each sheet what its values do not.

    Returns:
        Facts by sheet name.

    Raises:
        PipelineError: Too large unpacked, too many columns, or damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            check_sizes(archive, path.stat().st_size, MAX_WORKBOOK, shown)
            workbook = _xml(archive, "xl/workbook.xml")
            sheets = _sheet_parts(archive, workbook)
            percent = _percent_styles(archive)
            found = {name: _scan(archive, part, name, shown, percent) for name, part in sheets.items()}
            for facts in found.values():
                facts.is_1904 = _counts_from_1904(workbook)
            read = set(sheets.values())
            for member in archive.infolist():
                if member.filename.endswith(".xml") and member.filename not in read:
                    with archive.open(member) as part:
                        while part.read(_CHUNK):
                            pass
            return found
    except (*DAMAGED, ElementTree.ParseError) as fault:
        raise PipelineError("workbook_broken", where=shown, reason=damage.told(fault)) from None


def _xml(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    with archive.open(name) as part:
        data = part.read(_MAX_DIRECTORY + 1)
    if len(data) > _MAX_DIRECTORY or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise zipfile.BadZipFile(f"{name} is not as a workbook has it")
    return ElementTree.fromstring(data)


def _counts_from_1904(workbook: ElementTree.Element) -> bool:
    properties = (each for space in (_MAIN, _STRICT) for each in workbook.iter(f"{space}workbookPr"))
    return any(each.get("date1904") in ("1", "true") for each in properties)


def _percent_styles(archive: zipfile.ZipFile) -> re.Pattern[bytes] | None:
    """What finds the numbers of a sheet that are shown as per cent; None where the workbook has no such style."""
    if "xl/styles.xml" not in archive.namelist():
        return None
    styles = _xml(archive, "xl/styles.xml")
    formats = set(_PERCENT_FORMATS)
    numbers: list[bytes] = []
    for space in (_MAIN, _STRICT):
        for one in styles.iter(f"{space}numFmt"):
            if shows_per_cent(one.get("formatCode", "")):
                formats.add(one.get("numFmtId", ""))
        for cells in styles.iter(f"{space}cellXfs"):
            numbers += [str(i).encode() for i, style in enumerate(cells) if style.get("numFmtId") in formats]
    return re.compile(_NUMBER_SHOWN % b"|".join(numbers)) if numbers else None


def _sheet_parts(archive: zipfile.ZipFile, workbook: ElementTree.Element) -> dict[str, str]:
    """Sheet name → the part of the archive that holds it."""
    relations = {
        each.get("Id"): each.get("Target", "") for each in _xml(archive, "xl/_rels/workbook.xml.rels") if each.get("Id")
    }
    parts: dict[str, str] = {}
    names = set(archive.namelist())
    for space in (_MAIN, _STRICT):
        for sheet in workbook.iter(f"{space}sheet"):
            relation = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), None)
            target = relations.get(relation, "")
            part = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
            if part in names and "worksheets" in part:
                parts[sheet.get("name", "")] = part
    return parts


def _scan(archive: zipfile.ZipFile, part: str, sheet: str, shown: str, percent: re.Pattern[bytes] | None) -> SheetFacts:
    facts = SheetFacts()
    last_row, last_column = 0, 26
    for cells in _whole_cells(archive, part):
        for row in _ROW.findall(cells):
            last_row = max(last_row, int(row))
        for letters, row in _WIDE_CELL.findall(cells):
            last_column, last_row = max(last_column, column_number(letters.decode())), max(last_row, int(row))
        _note_cells(facts, cells, percent)
    where = f"{shown} [{sheet}]"
    if last_column > MAX_COLUMNS:
        raise PipelineError("too_many_columns", where=where, n=last_column, limit=MAX_COLUMNS)
    if last_row * last_column > MAX_CELLS:
        raise PipelineError("sheet_too_large", where=where, rows_found=last_row, columns=last_column, limit=MAX_CELLS)
    return facts


def _whole_cells(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The XML of a sheet in pieces that cut no cell in two, without the prefix that some programs give every tag."""
    prefix, end, rest = None, b"</c>", b""
    with archive.open(part) as source:
        while True:
            chunk = source.read(_CHUNK)
            data = rest + chunk
            if prefix is None:
                found = _PREFIX.search(data)
                prefix = found[1] if found else b""
                end = b"</" + prefix + b"c>"
            cut = data.rfind(end) + len(end) if chunk and end in data else len(data)
            if chunk and end not in data:
                cut = len(data) - 4096 if len(data) > 4 * _CHUNK else 0
            now, rest = data[:cut], data[cut:]
            yield now.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</") if prefix else now
            if not chunk:
                return


def _note_cells(facts: SheetFacts, cells: bytes, percent: re.Pattern[bytes] | None) -> None:
    """Add what a piece of a sheet says of its cells."""
    if b"hidden=" in cells:
        facts.hidden_rows += len(_HIDDEN_ROW.findall(cells))
        for tag in _COLUMNS.findall(cells):
            span = {name: int(number) - 1 for name, number in _SPAN.findall(tag)}
            facts.hidden_columns.append((span[b"min"], span[b"max"]))
    if b"<f" in cells:
        facts.empty_formulas.update(_place(*cell) for cell in _FORMULA.findall(cells))
    if b't="e"' in cells:
        facts.errors.update((_place(letters, row), what.decode()) for letters, row, what in _ERROR.findall(cells))
    if percent is not None:
        facts.percents.update(_place(*cell) for cell in percent.findall(cells))


def _place(letters: bytes, row: bytes) -> tuple[int, int]:
    """0-based row and column."""
    return int(row) - 1, column_number(letters.decode()) - 1


def _at(letters: bytes, row: bytes) -> tuple[int, int]:
    return int(row) - 1, column_number(letters.decode()) - 1


def shows_per_cent(code: str) -> bool:
    """Whether a number format shows a number as per cent; a quoted sign is a mere word.

    >>> shows_per_cent("0.0%"), shows_per_cent('0.0"%"')
    (True, False)
    """
    return "%" in _SHOWN_AS_IT_STANDS.sub("", code)


def column_number(letters: str) -> int:
    """1-based number of a column.

    >>> column_number("A"), column_number("AA")
    (1, 27)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
