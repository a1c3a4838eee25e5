"""Figures of documents: drawn by matplotlib to PNG, readable in grey, with the mark of simulated data in them."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

INK, MIDDLE, PALE, GRID = "#123a5c", "#5d7f9f", "#a9b4be", "#dfe4e9"
BAND80, BAND50, MARK = "#d9e4ee", "#b3c8db", "#a3500b"
WIDTH = 6.14  # inches: the width of a page's text
DPI = 200
MOST_STEPS = 9
"""Steps whose names stand beside one another without touching; of more, every second is named."""

SHORT_LEGEND = 50
"""Signs of a legend that fits in one line."""


@dataclass(frozen=True)
class Style:
    """How figures are drawn.

    Args:
        font: Family that holds the signs of the language.
        mark: Text in the corner, such as 模拟数据; empty for reported data.
    """

    font: str
    mark: str = ""


@dataclass(frozen=True)
class Lines:
    """One panel of lines over the same steps.

    Args:
        title: What the panel shows.
        steps: Names of the steps.
        series: Name and values of each line, the newest first.
    """

    title: str
    steps: Sequence[str]
    series: Sequence[tuple[str, Sequence[float]]]


@dataclass(frozen=True)
class Trajectory:
    """One indicator over the years.

    Args:
        title: Its name, broken into lines that fit.
        unit: Unit of its values.
        values: Year, value, and whether it is final.
        path: Year and what is required.
        fan: Year, lo80, lo50, median, hi50, hi80, from the newest year on.
        target: The bound.
        words: Names of the parts: value, provisional, path, target, median, band50, band80.
        factor: From own unit to the printed one.
    """

    title: str
    unit: str
    values: Sequence[tuple[int, float, bool]]
    path: Sequence[tuple[int, float]]
    fan: Sequence[tuple[int, float, float, float, float, float]]
    target: float | None
    words: dict[str, str]
    factor: float = 1.0


def running(panels: Sequence[Lines], style: Style) -> bytes:
    """Running totals of several years, a panel a measure."""

    def draw(axes: Sequence[Any]) -> None:
        looks = ((INK, "-", "o", 2.0), (MIDDLE, "-", None, 1.4), (PALE, "--", None, 1.4))
        for ax, panel in zip(axes, panels, strict=True):
            ends = []
            for (name, values), (colour, line, marker, width) in zip(panel.series, looks, strict=False):
                places = range(len(values))
                ax.plot(places, values, color=colour, ls=line, marker=marker, ms=3.5, lw=width, label=name)
                if values:
                    ends.append((values[-1], colour))
            _label_ends(ax, len(panel.steps) - 1, ends)
            every = 1 if len(panel.steps) <= MOST_STEPS else 2
            shown = range(0, len(panel.steps), every)
            ax.set_xticks(shown, [panel.steps[n] for n in shown], fontsize=7.5)
            ax.set_ylim(bottom=0)
            ax.set_title(panel.title, fontsize=9, loc="left", color=INK)
            if panel.series:
                ax.legend(fontsize=7.5, frameon=False, loc="upper left")
            ax.margins(x=0.08)

    return _drawn(draw, len(panels), 2.55, style)


def _label_ends(ax: Any, at: int, ends: Sequence[tuple[float, str]]) -> None:
    """The last value of each line beside it, pushed apart where lines end together."""
    top = max((value for value, _ in ends), default=0) or 1
    low, gap = -1.0, top * 0.075
    for value, colour in sorted(ends, key=lambda end: end[0]):
        low = max(value, low + gap)
        ax.annotate(f"{value:g}", (at, value), (at + 0.18, low), fontsize=7.5, color=colour, va="center",
                    annotation_clip=False)  # fmt: skip


def trajectories(panels: Sequence[Trajectory], style: Style) -> bytes:
    """Values, required path, target and forecast of some indicators, two panels beside each other."""
    is_short = all(sum(map(len, panel.words.values())) <= SHORT_LEGEND for panel in panels)

    def draw(axes: Sequence[Any]) -> None:
        for ax, panel in zip(axes, panels, strict=True):
            _trajectory(ax, panel)
        handles: dict[str, Any] = {}
        for ax in axes:
            for handle, label in zip(*ax.get_legend_handles_labels(), strict=True):
                handles.setdefault(label, handle)
        columns = len(handles) if is_short else (len(handles) + 1) // 2
        axes[0].figure.legend(
            handles.values(), handles.keys(), loc="lower center", ncols=columns, fontsize=7.5, frameon=False,
            handlelength=1.8, columnspacing=1.2,
        )  # fmt: skip

    rows = (len(panels) + 1) // 2
    foot = 0.3 if is_short else 0.5
    return _drawn(draw, len(panels), 2.6 * rows + foot, style, foot=foot)


def _trajectory(ax: Any, panel: Trajectory) -> None:
    words, k = panel.words, panel.factor
    if panel.fan:
        years = [one[0] for one in panel.fan]
        lo80, lo50, median, hi50, hi80 = ([one[n] * k for one in panel.fan] for n in range(1, 6))
        ax.fill_between(years, lo80, hi80, color=BAND80, lw=0, label=words["band80"])
        ax.fill_between(years, lo50, hi50, color=BAND50, lw=0, label=words["band50"])
        ax.plot(years, median, color=MIDDLE, ls=":", lw=1.4, label=words["median"])
    if panel.path:
        ax.plot(
            [y for y, _ in panel.path], [v * k for _, v in panel.path], color=PALE, ls="--", lw=1.3, label=words["path"]
        )
    if panel.target is not None:
        ax.axhline(panel.target * k, color=INK, lw=0.9, ls=(0, (6, 2)), label=words["target"])
    years, values = [y for y, _, _ in panel.values], [v * k for _, v, _ in panel.values]
    ax.plot(*_with_gaps(years, values), color=INK, lw=1.8, label=words["value"])
    for is_final in (True, False):
        some = [(y, v * k) for y, v, final in panel.values if final is is_final]
        if some:
            label = None if is_final else words["provisional"]
            face = INK if is_final else "white"
            ax.plot([y for y, _ in some], [v for _, v in some], "o", ms=4.2, mfc=face, mec=INK, label=label, ls="none")
    last = max([*years, *[one[0] for one in panel.fan], *[y for y, _ in panel.path]], default=0)
    first = min([*years, *[y for y, _ in panel.path]], default=0)
    step = 1 if last - first <= 6 else 2
    ax.set_xticks(range(last, first - 1, -step), [str(y) for y in range(last, first - 1, -step)], fontsize=7.5)
    ax.set_title(panel.title, fontsize=8, loc="left", color=INK, linespacing=1.25)
    ax.set_ylabel(panel.unit, fontsize=7.5, color="#333333")
    low, high = ax.get_ylim()
    told = [*values, *[edge * k for one in panel.fan for edge in one[1:]], *[v * k for _, v in panel.path]]
    is_above = min(told, default=0) >= 0
    ax.set_ylim(0 if is_above and low < 0.4 * high else low, high if max(told, default=0) > 0 else 1)


def _with_gaps(years: Sequence[int], values: Sequence[float]) -> tuple[list[int], list[float]]:
    """The values year by year; a year without one is a gap in the line, and no slope."""
    known = dict(zip(years, values, strict=True))
    every = list(range(min(years), max(years) + 1)) if years else []
    return every, [known.get(year, float("nan")) for year in every]


def _drawn(draw: Callable[[Sequence[Any]], None], panels: int, height: float, style: Style, foot: float = 0.0) -> bytes:
    """PNG of some panels, two beside each other; the same input gives the same bytes."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    settings = {
        "font.family": "sans-serif",
        "font.sans-serif": [style.font, "DejaVu Sans"],
        "axes.unicode_minus": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": PALE,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": GRID,
        "grid.linewidth": 0.6,
        "xtick.color": "#333333",
        "ytick.color": "#333333",
        "ytick.labelsize": 7.5,
    }
    with matplotlib.rc_context(settings):
        figure = Figure(figsize=(WIDTH, height), dpi=DPI)
        canvas = FigureCanvasAgg(figure)
        columns = min(panels, 2)
        grid = figure.subplots((panels + 1) // 2, columns, squeeze=False)
        axes = [ax for row in grid for ax in row]
        for ax in axes[panels:]:
            ax.set_visible(False)
        draw(axes[:panels])
        if style.mark:
            figure.text(0.995, 0.995, style.mark, ha="right", va="top", fontsize=8.5, color=MARK)
        figure.tight_layout(rect=(0, foot / height, 1, 0.965), w_pad=2.0)
        file = io.BytesIO()
        canvas.print_png(file, metadata={"Software": None})
    return file.getvalue()
