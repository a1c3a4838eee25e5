"""What stands beside every probability: the driver's own backtest, the choice it led to, and where the evidence is.

How the forecasts of targets use it:

    proof = Proof.of(gatherer, prepared, cache, processes=…, progress=…)     once, after every plan is prepared
    proof.applied(one)                                                       the same plan, drivers with their choice
    proof.target_row(one, forecast)                                          a row of `forecast_evidence`
    write_proof(con, proof)                                                  the other tables
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

import duckdb

from pipelines.assessment.tables import create_table
from pipelines.forecast.chosen import OURS
from pipelines.forecast.proof.backtests import YEAR, Judged, backtest_by_key, series_name
from pipelines.forecast.proof.choice import RARE_MODELS, Choice, choose, years_ahead
from pipelines.forecast.proof.evidence import RELIABILITY, SKILL, reliability_rows, skill_rows
from pipelines.forecast.proof.subjects import MAIN_PART, subjects_of
from pipelines.forecast.said import said_class
from pipelines.forecast.targets.cache import Cache
from pipelines.forecast.targets.gather import Gatherer
from pipelines.forecast.targets.probability import Forecast, Prepared
from pipelines.forecast.targets.recipe import Recipe
from pipelines.forecast.targets.series import Series
from pipelines.progress import Progress

CACHE_FOLDER = "backtest-cache"
BASELINE = "naive"
LONGEST_LEAD = 5
KEPT_MODELS = ("disasters", "hours", "rare", "denominator")
"""Models that no baseline can stand in for: their parts are drawn together, or they read the quarters of the running
year, which a yearly backtest does not know."""
DISASTER_MODELS = ("disasters", "hours")
BACKTESTS = {
    "region_code": "VARCHAR",
    "series": "VARCHAR",
    "kind": "VARCHAR",
    "span": "VARCHAR",
    "cutoff": "DATE",
    "horizon": "INTEGER",
    "judged_on": "DATE",
    "model": "VARCHAR",
    "actual": "DOUBLE",
    "mean": "DOUBLE",
    "lo80": "DOUBLE",
    "hi80": "DOUBLE",
    "crps": "DOUBLE",
    "pit": "DOUBLE",
    "is_chosen": "BOOLEAN",
}
CHOICES = {
    "region_code": "VARCHAR",
    "driver": "VARCHAR",
    "series": "VARCHAR",
    "as_of_on": "DATE",
    "model": "VARCHAR",
    "reason": "VARCHAR",
    "years": "INTEGER",
    "n": "INTEGER",
    "scores": "VARCHAR",
}
EVIDENCE = {
    "plan_id": "VARCHAR",
    "target_id": "VARCHAR",
    "as_of_on": "DATE",
    "kind": "VARCHAR",
    "lead": "INTEGER",
    "bin": "INTEGER",
    "series": "VARCHAR",
    "models": "VARCHAR",
    "coverage80": "DOUBLE",
    "coverage_n": "INTEGER",
    "baseline": "VARCHAR",
    "baseline_coverage80": "DOUBLE",
    "crps_ratio": "DOUBLE",
}


@dataclass(frozen=True)
class Proof:
    """Backtests of every driver, by date and series.

    Attributes:
        judged: Rows by date and name of the series: one backtest per date, on the history as it was known then.
        newest: The driver's series at the newest date at which it is forecast, with that date, by driver.
    """

    judged: dict[tuple[dt.date, str], list[Judged]]
    newest: dict[str, tuple[dt.date, Series]]

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
        rows = backtest_by_key(subjects.values(), cache, processes=processes, progress=progress, tidy=tidy)
        judged = {(day, series_name(name, part)): rows[one.key] for (day, name, part), one in subjects.items()}
        newest: dict[str, tuple[dt.date, Series]] = {}
        for one in prepared:
            for name, series in one.series.items():
                if name not in newest or newest[name][0] < one.as_of:
                    newest[name] = one.as_of, series
        return cls(judged, newest)

    def choice(self, series: Series, as_of: dt.date) -> Choice:
        """Which model a driver is forecast with at a date, from what was known then.

        Args:
            series: The driver.
            as_of: The date.
        """
        rows = self.judged.get((as_of, _main_of(series)), [])
        years = years_ahead(as_of, series.last_year)
        found = choose(rows, years=years, known_by=as_of, is_rare=series.model in RARE_MODELS)
        if found.model != OURS and series.model in KEPT_MODELS:
            return replace(found, model=OURS, reason="kept")
        return found

    def applied(self, one: Prepared) -> Prepared:
        """A prepared plan whose drivers carry the model that was chosen for them, as `method` among their numbers.

        The models `count`, `deaths` and `annual` obey it; without it a driver's own model runs.

        Args:
            one: The plan at a date.
        """
        series = {}
        for name, own in one.series.items():
            model = self.choice(own, one.as_of).model
            series[name] = own if model == OURS else replace(own, numbers={**own.numbers, "method": model})
        return replace(one, series=series)

    def target_row(self, prepared: Prepared, one: Forecast) -> tuple | None:
        """Row of `forecast_evidence` for a target; None where no probability is simulated.

        Args:
            prepared: The plan at a date.
            one: The target's forecast.
        """
        if one.probability is None or one.recipe is None or one.found is None:
            return None
        drivers = [prepared.series[name] for name in _numerators(one.recipe) if name in prepared.series]
        if not drivers:
            return None
        used, naive = [], []
        for series in drivers:
            chosen = self.choice(series, prepared.as_of)
            longest = years_ahead(prepared.as_of, series.last_year)
            for row in self.judged.get((prepared.as_of, _main_of(series)), []):
                if row.span == YEAR and row.judged_on <= prepared.as_of and row.horizon <= longest:
                    used += [row] if row.model == chosen.model else []
                    naive += [row] if row.model == BASELINE else []
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
            BASELINE if naive else None,
            _share_inside(naive),
            _ratio(used, naive),
        )

    def backtest_rows(self) -> Iterable[tuple]:
        """Rows of `forecast_backtests`; `is_chosen` as at the newest date at which the driver is forecast."""
        for (day, name), rows in self.judged.items():
            as_of, series = self.newest[name.rpartition("/")[0]]
            if day != as_of:
                continue
            chosen = self.choice(series, as_of).model
            for row in rows:
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


def _ratio(used: list[Judged], naive: list[Judged]) -> float | None:
    """Mean CRPS beside the baseline's; below 1 is better. None where the baseline never missed."""
    below = sum(row.crps for row in naive)
    return sum(row.crps for row in used) / below if below else None
