"""This year beside the two before: running totals by month, and counts by part of the week or the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.charts.frame import frame, note
from pipelines.texts import say

ROLES = ("brand", "blue", "grey")
DASHES = ("solid", "dash", "dot")
HEADROOM = 1.12
LINE = 18  # pixels from one label to the next


def running_totals(
    counts: Mapping[int, Sequence[int]],
    labels: Sequence[str],
    colours: Mapping[str, str],
    *,
    height: int = 230,
    letters: float = 1.0,
) -> dict:
    """Running totals from January on; this year is the thick line, and each line carries its year at its end.

    Args:
        counts: Monthly counts by year, January first, all as long as `labels`.
        labels: Names of the months.
        colours: Colour by role.
        height: Pixels.
        letters: How many times as large the letters will be, so that the labels at the ends keep apart.
    """
    traces, marks = [], []
    years = sorted(counts, reverse=True)
    ends = []
    for year, role, dash in zip(years, ROLES, DASHES, strict=False):
        total, sums = 0, []
        for n in counts[year]:
            total += n
            sums.append(total)
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers" if year == years[0] else "lines",
                "name": str(year),
                "x": list(labels),
                "y": sums,
                "line": {"color": colours[role], "width": 3 if year == years[0] else 1.8, "dash": dash},
                "marker": {"size": 6, "color": colours[role]},
                "hovertemplate": f"{year} %{{x}}: %{{y}}<extra></extra>",
            }
        )
        if sums:
            ends.append((sums[-1], year, colours[role]))
    top = max((end[0] for end in ends), default=0) or 1
    least = top * HEADROOM * LINE * letters / max(height - 36 * letters, LINE)
    levels = _apart([end[0] for end in ends], least)
    over = max(0.0, max(levels, default=0.0) - (top * HEADROOM - least / 2))
    for level, (value, year, colour) in zip((level - over for level in levels), ends, strict=True):
        text = f"{year}: {value}"
        marks.append(note(1, level, text, colour, xref="paper", xanchor="left", yanchor="middle", xshift=6))
    return frame(
        traces[::-1],
        colours,
        height=height,
        annotations=marks,
        margin={"l": 40, "r": 78, "t": 8, "b": 28},
        xaxis={"type": "category", "showgrid": False},
        yaxis={"range": [0, top * HEADROOM], "tickformat": "d", **({"dtick": 1} if top < 4 else {"nticks": 5})},
    )


def _apart(levels: Sequence[float], least: float) -> list[float]:
    """Levels moved apart until neighbours are at least so far from each other, their middle staying where it was."""
    placed: dict[int, float] = {}
    floor = None
    for index in sorted(range(len(levels)), key=lambda i: levels[i]):
        floor = levels[index] if floor is None else max(levels[index], floor + least)
        placed[index] = floor
    drift = sum(placed.values()) / len(levels) - sum(levels) / len(levels) if levels else 0.0
    return [placed[i] - drift for i in range(len(levels))]


def bars(
    now: Sequence[int],
    before: Sequence[int],
    labels: Sequence[str],
    colours: Mapping[str, str],
    *,
    years: tuple[int, int],
) -> dict:
    """Counts by part: this year as bars, last year as a mark on each.

    Args:
        now: This year's counts in the order of `labels`.
        before: Last year's.
        labels: Names of the parts.
        colours: Colour by role.
        years: This year and last year.
    """
    top = max([*now, *before], default=0)
    traces = [
        {
            "type": "bar",
            "name": str(years[0]),
            "x": list(labels),
            "y": list(now),
            "marker": {"color": colours["blue"]},
            "hovertemplate": f"{years[0]} %{{x}}: %{{y}}<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "name": str(years[1]),
            "x": list(labels),
            "y": list(before),
            "marker": {
                "symbol": "line-ew",
                "size": 14,
                "color": colours["ink"],
                "line": {"color": colours["ink"], "width": 2},
            },
            "hovertemplate": f"{years[1]} %{{x}}: %{{y}}<extra></extra>",
        },
    ]
    return frame(
        traces,
        colours,
        height=190,
        bargap=0.25,
        margin={"l": 36, "r": 8, "t": 8, "b": 28},
        xaxis={"type": "category", "showgrid": False, "tickangle": 0, "nticks": 13},
        yaxis={"rangemode": "tozero", "tickformat": "d", **({"dtick": 1} if top < 4 else {"nticks": 4})},
    )


def alt(title: str, labels: Sequence[str], now: Sequence[int], year: int) -> str:
    """What a figure shows, for those who do not see it."""
    parts = ", ".join(f"{label} {n}" for label, n in zip(labels, now, strict=True))
    return say("app.quarterly.alt", title=title, year=year, parts=parts)
