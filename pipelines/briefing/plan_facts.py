"""Facts of a plan's targets at one day: value, path, verdict, probability and its track record, years, fan."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pipelines import shown, standing
from pipelines.briefing import forms
from pipelines.briefing.blocks import Passage, Quoted, fill
from pipelines.briefing.facts import Cell, Fact, FactBook, Query
from pipelines.briefing.forms import Form
from pipelines.proof_readers import LIKELY, UNLIKELY
from pipelines.texts import current_language, has, say

if TYPE_CHECKING:
    from pipelines.warehouse import Warehouse

Row = Mapping[str, Any]
YEAR = Form("year")


class PlanFacts:
    """The targets of one plan at one as-of date.

    Args:
        house: The build.
        book: Where facts are written down.
        as_of: One of the plan's as-of dates; None = the book's.
    """

    def __init__(self, house: Warehouse, book: FactBook, as_of: datetime.date | None = None):
        self.house, self.book = house, book
        self.plan_id: str = book.plan["plan_id"]
        self.as_of = as_of or book.as_of

    @cached_property
    def rows(self) -> list[Row]:
        """The assessed targets, in the order of the plan; between quarter-ends with the last one's forecasts."""
        return self.house.with_last_forecast(self.plan_id, self.as_of)

    @cached_property
    def forecast_on(self) -> datetime.date:
        """The day of the forecasts: the as-of date, or between quarter-ends the last quarter-end before it."""
        return self.house.forecast_day(self.plan_id, self.as_of) or self.as_of

    def forecast_note(self) -> Passage:
        """Of which day the chances are, where that is not the as-of date."""
        if not any(row.get("forecast_on") for row in self.rows):
            return Passage()
        return fill("app.forecast_of", day=Quoted(forms.print_value(self.forecast_on, forms.DATE), "period"))

    @property
    def binding(self) -> list[Row]:
        """The binding targets, the most urgent first; where a plan prints no nature, the targets of its table."""
        found = [row for row in self.rows if row["nature"] == "binding"]
        return standing.by_risk(found or [row for row in self.rows if row["nature"] == "not_printed"])

    @property
    def is_printed(self) -> bool:
        """Whether the plan says which of its targets are binding."""
        return any(row["nature"] == "binding" for row in self.rows)

    @cached_property
    def years(self) -> dict[str, list[Row]]:
        """Yearly values by target."""
        return self.house.years_by_target(self.plan_id, self.as_of)

    @cached_property
    def fans(self) -> dict[str, list[Row]]:
        """Forecasts by target."""
        return self.house.fans_by_target(self.plan_id, self.forecast_on)

    def fact(self, row: Row, name: str) -> Fact:
        """One column of a target's assessment or forecast.

        Args:
            row: One of `rows`.
            name: `value_now`, `value_year`, `required_now`, `target_value`, `baseline_value`, `baseline_printed`,
                `pace_share`, `elapsed_share`, `elapsed_share_at_value`, `year_to_date`, `year_to_date_before`,
                `rolling_four_quarters`, `probability`, `verdict`, `due_year`.
        """
        form, unit, missing = _form_of(row, name)
        source = Cell(self._words(row), self._query, name, (("target_id", row["target_id"]),))
        value = standing.told_verdict(row) if name == "verdict" else row.get(name)
        return self.book.add(f"{self._at(row)}/{name}", value, source, form, unit, missing)

    def baseline(self, row: Row) -> Fact:
        """The baseline that decides: the one that the plan prints; where it prints none, the one from the records."""
        return self.fact(row, "baseline_value" if row["baseline_printed"] is None else "baseline_printed")

    def gap(self, row: Row) -> Fact:
        """How far the value now lies from what the path requires, without its sign."""
        parts = self.fact(row, "value_now"), self.fact(row, "required_now")
        form = forms.of_indicator(row)  # a bound that the plan prints without decimals must not round the gap away
        decimals = max(form.decimals, forms.required_of(row).decimals)
        unit = _gap_unit(row)
        return self.book.work(f"{self._at(row)}/gap", "difference", parts, Form("size", decimals, form.factor), unit)

    def reason(self, row: Row) -> Fact:
        """Why the verdict is what it is, in the words of the assessment."""
        columns = ("verdict_reason_code", "reason_facts")
        source = Cell(self._words(row), self._reasons, columns, (("target_id", row["target_id"]),))
        return self.book.add(f"{self._at(row)}/reason", tuple(row[name] for name in columns), source, Form("reason"))

    def why(self, row: Row) -> Fact | None:
        """What moves the probability, in words; None where there is no forecast."""
        told = self._forecasts.get(row["target_id"])
        if told is None:
            return None
        source = Cell(self._words(row), self._why, "reason_facts", (("target_id", row["target_id"]),))
        return self.book.add(f"{self._at(row)}/why", told, source, Form("forecast"))

    def why_not(self, row: Row) -> Fact | None:
        """Why there is no probability, in words; None where there is one, or where none was asked for."""
        told = self._refusals.get(row["target_id"])
        if told is None:
            return None
        source = Cell(self._words(row), self._why, "reason_facts", (("target_id", row["target_id"]),))
        return self.book.add(f"{self._at(row)}/why_not", told, source, Form("forecast"))

    def year(self, row: Row, year: Row) -> Fact:
        """The value of one year."""
        key = (("target_id", row["target_id"]), ("year", year["year"]))
        source = Cell(self._words(row), self._plain("assess_years"), "value", key)
        missing = (year["missing_reason"] or "not_reported") if year["value"] is None else ""
        form, unit = forms.of_indicator(row), shown.unit(row)
        return self.book.add(f"{self._at(row)}/years/{year['year']}", year["value"], source, form, unit, missing)

    def watched(self, row: Row, year: Row, name: str) -> Fact:
        """A count (`count_now`, `count_before`) of the test of one year of what is only watched."""
        key = (("target_id", row["target_id"]), ("year", year["year"]))
        source = Cell(self._words(row), self._plain("assess_watched"), name, key)
        return self.book.add(f"{self._at(row)}/watched/{year['year']}/{name}", year[name], source, forms.COUNT)

    def fan(self, row: Row, year: Row, edge: str) -> Fact:
        """One edge (median, lo50, hi50, lo80, hi80) of the forecast of one year."""
        key = (("target_id", row["target_id"]), ("year", year["year"]))
        source = Cell(self._words(row), self._forecast("forecast_fans"), edge, key)
        form, unit = forms.of_indicator(row), shown.unit(row)
        return self.book.add(f"{self._at(row)}/fan/{year['year']}/{edge}", year[edge], source, form, unit)

    def path(self, row: Row, year: Row) -> Fact:
        """What the path requires of one year."""
        key = (("target_id", row["target_id"]), ("year", year["year"]))
        source = Cell(self._words(row), self._plain("assess_path"), "required", key)
        form, unit = forms.of_indicator(row), shown.unit(row)
        return self.book.add(f"{self._at(row)}/path/{year['year']}", year["required"], source, form, unit)

    def verdict_count(self, rows: list[Row], verdict: str, group: str) -> Fact:
        """How many of some targets have a verdict.

        Args:
            rows: The targets.
            verdict: Its key; `''` counts them all.
            group: Their name in the address; a nature, or `all`.
        """
        n = sum(standing.told_verdict(row) == verdict or not verdict for row in rows)
        ids = ", ".join(sorted(f"'{row['target_id']}'" for row in rows))  # one fact in whatever order they come
        sql = f"SELECT COUNT(*) AS n FROM ({self._query.sql}) AS q WHERE target_id IN ({ids or 'NULL'})"
        params = dict(self._query.params)
        if verdict:
            sql += " AND verdict = $verdict"
            params["verdict"] = verdict
        source = Cell(say("briefing.source.verdicts"), Query.of(sql, **params), "n")
        return self.book.add(f"plan/{self._day}/verdicts/{group}/{verdict or 'all'}", n, source)

    def without_value(self) -> Fact:
        """How many targets have no value now."""
        n = sum(row["value_now"] is None for row in self.rows)
        sql = f"SELECT COUNT(*) AS n FROM ({self._query.sql}) AS q WHERE value_now IS NULL"
        source = Cell(say("briefing.source.verdicts"), Query.of(sql, **dict(self._query.params)), "n")
        return self.book.add(f"plan/{self._day}/without_value", n, source)

    def control(self, row: Row, name: str) -> Fact:
        """A column (used, figure, used_share, elapsed_share) of a control figure."""
        key = tuple((column, row[column]) for column in ("measure", "year", "region_code", "sector_code"))
        source = Cell(say("briefing.source.control"), self._plain("assess_control_figures"), name, key)
        form = forms.SHARE if name.endswith("_share") else forms.COUNT
        unit = "" if name.endswith("_share") else say(f"briefing.units.{row['measure']}")
        return self.book.add(f"{_at_control(row)}/{name}", row[name], source, form, unit)

    def control_chance(self, row: Row, name: str = "probability_within") -> Fact:
        """The chance of staying within a control figure, or an edge (expected, lo80, hi80) of the year's total."""
        key = tuple((column, row[column]) for column in ("measure", "year", "region_code", "sector_code"))
        source = Cell(say("briefing.source.control"), self._plain("forecast_control_figures"), name, key)
        form = forms.CHANCE if name == "probability_within" else forms.COUNT
        return self.book.add(f"{_at_control(row)}/{name}", row[name], source, form)

    def binding_chance(self, row: Row, name: str = "probability") -> Fact:
        """A column (probability, met, of) of the joint forecast of the binding targets."""
        source = Cell(say("briefing.source.verdicts"), self._plain("forecast_binding"), name, (("met", row["met"]),))
        form = forms.CHANCE if name == "probability" else forms.COUNT
        return self.book.add(f"plan/{self._day}/binding/{row['met']}/{name}", row[name], source, form)

    def completeness(self, row: Row, name: str = "reported_share") -> Fact:
        """How much of a month's accidents is taken to be reported (`reported_share`, `lo80`, `hi80`)."""
        key = (("measure", row["measure"]), ("month", row["month"]))
        source = Cell(say("briefing.source.completeness"), self._plain("forecast_completeness"), name, key)
        address = f"plan/{self._day}/completeness/{row['measure']}/{row['month']:%Y-%m}/{name}"
        return self.book.add(address, row[name], source, Form("share", 0))

    def newest_completeness(self) -> list[Row]:
        """What is known of the completeness of the newest month's accidents; empty without a forecast."""
        if "forecast_completeness" not in self.house.tables():
            return []
        rows = self.house.query(
            "SELECT * FROM forecast_completeness WHERE plan_id = $plan AND as_of_on = $as_of "
            "AND measure IN ('industrial_accidents', 'other_accidents') ORDER BY month DESC, measure",
            {"plan": self.plan_id, "as_of": self.as_of},
        )
        return [row for row in rows if row["month"] == rows[0]["month"]]

    def track_record(self) -> dict[str, Fact] | None:
        """How often we have been right: the parts of `warehouse.track_record`, each a fact."""
        found = self.house.track_record(self.plan_id, self.forecast_on)
        if found is None:
            return None
        words = say("briefing.source.record")
        facts = {}
        for name, bins in (("likely", LIKELY), ("unlikely", UNLIKELY)):
            inside = ", ".join(map(str, bins))
            query = Query.of(
                "SELECT CAST(SUM(n) AS BIGINT) AS said, CAST(SUM(ROUND(happened * n)) AS BIGINT) AS met "
                f"FROM forecast_reliability WHERE kind IN ('levels', 'disasters') AND lead = 0 AND bin IN ({inside})"
            )
            facts[name] = self.book.add(f"record/{name}", found[name], Cell(words, query, "said"))
            facts[f"{name}_met"] = self.book.add(f"record/{name}_met", found[f"{name}_met"], Cell(words, query, "met"))
            parts = facts[f"{name}_met"], facts[name]
            facts[f"{name}_share"] = self.book.work(f"record/{name}_share", "share", parts, Form("share", 0))
        query = Query.of(
            "SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) AS n, "
            "CAST(COALESCE(SUM(ROUND(n * COALESCE(share, 0))), 0) AS BIGINT) AS inside "
            "FROM (SELECT DISTINCT series, coverage80 AS share, coverage_n AS n FROM forecast_evidence "
            "WHERE plan_id = $plan AND as_of_on = $as_of) AS own",
            plan=self.plan_id,
            as_of=self.forecast_on,
        )
        for name in ("n", "inside"):
            facts[name] = self.book.add(f"record/{self._day}/{name}", found[name], Cell(words, query, name))
        facts["share"] = self.book.work(
            f"record/{self._day}/share", "share", (facts["inside"], facts["n"]), Form("share", 0)
        )
        return facts

    def evidence(self, row: Row) -> dict[str, Fact] | None:
        """How targets fared of whose chance the same was said: `said`, `came_true`, `share`, `lead`; None without."""
        found = self.house.evidence(self.plan_id, row["target_id"], self.forecast_on)
        if not found or not found["said"]:
            return None
        at = f"{self._at(row)}/evidence"
        words = say("briefing.source.record")
        query = Query.of(
            "SELECT kind, lead, bin, n, CAST(ROUND(happened * n) AS BIGINT) AS hit FROM forecast_reliability"
        )
        key = (("kind", found["kind"]), ("lead", found["lead"]), ("bin", found["bin"]))
        facts = {
            "lead": self.book.add(f"{at}/lead", found["lead"], Cell(words, query, "lead", key)),
            "n": self.book.add(f"{at}/n", found["said"], Cell(words, query, "n", key)),
            "hit": self.book.add(f"{at}/hit", found["came_true"], Cell(words, query, "hit", key)),
        }
        facts["share"] = self.book.work(f"{at}/share", "share", (facts["hit"], facts["n"]), Form("share", 0))
        return facts

    def evidence_kind(self, row: Row) -> str:
        """On what sort of series the evidence of a target rests: `levels` or `disasters`."""
        found = self.house.evidence(self.plan_id, row["target_id"], self.forecast_on)
        return found["kind"] if found else ""

    # Inside

    @property
    def _day(self) -> str:
        return self.as_of.isoformat()

    def _at(self, row: Row) -> str:
        return f"plan/{self._day}/{row['target_id']}"

    def _words(self, row: Row) -> str:
        formula = row.get(f"formula_{current_language()}") or ""
        return say("briefing.source.target", name=shown.named(row), formula=formula)

    @cached_property
    def _query(self) -> Query:
        """The assessments with the target, and the verdict and probability of the forecast where there is one.

        As `Warehouse.with_last_forecast` reads them: between quarter-ends open targets carry the last forecast.
        """
        has_chances = "forecast_probabilities" in self.house.tables()
        judged = "COALESCE(p.verdict, a.verdict)" if has_chances else "a.verdict"
        verdict = f"CASE WHEN a.verdict_reason_code = 'target_unset' THEN 'unset' ELSE {judged} END AS verdict"
        chance = f"{verdict}, {'p.probability' if has_chances else 'NULL AS probability'}"
        more = (
            "LEFT JOIN forecast_probabilities AS p ON p.plan_id = a.plan_id AND p.target_id = a.target_id "
            "AND p.as_of_on = $forecast_on AND (p.as_of_on = a.as_of_on "
            "OR (a.verdict = 'undecided' AND p.model IS DISTINCT FROM 'decided')) "
            if has_chances
            else ""
        )
        columns = (
            "a.target_id, a.value_now, a.value_year, a.required_now, a.target_value, a.baseline_value, "
            "a.baseline_printed, a.pace_share, a.elapsed_share, a.elapsed_share_at_value, a.year_to_date, "
            "a.year_to_date_before, a.rolling_four_quarters"
        )
        sql = (
            f"SELECT {columns}, {chance}, t.due_year FROM assess_assessments AS a "
            f"JOIN assess_targets AS t ON t.plan_id = a.plan_id AND t.target_id = a.target_id {more}"
            "WHERE a.plan_id = $plan AND a.as_of_on = $as_of"
        )
        day = {"forecast_on": self.forecast_on} if has_chances else {}
        return Query.of(sql, plan=self.plan_id, as_of=self.as_of, **day)

    def _forecast(self, relation: str) -> Query:
        """The rows of a table of forecasts as they stand at the day of the forecasts."""
        return self._at_day(relation, self.forecast_on)

    def _at_day(self, relation: str, day: datetime.date) -> Query:
        sql = f"SELECT * FROM {relation} WHERE plan_id = $plan AND as_of_on = $as_of"
        return Query.of(sql, plan=self.plan_id, as_of=day)

    def _plain(self, relation: str) -> Query:
        return self._at_day(relation, self.as_of)

    @property
    def _reasons(self) -> Query:
        return self._plain("assess_assessments")

    @property
    def _why(self) -> Query:
        return self._forecast("forecast_probabilities")

    @cached_property
    def _told(self) -> list[Row]:
        """What the forecasts say of the targets that carry them."""
        if "forecast_probabilities" not in self.house.tables():
            return []
        told = self.house.query(self._why.sql, dict(self._why.params))
        if self.forecast_on == self.as_of:
            return told
        open_ones = {row["target_id"] for row in self.rows if row.get("forecast_on")}
        return [row for row in told if row["target_id"] in open_ones]

    @property
    def _forecasts(self) -> dict[str, str]:
        return {row["target_id"]: row["reason_facts"] for row in self._told if row["has_forecast"]}

    @property
    def _refusals(self) -> dict[str, str]:
        return {row["target_id"]: row["reason_facts"] for row in self._told if not row["has_forecast"]}


def _at_control(row: Row) -> str:
    return (
        f"control/{row['as_of_on']}/{row['year']}/{row['measure']}/{row['region_code']}/{row['sector_code'] or 'all'}"
    )


def _gap_unit(row: Row) -> str:
    return say("app.change.points") if shown.unit(row) == "%" else shown.unit(row)


def _form_of(row: Row, name: str) -> tuple[Form, str, str]:
    """Form, unit and the text of a missing value of one column."""
    unit = shown.unit(row)
    if name == "probability":
        return forms.CHANCE, "", ""
    if name == "verdict":
        return forms.VERDICT, "", ""
    if name in ("value_year", "due_year"):
        return YEAR, "", ""
    if name in ("pace_share", "elapsed_share", "elapsed_share_at_value"):
        return Form("share", 0), "", ""
    if name == "target_value":
        return forms.bound_of(row), unit, ""
    if name == "required_now":
        return forms.required_of(row), unit, ""
    return forms.of_indicator(row), unit, _why_missing(row) if row[name] is None else ""


def _why_missing(row: Row) -> str:
    code = row["verdict_reason_code"] or ""
    return code if has(f"app.missing.{code}") else "not_reported"
