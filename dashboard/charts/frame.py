"""What all plotly figures share: fonts, grounds, axes. Nothing comes from a template, so every reader sees the same."""

from __future__ import annotations

import math
from collections.abc import Mapping

from dashboard.format import number
from dashboard.theme import FONT

SIZE = 13
TICKS = 6
CONFIG = {"displayModeBar": False, "scrollZoom": False, "responsive": True, "doubleClick": False}


def frame(traces: list[dict], colours: Mapping[str, str], *, height: int, **layout: object) -> dict:
    """A figure with our axes around some traces.

    Args:
        traces: Plotly traces.
        colours: Colour by role, of the ground the figure stands on.
        height: Pixels.
        layout: What this figure sets itself; `xaxis` and `yaxis` are merged into ours.
    """
    axis = {
        "gridcolor": colours["line"],
        "linecolor": colours["line"],
        "zeroline": False,
        "tickfont": {"color": colours["muted"], "size": SIZE},
        "fixedrange": True,
        "automargin": True,
    }
    base = {
        "template": "none",
        "height": height,
        "margin": {"l": 56, "r": 16, "t": 16, "b": 32},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": SIZE, "color": colours["ink"]},
        "hoverlabel": {"font": {"family": FONT, "size": SIZE}},
        "showlegend": False,
        "dragmode": False,
    }
    own = {key: value for key, value in layout.items() if key not in ("xaxis", "yaxis")}
    return {
        "data": traces,
        "layout": {
            **base,
            "xaxis": {**axis, **layout.get("xaxis", {})},
            "yaxis": {**axis, **layout.get("yaxis", {})},
            **own,
        },
    }


def large_ticks(low: float, high: float) -> dict:
    """Labels of an axis of large numbers as readers write them, 5万 or 50,000, instead of plotly's 50k; else nothing.

    Args:
        low: Lower end of the axis.
        high: Upper end.
    """
    if max(abs(low), abs(high)) < 10_000:
        return {}
    rough = (high - low) / TICKS
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough)
    places = [n * step for n in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return {"tickvals": places, "ticktext": [number(place) for place in places]}


def note(x: object, y: object, text: str, colour: str, **more: object) -> dict:
    """A short text at a place of a figure, in its axes' units unless `more` says otherwise."""
    return {
        "x": x,
        "y": y,
        "text": text,
        "showarrow": False,
        "font": {"color": colour, "size": SIZE},
        "xanchor": "left",
        "yanchor": "bottom",
        **more,
    }


def enlarged(figure: dict, factor: float) -> dict:
    """The same figure with letters, lines, points and margins `factor` times as large, for a wall."""

    def larger(part: object, name: str = "") -> object:
        if isinstance(part, Mapping):
            return {key: larger(value, key) for key, value in part.items()}
        if isinstance(part, list):
            return [larger(value, "") for value in part]
        return part * factor if name in _LENGTHS and isinstance(part, int | float) else part

    layout = larger(figure["layout"])
    layout["margin"] = {side: pixels * factor for side, pixels in layout["margin"].items()}
    traces = [_larger_trace(trace, larger) for trace in figure["data"]]
    return {**figure, "data": traces, "layout": layout}


_LENGTHS = ("size", "xshift", "yshift")


def _larger_trace(trace: dict, larger) -> dict:
    """Points and lines of a trace; a bar's width is no length but a share."""
    line = trace.get("line", {})
    wide = {"line": {**line, "width": line["width"] * 1.6}} if line.get("width") else {}
    return {**trace, **({"marker": larger(trace["marker"])} if "marker" in trace else {}), **wide}
