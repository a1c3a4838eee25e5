"""Reads a finished document again: every fact against the build, every printed number against its fact.

A renderer says which lines its document holds (`Line`, with the facts in them), and a reader of the file's format which
lines are really there (`Found`). Facts are recomputed by the SELECT of their own source; what the document shows must
be what those values print, in the same place, with nothing added and nothing left out.
"""

from __future__ import annotations

import datetime
import difflib
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.briefing.blocks import Passage
from pipelines.briefing.facts import OPERATIONS, Cell, Fact, FactBook, Query, Value
from pipelines.briefing.forms import print_value
from pipelines.errors import PipelineError
from pipelines.texts import in_language, say

if TYPE_CHECKING:
    from pipelines.warehouse import Warehouse

NUMBER = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?(?:[万亿]|%)?")
AS_COUNTED = ("number", "size", "signed", "plain", "plain_size")
SAME_UNIT = ("sum", "difference", "mean")  # operations whose answer is in the unit of their parts
SHOWN = 60  # characters of a line that a fault quotes


@dataclass(frozen=True)
class Line:
    """One line that a document must hold: a paragraph, the row of a table, a cell, a text of a chart.

    Args:
        section: Where it stands, as readers name the place.
        text: What it says.
    """

    section: str
    text: Passage


@dataclass(frozen=True)
class Found:
    """One line that stands in a finished document."""

    section: str
    text: str


@dataclass(frozen=True)
class Drawn:
    """A finished document before it is compared.

    Attributes:
        document: Its bytes.
        expected: The lines that it must hold.
        found: The lines that its bytes hold, read again.
        notices: What the reader of the command line should know, in words.
    """

    document: bytes
    expected: Sequence[Line]
    found: Sequence[Found]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proof:
    """What was compared.

    Attributes:
        facts: Facts that were recomputed.
        numbers: Numbers of the document that were compared.
    """

    facts: int
    numbers: int


class Recount:
    """The values of a book's facts, recomputed from the build by the SELECT of each source.

    Args:
        house: The build.
        book: The facts.
    """

    def __init__(self, house: Warehouse, book: FactBook):
        self._house = house
        self._book = book
        self._answers: dict[tuple[Query, tuple[str, ...]], dict[tuple, dict[str, Any]]] = {}
        self._values: dict[str, Value] = {}

    def value(self, address: str) -> Value:
        """The value that the build holds for an address."""
        if address not in self._values:
            source = self._book[address].source
            self._values[address] = (
                self._looked_up(source)
                if isinstance(source, Cell)
                else OPERATIONS[source.operation](*[self.value(part) for part in source.of])
            )
        return self._values[address]

    def printed(self, fact: Fact) -> str:
        """The text that the build's value prints."""
        value = self.value(fact.address)
        with in_language(self._book.language):
            return print_value(value, fact.form, fact.missing if value is None else "")

    def _looked_up(self, cell: Cell) -> Value:
        names = tuple(name for name, _ in cell.key)
        if (cell.query, names) not in self._answers:
            rows = self._house.query(cell.query.sql, dict(cell.query.params))
            self._answers[cell.query, names] = {tuple(row[name] for name in names): row for row in rows}
        row = self._answers[cell.query, names].get(tuple(value for _, value in cell.key))
        if row is None:
            return cell.otherwise
        if isinstance(cell.column, tuple):
            return tuple(row[name] for name in cell.column)
        return cell.otherwise if row[cell.column] is None else row[cell.column]


