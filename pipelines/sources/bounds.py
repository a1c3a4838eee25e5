"""What a statistic can be at all: `data/codes/statistics_bounds.csv`, which users edit.

It is there for slips of the unit: 90 万人 written as 900000 万人. An office without the file has no such bounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from pipelines.sources.units import Units

FILE = "data/codes/statistics_bounds.csv"
COLUMNS = ("measure", "lowest", "highest", "unit")


@dataclass(frozen=True)
class Bounds:
    """The least and the most that a measure can be, in `unit`; `factor` leads to its canonical unit. None = any."""

    lowest: Decimal | None
    highest: Decimal | None
    unit: str
    factor: Decimal

    def broken_by(self, value: Decimal) -> tuple[str, str] | None:
        """The fault of a value in the canonical unit: its code, and the bound as messages print it; None = sound."""
        if self.lowest is not None and value < self.lowest * self.factor:
            return "below_range", self._shown(self.lowest)
        if self.highest is not None and value > self.highest * self.factor:
            return "above_range", self._shown(self.highest)
        return None

    def _shown(self, bound: Decimal) -> str:
        return f"{bound.normalize():,f} {self.unit} ({FILE})"


class NoBound(ValueError):
    """A cell of the file that means nothing: `line`, `column` and `value` are where it stands."""

    def __init__(self, line: int, column: str, value: str):
        super().__init__(value)
        self.line, self.column, self.value = line, column, value


def bounds_of(rows: Iterable[Mapping[str, str]], measure_units: Mapping[str, str], units: Units) -> dict[str, Bounds]:
    """Bounds by measure.

    Args:
        rows: Of the file.
        measure_units: Canonical unit of every measure.
        units: That are known.

    Raises:
        NoBound: A measure that is not listed, a bound that is no number, or a unit that does not measure the same.
    """
    found = {}
    for line, row in enumerate(rows, start=2):
        if row["measure"] not in measure_units:
            raise NoBound(line, "measure", row["measure"])
        factor = units.factor(row["unit"], measure_units[row["measure"]])
        if factor is None:
            raise NoBound(line, "unit", row["unit"])
        lowest, highest = (_number(row[column], line, column) for column in ("lowest", "highest"))
        found[row["measure"]] = Bounds(lowest, highest, row["unit"], factor)
    return found


def _number(cell: str, line: int, column: str) -> Decimal | None:
    if not cell.strip():
        return None
    try:
        number = Decimal(cell.strip())
    except InvalidOperation:
        raise NoBound(line, column, cell) from None
    if not number.is_finite():
        raise NoBound(line, column, cell)
    return number
