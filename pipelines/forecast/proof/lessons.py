"""What the backtests of a region's drivers teach its forecasts: where the misses lie, and how far they spread.

At a date only misses that had come by then count, so the calibrated forecast of every cutoff can be judged by what came
after it. Neighbouring cutoffs share most of what they are judged by; what counts as evidence is the years that the
backtest spans. It stands beside years of a perfect forecaster: few years move the paths little.

Only shares learn a location. On 1065 real yearly series of accidents and deaths the misses of the past said nothing of
those to come (correlation -0.15), and moving the paths by them, the own ones or those of a country or cause, made the
forecasts worse however little they were trusted; a share that is built up year after year outgrows every forecast.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.forecast.calibration import Calibration, beyond, normal_scores
from pipelines.forecast.proof.backtests import N_PATHS, SCORES, Columns
from pipelines.forecast.proof.subjects import Subject

LOCATED = ("share",)
LOCATION_YEARS = 4.0
"""Years of a perfect forecaster beside the own ones, and the most that those of other series of the kind count for."""
SPREAD_YEARS = 20.0
ONLY_TOLD = ("hours",)
"""Models whose paths are too few whole events to be moved: their misses are told, and teach nothing."""
STEP = 0.05
"""The lesson is learned no finer than this, so that a single new miss seldom moves the paths of other drivers."""
FURTHEST = 1.5
SPREADS = (0.5, 2.0)
JUDGED_BY = 100


@dataclass(frozen=True, eq=False)
class Misses:
    """Normal scores of what came, of one model of one series.

    Attributes:
        cutoff, judged: Ordinals of the cutoff and of the last day of what was forecast.
        root: Root of the years ahead.
        first, second: Mean of the score and of its square; what hits a value with mass of its own is anywhere in it.
    """

    cutoff: np.ndarray
    judged: np.ndarray
    root: np.ndarray
    first: np.ndarray
    second: np.ndarray

    @classmethod
    def of(cls, subject: Subject, columns: Columns, model: str) -> Misses:
        """Of the yearly forecasts of a model."""
        of_years = len(columns["quantiles"])
        mine = columns["model"][:of_years] == model
        cutoff, horizon, below, upto = (
            columns[name][:of_years][mine] for name in ("cutoff", "horizon", "below", "upto")
        )
        periods = 12 if subject.is_monthly else 1
        days = np.array([subject.day_of(at).toordinal() for at in range(len(subject.values))], dtype=int)
        return cls(days[cutoff], days[cutoff + horizon * periods], np.sqrt(horizon), *_moments(below, upto))

    def sums(self, days: np.ndarray) -> np.ndarray:
        """Years that are spanned, and sums over the misses that had come by each day, (5, days)."""
        had_come = self.judged <= days[:, None]
        terms = (self.root * self.first, self.root**2, self.second, np.ones(self.root.size))
        if not self.root.size:
            return np.zeros((5, days.size))
        last = np.where(had_come, self.judged, 0).max(axis=1)
        first = np.where(had_come, self.cutoff, np.iinfo(int).max).min(axis=1)
        years = np.where(had_come.any(axis=1), (last - np.minimum(first, last)) / 365.25, 0.0)
        return np.vstack([years, *(had_come @ term for term in terms)])


def _moments(below: np.ndarray, upto: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and mean square of a standard normal between two of its quantiles.

    What came beside all paths counts as half a path from them.
    """
    from scipy.special import ndtri

    low, high = (np.clip(share, 0.5 / N_PATHS, 1 - 0.5 / N_PATHS) for share in (below, upto))
    at_low, at_high = ndtri(low), ndtri(high)
    mass = np.where(high > low, high - low, 1.0)
    dense = [np.exp(-(score**2) / 2) / np.sqrt(2 * np.pi) for score in (at_low, at_high)]
    first = np.where(high > low, (dense[0] - dense[1]) / mass, at_low)
    second = np.where(high > low, 1 + (at_low * dense[0] - at_high * dense[1]) / mass, at_low**2)
    return first, second


def learned(misses: Sequence[Misses], days: np.ndarray, *, is_located: bool) -> tuple[np.ndarray, np.ndarray]:
    """Location and spread of series of one kind that were forecast by one model, each of shape (series, days).

    Args:
        misses: Of each series of the region and kind.
        days: Ordinals; each lesson rests on what had come by its day.
        is_located: Whether a location is learned at all.
    """
    years, lean, weight, square, n = np.array([one.sums(days) for one in misses]).transpose(1, 0, 2)
    location, doubt = np.zeros(years.shape), 0.0
    if is_located:
        own = years * lean / np.where(weight > 0, weight, 1)  # years times the mean of the scores, a year ahead
        others = years.sum(axis=0) - years
        beside = np.minimum(others, LOCATION_YEARS)
        mean_of_others = (own.sum(axis=0) - own) / np.where(others > 0, others, 1)
        doubt = 1 / (years + beside + LOCATION_YEARS)
        location = _stepped(np.clip((own + beside * mean_of_others) * doubt, -FURTHEST, FURTHEST))
    # What is left of the misses, and how far off the location itself may be.
    rest = (square - 2 * location * lean + (location**2 + doubt) * weight) / np.where(n > 0, n, 1)
    together = years.sum(axis=0)
    variance = ((years * rest).sum(axis=0) + SPREAD_YEARS) / (together + SPREAD_YEARS)
    spread = _stepped(np.clip(np.sqrt(variance), *SPREADS))
    return location, np.broadcast_to(spread, location.shape)


