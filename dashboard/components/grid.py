"""Tables whose cells are HTML: values with verdicts, links to other pages, runs of one verdict over time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from dashboard.address import Place
from dashboard.components.html import esc


def link(page: str, place: Place, words: str, /, **changes: object) -> str:
    """Words that lead to another page of the app, with the whole place.

    Args:
        page: Name of the page.
        place: Where we are.
        words: What is printed.
        changes: Parts of the address that change on the way.
    """
    return f'<a href="{esc(f"{page}?{urlencode(place.query(**changes))}")}" target="_self">{esc(words)}</a>'


def table(
    heads: Sequence[str], rows: Iterable[Iterable[str]], *, caption: str = "", numbers: Iterable[int] = ()
) -> str:
    """A table of HTML cells; the first column names its row.

    Args:
        heads: Column headings, as text.
        rows: Cells as HTML.
        caption: What the table shows, for those who do not see it.
        numbers: Places of the columns that are set flush right.
    """
    right = set(numbers)
    head = "".join(f'<th scope="col"{_side(i in right)}>{esc(text)}</th>' for i, text in enumerate(heads))
    body = "".join(f"<tr>{_cells(row, right)}</tr>" for row in rows)
    return wall(f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>", caption)


def wall(inside: str, caption: str = "") -> str:
    """The frame around heads and rows (HTML), with its caption for those who do not see it."""
    said = f'<caption class="a-unseen">{esc(caption)}</caption>' if caption else ""
    return f'<div class="a-scroll"><table class="a-wall">{said}{inside}</table></div>'


def _cells(row: Iterable[str], right: set[int]) -> str:
    cells = list(row)
    first = f'<th scope="row">{cells[0]}</th>' if cells else ""
    return first + "".join(f"<td{_side(i in right)}>{cell}</td>" for i, cell in enumerate(cells[1:], 1))


def _side(is_right: bool) -> str:
    return ' class="a-n"' if is_right else ""
