"""Questions across plans and across dates: side by side, inheritance, doubts, coverage, replay, what-if."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from pipelines.asking import NATION, Asking
from pipelines.engine import Row
from pipelines.record_measures import COUNTED

if TYPE_CHECKING:
    from pipelines.forecast.targets.whatif import DriverPaths

_OF_EVENTS = "disasters"
_DAYS = (
    "WITH days AS (SELECT plan_id, MAX(as_of_on) AS as_of_on FROM {days} WHERE as_of_on <= $as_of "
    "GROUP BY plan_id) SELECT a.* FROM {table} AS a JOIN days AS d ON d.plan_id = a.plan_id "
    "AND d.as_of_on = a.as_of_on"
)


class ComparisonReaders(Asking):
    """Questions about several plans, several dates, or other assumptions."""

    _scenes: dict[str, DriverPaths]

    # Plans side by side

    def targets_of_all_plans(self, as_of: date) -> list[Row]:
        """Every target of every plan, each plan at its newest day that is not after `as_of`.

        Args:
            as_of: Nothing that was assessed later is shown.

        Returns:
            The columns of the indicator, the target and its assessment, with `probability` and the verdict of the
            forecast where there is one, in the order of plans and targets. Between quarter-ends an open target carries
            the last forecast, and its day in `forecast_on`, as `Readers.with_last_forecast` has it.
        """
        if "assess_assessments" not in self.tables():
            return []
        key = {"as_of": as_of}
        indicators = {row["indicator_id"]: row for row in self.query("SELECT * FROM assess_indicators")}
        targets = {(row["plan_id"], row["target_id"]): row for row in self.query("SELECT * FROM assess_targets")}
        chances = {}
        if "forecast_probabilities" in self.tables():
            found = self.query(_DAYS.format(table="forecast_probabilities", days="forecast_probabilities"), key)
            chances = {(row["plan_id"], row["target_id"]): row for row in found}
        rows = []
        for judged in self.query(_DAYS.format(table="assess_assessments", days="assess_as_of_dates"), key):
            place = (judged["plan_id"], judged["target_id"])
            indicator = indicators.get(targets[place]["indicator_id"], {})
            chance = chances.get(place, {})
            carried = chance.get("as_of_on", judged["as_of_on"]) != judged["as_of_on"]
            if carried and (judged["verdict"] != "undecided" or chance.get("model") == "decided"):
                chance, carried = {}, False
            names = {f"indicator_{name}": indicator.get(name) for name in ("name_zh", "name_en")}
            row = {**indicator, **targets[place], **judged, **names, "probability": chance.get("probability")}
            told = {"forecast_on": chance["as_of_on"]} if carried else {}
            rows.append({**row, **told, "verdict": chance.get("verdict") or judged["verdict"]})
        return sorted(rows, key=lambda row: (row["plan_id"], row["order"] or 0, row["target_id"]))

    def inherited_targets(self) -> list[Row]:
        """What the inherited targets stand for.

        Returns:
            `plan_id, target_id, parent_plan_id`, and `from_plan_id, from_target_id` of the target that decides; both
            None where there is none above, and the target is not set.
        """
        if "assess_targets" not in self.tables() or "from_plan_id" not in self.columns("assess_targets"):
            return []
        return self.query(_INHERITED)

    def doubts(self) -> list[Row]:
        """Every doubt of the plan lint, with clause and both sentences; those about printed figures have no target."""
        if "assess_doubts" not in self.tables():
            return []
        return self.query('SELECT * FROM assess_doubts ORDER BY plan_id, "order"')

    def senders(self, region: str) -> dict[str, list[str]]:
        """Who has sent records of a region or of those below it, by kind of record; of the nation, its own alone."""
        found: dict[str, list[str]] = {}
        for row in self.query(_SENT, {"region": region, "nation": NATION}):
            found.setdefault(row["kind"], []).append(row["source"])
        return found

    def titles(self) -> dict[str, Row]:
        """Who stands behind each source in words, `name_zh` and `name_en`, as `provenance.yml` says."""
        if "publisher_zh" not in self.columns("mart_files"):  # a build made before there were such names
            return {}
        return {row["source"]: row for row in self.query(_TITLES)}

    def data_behind(self, plan: str, as_of: date) -> dict[str, list[Row]]:
        """From which records or returns each target of a plan is computed, and who has sent any.

        Args:
            plan: Plan id.
            as_of: Returns that became known later are not there.

        Returns:
            By target `role` (numerator, denominator), `kind` of record, `measure` and `sources`, which is empty where
            nobody has sent any.
        """
        from pipelines.catalogue.read import catalogue_of

        found = {row["plan_id"]: row for row in self.query("SELECT * FROM assess_plans")} if self._has_plans() else {}
        if plan not in found:
            return {}
        region = {"region": found[plan]["region_code"]}
        by_kind = self.senders(region["region"])
        by_statistic: dict[str, list[str]] = {}
        for row in self.query(_RETURNED, {**region, "as_of": as_of}):
            by_statistic.setdefault(row["measure"], []).append(row["source"])
        by_region: dict[str, dict[str, list[str]]] = {}  # of targets that each of several regions must meet
        for row in self._if_there("assess_regions", _RETURNED_BY_REGIONS, {"plan_id": plan, "as_of": as_of}):
            by_region.setdefault(row["target_id"], {}).setdefault(row["measure"], []).append(row["source"])
        is_counted = self.rests_on_records(plan)
        catalogue = catalogue_of(self.build_id, self.own_indicators)
        behind = {}
        for row in self.query("SELECT * FROM assess_targets WHERE plan_id = $plan", {"plan": plan}):
            indicator = catalogue.get(row["indicator_id"])
            operands = () if indicator is None else (indicator.numerator, indicator.denominator)
            behind[row["target_id"]] = [
                _operand(role, operand, is_counted, by_kind, by_region.get(row["target_id"], by_statistic))
                for role, operand in zip(("numerator", "denominator"), operands, strict=False)
                if operand is not None
            ]
        return behind

    def _has_plans(self) -> bool:
        return "assess_plans" in self.tables()

    # Replay

    def replay(self, plan: str, as_of: date) -> list[Row]:
        """Verdict, probability and value of every target of a plan at every day up to `as_of`, the oldest first."""
        if "assess_assessments" not in self.tables():
            return []
        joined = "forecast_probabilities" in self.tables()
        chance = "p.probability, COALESCE(p.verdict, a.verdict)" if joined else "CAST(NULL AS DOUBLE), a.verdict"
        more = (
            " LEFT JOIN forecast_probabilities AS p ON p.plan_id = a.plan_id AND p.target_id = a.target_id "
            "AND p.as_of_on = a.as_of_on"
        )
        sql = (
            f"SELECT s.target_id, s.as_of_on, s.value_now, s.value_year, s.probability, s.verdict FROM ("
            f"SELECT a.target_id, a.as_of_on, a.value_now, a.value_year, {chance} FROM assess_assessments AS a"
            f"{more if joined else ''} WHERE a.plan_id = $plan AND a.as_of_on <= $as_of"
            ") AS s(target_id, as_of_on, value_now, value_year, probability, verdict) ORDER BY s.target_id, s.as_of_on"
        )
        return self.query(sql, {"plan": plan, "as_of": as_of})

    def value_changes(self, plan: str, start: date, end: date) -> list[Row]:
        """Why the yearly values of a plan's targets moved between two days.

        Returns:
            `target_id, region_code, year, cause, amount` (own unit) and `records`; the region is None but for what each
            of several regions must meet, which is told with its `name_zh` and `name_en`. Empty where the build holds
            no causes.
        """
        if "forecast_changes" not in self.tables():
            return []
        sql = "SELECT * FROM forecast_changes WHERE plan_id = $plan AND from_as_of >= $start AND to_as_of <= $end"
        keys = ("target_id", "region_code", "year", "cause")
        sums: dict[tuple, Row] = {}
        for row in self.query(sql, {"plan": plan, "start": start, "end": end}):
            own = {name: row.get(name) for name in keys}
            found = sums.setdefault(tuple(own.values()), {**own, "amount": 0, "records": 0})
            found["amount"] += row["amount"]
            found["records"] += row["records"]
        names = self._region_names({row["region_code"] for row in sums.values() if row["region_code"]})
        rows = ({**row, **names.get(row["region_code"], {})} for row in sums.values())
        return sorted(rows, key=lambda row: tuple(str(row[name] or "") for name in keys))

    def _region_names(self, regions: set[str]) -> dict[str, Row]:
        if not regions:
            return {}
        sql = (
            "SELECT region_code, name_zh, name_en FROM mart_regions "
            "WHERE region_code IN (SELECT UNNEST($codes::VARCHAR[]))"
        )
        rows = self.query(sql, {"codes": sorted(regions)})
        return {row["region_code"]: {"name_zh": row["name_zh"], "name_en": row["name_en"]} for row in rows}

    def forecasts_against_outcomes(self, plan: str, as_of: date) -> list[Row]:
        """How often the values that are known now fell into the bands that were forecast before their year was over.

        Args:
            plan: Plan id.
            as_of: Outcomes as known then; only forecasts made before the end of the year that they are about count.

        Returns:
            By target and `lead` (calendar years from the forecast to the year): `forecasts`, `in50`, `in80`.
        """
        if "forecast_fans" not in self.tables():
            return []
        return self.query(_HELD, {"plan": plan, "as_of": as_of})

    def forecast_tests(self) -> list[Row]:
        """How forecasts of the same models have done on series whose outcome is known: stated and happened shares."""
        if "forecast_reliability" not in self.tables():
            return []
        return self.query("SELECT * FROM forecast_reliability ORDER BY kind, lead, bin")

    def driver_backtests(self, plan: str, as_of: date) -> list[Row]:
        """How the chosen model of each of a plan's drivers would have done, on years whose outcome was known then.

        Returns:
            `driver, part, forecasts, in80, crps`, `baseline` (the best one on the same years) and `crps_baseline`.
        """
        found = {row["plan_id"]: row for row in self.query("SELECT * FROM assess_plans")} if self._has_plans() else {}
        if plan not in found or "forecast_backtests" not in self.tables():
            return []
        return self.query(_BACKTESTS, {"place": f"@{found[plan]['region_code']}/", "as_of": as_of})

    # What-if

    def what_if_ground(self, plan: str) -> Row | None:
        """What can be asked of a plan's stored paths; None where the build holds none.

        Returns:
            `as_of_on`, `first_year`, `last_year`, `drivers`, and `sectors` with their share of the deaths of late.
        """
        if not {"forecast_driver_paths", "forecast_recipes", "forecast_sector_shares"} <= self.tables():
            return None
        key = {"plan": plan}
        found = self.query(
            "SELECT driver, MAX(as_of_on) AS as_of_on, MIN(year) AS first_year, MAX(year) AS last_year "
            "FROM forecast_driver_paths WHERE plan_id = $plan GROUP BY driver ORDER BY driver",
            key,
        )
        if not found:
            return None
        sectors = self.query(
            "SELECT DISTINCT sector_code FROM forecast_sector_shares WHERE plan_id = $plan AND share > 0 "
            "ORDER BY sector_code",
            key,
        )
        recipes = self.query("SELECT target_id FROM forecast_recipes WHERE plan_id = $plan ORDER BY target_id", key)
        return {
            "as_of_on": found[0]["as_of_on"],
            "first_year": min(row["first_year"] for row in found),
            "last_year": max(row["last_year"] for row in found),
            "drivers": [row["driver"] for row in found],
            "sectors": [row["sector_code"] for row in sectors],
            "targets": [row["target_id"] for row in recipes],
        }

    def what_if(
        self,
        plan: str,
        gdp_growth: float | None,
        flood_like: int | None,
        fewer_deaths: float | None,
        sector_drop: Sequence[tuple[str, float]] = (),
    ) -> dict[str, float | None]:
        """Probability of every target that has one, on the stored paths under stated changes; nothing is fitted.

        Args:
            plan: Plan id.
            gdp_growth: Share a year; None leaves the expected growth.
            flood_like: Year on record that comes again in the plan's last year; None for none.
            fewer_deaths: Deaths fewer in each quarter that is left; None for none.
            sector_drop: Sector codes and the share (0-1) by which their deaths fall.

        Raises:
            PipelineError: `no_driver_paths`, `what_if_impossible`.
        """
        from pipelines.forecast.targets.whatif import Changes, DriverPaths, what_if

        scenes = self.__dict__.setdefault("_scenes", {})
        if plan not in scenes:
            scenes[plan] = DriverPaths.read(self, plan)
        changes = Changes(gdp_growth, flood_like, None, fewer_deaths, dict(sector_drop))
        return {target: found.probability for target, found in what_if(scenes[plan], changes).items()}

    def control_chances(self, plan: str, as_of: date) -> list[Row]:
        """The chance of staying within each of the year's control figures, where the build has one.

        `probability_within` is None for a figure that is exceeded already (`still_open`).
        """
        if "forecast_control_figures" not in self.tables():
            return []
        sql = "SELECT * FROM forecast_control_figures WHERE plan_id = $plan AND as_of_on = $as_of"
        return still_open(self.query(sql, {"plan": plan, "as_of": as_of}))

    def control_span_chances(self, plan: str, as_of: date) -> list[Row]:
        """The same to the end of each quarter of the year (`figure`: its share by days), and over the plan so far."""
        sql = "SELECT * FROM forecast_control_spans WHERE plan_id = $plan AND as_of_on = $as_of ORDER BY span, ends_on"
        return still_open(self._if_there("forecast_control_spans", sql, {"plan": plan, "as_of": as_of}))


def still_open(rows: Sequence[Row]) -> list[Row]:
    """Chances of control figures without those of figures that are exceeded: that is a fact, and no small chance."""
    return [{**row, "probability_within": None} if row["used"] > row["figure"] else row for row in rows]


def _operand(role: str, operand: Any, is_counted: bool, by_kind: Mapping, by_statistic: Mapping) -> Row:
    if operand.event:
        return {"role": role, "kind": _OF_EVENTS, "measure": operand.event, "sources": by_kind.get(_OF_EVENTS, [])}
    if operand.measure and (is_counted or not operand.published):
        kind = COUNTED[operand.measure].kind
        return {"role": role, "kind": kind, "measure": operand.measure, "sources": by_kind.get(kind, [])}
    name = operand.published if operand.measure else operand.statistic
    return {"role": role, "kind": "statistics", "measure": name, "sources": by_statistic.get(name, [])}


_INHERITED = """
SELECT t.plan_id, t.target_id, p.parent_plan_id, t.from_plan_id, t.from_target_id
FROM assess_targets AS t LEFT JOIN assess_plans AS p ON p.plan_id = t.plan_id
WHERE t.kind = 'inherited'
ORDER BY t.plan_id, t."order"
"""
_SENT = """
SELECT DISTINCT f.kind, f.source
FROM mart_files AS f
WHERE f.withdrawn_on IS NULL AND f.file_id IN (
    SELECT r.file_id FROM mart_file_regions AS r WHERE r.region_code IN (
        SELECT a.region_code FROM core_regions__ancestors AS a
        WHERE a.ancestor_code = $region AND (a.region_code = $region OR $region <> $nation)
    )
)
ORDER BY f.kind, f.source
"""
_TITLES = """
SELECT f.source, MAX(NULLIF(f.publisher_zh, '')) AS name_zh, MAX(NULLIF(f.publisher_en, '')) AS name_en
FROM mart_files AS f
GROUP BY f.source
"""
_RETURNED = """
SELECT DISTINCT v.measure, v.source
FROM core_statistics__versions AS v
WHERE v.region_code = $region AND v.known_on <= $as_of AND (v.superseded_on IS NULL OR v.superseded_on > $as_of)
ORDER BY v.measure, v.source
"""
_RETURNED_BY_REGIONS = """
SELECT DISTINCT r.target_id, v.measure, v.source
FROM (SELECT DISTINCT target_id, region_code FROM assess_regions WHERE plan_id = $plan_id) AS r
JOIN core_statistics__versions AS v ON v.region_code = r.region_code
WHERE v.known_on <= $as_of AND (v.superseded_on IS NULL OR v.superseded_on > $as_of)
ORDER BY r.target_id, v.measure, v.source
"""
_BACKTESTS = """
WITH scores AS (
    SELECT b.series, b.model, b.is_chosen, COUNT(*) AS forecasts,
           COUNT(*) FILTER (WHERE b.actual BETWEEN b.lo80 AND b.hi80) AS in80, AVG(b.crps) AS crps
    FROM forecast_backtests AS b
    WHERE CONTAINS(b.series, $place) AND b.span = 'year' AND b.judged_on <= $as_of
    GROUP BY b.series, b.model, b.is_chosen
)
SELECT SPLIT_PART(mine.series, '@', 1) AS driver, SPLIT_PART(mine.series, '/', 2) AS part,
       mine.forecasts, mine.in80, mine.crps, best.model AS baseline, best.crps AS crps_baseline
FROM scores AS mine
LEFT JOIN (
    SELECT series, model, crps, ROW_NUMBER() OVER (PARTITION BY series ORDER BY crps, model) AS place
    FROM scores WHERE model <> 'ours'
) AS best ON best.series = mine.series AND best.place = 1
WHERE mine.is_chosen
ORDER BY mine.series
"""
_HELD = """
SELECT f.target_id, f.year - YEAR(f.as_of_on) AS lead, COUNT(*) AS forecasts,
       COUNT(*) FILTER (WHERE y.value BETWEEN f.lo50 AND f.hi50) AS in50,
       COUNT(*) FILTER (WHERE y.value BETWEEN f.lo80 AND f.hi80) AS in80
FROM forecast_fans AS f
JOIN assess_years AS y ON y.plan_id = f.plan_id AND y.target_id = f.target_id AND y.year = f.year
WHERE f.plan_id = $plan AND f.as_of_on < $as_of AND y.as_of_on = $as_of
  AND y.is_complete AND y.value IS NOT NULL AND f.observed_share < 1 AND YEAR(f.as_of_on) <= f.year
GROUP BY f.target_id, f.year - YEAR(f.as_of_on)
ORDER BY f.target_id, f.year - YEAR(f.as_of_on)
"""
