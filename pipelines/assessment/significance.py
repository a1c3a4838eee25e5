"""Signal or noise: exact comparison of two accident counts, and false discoveries held down across many comparisons.

Accidents are compared, not deaths: one accident with five deaths is one event, and deaths that come in clusters would
make chance look like a trend.
"""

from __future__ import annotations

import bisect
import functools
import math
from collections.abc import Callable, Sequence

SMALLEST_BASE = 10
"""Below this many in the earlier period only the absolute change is told, and no percentage."""

SMALLEST_SUM = 6
"""Fewer accidents than these in both periods together differ by chance however they fall (2 · ½⁵ > 0.05)."""

FALSE_DISCOVERY_RATE = 0.05
"""Expected share of false alarms among the comparisons that are called higher or lower."""


@functools.lru_cache(maxsize=65536)
def compare_counts(now: int, before: int, days_now: int = 365, days_before: int = 365) -> float:
    """Two-sided p-value that two Poisson counts have the same daily rate, by the exact conditional binomial test.

    Given the sum, the later count is binomial with share days_now / (days_now + days_before); the p-value sums the
    probability of every split that is no more likely than the one seen (Przyborowski and Wilenski 1940).

    Args:
        now: Accidents of the later period.
        before: Accidents of the earlier period.
        days_now: Length of the later period in days.
        days_before: Length of the earlier period in days.

    >>> round(compare_counts(10, 20), 4)
    0.0987
    """
    n = now + before
    if n == 0:
        return 1.0
    share = days_now / (days_now + days_before)

    def log_chance(k: int) -> float:
        choose = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
        return choose + k * math.log(share) + (n - k) * math.log1p(-share)

    # Splits that are equally likely must stay equal in floating point: one part in ten million is R's tolerance too.
    limit = log_chance(now) + 1e-7
    mode = min(int((n + 1) * share), n)
    # Up to the mode the chances rise, beyond it they fall, so each tail is a run that bisection finds.
    lower = bisect.bisect_right(range(mode), limit, key=log_chance)
    upper = mode + bisect.bisect_left(range(mode, n + 1), -limit, key=lambda k: -log_chance(k))
    below = _tail(log_chance, range(lower - 1, -1, -1))
    above = _tail(log_chance, range(upper, n + 1))
    return min(1.0, below + above)


def tested(now: int, before: int, days_now: int = 365, days_before: int = 365) -> float | None:
    """The p-value of `compare_counts`; None where both periods together hold too few for any test.

    Whether a pair is tested hangs on its sum alone, which says nothing of the direction. A smallest base of the earlier
    period would leave out just the pairs that began low, and so call chance falls and hide chance rises.
    """
    if now + before < SMALLEST_SUM:
        return None
    return compare_counts(now, before, days_now, days_before)


def _tail(log_chance: Callable[[int], float], outwards: range) -> float:
    """Sum of the chances of one tail, from its inner end outwards until nothing is added any more."""
    total = 0.0
    for k in outwards:
        chance = math.exp(log_chance(k))
        if chance <= total * 1e-18:
            break
        total += chance
    return total


def false_discovery(p_values: Sequence[float | None]) -> list[float | None]:
    """Benjamini-Hochberg q-values in the given order; comparisons that were not made (None) stay None and do not count.

    >>> false_discovery([0.01, None, 0.04])
    [0.02, None, 0.04]
    """
    made = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    q_values: list[float | None] = [None] * len(p_values)
    lowest = 1.0
    for rank in range(len(made), 0, -1):
        p, place = made[rank - 1]
        lowest = min(lowest, p * (len(made) / rank))
        q_values[place] = lowest
    return q_values


def finding(now: int, before: int, q_value: float | None, days_now: int = 365, days_before: int = 365) -> str:
    """`too_few`, `within_chance`, `higher` or `lower` (the later rate against the earlier one)."""
    if q_value is None:
        return "too_few"
    if q_value > FALSE_DISCOVERY_RATE:
        return "within_chance"
    return "higher" if now * days_before > before * days_now else "lower"
