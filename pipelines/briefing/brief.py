"""The quarterly brief: a Word document of one quarter, compared with the build before it is handed out."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines import shown
from pipelines.briefing import word
from pipelines.briefing.blocks import Block, Quoted, Report, fill, passage
from pipelines.briefing.facts import FactBook
from pipelines.briefing.fonts import figure_font
from pipelines.briefing.forms import DATE, print_value
from pipelines.briefing.plan_facts import PlanFacts
from pipelines.briefing.proofreading import Proof, proofread
from pipelines.briefing.quarter_facts import QuarterFacts
from pipelines.briefing.quarterly import accidents, advice, notes, outlook, overall, pictures, tables, targets, work
from pipelines.briefing.quarterly.scene import Scene
from pipelines.briefing.word_reading import read_word
from pipelines.errors import PipelineError, write_whole
from pipelines.quarters import Quarter, last_day, quarters
from pipelines.settings import Settings
from pipelines.texts import in_language, say

if TYPE_CHECKING:
    from pipelines.warehouse import Warehouse

_CODE = re.compile(r"(\d{4})Q([1-4])")


@dataclass(frozen=True)
class Made:
    """A document that has been compared with the build.

    Attributes:
        name: Name of its file.
        document: Its bytes.
        proof: How much was compared.
        known: As known on this day.
        notices: What the reader of the command line should know, in words.
    """

    name: str
    document: bytes
    proof: Proof
    known: datetime.date
    notices: tuple[str, ...] = ()


def make_brief(
    house: Warehouse,
    settings: Settings,
    plan: str,
    quarter: str,
    language: str = "zh",
    as_of: datetime.date | None = None,
) -> Made:
    """The quarterly brief of a plan.

    Args:
        house: The build.
        settings: Where users keep decisions, seasons and changes of definition.
        plan: Plan id.
        quarter: Such as 2024Q3.
        language: `zh` or `en`.
        as_of: As-of dates after it do not count; None = all count.

    Raises:
        PipelineError: `no_plan`, `no_data_for_plan`, `not_a_quarter`, `quarter_too_early`, `document_differs`.
    """
    report = brief_report(house, settings, plan, quarter, language, as_of)
    return finish(report, house, f"{plan}_{quarter}_brief{'' if language == 'zh' else f'_{language}'}.docx")


def finish(report: Report, house: Warehouse, name: str) -> Made:
    """A report as a Word document that has been read again and compared with the build.

    Args:
        report: What it says.
        house: The build that its facts come from.
        name: Name of its file.

    Raises:
        PipelineError: `document_differs`.
    """
    language = report.book.language
    with in_language(language):
        document = word.write_word(report)
        proof = proofread(read_word(document), word.lines(report), report.book, house, name)
        notices = () if figure_font(language) else (say("briefing.no_font"),)
        return Made(name, document, proof, report.book.as_of, notices)


def brief_report(
    house: Warehouse,
    settings: Settings,
    plan: str,
    quarter: str,
    language: str = "zh",
    as_of: datetime.date | None = None,
) -> Report:
    """The brief as data: what `make_brief` renders."""
    row = plan_row(house, plan)
    with in_language(language):
        scene = scene_of(house, settings, row, quarter_of(house, row, quarter, as_of), language)
        title = fill("briefing.title", region=scene.region, quarter=scene.quarter_name)
        day = Quoted(print_value(scene.quarter.known, DATE), "period")
        subtitle = fill("briefing.subtitle", day=day)
        marks = (passage(say("product.synthetic")),) if scene.book.is_synthetic else ()
        return Report(title, subtitle, marks, tuple(_blocks(scene)), scene.book, say("product.name"))


def scene_of(house: Warehouse, settings: Settings, plan: Any, quarter: Quarter, language: str) -> Scene:
    """The facts of a quarter and its plan, in one book."""
    book = FactBook(language, house.build_id, plan, quarter.known, bool(plan["is_synthetic"]))
    facts = QuarterFacts(house, settings, quarter, book)
    before = PlanFacts(house, book, quarter.earlier) if quarter.earlier else None
    return Scene(facts, PlanFacts(house, book), before, book)


def _blocks(scene: Scene) -> list[Block]:
    made = [*overall.blocks(scene), *pictures.running_totals(scene), *targets.blocks(scene)]
    if scene.quarter.has_records:
        made += [*accidents.sectors(scene), *accidents.places(scene)]
        made += [*work.disasters(scene), *work.inspections(scene), *work.training(scene)]
    return [*made, *outlook.blocks(scene), *advice.blocks(scene), *tables.blocks(scene), *notes.blocks(scene)]


def plan_row(house: Warehouse, plan: str) -> Any:
    """The row of a plan.

    Raises:
        PipelineError: `no_plan`, `no_data_for_plan`.
    """
    plans = {row["plan_id"]: row for row in house.plans()}
    if plan not in plans:
        raise PipelineError("no_plan", where=plan, names=", ".join(plans))
    # A plan above one's own is seen in print only, without a day at which it was assessed.
    if plans[plan]["newest_as_of"] is None or not house.as_of_dates(plan):
        raise PipelineError("no_data_for_plan", where=plan)
    return plans[plan]


def quarter_of(house: Warehouse, plan: Any, code: str, as_of: datetime.date | None = None) -> Quarter:
    """A quarter as its meeting sees it; one of which nothing is known yet is seen at the newest day.

    Args:
        house: The build.
        plan: Row of the plan.
        code: Such as 2024Q3.
        as_of: As-of dates after it do not count; None = all count.

    Raises:
        PipelineError: `not_a_quarter`, `quarter_too_early`, `quarter_to_come`, `as_of_too_early`.
    """
    match = _CODE.fullmatch(code)
    if match is None:
        raise PipelineError("not_a_quarter", where="--quarter", text=code)
    dates = [row["as_of_on"] for row in house.as_of_dates(plan["plan_id"])]
    if as_of is not None and as_of < min(dates):
        raise PipelineError("as_of_too_early", where="--as-of", day=shown.day(as_of), first=shown.day(min(dates)))
    dates = [day for day in dates if as_of is None or day <= as_of]
    options = quarters(dates, max(dates))
    found = next((one for one in options if one.code == code), None)
    if found:
        return found
    year, n = int(match[1]), int(match[2])
    if datetime.date(year, n * 3 - 2, 1) > datetime.date.today():
        raise PipelineError("quarter_to_come", where=code, newest=shown.day(max(dates)))
    if last_day(year, n) < min(dates):
        raise PipelineError("quarter_too_early", where=code, quarter=code, first=shown.day(min(dates)))
    earlier = [one.known for one in options if one.known < max(dates)]
    return Quarter(year, n, max(dates), earlier[0] if earlier else None)


def hand_out(made: Made, folder: Path) -> Path:
    """Write a document that has been compared; a former one stands until the new one is whole.

    Args:
        made: The document.
        folder: Where it goes; made where it is not there.

    Raises:
        PipelineError: `out_is_a_file`, `out_not_writable`, `out_no_room`, `out_refused`.
    """
    path = folder / made.name
    write_whole(path, made.document)
    return path
