"""Counts by month as bars; a bar can be chosen, and the chosen one is marked."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from dashboard.charts.frame import frame


def months(
    counts: Sequence[Mapping], start: datetime.date, end: datetime.date, chosen: str, colours: Mapping[str, str]
) -> dict:
    """A plotly figure as a plain dict.

    Args:
        counts: `month, n`; a month that is not named has no record that is known.
        start: First month shown.
        end: Last month shown.
        chosen: The chosen month as 2024-03, or an empty text.
        colours: Colour by role.
    """
    known = {row["month"].strftime("%Y-%m"): row["n"] for row in counts}
    names = _names(start, end)
    top = max(known.values(), default=0)
    fills = [colours["brand"] if name == chosen or not chosen else colours["pale"] for name in names]
    bars = {
        "type": "bar",
        "x": names,
        "y": [known.get(name) for name in names],
        "marker": {"color": fills},
        "hovertemplate": "%{x}: %{y}<extra></extra>",
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }
    return frame(
        [bars],
        colours,
        height=170,
        margin={"l": 44, "r": 8, "t": 8, "b": 28},
        clickmode="event+select",
        xaxis={"type": "category", "nticks": 14, "showgrid": False},
        yaxis={"rangemode": "tozero", "tickformat": "d", **({"dtick": 1} if top < 4 else {"nticks": 4})},
    )


def _names(start: datetime.date, end: datetime.date) -> list[str]:
    first, last = start.year * 12 + start.month - 1, end.year * 12 + end.month - 1
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(first, last + 1)]
