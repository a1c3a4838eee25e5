"""The measures of a slide, in points, its colours and typefaces, and what is written on it."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines.briefing.blocks import Passage
from pipelines.briefing.charts import FactChart

WIDTH, HEIGHT = 960.0, 540.0
LEFT, RIGHT = 40.0, 920.0
TOP, BOTTOM = 96.0, 500.0
FACES = {"zh": "Microsoft YaHei", "en": "Arial"}
EAST_ASIAN = "Microsoft YaHei"
INK, MUTED, RULE, BRAND, PALE, AMBER = "1d2733", "5b6774", "d5dbe2", "123a5c", "eef2f6", "a3500b"


@dataclass(frozen=True)
class Box:
    """A place on a slide, in points."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Line:
    """A paragraph on a slide.

    Args:
        text: What it says.
        mark: A shape before it, such as that of a verdict.
        colour: Hex digits of the text; empty for ink.
        mark_colour: Hex digits of the mark.
        is_bold: Whether it stands out.
        scale: Its letters against those of the box.
    """

    text: Passage
    mark: str = ""
    colour: str = ""
    mark_colour: str = ""
    is_bold: bool = False
    scale: float = 1.0


@dataclass
class Written:
    """What a deck holds, for proofreading.

    Args:
        passages: Number of the slide and text of every paragraph; those of one slide in the order of the file, shape by
            shape, then the notes.
        charts: Every chart, in the order of the file.
    """

    passages: list[tuple[int, Passage]] = field(default_factory=list)
    charts: list[FactChart] = field(default_factory=list)
