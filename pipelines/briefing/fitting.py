"""How much room a text takes on paper, estimated from its signs, so that nothing that we lay out runs over.

Office programs break lines themselves; we only have to know beforehand how many there will be. The widths are those of
common Chinese typefaces, rounded up: a text that is taken to fit does fit.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Collection, Sequence
from itertools import pairwise

from pipelines.texts import current_language

LEADING = 1.3
GAP = 0.22
"""Ems that office programs put between a Chinese sign and a letter or digit."""
BOLD = 1.12
"""How much wider bold letters are."""

UNBROKEN = 10.3
"""A text of up to so many ems in the cell of a table should stay on one line."""
UNBROKEN_ENGLISH = 8.6
"""In English, where a break at a space reads well."""

_NARROW = set(" .,:;'|!iIl()[]·’‘")


@functools.lru_cache(maxsize=4096)
def width(text: str, latin: float = 1.0) -> float:
    """Width of a text in ems.

    Args:
        text: What is set.
        latin: How wide letters and figures are against those of the widest typefaces, which are reckoned with.

    >>> width("安澜"), round(width("2024"), 2)
    (2.0, 2.48)
    """
    return sum(_width(sign) * (1.0 if _is_wide(sign) else latin) for sign in text) + GAP * sum(
        _is_wide(one) != _is_wide(other) and " " not in (one, other) for one, other in pairwise(text)
    )


def _is_wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in "WF"


def _width(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in "WF" or sign in "“”—…" or "\u2500" <= sign < "\u2800":
        return 1.0
    if sign in _NARROW:
        return 0.36
    if sign in "mMW%":
        return 0.95
    if sign in "+−<>=±≤≥≈":
        return 0.84
    return 0.74 if sign.isupper() else 0.57 if sign.islower() else 0.62


def lines(text: str, ems: float, latin: float = 1.0) -> int:
    """Lines that a text takes in a column some ems wide; Chinese breaks anywhere, other words at spaces only."""
    count = 1
    used = 0.0
    before = ""
    for word in _words(text):
        if word == "\n":
            count, used = count + 1, 0.0
            continue
        size = width(word, latin)
        if used and before and _is_wide(before) != _is_wide(word[0]) and before != " ":
            size += GAP
        before = word[-1]
        if used and used + size - (width(word, latin) - width(word.rstrip(), latin)) > ems:
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


def column_widths(
    cells: Sequence[Sequence[str]],
    points: float,
    size: float,
    *,
    padding: float = 8.0,
    bold: Collection[int] = (),
    latin: float = 1.0,
) -> list[float]:
    """Widths of a table's columns in points, which sum to all there is; long texts give way, short ones stay whole.

    Args:
        cells: Rows of texts, headings included.
        points: Width of the table.
        size: Points of the letters.
        padding: Points of a cell's two sides together.
        bold: Rows in bold letters, from 0.
        latin: As for `width`.
    """
    sizes = [size * BOLD if place in bold else size for place in range(len(cells))]
    wanted = [_widest([[row[n]] for row in cells], sizes, latin) + padding + 2 for n in range(len(cells[0]))]
    floors = column_floors(cells, size, padding=padding, bold=bold, latin=latin)
    spare = points - sum(wanted)
    if spare >= 0:
        return [one + spare * one / sum(wanted) for one in wanted]
    low, high = 0.0, 1.0
    for _ in range(30):  # the share of what they want at which the columns just fill the width
        share = (low + high) / 2
        total = sum(max(one * share, floor) for one, floor in zip(wanted, floors, strict=True))
        low, high = (share, high) if total <= points else (low, share)
    found = [max(one * low, floor) for one, floor in zip(wanted, floors, strict=True)]
    return [one * points / sum(found) for one in found]


def column_floors(
    cells: Sequence[Sequence[str]],
    size: float,
    *,
    padding: float = 8.0,
    bold: Collection[int] = (),
    latin: float = 1.0,
) -> list[float]:
    """Widths below which the columns of a table break a word; arguments as for `column_widths`."""
    sizes = [size * BOLD if place in bold else size for place in range(len(cells))]
    return [_widest([_long_words(row[n]) for row in cells], sizes, latin) + padding + 2 for n in range(len(cells[0]))]


def _widest(texts: Sequence[Sequence[str]], sizes: Sequence[float], latin: float) -> float:
    """Points of the widest text; every row of them has a size of its own."""
    return max(width(text, latin) * size for row, size in zip(texts, sizes, strict=True) for text in (*row, ""))


def _long_words(text: str) -> list[str]:
    """What should not be broken: short texts, and words between spaces and Chinese signs, up to a dozen ems."""
    if width(text) <= (UNBROKEN if current_language() == "zh" else UNBROKEN_ENGLISH):
        return [text]
    return [word.strip() for word in _words(text) if width(word) <= 12] + [text[:4]]
