"""Which typefaces a document names, and which of the machine's can draw Chinese in a figure."""

from __future__ import annotations

import functools
from dataclasses import dataclass

CHINESE = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "FangSong",
    "KaiTi",
    "SimSun",
    "STHeiti",
    "Arial Unicode MS",
)
"""Families that hold Chinese signs, the best for figures first."""

PLAIN = "DejaVu Sans"
"""Comes with matplotlib; holds no Chinese."""


@dataclass(frozen=True)
class Face:
    """A typeface of a document.

    Args:
        east_asian: Name for Chinese signs.
        otherwise: Names that Word and LibreOffice take where that one is not installed, separated by commas.
        latin: Name for digits and Latin letters.
    """

    east_asian: str
    otherwise: str
    latin: str = "Times New Roman"


TITLE = Face("方正小标宋简体", "华文中宋,宋体,SimSun,Noto Serif CJK SC")
BODY = Face("仿宋_GB2312", "仿宋,FangSong,华文仿宋,Noto Serif CJK SC")
HEADING = Face("黑体", "SimHei,微软雅黑,Noto Sans CJK SC", "Arial")
SUBHEADING = Face("楷体_GB2312", "楷体,KaiTi,华文楷体,Noto Serif CJK SC")
TABLE = Face("宋体", "SimSun,Noto Serif CJK SC")
FACES = (TITLE, BODY, HEADING, SUBHEADING, TABLE)


@functools.cache
def chinese_font() -> str | None:
    """The family in which figures are drawn; None where the machine has none that holds Chinese."""
    return _first_of(frozenset(installed()))


def _first_of(there: frozenset[str]) -> str | None:
    return next((name for name in CHINESE if name in there), None)


def installed() -> set[str]:
    """Families that matplotlib finds on this machine."""
    from matplotlib import font_manager

    return {font.name for font in font_manager.fontManager.ttflist}


def figure_font(language: str) -> str | None:
    """The family for the figures of a document; None where it cannot be drawn on this machine.

    Args:
        language: Chinese needs Chinese signs; English does without.
    """
    return chinese_font() or (PLAIN if language == "en" else None)
