"""What moved a value: exact Shapley parts of a change.

For a ratio scale * N / D the two players are numerator and denominator; each gets the mean of its effect when it
moves first and when it moves second. The numerator's part is linear in the numerator, so sectors or towns share it in
proportion to their own change, and every set of parts sums to the change without a remainder.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction


def ratio_change(
    before: tuple[Fraction, Fraction], after: tuple[Fraction, Fraction], scale: Fraction
) -> tuple[Fraction, Fraction]:
    """Parts of numerator and denominator in the change of scale * N / D.

    Args:
        before: Numerator and denominator (not zero) of the earlier year.
        after: The same of the later year.
        scale: Factor of the indicator, such as 100,000.

    Returns:
        (numerator's part, denominator's part) in the indicator's own unit; they sum to the change exactly.
    """
    (n0, d0), (n1, d1) = before, after
    numerator = (n1 - n0) * (1 / d0 + 1 / d1) / 2 * scale
    denominator = (n0 + n1) / 2 * (1 / d1 - 1 / d0) * scale
    return numerator, denominator


def shared(
    before: Mapping[str, Fraction | int],
    after: Mapping[str, Fraction | int],
    denominators: tuple[Fraction, Fraction] | None,
    scale: Fraction,
) -> dict[str, Fraction]:
    """The numerator's part divided among sectors or towns.

    Args:
        before: Numerator by part in the earlier year; a part that is absent had none.
        after: The same of the later year.
        denominators: Denominators of the two years; None when the indicator is a plain count.
        scale: Factor of the indicator.

    Returns:
        Amount by part in the own unit, parts without any change left out.
    """
    weight = scale if denominators is None else (1 / denominators[0] + 1 / denominators[1]) / 2 * scale
    changes = {part: Fraction(after.get(part, 0)) - before.get(part, 0) for part in sorted({*before, *after})}
    return {part: change * weight for part, change in changes.items() if change}


def mean_by_year(values: Mapping[int, Fraction]) -> dict[int, Fraction]:
    """How much each year puts into the mean of the years so far; the amounts sum to the mean."""
    return {year: value / len(values) for year, value in values.items()}
