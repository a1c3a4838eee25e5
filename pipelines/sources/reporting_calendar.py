"""Who owes which return when: `data/codes/reporting_calendar.yml`, expanded to one row for each period owed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipelines.catalogue.yamlfile import read_list
from pipelines.faults import Said
from pipelines.sources.regions import Regions
from pipelines.texts import say

FILE = "reporting_calendar.yml"
INVALID = "reporting_calendar_invalid"
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


class Duty(BaseModel):
    """One entry: these regions owe this kind of record, so often, so many days after each period's end."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["accidents", "disasters", "inspections", "training", "statistics"]
    regions: tuple[str, ...] = Field(min_length=1)
    frequency: Literal["month", "quarter", "half_year", "year"]
    first_period: date
    last_period: date | None = None
    due_days: int = Field(ge=0, le=366)

    @model_validator(mode="after")
    def _starts_a_period(self):
        first = self.first_period
        if first.day != 1 or (first.month - 1) % _MONTHS[self.frequency]:
            raise Said("first_period", day=first, frequency=self.frequency)
        return self

    def periods(self, until: date) -> list[tuple[date, date, date]]:
        """(first day, last day, due day) of each period that has begun by `until`."""
        found, start = [], self.first_period
        while start <= min(until, self.last_period or until):
            after = _plus(start, _MONTHS[self.frequency])
            end = after - timedelta(days=1)
            found.append((start, end, end + timedelta(days=self.due_days)))
            start = after
        return found


def reporting_calendar(
    folder: Path, regions: Regions, until: date, named: Sequence[str] = ()
) -> list[dict[str, object]]:
    """The rows of `src_reporting_calendar`: kind, region_code, period_start, period_end, due_on.

    Args:
        folder: With the file.
        regions: The code list.
        until: The last day on which a period may begin.
        named: `[office] regions` of the settings. One of them that stands in no entry owes what the entries ask of
            regions of its level, so that a district need not be written into each.

    Raises:
        PipelineError: The file cannot be read, or an entry is none, or names an unknown region.
    """
    path = folder / FILE
    where = f"data/codes/{FILE}"
    if not path.exists():
        return []

    def unknown(line: int, duty: Duty) -> list[str]:
        return [
            say("sources.calendar.no_region", line=line, code=code)
            for code in duty.regions
            if code not in regions.parents
        ]

    found: dict[tuple[object, ...], dict[str, object]] = {}
    duties = [duty for _, duty in read_list(path, Duty, where, INVALID, unknown)]
    entered = {region for duty in duties for region in duty.regions}
    new = [code for code in named if code in regions.parents and code not in entered]
    for duty in duties:
        levels = {_level(regions, region) for region in duty.regions}
        for region in (*duty.regions, *(code for code in new if _level(regions, code) in levels)):
            for start, end, due in duty.periods(until):
                row = {
                    "kind": duty.kind,
                    "region_code": region,
                    "period_start": start,
                    "period_end": end,
                    "due_on": due,
                }
                found.setdefault((duty.kind, region, start, end), row)
    return list(found.values())


def _level(regions: Regions, code: str) -> int:
    """How many regions stand above one; districts of different cities have the same number."""
    above: list[str] = []
    while (code := regions.parents.get(code, "")) and code not in above:
        above.append(code)
    return len(above)


def _plus(day: date, months: int) -> date:
    total = day.year * 12 + day.month - 1 + months
    return date(total // 12, total % 12 + 1, 1)
