"""The questions that app, brief, command line and notebooks ask of a build, as methods of the warehouse.

Every method answers with dicts whose keys are the columns that `docs/architecture.md` names, and reads relations by
their bare names only, so that it holds for whoever asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pipelines.assessment.control_figures import CONTROLLED
from pipelines.engine import Row
from pipelines.errors import PipelineError, no_plan
from pipelines.record_measures import COUNTED
from pipelines.record_readers import RecordReaders, inside
from pipelines.return_readers import ReturnReaders


class Readers(RecordReaders, ReturnReaders):
    """Questions about plans and targets; those about records and loads are inherited."""

    # Plans and their targets

    def plans(self) -> list[Row]:
        """The plans that were assessed, cities before districts."""
        return self._if_there("assess_plans", "SELECT * FROM assess_plans ORDER BY parent_plan_id NULLS FIRST, plan_id")

    def as_of_dates(self, plan: str) -> list[Row]:
        """Days at which a plan was assessed, the oldest first."""
        sql = "SELECT * FROM assess_as_of_dates WHERE plan_id = $plan ORDER BY as_of_on"
        return self._if_there("assess_as_of_dates", sql, {"plan": plan})

    def assessments(self, plan: str, as_of: date) -> list[Row]:
        """Every target of a plan at a day: the target, its indicator, its assessment, its forecast where there is one.

        Args:
            plan: Plan id.
            as_of: One of `as_of_dates`.
        """
        return self.assessments_at(plan, (as_of,))[as_of]

    def assessments_at(self, plan: str, days: Sequence[date]) -> dict[date, list[Row]]:
        """As `assessments`, of several days at once.

        Args:
            plan: Plan id.
            days: Some of `as_of_dates`.
        """
        key = {"plan": plan, "days": list(days)}
        at_days = "plan_id = $plan AND list_contains($days, as_of_on)"
        judged = self._if_there("assess_assessments", f"SELECT * FROM assess_assessments WHERE {at_days}", key)
        targets = self._by("target_id", "assess_targets", "plan_id = $plan", {"plan": plan})
        indicators = self._by("indicator_id", "assess_indicators", "TRUE", {})
        sql = f"SELECT * FROM forecast_probabilities WHERE {at_days}"
        forecasts = self._if_there("forecast_probabilities", sql, key)
        chances = {(row["as_of_on"], row["target_id"]): row for row in forecasts}
        found: dict[date, list[Row]] = {day: [] for day in days}
        for row in judged:
            target = targets[row["target_id"]]
            indicator = indicators.get(target["indicator_id"], {})
            chance = chances.get((row["as_of_on"], row["target_id"]), {})
            found[row["as_of_on"]].append(_merged(row, target, indicator, chance))
        for rows in found.values():
            rows.sort(key=lambda row: (row.get("order") or 0, row["target_id"]))
        return found

    def with_last_forecast(self, plan: str, as_of: date) -> list[Row]:
        """As `assessments`; between quarter-ends open targets carry the forecast of the last one before the day.

        Nothing is forecast between quarter-ends, so whoever shows such a probability says of which day it is. What is
        settled at the day, or cannot be judged for want of data, carries none.

        Returns:
            The rows of `assessments`, with `forecast_on` where the forecast is that of an earlier day.
        """
        return self.with_last_forecasts(plan, (as_of,))[as_of]

    def with_last_forecasts(self, plan: str, days: Sequence[date]) -> dict[date, list[Row]]:
        """As `with_last_forecast`, of several days at once.

        Args:
            plan: Plan id.
            days: Some of `as_of_dates`.
        """
        return {day: self._carrying(plan, day, rows) for day, rows in self.assessments_at(plan, days).items()}

    def _carrying(self, plan: str, as_of: date, rows: list[Row]) -> list[Row]:
        if any(row.get("probability") is not None for row in rows):
            return rows  # the day has forecasts of its own
        day = self.forecast_day(plan, as_of)
        if day in (None, as_of):
            return rows
        at_day = "plan_id = $plan AND as_of_on = $as_of AND model IS DISTINCT FROM 'decided'"
        chances = self._by("target_id", "forecast_probabilities", at_day, {"plan": plan, "as_of": day})
        return [
            {**row, **_carried(row, chances[row["target_id"]], day)}
            if row["verdict"] == "undecided" and row["target_id"] in chances
            else row
            for row in rows
        ]

    def forecast_day(self, plan: str, as_of: date) -> date | None:
        """The last day up to `as_of` of which the plan's targets were forecast; None where there was none yet."""
        sql = "SELECT MAX(as_of_on) AS day FROM forecast_probabilities WHERE plan_id = $plan AND as_of_on <= $as_of"
        key = {"plan": plan, "as_of": as_of}
        return next((row["day"] for row in self._if_there("forecast_probabilities", sql, key)), None)

    def assessment(self, plan: str, target: str, as_of: date) -> Row | None:
        """One target of a plan at a day; None when it was not assessed then."""
        return next((row for row in self.assessments(plan, as_of) if row["target_id"] == target), None)

    def years(self, plan: str, target: str, as_of: date) -> list[Row]:
        """Yearly values of a target as known at a day."""
        return self._of_target("assess_years", "year", plan, target, as_of)

    def years_by_target(self, plan: str, as_of: date) -> dict[str, list[Row]]:
        """Yearly values of every target of a plan."""
        return self._by_target("assess_years", "year", plan, as_of)

    def series_breaks(self, plan: str, indicator: str) -> list[Row]:
        """Days on which the definition of an indicator changed in the region of a plan, with what changed."""
        sql = "SELECT * FROM assess_breaks WHERE plan_id = $plan AND indicator_id = $indicator ORDER BY begins_on"
        return self._if_there("assess_breaks", sql, {"plan": plan, "indicator": indicator})

    def months(self, plan: str, target: str, as_of: date) -> list[Row]:
        """Monthly sums of a target's numerator as known at a day."""
        return self._of_target("assess_months", "month", plan, target, as_of)

    def path(self, plan: str, target: str, as_of: date) -> list[Row]:
        """The required path."""
        return self._of_target("assess_path", "year", plan, target, as_of)

    def paths_by_target(self, plan: str, as_of: date) -> dict[str, list[Row]]:
        """The required paths of every target of a plan."""
        return self._by_target("assess_path", "year", plan, as_of)

    def contributions(self, plan: str, target: str, as_of: date) -> list[Row]:
        """What moved the value: numerator, denominator, sectors, regions."""
        return self._of_target("assess_contributions", "from_year, to_year, part", plan, target, as_of)

    def watched(self, plan: str, target: str, as_of: date) -> list[Row]:
        """Each plan year of what is only watched against the year before, with its test; empty for what is judged."""
        return self._of_target("assess_watched", "year", plan, target, as_of)

    def fan(self, plan: str, target: str, as_of: date) -> list[Row]:
        """The forecast by year; empty where none was made."""
        return self._of_target("forecast_fans", "year", plan, target, as_of)

    def fans_by_target(self, plan: str, as_of: date) -> dict[str, list[Row]]:
        """The forecasts of every target of a plan."""
        return self._by_target("forecast_fans", "year", plan, as_of)

    def tests(self, plan: str, as_of: date) -> list[Row]:
        """Year-on-year tests of counts at a day."""
        return self._at_day("assess_tests", "measure, region_code, sector_code, period", plan, as_of)

    def control_figures(self, plan: str, as_of: date) -> list[Row]:
        """How much of the year's control figures is used against elapsed time."""
        return self._at_day("assess_control_figures", "year, region_code, sector_code", plan, as_of)

    def control_spans(self, plan: str, as_of: date) -> list[Row]:
        """The same for each quarter of the year that has begun, and for the years of the plan together."""
        order = "measure, region_code, sector_code, span DESC, begins_on"
        return self._at_day("assess_control_spans", order, plan, as_of)

    def control_returns(self, plan: str, as_of: date) -> list[Row]:
        """The return that each of the year's control figures stands in, with file and line.

        Returns:
            What `records` gives of a return, with `figure_of` (work_deaths or accidents): of the plan's region, those
            directly below it, and the sectors; the whole first, then the regions and the sectors by code.
        """
        (found,) = self._if_there("assess_plans", _REGION_OF, {"plan": plan}) or [{"region_code": ""}]
        year, only = (date(as_of.year, 1, 1), date(as_of.year, 12, 31)), {"measure": list(CONTROLLED)}
        where, params = self._record_conditions("statistics", None, *year, as_of, only)
        where += (
            " AND (v.frequency = 'year' OR EXTRACT(month FROM v.period_end) = 12) AND v.region_code IN "
            "(SELECT r.region_code FROM mart_regions AS r WHERE r.region_code = $place OR r.parent_code = $place)"
        )
        rows = self._record_rows("statistics", where, {**params, "place": found["region_code"]}, _MOST_FIGURES, 0)
        newest: dict[tuple, Row] = {}  # as the assessment picks them: of what counts, what became known last
        counting = (row for row in self.with_use(rows, as_of) if row["not_used"] is None)
        for row in sorted(counting, key=lambda row: (row["known_on"], row["period_end"])):
            place = row["region_code"], row["sector_code"] or ""
            if not place[1] or place[0] == found["region_code"]:
                newest[row["measure"], *place] = {**row, "figure_of": CONTROLLED[row["measure"]]}
        own = found["region_code"]
        return [newest[key] for key in sorted(newest, key=lambda key: (key[0], bool(key[2]), key[1] != own, *key[1:]))]

    def lineage(self, plan: str, target: str, year: int, as_of: date, limit: int = 50, offset: int = 0) -> Row:
        """The records behind the numerator of a target's value in one year.

        Returns:
            `kind`, `is_money` (the numerator is an amount of 分), `total` (how many there are) and `rows`, as `records`
            gives them, the largest amounts first; returns with `not_used` (see `with_use`).
        """
        operand = self._numerator(plan, target)
        if operand is None:
            return {"kind": "statistics", "is_money": False, "total": 0, "rows": []}
        kind, extra, amount, place, named = operand
        where, params = self._record_conditions(kind, None, date(year, 1, 1), date(year, 12, 31), as_of, None)
        where = f"{where} AND {place} AND {extra}"
        params |= named
        count = f"SELECT COUNT(*) AS n FROM core_{kind}__versions AS v WHERE "
        total = self.query(count + where, params)[0]["n"]
        if kind == "statistics":  # what was returned for parts of a year is behind its value only while it runs
            whole = f"{where} AND (v.frequency = 'year' OR EXTRACT(month FROM v.period_end) = 12)"
            n = self.query(count + whole, params)[0]["n"]
            where, total = (whole, n) if n else (where, total)
        rows = self._record_rows(kind, where, params, limit, offset, first=f"{amount} DESC NULLS LAST, ")
        rows = self.with_use(rows, as_of) if kind == "statistics" else rows
        return {"kind": kind, "is_money": "_fen" in amount, "total": total, "rows": rows}

    def denominators(self, plan: str, target: str, year: int, as_of: date) -> Row:
        """The returns behind the denominator of a rate in one year, with file and line.

        Returns:
            `at` (same_year, mean_of_year_ends or year_end; None where the denominator is no return, or there is none)
            and `rows`, as `records` gives them with `not_used` (see `with_use`), the newest period first; of a mean of
            year-ends those of both years.
        """
        from pipelines.catalogue.read import catalogue_of

        found = self._if_there("assess_targets", _OF_TARGET, {"plan": plan, "target": target})
        indicator = catalogue_of(self.build_id, self.own_indicators).get(found[0]["indicator_id"]) if found else None
        below = indicator.denominator if indicator else None
        if below is None or below.statistic is None:
            return {"at": None, "rows": []}
        first = year - 1 if below.at == "mean_of_year_ends" else year
        where, params = self._record_conditions("statistics", None, date(first, 1, 1), date(year, 12, 31), as_of, None)
        where += " AND v.region_code = $place AND v.measure = $measure AND COALESCE(v.sector_code, '') = ''"
        where += " AND (v.frequency = 'year' OR EXTRACT(month FROM v.period_end) = 12)"
        params |= {"place": found[0]["region_code"], "measure": below.statistic}
        rows = self._record_rows("statistics", where, params, _MOST_RETURNS, 0)
        return {"at": below.at, "rows": self.with_use(rows, as_of)}

    def sources(self, plan: str, target: str, as_of: date) -> list[str]:
        """Who reported the numerator of a target, as known at a day."""
        operand = self._numerator(plan, target)
        if operand is None:
            return []
        kind, extra, _, place, named = operand
        where, params = self._record_conditions(kind, None, None, None, as_of, None)
        rows = f"core_{kind}__versions AS v WHERE {where} AND {place} AND {extra}"
        sql = f"SELECT DISTINCT v.source FROM {rows} ORDER BY v.source"
        return [row["source"] for row in self.query(sql, {**params, **named})]

    # Inside

    def _by(self, key: str, table: str, where: str, params: Mapping[str, Any]) -> dict[str, Row]:
        rows = self._if_there(table, f"SELECT * FROM {table} WHERE {where}", params)
        return {row[key]: row for row in rows}

    def _of_target(self, table: str, order: str, plan: str, target: str, as_of: date) -> list[Row]:
        found = self._at_day(table, order, plan, as_of, " AND target_id = $target", target=target)
        if not found:
            self._require_target(plan, target)
        return found

    def _require_target(self, plan: str, target: str) -> None:
        """Tell a name that does not exist from a target of which nothing is there.

        Raises:
            PipelineError: `no_plan` or `no_target`.
        """
        names = {row["plan_id"] for row in self._if_there("assess_plans", "SELECT plan_id FROM assess_plans")}
        if names and plan not in names:
            raise no_plan(plan, sorted(names))
        of_plan = "SELECT target_id FROM assess_targets WHERE plan_id = $plan ORDER BY target_id"
        targets = [row["target_id"] for row in self._if_there("assess_targets", of_plan, {"plan": plan})]
        if targets and target not in targets:
            raise PipelineError("no_target", where=target, names=", ".join(targets))

    def _by_target(self, table: str, order: str, plan: str, as_of: date) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self._at_day(table, f"target_id, {order}", plan, as_of):
            found.setdefault(row["target_id"], []).append(row)
        return found

    def _numerator(self, plan: str, target: str) -> tuple[str, str, str, str, Row] | None:
        """Kind, condition, amount, condition of the place and its parameters; None without an indicator.

        Records count for a region with all below it, a return for the region itself; where each of several regions must
        meet the target, these stand in place of the plan's own.
        """
        from pipelines.catalogue.read import catalogue_of

        found = self._if_there("assess_targets", _OF_TARGET, {"plan": plan, "target": target})
        catalogue = catalogue_of(self.build_id, self.own_indicators)
        indicator = catalogue.get(found[0]["indicator_id"]) if found else None
        if indicator is None:
            return None
        asked = {"plan_id": plan, "target_id": target}
        parts = self._if_there("assess_regions", _EACH_REGION, asked)
        named = {f"region{n}": row["region_code"] for n, row in enumerate(parts or found)}
        below = "(" + " OR ".join(inside(f"${name}") for name in named) + ")"
        itself = f"v.region_code IN ({', '.join(f'${name}' for name in named)})"
        operand, is_counted = indicator.numerator, self.rests_on_records(plan)
        if operand.event:
            hazards = ", ".join(f"'{code}'" for code in operand.hazards or ())
            only = f"v.hazard_code IN ({hazards})" if hazards else "TRUE"
            return ("disasters", only, f"v.{operand.event}", below, named) if is_counted else None
        if operand.measure and (is_counted or not operand.published):
            counted = COUNTED[operand.measure]
            return counted.kind, f"({counted.amount}) <> 0", f"({counted.amount})", below, named
        statistic = operand.statistic or operand.published
        if statistic is None:
            return None
        return "statistics", f"v.measure = '{statistic}'", "v.value", itself, named


