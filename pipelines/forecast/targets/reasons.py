"""Why a probability is what it is: the driver behind most of the spread, and the assumption that matters most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipelines.assessment.verdict import probability_words
from pipelines.forecast.targets.recipe import Judgement, Recipe, Term
from pipelines.forecast.targets.series import Paths
from pipelines.texts import current_language, say

FEWEST_PATHS = 50


@dataclass(frozen=True)
class Reasons:
    """What moves a probability.

    Attributes:
        main_driver: The driver behind most of the spread of what is judged; '' where nothing varies.
        main_assumption: The driver whose standard deviation moves the probability most.
        high, low: Probability with that driver about one standard deviation above and below its mean.
        spread: Share of the variance of what is judged that goes with the main driver (0-1).
    """

    main_driver: str = ""
    main_assumption: str = ""
    high: float | None = None
    low: float | None = None
    spread: float | None = None


def reasons_of(recipe: Recipe, found: Judgement, paths: Mapping[str, Paths]) -> Reasons:
    """What moves the probability of a target.

    Args:
        recipe: Its arithmetic.
        found: What the paths say.
        paths: Paths by driver.
    """
    totals: dict[str, np.ndarray] = {}
    for term in terms_of(recipe):
        total = np.nansum(paths[term.driver][term.part].astype(float), axis=0)
        if recipe.kind == "events":
            total = found.judged
        if total.std() > 1e-9 * max(abs(float(total.mean())), 1e-9):
            totals[term.driver] = total
    if not totals or found.judged.std() == 0:
        return Reasons()
    shares = {name: float(np.corrcoef(total, found.judged)[0, 1] ** 2) for name, total in totals.items()}
    main = max(shares, key=shares.get)
    if recipe.kind == "events":
        return Reasons(main)
    moves = {name: _one_sd(found.hits, total) for name, total in totals.items()}
    assumed = max(moves, key=lambda name: abs(moves[name][0] - moves[name][1]))
    high, low = moves[assumed]
    return Reasons(main, assumed, high, low, shares[main])


def terms_of(recipe: Recipe) -> list[Term]:
    """Every term of a recipe, its regions' included."""
    own = [*recipe.numerator, *([recipe.denominator] if recipe.denominator else [])]
    return own + [term for one in recipe.regions for term in terms_of(one)]


def _one_sd(hits: np.ndarray, total: np.ndarray) -> tuple[float, float]:
    """Share of hits where the driver is half to one and a half standard deviations above, and below, its mean."""
    score = (total - total.mean()) / total.std()
    above, below = (score > 0.5) & (score < 1.5), (score < -0.5) & (score > -1.5)
    if above.sum() < FEWEST_PATHS or below.sum() < FEWEST_PATHS:  # a driver with a few values only
        above, below = score > 0, score <= 0
    return float(hits[above].mean()), float(hits[below].mean())


def tell_forecast(facts: Mapping, language: str | None = None) -> str:
    """The reasons of a row of `forecast_probabilities` in words.

    Args:
        facts: Its `reason_facts`.
        language: `zh`, `en`, or None for the current one.
    """
    language = language or current_language()
    if facts.get("refused"):
        reason = say(f"forecast.no_forecast.{facts['refused']}", language, n=facts["n"], needed=facts["needed"])
        return say("forecast.reasons.none", language, reason=reason)
    if facts.get("decided"):
        return say("forecast.reasons.decided", language)

    def chance(name: str) -> str:
        return probability_words(facts[name], language)

    told: list[str] = []
    driver, assumption = ((facts.get(key) or {}).get(language) for key in ("main_driver", "main_assumption"))
    if assumption and chance("high") == chance("low"):
        assumption = None
    if facts.get("is_alone"):  # that a value depends on itself says nothing
        if assumption:
            told.append(say("forecast.reasons.alone", language, high=chance("high"), low=chance("low")))
        driver = assumption = None
    if driver and driver != assumption:
        told.append(say("forecast.reasons.driven", language, driver=driver))
    if assumption:
        key = "driven_assumption" if driver == assumption else "assumption"
        told.append(say(f"forecast.reasons.{key}", language, driver=assumption, high=chance("high"), low=chance("low")))
    for name in ("underlying", "removals", "largest"):
        if facts.get(name) is not None and chance(name) != chance("probability"):
            told.append(say(f"forecast.reasons.{name}", language, chance=chance(name)))
    if facts.get("is_too_wide"):
        told.append(say("forecast.reasons.interval_too_wide", language))
    return (" " if language == "en" else "").join(told)
