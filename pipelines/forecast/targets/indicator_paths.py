"""The indicator's own arithmetic on paths: numerator over denominator, times scale, year by year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipelines.assessment.assessor import Archive
from pipelines.assessment.values import Reader
from pipelines.catalogue.model import Denominator
from pipelines.forecast.targets.gather import OF_ACCIDENTS, OF_DISASTERS, STRATA, driver
from pipelines.forecast.targets.series import Paths
from pipelines.plans import Plan


@dataclass(frozen=True)
class ValuePaths:
    """Yearly paths of an indicator in its own unit.

    Attributes:
        years: Years of the rows.
        value: Shape (years, n_paths); NaN where a year can have no value.
        numerator, denominator: What the value is made of; None for a share that is simulated as one.
        drivers: Names of the series behind it.
    """

    years: range
    value: np.ndarray
    numerator: np.ndarray | None
    denominator: np.ndarray | None
    drivers: tuple[str, ...]

    def of(self, year: int) -> np.ndarray:
        """Paths of one year, (n_paths,)."""
        return self.value[year - self.years.start]


@dataclass(frozen=True)
class Arithmetic:
    """Turns driver paths into values of indicators.

    Attributes:
        archive: Yearly values as known; a final year is that value and nothing else.
        plan: The plan.
        as_of: The date.
        years: Years of the paths.
        paths: Paths by driver.
    """

    archive: Archive
    plan: Plan
    as_of: dt.date
    years: range
    paths: Mapping[str, Paths]

    def values(self, reader: Reader, *, kept: bool = False, calm: bool = False, rate: bool = False) -> ValuePaths:
        """Value paths of an indicator in a region.

        Args:
            reader: Indicator, region, basis of prices.
            kept: Leave out later strike-offs.
            calm: Losses as if the worst month on record had never been.
            rate: The deaths to be expected instead of those drawn; past years as a posterior, not as counted.
        """
        indicator, below = reader.indicator, reader.indicator.denominator
        source, name = indicator.numerator.source(self.plan.figures)
        if source == "statistic" and (below is None or indicator.kind == "share"):
            own = driver(reader.region, indicator.id)
            return ValuePaths(self.years, self._final(reader, self._of(own, "value")), None, None, (own,))
        above, drivers = self.numerator(reader.region, source, name, kept=kept, calm=calm, rate=rate)
        if below is None:
            value = above if rate else self._final(reader, above)
            return ValuePaths(self.years, value, above, None, drivers)
        divisor, more = self.denominator(reader, below)
        empty = 1.0 if indicator.better == "higher" else 0.0
        with np.errstate(invalid="ignore", divide="ignore"):
            value = np.where(divisor > 0, above / divisor * indicator.scale, np.where(divisor == 0, empty, np.nan))
        value = value if rate else self._final(reader, value)
        return ValuePaths(self.years, value, above, divisor, (*drivers, *more))

    def numerator(
        self, region: str, source: str, name: str, *, kept: bool = False, calm: bool = False, rate: bool = False
    ) -> tuple[np.ndarray, tuple[str, ...]]:
        """Paths of what is counted, and the drivers behind it."""
        if source == "statistic":
            return self._of(driver(region, name), "value"), (driver(region, name),)
        if name in OF_ACCIDENTS:
            strata = ("industrial",) if name == "industrial_deaths" else tuple(STRATA)
            drivers = tuple(driver(region, f"{stratum}_deaths") for stratum in strata)
            part = "accidents" if name == "accidents" else "rate" if rate else "kept" if kept else "deaths"
            return sum(self._of(one, part) for one in drivers), drivers
        if name in OF_DISASTERS:
            part = "without_largest" if calm and name == "disaster_loss_fen" else OF_DISASTERS[name]
            return self._of(driver(region, "disasters"), part), (driver(region, "disasters"),)
        part = "kept" if kept else "count"
        if name == "new_employees_trained":
            due, short = driver(region, "new_employees_due"), driver(region, "new_employees_untrained")
            return np.maximum(self._of(due, part) - self._of(short, part), 0), (short,)
        return self._of(driver(region, name), part), (driver(region, name),)

    def denominator(self, reader: Reader, below: Denominator) -> tuple[np.ndarray, tuple[str, ...]]:
        """Paths of what it is divided by, and the drivers behind it."""
        source, name = below.source(self.plan.figures)
        own = driver(reader.region, name)
        if source == "measure":
            return self._of(own, "count"), (own,)
        basis = "constant" if reader.constant_prices and below.constant_prices else "level"
        level = self._of(own, basis)
        if below.at == "mean_of_year_ends":
            level = np.vstack([np.full(level.shape[1], np.nan), (level[1:] + level[:-1]) / 2])
        return level, (own,)

    def _of(self, name: str, part: str) -> np.ndarray:
        return self.paths[name][part].astype(float)

    def _final(self, reader: Reader, value: np.ndarray) -> np.ndarray:
        known = self.archive.years(reader, self.as_of)
        for at, year in enumerate(self.years):
            fixed = known.get(year)
            if fixed and fixed.is_final and fixed.value is not None:
                value[at] = float(fixed.value)
        return value
