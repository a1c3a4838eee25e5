"""A table of a Word document, written as XML at once: cell by cell through python-docx it takes most of a second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from pipelines.briefing.fitting import lines, width
from pipelines.briefing.fonts import Face

LONG, SHORT = 9.0, 4.2
"""Ems: a text that is longer may break; a heading that is longer breaks into two lines."""

FIRST_ROWS, LAST_ROWS = 5, 3
"""So many rows of a long table stay together at its beginning, and at its end."""

PADDING = 7.0
"""Points of a cell's two sides together."""

_TWIPS = 20
_BORDERS = (
    '<w:top w:val="single" w:sz="8" w:space="0" w:color="000000"/><w:left w:val="nil"/>'
    '<w:bottom w:val="single" w:sz="8" w:space="0" w:color="000000"/><w:right w:val="nil"/>'
    '<w:insideH w:val="single" w:sz="4" w:space="0" w:color="A0A0A0"/>'
    '<w:insideV w:val="single" w:sz="4" w:space="0" w:color="D8D8D8"/>'
)
_SHADE = '<w:shd w:val="clear" w:color="auto" w:fill="EDF1F5"/>'


@dataclass(frozen=True)
class Look:
    """How a table is set.

    Args:
        face: Typeface.
        size: Points of the letters.
        pitch: Points from line to line.
        widths: Points of each column.
        numbers: Columns aligned to the right.
        sums: Rows of the body that are sums.
        is_kept: Whether the whole table stays on one page.
        is_followed: Whether its last row stays with what comes after it.
    """

    face: Face
    size: float
    pitch: float
    widths: Sequence[float]
    numbers: frozenset[int]
    sums: frozenset[int]
    is_kept: bool
    is_followed: bool


def fitted(cells: Sequence[Sequence[str]], room: float, sizes: Sequence[float]) -> tuple[float, list[float]]:
    """Size of the letters and widths of the columns, in points: what is short stays on one line, long texts break.

    Args:
        cells: Rows of texts, headings first.
        room: Width of the table.
        sizes: Sizes to try, the largest first; the last one is taken where none fits.
    """
    natural = [max((width(row[n]) for row in cells[1:]), default=0.0) for n in range(len(cells[0]))]
    narrow = [max(min(body, LONG), _head(text)) for body, text in zip(natural, cells[0], strict=True)]
    size = next((size for size in sizes if sum(narrow) * size + PADDING * len(narrow) <= room), sizes[-1])
    wanted = [ems * size + PADDING for ems in narrow]
    spare = room - sum(wanted)
    longer = [max(body - ems, 0.0) for body, ems in zip(natural, narrow, strict=True)]
    if spare > 0 and sum(longer):
        used = min(spare, sum(longer) * size)
        wanted = [one + used * more / sum(longer) for one, more in zip(wanted, longer, strict=True)]
        spare -= used
    total = sum(wanted)
    return size, [one + spare * one / total for one in wanted]


def height(cells: Sequence[Sequence[str]], size: float, widths: Sequence[float]) -> int:
    """Lines that a table takes, its headings included.

    Args:
        cells: Rows of texts, headings first.
        size: Points of the letters.
        widths: Points of the columns.
    """
    rooms = [(one - PADDING) / size for one in widths]
    return sum(max(lines(text, room) for text, room in zip(row, rooms, strict=True)) for row in cells)


def _head(text: str) -> float:
    """Ems that a heading needs: a long one breaks into two lines, but no word of letters is broken."""
    wanted = [width(line) for line in text.split("\n")]
    words = [width(word) for word in text.split() if word.isascii()]
    return max([*[line if line <= SHORT else line / 2 + 0.6 for line in wanted], *words])


def table_xml(title: str, heads: Sequence[str], body: Sequence[Sequence[str]], look: Look) -> Any:
    """The element of a table: headings repeated on every page, rows never split, a title for those who cannot see it.

    Args:
        title: Its title.
        heads: Headings.
        body: Rows of texts.
        look: How it is set.
    """
    grid = "".join(f'<w:gridCol w:w="{round(width * _TWIPS)}"/>' for width in look.widths)
    total = round(sum(look.widths) * _TWIPS)
    rows = [_row(heads, look, at=0, last=len(body))]
    rows += [_row(row, look, at=at, last=len(body)) for at, row in enumerate(body, 1)]
    return parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{total}" w:type="dxa"/><w:jc w:val="center"/>'
        f"<w:tblBorders>{_BORDERS}</w:tblBorders>"
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/>'
        f"</w:tblCellMar><w:tblCaption w:val={quoteattr(title)}/></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _row(cells: Sequence[str], look: Look, *, at: int, last: int) -> str:
    is_head, is_last = at == 0, at == last
    is_strong = is_head or at - 1 in look.sums
    is_edge = at < FIRST_ROWS < last or last - LAST_ROWS < at < last  # no few rows of a long table stand alone
    keeps = (look.is_kept and not is_last) or is_edge or (is_last and look.is_followed)
    frame = "<w:trPr><w:cantSplit/>" + ("<w:tblHeader/>" if is_head else "") + '<w:jc w:val="center"/></w:trPr>'
    made = "".join(
        _cell(text, look, n, side="center" if is_head else "right" if n in look.numbers else "left",
              is_head=is_head, is_strong=is_strong, keeps=keeps)
        for n, text in enumerate(cells)
    )  # fmt: skip
    return f"<w:tr>{frame}{made}</w:tr>"


def _cell(text: str, look: Look, n: int, *, side: str, is_head: bool, is_strong: bool, keeps: bool) -> str:
    kept = "<w:keepNext/>" if keeps else ""
    strong = "<w:b/>" if is_strong else ""
    latin, east = quoteattr(look.face.latin), quoteattr(look.face.east_asian)
    fonts = f"<w:rFonts w:ascii={latin} w:hAnsi={latin} w:eastAsia={east} w:cs={latin}/>"
    size = round(look.size * 2)
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{round(look.widths[n] * _TWIPS)}" w:type="dxa"/>{_SHADE if is_head else ""}'
        f'<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr>{kept}'
        f'<w:spacing w:line="{round(look.pitch * _TWIPS)}" w:lineRule="exact"/><w:jc w:val="{side}"/></w:pPr>'
        f'<w:r><w:rPr>{fonts}{strong}<w:color w:val="000000"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
        f"{_text(text)}</w:r></w:p></w:tc>"
    )


def _text(text: str) -> str:
    return "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
