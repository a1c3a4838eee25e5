"""What a backtest looks back on: one series of one driver, as plain data, and the numbers that its own model reads."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from pipelines.forecast.completeness import LagCounts, net_share
from pipelines.forecast.targets.disaster_months import by_month
from pipelines.forecast.targets.gather import OF_DISASTERS, RARE, STRATA, Gatherer
from pipelines.forecast.targets.probability import Prepared
from pipelines.forecast.targets.records import month_number
from pipelines.forecast.targets.seeds import content_key, generator
from pipelines.forecast.targets.series import Series

SETTLED_SHARE = 0.95  # a month of which less has been reported is no truth to be judged by
DISASTER_MONTHS_UNSETTLED = 6
LAGS = ("at_lag", "up_to_lag", "removed_after", "standing_at")
MAIN_PART = {
    "count": "count",
    "rare": "count",
    "deaths": "deaths",
    "disasters": "loss",
    "annual": "value",
    "denominator": "level",
    "hours": "in_time",
}
"""The series of a driver by which its model is chosen, by model."""
PARTS = {model: (part,) for model, part in MAIN_PART.items()} | {
    "deaths": ("accidents", "deaths"),
    "disasters": ("loss", "affected"),
}
"""The series of a driver that are backtested, by model."""


@dataclass(frozen=True, eq=False)
class Subject:
    """One series to be backtested.

    Attributes:
        driver: Name of the driver, such as `other_deaths@120113`.
        part: Which of its paths (`deaths`, `loss`, `count`, `value`, `level`, `in_time`).
        model: The driver's model, key of `models.MODELS`.
        kind: Kind of the series, as for `simulate_annual`.
        is_monthly: Whether `values` are months; years otherwise.
        first: Number of the first month (year * 12 + month - 1), or the first year.
        values: The series, NaN where a period is missing; nothing in it is provisional.
        numbers: What the model reads beside it, all of it dated, so that it can be cut at a cutoff.
        by_month: Whether single months are judged too, not only totals of years.
    """

    driver: str
    part: str
    model: str
    kind: str
    is_monthly: bool
    first: int
    values: np.ndarray
    numbers: Mapping[str, object] = field(default_factory=dict)
    by_month: bool = True

    @functools.cached_property
    def key(self) -> str:
        """Name of the content; the seed of the draws, and of the rows in the cache."""
        named = (self.driver, self.part, self.model, self.kind, self.is_monthly, self.first, self.by_month)
        return content_key("backtest", *named, self.values, dict(self.numbers))

    def cut(self, n: int) -> Subject:
        """The subject as it would be if the world had ended after `n` periods."""
        numbers = {}
        for name, value in self.numbers.items():
            prefix = "pool_" if name.startswith("pool_") else ""
            dated = self.numbers.get(f"{prefix}month", self.numbers.get(f"{prefix}year"))
            if dated is not None and np.shape(value) == np.shape(dated):
                numbers[name] = np.asarray(value)[np.asarray(dated) < self.first + n]
            else:
                numbers[name] = value[:n] if isinstance(value, np.ndarray) and value.ndim else value
        return replace(self, values=self.values[:n], numbers=numbers, by_month=True)

    def day_of(self, at: int) -> dt.date:
        """Last day of the period with an index."""
        if not self.is_monthly:
            return dt.date(self.first + at, 12, 31)
        year, month = divmod(self.first + at + 1, 12)
        return dt.date(year, month + 1, 1) - dt.timedelta(days=1)


def subjects_of(gatherer: Gatherer, prepared: Iterable[Prepared]) -> dict[tuple[dt.date, str, str], Subject]:
    """One subject per date, driver and part, with the whole history as it was known at that date.

    Single months are judged at the newest date at which a driver is forecast only.

    Args:
        gatherer: Where the records are.
        prepared: Plans at dates, in any order.
    """
    wanted: dict[tuple[dt.date, str], Series] = {}
    for one in prepared:
        for name, series in one.series.items():
            wanted.setdefault((one.as_of, name), series)
    newest = {name: as_of for as_of, name in sorted(wanted)}
    found = {}
    for (as_of, name), series in wanted.items():
        for subject in _of_series(gatherer, series, as_of):
            if not subject.is_monthly:  # a year that is running is known in part only
                over = as_of.year - subject.first + ((as_of.month, as_of.day) == (12, 31))
                subject = replace(subject, values=subject.values[: max(over, 0)])
            if np.isfinite(subject.values).any():
                found[as_of, name, subject.part] = replace(subject, by_month=newest[name] == as_of)
    return found


def _of_series(gatherer: Gatherer, series: Series, as_of: dt.date) -> Iterable[Subject]:
    numbers, name, model = series.numbers, series.name, series.model
    region = name.partition("@")[2]
    if model in ("count", "rare", "deaths"):
        yield from _of_counts(gatherer, series, region, as_of)
    elif model == "disasters":
        yield from _of_disasters(gatherer, series, region, as_of)
    elif model == "annual":
        used = {"units": numbers["units"]} if "units" in numbers else {}
        values = np.asarray(numbers["value"], float)
        yield Subject(name, "value", model, str(numbers["kind"]), False, int(numbers["from_year"]), values, used)
    elif model == "denominator":
        years = np.asarray(numbers["year"], int)
        values = np.full(years[-1] - years[0] + 1, np.nan)
        values[years - years[0]] = np.asarray(numbers["value"], float)
        yield Subject(name, "level", model, "amount", False, int(years[0]), values, {"nature": numbers["nature"]})
    elif model == "hours":
        yield from _of_hours(series)


def _of_counts(gatherer: Gatherer, series: Series, region: str, as_of: dt.date) -> Iterable[Subject]:
    numbers, first = series.numbers, int(series.numbers["first_month"])
    is_in = np.asarray(numbers["is_in"], bool)
    prefixes = {"accidents": "", "deaths": "dead_"} if series.model == "deaths" else {"count": ""}
    months = {}
    for part, prefix in prefixes.items():
        lags = LagCounts(*(np.asarray(numbers[prefix + name], float) for name in LAGS))
        observed = np.asarray(numbers[f"{prefix}observed"], float)
        late = net_share(lags, len(observed), generator(series.key)) < SETTLED_SHARE
        settled = int(np.flatnonzero(late)[0]) if late.any() else len(observed)
        months[part] = np.where(is_in, np.maximum(observed, 0), np.nan)[:settled]
    own = Subject(series.name, "count", series.model, "count", True, first, np.array([]))
    if series.model == "count":
        yield replace(own, values=months["count"])
    elif series.model == "rare":
        yield replace(own, values=months["count"], numbers=_pool_of(gatherer, series, region, as_of, first))
    else:
        stratum = series.name.partition("_deaths@")[0]
        accidents = months["accidents"]
        severity = _accidents_of(gatherer, region, stratum, as_of)
        yield replace(own, part="accidents", model="count", values=accidents)
        yield replace(own, part="deaths", values=months["deaths"], numbers={"accidents": accidents, **severity})


def _accidents_of(gatherer: Gatherer, region: str, stratum: str, as_of: dt.date) -> dict[str, np.ndarray]:
    """Month and deaths of every accident of a stratum in the region and in its city."""
    found = {}
    for prefix, code in (("", region), ("pool_", gatherer.records.pool_of(region))):
        rows = gatherer.records.accidents(code, as_of)
        mine = rows["is_industrial"].astype(bool) == STRATA[stratum]
        found[f"{prefix}month"] = rows["month"][mine].astype(int)
        found[f"{prefix}dead"] = rows["dead"][mine].astype(float)
    return found


def _pool_of(gatherer: Gatherer, series: Series, region: str, as_of: dt.date, first: int) -> dict[str, np.ndarray]:
    measure = next(one for one in RARE if series.name.startswith(f"{one}@"))
    pool, last = gatherer.records.pool_of(region), month_number(as_of)

    def monthly(code: str, name: str) -> np.ndarray:
        return gatherer.records.changes(code, name).known_by(as_of).monthly(first, last)

    return {
        "pool_events": monthly(pool, measure),
        "accidents": monthly(region, "accidents"),
        "pool_accidents": monthly(pool, "accidents"),
    }


def _of_disasters(gatherer: Gatherer, series: Series, region: str, as_of: dt.date) -> Iterable[Subject]:
    numbers, first = series.numbers, int(series.numbers["first_month"])
    n = max(int(numbers["n_months"]) - DISASTER_MONTHS_UNSETTLED, 0)
    pool = gatherer.records.pool_of(region)
    rows = gatherer.records.disasters(pool, as_of)
    others = (rows["district"] != region[:6]) & (pool != region)
    far = {name: column[others] for name, column in rows.items()}
    far = by_month(far, far["district"])
    month = np.asarray(numbers["month"], int)
    read = {"month": month, **{name: np.asarray(numbers[name], float) for name in OF_DISASTERS.values()}}
    read |= {f"pool_{name}": column for name, column in far.items()}
    for part in ("loss", "affected"):
        values = np.zeros(n)
        inside = month - first < n
        values[month[inside] - first] = read[part][inside]
        values[~np.asarray(numbers["is_in"], bool)[:n]] = np.nan
        yield Subject(series.name, part, "disasters", "amount", True, first, values, read)


def _of_hours(series: Series) -> Iterable[Subject]:
    years = np.asarray(series.numbers["year"], int)
    if not years.size:
        return
    in_time = np.asarray(series.numbers["in_time"], float)
    first = int(years.min())
    events = np.bincount(years - first).astype(float)
    good = np.bincount(years - first, weights=in_time)
    share = np.where(events > 0, good / np.where(events > 0, events, 1), np.nan)
    yield Subject(series.name, "in_time", "hours", "share", False, first, share, {"year": years, "in_time": in_time})
