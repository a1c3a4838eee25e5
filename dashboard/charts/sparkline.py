"""A line the size of a word: observed years, the fan where there is one, the target as dashes.

It is an SVG image because the app's sanitiser removes inline SVG; colours are chosen to be seen on either ground.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote
from xml.sax.saxutils import escape

WIDTH, HEIGHT, EDGE = 150, 28, 3
LABEL = 9
"""Height of the letters of a target that lies far outside the picture."""

LINE, GOAL = "#3d7ab5", "#c2701a"


def sparkline(
    years: Sequence[Mapping],
    goal: float | None,
    last_year: int | None,
    fan: Sequence[Mapping] = (),
    words: str = "",
) -> str:
    """The `src` of an image; an empty text when there is nothing to draw.

    Args:
        years: `year, value, is_final` in the order of the years; None is a gap.
        goal: The target's value, own unit. One that lies further from the data than the data from one another would
            flatten them to a line, or stand at the edge as if it were just reached: it is an arrow with its words.
        last_year: The year at the right edge (the target's due year).
        fan: `year, lo80, median, hi80`.
        words: The target as it is printed.
    """
    seen = [(y["year"], y["value"], bool(y["is_final"])) for y in years if y["value"] is not None]
    if not seen:
        return ""
    fan = [f for f in fan if f["year"] > seen[-1][0]]  # a year that is known is no longer forecast
    values = [v for _, v, _ in seen] + [f[key] for f in fan for key in ("lo80", "hi80")]
    low, high = min(values), max(values)
    span = high - low or abs(high) or 1.0
    is_inside = goal is not None and low - span <= goal <= high + span
    if is_inside:
        low, high = min(low, goal), max(high, goal)
        span = high - low or 1.0
    is_above = goal is not None and goal > high
    top = EDGE + (LABEL if is_above and not is_inside else 0)
    bottom = HEIGHT - EDGE - (LABEL if goal is not None and not is_above and not is_inside else 0)
    first = seen[0][0]
    years_wide = max(last_year or first, seen[-1][0], first + 1) - first

    def x(year: float) -> str:
        return f"{EDGE + (year - first) / years_wide * (WIDTH - 2 * EDGE):.0f}"

    def y(value: float) -> str:
        inside = min(max((value - low) / span, 0.0), 1.0)
        return f"{bottom - inside * (bottom - top):.1f}".removesuffix(".0")

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">']
    end = seen[-1]
    if fan:
        edge = [(end[0], end[1])] + [(f["year"], f["hi80"]) for f in fan]
        edge += [(f["year"], f["lo80"]) for f in reversed(fan)]
        middle = [(end[0], end[1])] + [(f["year"], f["median"]) for f in fan]
        parts.append(f'<path d="M{"L".join(f"{x(a)} {y(b)}" for a, b in edge)}Z" fill="{LINE}" fill-opacity=".25"/>')
        way = "L".join(f"{x(a)} {y(b)}" for a, b in middle)
        parts.append(f'<path d="M{way}" fill="none" stroke="{LINE}" stroke-dasharray="3 2"/>')
    if is_inside:
        parts.append(f'<path d="M0 {y(goal)}H{WIDTH}" stroke="{GOAL}" stroke-dasharray="3 3"/>')
    elif goal is not None:
        where = LABEL if is_above else HEIGHT - 1
        said = escape(f"{'↑' if is_above else '↓'} {words}".strip())
        look = f'font-family="sans-serif" font-size="{LABEL + 1}" fill="{GOAL}"'
        parts.append(f'<text x="{EDGE}" y="{where}" {look}>{said}</text>')
    for run in _runs(seen):
        points = "L".join(f"{x(a)} {y(b)}" for a, b, _ in run)
        parts.append(f'<path d="M{points}" fill="none" stroke="{LINE}" stroke-width="1.8"/>')
    fill = LINE if end[2] else "none"
    parts.append(
        f'<circle cx="{x(end[0])}" cy="{y(end[1])}" r="2.6" fill="{fill}" stroke="{LINE}" stroke-width="1.5"/></svg>'
    )
    return "data:image/svg+xml," + quote("".join(parts), safe=" =:/;,.-'")


def _runs(seen: Sequence[tuple]) -> list[list[tuple]]:
    """Years without a gap belong to one line."""
    runs: list[list[tuple]] = []
    for point in seen:
        if runs and point[0] - runs[-1][-1][0] == 1:
            runs[-1].append(point)
        else:
            runs.append([point])
    return runs
