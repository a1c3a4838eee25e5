"""Facts: numbers with an address, which a document prints and a reader can ask back.

A value comes from the readers that the app's pages use. Its source says where in the build it stands, as a SELECT of
its own and not as the reader's name, so that proofreading recomputes it by another path.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipelines.briefing.forms import COUNT, Form, print_value
from pipelines.texts import in_language, say

Value = float | int | str | datetime.date | tuple | None


@dataclass(frozen=True)
class Query:
    """One SELECT over the relations of a build; many facts stand in its answer.

    Args:
        sql: Reads relations by their bare names; `$name` stands for a parameter.
        params: The parameters, as pairs.
    """

    sql: str
    params: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def of(cls, sql: str, **params: Any) -> Query:
        """A query with its parameters by name."""
        return cls(sql, tuple(sorted(params.items())))


@dataclass(frozen=True)
class Cell:
    """A value that stands in a column of one row of a query's answer.

    Args:
        words: The source as readers are told it.
        query: Where it stands.
        column: Name of the column; several make a tuple of their values.
        key: Columns and values that name the row.
        otherwise: The value where there is no such row, or nothing in it: zero for a sum of records.
    """

    words: str
    query: Query
    column: str | tuple[str, ...]
    key: tuple[tuple[str, Any], ...] = ()
    otherwise: Value = None


@dataclass(frozen=True)
class Worked:
    """A value that is worked out of other facts.

    Args:
        operation: A key of `OPERATIONS`.
        of: Addresses of the facts, in the order of the operation.
    """

    operation: str
    of: tuple[str, ...]

    @property
    def words(self) -> str:
        """The source as readers are told it."""
        return say(f"briefing.worked.{self.operation}")


Source = Cell | Worked


def _difference(now: float | None, before: float | None) -> float | None:
    return None if now is None or before is None else now - before


def _share(part: float | None, whole: float | None) -> float | None:
    return None if part is None or not whole else part / whole


def _change_share(now: float | None, before: float | None) -> float | None:
    return None if now is None or not before else (now - before) / before


def _sum(*values: float | None) -> float | None:
    return None if any(value is None for value in values) else sum(values)


def _mean(*values: float | None) -> float | None:
    total = _sum(*values)
    return None if total is None or not values else total / len(values)


def _days(later: datetime.date | None, earlier: datetime.date | None) -> int | None:
    return None if later is None or earlier is None else (later - earlier).days


def _times(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one * other


OPERATIONS: dict[str, Callable[..., Value]] = {
    "difference": _difference,
    "share": _share,
    "change_share": _change_share,
    "sum": _sum,
    "mean": _mean,
    "days": _days,
    "times": _times,
}


@dataclass(frozen=True)
class Fact:
    """One value of a document.

    Args:
        address: Stable, readable and unique in its book, such as `quarter/2024Q3/accidents/deaths/now`.
        value: Not rounded; None = missing, which is never a zero.
        unit: The unit's word in the book's language; empty where it has none.
        form: How it is printed.
        printed: The text that a document shows.
        source: Where it comes from.
        missing: Key below `app.missing` of the reason where the value is missing.
    """

    address: str
    value: Value
    unit: str
    form: Form
    printed: str
    source: Source
    missing: str = ""

    def __str__(self) -> str:
        return self.printed


@dataclass
class FactBook:
    """All facts of one document, in the order in which they were found.

    Args:
        language: `zh` or `en`.
        build: Build id.
        plan: Row of the plan.
        as_of: Nothing that became known later counts.
        is_synthetic: Whether the records are simulated.
    """

    language: str
    build: str
    plan: Mapping[str, Any]
    as_of: datetime.date
    is_synthetic: bool
    _facts: dict[str, Fact] = field(default_factory=dict)

    def add(
        self, address: str, value: Value, source: Source, form: Form = COUNT, unit: str = "", missing: str = ""
    ) -> Fact:
        """Write a fact down; the same one twice does no harm.

        Raises:
            ValueError: The address holds another fact already; our mistake.
        """
        with in_language(self.language):
            fact = Fact(address, value, unit, form, print_value(value, form, missing), source, missing)
        known = self._facts.setdefault(address, fact)
        if known != fact:
            raise ValueError(f"two facts at {address}: {known.value!r} and {value!r}")
        return known

    def work(
        self,
        address: str,
        operation: str,
        of: Sequence[Fact],
        form: Form = COUNT,
        unit: str = "",
        missing: str = "",
    ) -> Fact:
        """Work a fact out of others, so that its value cannot differ from theirs."""
        value = OPERATIONS[operation](*[fact.value for fact in of])
        return self.add(address, value, Worked(operation, tuple(fact.address for fact in of)), form, unit, missing)

    def as_printed(self, fact: Fact, form: Form, suffix: str, unit: str = "") -> Fact:
        """The same value in another form, at an address of its own (`<address>/<suffix>`)."""
        address = f"{fact.address}/{suffix}"
        with in_language(self.language):
            printed = print_value(fact.value, form, fact.missing)
        again = replace(fact, address=address, form=form, printed=printed, unit=unit or fact.unit)
        return self._facts.setdefault(address, again)

    def __getitem__(self, address: str) -> Fact:
        return self._facts[address]

    def __contains__(self, address: str) -> bool:
        return address in self._facts

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._facts.values())

    def __len__(self) -> int:
        return len(self._facts)
