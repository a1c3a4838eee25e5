"""Records of each kind as a table: which columns, how they read, and where each row came from."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from dashboard import format as shown
from dashboard.components import html
from pipelines.texts import has, say

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
    "statistics": ("period_start", "period_end", "region", "measure", "value", "unit", "vintage"),
}  # fmt: skip
LINEAGE = ("known_on", "path", "sheet", "line_number")
NUMBERS = ("deaths", "missing", "serious_injuries", "direct_loss_fen", "affected_person_times", "hours_to_basic_relief",
           "hazards_found", "hazards_rectified", "major_hazards", "fine_fen", "participants", "due_new_employees",
           "trained_new_employees", "value", "line_number")  # fmt: skip


def heads(kind: str) -> list[str]:
    """Headings of a kind, with where each record came from at the end."""
    return [say(f"app.column.{name.removesuffix('_fen')}") for name in (*COLUMNS[kind], *LINEAGE)]


def as_html(kind: str, rows: Sequence[Mapping]) -> str:
    """The records as a table for reading."""
    if not rows:
        return f"<small>{html.esc(say('app.records.none'))}</small>"
    names = (*COLUMNS[kind], *LINEAGE)
    numbers = [i for i, name in enumerate(names) if name in NUMBERS]
    return html.table(heads(kind), [[cell(row, name) for name in names] for row in rows], numbers=numbers)


def plain(kind: str, rows: Sequence[Mapping]) -> tuple[list[str], list[list[object]]]:
    """Headings and rows for a file: names in words, numbers as numbers, money in yuan."""
    names = (*COLUMNS[kind], *LINEAGE)
    return heads(kind), [[_raw(row, name) for name in names] for row in rows]


def cell(row: Mapping, name: str) -> str:
    """One cell as a reader sees it; what a record does not say is "—"."""
    value = _raw(row, name)
    if value is None or value == "":
        return shown.NOTHING
    if name.endswith("_fen"):
        return shown.money(row[name])
    if name == "value" and row["unit"] == "分":
        return shown.money(value)
    if name == "unit" and value == "分":
        return ""
    if isinstance(value, float):
        return shown.number(value, 2, trim=True)
    return str(value)


def _raw(row: Mapping, name: str) -> object:
    if name in ("region", "sector", "hazard", "grade", "inspection_kind", "training_kind", "measure"):
        named = shown.named(row, f"{name}_name")
        return named or row.get(f"{name}_code") or row.get(name)
    value = row.get(name)
    if name == "status":
        return say(f"app.status.{value}") if value and has(f"app.status.{value}") else value
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, datetime.date):
        return shown.day(value)
    if name.endswith("_fen") and value is not None:
        return value / 100
    return value
