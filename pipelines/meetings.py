"""What a quarterly meeting is asked to decide, what became of it, and what the coming quarter holds by date.

Both are written by users and read when they are asked for, so that a decision taken in the room is on the page at once:
`data/plans/decisions/<plan id>.yml` and `data/codes/seasons.yml`.
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipelines.catalogue.yamlfile import read_model
from pipelines.faults import Said
from pipelines.settings import Settings

DECISIONS = "decisions"
SEASONS = "seasons.yml"
_PLAN = re.compile(r"[\w-]+")
Quarter = Annotated[str, Field(pattern=r"^\d{4}Q[1-4]$")]
MonthDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Decision(_Entry):
    """One matter for a meeting.

    Args:
        quarter: The quarter whose meeting it is for, such as 2024Q3.
        text: What is to be decided, in one line.
        owner: Who carries it out.
        due_on: By when.
        state: asked (for decision), agreed, done, dropped.
        outcome: What became of it.
    """

    quarter: Quarter
    text: str = Field(min_length=1)
    owner: str = ""
    due_on: dt.date | None = None
    state: Literal["asked", "agreed", "done", "dropped"] = "asked"
    outcome: str = ""


class View(_Entry):
    """What another office expects of a quarter, in its own words.

    Args:
        quarter: The quarter that is looked ahead to.
        source: Who says so, such as the weather bureau.
        text: The words.
        said_on: When it was said.
    """

    quarter: Quarter
    source: str = Field(min_length=1)
    text: str = Field(min_length=1)
    said_on: dt.date | None = None


class Meeting(_Entry):
    """All matters and views of one plan."""

    decisions: tuple[Decision, ...] = ()
    outlook: tuple[View, ...] = ()


class Season(_Entry):
    """A season that comes back every year.

    Args:
        region_code: Region; it holds for all below it that have none of their own.
        kind: flood or forest_fire.
        begins, ends: Month and day, such as 06-15; an end before the beginning lies in the next year.
        basis: Which rule says so.
    """

    region_code: str
    kind: Literal["flood", "forest_fire"]
    begins: MonthDay
    ends: MonthDay
    basis: str = ""


class Holiday(_Entry):
    """A public holiday of one year, by its dates off work."""

    name_zh: str
    name_en: str
    begins_on: dt.date
    ends_on: dt.date

    @model_validator(mode="after")
    def _in_order(self) -> Holiday:
        if self.ends_on < self.begins_on:
            raise Said("holiday_order")
        return self


class Seasons(_Entry):
    """Seasons and holidays."""

    seasons: tuple[Season, ...] = ()
    holidays: tuple[Holiday, ...] = ()


def decisions_file(plan: str) -> str:
    """Name of a plan's file of decisions, below the folder of plans."""
    return f"{DECISIONS}/{plan}.yml"


def plans_with_decisions(settings: Settings) -> list[str]:
    """The plans for which somebody wrote decisions or views."""
    folder = settings.path("plans") / DECISIONS
    return sorted(file.stem for file in folder.glob("*.yml") if _PLAN.fullmatch(file.stem))


def read_meeting(settings: Settings, plan: str) -> Meeting:
    """The decisions and views of a plan; nothing where nobody wrote any.

    Raises:
        PipelineError: The file is no YAML, or an entry is wrong; with its line.
    """
    if not _PLAN.fullmatch(plan):
        return Meeting()
    file = settings.path("plans") / DECISIONS / f"{plan}.yml"
    shown = (settings.paths.plans / DECISIONS / f"{plan}.yml").as_posix()
    return _read(file, Meeting, shown) or Meeting()


def read_seasons(settings: Settings) -> Seasons:
    """Seasons and holidays; nothing where the file is not there.

    Raises:
        PipelineError: The file is no YAML, or an entry is wrong; with its line.
    """
    file = settings.path("codes") / SEASONS
    shown = (settings.paths.codes / SEASONS).as_posix()
    return _read(file, Seasons, shown) or Seasons()


def read_series_breaks(settings: Settings, region: str) -> list[dict]:
    """Changes of definition of one region: `break_code`, `begins_on`, `name_zh`, `name_en`, the oldest first."""
    file = settings.path("codes") / "series_breaks.csv"
    if not file.exists():
        return []
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = [row for row in csv.DictReader(opened) if row["region_code"] == region]
    rows = [{**row, "begins_on": dt.date.fromisoformat(row["begins_on"])} for row in rows]
    return sorted(rows, key=lambda row: row["begins_on"])


def _read(file: Path, model: type[_Entry], shown: str) -> _Entry | None:
    try:
        written = file.stat()
    except FileNotFoundError:
        return None
    return _read_once(file, model, shown, written.st_mtime_ns, written.st_size)


@functools.lru_cache(maxsize=64)
def _read_once(file: Path, model: type[_Entry], shown: str, *_: int) -> _Entry:
    """Read a file once for each time that it was written."""
    return read_model(file, model, shown_as=shown)


def seasons_between(
    seasons: tuple[Season, ...], regions: tuple[str, ...], first: dt.date, last: dt.date
) -> list[tuple[Season, dt.date, dt.date]]:
    """The seasons that touch a period, each with its own first and last day, which may lie outside it.

    Args:
        seasons: All that are known.
        regions: A region and those above it, the nearest first; of each kind the nearest one's season holds.
        first: First day of the period.
        last: Last day of it.
    """
    found = []
    for kind in ("flood", "forest_fire"):
        own = next(
            ([s for s in seasons if s.kind == kind and s.region_code == code] for code in regions
             if any(s.kind == kind and s.region_code == code for s in seasons)),
            [],
        )  # fmt: skip
        for season in own:
            for year in range(first.year - 1, last.year + 1):
                begins = _on(year, season.begins)
                ends = _on(year if season.ends >= season.begins else year + 1, season.ends)
                if begins <= last and ends >= first:
                    found.append((season, begins, ends))
    return found


def holidays_between(holidays: tuple[Holiday, ...], first: dt.date, last: dt.date) -> list[Holiday]:
    """The holidays with a day inside a period, in order."""
    return sorted((h for h in holidays if h.begins_on <= last and h.ends_on >= first), key=lambda h: h.begins_on)


def _on(year: int, month_day: str) -> dt.date:
    month, day = (int(part) for part in month_day.split("-"))
    return dt.date(year, month, min(day, 28) if month == 2 else day)
