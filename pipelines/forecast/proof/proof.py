"""What stands beside every probability: the driver's own backtest, the choice it led to, and where the evidence is.

How the forecasts of targets use it:

    proof = Proof.of(gatherer, prepared, cache, processes=…, progress=…)     once, after every plan is prepared
    proof.applied(one)                                                       the same plan, drivers with their choice
    proof.target_row(one, forecast)                                          a row of `forecast_evidence`
    write_proof(con, proof)                                                  the other tables
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

import duckdb

from pipelines.assessment.tables import create_table
from pipelines.forecast.calibration import Calibration
from pipelines.forecast.chosen import OURS
from pipelines.forecast.proof.backtests import MONTH, YEAR, Columns, Judged, backtest_by_key, judged_rows, series_name
from pipelines.forecast.proof.chance import TOO_OFTEN, TOO_WIDE, beyond_chance
from pipelines.forecast.proof.choice import RARE_MODELS, Choice, choose, years_ahead
from pipelines.forecast.proof.evidence import RELIABILITY, SKILL, reliability_rows, skill_rows
from pipelines.forecast.proof.lessons import teach
from pipelines.forecast.proof.schema import BACKTESTS, CHOICES, EVIDENCE
from pipelines.forecast.proof.subjects import MAIN_PART, PARTS, Subject, subjects_of
from pipelines.forecast.said import said_class
from pipelines.forecast.targets.cache import Cache
from pipelines.forecast.targets.gather import Gatherer
from pipelines.forecast.targets.probability import Forecast, Prepared
from pipelines.forecast.targets.recipe import Recipe
from pipelines.forecast.targets.series import Series
from pipelines.progress import Progress

CACHE_FOLDER = "backtest-cache"
BASELINES = ("naive", "seasonal_naive", "straight_line")
LONGEST_LEAD = 5
KEPT_MODELS = ("disasters", "hours", "rare", "denominator")
"""Models that no baseline can stand in for: their parts are drawn together, or they read the quarters of the running
year, which a yearly backtest does not know."""
DISASTER_MODELS = ("disasters", "hours")


@dataclass(frozen=True)
class Proof:
    """Backtests of every driver, by date and series.

    Attributes:
        judged: Yearly rows by date and name of the series: one backtest per date, on the history as it was known then,
            its forecasts calibrated by what was known at their cutoffs.
        newest: The driver's series at the newest date at which it is forecast, with that date, by driver.
        looked: What was backtested, and what was found.
        lessons: By which each model of a series is calibrated at a date.
    """

    judged: dict[tuple[dt.date, str], list[Judged]]
    newest: dict[str, tuple[dt.date, Series]]
    looked: dict[tuple[dt.date, str], tuple[Subject, Columns]] = field(default_factory=dict)
    lessons: dict[tuple[dt.date, str, str], Calibration] = field(default_factory=dict)
    _choices: dict[tuple[dt.date, str], Choice] = field(default_factory=dict, init=False)

    @classmethod
    def of(
        cls,
        gatherer: Gatherer,
        prepared: Iterable[Prepared],
        cache: Cache,
        *,
        processes: int = 1,
        progress: Progress | None = None,
        tidy: bool = False,
    ) -> Proof:
        """Backtest every driver of the prepared plans.

        Args:
            gatherer: Where the records are.
            prepared: Plans at dates, in any order.
            cache: What was backtested before.
            processes: Number of processes; the result does not depend on it.
            progress: Who watches.
            tidy: Whether what these plans do not need is removed from the cache.
        """
        prepared = list(prepared)
        subjects = subjects_of(gatherer, prepared)
        found = backtest_by_key(subjects.values(), cache, processes=processes, progress=progress, tidy=tidy)
        by_day: dict[dt.date, dict[str, tuple[Subject, Columns]]] = {}
        for (day, name, part), one in subjects.items():
            by_day.setdefault(day, {})[series_name(name, part)] = one, found[one.key]
        newest: dict[str, tuple[dt.date, Series]] = {}
        drivers: dict[tuple[dt.date, str], Series] = {}
        for one in prepared:
            for name, series in one.series.items():
                drivers[one.as_of, _main_of(series)] = series
                if name not in newest or newest[name][0] < one.as_of:
                    newest[name] = one.as_of, series
        proof = cls({}, newest)
        for day, looked in by_day.items():
            proof._look_back(day, looked, OURS, looked)
            used: dict[str, list[str]] = {}
            for name in looked:
                if (day, name) in drivers:
                    used.setdefault(proof.choice(drivers[day, name], day).model, []).append(name)
            for model in used.keys() - {OURS}:  # a baseline is the yardstick as it is, and calibrated where it is used
                proof._look_back(day, looked, model, used[model])
        return proof

    def _look_back(
        self, day: dt.date, looked: Mapping[str, tuple[Subject, Columns]], model: str, names: Collection[str]
    ) -> None:
        """Calibrate the forecasts of a model, and keep the rows and the lessons of the named series."""
        taught = teach(looked, model, names)
        for name in names:
            subject, columns = looked[name][0], taught[name].columns
            rows = judged_rows(subject, columns, YEAR)
            if model != OURS:
                of_model = {(row.cutoff, row.horizon): row for row in rows if row.model == model}
                rows = (
                    of_model[row.cutoff, row.horizon] if row.model == model else row for row in self.judged[day, name]
                )
            self.judged[day, name] = list(rows)
            self.looked[day, name] = subject, columns
            self.lessons[day, name, model] = taught[name].lesson

    def choice(self, series: Series, as_of: dt.date) -> Choice:
        """Which model a driver is forecast with at a date, from what was known then.

        Args:
            series: The driver.
            as_of: The date.
        """
        if (as_of, series.name) not in self._choices:
            rows = self.judged.get((as_of, _main_of(series)), [])
            years = years_ahead(as_of, series.last_year)
            found = choose(rows, years=years, known_by=as_of, is_rare=series.model in RARE_MODELS)
            if found.model != OURS and series.model in KEPT_MODELS:
                found = replace(found, model=OURS, reason="kept")
            self._choices[as_of, series.name] = found
        return self._choices[as_of, series.name]

    def applied(self, one: Prepared) -> Prepared:
        """A prepared plan whose drivers carry the model that was chosen for them, and what calibrates it.

        `method` among a driver's numbers is obeyed by the models `count`, `deaths` and `annual`; without it a driver's
        own model runs. `calibration` holds location and spread by part. Targets whose drivers' intervals have missed
        more often than chance allows are refused.

        Args:
            one: The plan at a date.
        """
        series = {}
        for name, own in one.series.items():
            model, more = self.choice(own, one.as_of).model, {}
            if model != OURS:
                more["method"] = model
            lessons = {}
            for part in PARTS[own.model]:
                used = model if part == MAIN_PART[own.model] else OURS
                lesson = self.lessons.get((one.as_of, series_name(name, part), used), Calibration())
                if not lesson.is_none:
                    lessons[part] = (lesson.location, lesson.spread)
            if lessons:
                more["calibration"] = lessons
            series[name] = replace(own, numbers={**own.numbers, **more}) if more else own
        grounds = dict(one.grounds)
        for target, recipe in one.recipes.items():
            for driver in self._drivers(one, recipe):
                rows = self._used(driver, one.as_of)
                if beyond_chance(rows) == TOO_OFTEN:
                    inside = sum(row.inside for row in rows)
                    grounds[target] = replace(grounds[target], refused=TOO_OFTEN, n=len(rows), needed=inside)
        return replace(one, series=series, grounds=grounds)

    def is_too_wide(self, one: Prepared, recipe: Recipe) -> bool:
        """Whether a driver's intervals have held what came more often than they should, by more than chance."""
        return any(beyond_chance(self._used(driver, one.as_of)) == TOO_WIDE for driver in self._drivers(one, recipe))

    @staticmethod
    def _drivers(one: Prepared, recipe: Recipe) -> list[Series]:
        return [one.series[name] for name in _numerators(recipe) if name in one.series]

    def _used(self, series: Series, as_of: dt.date, model: str | None = None) -> list[Judged]:
        """Yearly forecasts of a driver by a model (None = the chosen one) as far ahead as its last year is."""
        model = model or self.choice(series, as_of).model
        longest = years_ahead(as_of, series.last_year)
        rows = self.judged.get((as_of, _main_of(series)), [])
        return [row for row in rows if row.model == model and row.judged_on <= as_of and row.horizon <= longest]

    def target_row(self, prepared: Prepared, one: Forecast) -> tuple | None:
        """Row of `forecast_evidence` for a target; None where no probability is simulated.

        Args:
            prepared: The plan at a date.
            one: The target's forecast.
        """
        if one.probability is None or one.recipe is None or one.found is None:
            return None
        drivers = self._drivers(prepared, one.recipe)
        if not drivers:
            return None
        used = [row for series in drivers for row in self._used(series, prepared.as_of)]
        baseline, beside = self._best_baseline(drivers, prepared.as_of, len(used))
        disasters = any(series.model in DISASTER_MODELS for series in drivers)
        return (
            prepared.plan.id,
            one.target.target.id,
            prepared.as_of,
            "disasters" if disasters else "levels",
            min(years_ahead(prepared.as_of, one.recipe.due), LONGEST_LEAD),
            int(said_class(one.probability)),
            json.dumps([_main_of(series) for series in drivers]),
            json.dumps([self.choice(series, prepared.as_of).model for series in drivers]),
            _share_inside(used),
            len(used),
            baseline,
            _share_inside(beside),
            _ratio(used, beside),
        )

    def _best_baseline(self, drivers: list[Series], as_of: dt.date, n: int) -> tuple[str | None, list[Judged]]:
        """Of the baselines that foretold the same `n` years the one with the smallest CRPS, and its forecasts."""
        found = {model: [row for series in drivers for row in self._used(series, as_of, model)] for model in BASELINES}
        alike = {model: rows for model, rows in found.items() if rows and len(rows) == n}
        best = min(alike, key=lambda model: sum(row.crps for row in alike[model]), default=None)
        return best, alike.get(best, [])

    def backtest_rows(self) -> Iterable[tuple]:
        """Rows of `forecast_backtests`; `is_chosen` as at the newest date at which the driver is forecast."""
        for (day, name), rows in self.judged.items():
            as_of, series = self.newest[name.rpartition("/")[0]]
            if day != as_of:
                continue
            chosen = self.choice(series, as_of).model
            for row in itertools.chain(rows, judged_rows(*self.looked[day, name], MONTH)):
                yield (
                    _region_of(series),
                    *(row.series, row.kind, row.span, row.cutoff, row.horizon, row.judged_on, row.model, row.actual),
                    *(row.mean, row.lo80, row.hi80, row.crps, row.pit, row.model == chosen),
                )

    def choice_rows(self) -> Iterable[tuple]:
        """Rows of `forecast_choices`: one per driver, at the newest date at which it is forecast."""
        for driver, (as_of, series) in sorted(self.newest.items()):
            found = self.choice(series, as_of)
            yield (
                *(_region_of(series), driver, _main_of(series), as_of, found.model, found.reason, found.years, found.n),
                json.dumps(found.scores, sort_keys=True),
            )