def _stepped(values: np.ndarray) -> np.ndarray:
    return np.round(np.round(values / STEP) * STEP, 2)


@dataclass(frozen=True, eq=False)
class Taught:
    """A backtest with what it taught.

    Attributes:
        columns: The backtest, its yearly forecasts calibrated by what was known at their cutoffs.
        lesson: What the whole of it teaches.
    """

    columns: Columns
    lesson: Calibration


def teach(looked: Mapping[str, tuple[Subject, Columns]], model: str, asked: Iterable[str]) -> dict[str, Taught]:
    """What the backtests of a date teach the forecasts of one model, by name of the series.

    Args:
        looked: Backtests by name of the series; those of one region and kind teach each other.
        model: `ours`, or a baseline.
        asked: Names of the series that use the model; whoever teaches them is in the answer too.
    """
    together: dict[tuple, list[str]] = {}
    for name, (subject, _) in looked.items():
        together.setdefault(_company(subject), []).append(name)
    found = {}
    for company in sorted({_company(looked[name][0]) for name in asked}):
        (_, own_model, kind), names = company, together[company]
        if own_model in ONLY_TOLD:
            found |= {name: Taught(looked[name][1], Calibration()) for name in names}
            continue
        misses = [Misses.of(*looked[name], model) for name in names]
        days = np.unique(np.concatenate([np.r_[one.cutoff, one.judged] for one in misses] + [[0]]).astype(int))
        location, spread = learned(misses, days, is_located=kind in LOCATED)
        for at, name in enumerate(names):
            when = np.searchsorted(days, misses[at].cutoff)
            columns = _calibrated(*looked[name], model, location[at, when], spread[at, when])
            found[name] = Taught(columns, Calibration(float(location[at, -1]), float(spread[at, -1])))
    return found


def _company(subject: Subject) -> tuple[str, str, str]:
    """Region, model and kind: series that have them in common teach each other."""
    return subject.driver.partition("@")[2], subject.model, subject.kind


def _calibrated(subject: Subject, columns: Columns, model: str, location: np.ndarray, spread: np.ndarray) -> Columns:
    """A backtest in which the yearly forecasts of a model are calibrated, each by its own location and spread."""
    from scipy.special import ndtr, ndtri

    mine = np.flatnonzero(columns["model"][: len(columns["quantiles"])] == model)
    moved = (location != 0) | (spread != 1)
    rows, spread = mine[moved], spread[moved][:, None]
    if not rows.size:
        return columns
    shift = (location[moved] * np.sqrt(columns["horizon"][rows]))[:, None]
    asked = np.r_[normal_scores(JUDGED_BY), ndtri([0.1, 0.9])]
    found = _at(columns["quantiles"][rows], shift + spread * asked, is_share=subject.kind == "share")
    draws, low, high = found[:, :JUDGED_BY], *found[:, JUDGED_BY:].T
    between = draws @ (2 * np.arange(1, JUDGED_BY + 1) - JUDGED_BY - 1) / JUDGED_BY**2
    result = {**columns, **{name: columns[name].copy() for name in ("mean", "lo80", "hi80", "crps", "pit")}}
    result["mean"][rows], result["lo80"][rows], result["hi80"][rows] = draws.mean(axis=1), low, high
    result["crps"][rows] = np.abs(draws - columns["actual"][rows][:, None]).mean(axis=1) - between
    result["pit"][rows] = ndtr((ndtri(columns["pit"][rows]) - shift[:, 0]) / spread[:, 0])
    return result


def _at(quantiles: np.ndarray, wanted: np.ndarray, is_share: bool) -> np.ndarray:
    """Values of forecasts that are known at `SCORES`, (rows, SCORES), at other scores, (rows, scores)."""
    place = (wanted - SCORES[0]) / (SCORES[1] - SCORES[0])
    left = np.clip(place.astype(int), 0, SCORES.size - 2)
    low, high = (np.take_along_axis(quantiles, at, axis=1) for at in (left, left + 1))
    within = low + (high - low) * np.clip(place - left, 0, 1)
    ends = (quantiles[:, [at]] for at in (0, SCORES.size // 2, -1))
    return np.where(np.abs(wanted) > SCORES[-1], beyond(wanted, SCORES[-1], *ends, is_share=is_share), within)
