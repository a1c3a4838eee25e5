"""Exact arithmetic of one target: bounds, means, required path, pace, rate from now on, room left.

Everything is decided in fractions: in binary floating point (1 - 0.33) * 300 is 200.99999999999997, and the 201 deaths
that meet a reduction by 33 % would miss it.
"""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

_MORE_DECIMALS = 6
_ONE = Decimal(1)
_EXACT = Context(prec=400)
"""More digits than any float has before and after its point."""
"""So many further digits at most tell a share from nothing and from the whole."""
_MEETS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


@functools.lru_cache(maxsize=65536)
def exact(number: int | float | Fraction) -> Fraction:
    """The decimal number that somebody wrote, from the double in which it was stored.

    Fifteen significant digits survive a double unharmed; digits beyond them are noise of a unit conversion.

    >>> exact(0.1 + 0.2)
    Fraction(3, 10)
    """
    if isinstance(number, float) and not number.is_integer():
        return Fraction(f"{number:.15g}")
    return Fraction(number)


@dataclass(frozen=True)
class Bound:
    """What a value must meet: an operator as printed and a number in the indicator's own unit."""

    operator: str
    value: Fraction

    @property
    def is_upper(self) -> bool:
        """Whether smaller values are on the right side."""
        return self.operator in ("<", "<=")

    def meets(self, value: Fraction) -> bool:
        """Whether an unrounded value is on the right side; a strict operator excludes equality."""
        return _MEETS[self.operator](value, self.value)

    def room(self, value: Fraction) -> Fraction:
        """Distance to the bound in the own unit; positive on the right side."""
        return self.value - value if self.is_upper else value - self.value


def reduction_bound(baseline: Fraction, reduction: Fraction) -> Bound | None:
    """The bound of a reduction: due value <= (1 - reduction) * baseline; None when the baseline is zero.

    >>> reduction_bound(Fraction(11), exact(0.15)).value == exact(9.35)
    True
    """
    return Bound("<=", (1 - reduction) * baseline) if baseline > 0 else None


def mean(values: Sequence[Fraction]) -> Fraction | None:
    """Arithmetic mean of yearly values, each already on its own denominator; None without values."""
    return sum(values, Fraction(0)) / len(values) if values else None


def ratio_of_sums(numerators: Sequence[Fraction], denominators: Sequence[Fraction], scale: Fraction) -> Fraction | None:
    """Sum of numerators over sum of denominators, times scale; None where the denominators sum to zero."""
    below = sum(denominators, Fraction(0))
    return sum(numerators, Fraction(0)) / below * scale if below else None


def linear_path(start: tuple[int, Fraction], end: tuple[int, Fraction]) -> dict[int, Fraction]:
    """Straight line from (year, value) to (year, value), both ends included.

    >>> linear_path((2020, Fraction(10)), (2022, Fraction(8)))[2021]
    Fraction(9, 1)
    """
    (first, low), (last, high) = start, end
    if last <= first:
        return {last: high}
    return {year: low + (high - low) * Fraction(year - first, last - first) for year in range(first, last + 1)}


def path_through(points: Mapping[int, Fraction]) -> dict[int, Fraction]:
    """Straight lines from each year with a value to the next.

    >>> path_through({2020: Fraction(0), 2022: Fraction(4), 2024: Fraction(10)})[2023]
    Fraction(7, 1)
    """
    legs = itertools.pairwise(sorted(points.items()))
    return {year: value for start, end in legs for year, value in linear_path(start, end).items()}


def end_path(
    baseline: tuple[int, Fraction] | None, bound: Bound, due_year: int, first_year: int
) -> dict[int, Fraction]:
    """Required path of an end value.

    From the baseline in a straight line; level at the bound where the baseline already meets it, because a path that
    led from a good value to a worse bound would require a decline. Without a baseline only the due year is required.
    """
    if baseline is None:
        return {due_year: bound.value}
    if bound.meets(baseline[1]):
        return {year: bound.value for year in range(min(first_year, due_year), due_year + 1)}
    return linear_path(baseline, (due_year, bound.value))


def achieved_share(baseline: Fraction, value: Fraction, bound: Bound) -> Fraction | None:
    """Share of the targeted change achieved, (value - baseline) / (bound - baseline); negative = moved away.

    None where the baseline already meets the bound, so that no change is asked for (Healthy People's measure).
    """
    if bound.meets(baseline) or bound.value == baseline:
        return None
    return (value - baseline) / (bound.value - baseline)


def elapsed_share(as_of: dt.date, start: dt.date, end: dt.date) -> Fraction:
    """Share of the days from `start` to `end`, both included, that have passed at the end of `as_of`; 0 to 1."""
    days = (end - start).days + 1
    return min(max(Fraction((as_of - start).days + 1, days), Fraction(0)), Fraction(1))


