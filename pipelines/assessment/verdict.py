"""The verdict of a target, in the one order that the app and the brief share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from pipelines.settings import Verdict as Thresholds
from pipelines.texts import current_language, say

ORDER = (
    "no_data",
    "met",
    "not_met",
    "out_of_reach",
    "secured",
    "likely",
    "possible",
    "needs_effort",
    "unlikely",
    "no_forecast",
    "undecided",
    "watched",
)
"""Every verdict there is; keys of `verdicts` in the texts."""


@dataclass(frozen=True)
class Finding:
    """What the arithmetic alone can say of a target at one date.

    Attributes:
        settled: `no_data`, `met`, `not_met`, `out_of_reach`, `secured`, `watched`; None = still open.
        reason: Key below `assessment.reasons` in the texts.
        year: The year that is missing, for `no_data` because of one year.
        definition_to_confirm: The open reading of the definition (current or constant prices) changes the answer.
    """

    settled: str | None
    reason: str
    year: int | None = None
    definition_to_confirm: bool = False


def displayed_tenths(probability: float) -> int:
    """The probability in tenths, halves up; this is what is shown, and what the verdict is taken from.

    >>> displayed_tenths(0.75), displayed_tenths(0.96)
    (8, 10)

    Raises:
        ValueError: The number is no probability.
    """
    if not 0 <= probability <= 1:
        raise ValueError(f"no probability: {probability}")
    return math.floor(Fraction(f"{probability:.12g}") * 10 + Fraction(1, 2))


DECIDED = ("met", "not_met", "secured", "out_of_reach")
"""Verdicts beside which no chance is printed."""


def probability_words(probability: float, language: str | None = None) -> str:
    """The probability in tens of per cent; the ends say "less than one in ten" and "nine in ten or more"."""
    if probability < 0.1:
        return say("assessment.probability.lowest", language)
    if probability >= 0.9:
        return say("assessment.probability.highest", language)
    tenths = displayed_tenths(probability)
    amount = "一二三四五六七八九"[tenths - 1] if (language or current_language()) == "zh" else str(tenths * 10)
    return say("assessment.probability.about", language, amount=amount)


def verdict_of(
    finding: Finding, thresholds: Thresholds, probability: float | None = None, *, too_thin: bool = False
) -> str:
    """The verdict's key.

    What is settled by arithmetic is not overruled by a forecast. An unconfirmed definition that changes the answer
    allows no probability.

    Args:
        finding: What the arithmetic says.
        thresholds: Lowest displayed probability of each word (`[verdict]` of the settings).
        probability: Chance of meeting the target, share 0-1; None before any forecast.
        too_thin: A forecast was asked for and refused because the data are too thin.
    """
    if finding.definition_to_confirm:
        return "no_forecast"
    if finding.settled:
        return finding.settled
    if probability is None:
        return "no_forecast" if too_thin else "undecided"
    shown = displayed_tenths(probability) / 10
    if shown >= thresholds.likely:
        return "likely"
    if shown >= thresholds.possible:
        return "possible"
    return "needs_effort" if shown >= thresholds.needs_effort else "unlikely"
