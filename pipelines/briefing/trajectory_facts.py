"""The ways of a plan's targets, put together from facts: years, path, forecast, causes, what was said before."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines import shown
from pipelines.briefing.facts import Cell, Fact, Query
from pipelines.briefing.forms import CHANCE, VERDICT, Form, of_indicator
from pipelines.briefing.plan_facts import PlanFacts
from pipelines.texts import say

Row = Mapping[str, Any]
EDGES = ("lo80", "lo50", "median", "hi50", "hi80")
BEFORE_BASELINE = 4  # years shown before the baseline

_FANS = "SELECT * FROM forecast_fans WHERE plan_id = $plan AND as_of_on = $as_of"
_PARTS = "SELECT * FROM assess_contributions WHERE plan_id = $plan AND as_of_on = $as_of"
_SAID = (
    "SELECT a.target_id, a.as_of_on, COALESCE(p.verdict, a.verdict) AS verdict, p.probability "
    "FROM assess_assessments AS a LEFT JOIN forecast_probabilities AS p ON p.plan_id = a.plan_id "
    "AND p.target_id = a.target_id AND p.as_of_on = a.as_of_on WHERE a.plan_id = $plan"
)
_JUDGED = (
    "SELECT target_id, as_of_on, verdict, CAST(NULL AS DOUBLE) AS probability FROM assess_assessments "
    "WHERE plan_id = $plan"
)


@dataclass(frozen=True)
class Year:
    """One year of a target.

    Args:
        year: Calendar year.
        value: The yearly value; a missing one says why.
        is_final: Whether it will not be revised any more.
        is_complete: Whether the year is over and everything is in.
        total: For a total of the plan, the sum since its first year; None where a year is missing.
    """

    year: int
    value: Fact
    is_final: bool
    is_complete: bool
    total: Fact | None = None

    @property
    def drawn(self) -> Fact:
        """What a figure shows: the running total where the target is one."""
        return self.total or self.value


@dataclass(frozen=True)
class Trajectory:
    """The way of one target.

    Args:
        row: The assessed target.
        years: Its years, the oldest first.
        required: What the path requires, by year.
        fan: The forecast of years that are not known yet, by year and edge.
    """

    row: Row
    years: tuple[Year, ...]
    required: Mapping[int, Fact] = field(default_factory=dict)
    fan: Mapping[int, Mapping[str, Fact]] = field(default_factory=dict)

    @property
    def known(self) -> tuple[Year, ...]:
        """Years with a value."""
        return tuple(year for year in self.years if year.drawn.value is not None)


@dataclass(frozen=True)
class Said:
    """What was said of a target on one day.

    Args:
        day: When.
        verdict: The verdict.
        chance: The chance; its value is None where none was given.
    """

    day: datetime.date
    verdict: Fact
    chance: Fact


class Trajectories:
    """The ways of all targets of a plan at one day.

    Args:
        facts: The facts of the plan at that day.
    """

    def __init__(self, facts: PlanFacts):
        self.facts = facts
        self._book, self._house = facts.book, facts.house
        self._paths = facts.house.paths_by_target(facts.plan_id, facts.as_of)
        self._replay: dict[str, list[Row]] | None = None

    def of(self, row: Row) -> Trajectory:
        """The way of one target.

        Args:
            row: One of the facts' rows.
        """
        years = self._yearly(row)
        required = {
            one["year"]: self.facts.path(row, one)
            for one in self._paths.get(row["target_id"], ())
            if one["required"] is not None
        }
        return Trajectory(row, years, required, self._fan(row, years))

    def history(self, row: Row) -> tuple[Said, ...]:
        """Verdict and chance of a target at every as-of date up to the facts', the oldest first."""
        if self._replay is None:
            self._replay = {}
            for one in self._house.replay(self.facts.plan_id, self.facts.as_of):
                self._replay.setdefault(one["target_id"], []).append(one)
        has_chances = "forecast_probabilities" in self._house.tables()
        query = Query.of(_SAID if has_chances else _JUDGED, plan=self.facts.plan_id)
        found = []
        for one in self._replay.get(row["target_id"], ()):
            key = (("target_id", row["target_id"]), ("as_of_on", one["as_of_on"]))
            words, place = say("evaluation.source.said"), f"plan/{one['as_of_on']}/{row['target_id']}/said"
            verdict = self._book.add(f"{place}/verdict", one["verdict"], Cell(words, query, "verdict", key), VERDICT)
            chance = Cell(words, query, "probability", key)
            said = self._book.add(f"{place}/chance", one["probability"], chance, CHANCE)
            found.append(Said(one["as_of_on"], verdict, said))
        return tuple(found)

    def said_then(self, row: Row, day: datetime.date, year: int) -> dict[str, Fact]:
        """What was forecast of a year on an earlier day, by edge; empty where nothing was.

        Args:
            row: The target.
            day: When it was said.
            year: Of which year; nothing where its value was known then.
        """
        fans = self._house.fans_by_target(self.facts.plan_id, day).get(row["target_id"], ())
        said = next((one for one in fans if one["year"] == year and (one["observed_share"] or 0) < 1), None)
        if said is None:
            return {}
        query = Query.of(_FANS, plan=self.facts.plan_id, as_of=day)
        key = (("target_id", row["target_id"]), ("year", year))
        place = f"plan/{day}/{row['target_id']}/fan/{year}"
        words, form, unit = say("evaluation.source.fan"), of_indicator(row), shown.unit(row)
        return {
            edge: self._book.add(f"{place}/{edge}", said[edge], Cell(words, query, edge, key), form, unit)
            for edge in EDGES
        }

    def moved(self, row: Row) -> dict[tuple[int, int], dict[str, Fact]]:
        """What moved the value: sizes of the contributions by span of years and part; their sign is in the value."""
        facts = self.facts
        query = Query.of(_PARTS, plan=facts.plan_id, as_of=facts.as_of)
        form = of_indicator(row)
        found: dict[tuple[int, int], dict[str, Fact]] = {}
        for one in self._house.contributions(facts.plan_id, row["target_id"], facts.as_of):
            span = (one["from_year"], one["to_year"])
            key = (("target_id", row["target_id"]), *zip(("from_year", "to_year"), span, strict=True))
            source = Cell(say("evaluation.source.parts"), query, "amount", (*key, ("part", one["part"])))
            place = f"plan/{facts.as_of}/{row['target_id']}/moved/{span[0]}-{span[1]}/{one['part']}"
            size = Form("size", form.decimals, form.factor)
            fact = self._book.add(place, one["amount"], source, size, shown.points_or_unit(row, "absolute"))
            found.setdefault(span, {})[one["part"]] = fact
        return found

    def _yearly(self, row: Row) -> tuple[Year, ...]:
        start = int(self._book.plan["period_start"])
        is_total = row["kind"] == "period_total"
        first = start if is_total else (row["baseline_year"] or start) - BEFORE_BASELINE
        running: list[Fact] | None = []
        found: list[Year] = []
        for known in self.facts.years.get(row["target_id"], ()):
            if known["year"] < first:
                continue
            value = self.facts.year(row, known)
            total = None
            if is_total:
                running = None if running is None or value.value is None else [*running, value]
                total = self._total(row, known["year"], running) if running else None
            found.append(Year(known["year"], value, bool(known["is_final"]), bool(known["is_complete"]), total))
        return tuple(found)

    def _total(self, row: Row, year: int, parts: Sequence[Fact]) -> Fact:
        place = f"plan/{self.facts.as_of}/{row['target_id']}/total-to/{year}"
        return self._book.work(place, "sum", parts, of_indicator(row), shown.unit(row))

    def _fan(self, row: Row, years: Sequence[Year]) -> dict[int, dict[str, Fact]]:
        last = max((year.year for year in years if year.value.value is not None), default=None)
        if last is None or row["kind"] == "period_total":  # a forecast of single years says nothing of a running total
            return {}
        return {
            one["year"]: {edge: self.facts.fan(row, one, edge) for edge in EDGES}
            for one in self.facts.fans.get(row["target_id"], ())
            if one["year"] > last
        }
