"""Numbers headings, tables and figures, so that renderer and proofreader agree on every line of a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.briefing.blocks import (
    Block,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    Passage,
    Quoted,
    Report,
    Table,
    joined,
    passage,
)
from pipelines.briefing.proofreading import Line
from pipelines.texts import in_language, say

CELLS = "\t"
"""Stands between the cells of a row when it is read as one line."""

NOTHING = Passage()
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Placed:
    """A block with its running number.

    Args:
        section: The level-1 heading it stands under.
        block: The block.
        caption: The heading, or the title of a table or figure, with its number.
    """

    section: str
    block: Block
    caption: Passage = NOTHING


def arranged(report: Report) -> list[Placed]:
    """The blocks of a report in order, numbered as Chinese official documents or English reports do."""
    with in_language(report.book.language):
        return _arranged(report)


def _arranged(report: Report) -> list[Placed]:
    counts = [0, 0, 0]
    tables = figures = 0
    section = str(report.title)
    placed = []
    for block in report.blocks:
        if isinstance(block, Heading):
            counts[block.level - 1] += 1
            counts[block.level :] = [0] * (3 - block.level)
            caption = passage(Quoted(number_of(counts, block.level, report.book.language), "number"), block.text)
            section = str(caption) if block.level == 1 else section
            placed.append(Placed(section, block, caption))
        elif isinstance(block, Table):
            tables += 1
            placed.append(Placed(section, block, _numbered("table", tables, block.title)))
        elif isinstance(block, Figure):
            figures += 1
            placed.append(Placed(section, block, _numbered("figure", figures, block.title)))
        else:
            placed.append(Placed(section, block))
    return placed


def _numbered(kind: str, n: int, title: Passage) -> Passage:
    return passage(Quoted(say(f"briefing.number_{kind}", n=n), "number"), title)


def number_of(counts: Sequence[int], level: int, language: str) -> str:
    """The running number of a heading: 一、（一）1. or 1. 1.1 (1).

    >>> number_of([11, 2, 3], 1, "zh"), number_of([11, 2, 3], 2, "zh"), number_of([1, 2, 3], 2, "en")
    ('十一、', '（二）', '1.2 ')
    """
    n = counts[level - 1]
    if language == "zh":
        return (f"{numeral(n)}、", f"（{numeral(n)}）", f"{n}. ")[level - 1]
    return (f"{n}. ", f"{counts[0]}.{n} ", f"({n}) ")[level - 1]


def numeral(n: int) -> str:
    """A Chinese numeral up to ninety-nine.

    >>> numeral(10), numeral(12), numeral(20)
    ('十', '十二', '二十')
    """
    tens, ones = divmod(n, 10)
    return ("" if not tens else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (
        _DIGITS[ones] if ones or not tens else ""
    )


def lines_of(placed: Sequence[Placed], title: Passage, subtitle: Passage) -> list[Line]:
    """The lines of the body, in the order in which they are rendered."""
    found = [Line(str(title), text) for text in (title, subtitle) if text]
    for one in placed:
        found += [Line(one.section, text) for text in _lines(one) if text]
    return found


def _lines(one: Placed) -> list[Passage]:
    block = one.block
    if isinstance(block, Heading):
        return [one.caption]
    if isinstance(block, Paragraph):
        return [block.text]
    if isinstance(block, Table):
        return [one.caption, *[row_line(row) for row in (block.columns, *block.rows)], *block.notes]
    if isinstance(block, Figure):
        return [block.alt, one.caption, *block.notes]
    if isinstance(block, PageBreak):
        return []
    raise TypeError(type(block).__name__)


def row_line(cells: Sequence[Passage]) -> Passage:
    """A row of a table as one line."""
    return joined(cells, CELLS)
