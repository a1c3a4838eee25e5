"""The way of one indicator to its target: observed years, required path, target, and the fan of a forecast."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from itertools import pairwise

from dashboard.charts.frame import TICKS, frame, large_ticks, note
from dashboard.format import in_display_unit, share, unit, with_unit
from dashboard.format import target as target_text
from pipelines.texts import say

FAR = 3.0  # a target further away than this many times the span of the data would flatten them


def trajectory(
    years: Sequence[Mapping],
    path: Sequence[Mapping],
    row: Mapping,
    colours: Mapping[str, str],
    *,
    fan: Sequence[Mapping] = (),
    breaks: Sequence[tuple[float, str]] = (),
    height: int = 360,
) -> dict:
    """A plotly figure as a plain dict.

    Args:
        years: `year, value, is_final`; a value of None is a gap, never a zero.
        path: `year, required`; empty where the plan sets no path.
        row: The target with its indicator: baseline_year, baseline_value, target_value, operator, due_year, display
            fields; values in the indicator's own unit.
        colours: Colour by role.
        fan: `year, lo80, lo50, median, hi50, hi80`, own unit.
        breaks: Where the scope of the series changed: year (with fraction) and a few words.
        height: Pixels.
    """
    factor = row["display_factor"] or 1
    seen = [(y["year"], y["value"] * factor, bool(y["is_final"])) for y in years if y["value"] is not None]
    fan = [f for f in fan if not seen or f["year"] > seen[-1][0]]  # a year that is known is no longer forecast
    heights = [v for _, v, _ in seen] + [p["required"] * factor for p in path if p["required"] is not None]
    heights += [f[key] * factor for f in fan for key in ("lo80", "hi80")]
    goal = None if row["target_value"] is None else row["target_value"] * factor
    first = min([y["year"] for y in years] + [p["year"] for p in path], default=row["due_year"] or 2020)
    last = max(
        row["due_year"] or first, max((x for x, _, _ in seen), default=first), *(f["year"] for f in fan), first + 1
    )
    traces: list[dict] = []
    shapes: list[dict] = []
    notes: list[dict] = []

    if fan and seen:
        traces += _fan(fan, seen[-1], factor, colours)
        shapes.append(_ground(seen[-1][0], last + 0.4, colours))
        notes.append(
            note(seen[-1][0] + 0.08, 1, say("app.chart.forecast"), colours["muted"], yref="paper", yanchor="top")
        )
    traces += _required(path, factor, row, colours)
    traces += _observed(years, factor, row, colours, [at for at, _ in breaks])
    lines_used = 1 if fan and seen else 0
    for at, words in breaks:
        if first - 0.5 <= at <= last:
            shapes.append(_upright(at, colours))
            text = folded(words)
            is_late = at > first + 0.6 * (last - first)
            side = {"xanchor": "right", "align": "right"} if is_late else {"align": "left"}
            place = at - 0.05 if is_late else at + 0.05
            more = {"yref": "paper", "yanchor": "top", "yshift": -17 * lines_used, **side}
            notes.append(note(place, 1, text, colours["muted"], **more))
            lines_used += text.count("<br>") + 1
    partly = [f for f in fan if 0 < (f.get("observed_share") or 0) < 1]
    if partly and seen:
        known = say("app.chart.partly", year=partly[0]["year"], share=share(partly[0]["observed_share"]))
        ground = {"yref": "paper", "xanchor": "right", "yanchor": "bottom"}
        notes.append(note(last + 0.35, 0, known, colours["muted"], **ground))
    if row["kind"] in ("reduction", "end_value"):
        notes += _baseline(row, goal, factor, colours)
    notes.append(note(0, 1, unit(row), colours["muted"], xref="paper", yref="paper", yshift=4, xshift=-44))
    low, high = _span(heights)
    if goal is not None:
        words = say("app.chart.target", year=row["due_year"], target=target_text(row))
        if _is_near(goal, low, high):
            heights.append(goal)
            shapes.append(_goal(goal, first, last, colours))
            notes.append(note(first - 0.3, goal, words, colours["rust"]))
        else:
            above = goal > high
            arrow = "↑" if above else "↓"
            notes.append(
                note(
                    first - 0.3,
                    1 if above else 0,
                    f"{arrow} {words}{say('app.chart.outside')}",
                    colours["rust"],
                    yref="paper",
                    yanchor="top" if above else "bottom",
                )
            )
    low, high = _span(heights)
    return frame(
        traces,
        colours,
        height=height,
        margin={"l": 56, "r": 16, "t": 28, "b": 32},
        shapes=shapes,
        annotations=notes,
        hovermode="closest",
        xaxis={
            "range": [first - 0.4, last + 0.4],
            "dtick": 1 if last - first <= 12 else 2,
            "tickformat": "d",
            "autotickangles": [0, 45],
        },
        yaxis={
            "range": [low, high],
            "nticks": TICKS,
            **large_ticks(low, high),
        },
    )


def folded(words: str) -> str:
    """A long note in lines of some 300 pixels."""
    if " " in words:
        return "<br>".join(textwrap.wrap(words, 40))
    return "<br>".join(words[i : i + 20] for i in range(0, len(words), 20))


def _baseline(row: Mapping, goal: float | None, factor: float, colours: Mapping[str, str]) -> list[dict]:
    """The baseline's label, on the side that the required path leaves free; the printed value decides."""
    value = row["baseline_value"] if row.get("baseline_printed") is None else row["baseline_printed"]
    if value is None or not row.get("baseline_year"):
        return []
    words = say("app.chart.baseline", year=row["baseline_year"], value=in_display_unit(value, row, trim=True))
    is_rising = goal is not None and goal > value * factor
    side = {"yanchor": "top", "yshift": -8} if is_rising else {"yshift": 8}
    return [note(row["baseline_year"], value * factor, words, colours["brand"], **side)]


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if low >= 0 and low < 0.5 * high:
        low = 0.0
    room = (high - low) * 0.12 or abs(high) * 0.1 or 1.0
    return (low - room if low > 0 else low), high + room


