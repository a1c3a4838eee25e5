"""The units in which amounts may be written, and how many of one another hold."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from decimal import Decimal

from pipelines.sources.code_list import plain


@dataclass(frozen=True)
class Unit:
    """One unit: its dimension and how many base units it holds."""

    name: str
    dimension: str
    factor: Decimal


class Units:
    """The units of `units.csv`, found by any of their spellings."""

    def __init__(self, rows: list[dict[str, str]]):
        self._by_text: dict[str, Unit] = {}
        self.names = [row["unit"] for row in rows]
        for row in rows:
            unit = Unit(row["unit"], row["dimension"], Decimal(row["factor"]))
            for text in (row["unit"], *(row.get("aliases") or "").split("|")):
                if plain(text):
                    self._by_text.setdefault(plain(text), unit)

    def find(self, text: str | None) -> Unit | None:
        """The unit of that spelling, None where there is none."""
        return self._by_text.get(plain(text)) if text else None

    def factor(self, text: str, canonical: str) -> Decimal | None:
        """How many `canonical` units one unit of that spelling holds; None where they do not measure the same."""
        unit, wanted = self.find(text), self.find(canonical)
        if unit is None or wanted is None:
            return Decimal(1) if plain(text) == plain(canonical) else None
        alike = {unit.dimension, wanted.dimension} <= {"people", "count"}  # 人 and 家次 are both counted
        return unit.factor / wanted.factor if unit.dimension == wanted.dimension or alike else None

    @functools.cached_property
    def spellings(self) -> list[str]:
        """All spellings, the longest first."""
        return sorted(self._by_text, key=len, reverse=True)
