"""The quarterly brief of a plan: a Word document of one quarter."""

from __future__ import annotations

from pipelines.briefing import word
from pipelines.briefing.blocks import Block, Quoted, Report, fill, passage
from pipelines.briefing.forms import DATE, print_value
from pipelines.briefing.proofreading import Drawn
from pipelines.briefing.quarterly import accidents, advice, notes, outlook, overall, pictures, tables, targets, work
from pipelines.briefing.quarterly.scene import Scene
from pipelines.texts import say


def draw(scene: Scene) -> Drawn:
    """The finished brief of a quarter, and what it says."""
    return word.draw(report_of(scene))


def report_of(scene: Scene) -> Report:
    """The brief as data."""
    title = fill("briefing.title", region=scene.region, quarter=scene.quarter_name)
    day = Quoted(print_value(scene.quarter.known, DATE), "period")
    subtitle = fill("briefing.subtitle", day=day)
    marks = (passage(say("product.synthetic")),) if scene.book.is_synthetic else ()
    return Report(title, subtitle, marks, tuple(_blocks(scene)), scene.book, say("product.name"))


def _blocks(scene: Scene) -> list[Block]:
    made = [*overall.blocks(scene), *pictures.running_totals(scene), *targets.blocks(scene)]
    if scene.quarter.has_records:
        made += [*accidents.sectors(scene), *accidents.places(scene)]
        made += [*work.disasters(scene), *work.inspections(scene), *work.training(scene)]
    return [*made, *outlook.blocks(scene), *advice.blocks(scene), *tables.blocks(scene), *notes.blocks(scene)]
