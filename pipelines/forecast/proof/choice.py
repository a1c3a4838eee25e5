"""Which model is used for a driver: its own, unless a baseline did better in the backtest at the horizon that matters.

How to use it when targets are forecast, at a date `as_of` with `due` the last year that matters:

    chosen = choose(rows, years=years_ahead(as_of, due), known_by=as_of)
    chosen.model                    "ours", or "naive", "straight_line", "seasonal_naive"
    pipelines.forecast.chosen.simulator(chosen.model, monthly=True)     in place of `simulate_monthly`

Only what had come by `known_by` counts, so that a replay does not choose with hindsight.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from pipelines.forecast.chosen import OURS
from pipelines.forecast.proof.backtests import YEAR, Judged

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
        reason: `better` (no baseline did better), `beaten`, `too_few` (cutoffs or years), `kept` (no baseline can stand
            in for the driver's model) or `no_backtest`.
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
            horizon with enough cutoffs that is not beyond it is compared.
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
    best = min(scores, key=lambda model: (scores[model], model != OURS))
    return Choice(best, "better" if best == OURS else "beaten", horizon, len(cutoffs[horizon]), scores)


def years_ahead(as_of: dt.date, due: int) -> int:
    """Years from a date to the end of the due year, the one that is running counted as whole; at least 1."""
    return max(due - as_of.year + (as_of.month < 12), 1)


def _is_enough(cutoffs: list[dt.date], years: int) -> bool:
    """Whether the twelve months after each cutoff hold as many whole years side by side."""
    return len(cutoffs) >= FEWEST_CUTOFFS and (cutoffs[-1] - cutoffs[0]).days / 365.25 + 1 > years - 0.05
