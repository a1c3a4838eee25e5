"""What all plotly figures share: fonts, grounds, axes. Nothing comes from a template, so every reader sees the same."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.theme import FONT

SIZE = 13
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
