"""How much room a text takes on paper, estimated from its signs, so that nothing that we lay out runs over.

Office programs break lines themselves; we only have to know beforehand how many there will be. The widths are those of
common Chinese typefaces, rounded up: a text that is taken to fit does fit.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Sequence

LEADING = 1.3
_NARROW = set(" .,:;'|!iIl()[]·’‘")


@functools.lru_cache(maxsize=4096)
def width(text: str) -> float:
    """Width of a text in ems.

    >>> width("安澜"), round(width("2024"), 2)
    (2.0, 2.4)
    """
    return sum(_width(sign) for sign in text)


def _width(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in "WF" or sign in "“”—…":
        return 1.0
    if sign in _NARROW:
        return 0.36
    if sign in "mMW%":
        return 0.92
    return 0.72 if sign.isupper() else 0.6


def lines(text: str, ems: float) -> int:
    """Lines that a text takes in a column some ems wide; Chinese breaks anywhere, other words at spaces only."""
    count = 1
    used = 0.0
    for word in _words(text):
        if word == "\n":
            count, used = count + 1, 0.0
            continue
        size = width(word)
        if used and used + width(word.rstrip()) > ems:
            count, used = count + 1, 0.0
        if size > ems:  # a word longer than the line is broken anywhere
            more = int(size / max(ems, 1.0))
            count, used = count + more, size - more * ems
        else:
            used += size
    return count


@functools.lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    found: list[str] = []
    word = ""
    for sign in text:
        if sign == "\n" or unicodedata.east_asian_width(sign) in "WF":
            found += [word] if word else []
            found.append(sign)
            word = ""
        else:
            word += sign
            if sign == " ":
                found.append(word)
                word = ""
    return (*found, word) if word else tuple(found)


def height(texts: Sequence[str], size: float, points: float, *, gap: float = 0.0) -> float:
    """Points that paragraphs take, one below the other.

    Args:
        texts: One a paragraph.
        size: Points of the letters.
        points: Width of the column.
        gap: Points between two paragraphs.
    """
    rows = sum(lines(text, points / size) for text in texts)
    return rows * size * LEADING + gap * max(len(texts) - 1, 0)


def fitting_size(
    texts: Sequence[str], points: float, room: float, sizes: Sequence[float], *, gap: float = 0.0
) -> float | None:
    """The largest of some sizes in which paragraphs fit; None where none does."""
    return next((size for size in sizes if height(texts, size, points, gap=gap) <= room), None)


def column_widths(cells: Sequence[Sequence[str]], points: float, size: float, *, padding: float = 8.0) -> list[float]:
    """Widths of a table's columns in points, which sum to all there is; the longest texts give way first.

    Args:
        cells: Rows of texts, headings included.
        points: Width of the table.
        size: Points of the letters.
        padding: Points of a cell's two sides together.
    """
    wanted = [max(width(row[n]) for row in cells) * size + padding + 2 for n in range(len(cells[0]))]
    floors = [max(max(width(word) for word in (*_long_words(row[n]), "")) for row in cells) * size + padding + 2
              for n in range(len(cells[0]))]  # fmt: skip
    spare = points - sum(wanted)
    if spare >= 0:
        return [one + spare * one / sum(wanted) for one in wanted]
    low, high = 0.0, max(wanted)
    for _ in range(40):  # the cap at which the columns just fill the width
        cap = (low + high) / 2
        total = sum(max(min(one, cap), floor) for one, floor in zip(wanted, floors, strict=True))
        low, high = (cap, high) if total <= points else (low, cap)
    found = [max(min(one, low), floor) for one, floor in zip(wanted, floors, strict=True)]
    return [one * points / sum(found) for one in found]


def _long_words(text: str) -> list[str]:
    """What should not be broken: words between spaces and Chinese signs, up to a dozen ems; a few Chinese signs."""
    return [word.strip() for word in _words(text) if width(word) <= 12] + [text[:4]]
