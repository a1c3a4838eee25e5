"""A report as data: passages of words and facts, headings, paragraphs, tables, figures. Renderers only arrange it."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from pipelines.briefing.facts import Fact, FactBook
from pipelines.briefing.typography import closed_up, pause
from pipelines.texts import template

DIGIT = re.compile(r"\d")
WHYS = ("clause", "plan", "name", "period", "number", "text", "said", "build")


@dataclass(frozen=True)
class Quoted:
    """Words that may hold digits which are no fact of the build.

    Args:
        text: The words.
        why: Where the digits come from: a `clause` number, words of the `plan`, a `name` of a code list or an
            enterprise, the `period` or day that the document is about, a running `number` of a heading or table, a
            fixed `text` of ours, what somebody `said`, the id of the `build`.
    """

    text: str
    why: str

    def __post_init__(self):
        if self.why not in WHYS:
            raise ValueError(f"no reason for digits: {self.why}")

    def __str__(self) -> str:
        return self.text


Piece = str | Fact | Quoted


@dataclass(frozen=True)
class Passage:
    """A run of words and facts. Plain words may hold no digit: a number is a fact or is declared.

    Raises:
        ValueError: A number stands in plain words; our mistake.
    """

    pieces: tuple[Piece, ...] = ()

    def __post_init__(self):
        for piece in self.pieces:
            if isinstance(piece, str) and DIGIT.search(piece):
                raise ValueError(f"a number without a fact: {piece!r}")

    def __str__(self) -> str:
        return "".join(str(piece) for piece in self.pieces)

    def __bool__(self) -> bool:
        return any(str(piece) for piece in self.pieces)

    def __add__(self, other: Words) -> Passage:
        return Passage((*self.pieces, *passage(other).pieces))

    def __radd__(self, other: Words) -> Passage:
        return Passage((*passage(other).pieces, *self.pieces))

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts in it, in order."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Fact))


Words = str | Fact | Quoted | Passage


def passage(*words: Words) -> Passage:
    """Words, facts and passages as one passage."""
    pieces: list[Piece] = []
    for word in words:
        pieces += word.pieces if isinstance(word, Passage) else [word]
    return Passage(tuple(pieces))


def joined(parts: Iterable[Words], between: str) -> Passage:
    """Passages with the same words between them, as the language sets them."""
    found = Passage()
    for number, part in enumerate(parts):
        found += passage(pause(str(found), str(part), between), part) if number else passage(part)
    return found


def fill(key: str, /, **parts: Words) -> Passage:
    """A mould (a text of `zh.yml` or `en.yml`) filled with facts and words; digits of the mould itself are declared.

    Args:
        key: Dotted path of the text.
        parts: What stands in its braces.
    """
    pieces: list[Words] = []
    for words, name, spec, _ in string.Formatter().parse(closed_up(template(key))):
        if words:
            pieces.append(Quoted(words, "text") if DIGIT.search(words) else words)
        if name is not None and spec != ".0":
            pieces.append(parts[name])
    return passage(*pieces)


@dataclass(frozen=True)
class Heading:
    """A heading; the renderer numbers it (level 1: 一、, level 2: （一）, level 3: 1.)."""

    level: int
    text: Passage


@dataclass(frozen=True)
class Paragraph:
    """A paragraph.

    Args:
        text: What it says.
        style: `body`, `note` (small, beside or below something), `draft` (marked as a draft to be revised).
    """

    text: Passage
    style: str = "body"


@dataclass(frozen=True)
class Table:
    """A table with a title.

    Args:
        key: Stable name, unique in the report.
        title: What it shows.
        columns: Headings.
        rows: Cells, as many in each row as there are columns.
        numbers: Columns that are aligned to the right, from 0.
        sums: Rows that are sums of others, from 0.
        notes: What stands below it.
    """

    key: str
    title: Passage
    columns: tuple[Passage, ...]
    rows: tuple[tuple[Passage, ...], ...]
    numbers: frozenset[int] = frozenset()
    sums: frozenset[int] = frozenset()
    notes: tuple[Passage, ...] = ()

    @classmethod
    def of(
        cls,
        key: str,
        title: Words,
        columns: Sequence[Words],
        rows: Iterable[Sequence[Words]],
        *,
        numbers: Iterable[int] = (),
        sums: Iterable[int] = (),
        notes: Iterable[Words] = (),
    ) -> Table:
        """A table from words and facts.

        Raises:
            ValueError: A row has another number of cells than there are columns; our mistake.
        """
        body = tuple(tuple(passage(cell) for cell in row) for row in rows)
        if any(len(row) != len(columns) for row in body):
            raise ValueError(f"table {key}: a row has another width than the headings")
        heads = tuple(passage(column) for column in columns)
        below = tuple(passage(note) for note in notes)
        return cls(key, passage(title), heads, body, frozenset(numbers), frozenset(sums), below)


@dataclass(frozen=True)
class Figure:
    """A picture.

    Args:
        key: Stable name, unique in the report.
        title: What it shows.
        draw: Makes the PNG; called only when the figure is rendered.
        alt: What it shows, in words, for those who cannot see it.
        facts: Every fact that it shows.
        notes: What stands below it.
    """

    key: str
    title: Passage
    draw: Callable[[], bytes]
    alt: Passage
    facts: tuple[Fact, ...] = ()
    notes: tuple[Passage, ...] = ()


@dataclass(frozen=True)
class PageBreak:
    """What follows begins on a new page."""


Block = Heading | Paragraph | Table | Figure | PageBreak


@dataclass(frozen=True)
class Report:
    """A whole document.

    Args:
        title: Its title.
        subtitle: The line below the title.
        marks: What stands in the header of every page, such as 模拟数据.
        blocks: Its body, in order.
        book: Its facts.
        author: Who made it.
    """

    title: Passage
    subtitle: Passage
    marks: tuple[Passage, ...]
    blocks: tuple[Block, ...]
    book: FactBook
    author: str = field(default="")
