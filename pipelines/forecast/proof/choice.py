"""Which model is used for a driver: its own, unless a baseline did clearly better in the backtest at the due horizon.

How to use it when targets are forecast, at a date `as_of` with `due` the last year that matters:

    chosen = choose(rows, years=years_ahead(as_of, due), known_by=as_of)
    chosen.model                    "ours", or "naive", "straight_line", "seasonal_naive"
    pipelines.forecast.chosen.simulator(chosen.model, monthly=True)     in place of `simulate_monthly`

Only what had come by `known_by` counts; that the rows rest on what was known then is for who made them (`proof`).

Scores of neighbouring cutoffs are not independent: two forecasts of the next two years, made a quarter apart, share
most of what they are judged by. The standard error of a difference of mean scores is therefore taken from as many
pieces of evidence as there are windows side by side, and a baseline has to be better by two of them: on real series
whoever takes a baseline for less does worse afterwards (docs/forecast-skill.md, own model or baseline).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from pipelines.forecast.chosen import OURS
from pipelines.forecast.proof.backtests import YEAR, Judged

CLEARLY = 2.0
"""Standard errors by which a baseline has to be better."""
FEWEST_CUTOFFS = 8
FEWEST_TEST_YEARS = 3
FEWEST_OF_RARE = 10
RARE_MODELS = ("rare", "disasters")
"""With fewer cutoffs, or fewer years that do not overlap, luck decides. Of what happens once in several years a few
calm ones say nothing: a model that never expects a flood would win until the flood. The driver's own model is kept
then, whose skill is known from other series."""


@dataclass(frozen=True)
class Choice:
    """A model, and what it was chosen on.

    Attributes:
        model: `ours`, or the baseline that did better.
        reason: `better` (the own model scored best), `unproven` (a baseline scored better, but not clearly, or not also
            further ahead: the own model stays), `beaten` (clearly: the baseline is used), `too_few` (cutoffs or years),
            `kept` (no baseline can stand in for the driver's model) or `no_backtest`.
        years: The horizon that was compared, in years; 0 where none was.
        n: Number of cutoffs that could be compared.
        scores: Mean CRPS by model at that horizon, unit of the series.
    """

    model: str
    reason: str
    years: int = 0
    n: int = 0
    scores: dict[str, float] = field(default_factory=dict)


def choose(rows: Iterable[Judged], *, years: int, known_by: dt.date | None = None, is_rare: bool = False) -> Choice:
    """Choose between a series' own model and the baselines.

    Args:
        rows: Backtest of one series.
        years: The horizon that matters: years from the as-of date to the due year, at least 1. The backtest's longest
            horizon with enough cutoffs that is not beyond it is compared; a baseline that did worse at a longer one,
            of however few cutoffs, is not used.
        known_by: Only what had come by this day counts; None = everything.
        is_rare: Whether it is a series of rare events (`RARE_MODELS`), which needs more years.
    """
    needed = FEWEST_OF_RARE if is_rare else FEWEST_TEST_YEARS
    known = [row for row in rows if row.span == YEAR and (known_by is None or row.judged_on <= known_by)]
    at: dict[int, dict[str, dict[dt.date, float]]] = {}
    for row in known:
        at.setdefault(row.horizon, {}).setdefault(row.model, {})[row.cutoff] = row.crps
    within = [horizon for horizon in sorted(at) if horizon <= max(years, 1)]
    if not within:
        return Choice(OURS, "no_backtest")
    cutoffs = {horizon: sorted(at[horizon].get(OURS, {})) for horizon in within}
    enough = [horizon for horizon in within if _is_enough(cutoffs[horizon], needed)]
    horizon = max(enough) if enough else within[0]
    scores = {model: float(np.mean(list(by_cutoff.values()))) for model, by_cutoff in at[horizon].items()}
    if not enough:
        return Choice(OURS, "too_few", horizon, len(cutoffs[horizon]), scores)
    longer = [at[one] for one in within if one >= horizon]
    clearly = [model for model in scores if model != OURS and _is_clearly_better(model, horizon, longer)]
    best = min(clearly, key=lambda model: scores[model], default=OURS)
    reason = "beaten" if clearly else "better" if scores[OURS] <= min(scores.values()) else "unproven"
    return Choice(best, reason, horizon, len(cutoffs[horizon]), scores)


def years_ahead(as_of: dt.date, due: int) -> int:
    """Years from a date to the end of the due year, the one that is running counted as whole; at least 1."""
    return max(due - as_of.year + (as_of.month < 12), 1)


def _is_clearly_better(model: str, horizon: int, longer: list[Mapping[str, Mapping[dt.date, float]]]) -> bool:
    """Whether a baseline is better by `CLEARLY` at a horizon, the first of `longer`, and no worse beyond it."""
    gains = []
    for scores in longer:
        own, other = scores.get(OURS, {}), scores.get(model, {})
        gains.append({cutoff: own[cutoff] - other[cutoff] for cutoff in own.keys() & other.keys()})
    first = np.array(list(gains[0].values()))
    if not first.size or first.mean() <= 0 or any(gain and np.mean(list(gain.values())) < 0 for gain in gains):
        return False
    years = (max(gains[0]) - min(gains[0])).days / 365.25 + horizon
    windows = min(max(years / horizon, 2.0), first.size)
    return bool(first.mean() > CLEARLY * first.std() / math.sqrt(windows - 1)) if windows > 1 else False


def _is_enough(cutoffs: list[dt.date], years: int) -> bool:
    """Whether the twelve months after each cutoff hold as many whole years side by side."""
    return len(cutoffs) >= FEWEST_CUTOFFS and (cutoffs[-1] - cutoffs[0]).days / 365.25 + 1 > years - 0.05
