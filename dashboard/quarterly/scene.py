"""What the page of the quarterly situation asks of a build; each question is asked only when a part needs it."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from dashboard import data, questions, sentences
from dashboard import format as shown
from dashboard.components import trust
from dashboard.quarterly import tables, words
from pipelines import situation
from pipelines.periods import periods_of
from pipelines.quarterly_readers import CUTS
from pipelines.quarters import Quarter
from pipelines.reporting import KINDS, Reporting, why_not_compared
from pipelines.texts import say

FIRST_MINUTE = ("total", "sector", "region", "grade")
"""Cuts of the accidents that the first minute tells of."""


@dataclass(frozen=True)
class Scene:
    """One quarter of one region, as one meeting sees it.

    Args:
        view: The view of this run.
        quarter: Which quarter, and as known at which day.
        asked: Cuts that the parts which are shown divide the accidents by, beside those of the first minute.
    """

    view: object
    quarter: Quarter
    asked: tuple[str, ...] = tuple(CUTS)

    @property
    def plan(self) -> Mapping:
        """The row of the plan."""
        return self.view.plan

    @property
    def region(self) -> str:
        """Code of the plan's region."""
        return self.plan["region_code"]

    @property
    def known(self) -> datetime.date:
        """Nothing that became known later is shown."""
        return self.quarter.known

    @property
    def year(self) -> int:
        """Calendar year of the quarter."""
        return self.quarter.year

    @cached_property
    def rows(self) -> list[dict]:
        """The assessed targets."""
        return self._assessed[self.known]

    @cached_property
    def before(self) -> list[dict]:
        """The assessed targets at the meeting before; empty where there was none."""
        return self._assessed.get(self.quarter.earlier, [])

    @cached_property
    def _assessed(self) -> dict[datetime.date, list[dict]]:
        days = tuple(day for day in (self.known, self.quarter.earlier) if day)
        return self.view.reader.with_last_forecasts(self.plan["plan_id"], days)

    @cached_property
    def regions(self) -> dict[str, dict]:
        """The code list of regions by code."""
        return {row["region_code"]: row for row in self.view.reader.regions()}

    @cached_property
    def region_name(self) -> str:
        """Name of the plan's region."""
        return shown.named(self.regions.get(self.region, {})) or self.region

    @cached_property
    def owing(self) -> list[dict]:
        """Returns of the region and all below it that were due at the day and not there."""
        inside = {row["region_code"] for row in questions.below(self.regions.values(), self.region)}
        inside = {self.region} if questions.is_nation(self.plan) else inside
        return [row for row in questions.owed(self.view.reader, self.known) if row["region_code"] in inside]

    @cached_property
    def missing(self) -> set[str]:
        """Kinds of record of which a return of the region or of one below it for these months is out."""
        return {kind for kind in KINDS if not self.reporting(kind).is_whole}

    def reporting(self, kind: str, back: int = 0) -> Reporting:
        """What was there of the returns of the months, each year at the day at which it is looked at."""
        return self._reported[back][kind]

    @cached_property
    def heard(self) -> list[str]:
        """Names of the districts below that ever reported accidents, where others of them never did; else empty."""
        silent = self.reporting("accidents").silent
        below = [row for row in self.regions.values() if row["parent_code"] == self.region] if silent else []
        return [shown.named(row) for row in below if row["level"] == "district" and row["region_code"] not in silent]

    def is_comparable(self, kind: str, backs: Iterable[int] = (1,)) -> bool:
        """Whether this year's months stand beside those of years before: no return overdue, nothing defined anew."""
        if kind == "accidents" and self.breaks:
            return False
        return all(self.reporting(kind, back).compares(self.region) for back in (0, *backs))

    @cached_property
    def _reported(self) -> list[dict[str, Reporting]]:
        """By years back: this year and the five before."""
        spans = [(one.first, one.last, one.known) for one in periods_of(self.quarter, "to_date")]
        return self.view.reader.reporting(self.region, spans)

    @cached_property
    def _reported_ahead(self) -> list[dict[str, Reporting]]:
        """Of the coming quarter in the five years before, the newest first."""
        spans = [(one.first, one.last, one.known) for one in periods_of(self.quarter, "ahead")]
        return self.view.reader.reporting(self.region, spans)

    @cached_property
    def breaks(self) -> list[dict]:
        """Changes of definition between the start of last year and the quarter's end."""
        return data.series_breaks(self.region, datetime.date(self.year - 1, 1, 1), self.quarter.end)

    @cached_property
    def cuts(self) -> list[dict]:
        """Accidents in the cuts that are shown, each marked where nothing is known or no change can be computed."""
        reported = [self.reporting("accidents", back) for back in range(3)]
        names = {"serious_injuries": "serious_injuries", "loss_fen": "accident_loss_fen"}
        uncounted = {
            name: [back for back in range(3) if tables.is_uncounted(self.value, measure, back)]
            for name, measure in names.items()
            if self.view.reader.lacks_columns()
        }
        rows = []
        for counted in self._counted:
            row = {
                **counted,
                "unknown": {back: key for back, one in enumerate(reported) if (key := self._why_unknown(counted, one))},
                "uncounted": uncounted,
            }
            if why := self._why_broken(row, reported):
                row |= {"is_broken": True, "why_broken": why, "finding": None, "finding_of_industrial": None}
            rows.append(row)
        return rows

    def _why_broken(self, row: Mapping, reported: Sequence[Reporting]) -> str:
        """Why a part does not stand beside itself last year: `definition`, `reported`, `others`, or an empty text."""
        if self.breaks:
            return "definition"
        is_place = row["cut"] == "region" and row["code"]
        unknown = {0, 1} & set(row["unknown"])
        if not is_place:  # of a sum only a zero is unknown while nothing is overdue
            unknown &= {back for back, name in enumerate(("accidents", "accidents_before")) if not row[name]}
        why = "" if is_place else why_not_compared(reported[0], reported[1:2], self.region)
        if not unknown and not why:
            return ""
        if self.heard and not is_place:
            return "others"
        return why or ("reported" if 0 in unknown else "before")

    def _why_unknown(self, row: Mapping, found: Reporting) -> str:
        """Why a part's zero would be none; a place is whole where its own returns are in."""
        if row["cut"] != "region" or not row["code"]:
            return found.why_missing()
        return found.why_missing(
            lambda one: not one.is_out(self.region) and row["code"] not in self._with_above(one.absent)
        )

    def _with_above(self, codes: Iterable[str]) -> set[str]:
        """Regions and all those above them, whose sums hold theirs."""
        found: set[str] = set()
        for code in codes:
            while code and code not in found:
                found.add(code)
                code = self.regions.get(code, {}).get("parent_code")
        return found

    @cached_property
    def _counted(self) -> list[dict]:
        cuts = tuple(cut for cut in CUTS if cut in FIRST_MINUTE or cut in self.asked)
        known = (self.plan["plan_id"], self.region, self.year, self.quarter.month, self.known)
        return self.view.reader.situation(*known, cuts)

    def cut(self, name: str) -> list[dict]:
        """The parts of one cut."""
        return tables.of_cut(self.cuts, name)

    @cached_property
    def total(self) -> dict:
        """All accidents of the months."""
        return self.cut("total")[0]

    @cached_property
    def value(self) -> tables.Value:
        """Look-up of the measures of the months, of this year and the five before."""
        return tables.values(self.view.reader.sums_to_date(self.region, self.year, self.quarter.month, self.known))

    def why_missing(self, measure: str, back: int = 0, column: str = "to_date") -> str:
        """Why a sum of `value` is not known: key below `app.missing`; an empty text where it is."""
        found = self._reported_ahead[back - 1] if column == "next_quarter" else self._reported[back]
        return situation.why_missing(self.value, measure, back, column, found[situation.measure_kind(measure)])

    @cached_property
    def larger(self) -> dict:
        """Larger accidents: the last, the first day of the records, how many this year and last."""
        grades = [row for row in tables.of_cut(self._counted, "grade") if row["code"] != "general"]
        row = self.view.reader.last_larger_accident(self.region, self.known, self.quarter.end)
        return {
            **situation.since_larger(self.view.reader, self.region, self.quarter, row),
            "n": sum(row["accidents"] for row in grades),
            "before": sum(row["accidents_before"] for row in grades),
            "is_partial": not self.reporting("accidents").is_whole,
            "is_least": [tables.is_least(self.value, "larger_accidents", back) for back in range(2)],
            "is_broken": self.total.get("is_broken"),
            "why_broken": self.total.get("why_broken"),
        }

    @cached_property
    def control(self) -> list[dict]:
        """Control figures of the year."""
        found = self.view.reader.control_figures(self.plan["plan_id"], self.known)
        return [{**one, "is_own": one["region_code"] == self.region} for one in found]

    @cached_property
    def chances(self) -> list[dict]:
        """What the forecasts say of control figures."""
        return self.view.reader.control_chances(self.plan["plan_id"], self.known)

    @cached_property
    def news(self) -> dict | None:
        """What became known since the meeting before; None where there was none."""
        earlier, start = self.quarter.earlier, situation.news_since(self.year)
        return self.view.reader.changes_between(self.region, start, earlier, self.known) if earlier else None

    @cached_property
    def measure_names(self) -> dict[str, dict]:
        """Names of the measures by code."""
        return questions.measure_names(self.view.reader)

    @cached_property
    def senders(self) -> dict[str, list[str]]:
        """Who sent records of the region, by kind."""
        return self.view.reader.senders(self.region)

    def sentence(self) -> str:
        """The one sentence of the meeting."""
        is_reported = "accidents" not in self.missing
        return words.judgement(
            self.region_name, self.quarter.month, self.total, self.larger, self.rows, self.known,
            is_reported=is_reported, heard=self.heard,
        )  # fmt: skip

    @property
    def span(self) -> str:
        """The months that are compared, in words."""
        return say("app.quarterly.same_age", months=words.months(self.quarter.month))

    def trust(
        self,
        *more: str,
        kinds: Collection[str] = ("accidents",),
        scope: str = "",
        formula: str = "",
        clause: str = "",
        records: Mapping[str, object] | None = None,
    ) -> str:
        """The trust line of a figure of this page (HTML).

        Args:
            more: Remarks of the figure.
            kinds: Kinds of record that it counts; the first is where its link leads.
            scope: What is counted; the records that count as work safety where nothing else is said.
            formula: How it is computed.
            clause: Clause of the plan, where the figure stands for one.
            records: Further query keys of the link.
        """
        sources = [name for kind in kinds for name in self.senders.get(kind, ())]
        return trust.line(
            self.view,
            sources=sources,
            until=self.known,
            scope=scope or say("app.quarterly.scope_accidents"),
            clause=clause,
            formula=formula or say("app.quarterly.formula_counts"),
            more=more,
            records={"kind": kinds[0], "year": self.year, **self.counted(kinds[0]), **(records or {})},
        )

    def counted(self, kind: str, back: int = 0) -> dict[str, object]:
        """Query keys under which the page of records lists just what is counted here.

        Args:
            kind: Kind of record.
            back: Years back; nothing is returned where that year's day is none of the plan's as-of dates.
        """
        then = next(one for one in periods_of(self.quarter, "to_date") if one.back == back)
        if back and then.known not in self.view.dates:
            return {}
        scope = "work" if kind == "accidents" else ""
        until = then.last if back else self.quarter.end
        return {"as_of": then.known, "until": until, "scope": scope, "month": "", "page": "", "record": ""}

    def owed_words(self) -> str:
        """Who has not reported, in words."""
        return sentences.not_reported(self.owing)

    def control_rows(self) -> Sequence[Mapping]:
        """Control figures of deaths and accidents of the year that is shown."""
        return [one for one in self.control if one["year"] == self.year]
