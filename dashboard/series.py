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


def fan(row: Mapping, bands: Sequence[Mapping]) -> list[Mapping]:
    """The forecast of what `drawn` gives, which for a total of the plan are the bands of its running total.

    Those do not follow from the bands of single years; where the build holds none, nothing is drawn.

    Args:
        row: The target.
        bands: `year, lo80, lo50, median, hi50, hi80` and the same of the running total as `total_…`.
    """
    if row["kind"] != "period_total":
        return list(bands)
    edges = ("median", "lo50", "hi50", "lo80", "hi80")
    totals = [{**band, **{edge: band.get(f"total_{edge}") for edge in edges}} for band in bands]
    return [band for band in totals if band["median"] is not None]


def fans(rows: Sequence[Mapping], bands: Mapping[str, Sequence[Mapping]]) -> dict[str, list[Mapping]]:
    """The same for every target, by target."""
    return {row["target_id"]: fan(row, bands.get(row["target_id"], ())) for row in rows}
