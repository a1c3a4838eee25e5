"""Random draws that give the same records on every machine and Python version.

Only `random.Random.random()` is used: it is the one method whose sequence Python promises to keep for a given seed.
Everything else (integers, choices, splits) is arithmetic on it, written out here.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import TypeVar

Item = TypeVar("Item")

SEED = 20240930


class Wheel:
    """A set of items with weights, prepared once and drawn from often.

    Args:
        weights: Item to weight; weights are not negative and need not sum to one.
    """

    def __init__(self, weights: dict):
        self.items = list(weights)
        self.bounds = list(accumulate(weights.values()))


class Draws:
    """A stream of draws named by what it is for, so that no stream depends on how much another one used.

    Args:
        name: Parts of the stream's name, such as `"accidents", "tianjin", 2021`.

    >>> Draws("example").below(1000) == Draws("example").below(1000)
    True
    """

    def __init__(self, *name: object):
        self.unit = random.Random("/".join(map(str, (SEED, *name)))).random

    def below(self, n: int) -> int:
        """An integer from 0 to n − 1."""
        return int(self.unit() * n)

    def between(self, low: int, high: int) -> int:
        """An integer from low to high, both included."""
        return low + int(self.unit() * (high - low + 1))

    def chance(self, share: float) -> bool:
        """True in that share of draws (0–1)."""
        return self.unit() < share

    def pick(self, items: Sequence[Item]) -> Item:
        """One of the items, all equally likely."""
        return items[int(self.unit() * len(items))]

    def spin(self, wheel: Wheel):
        """One item of a wheel, by weight."""
        return wheel.items[bisect_right(wheel.bounds, self.unit() * wheel.bounds[-1])]

    def heavy(self, typical: float, spread: float) -> float:
        """A positive amount with a long right tail: `typical` at the median, ten-thousandfold rarer at the end.

        Args:
            typical: Median, in the caller's unit.
            spread: How far the tail reaches; 1 puts the ninetieth per cent at about nine times the median.
        """
        u = self.unit()
        return typical * (u / (1.0 - u)) ** spread

    def shuffle(self, items: list) -> None:
        """Put the items in random order, in place (Fisher–Yates)."""
        for i in range(len(items) - 1, 0, -1):
            j = int(self.unit() * (i + 1))
            items[i], items[j] = items[j], items[i]

    def split(self, total: int, parts: int, *, spread: float = 0.5, least: int = 0) -> list[int]:
        """Whole numbers that sum exactly to `total`, uneven in a random way.

        Args:
            total: What the parts sum to; at least `parts * least`.
            parts: How many numbers; with 0 parts the total must be 0.
            spread: Unevenness, as in `heavy`.
            least: No part is smaller.
        """
        if parts * least > total or (parts == 0 and total):
            raise ValueError(f"{total} cannot be split into {parts} parts of at least {least}")
        return [
            least + share for share in apportion(total - parts * least, [self.heavy(1, spread) for _ in range(parts)])
        ]


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Share out a whole number by weight so that the parts sum to it exactly (largest remainders, first come on ties).

    >>> apportion(10, [1, 1, 1])
    [4, 3, 3]
    """
    if not weights:
        return []
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(share) for share in exact]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts
