"""Tables as files that office programs open without harm."""

from __future__ import annotations

import csv as writer
import io
from collections.abc import Iterable, Mapping, Sequence

from pipelines.texts import say

MOST = 100_000
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula: text that begins like one gets an apostrophe in front.

    >>> harmless("=1+1"), harmless(-3), harmless("Tianjin")
    ("'=1+1", -3, 'Tianjin')
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_DANGEROUS) else cell


def csv(table: tuple[Sequence[str], Iterable[Sequence[object]]], *, is_synthetic: bool = False) -> bytes:
    """A CSV with byte order mark (so that Chinese opens right) and a note where the data are simulated.

    Args:
        table: Headings and rows.
        is_synthetic: Whether the rows come from simulated records.
    """
    heads, rows = table
    text = io.StringIO()
    out = writer.writer(text)
    extra = [say("app.export.note")] if is_synthetic else []
    mark = [say("product.synthetic")] if is_synthetic else []
    out.writerow([harmless(head) for head in [*heads, *extra]])
    for row in rows:
        out.writerow([harmless("" if cell is None else cell) for cell in [*row, *mark]])
    return text.getvalue().encode("utf-8-sig")


def columns(rows: Iterable[Mapping], names: Sequence[str]) -> list[list[object]]:
    """The named columns of some rows, in order."""
    return [[row.get(name) for name in names] for row in rows]
