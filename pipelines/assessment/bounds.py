"""What can still happen: the range of values that remain possible, and whether it settles a target.

A target is out of reach, or secured, only where every possible ending says so: whatever non-negative amount is still
added (any amount, where titles can be withdrawn), and wherever the denominator ends within the catalogue's bounds.
Amounts count as firm once their reporting window is closed; until then they can be late, revised or struck off, so
they settle nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from pipelines.assessment.arithmetic import Bound

SECURED = "secured"
OUT_OF_REACH = "out_of_reach"


class Range(NamedTuple):
    """All values from `low` to `high`, both possible; None = no end on that side."""

    low: Fraction | None
    high: Fraction | None

    @classmethod
    def point(cls, value: Fraction) -> Range:
        """A value that can no longer change."""
        return cls(value, value)

    @classmethod
    def at_least(cls, value: Fraction) -> Range:
        """A firm amount to which anything non-negative can be added."""
        return cls(value, None)


def grown(last: Fraction, years: int, slowest: Fraction, fastest: Fraction) -> Range:
    """Where a denominator can stand `years` after its last known value.

    Args:
        last: Last known value, positive.
        years: Whole years since then; 0 gives the value itself.
        slowest: Lowest yearly growth the catalogue admits (share, such as -0.05).
        fastest: Highest yearly growth it admits (share).
    """
    return Range(last * (1 + slowest) ** years, last * (1 + fastest) ** years)


def ratio(numerator: Range, denominator: Range, scale: Fraction) -> Range:
    """Range of numerator / denominator * scale for a non-negative numerator and a positive denominator.

    Raises:
        ValueError: The denominator's range reaches zero.
    """
    if denominator.low <= 0:
        raise ValueError("a denominator must stay above zero")
    low = Fraction(0) if denominator.high is None else numerator.low / denominator.high * scale
    return Range(low, None if numerator.high is None else numerator.high / denominator.low * scale)


def total(ranges: Iterable[Range]) -> Range:
    """Range of the sum of independent parts."""
    parts = list(ranges)
    return Range(_sum(part.low for part in parts), _sum(part.high for part in parts))


def _sum(ends: Iterable[Fraction | None]) -> Fraction | None:
    known = list(ends)
    return None if None in known else sum(known, Fraction(0))


def mean(ranges: Sequence[Range]) -> Range:
    """Range of the mean of yearly values; there must be at least one."""
    whole = total(ranges)
    low, high = (None if end is None else end / len(ranges) for end in (whole.low, whole.high))
    return Range(low, high)


def decide(possible: Range, bound: Bound) -> str | None:
    """`secured` when every possible value meets the bound, `out_of_reach` when none does, else None."""
    worst, best = (possible.high, possible.low) if bound.is_upper else (possible.low, possible.high)
    if worst is not None and bound.meets(worst):
        return SECURED
    if best is not None and not bound.meets(best):
        return OUT_OF_REACH
    return None


def decide_every(years: Sequence[Range], bound: Bound) -> str | None:
    """Settle a demand on each year: one year lost loses all; all years secured secure all."""
    each = [decide(year, bound) for year in years]
    if OUT_OF_REACH in each:
        return OUT_OF_REACH
    return SECURED if each and all(verdict == SECURED for verdict in each) else None
