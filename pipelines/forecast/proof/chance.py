"""Whether a backtest held what its 80 % interval says, as far as chance allows."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

from pipelines.forecast.proof.backtests import Judged

STATED = 0.8
UNLIKELY = 0.025
TOO_OFTEN, TOO_WIDE = "missed_too_often", "interval_too_wide"


def beyond_chance(rows: Sequence[Judged]) -> str:
    """`missed_too_often` or `interval_too_wide` where chance does not explain it, else ''.

    Overlapping forecasts are no independent ones: as many are counted as there are windows of their mean length side by
    side, each of them inside with a chance of four in five.

    Args:
        rows: Yearly forecasts of one series by one model.
    """
    if not rows:
        return ""
    days = (max(row.judged_on for row in rows) - min(row.cutoff for row in rows)).days
    length = sum(row.horizon for row in rows) / len(rows)
    n = min(max(round(days / 365.25 / length), 1), len(rows))
    inside = round(n * sum(row.inside for row in rows) / len(rows))
    chances = [comb(n, k) * STATED**k * (1 - STATED) ** (n - k) for k in range(n + 1)]
    if sum(chances[: inside + 1]) < UNLIKELY:
        return TOO_OFTEN
    return TOO_WIDE if sum(chances[inside:]) < UNLIKELY else ""