def _is_near(goal: float, low: float, high: float) -> bool:
    span = high - low
    return low - FAR * span <= goal <= high + FAR * span


def _is_joined(before: Mapping, after: Mapping, breaks: Sequence[float]) -> bool:
    """Whether a line may lead from one year to another: they follow each other, and count the same."""
    follow = after["year"] - before["year"] == 1
    return follow and not any(before["year"] < at <= after["year"] for at in breaks)


def _observed(
    years: Sequence[Mapping], factor: float, row: Mapping, colours: Mapping[str, str], breaks: Sequence[float]
) -> list[dict]:
    """Final years as a solid line with full points, provisional ones hollow and joined by dots.

    Years without a value and changes of what is counted leave the line open.
    """
    final: list[tuple[float, float | None, Mapping]] = []
    for year in (y for y in years if y["is_final"]):
        if final and not _is_joined(final[-1][2], year, breaks):
            final.append((year["year"] - 0.5, None, {"year": year["year"], "value": None}))
        final.append((year["year"], None if year["value"] is None else year["value"] * factor, year))
    hover = "%{x}: %{text}<extra></extra>"
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": say("app.chart.final"),
            "x": [x for x, _, _ in final],
            "y": [v for _, v, _ in final],
            "text": [_hover(y, row) for _, _, y in final],
            "hovertemplate": hover,
            "connectgaps": False,
            "line": {"color": colours["brand"], "width": 2.4},
            "marker": {"color": colours["brand"], "size": 7},
        }
    ]
    known = [y for y in years if y["value"] is not None]
    for before, after in pairwise(known):
        if not after["is_final"] and _is_joined(before, after, breaks):
            traces.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x": [before["year"], after["year"]],
                    "y": [before["value"] * factor, after["value"] * factor],
                    "hoverinfo": "skip",
                    "line": {"color": colours["brand"], "width": 2, "dash": "dot"},
                }
            )
    hollow = [y for y in known if not y["is_final"]]
    if hollow:
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": say("app.chart.provisional"),
                "x": [y["year"] for y in hollow],
                "y": [y["value"] * factor for y in hollow],
                "text": [_hover(y, row) for y in hollow],
                "hovertemplate": hover,
                "marker": {"color": colours["card"], "size": 9, "line": {"color": colours["brand"], "width": 2}},
            }
        )
    return traces


def _hover(year: Mapping, row: Mapping) -> str:
    if year["value"] is None:
        return ""
    state = "" if year["is_final"] else f" · {say('app.chart.provisional')}"
    return with_unit(in_display_unit(year["value"], row), unit(row)) + state


def _required(path: Sequence[Mapping], factor: float, row: Mapping, colours: Mapping[str, str]) -> list[dict]:
    points = [p for p in path if p["required"] is not None]
    if len(points) < 2:
        return []
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": say("app.chart.path"),
            "x": [p["year"] for p in points],
            "y": [p["required"] * factor for p in points],
            "text": [f"{say('app.chart.path')} {in_display_unit(p['required'], row)}" for p in points],
            "hovertemplate": "%{x}: %{text}<extra></extra>",
            "line": {"color": colours["grey"], "width": 1.6, "dash": "dash"},
        }
    ]


def _fan(fan: Sequence[Mapping], last: tuple, factor: float, colours: Mapping[str, str]) -> list[dict]:
    """The 80 % band, the darker 50 % band and the median, all starting at the last observed year."""
    x = [last[0]] + [f["year"] for f in fan]
    edge = {key: [last[1]] + [f[key] * factor for f in fan] for key in ("lo80", "lo50", "median", "hi50", "hi80")}
    bands = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": x + x[::-1],
            "y": edge[high] + edge[low][::-1],
            "fill": "toself",
            "fillcolor": fill,
            "line": {"width": 0},
            "hoverinfo": "skip",
            "name": name,
        }
        for low, high, fill, name in (
            ("lo80", "hi80", "rgba(61,122,181,0.22)", "80%"),
            ("lo50", "hi50", "rgba(61,122,181,0.34)", "50%"),
        )
    ]
    middle = {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": edge["median"],
        "name": say("app.chart.median"),
        "hoverinfo": "skip",
        "line": {"color": colours["blue"], "width": 2, "dash": "dash"},
    }
    return [*bands, middle]


def _ground(left: float, right: float, colours: Mapping[str, str]) -> dict:
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": left,
        "x1": right,
        "y0": 0,
        "y1": 1,
        "fillcolor": colours["track"],
        "opacity": 0.35,
        "line": {"width": 0},
        "layer": "below",
    }


def _upright(at: float, colours: Mapping[str, str]) -> dict:
    line = {"color": colours["grey"], "width": 1.2, "dash": "dot"}
    return {"type": "line", "xref": "x", "yref": "paper", "x0": at, "x1": at, "y0": 0, "y1": 1, "line": line}


def _goal(goal: float, first: float, last: float, colours: Mapping[str, str]) -> dict:
    line = {"color": colours["rust"], "width": 1.6}
    return {
        "type": "line",
        "xref": "x",
        "yref": "y",
        "x0": first - 0.4,
        "x1": last + 0.4,
        "y0": goal,
        "y1": goal,
        "line": line,
    }
