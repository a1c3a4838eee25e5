"""From the marts to series: everything that the open targets of a plan need, as known at one date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from pipelines.assessment import Assessment
from pipelines.assessment.assessor import Archive
from pipelines.assessment.prints import pick_vintage
from pipelines.assessment.values import Reader, YearValue, is_over
from pipelines.catalogue.model import Denominator
from pipelines.forecast.completeness import LagCounts, count_lags, pooled
from pipelines.forecast.targets.counts import SEVERITY_MEMORY
from pipelines.forecast.targets.disaster_months import by_month, growth_ratios
from pipelines.forecast.targets.records import Changes, Records, month_number
from pipelines.forecast.targets.series import Series
from pipelines.plans import Plan

STRATA = {"industrial": True, "other": False}
OF_ACCIDENTS = ("accidents", "work_deaths", "industrial_deaths")
RARE = ("larger_accidents", "major_accidents")
OF_DISASTERS = {
    "disaster_loss_fen": "loss",
    "flood_loss_fen": "flood_loss",
    "affected_person_times": "affected",
    "disaster_deaths": "dead",
}
LATE_MONTHS = 3  # up to this age a month without returns is late, not missing
SECTOR_MONTHS = 36
NATURES = {"gdp": "gdp", "population": "people", "industrial_employed": "people"}


@dataclass(frozen=True)
class Gatherer:
    """Makes the series of a plan at a date.

    Attributes:
        archive: Facts and yearly values.
        records: Changes and single records.
        sectors: Whether each sector is industrial, by code.
        measures: Measures of records that the plans read.
    """

    archive: Archive
    records: Records
    sectors: Mapping[str, bool]
    measures: frozenset[str] = frozenset()

    def of_targets(self, plan: Plan, as_of: dt.date, targets: Iterable[Assessment]) -> dict[str, Series]:
        """Series by driver for the given targets; a driver that two targets share is one series."""
        found: dict[str, Series] = {}
        for one in targets:
            for series in self._of_target(plan, as_of, one):
                found[series.name] = series
        return found

    def measures_of(self, plan: Plan, one: Assessment) -> list[str]:
        """Measures of records that a target reads."""
        operands = (one.indicator.numerator, one.indicator.denominator)
        sources = [operand.source(plan.figures) for operand in operands if operand]
        return [name for source, name in sources if source == "measure"]

    def monthly(self, plan: Plan, region: str, measure: str, as_of: dt.date) -> Series | None:
        """The series of a measure counted from records; None for accidents and disasters, which have their own."""
        changes = self.records.changes(region, measure).known_by(as_of)
        kind = self.archive.office.kinds[measure]
        if measure in RARE:
            return self._rare(plan, region, measure, as_of)
        # What is picked from the accidents is reported as they are; a few fires tell nothing of their delay.
        counted_from = "accidents" if kind == "accidents" else measure
        around = self.records.changes(self.records.pool_of(region), counted_from).known_by(as_of)
        if counted_from == measure and self.records.pool_of(region) == region:
            around = None
        numbers = self._months(changes, region, kind, as_of, around, (measure,))
        numbers |= self.records.struck_off(region, measure, as_of, numbers)
        return Series("count", driver(region, measure), *span(plan), numbers)

    def months_known(self, region: str, measure: str, as_of: dt.date) -> int:
        """Months from the January in which records of a measure begin to the month of the date; 0 = none at all."""
        if not self.records.changes(region, measure).known_by(as_of).month.size:
            return 0
        return month_number(as_of) - self._first_month(region, measure, as_of) + 1

    def _of_target(self, plan: Plan, as_of: dt.date, one: Assessment) -> Iterable[Series]:
        if one.indicator.form == "worst_event":
            yield self._hours(plan, as_of, one)
            return
        for region in [result.region_code for result in one.regions] or [plan.region_code]:
            reader = self.archive.reader(plan, one.target, region)
            source, name = one.indicator.numerator.source(plan.figures)
            below = one.indicator.denominator
            if source == "statistic" and (below is None or one.indicator.kind == "share"):
                yield self._annual_value(plan, as_of, one, reader)
                continue
            yield from self._numerator(plan, as_of, reader, source, name)
            if below is not None:
                yield from self._denominator(plan, as_of, reader, below)

    def _numerator(self, plan: Plan, as_of: dt.date, reader: Reader, source: str, name: str) -> Iterable[Series]:
        region = reader.region
        if source == "statistic":
            years = self.archive.years(reader, as_of)
            values = {year: float(known.numerator) for year, known in years.items() if _is_full(known, as_of)}
            kind = "amount" if name.endswith("_fen") or "affected" in name or reader.figures == "records" else "count"
            yield _annual(driver(region, name), plan, values, kind)
        elif name in OF_ACCIDENTS:
            strata = ("industrial",) if name == "industrial_deaths" else tuple(STRATA)
            for stratum in strata:
                yield self.deaths(plan, region, stratum, as_of)
        elif name in OF_DISASTERS:
            yield self._disasters(plan, region, as_of)
        elif name == "new_employees_trained":
            yield from self._trained(plan, region, as_of)
        else:
            yield self.monthly(plan, region, name, as_of)

    def _denominator(self, plan: Plan, as_of: dt.date, reader: Reader, below: Denominator) -> Iterable[Series]:
        source, name = below.source(plan.figures)
        if source == "measure":
            if name != "new_employees_due":
                yield self.monthly(plan, reader.region, name, as_of)
            return
        facts = self.archive.facts
        years = self.archive.years(reader, as_of)
        judged = max(
            (year for year, known in years.items() if is_over(year, as_of) and known.numerator is not None),
            default=None,
        )
        rows = facts.returns(reader.region, name, as_of)
        # Every print that is known, as where the target is assessed: baseline and judged year use one revision.
        values = _one_revision(facts.prints(reader.region, name, as_of), judged)
        if not values:
            return
        last = max(values)
        ratio, quarters = _quarter_growth(rows, last + 1)
        numbers: dict[str, object] = {
            "year": np.array(sorted(values)),
            "value": np.array([values[year] for year in sorted(values)]),
            "nature": NATURES.get(name, "stock"),
            "quarter_ratio": ratio,
            "quarters": quarters,
        }
        constant_prices = self._constant_prices(plan, name)
        if constant_prices:
            constant = _one_revision(facts.prints(reader.region, constant_prices, as_of), judged)
            numbers["constant_year"] = np.array(sorted(constant), int)
            numbers["constant_value"] = np.array([constant[year] for year in sorted(constant)])
        yield Series("denominator", driver(reader.region, name), *span(plan), numbers)

    def _constant_prices(self, plan: Plan, statistic: str) -> str | None:
        """The statistic at constant prices, where any target of the plan may mean it: one series serves them all."""
        for target in plan.targets:
            below = self.archive.office.indicator(plan, target).denominator
            if below and below.constant_prices and below.source(plan.figures)[1] == statistic:
                return below.constant_prices
        return None

    def _annual_value(self, plan: Plan, as_of: dt.date, one: Assessment, reader: Reader) -> Series:
        years = self.archive.years(reader, as_of)
        values = {year: float(known.value) for year, known in years.items() if known.value is not None}
        series = _annual(driver(reader.region, one.indicator.id), plan, values, one.indicator.kind or "amount")
        everybody = one.indicator.kind == "share" and one.bound is not None and one.bound.value >= 1
        newest = years.get(max(values, default=0))
        if everybody and newest and newest.denominator:
            return Series(
                series.model,
                series.name,
                series.first_year,
                series.last_year,
                {**series.numbers, "units": float(newest.denominator)},
            )
        return series

    def deaths(self, plan: Plan, region: str, stratum: str, as_of: dt.date) -> Series:
        """Accidents and deaths of one stratum (`STRATA`) of a region."""
        wanted = STRATA[stratum]
        accidents = self.records.changes(region, "accidents").known_by(as_of).only_industrial(wanted)
        dead = self.records.changes(region, "work_deaths").known_by(as_of).only_industrial(wanted)
        around = [self._around(region, name, as_of, wanted) for name in ("accidents", "work_deaths")]
        numbers = self._months(accidents, region, "accidents", as_of, around[0])
        first, n = int(numbers["first_month"]), len(numbers["observed"])
        numbers |= {f"dead_{name}": value for name, value in _lags(dead, first, n, as_of, around[1]).items()}
        numbers |= self.records.struck_off(region, "accidents", as_of, numbers, wanted)
        struck = self.records.struck_off(region, "work_deaths", as_of, numbers, wanted)
        numbers |= {f"dead_{name}": value for name, value in struck.items()}
        own = self.records.accidents(region, as_of)
        city = self.records.accidents(self.records.pool_of(region), as_of)
        now = month_number(as_of)
        weights = [_severity_weights(rows, wanted, now) for rows in (own, city)]
        classes = sorted(set(weights[0]) | set(weights[1]) | {0.0, 1.0})
        numbers["severity"] = np.array(classes)
        numbers["severity_weight"] = np.array([weights[0].get(one, 0.0) for one in classes])
        numbers["pool_weight"] = np.array([weights[1].get(one, 0.0) for one in classes])
        return Series("deaths", driver(region, f"{stratum}_deaths"), *span(plan), numbers)

    def sector_shares(self, region: str, stratum: str, as_of: dt.date) -> dict[str, float]:
        """Share of each sector in the deaths of the last three years; empty where nobody died."""
        dead = self.records.changes(region, "work_deaths").known_by(as_of).only_industrial(STRATA[stratum])
        recent = dead.month > month_number(as_of) - SECTOR_MONTHS
        of = {sector: float(dead.delta[recent & (dead.sector == sector)].sum()) for sector in sorted(set(dead.sector))}
        total = sum(of.values())
        return {str(sector): amount / total for sector, amount in of.items() if amount > 0} if total > 0 else {}

    def _rare(self, plan: Plan, region: str, measure: str, as_of: dt.date) -> Series:
        changes = self.records.changes(region, measure).known_by(as_of)
        pool = self.records.pool_of(region)
        # Few events tell nothing of their delay: they are reported like the accidents that they are counted from.
        accidents = self.records.changes(pool, "accidents").known_by(as_of)
        numbers = self._months(changes, region, "accidents", as_of, accidents)
        first, last = int(numbers["first_month"]), month_number(as_of)
        inside = self.records.changes(pool, measure).known_by(as_of).monthly(first, last).sum()
        mine, all_of = (
            self.records.changes(code, "accidents").known_by(as_of).monthly(first, last).sum()
            for code in (region, pool)
        )
        numbers |= {
            "pool_events": float(max(inside, 0)),
            "pool_years": (last - first + 1) / 12,
            "share": float((mine + 0.5) / (all_of + 0.5)),
            **self.records.struck_off(region, measure, as_of, numbers),
        }
        return Series("rare", driver(region, measure), *span(plan), numbers)

    def _trained(self, plan: Plan, region: str, as_of: dt.date) -> Iterable[Series]:
        due = self.records.changes(region, "new_employees_due").known_by(as_of)
        trained = self.records.changes(region, "new_employees_trained").known_by(as_of)
        kind = self.archive.office.kinds["new_employees_due"]
        around = self._around(region, "new_employees_due", as_of)
        read = ("new_employees_due", "new_employees_trained")
        numbers = self._months(due, region, kind, as_of, around, read)
        first, n = int(numbers["first_month"]), len(numbers["observed"])
        yield Series("count", driver(region, "new_employees_due"), *span(plan), numbers)
        short = np.maximum(due.monthly(first, first + n - 1) - trained.monthly(first, first + n - 1), 0)
        yield Series("count", driver(region, "new_employees_untrained"), *span(plan), {**numbers, "observed": short})

    def _disasters(self, plan: Plan, region: str, as_of: dt.date) -> Series:
        own = self.records.disasters(region, as_of)
        pool = self.records.disasters(self.records.pool_of(region), as_of)
        first = self._first_month(region, "disaster_events", as_of)
        now = month_number(as_of)
        mine = by_month(own, np.full(own["month"].size, region))
        others = pool["district"] != region[:6]
        is_district = self.records.pool_of(region) != region
        far = {name: column[others & is_district] for name, column in pool.items()}
        far = by_month(far, far["district"])
        growth = growth_ratios(self.records.changes(region, "disaster_loss_fen").known_by(as_of), first, now)
        numbers: dict[str, object] = {"first_month": first, "n_months": now - first + 1, "growth": growth}
        read = ("disaster_loss_fen", "flood_loss_fen", "affected_person_times")
        numbers["is_in"] = self._is_in(region, "disasters", first, now - first + 1, as_of, read)
        numbers |= {name: column for name, column in mine.items()}
        numbers |= {f"pool_{name}": column for name, column in far.items() if name != "month"}
        return Series("disasters", driver(region, "disasters"), *span(plan), numbers)

    def _hours(self, plan: Plan, as_of: dt.date, one: Assessment) -> Series:
        due = one.rule.due_year
        met = [
            (year, float(one.bound.meets(value)))
            for year, known in one.years.items()
            for value, _ in known.events
            if value is not None
        ]
        before = [year for year in one.years if year < min(due, as_of.year)]
        now = one.years.get(due)
        so_far = now.events if now else ()
        numbers = {
            "year": np.array([year for year, _ in met], float),
            "in_time": np.array([good for _, good in met]),
            "events": np.array([len(one.years[year].events) for year in before], float),
            "so_far": float(len(so_far)),
            "so_far_in_time": float(sum(value is not None and one.bound.meets(value) for value, _ in so_far)),
            "share_left": self._season_left(plan.region_code, due, as_of),
        }
        return Series("hours", driver(plan.region_code, f"{one.indicator.id}:{one.bound.value}"), due, due, numbers)

    def _season_left(self, region: str, due: int, as_of: dt.date) -> float:
        """Share of a year's disasters that usually fall after the as-of date's month."""
        if as_of.year != due:
            return 1.0 if as_of.year < due else 0.0
        months = self.records.disasters(region, as_of)["month"]
        past = months[months // 12 < due] % 12
        return float(((past > as_of.month - 1).sum() + 0.5) / (past.size + 1)) if as_of.month < 12 else 0.0

    def _around(self, region: str, measure: str, as_of: dt.date, industrial: bool | None = None) -> Changes | None:
        """Changes of a measure in the city of a region; None for what is a city itself."""
        pool = self.records.pool_of(region)
        if pool == region:
            return None
        changes = self.records.changes(pool, measure).known_by(as_of)
        return changes if industrial is None else changes.only_industrial(industrial)

    def _months(
        self,
        changes: Changes,
        region: str,
        kind: str,
        as_of: dt.date,
        around: Changes | None = None,
        measures: Iterable[str] = (),
    ) -> dict[str, object]:
        first = self._first_month(region, {"disasters": "disaster_events"}.get(kind, "accidents"), as_of)
        if changes.month.size:
            first = min(first, int(changes.month.min()) // 12 * 12)
        n = max(month_number(as_of) - first + 1, 0)
        numbers: dict[str, object] = {"first_month": first, **_lags(changes, first, n, as_of, around)}
        numbers["is_in"] = self._is_in(region, kind, first, len(numbers["observed"]), as_of, measures)
        return numbers

    def _first_month(self, region: str, measure: str, as_of: dt.date) -> int:
        months = self.records.changes(region, measure).known_by(as_of).month
        return int(months.min()) // 12 * 12 if months.size else as_of.year * 12

    def _is_in(
        self, region: str, kind: str, first: int, n_months: int, as_of: dt.date, measures: Iterable[str] = ()
    ) -> np.ndarray:
        """False for old months whose returns are owed and have not all come: neither a zero nor a part is a count.

        So are months with records in files that lack the column of one of `measures`, however new they are.
        """
        facts = self.archive.facts
        reported = facts.reported_months(region, kind, as_of)
        owing = facts.owing_years(region, kind)
        here = np.ones(n_months, bool)
        for at in range(max(n_months - LATE_MONTHS, 0)):
            year, month = divmod(first + at, 12)
            here[at] = year not in owing or (year, month + 1) in reported
        for measure in measures:
            unknown = (12 * year + month - 1 - first for year, month in facts.unknown_months(region, measure, as_of))
            here[[at for at in unknown if 0 <= at < n_months]] = False
        return here


def driver(region: str, what: str) -> str:
    """Name of a driver: what it is, in which region."""
    return f"{what}@{region}"


def span(plan: Plan) -> tuple[int, int]:
    """Years of the paths: from the year before the earliest baseline to the end of the plan."""
    starts = [target.baseline.first_year or target.baseline.year for target in plan.targets if target.baseline]
    first = min([plan.baseline_year, plan.period.start, *starts])
    last = max(plan.period.end, *(target.due_year for target in plan.targets))
    return first - 1, last


def _lags(changes: Changes, first: int, n: int, as_of: dt.date, around: Changes | None = None) -> dict[str, object]:
    """Months, and the lags of their reports; `around` is what the delays of few records are learned from as well."""
    counted = _counted(changes, as_of)
    if around is not None:
        counted = pooled(counted, _counted(around, as_of))
    return {
        "observed": changes.monthly(first, first + n - 1),
        "at_lag": counted.at_lag,
        "up_to_lag": counted.up_to_lag,
        "removed_after": counted.removed_after,
        "standing_at": counted.standing_at,
    }


def _counted(changes: Changes, as_of: dt.date) -> LagCounts:
    return count_lags(changes.month, changes.known_month - changes.month, changes.delta, month_number(as_of))


def _severity_weights(rows: dict[str, np.ndarray], industrial: bool, now: int) -> dict[float, float]:
    """Weight of each number of deaths per accident, the recent accidents counting more."""
    if not rows["month"].size:
        return {}
    mine = rows["is_industrial"].astype(bool) == industrial
    dead, month = rows["dead"][mine].astype(float), rows["month"][mine].astype(int)
    weight = SEVERITY_MEMORY ** ((now - month) / 12)
    return {float(one): float(weight[dead == one].sum()) for one in np.unique(dead)}


def _one_revision(rows, judged: int | None) -> dict[int, float]:
    """Positive figures by year, of the revision of the judged year where a year has it."""
    return {year: float(one.value) for year, one in pick_vintage(rows, judged).items() if one.value > 0}


def _quarter_growth(rows, year: int) -> tuple[float, int]:
    """Growth of the newest cumulative quarters of a year against the same quarters a year before; 0 = not known."""
    cumulative = {row.period_end: float(row.value) for row in rows if row.frequency == "quarter_ytd"}
    for month, day, quarters in ((9, 30, 3), (6, 30, 2), (3, 31, 1)):
        now, before = (cumulative.get(dt.date(one, month, day)) for one in (year, year - 1))
        if now and before:
            return now / before, quarters
    return 0.0, 0


def _annual(name: str, plan: Plan, values: dict[int, float], kind: str) -> Series:
    years = range(min(values), max(values) + 1)
    known = np.array([values.get(year, np.nan) for year in years])
    return Series("annual", name, *span(plan), {"value": known, "from_year": years.start, "kind": kind})


def _is_full(known: YearValue, as_of: dt.date) -> bool:
    return known.numerator is not None and is_over(known.year, as_of)
