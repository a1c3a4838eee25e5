"""How a verdict looks, on the screen and on paper: a shape beside the word, and a colour that never stands alone."""

from __future__ import annotations

SHAPES = {
    "not_met": ("✕", "red"),
    "out_of_reach": ("■", "red"),
    "unlikely": ("▼", "rust"),
    "needs_effort": ("▲", "amber"),
    "possible": ("◆", "slate"),
    "undecided": ("◇", "grey"),
    "no_forecast": ("◇", "grey"),
    "likely": ("●", "blue"),
    "secured": ("✓", "navy"),
    "met": ("✔", "navy"),
    "no_data": ("○", "grey"),
    "unset": ("○", "grey"),
    "watched": ("◎", "grey"),
}
"""Shape and role of the colour; red is kept for what is out of reach or not met."""

ON_PAPER = {
    "ink": "1d2733",
    "muted": "5b6774",
    "brand": "123a5c",
    "red": "b3261e",
    "rust": "a3500b",
    "amber": "96600a",
    "slate": "4d6b88",
    "blue": "1f6fb2",
    "navy": "0e4a7a",
    "grey": "66727e",
    "pale": "a9c9e4",
    "rule": "d5dbe2",
    "ground": "eef2f6",
}
"""Colours on white, by role; colour-blind readers can tell blue, orange and grey apart."""


def shape(verdict: str | None) -> str:
    """The shape of a verdict; an unknown one looks like missing data, never like good news."""
    return SHAPES.get(verdict or "no_data", SHAPES["no_data"])[0]


def colour(verdict: str | None) -> str:
    """The colour of a verdict on paper, in hex digits."""
    return ON_PAPER[SHAPES.get(verdict or "no_data", SHAPES["no_data"])[1]]
