"""Write the demonstration records: all that was known on the data date, or the files of one later quarter."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from pipelines.demo.accidents import accident_reports
from pipelines.demo.calendar import DATA_DATE, FIRST_YEAR, LAST_YEAR, quarter_bounds, quarter_of
from pipelines.demo.cells import CodeNames
from pipelines.demo.columns import EVENT_DATE
from pipelines.demo.disasters import disaster_reports
from pipelines.demo.faults import AFTER, add_fault, has_faults
from pipelines.demo.inspections import inspection_reports
from pipelines.demo.plan_of_files import CITY, GROUPS, Group, day_of, file_name, style_of
from pipelines.demo.provenance import PROVENANCE, files_named, scale_of, write_provenance
from pipelines.demo.scenario import Row, areas, scenario
from pipelines.demo.sinks import Sink, open_sink
from pipelines.demo.statistics import statistics_reports
from pipelines.demo.training import training_reports
from pipelines.errors import PipelineError
from pipelines.progress import Advance, Progress, Silent
from pipelines.settings import Settings
from pipelines.sources.inbox import own_records
from pipelines.texts import say

SCALES = ("small", "full")
_UNFINISHED = ".making"
_QUARTER = re.compile(r"(\d{4})Q([1-4])")
_COUNTED = 10_000  # records between two signs of progress
# Years before a quarter in which something may have happened that is reported in it.
_LOOK_BACK = {"inspections": 1}
_LONGEST_LOOK_BACK = 2


def make_demo(
    settings: Settings, *, scale: str = "small", quarter: str | None = None, progress: Progress | None = None
) -> list[Path]:
    """Write the synthetic records below `data/demo`, with their provenance.

    Args:
        settings: Where the folders are.
        scale: `small`, or `full` for three million inspections of Tianjin in 2016-2020 (and its later load). A later
            quarter is always made at the scale of the history that is there.
        quarter: None for everything reported by the data date (2024-09-30), which replaces what was made before;
            else a later quarter such as `2024Q4`, whose files are added to what is there.
        progress: Where to tell how far it is.

    Returns:
        The files written, in order; provenance not counted.

    Raises:
        PipelineError: `demo_beside_own`, `demo_scale_unknown`, `demo_quarter_invalid`, or
            `demo_quarter_before_history` where the first records are not there yet.
    """
    if scale not in SCALES:
        raise PipelineError("demo_scale_unknown", where=scale, scales=", ".join(SCALES))
    since, until = _window(quarter)
    _refuse_beside_own(settings)
    folder = settings.path("demo")
    if quarter:
        history = folder / "inspections" / PROVENANCE
        if not history.exists():
            raise PipelineError("demo_quarter_before_history", where=quarter)
        scale = scale_of(history)
    codes = CodeNames(settings.path("codes"))
    unfinished = folder / _UNFINISHED
    shutil.rmtree(unfinished, ignore_errors=True)
    written: list[Path] = []
    progress = progress or Silent()
    with progress.task(say("demo.making"), total=len(GROUPS)) as advance:
        for group in GROUPS:
            with progress.task(f"{group.kind}/{group.name}") as count:
                written += _write_group(group, unfinished, codes, since, until, quarter, scale, count)
            advance(1)
    if quarter is None:
        remove_demo(settings, keep=_UNFINISHED)
    return [*_put_in_place(written, unfinished, folder, scale, quarter)]


def _refuse_beside_own(settings: Settings) -> None:
    """Simulated records beside own ones would stop the next build; better not to make them at all."""
    own = own_records(settings)
    if own:
        raise PipelineError("demo_beside_own", where=own[0], n=len(own), raw=settings.paths.raw.as_posix())


def remove_demo(settings: Settings, *, keep: str | None = None) -> None:
    """Delete the files that the demonstration made (those its provenance names), and nothing else."""
    folder = settings.path("demo")
    for provenance in sorted(folder.glob(f"*/{PROVENANCE}")):
        for name in files_named(provenance):
            (provenance.parent / name).unlink(missing_ok=True)
        provenance.unlink()
        if not any(provenance.parent.iterdir()):
            provenance.parent.rmdir()
    if keep is None and folder.exists():
        shutil.rmtree(folder / _UNFINISHED, ignore_errors=True)
        if not any(folder.iterdir()):
            folder.rmdir()


def _window(quarter: str | None) -> tuple[date, date]:
    """First and last day of report of what is to be written."""
    if quarter is None:
        return date(FIRST_YEAR, 1, 1), DATA_DATE
    found = _QUARTER.fullmatch(quarter)
    last = f"{LAST_YEAR}Q4"
    if not found or not quarter_of(DATA_DATE) < quarter <= last:
        first = quarter_of(DATA_DATE + timedelta(days=1))
        raise PipelineError("demo_quarter_invalid", where=quarter, first=first, last=last)
    return quarter_bounds(quarter)


def _write_group(
    group: Group,
    folder: Path,
    codes: CodeNames,
    since: date,
    until: date,
    quarter: str | None,
    scale: str,
    count: Advance,
) -> list[Path]:
    sinks: dict[str, _Counted] = {}
    try:
        for number, row in enumerate(_reports(group, since, until, scale), start=1):
            if number % _COUNTED == 0:
                count(_COUNTED)
            if since <= row["reported_at"].date() <= until:
                period = group.period(row["reported_at"], quarter)
                if period not in sinks:
                    style = style_of(group, period, scale)
                    path = folder / group.kind / file_name(group, period, style)
                    sinks[period] = _Counted(open_sink(path, group.kind, style, codes), scale)
                sinks[period].add(row)
    finally:
        for counted in sinks.values():
            counted.sink.close()
    return [counted.sink.path for _, counted in sorted(sinks.items())]


class _Counted:
    """A file and the number of its records, so that faulty lines come at their places."""

    def __init__(self, sink: Sink, scale: str):
        self.sink, self.records = sink, 0
        self.faulty = has_faults(sink)

    def add(self, row: Row) -> None:
        self.sink.add(row)
        self.records += 1
        if self.faulty and self.records in AFTER:
            add_fault(self.sink, row, AFTER.index(self.records))


def _reports(group: Group, since: date, until: date, scale: str) -> Iterator[Row]:
    """Everything that could be reported in a stretch of days, late returns at the day on which they came."""
    back = _LOOK_BACK.get(group.kind, _LONGEST_LOOK_BACK)
    years = range(max(FIRST_YEAR, since.year - back), min(LAST_YEAR, until.year) + 1)
    happened: dict[str, set[str]] = {area: set() for area in group.areas}
    late = {
        (entry["area"], entry["quarter"]): entry["came"]
        for entry in scenario()["missing_returns"]
        if entry["kind"] == group.kind
    }
    event = EVENT_DATE.get(group.kind)
    for area in group.areas:
        for row in _of_area(group.kind, area, years, scale):
            if event and row["status"] != "zero_return":
                quarter = quarter_of(day_of(row[event]))
                happened[area].add(quarter)
                if (area, quarter) in late:
                    came = late[area, quarter]
                    if came is None:
                        continue
                    row["reported_at"] = max(row["reported_at"], datetime.combine(came, time(9)))
            yield row
    if event:
        yield from _zero_returns(group, years, happened, set(late))


def _of_area(kind: str, area: str, years: range, scale: str) -> Iterable[Row]:
    if kind == "accidents":
        return accident_reports(area, years)
    if kind == "disasters":
        return disaster_reports(area, years)
    if kind == "inspections":
        return inspection_reports(area, years, scale=scale)
    if kind == "training":
        return training_reports(area, years)
    return statistics_reports(area)


def _zero_returns(
    group: Group, years: range, happened: dict[str, set[str]], late: set[tuple[str, str]]
) -> Iterator[Row]:
    """For each quarter without a record, a return that says so; the city's covers all of its districts.

    From the last quarter of the history on, the districts also say so of what was left of a quarter with records:
    otherwise it would not be reported to its end. (The files of the history came after the quarters before.)
    """
    for area in group.areas:
        seen = set().union(*happened.values()) if area == CITY[0] else happened[area]
        for year, number in itertools.product(years, range(1, 5)):
            quarter = f"{year}Q{number}"
            first, last = quarter_bounds(quarter)
            confirms = last >= DATA_DATE and area != CITY[0] and (area, quarter) not in late
            if quarter in seen and not confirms:
                continue
            event = EVENT_DATE[group.kind]
            reported = datetime.combine(last, time(10)) + timedelta(days=4 + number)
            at: date = datetime.combine(first, time()) if event == "occurred_at" else first
            yield {
                "record_id": f"{areas()[area]['letters']}-ZERO-{group.kind[:2].upper()}-{quarter}",
                "status": "zero_return",
                "region_code": areas()[area]["region"],
                "reported_at": reported,
                event: at,
            }


def _put_in_place(
    written: list[Path], unfinished: Path, folder: Path, scale: str, quarter: str | None
) -> Iterator[Path]:
    """Move finished files to where a build looks for them, provenance first, so that none is ever without it."""
    for kind in dict.fromkeys(group.kind for group in GROUPS):
        names = [path.name for path in written if path.parent.name == kind]
        (folder / kind).mkdir(parents=True, exist_ok=True)
        write_provenance(folder / kind, kind, names, scale=scale, quarter=quarter)
        for name in names:
            (unfinished / kind / name).replace(folder / kind / name)
            yield folder / kind / name
    shutil.rmtree(unfinished, ignore_errors=True)
