"""Colours and marks. A verdict is a shape, a word and a colour; red is kept for what is out of reach or not met.

Every role has one colour on light and one on dark ground; colour-blind readers can tell blue, orange and grey apart.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.marks import SHAPES
from pipelines.standing import RISK

FONT = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC','SimHei',sans-serif"


@dataclass(frozen=True)
class Mark:
    """How a verdict looks: a shape, the role of its colour, and its place in the order of risk (1 = most urgent)."""

    shape: str
    role: str
    risk: int


MARKS = {verdict: Mark(shape, role, RISK[verdict]) for verdict, (shape, role) in SHAPES.items()}

# role -> (on light ground, on dark ground)
ROLES = {
    "ink": ("#1d2733", "#e8edf2"),
    "muted": ("#5b6774", "#a3b0bd"),
    "line": ("#e3e7ec", "#2c3844"),
    "card": ("#ffffff", "#18222c"),
    "ground": ("#f6f7f9", "#10171e"),
    "track": ("#e1e7ed", "#33414e"),
    "brand": ("#123a5c", "#9cc7ea"),
    "red": ("#b3261e", "#ff8a80"),
    "rust": ("#a3500b", "#f0a060"),
    "amber": ("#96600a", "#f2bd55"),
    "slate": ("#4d6b88", "#a5bfd8"),
    "blue": ("#1f6fb2", "#6db6f2"),
    "navy": ("#0e4a7a", "#8cc4f2"),
    "grey": ("#66727e", "#9aa7b3"),
    "pale": ("#a9c9e4", "#35556f"),
    "synthetic": ("#a3500b", "#f0a060"),
}


def mark(verdict: str | None) -> Mark:
    """The mark of a verdict's key; an unknown one looks like missing data, never like good news."""
    return MARKS.get(verdict or "no_data", MARKS["no_data"])


def palette(ground: str) -> dict[str, str]:
    """Colours by role for `light` or `dark` ground."""
    n = 1 if ground == "dark" else 0
    return {role: pair[n] for role, pair in ROLES.items()}


def variables() -> str:
    """CSS variables `--a-<role>`, which follow the ground they stand on."""
    return "".join(f"--a-{role}:light-dark({light},{dark});" for role, (light, dark) in ROLES.items())