def geometric_rate(value: Fraction, bound: Bound, years_left: int) -> float | None:
    """Change per year (share, negative = fall) that leads from the value to the bound; 0 when it is already met.

    None when no year is left or the value is zero and more is asked for.
    """
    if bound.meets(value):
        return 0.0
    if years_left <= 0 or value <= 0:
        return None
    return float(bound.value / value) ** (1 / years_left) - 1


def absolute_rate(value: Fraction, bound: Bound, years_left: int) -> Fraction | None:
    """Change per year in the own unit that leads from the value to the bound; 0 when met, None when no year is left."""
    if bound.meets(value):
        return Fraction(0)
    return (bound.value - value) / years_left if years_left > 0 else None


def budget_rate(used: Fraction, budget: Fraction, years_left: int) -> Fraction | None:
    """What each remaining year may use (or must bring) on average so that the sum ends at the budget."""
    return (budget - used) / years_left if years_left > 0 else None


def round_half_up(value: Fraction, decimals: int) -> Fraction:
    """Round as on paper: halves away from zero.

    >>> round_half_up(exact(0.125), 2)
    Fraction(13, 100)
    """
    factor = 10**decimals
    scaled = abs(value) * factor
    whole = (scaled + Fraction(1, 2)).__floor__()
    return Fraction(whole, factor) * (1 if value >= 0 else -1)


def printed(value: int | float | Decimal | Fraction, decimals: int, comma: str = "") -> str:
    """A number with fixed decimals, as everything that readers see is rounded: exactly, halves away from zero.

    Args:
        value: What to print; twelve digits of a float count, so that a binary remainder decides nothing.
        decimals: Digits after the point.
        comma: What stands between thousands.

    >>> printed(6.25, 1), printed(-0.285 * 100, 0), printed(0.125, 2), printed(2.5, 0), printed(1234567, 0, ",")
    ('6.3', '-29', '0.13', '3', '1,234,567')
    """
    if isinstance(value, float):
        value = Decimal(f"{value:.12g}")
    if isinstance(value, Decimal):  # a page prints hundreds of floats, and fractions are slow
        size = abs(value).quantize(_ONE.scaleb(-decimals), ROUND_HALF_UP, _EXACT)
        text = f"{size:{comma}f}"
        return f"-{text}" if value < 0 and size else text
    rounded = round_half_up(Fraction(value), decimals)
    whole, rest = divmod(abs(rounded.numerator) * 10**decimals // rounded.denominator, 10**decimals)
    text = f"{whole:{comma}}" + (f".{rest:0{decimals}d}" if decimals else "")
    return f"-{text}" if rounded < 0 else text


def per_cent(share: int | float | Fraction, decimals: int = 0) -> str:
    """A share as per cent, without the sign: never 100 below the whole and never 0 above nothing.

    >>> per_cent(0.75), per_cent(Fraction(287, 288)), per_cent(0.0004), per_cent(1), per_cent(0)
    ('75', '99.7', '0.04', '100', '0')
    """
    exactly = (Decimal(f"{share:.12g}") if isinstance(share, float) else Fraction(share)) * 100
    for more in range(_MORE_DECIMALS + 1):
        text = printed(exactly, decimals + more)
        told = type(exactly)(text)
        if told not in (0, 100, -100) or told == exactly:
            return text
    return text


def flips_when_rounded(value: Fraction, bound: Bound, display_factor: Fraction, decimals: int) -> bool:
    """Whether value and bound, both rounded as they are printed, would give the other answer."""
    shown = round_half_up(value * display_factor, decimals)
    limit = round_half_up(bound.value * display_factor, decimals)
    return _MEETS[bound.operator](shown, limit) != bound.meets(value)


def is_loose(values: Sequence[Fraction], bound: Bound, share: Fraction) -> bool:
    """Whether an upper bound is so wide that every given value stays below `share` of it."""
    return bound.is_upper and bound.value > 0 and bool(values) and max(values) < share * bound.value


def sum_through(months: Mapping[tuple[int, int], int], year: int, last_month: int) -> int:
    """Sum of January to `last_month` of one year; months without a value count nothing."""
    return sum(months.get((year, month), 0) for month in range(1, last_month + 1))


def sum_of_twelve(months: Mapping[tuple[int, int], int], year: int, last_month: int) -> int:
    """Sum of the twelve months that end with `last_month` of `year` (rolling four quarters)."""
    earlier = sum(months.get((year - 1, month), 0) for month in range(last_month + 1, 13))
    return earlier + sum_through(months, year, last_month)


def relative_change(now: Fraction, before: Fraction) -> Fraction | None:
    """(now - before) / before as a share; None when the base is zero, because there is no such per cent."""
    return (now - before) / before if before else None
