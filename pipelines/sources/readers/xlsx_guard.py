"""What calamine does not tell of an .xlsx, read from its XML: bombs, damage, empty formulas, what is hidden."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
import zipfile
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
_FORMULA = re.compile(
    rb"<c\b[^>]*?\br=\"([A-Z]{1,3})(\d+)\"[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>|</c>)"
)
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
    """

    empty_formulas: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: int = 0
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)

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
            sheets = _sheet_parts(archive)
            found = {name: _scan(archive, part, name, shown) for name, part in sheets.items()}
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


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → the part of the archive that holds it."""
    workbook = _xml(archive, "xl/workbook.xml")
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


def _scan(archive: zipfile.ZipFile, part: str, sheet: str, shown: str) -> SheetFacts:
    facts = SheetFacts()
    last_row, last_column, rest = 0, 26, b""
    with archive.open(part) as source:
        while True:
            chunk = source.read(_CHUNK)
            data = rest + chunk
            cut = data.rfind(b"</c>") + 4 if chunk and b"</c>" in data else len(data)
            if chunk and b"</c>" not in data and len(data) > 4 * _CHUNK:
                cut = len(data) - 4096
            elif chunk and b"</c>" not in data:
                cut = 0
            now, rest = data[:cut], data[cut:]
            for row in _ROW.findall(now):
                last_row = max(last_row, int(row))
            for letters, row in _WIDE_CELL.findall(now):
                last_column, last_row = max(last_column, column_number(letters.decode())), max(last_row, int(row))
            if b"hidden=" in now:
                facts.hidden_rows += len(_HIDDEN_ROW.findall(now))
                for tag in _COLUMNS.findall(now):
                    span = {name: int(number) - 1 for name, number in _SPAN.findall(tag)}
                    facts.hidden_columns.append((span[b"min"], span[b"max"]))
            if b"<f" in now:
                facts.empty_formulas.update(
                    (int(row) - 1, column_number(letters.decode()) - 1) for letters, row in _FORMULA.findall(now)
                )
            if not chunk:
                break
    where = f"{shown} [{sheet}]"
    if last_column > MAX_COLUMNS:
        raise PipelineError("too_many_columns", where=where, n=last_column, limit=MAX_COLUMNS)
    if last_row * last_column > MAX_CELLS:
        raise PipelineError("sheet_too_large", where=where, rows_found=last_row, columns=last_column, limit=MAX_CELLS)
    return facts


def column_number(letters: str) -> int:
    """1-based number of a column.

    >>> column_number("A"), column_number("AA")
    (1, 27)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
