"""Records of each kind as a table: which columns, how they read, and where each row came from."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from dashboard import format as shown
from dashboard.address import Place
from dashboard.components import grid, html
from pipelines.sources.contract import load_contract
from pipelines.sources.headings import heading_in
from pipelines.texts import current_language, has, say

RECORD = "~"  # between source, number and region of a record in the address

KINDS = ("accidents", "disasters", "inspections", "training", "statistics")
COLUMNS = {
    "accidents": (
        "record_id", "occurred_at", "region", "sector", "grade", "deaths", "missing", "serious_injuries",
        "direct_loss_fen", "status",
    ),
    "disasters": (
        "record_id", "started_on", "region", "hazard", "deaths", "missing", "affected_person_times",
        "hours_to_basic_relief", "direct_loss_fen", "status",
    ),
    "inspections": (
        "record_id", "inspected_on", "region", "sector", "inspection_kind", "hazards_found", "hazards_rectified",
        "major_hazards", "fine_fen", "status",
    ),
    "training": (
        "record_id", "held_on", "region", "training_kind", "topic", "participants", "due_new_employees",
        "trained_new_employees", "status",
    ),
    "statistics": ("period_start", "period_end", "region", "sector", "measure", "value", "unit", "vintage"),
}  # fmt: skip
VINTAGES = (
    ("first-published", "first_published"), ("revised", "revised"), ("derived", "derived"),
    ("year-to-date preliminary", "year_to_date"), ("monthly preliminary", "monthly"), ("MEM ", "statement"),
    ("初步核算数", "preliminary"), ("最终核实数", "verified"), ("撤销称号后", "after_withdrawal"),
)  # fmt: skip
"""How the vintage of a figure begins, as its publisher's file writes it, and what that means."""
LINEAGE = ("known_on", "path", "sheet", "line_number")
NUMBERS = ("deaths", "missing", "serious_injuries", "direct_loss_fen", "affected_person_times", "hours_to_basic_relief",
           "hazards_found", "hazards_rectified", "major_hazards", "fine_fen", "participants", "due_new_employees",
           "trained_new_employees", "value", "line_number")  # fmt: skip


def _columns(kind: str, rows: Sequence[Mapping]) -> tuple[str, ...]:
    """Columns of a kind with where each record came from; where any return is not used, also why."""
    return (*COLUMNS[kind], *(("not_used",) if any(row.get("not_used") for row in rows) else ()), *LINEAGE)


def _heads(names: Sequence[str]) -> list[str]:
    return [say(f"app.column.{name.removesuffix('_fen')}") for name in names]


def as_html(kind: str, rows: Sequence[Mapping], place: Place | None = None) -> str:
    """The records as a table for reading; with a place, each record's number leads to all that it says."""
    if not rows:
        return f"<small>{html.esc(say('app.records.none'))}</small>"
    names = _columns(kind, rows)
    numbers = [i for i, name in enumerate(names) if name in NUMBERS]
    rows = [{**row, "path": _short(row["path"])} for row in rows]
    leads = [grid.link("records", place, cell(row, names[0]), **_there(kind, row)) for row in rows] if place else ()
    return html.table(
        _heads(names), [[cell(row, name) for name in names] for row in rows], numbers=numbers, leads=leads
    )


def link(kind: str, row: Mapping, place: Place, words: str) -> str:
    """Words that lead to all that one record says, with its file and line (HTML)."""
    return grid.link("records", place, words, target="", **_there(kind, row))


def _short(path: str | None) -> str | None:
    """A path without the folders that are the same for all; the record itself shows it whole."""
    return path and path.removeprefix("data/raw/").removeprefix("data/demo/")


def _there(kind: str, row: Mapping) -> dict[str, str]:
    return {"kind": kind, "record": RECORD.join((row["source"], row["record_id"], row["region_code"]))}