_MOST_RETURNS = 8
"""More returns of one figure in two years than anybody sends."""

_MOST_FIGURES = 2000
"""More control figures of one year, of regions and sectors, than anybody sets."""

_REGION_OF = "SELECT region_code FROM assess_plans WHERE plan_id = $plan"

_EACH_REGION = (
    "SELECT DISTINCT region_code FROM assess_regions "
    "WHERE plan_id = $plan_id AND target_id = $target_id ORDER BY region_code"
)
_OF_TARGET = (
    "SELECT t.indicator_id, p.region_code FROM assess_targets AS t JOIN assess_plans AS p ON p.plan_id = t.plan_id "
    "WHERE t.plan_id = $plan AND t.target_id = $target"
)


def _carried(row: Row, chance: Row, day: date) -> Row:
    """What the forecast of an earlier day says of a target that is still open."""
    missing = {name: value for name, value in chance.items() if row.get(name) is None}
    return {**missing, "verdict": chance["verdict"], "forecast_on": day}


def _merged(row: Row, target: Row, indicator: Row, chance: Row) -> Row:
    """One row of a target; where names collide the assessment goes before the target, and that before the indicator.

    `unit` is that of the values; what the plan prints beside its bound ("%" of a reduction) is `printed_unit`.
    """
    named = {f"indicator_{name}": indicator.get(name) for name in ("name_zh", "name_en")}
    units = {"unit": indicator.get("unit"), "printed_unit": target.get("unit")}
    judged = {**indicator, **target, **row, **named, **units}
    forecast = {key: value for key, value in chance.items() if key not in row or row[key] is None}
    return {**forecast, **judged, **({"verdict": chance["verdict"]} if chance.get("verdict") else {})}
