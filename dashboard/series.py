"""Yearly values as a figure draws them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def drawn(row: Mapping, years: Sequence[Mapping], start: int) -> list[Mapping]:
    """The yearly values; for a total of the plan, the running total from its first year, as its path and target are.

    A total stops at the first year without a value: what is missing is not zero.

    Args:
        row: The target.
        years: `year, value, …`, oldest first.
        start: First year of the plan.
    """
    if row["kind"] != "period_total":
        return list(years)
    total, sums = 0.0, []
    for year in years:
        if year["year"] < start:
            continue
        total = None if total is None or year["value"] is None else total + year["value"]
        sums.append({**year, "value": total})
    return sums
