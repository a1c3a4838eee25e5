"""With how many decimals a value and its bound are printed, so that the print says what the verdict says."""

from __future__ import annotations

import functools
from fractions import Fraction

from pipelines.assessment.arithmetic import exact, round_half_up

_MOST = 6
"""Beyond so many decimals nobody prints a target, and so many more than usual tell any two values of ours apart."""
_COMPUTED = 2
"""So many decimals more than its values has a computed bound that no decimals print exactly."""


@functools.lru_cache(maxsize=1 << 14)
def of_bound(bound: float | Fraction, decimals: int) -> int:
    """Decimals of a bound: as many as print it exactly, else two more than its values have.

    Args:
        bound: In the unit that is shown.
        decimals: Those of the values.

    >>> of_bound(10.56, 0), of_bound(Fraction(1, 135), 4), of_bound(30, 0)
    (2, 6, 0)
    """
    told = exact(bound)
    whole = next((n for n in range(_MOST + 1) if round_half_up(told, n) == told), None)
    return decimals + _COMPUTED if whole is None else whole


@functools.lru_cache(maxsize=1 << 14)
def of_value(value: float | Fraction, bound: float | Fraction, decimals: int) -> int:
    """Decimals of a value that stands beside a bound: more than usual where it would print on the other side of it.

    >>> of_value(11, 10.56, 0), of_value(Fraction("0.007353"), Fraction("0.007386"), 4), of_value(6.3, 6.3, 0)
    (0, 5, 1)
    """
    is_told = functools.partial(_same_side, exact(value), exact(bound))
    shown = of_bound(bound, decimals)
    return next((n for n in range(decimals, decimals + _MOST + 1) if is_told(n, shown)), decimals)


@functools.lru_cache(maxsize=1 << 14)
def of_path(required: float | Fraction, value: float | Fraction, least: int, decimals: int) -> int:
    """Decimals, `least` at least, of what the path requires beside a value that is printed with `decimals`.

    >>> of_path(10.96, 11, 0, 0), of_path(9.4, 11, 0, 0)
    (2, 0)
    """
    is_told = functools.partial(_same_side, exact(value), exact(required))
    return next((n for n in range(least, least + _MOST + 1) if is_told(decimals, n)), least)


def _same_side(value: Fraction, other: Fraction, decimals: int, decimals_of_other: int) -> bool:
    """Whether the printed numbers stand to each other as the true ones do: below, equal, above."""
    printed = round_half_up(value, decimals), round_half_up(other, decimals_of_other)
    return (printed[0] > printed[1]) - (printed[0] < printed[1]) == (value > other) - (value < other)