def proofread(
    found: Sequence[Found], expected: Sequence[Line], book: FactBook, house: Warehouse, where: Path | str
) -> Proof:
    """Compare a finished document with the build.

    Args:
        found: Its lines, in the order of the document.
        expected: The lines that its renderer was given, in the same order.
        book: Its facts.
        house: The build.
        where: Name of the document, for the message.

    Raises:
        PipelineError: `document_differs`, with section, number and expected number of every fault.
    """
    recount = Recount(house, book)
    faults = [_told(fact, recount) for fact in book if not _same(fact.value, recount.value(fact.address))]
    faults += [say("briefing.proof.unit", address=fact.address, stated=fact.printed) for fact in unlike_money(book)]
    wanted = [replace_facts(line, recount) for line in expected]
    faults += _compare([_plain(line) for line in found], wanted)
    if faults:
        name = where.name if isinstance(where, Path) else where
        raise PipelineError("document_differs", where=name, rows=list(dict.fromkeys(faults)), n=len(faults))
    return Proof(len(book), sum(len(NUMBER.findall(line.text)) for line in found))


def unlike_money(book: FactBook) -> list[Fact]:
    """Facts that are amounts in 分 by their source and are printed as plain counts: a wrong factor.

    A recomputed value is printed by the form that the fact itself holds, so a wrong form would agree with itself. The
    unit is therefore taken from the source: a column in 分, or what is added up or subtracted from such columns.
    """
    return [fact for fact in book if fact.form.kind in AS_COUNTED and fact.form.factor == 1 and _in_fen(fact, book)]


def _in_fen(fact: Fact, book: FactBook) -> bool:
    source = fact.source
    if isinstance(source, Cell):
        return isinstance(source.column, str) and source.column.endswith("_fen")
    return source.operation in SAME_UNIT and any(_in_fen(book[part], book) for part in source.of)


def replace_facts(line: Line, recount: Recount) -> Found:
    """A line with every fact printed anew from the build."""
    texts = [recount.printed(piece) if isinstance(piece, Fact) else str(piece) for piece in line.text.pieces]
    return _plain(Found(line.section, "".join(texts)))


def lines(section: str, texts: Iterable[Passage]) -> list[Line]:
    """Passages of one section as lines, without the empty ones."""
    return [Line(section, text) for text in texts if text]


def _plain(line: Found) -> Found:
    return replace(line, text=" ".join(line.text.split()))


def _same(stated: Value, counted: Value) -> bool:
    if isinstance(stated, bool) or isinstance(counted, bool):
        return stated is counted
    if isinstance(stated, int | float) and isinstance(counted, int | float):
        return math.isclose(stated, counted, rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(stated, datetime.datetime) or isinstance(counted, datetime.datetime):
        return str(stated)[:10] == str(counted)[:10]
    return stated == counted


def _told(fact: Fact, recount: Recount) -> str:
    return say("briefing.proof.fact", address=fact.address, stated=fact.printed, counted=recount.printed(fact))


def _compare(found: Sequence[Found], wanted: Sequence[Found]) -> list[str]:
    """A sentence for every line that is not what it must be."""
    here, there = [line.text for line in found], [line.text for line in wanted]
    if here == there:
        return []
    faults = []
    for change, a, b, c, d in difflib.SequenceMatcher(None, here, there, autojunk=False).get_opcodes():
        if change == "equal":
            continue
        pairs = min(b - a, d - c)
        for n in range(pairs):
            faults += _differing(found[a + n], wanted[c + n])
        for key, rest in (("undeclared", found[a + pairs : b]), ("lost", wanted[c + pairs : d])):
            faults += [say(f"briefing.proof.{key}", section=line.section, text=line.text[:SHOWN]) for line in rest]
    return faults


def _differing(found: Found, wanted: Found) -> list[str]:
    here, there = NUMBER.findall(found.text), NUMBER.findall(wanted.text)
    section = wanted.section
    if len(here) != len(there) or here == there:
        texts = {"found": found.text[:SHOWN], "expected": wanted.text[:SHOWN]}
        return [say("briefing.proof.text", section=section, **texts)]
    return [
        say("briefing.proof.number", section=section, found=one, expected=other, text=wanted.text[:SHOWN])
        for one, other in zip(here, there, strict=True)
        if one != other
    ]
