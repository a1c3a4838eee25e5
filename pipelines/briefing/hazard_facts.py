"""Major hazards of one quarter, as numbers with their sources."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pipelines.briefing import forms, queries
from pipelines.briefing.facts import Cell, Fact, FactBook
from pipelines.place_readers import hazard_sum
from pipelines.quarters import Quarter
from pipelines.situation import Row
from pipelines.texts import say

if TYPE_CHECKING:
    from pipelines.warehouse import Warehouse


class HazardFacts:
    """The part of `QuarterFacts` that tells of major hazards; the attributes are set there."""

    house: Warehouse
    book: FactBook
    region: str
    quarter: Quarter
    known: datetime.date
    as_of: Fact
    missing: Collection[str]

    @cached_property
    def hazards(self) -> Mapping[str, Any]:
        """Major hazards by place, and the oldest ones past their date."""
        return self.house.major_hazards(self.region, datetime.date(self.quarter.year, 1, 1), self.known)

    def hazard_places(self, name: str, code: str = "*") -> Fact:
        """Major hazards listed, rectified, open or overdue: of one place, or of all (`*`)."""
        rows = [row for row in self.hazards["places"] if code in ("*", row["code"])]
        query = queries.of_major_hazards(self.region, datetime.date(self.quarter.year, 1, 1), self.known)
        value = hazard_sum(rows, name)
        missing = "not_collected" if value is None else ""
        missing = "not_reported" if "inspections" in self.missing and not rows else missing
        found = None if missing else value
        source = Cell(self._words("inspections"), query, name, (("code", code),), None if missing else 0)
        address = f"{self._at}/major_hazards/{code if code != '*' else 'all'}/{name}"
        return self.book.add(address, found, source, forms.COUNT, say("briefing.units.hazards"), missing)

    def overdue(self, row: Row, name: str) -> Fact:
        """A day of an overdue major hazard (inspected_on, major_due_on), its line in the file, or the `days` since."""
        key = tuple((column, row[column]) for column in ("source", "record_id", "region_code"))
        address = f"{self._at}/overdue/{row['source']}/{row['record_id']}/{row['region_code']}"
        query = queries.of_overdue(self.region, self.known)
        words = self._words("inspections")
        if name == "days":
            return self.book.work(
                f"{address}/days",
                "days",
                (self.as_of, self.overdue(row, "major_due_on")),
                unit=say("briefing.units.days"),
            )
        form = forms.COUNT if name == "line_number" else forms.DAY
        return self.book.add(f"{address}/{name}", row[name], Cell(words, query, name, key), form)
