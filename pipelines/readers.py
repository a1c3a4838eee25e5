"""The questions that app, brief, command line and notebooks ask of a build, as methods of the warehouse.

Every method answers with dicts whose keys are the columns that `docs/architecture.md` names, and reads relations by
their bare names only, so that it holds for whoever asks.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import date
from typing import Any

from pipelines.engine import Row, quoted
from pipelines.errors import PipelineError
from pipelines.load_readers import LoadReaders
from pipelines.record_measures import COUNTED, DATE_COLUMNS

PAGE_ROWS = 200
_LIVE_AT = "{v}.known_on <= $as_of AND ({v}.superseded_on IS NULL OR {v}.superseded_on > $as_of)"
_LIVE_NOW = "{v}.superseded_on IS NULL"

# Names beside the codes of a record: relation, its key, further condition, by column of the record.
_NAMES = {
    "region_code": ("mart_regions", "region_code", "TRUE"),
    "sector_code": ("mart_sectors", "sector_code", "TRUE"),
    "hazard_code": ("mart_hazards", "hazard_code", "TRUE"),
    "grade_code": ("mart_grades", "grade_code", "TRUE"),
    "industry_code": ("mart_codes", "code", "n.list = 'industries'"),
    "type_code": ("mart_codes", "code", "n.list = 'accident_types'"),
    "cause_code": ("mart_codes", "code", "n.list = 'causes'"),
    "inspection_kind_code": ("mart_codes", "code", "n.list = 'inspection_kinds'"),
    "training_kind_code": ("mart_codes", "code", "n.list = 'training_kinds'"),
    "measure": ("mart_codes", "code", "n.list = 'statistics_measures'"),
}


class Readers(LoadReaders):
    """Questions about plans, targets and records; those about loads are inherited."""

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
        key = {"plan": plan, "as_of": as_of}
        at_day = "plan_id = $plan AND as_of_on = $as_of"
        judged = self._if_there("assess_assessments", f"SELECT * FROM assess_assessments WHERE {at_day}", key)
        targets = self._by("target_id", "assess_targets", "plan_id = $plan", {"plan": plan})
        indicators = self._by("indicator_id", "assess_indicators", "TRUE", {})
        chances = self._by("target_id", "forecast_probabilities", at_day, key)
        rows = []
        for row in judged:
            target = targets[row["target_id"]]
            indicator = indicators.get(target["indicator_id"], {})
            rows.append(_merged(row, target, indicator, chances.get(row["target_id"], {})))
        return sorted(rows, key=lambda row: (row.get("order") or 0, row["target_id"]))

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

    def contributions(self, plan: str, target: str, as_of: date) -> list[Row]:
        """What moved the value: numerator, denominator, sectors, regions."""
        return self._of_target("assess_contributions", "from_year, to_year, part", plan, target, as_of)

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

    # Records

    def records(
        self,
        kind: str,
        region: str | None = None,
        start: date | None = None,
        end: date | None = None,
        as_of: date | None = None,
        filters: Mapping[str, Any] | None = None,
        limit: int = PAGE_ROWS,
        offset: int = 0,
    ) -> list[Row]:
        """Records of one kind with the names of their codes and the file, sheet and line each came from.

        Args:
            kind: accidents, disasters, inspections, training or statistics.
            region: Code of a region, with all below it; None means all.
            start: First day of occurrence.
            end: Last day of occurrence.
            as_of: What was known on that day; None means today.
            filters: Column → value, or several values of which one must hold.
            limit: Rows at most.
            offset: Rows to leave out first.

        Raises:
            PipelineError: `unknown_kind`, `unknown_filter`.
        """
        where, params = self._record_conditions(kind, region, start, end, as_of, filters)
        return self._record_rows(kind, where, params, limit, offset)

    def count_records(
        self,
        kind: str,
        region: str | None = None,
        start: date | None = None,
        end: date | None = None,
        as_of: date | None = None,
        filters: Mapping[str, Any] | None = None,
    ) -> int:
        """How many records `records` would give without a limit."""
        where, params = self._record_conditions(kind, region, start, end, as_of, filters)
        return self.query(f"SELECT COUNT(*) AS n FROM core_{kind}__versions AS v WHERE {where}", params)[0]["n"]

    def lineage(self, plan: str, target: str, year: int, as_of: date, limit: int = 50, offset: int = 0) -> Row:
        """The records behind the numerator of a target's value in one year.

        Returns:
            `kind`, `is_money` (the numerator is an amount of 分), `total` (how many there are) and `rows`, as `records`
            gives them, the largest amounts first.
        """
        operand = self._numerator(plan, target)
        if operand is None:
            return {"kind": "statistics", "is_money": False, "total": 0, "rows": []}
        kind, extra, amount, region, is_exact = operand
        where, params = self._record_conditions(kind, None, date(year, 1, 1), date(year, 12, 31), as_of, None)
        inside = "v.region_code = $region" if is_exact else _inside("$region")
        where = f"{where} AND {inside} AND {extra}"
        params["region"] = region
        total = self.query(f"SELECT COUNT(*) AS n FROM core_{kind}__versions AS v WHERE {where}", params)[0]["n"]
        return {
            "kind": kind,
            "is_money": "_fen" in amount,
            "total": total,
            "rows": self._record_rows(kind, where, params, limit, offset, first=f"{amount} DESC NULLS LAST, "),
        }

    def sources(self, plan: str, target: str, as_of: date) -> list[str]:
        """Who reported the numerator of a target, as known at a day."""
        operand = self._numerator(plan, target)
        if operand is None:
            return []
        kind, extra, _, region, is_exact = operand
        where, params = self._record_conditions(kind, None, None, None, as_of, None)
        inside = "v.region_code = $region" if is_exact else _inside("$region")
        rows = f"core_{kind}__versions AS v WHERE {where} AND {inside} AND {extra}"
        sql = f"SELECT DISTINCT v.source FROM {rows} ORDER BY v.source"
        return [row["source"] for row in self.query(sql, {**params, "region": region})]

    # Inside

    def _by(self, key: str, table: str, where: str, params: Mapping[str, Any]) -> dict[str, Row]:
        rows = self._if_there(table, f"SELECT * FROM {table} WHERE {where}", params)
        return {row[key]: row for row in rows}

    def _of_target(self, table: str, order: str, plan: str, target: str, as_of: date) -> list[Row]:
        return self._at_day(table, order, plan, as_of, " AND target_id = $target", target=target)

    def _by_target(self, table: str, order: str, plan: str, as_of: date) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self._at_day(table, f"target_id, {order}", plan, as_of):
            found.setdefault(row["target_id"], []).append(row)
        return found

    def _record_conditions(
        self,
        kind: str,
        region: str | None,
        start: date | None,
        end: date | None,
        as_of: date | None,
        filters: Mapping[str, Any] | None,
    ) -> tuple[str, dict[str, Any]]:
        if kind not in DATE_COLUMNS:
            raise PipelineError("unknown_kind", where=kind, names=", ".join(DATE_COLUMNS))
        day = DATE_COLUMNS[kind]
        conditions = [(_LIVE_AT if as_of else _LIVE_NOW).format(v="v")]
        params: dict[str, Any] = {"as_of": as_of} if as_of else {}
        if region:
            conditions.append(_inside("$region"))
            params["region"] = region
        for name, sign, value in (("start", ">=", start), ("end", "<=", end)):
            if value:
                conditions.append(f"v.{day} {sign} ${name}")
                params[name] = value
        known = self.columns(f"core_{kind}__versions") if filters else []
        for number, (column, wanted) in enumerate((filters or {}).items()):
            if column not in known:
                raise PipelineError("unknown_filter", where=kind, column=column, names=", ".join(known))
            values = list(wanted) if isinstance(wanted, list | tuple | set | frozenset) else [wanted]
            names = [f"f{number}_{i}" for i in range(len(values))]
            params |= dict(zip(names, values, strict=True))
            conditions.append(f"v.{quoted(column)} IN ({', '.join(f'${name}' for name in names) or 'NULL'})")
        return " AND ".join(conditions), params

    def _record_rows(
        self, kind: str, where: str, params: Mapping[str, Any], limit: int, offset: int, first: str = ""
    ) -> list[Row]:
        columns = self.columns(f"core_{kind}__versions")
        # The page is cut out first, so that names are looked up for a few rows and not for millions.
        page = (
            f"SELECT * FROM core_{kind}__versions AS v WHERE {where} "
            f"ORDER BY {first}v.{DATE_COLUMNS[kind]} DESC, v.source, v.record_id, v.region_code, v.known_on "
            "LIMIT $page_rows OFFSET $page_offset"
        )
        rows = self.query(page, {**params, "page_rows": limit, "page_offset": offset})
        names = self._names_of(column for column in _NAMES if column in columns)
        paths = self._paths({row["file_id"] for row in rows})
        for row in rows:
            row["path"] = paths.get(row["file_id"])
            for column, known in names.items():
                stem = column.removesuffix("_code")
                zh, en = known.get(row[column], (None, None))
                row[f"{stem}_name_zh"], row[f"{stem}_name_en"] = zh, en
        return rows

    def _names_of(self, columns: Any) -> dict[str, dict[str, tuple[str, str]]]:
        found = {}
        for column in columns:
            relation, key, condition = _NAMES[column]
            rows = self.query(f"SELECT n.{key} AS code, n.name_zh, n.name_en FROM {relation} AS n WHERE {condition}")
            found[column] = {row["code"]: (row["name_zh"], row["name_en"]) for row in rows}
        return found

    def _paths(self, file_ids: set[str]) -> dict[str, str]:
        if not file_ids:
            return {}
        marks = ", ".join("?" for _ in file_ids)
        rows = self.query(f"SELECT file_id, path FROM mart_files WHERE file_id IN ({marks})", sorted(file_ids))
        return {row["file_id"]: row["path"] for row in rows}

    def _numerator(self, plan: str, target: str) -> tuple[str, str, str, str, bool] | None:
        """Kind, condition, amount, region, and whether the region stands for itself; None without an indicator."""
        targets = self._by("target_id", "assess_targets", "plan_id = $plan", {"plan": plan})
        plans = {row["plan_id"]: row for row in self.plans()}
        if target not in targets or plan not in plans:
            return None
        indicator = _catalogue().get(targets[target]["indicator_id"])
        if indicator is None:
            return None
        region = plans[plan]["region_code"]
        operand = indicator.numerator
        if operand.event:
            hazards = ", ".join(f"'{code}'" for code in operand.hazards or ())
            only = f"v.hazard_code IN ({hazards})" if hazards else "TRUE"
            return "disasters", only, f"v.{operand.event}", region, False
        if operand.measure and self._has_records(operand.measure, region, operand.published):
            counted = COUNTED[operand.measure]
            return counted.kind, f"({counted.amount}) <> 0", f"({counted.amount})", region, False
        statistic = operand.statistic or operand.published
        if statistic is None:
            return None
        return "statistics", f"v.measure = '{statistic}'", "v.value", region, True

    def _has_records(self, measure: str, region: str, published: str | None) -> bool:
        """Whether the region is counted from records; a region without any rests on published totals."""
        if published is None:
            return True
        kind = COUNTED[measure].kind
        sql = f"SELECT COUNT(*) AS n FROM core_{kind}__versions AS v WHERE {_inside('$region')}"
        return self.query(sql, {"region": region})[0]["n"] > 0


@functools.cache
def _catalogue() -> Mapping[str, Any]:
    """The catalogue's files, read once a process: reading them takes longer than any query of a page."""
    from pipelines.catalogue import load_catalogue

    return load_catalogue()


def _inside(region: str) -> str:
    return f"v.region_code IN (SELECT a.region_code FROM core_regions__ancestors AS a WHERE a.ancestor_code = {region})"


def _merged(row: Row, target: Row, indicator: Row, chance: Row) -> Row:
    """One row of a target; where names collide the assessment goes before the target, and that before the indicator.

    `unit` is that of the values; what the plan prints beside its bound ("%" of a reduction) is `printed_unit`.
    """
    named = {f"indicator_{name}": indicator.get(name) for name in ("name_zh", "name_en")}
    units = {"unit": indicator.get("unit"), "printed_unit": target.get("unit")}
    judged = {**indicator, **target, **row, **named, **units}
    forecast = {key: value for key, value in chance.items() if key not in row or row[key] is None}
    return {**forecast, **judged, **({"verdict": chance["verdict"]} if chance.get("verdict") else {})}
