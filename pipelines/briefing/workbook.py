"""The workbook of a quarter: every table on a sheet of its own, with the definitions behind the numbers."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from pipelines import shown, situation
from pipelines.briefing import workbook_proof
from pipelines.briefing.blocks import Paragraph, Quoted, Table, fill, passage
from pipelines.briefing.proofreading import Drawn
from pipelines.briefing.quarterly import notes, tables
from pipelines.briefing.quarterly.scene import Scene
from pipelines.briefing.workbook_canvas import Sheet, Written, write_workbook
from pipelines.briefing.workbook_plan import (
    contributions,
    definitions,
    forecasts,
    history,
    months,
    paths,
    targets,
    years,
)
from pipelines.briefing.workbook_tables import ahead, disasters, hazards, in_full, measures, places, sectors
from pipelines.texts import say

if TYPE_CHECKING:
    pass

CUTS = ("type", "grade", "official_grade", "cause", "month", "weekday", "hour")


def draw(scene: Scene) -> Drawn:
    """The finished workbook of a quarter, and what its cells hold."""
    document, written = workbook_of(scene)
    return Drawn(document, workbook_proof.expected(written), workbook_proof.found(document))


def workbook_of(scene: Scene) -> tuple[bytes, list[Written]]:
    """The finished file and what its cells hold.

    Args:
        scene: The quarter, its plan and their facts.
    """
    made = datetime.datetime.combine(scene.book.as_of, datetime.time())
    marks = [passage(say("product.synthetic"))] if scene.book.is_synthetic else []
    marks.append(fill("app.data_until", day=Quoted(shown.day(scene.quarter.known), "period")))
    if note := scene.plan.forecast_note():
        marks.append(note)
    marks.append(fill("app.build", build=Quoted(scene.book.build, "build")))
    plan = Quoted(shown.named(scene.book.plan, "title"), "plan")
    title = fill("workbook.title", plan=plan, quarter=scene.quarter_name)
    return write_workbook(title, marks, sheets(scene), scene.book, made)


def sheets(scene: Scene) -> list[Sheet]:
    """Every sheet that holds something, in order."""
    found: list[tuple[str, Table | None]] = [
        ("targets", targets(scene.plan)),
        ("years", years(scene.plan)),
        ("months", months(scene.plan)),
        ("paths", paths(scene.plan)),
        ("forecasts", forecasts(scene.plan)),
        ("history", history(scene.plan)),
        ("contributions", contributions(scene.plan)),
    ]
    if scene.quarter.has_records:
        found += _of_records(scene)
    found += [("definitions", definitions(scene.plan)), ("notes", _notes(scene))]
    return [Sheet(say(f"workbook.tab.{key}"), table) for key, table in found if table is not None and table.rows]


def _of_records(scene: Scene) -> list[tuple[str, Table | None]]:
    q = scene.quarter
    found: list[tuple[str, Table | None]] = [
        ("sector", in_full(scene, sectors(scene), say("app.quarterly.cuts.sector"), "sector")),
        ("region", in_full(scene, places(scene), say("app.quarterly.cuts.region"), "region")),
    ]
    for cut in CUTS:
        rows = [q.total, *[row for row in q.cut(cut) if situation.happened(row)]]
        if len(rows) > 1:
            head = passage(Quoted(say(f"app.quarterly.cuts.{cut}"), "name"))
            found.append((cut, in_full(scene, rows, head, cut)))
    for key in ("outcomes", "inspections", "training"):
        found.append((key, measures(scene, getattr(situation, key.upper()), key, years=3, plain=True)))
    found += [
        ("disasters", disasters(scene, plain=True)),
        ("hazards", hazards(scene)),
        ("overdue", tables.overdue(scene)),
        ("ahead", ahead(scene)),
        ("control", tables.control(scene)),
    ]
    return found


def _notes(scene: Scene) -> Table:
    """What must be known about the data, a row each."""
    texts = [block.text for block in notes.blocks(scene) if isinstance(block, Paragraph)]
    return Table.of("notes", say("workbook.tab.notes"), [say("workbook.tab.notes")], [[text] for text in texts])
