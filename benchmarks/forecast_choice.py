"""What it costs, on real series, to use a baseline wherever it scored better in a series' own backtest.

A part of `forecast_skill.py`, which writes the page. An office has a history of ten to twenty years: windows of that
length are cut from longer series, the driver's own model and the baselines are backtested inside the window by the
product's own code, a model is chosen by each rule, and what followed the window judges the choice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from forecast_judging import TOOL, by_country
from forecast_monthly import monthly_series

from pipelines.forecast.backtest import ANNUAL_BASELINES, rolling_origin
from pipelines.forecast.chosen import OF_TOTALS, OURS, simulator
from pipelines.forecast.proof.backtests import N_PATHS, YEAR, backtest, judged_rows
from pipelines.forecast.proof.choice import Choice, choose
from pipelines.forecast.proof.subjects import Subject

YEARLY_WINDOWS, MONTHLY_WINDOWS = (10, 15, 20), (8, 10)
YEARLY_AHEAD, MONTHLY_AHEAD = 5, 3
EVERY_YEARS = 3
ANY_YEAR = 2000
RULES = ("own model always", "baseline if clearly better (as built)", "best score, where enough", "best score always")

ABOUT_CHOICE = (
    "Stretches of the level series and of the monthly counts, as long as an office's history. The rule chooses by the",
    "backtest inside the stretch, and what followed judges it: CRPS in units of the stretch's mean yearly change, all",
    "horizons together, and the difference from always keeping the own model (countries resampled; a plus is worse).",
)
CAP = 50.0
"""As the judging tool caps the score of a single case."""


@dataclass(frozen=True)
class Window:
    """A stretch of a series, and what followed it.

    Attributes:
        country: Whose series it is; countries are resampled together.
        kind: Kind of the series.
        is_monthly: Months, or years.
        first: Number of the first month; of years any year will do.
        seen: The stretch.
        after: What came.
    """

    country: str
    kind: str
    is_monthly: bool
    first: int
    seen: np.ndarray
    after: np.ndarray


def yearly_windows(years: int) -> Iterable[Window]:
    """Stretches of the level series of the judging tool, the last ending five years before the series does."""
    for name, source, indicator, values in TOOL.series(TOOL.LEVELS):
        for end in range(len(values) - YEARLY_AHEAD, years - 1, -EVERY_YEARS):
            seen, after = values[end - years : end], values[end : end + YEARLY_AHEAD]
            if np.ptp(seen) > 0:
                yield Window(name.split("|")[-1], TOOL.kind_of(source, indicator), False, ANY_YEAR, seen, after)


def monthly_windows(years: int) -> Iterable[Window]:
    """Stretches of the monthly counts, ending every other year that leaves three more."""
    for name, (values, (year, month)) in monthly_series().items():
        for end in range(12 * years, len(values) - 12 * MONTHLY_AHEAD + 1, 24):
            first = 12 * year + month - 1 + end - 12 * years
            seen, after = values[end - 12 * years : end], values[end : end + 12 * MONTHLY_AHEAD]
            yield Window(name, "count", True, first, seen, after)


def chosen_by(rule: str, found: Choice) -> str:
    """The model that a rule uses on the scores of a backtest."""
    best = min(found.scores, key=lambda model: (found.scores[model], model != OURS), default=OURS)
    if rule == RULES[0]:
        return OURS
    if rule == RULES[1]:
        return found.model
    return OURS if rule == RULES[2] and found.reason in ("too_few", "no_backtest") else best


def scored(window: Window) -> Iterable[tuple[int, dict[str, str], dict[str, float]]]:
    """Horizon, model by rule, and CRPS by model of what followed a window, in units of its mean absolute change."""
    monthly = window.is_monthly
    subject = Subject(
        "series@real", "value", "count" if monthly else "annual", window.kind, monthly, window.first, window.seen, {},
        by_month=False,
    )  # fmt: skip
    judged = list(judged_rows(subject, backtest(subject), YEAR))
    span, ahead = (12, MONTHLY_AHEAD) if monthly else (1, YEARLY_AHEAD)
    models = {OURS: simulator(OURS, monthly=monthly), **(OF_TOTALS if monthly else ANNUAL_BASELINES)}
    rows = rolling_origin(
        np.r_[window.seen, window.after],
        ahead,
        models,
        kind=window.kind,
        min_train=len(window.seen),
        rng=np.random.default_rng(0),
        every=len(window.seen),
        n_paths=N_PATHS,
        span=span,
    )
    totals = window.seen.reshape(-1, span).sum(axis=1)
    scale = np.abs(np.diff(totals)).mean()
    for years in range(1, ahead + 1):
        found = choose(judged, years=years)
        crps = {row["model"]: row["crps"] / scale for row in rows if row["horizon"] == years}
        yield years, {rule: chosen_by(rule, found) for rule in RULES}, crps


def choice_part() -> list[str]:
    """Table of what each rule brought, by kind and length of the history."""
    lines = [
        "| history | windows | " + " | ".join(RULES) + " |",
        "| --- | --- |" + " --- |" * len(RULES),
    ]
    asked = [(f"{n} years of months", monthly_windows(n)) for n in MONTHLY_WINDOWS]
    asked = [*[(f"{n} years", yearly_windows(n)) for n in YEARLY_WINDOWS], *asked]
    for name, windows in asked:
        country, used, crps = [], [], []
        n = 0
        for window in windows:
            n += 1
            for _, by_rule, scores in scored(window):
                country.append(window.country)
                used.append([by_rule[rule] != OURS for rule in RULES])
                crps.append([min(scores[by_rule[rule]], CAP) for rule in RULES])
        crps, used = np.array(crps), np.array(used)
        cells = [f"CRPS {crps[:, 0].mean():.3f}"]
        for at in range(1, len(RULES)):
            more = crps[:, at] - crps[:, 0]
            error = by_country(np.array(country), lambda index, more=more: more[index].mean()).std()
            cells.append(f"{more.mean():+.3f} ± {error:.3f} (baseline in {used[:, at].mean():.0%})")
        lines.append(f"| {name} | {n} | " + " | ".join(cells) + " |")
    return [*lines, ""]