def opened(kind: str, versions: Sequence[Mapping]) -> str:
    """All that one record says, field by field, in each of its versions, the newest first.

    Args:
        kind: Kind of record.
        versions: What `versions` of the gate answers, the oldest first.
    """
    newest = versions[::-1]
    fields = [name for name in _fields(versions) if any(cell(row, name) != shown.NOTHING for row in versions)]
    heads = [say("app.records.field")]
    heads += [say("app.records.version", n=row["version_number"], day=shown.day(row["known_on"])) for row in newest]
    cells = [[_field_name(kind, name), *[cell(row, name) for row in newest]] for name in fields]
    leads = [f"<b>{html.esc(row[0])} ≠</b>" if len(set(row[1:])) > 1 else html.esc(row[0]) for row in cells]
    return html.table(heads, cells, caption=say("app.records.opened_caption"), leads=leads)


_HIDDEN = (
    "file_id", "record_number", "month", "occurred_on", "occurred_hour", "version_number", "known_on",
)  # fmt: skip


def _fields(versions: Sequence[Mapping]) -> list[str]:
    """The columns of a record, codes by their names, with file, sheet and line at the end."""
    stems = []
    for name in versions[0]:
        stem = name.removesuffix("_code")
        if name not in _HIDDEN and not name.endswith(("_name_zh", "_name_en")) and name not in LINEAGE:
            stems.append(stem)
    return [*stems, *[name for name in LINEAGE if name != "known_on"]]


def _field_name(kind: str, name: str) -> str:
    own = f"app.column.{name.removesuffix('_fen')}"
    if has(own):
        return say(own)
    contract, language = load_contract(kind), current_language()
    found = (heading_in(contract, column, language) for column in (name, f"{name}_code"))
    return next((words for words in found if words), name)


def plain(kind: str, rows: Sequence[Mapping]) -> tuple[list[str], list[list[object]]]:
    """Headings and rows for a file: names in words, numbers as numbers, money in yuan."""
    names = _columns(kind, rows)
    return _heads(names), [[_raw(row, name) for name in names] for row in rows]


def cell(row: Mapping, name: str) -> str:
    """One cell as a reader sees it; what a record does not say is "—"."""
    value = _raw(row, name)
    if value is None or value == "":
        return shown.NOTHING
    if name.endswith("_fen"):
        return shown.as_filed(row[name], "分")
    if name == "value":
        return shown.as_filed(value, row["unit"])
    if name == "vintage":
        return vintage(str(value))
    if name == "unit":
        return {"分": "", "1": "%"}.get(str(value), shown.unit_name(str(value)))
    if isinstance(value, float):
        return shown.as_filed(value, "")
    return str(value)


def vintage(text: str) -> str:
    """What the vintage of a figure means, in the reader's language; one that is not known stands as its file has it.

    The file's own words, which are in one language only, stand whole in what a button hands out.
    """
    key = next((key for begins, key in VINTAGES if text.startswith(begins)), "")
    return say(f"app.vintages.{key}") if key else text


def _has_time(row: Mapping, name: str, value: datetime.datetime) -> bool:
    """Whether the report says more than the day; of other times than that of an accident it is not kept."""
    if name == "occurred_at":
        return row["occurred_hour"] is not None
    return value.time() != datetime.time()


def _raw(row: Mapping, name: str) -> object:
    if f"{name}_name_zh" in row or f"{name}_code" in row:
        named = shown.named(row, f"{name}_name")
        return named or row.get(f"{name}_code") or row.get(name)
    value = row.get(name)
    if isinstance(value, bool):
        return say("app.records.yes" if value else "app.records.no")
    if name == "not_used":
        return say(f"app.not_used.{value or 'used'}")
    if name == "status":
        return say(f"app.status.{value}") if value and has(f"app.status.{value}") else value
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M") if _has_time(row, name, value) else shown.day(value)
    if isinstance(value, datetime.date):
        return shown.day(value)
    if name.endswith("_fen") and value is not None:
        return value / 100
    return value
