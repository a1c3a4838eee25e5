"""A figure of this folder as a still SVG picture, for print; browsers clip live charts.

It draws what our own builders use of plotly's grammar: scatter (lines, points, filled bands), bars with a base, lines
and rectangles as shapes, notes, and two axes. What it does not know it refuses, so that nothing is lost unseen.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import quote

from dashboard.format import number

DASHES = {"dot": "2 3", "dash": "7 4"}
TICKS = 6
LETTER = 0.56  # mean width of a Latin letter of one em; a Chinese one is a whole em


def picture(figure: Mapping, width: int) -> str:
    """The `src` of an image.

    Args:
        figure: As a builder of this folder returns it.
        width: Pixels; the height is the figure's own.

    Raises:
        ValueError: A trace or shape of a kind that is not drawn here.
    """
    return "data:image/svg+xml," + quote(svg(figure, width), safe=" =:/;,.-'()")


def svg(figure: Mapping, width: int) -> str:
    """The picture as SVG text."""
    return _Drawing(figure, width).text()


class _Drawing:
    def __init__(self, figure: Mapping, width: int):
        self.layout, self.traces, self.width = figure["layout"], figure["data"], width
        self.height = self.layout["height"]
        self.margin = {**self.layout["margin"]}
        self.x_names = self._names()
        self.y_range = self._range("y")
        self.x_range = (-0.5, len(self.x_names) - 0.5) if self.x_names else self._range("x")
        longest = max((len(text) for _, text in self._y_ticks()), default=0)
        self.margin["l"] = max(self.margin["l"], longest * self._size("yaxis") * LETTER + 10)
        self.slant = -math.radians(self.layout["xaxis"].get("tickangle") or 0)
        if self.slant:  # labels that stand aslant need room below
            size = self._size("xaxis")
            widest = max((_wide(text) for _, text in self._x_ticks()), default=0) * size
            self.margin["b"] = max(self.margin["b"], widest * math.sin(self.slant) + 2 * size)

    def text(self) -> str:
        """All parts from the back to the front."""
        parts = [*self._axes()]
        parts += [self._shape(shape) for shape in self.layout.get("shapes", ()) if shape.get("layer") == "below"]
        for trace in self.traces:
            parts += self._trace(trace)
        parts += [self._shape(shape) for shape in self.layout.get("shapes", ()) if shape.get("layer") != "below"]
        parts += [self._note(note) for note in self.layout.get("annotations", ())]
        family = escape(self.layout["font"]["family"], quote=True)
        head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
        return f'{head}width="{self.width}" height="{self.height}" font-family="{family}">{"".join(parts)}</svg>'

    def _names(self) -> list[str]:
        """Labels of an axis of categories; empty for an axis of numbers."""
        if self.layout["xaxis"].get("type") != "category":
            return []
        return list(dict.fromkeys(str(x) for trace in self.traces for x in trace["x"]))

    def _range(self, axis: str) -> tuple[float, float]:
        said = self.layout[f"{axis}axis"].get("range")
        if said:
            return said[0], said[1]
        values = [v for trace in self.traces for v in trace.get(axis, ()) if v is not None]
        half = 0.5 if axis == "x" else 0.0
        low, high = (min(values), max(values)) if values else (0, 1)
        if axis == "y" and self.layout["yaxis"].get("rangemode") == "tozero":
            low, high = min(low, 0), high * 1.08 or 1
        return (low - half, high + half) if high > low or half else (low - 1, high + 1)

    def _x(self, value: object) -> float:
        place = self.x_names.index(str(value)) if self.x_names else _plain(value)
        low, high = self.x_range
        inner = self.width - self.margin["l"] - self.margin["r"]
        return self.margin["l"] + (place - low) / (high - low) * inner

    def _y(self, value: float) -> float:
        low, high = self.y_range
        inner = self.height - self.margin["t"] - self.margin["b"]
        return self.margin["t"] + (high - value) / (high - low) * inner

    def _size(self, axis: str) -> float:
        return self.layout[axis].get("tickfont", {}).get("size", 13)

    def _y_ticks(self) -> list[tuple[float, str]]:
        axis = self.layout["yaxis"]
        if axis.get("visible") is False:
            return []
        low, high = self.y_range
        step = axis.get("dtick") or nice_step((high - low) / max(axis.get("nticks", TICKS) - 1, 1))
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
        first = math.ceil(low / step - 1e-9)
        count = math.floor((high - first * step) / step + 1e-9) + 1
        return [((first + i) * step, number((first + i) * step, decimals)) for i in range(count)]

    def _x_ticks(self) -> list[tuple[object, str]]:
        axis = self.layout["xaxis"]
        if "tickvals" in axis:
            return list(zip(axis["tickvals"], axis["ticktext"], strict=True))
        if self.x_names:
            step = max(1, -(-len(self.x_names) // axis.get("nticks", 12)))
            return [(name, name) for name in self.x_names[::step]]
        step = axis.get("dtick", 1)
        low, high = math.ceil(self.x_range[0]), math.floor(self.x_range[1])
        return [(year, str(year)) for year in range(low, high + 1, step)]

    def _axes(self) -> list[str]:
        parts, x, y = [], self.layout["xaxis"], self.layout["yaxis"]
        left, right = self.margin["l"], self.width - self.margin["r"]
        bottom = self.height - self.margin["b"]
        for value, text in self._y_ticks():
            at = self._y(value)
            parts.append(f'<path d="M{left:.1f} {at:.1f}H{right:.1f}" stroke="{y["gridcolor"]}"/>')
            parts.append(_words(left - 6, at + 4, text, y["tickfont"], "end"))
        for value, text in self._x_ticks():
            parts.append(self._label(self._x(value), bottom, text, x["tickfont"]))
        return parts

    def _label(self, x: float, bottom: float, text: str, font: Mapping) -> str:
        """A label below the axis; one that stands aslant ends under its place."""
        if not self.slant:
            return _words(x, bottom + 18, text, font, "middle")
        turn = f"rotate({-math.degrees(self.slant):.0f} {x:.1f} {bottom + 14:.1f})"
        return f'<g transform="{turn}">{_words(x, bottom + 14, text, font, "end")}</g>'

    def _trace(self, trace: Mapping) -> list[str]:
        if trace["type"] == "bar":
            return self._bars(trace)
        if trace["type"] != "scatter":
            raise ValueError(f"no picture of a trace of type {trace['type']}")
        runs = _runs(trace["x"], trace["y"])
        parts = []
        lines = ["L".join(f"{self._x(x):.1f} {self._y(y):.1f}" for x, y in run) for run in runs]
        line = trace.get("line", {})
        if trace.get("fill") == "toself":
            parts += [f'<path d="M{way}Z" fill="{trace["fillcolor"]}"/>' for way in lines]
        elif "lines" in trace["mode"]:
            look = f'stroke="{line["color"]}" stroke-width="{line.get("width", 2)}"{_dash(line)}'
            parts += [f'<path d="M{way}" fill="none" {look}/>' for way in lines]
        if "markers" in trace["mode"]:
            parts += [self._point(x, y, trace["marker"]) for run in runs for x, y in run]
        return parts

    def _point(self, x: object, y: float, look: Mapping) -> str:
        edge = look.get("line", {})
        stroke = f' stroke="{edge["color"]}" stroke-width="{edge["width"]}"' if edge else ""
        if look.get("symbol") == "line-ew":
            half = look["size"] / 2
            return f'<path d="M{self._x(x) - half:.1f} {self._y(y):.1f}h{2 * half:.1f}"{stroke}/>'
        place = f'cx="{self._x(x):.1f}" cy="{self._y(y):.1f}"'
        return f'<circle {place} r="{look["size"] / 2}" fill="{look["color"]}"{stroke}/>'

    def _bars(self, trace: Mapping) -> list[str]:
        bases = trace.get("base") or [0.0] * len(trace["x"])
        fills = trace["marker"]["color"]
        low, high = self.x_range
        wide = (self.width - self.margin["l"] - self.margin["r"]) / (high - low) * trace.get("width", 0.8)
        parts = []
        for i, (x, y, base) in enumerate(zip(trace["x"], trace["y"], bases, strict=True)):
            if y is None:
                continue
            top, foot = self._y(base + y), self._y(base)
            fill = fills if isinstance(fills, str) else fills[i]
            place = f'x="{self._x(x) - wide / 2:.1f}" y="{min(top, foot):.1f}"'
            parts.append(f'<rect {place} width="{wide:.1f}" height="{abs(foot - top):.1f}" fill="{fill}"/>')
        return parts

    def _shape(self, shape: Mapping) -> str:
        (x0, x1), (y0, y1) = (self._ends(shape, axis) for axis in "xy")
        line = shape.get("line", {})
        if shape["type"] == "rect":
            place = f'x="{min(x0, x1):.1f}" y="{min(y0, y1):.1f}"'
            size = f'width="{abs(x1 - x0):.1f}" height="{abs(y1 - y0):.1f}"'
            return f'<rect {place} {size} fill="{shape["fillcolor"]}" opacity="{shape.get("opacity", 1)}"/>'
        if shape["type"] != "line":
            raise ValueError(f"no picture of a shape of type {shape['type']}")
        look = f'stroke="{line["color"]}" stroke-width="{line.get("width", 1)}"{_dash(line)}'
        return f'<path d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}" {look}/>'

    def _ends(self, shape: Mapping, axis: str) -> list[float]:
        return [self._place(shape[f"{axis}{n}"], axis, shape.get(f"{axis}ref", axis)) for n in (0, 1)]

    def _place(self, value: object, axis: str, reference: str) -> float:
        if reference != "paper":
            return self._x(value) if axis == "x" else self._y(value)
        if axis == "x":
            return self.margin["l"] + value * (self.width - self.margin["l"] - self.margin["r"])
        return self.margin["t"] + (1 - value) * (self.height - self.margin["t"] - self.margin["b"])

    def _note(self, note: Mapping) -> str:
        font = {"size": self.layout["font"]["size"], "color": self.layout["font"]["color"], **note.get("font", {})}
        x = self._place(note["x"], "x", note.get("xref", "x")) + note.get("xshift", 0)
        y = self._place(note["y"], "y", note.get("yref", "y")) - note.get("yshift", 0)
        lines = note["text"].split("<br>")
        tall = len(lines) * font["size"] * 1.3
        y += {"top": font["size"] * 1.1, "middle": font["size"] * 0.4}.get(
            note.get("yanchor", "middle"), font["size"] * 0.9 - tall
        )
        anchor = {"left": "start", "right": "end"}.get(note.get("xanchor", "center"), "middle")
        if anchor == "start":  # a note near the right edge is moved in, so that nothing is cut
            x = max(2.0, min(x, self.width - 4 - max(_wide(line) for line in lines) * font["size"]))
        return _words(x, y, note["text"], font, anchor)


def nice_step(rough: float) -> float:
    """The step of 1, 2, 2.5 or 5 times a power of ten that is not below `rough`.

    >>> nice_step(0.7), nice_step(3), nice_step(23)
    (1.0, 5.0, 25.0)
    """
    power = 10 ** math.floor(math.log10(rough))
    return next(float(power * size) for size in (1, 2, 2.5, 5, 10) if power * size >= rough - 1e-12)


def _plain(value: object) -> float:
    return value.year + (value.timetuple().tm_yday - 1) / 365 if isinstance(value, datetime.date) else value


def _wide(text: str) -> float:
    """Width of a text in ems."""
    return sum(LETTER if ord(letter) < 0x2E80 else 1.0 for letter in text)


def _dash(line: Mapping) -> str:
    return f' stroke-dasharray="{DASHES[line["dash"]]}"' if line.get("dash") in DASHES else ""


def _runs(xs: Sequence, ys: Sequence) -> list[list[tuple]]:
    """Points without a gap belong to one line."""
    runs: list[list[tuple]] = [[]]
    for x, y in zip(xs, ys, strict=True):
        if y is None:
            runs.append([])
        else:
            runs[-1].append((x, y))
    return [run for run in runs if run]


def _words(x: float, y: float, text: str, font: Mapping, anchor: str) -> str:
    size = font.get("size", 13)
    look = f'font-size="{size}" fill="{font["color"]}" text-anchor="{anchor}"'
    lines = [re.sub(r"<[^>]+>", "", line) for line in text.split("<br>")]
    rows = "".join(
        f'<tspan x="{x:.1f}" y="{y + i * size * 1.3:.1f}">{escape(line)}</tspan>' for i, line in enumerate(lines)
    )
    return f"<text {look}>{rows}</text>"
