"""Plans drawn from a known process: what is stated, before and after the lessons of the backtests, and what came.

A part of `forecast_skill.py`, which writes the page. Ten series are one office: their backtests teach each other, by
the product's own code.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

import numpy as np
from forecast_judging import reliability_table

from pipelines.forecast import simulate_annual
from pipelines.forecast.chosen import OURS
from pipelines.forecast.proof.backtests import backtest, series_name
from pipelines.forecast.proof.lessons import teach
from pipelines.forecast.proof.subjects import Subject
from pipelines.forecast.scores import calibration_error, randomised_pit

SERIES = 10
YEARS, AHEAD = 10, 5
CUT = 0.15
N_PATHS = 300
AS_SIMULATED, CALIBRATED = "as simulated", "calibrated"
OFFICES = 1000
ABOUT_SYNTHETIC = (
    "Ten years of Poisson counts (5 to 500 a year), drift -3 % ± 4 % a year, yearly shocks of 5 %; target: 15 % below",
    "the tenth year's count after five years. Ten series make an office, whose backtests calibrate its forecasts as in",
    "the product. This proves the arithmetic, not anything about the world.",
)


@dataclass
class Synthetic:
    """What was stated and what came, one entry a plan.

    Attributes:
        happened: 1 where the target was met; only of plans that have one (their last count is not zero).
        stated: Probabilities, by `AS_SIMULATED` and `CALIBRATED`.
        pit: Randomised PIT of the final year, likewise, of every plan.
        inside: Whether the final year came within the 80 % interval, likewise.
        spreads: The spread that each office learned.
    """

    happened: list[float] = field(default_factory=list)
    stated: dict[str, list[float]] = field(default_factory=lambda: {AS_SIMULATED: [], CALIBRATED: []})
    pit: dict[str, list[float]] = field(default_factory=lambda: {AS_SIMULATED: [], CALIBRATED: []})
    inside: dict[str, list[bool]] = field(default_factory=lambda: {AS_SIMULATED: [], CALIBRATED: []})
    spreads: list[float] = field(default_factory=list)


def truth(rng: np.random.Generator) -> np.ndarray:
    """A count over history and plan: Poisson, 5 to 500 a year, drift -3 % ± 4 % a year, yearly shocks of 5 %."""
    base = np.exp(rng.uniform(np.log(5), np.log(500)))
    steps = rng.normal(-0.03, 0.04) + rng.normal(0, 0.05, YEARS + AHEAD)
    return rng.poisson(base * np.exp(np.cumsum(steps) - steps[:YEARS].sum())).astype(float)


@functools.cache
def synthetic_offices(offices: int) -> Synthetic:
    """Draw offices of `SERIES` plans each, and forecast them as the product would."""
    rng, found = np.random.default_rng(0), Synthetic()
    for _ in range(offices):
        counts = [truth(rng) for _ in range(SERIES)]
        looked = {}
        for at, one in enumerate(counts):
            subject = Subject(f"series{at}@synthetic", "value", "annual", "count", False, 2000, one[:YEARS])
            looked[series_name(subject.driver, subject.part)] = subject, backtest(subject)
        taught = teach(looked, OURS, looked)
        for one, name in zip(counts, looked, strict=True):
            lesson = taught[name].lesson
            paths = simulate_annual(one[:YEARS], AHEAD, kind="count", n_paths=N_PATHS, rng=rng)
            moved = lesson.paths(paths.T, np.arange(1, AHEAD + 1)).T
            _judge(found, one, {AS_SIMULATED: paths[:, -1], CALIBRATED: moved[:, -1]}, rng)
        found.spreads.append(lesson.spread)
    return found


def _judge(found: Synthetic, counts: np.ndarray, finals: dict[str, np.ndarray], rng: np.random.Generator) -> None:
    bound = (1 - CUT) * counts[YEARS - 1]
    if counts[YEARS - 1] > 0:
        found.happened.append(float(counts[-1] <= bound))
    for name, final in finals.items():
        low, high = np.quantile(final, (0.1, 0.9))
        found.inside[name].append(bool(low <= counts[-1] <= high))
        found.pit[name].append(float(randomised_pit(final, counts[-1], rng)))
        if counts[YEARS - 1] > 0:
            found.stated[name].append(float((final <= bound).mean()))


def synthetic_part(offices: int = OFFICES) -> list[str]:
    """The stated probability against the share that really hit, before and after the calibration."""
    found = synthetic_offices(offices)
    happened = np.array(found.happened)
    spread = np.mean(found.spreads)
    lines = [f"{offices * SERIES} plans in {offices} offices; the spread that is learned is {spread:.3f} (mean).", ""]
    lines += ["| | mean stated | share hit | Brier | ece | in 80 % |", "| --- | --- | --- | --- | --- | --- |"]
    for name, stated in found.stated.items():
        p = np.array(stated)
        lines.append(
            f"| {name} | {p.mean():.3f} | {happened.mean():.3f} | {((p - happened) ** 2).mean():.4f} |"
            f" {calibration_error(p, happened):.3f} | {np.mean(found.inside[name]):.3f} |"
        )
    for name, pit in found.pit.items():
        share = np.histogram(pit, 10, (0, 1))[0] / len(pit)
        table = reliability_table(np.array(found.stated[name]), happened)
        told = " ".join(f"{one:.3f}" for one in share)
        lines += ["", f"{name.capitalize()}:", "", *table, "", f"Randomised PIT per tenth: {told}"]
    return [*lines, ""]