def write_proof(con: duckdb.DuckDBPyConnection, proof: Proof, evidence: list[tuple]) -> None:
    """Write `forecast_backtests`, `forecast_choices`, `forecast_evidence`, `forecast_reliability`, `forecast_skill`.

    Args:
        con: Connection to the open build.
        proof: The backtests.
        evidence: What `Proof.target_row` gave.
    """
    create_table(con, "forecast_backtests", BACKTESTS, list(proof.backtest_rows()))
    create_table(con, "forecast_choices", CHOICES, list(proof.choice_rows()))
    create_table(con, "forecast_evidence", EVIDENCE, evidence)
    create_table(con, "forecast_reliability", RELIABILITY, reliability_rows())
    create_table(con, "forecast_skill", SKILL, skill_rows())


def _main_of(series: Series) -> str:
    return series_name(series.name, MAIN_PART[series.model])


def _region_of(series: Series) -> str:
    return series.name.partition("@")[2]


def _numerators(recipe: Recipe) -> list[str]:
    own = [term.driver for term in recipe.numerator]
    return list(dict.fromkeys([*own, *(name for one in recipe.regions for name in _numerators(one))]))


def _share_inside(rows: list[Judged]) -> float | None:
    return sum(row.inside for row in rows) / len(rows) if rows else None


def _ratio(used: list[Judged], beside: list[Judged]) -> float | None:
    """Mean CRPS beside the baseline's; below 1 is better. None where the baseline never missed."""
    below = sum(row.crps for row in beside)
    return sum(row.crps for row in used) / below if below else None
