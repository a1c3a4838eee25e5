"""What the page of records shows, read from the address."""

from __future__ import annotations

import calendar
import datetime
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dashboard import format as shown
from dashboard import modes
from dashboard.address import as_date
from dashboard.components import html
from dashboard.components.record_table import KINDS, RECORD
from dashboard.questions import is_nation
from pipelines.texts import say

ROWS, ROWS_OF_WALL, ROWS_OF_PAPER = 40, 12, 400
MONTHS = range(1, 13)
_MONTH = re.compile(r"(\d{4})-(\d{2})")


PARTS = {
    "accidents": {"sector": "sector_code", "grade": "grade_code", "type": "type_code", "cause": "cause_code"},
    "disasters": {"hazard": "hazard_code"},
    "inspections": {"inspection_kind": "inspection_kind_code", "sector": "sector_code"},
    "training": {"training_kind": "training_kind_code"},
    "statistics": {"measure": "measure"},
}
"""Filters of each kind of record with their columns; the first divides the chart of parts."""
SCOPES = {"work": [True, None], "other": [False]}
"""Accidents that count as work safety, as all figures of them do, and those that do not, by value of their column."""


@dataclass(frozen=True)
class Selection:
    """One selection of records.

    Args:
        kind: Kind of record.
        region: Code; all below it count.
        year: Calendar year as text, or empty for all.
        month: 2024-03, or empty.
        parts: Chosen code by filter, of those of the kind.
        target: Target whose numerator of `year` is shown; empty otherwise.
        record: Source, number and region of the record that is opened; empty otherwise.
        page: From 1.
        first_year: First year that can be chosen.
        as_of: Nothing after it is shown.
        rows: Rows of one page.
        scope: A key of `SCOPES`, or empty for all accidents.
        until: Last day that counts in the chosen year, or None.
    """

    kind: str
    region: str
    year: str
    month: str
    parts: Mapping[str, str]
    target: str
    record: tuple[str, ...]
    page: int
    first_year: int
    as_of: datetime.date
    rows: int = ROWS
    scope: str = ""
    until: datetime.date | None = None

    @property
    def division(self) -> str:
        """The filter by which the chart of parts divides the records."""
        return next(iter(PARTS[self.kind]))

    def columns(self, *, without: str = "") -> dict[str, object]:
        """Column and value of the chosen parts, leaving out one of them."""
        scope = {"counts_as_work_safety": SCOPES[self.scope]} if self.scope else {}
        return scope | {PARTS[self.kind][name]: code for name, code in self.parts.items() if name != without}

    @property
    def offset(self) -> int:
        """Rows before this page."""
        return (self.page - 1) * self.rows

    def pages(self, total: int) -> int:
        """How many pages there are."""
        return max(1, -(-total // self.rows))

    @property
    def shown_span(self) -> tuple[datetime.date, datetime.date]:
        """First and last day of the chosen year, or of all years."""
        first = int(self.year or self.first_year)
        last = datetime.date(int(self.year), 12, 31) if self.year else self.as_of
        return datetime.date(first, 1, 1), min(last, self.until or last)

    @property
    def span(self) -> tuple[datetime.date, datetime.date]:
        """First and last day of the chosen month, else of the chosen year, else of all years."""
        if not self.month:
            return self.shown_span
        first = datetime.date.fromisoformat(f"{self.month}-01")
        return first, min(_last_of(first), self.until or _last_of(first))


def by_month(counts: Sequence[Mapping], part: str = "") -> list[dict]:
    """`month, n` of the records, or of those of one part, from counts by month and part."""
    sums: Counter[datetime.date] = Counter()
    for row in counts:
        if not part or row["part"] == part:
            sums[row["month"]] += row["n"]
    return [{"month": month, "n": sums[month]} for month in sorted(sums)]


def lying(counts: Sequence[Mapping], rows: int, offset: int) -> tuple[datetime.date, datetime.date, int] | None:
    """Where a stretch of the list lies, which runs from the newest day to the oldest.

    Asked for the months that hold it alone, a database reads these and not the records of all years.

    Args:
        counts: `month, n` of the whole list, the oldest month first.
        rows: Length of the stretch.
        offset: Rows of the list before it.

    Returns:
        First and last day of the months that hold the stretch, and the rows of these months before it; None where the
        list ends before it.
    """
    newest, before = None, 0
    for row in reversed(counts):
        if newest is None and before + row["n"] > offset:
            newest, ahead = row["month"], before
        before += row["n"]
        if newest and before >= offset + rows:
            break
    return (row["month"], _last_of(newest), offset - ahead) if newest else None


def _last_of(month: datetime.date) -> datetime.date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def by_part(counts: Sequence[Mapping], month: str = "") -> list[tuple[str | None, int]]:
    """Part and number of records, the largest first, of all months or of one."""
    sums: Counter[str | None] = Counter()
    for row in counts:
        if not month or f"{row['month']:%Y-%m}" == month:
            sums[row["part"]] += row["n"]
    return sorted(sums.items(), key=lambda item: (-item[1], item[0] or ""))


def counted(counts: Sequence[Mapping]) -> str:
    """Months and how many records each has, as one line of text."""
    return " · ".join(f"{row['month']:%Y-%m} {row['n']}" for row in counts)


def counts_table(counts: Sequence[Mapping]) -> str:
    """The bars as a table: a line for each year, the newest first, a column for each month, and the year's sum."""
    by_year: dict[int, dict[int, int]] = {}
    for row in counts:
        by_year.setdefault(row["month"].year, {})[row["month"].month] = row["n"]
    months = [shown.short_month(n) for n in MONTHS]
    heads = (say("app.indicator.year"), *months, say("app.quarterly.cuts.total"))
    cells = []
    for year, counted in sorted(by_year.items(), reverse=True):
        each = [shown.number(counted[n]) if n in counted else shown.NOTHING for n in MONTHS]
        cells.append((str(year), *each, shown.number(sum(counted.values()))))
    return html.table(heads, cells, numbers=range(1, len(heads)))


def on_a_page(selection: Selection, total: int) -> Selection:
    """The same selection on the last of its pages where the address asks for one after it."""
    return replace(selection, page=min(selection.page, selection.pages(total)))


def chosen(view, regions: Sequence[str], *, has_target: bool = True) -> Selection:
    """The selection that the address names; what does not fit the build is left at its default.

    Args:
        view: The view of this run.
        regions: Codes that can be chosen, the plan's own first.
        has_target: Whether the plan has the target that the address names.
    """
    said = view.place.filters
    first_year = view.plan["baseline_year"] - 4
    year = said.get("year", "")
    year = year if year.isdigit() and first_year <= int(year) <= view.as_of.year else ""
    match = _MONTH.fullmatch(said.get("month", ""))
    month = match[0] if match and 1 <= int(match[2]) <= 12 and first_year <= int(match[1]) <= view.as_of.year else ""
    page = said.get("page", "1")
    kind = said["kind"] if said.get("kind") in KINDS else KINDS[-1] if is_nation(view.plan) else KINDS[0]
    record = tuple(said.get("record", "").split(RECORD))
    until = as_date(said.get("until"))
    return Selection(
        kind=kind,
        scope=said["scope"] if kind == "accidents" and said.get("scope") in SCOPES else "",
        until=until if until and (not year or until.year == int(year)) else None,
        parts={name: said[name] for name in PARTS[kind] if said.get(name)},
        record=record if len(record) == 3 and all(record) else (),
        rows={modes.WALL: ROWS_OF_WALL, modes.PRINT: ROWS_OF_PAPER}.get(view.mode, ROWS),
        region=said["region"] if said.get("region") in regions else regions[0],
        year=year,
        month="" if year and not month.startswith(year) else month,
        target=view.place.target if year and said.get("kind") and has_target else "",
        page=int(page) if page.isdigit() and 1 <= int(page) <= 100_000 else 1,
        first_year=first_year,
        as_of=view.as_of,
    )
