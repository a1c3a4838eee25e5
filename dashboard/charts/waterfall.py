"""Where a change came from: the value before, what each part added or took, the value after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.charts.frame import frame, note
from dashboard.format import MINUS, in_display_unit
from pipelines.texts import say

SHOWN = 6
LEVEL = 8  # letters of a label that stands level beside its neighbours


def waterfall(
    start: tuple[str, float],
    parts: Sequence[tuple[str, float]],
    end: tuple[str, float],
    row: Mapping,
    colours: Mapping[str, str],
    *,
    height: int = 230,
) -> dict:
    """A plotly figure as a plain dict; falling parts are pale, rising ones amber, both with their amount above.

    Args:
        start: Label and value before, own unit.
        parts: Label and amount of each part, own unit; the smallest beyond six are drawn together.
        end: Label and value after.
        row: With `display_factor`, `display_decimals`.
        colours: Colour by role.
        height: Pixels.
    """
    factor = row["display_factor"] or 1
    shown = together(parts)
    labels, bases, sizes, fills, texts = [start[0]], [0.0], [start[1] * factor], [colours["grey"]], []
    texts.append(in_display_unit(start[1], row))
    level = start[1]
    for label, amount in shown:
        labels.append(label)
        bases.append(min(level, level + amount) * factor)
        sizes.append(abs(amount) * factor)
        fills.append(colours["pale"] if amount < 0 else colours["amber"])
        texts.append(signed(amount, row))
        level += amount
    labels.append(end[0])
    bases.append(0.0)
    sizes.append(end[1] * factor)
    fills.append(colours["brand"])
    texts.append(in_display_unit(end[1], row))
    top = max(base + size for base, size in zip(bases, sizes, strict=True)) or 1.0
    places = list(range(len(labels)))
    bars = {
        "type": "bar",
        "x": places,
        "y": sizes,
        "base": bases,
        "marker": {"color": fills},
        "customdata": [f"{label}{say('app.colon')}{text}" for label, text in zip(labels, texts, strict=True)],
        "hovertemplate": "%{customdata}<extra></extra>",
        "width": 0.72,
    }
    marks = [
        note(
            x, base + size, text, colours["ink"], xanchor="center", yshift=2, font={"size": 12, "color": colours["ink"]}
        )
        for x, base, size, text in zip(places, bases, sizes, texts, strict=True)
    ]
    return frame(
        [bars],
        colours,
        height=height,
        annotations=marks,
        margin={"l": 8, "r": 8, "t": 8, "b": 40},
        xaxis={
            "tickvals": places,
            "ticktext": [_folded(text) for text in labels],
            "tickangle": -30 if any(text.isascii() and len(text) > LEVEL for text in labels) else 0,
            "showgrid": False,
            "tickfont": {"size": 12, "color": colours["muted"]},
        },
        yaxis={"visible": False, "range": [min(0.0, *bases), top * 1.15]},
    )


def together(parts: Sequence[tuple[str, float]], limit: int = SHOWN) -> list[tuple[str, float]]:
    """The largest parts in their own order, the rest as one part; the sum stays the same."""
    if len(parts) <= limit:
        return list(parts)
    largest = sorted(range(len(parts)), key=lambda i: -abs(parts[i][1]))[: limit - 1]
    kept = [parts[i] for i in sorted(largest)]
    rest = sum(amount for i, (_, amount) in enumerate(parts) if i not in largest)
    return [*kept, (say("app.chart.rest"), rest)]


def signed(amount: float, row: Mapping) -> str:
    """An amount with its sign, as a reader sees it."""
    text = in_display_unit(abs(amount), row)
    if not any(digit in text for digit in "123456789"):
        return text
    return f"{'+' if amount > 0 else MINUS}{text}"


def _folded(text: str, width: int = 5) -> str:
    """Long labels on two lines, so that neighbours do not run into each other."""
    if text.isascii():  # stands aslant instead
        return text
    if len(text) <= width + 1:
        return text
    return f"{text[:width]}<br>{text[width:]}"
