"""How wide and how high a table on a slide is, and where a long one is divided."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.briefing.blocks import Table
from pipelines.briefing.fitting import BOLD, LEADING, column_floors, column_widths, lines
from pipelines.texts import current_language

CELL = 4.0  # points between a cell's edge and its text, at each side
LATIN = {"zh": 1.0, "en": 0.9}
"""How wide letters and figures are against those that `fitting` reckons with: English slides are set in Arial."""


def table_widths(table: Table, points: float, size: float) -> list[float]:
    """Widths of a table's columns, in points."""
    return column_widths(_cells(table), points, size, **_letters(table))


def keeps_words(table: Table, points: float, size: float) -> bool:
    """Whether a table has room for its columns without breaking a word."""
    return sum(column_floors(_cells(table), size, **_letters(table))) <= points


def _cells(table: Table) -> list[list[str]]:
    return [[str(cell) for cell in row] for row in (table.columns, *table.rows)]


def _letters(table: Table) -> dict:
    return {"padding": 2 * CELL, "bold": _bold(table), "latin": LATIN[current_language()]}


def _bold(table: Table) -> set[int]:
    """The heading and the sums, which are in bold letters; the heading is row 0."""
    return {0, *(row + 1 for row in table.sums)}


def row_heights(table: Table, widths: Sequence[float], size: float) -> list[float]:
    """Heights of a table's rows, the heading first, in points."""
    found = []
    bold, latin = _bold(table), LATIN[current_language()]
    for place, row in enumerate((table.columns, *table.rows)):
        letters = size * BOLD if place in bold else size
        ems = [(wide - 2 * CELL - 1) / letters for wide in widths]
        most = max(lines(str(cell), room, latin) for cell, room in zip(row, ems, strict=True))
        found.append(most * size * LEADING + 6)
    return found


def table_height(table: Table, points: float, size: float) -> float:
    """Height of a whole table in points."""
    return sum(row_heights(table, table_widths(table, points, size), size))


def divided(table: Table, points: float, size: float, room: float) -> list[Table]:
    """A table in pieces that each fit, every one with the headings; the columns keep their widths.

    Args:
        table: The whole.
        points: Width.
        size: Points of the letters.
        room: Height of one piece.
    """
    heights = row_heights(table, table_widths(table, points, size), size)
    pieces = _pieces(heights, room)
    if len(pieces) > 1:  # pieces of about the same height look better than a last one of two rows
        even = _pieces(heights, heights[0] + sum(heights[1:]) / len(pieces) + max(heights[1:]))
        pieces = even if len(even) == len(pieces) else pieces
    return [
        Table(
            table.key if not place else f"{table.key}_{place + 1}",
            table.title,
            table.columns,
            tuple(table.rows[n] for n in rows),
            table.numbers,
            frozenset(at for at, n in enumerate(rows) if n in table.sums),
            table.notes,
        )
        for place, rows in enumerate(pieces)
    ]


def _pieces(heights: Sequence[float], room: float) -> list[list[int]]:
    """Numbers of the rows of each piece; the heading's height comes first and counts in every one."""
    pieces: list[list[int]] = [[]]
    used = heights[0]
    for number, high in enumerate(heights[1:]):
        if used + high > room and pieces[-1]:
            pieces.append([])
            used = heights[0]
        pieces[-1].append(number)
        used += high
    return pieces
