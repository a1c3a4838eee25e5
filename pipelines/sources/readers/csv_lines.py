"""The careful way through a delimited file: one physical line after the other, nothing lost, every record numbered."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import PipelineError
from pipelines.sources.readers.not_records import leave_out, what_instead
from pipelines.sources.readers.raw_table import MAX_FAULTS, RawTable, RowFault

if TYPE_CHECKING:
    from pipelines.sources.readers.csv_file import TextFile

MAX_LINE = 1 << 20  # characters; a longer line is no record
csv.field_size_limit(MAX_LINE * 4)
MAX_RECORD_LINES = 200  # lines that one quoted value may span before its quote counts as never closed


def rewrite(text: TextFile, raw: RawTable, target: Path) -> dict[int, int]:
    """Write the good records to `target` with their numbers, add the others to `raw.faults`.

    Returns:
        Physical line → number of lines, for the records that span more than one.
    """
    spans: dict[int, int] = {}
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerows([*cells, number, line] for number, line, cells in good_records(text, raw, spans))
    return spans


def good_records(text: TextFile, raw: RawTable, spans: dict[int, int]) -> Iterator[tuple[int, int, list[str]]]:
    """Number, line and cells of the good records; the others are added to `raw.faults`, the long ones to `spans`."""
    number = 0
    for line, lines, cells, fault in _records(text):
        original = lines[0].rstrip("\r\n") if len(lines) == 1 else "".join(lines).rstrip("\r\n")
        if fault is None and not original.strip():
            continue
        number += 1
        if len(lines) > 1:
            spans[line] = len(lines)
        fault = fault or _fault(cells, text.width, original)
        if fault is None:
            yield number, line, cells[: text.width]
            continue
        _keep_fault(text, raw, number, line, fault, cells, original)


def plain_records(text: TextFile, raw: RawTable) -> list[tuple[int, int, list[str | None]]] | None:
    """The same of a small file without any quote, whose lines are its records; empty cells are None.

    None where the file has quotes, or lines that are too long: these take the careful way.
    """
    with text.work.open(encoding="utf-8-sig", newline="") as file:
        lines = list(file)
    if any('"' in line for line in lines) or max(map(len, lines), default=0) >= MAX_LINE:
        return None
    found: list[tuple[int, int, list[str | None]]] = []
    number = 0
    for place, line in enumerate(lines[text.heading_lines :], start=text.heading_lines + 1):
        original = line.rstrip("\r\n")
        if not original.strip():
            continue
        number += 1
        cells = original.split(text.delimiter)
        if len(cells) == text.width and "\x00" not in original:
            found.append((number, place, [cell or None for cell in cells]))
        elif fault := _fault(cells, text.width, original):
            _keep_fault(text, raw, number, place, fault, cells, original)
        else:
            found.append((number, place, [cell or None for cell in cells[: text.width]]))
    return found


def _keep_fault(text: TextFile, raw: RawTable, number: int, line: int, fault, cells: list[str], original: str) -> None:
    code, facts = fault
    if code in ("too_few_cells", "too_many_cells") and (what := what_instead(cells, raw)):
        leave_out(raw, what, line, cells)
        return
    kept = text.delimiter.join(raw.blotted(cells)) if raw.dropped else original
    raw.faults.append(RowFault(number, line, code, facts, kept.replace("\x00", "␀")))
    if len(raw.faults) > MAX_FAULTS:
        raise PipelineError("no_table", where=text.shown, n=MAX_FAULTS, width=text.width)


def _fault(cells: list[str], width: int, original: str) -> tuple[str, dict[str, object]] | None:
    if "\x00" in original:
        return "nul_byte", {}
    if len(cells) < width:
        return "too_few_cells", {"n": len(cells), "width": width}
    if any(cell.strip() for cell in cells[width:]):
        return "too_many_cells", {"n": len(cells), "width": width}
    return None


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Physical lines with their numbers, each with its line break; of a line that is too long only the beginning."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        number = 0
        while part := file.readline(MAX_LINE):
            number += 1
            yield number, part
            while not part.endswith(("\n", "\r")) and len(part) >= MAX_LINE:
                part = file.readline(MAX_LINE)


Record = tuple[int, list[str], list[str], tuple[str, dict[str, object]] | None]


def _records(text: TextFile) -> Iterator[Record]:
    """Records below the heading: first line, physical lines, cells, and what is wrong with the quotes, if anything."""
    source = _lines(text.work)
    waiting: list[tuple[int, str]] = []
    for _ in range(text.heading_lines):
        next(source, None)
    while True:
        first = waiting.pop(0) if waiting else next(source, None)
        if first is None:
            return
        number, line = first
        if len(line) >= MAX_LINE:
            yield number, [line[:1000]], [line[:1000]], ("line_too_long", {"limit": MAX_LINE})
            continue
        if '"' not in line:
            yield number, [line], line.rstrip("\r\n").split(text.delimiter), None
            continue
        taken = [line]
        cells = parse(line, text.delimiter)
        ahead = 0
        while cells is None and len(taken) < MAX_RECORD_LINES:
            if ahead < len(waiting):
                more = waiting[ahead]
            else:
                more = next(source, None)
                if more is None:
                    break
                waiting.append(more)
            ahead += 1
            taken.append(more[1])
            if '"' in more[1]:
                cells = parse("".join(taken), text.delimiter)
        if cells is None:
            yield number, [line], line.rstrip("\r\n").split(text.delimiter), ("quote_not_closed", {})
        else:
            del waiting[:ahead]
            yield number, taken, cells, None


def parse(record: str, delimiter: str) -> list[str] | None:
    """The cells of one record; None when a quote is still open at its end.

    >>> parse('a,"b,c"', ",")
    ['a', 'b,c']
    >>> parse('a,"b', ",") is None
    True
    """
    text = record.rstrip("\r\n")
    try:
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error as fault:
        if "unexpected end of data" in str(fault):
            return None
        rows = list(csv.reader([text], delimiter=delimiter))
    return rows[0] if rows else [""]


def pick(text: TextFile, raw: RawTable, wanted: list[int], spans: dict[int, int]) -> dict[int, str]:
    """The records that begin on the lines asked for, as received, without the cells of dropped columns."""
    found: dict[int, str] = {}
    places = set(wanted)
    current, left = 0, 0
    last = wanted[-1]
    for number, line in _lines(text.work):
        if left:
            found[current] += line
            left -= 1
        elif number in places:
            current, left = number, spans.get(number, 1) - 1
            found[current] = line
        elif number > last:
            break
    if raw.dropped:
        return {number: _blotted(text, raw, line) for number, line in found.items()}
    return {number: line.rstrip("\r\n") for number, line in found.items()}


def _blotted(text: TextFile, raw: RawTable, line: str) -> str:
    cells = parse(line, text.delimiter) or line.rstrip("\r\n").split(text.delimiter)
    return text.delimiter.join(raw.blotted(cells))
