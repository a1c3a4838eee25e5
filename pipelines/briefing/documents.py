"""The documents of a quarter: what is asked for, its scene, the finished file, its comparison with the build."""

from __future__ import annotations

import datetime
import importlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines import clock, shown
from pipelines.briefing.facts import FactBook
from pipelines.briefing.plan_facts import PlanFacts
from pipelines.briefing.proofreading import Drawn, Proof, proofread
from pipelines.briefing.quarter_facts import QuarterFacts
from pipelines.briefing.quarterly.scene import Scene
from pipelines.errors import PipelineError, no_plan, write_whole
from pipelines.quarters import Quarter, last_day, quarters
from pipelines.settings import Settings
from pipelines.texts import in_language

if TYPE_CHECKING:
    from pipelines.warehouse import Warehouse

# Each is drawn by a module of its own, which brings its own large library; only the one that is asked for is imported.
DRAWN_BY = {"brief": "brief", "slides": "slides", "workbook": "workbook", "page": "leader_page"}
_ENDINGS = {"brief": "docx", "slides": "pptx", "workbook": "xlsx", "page": "docx"}
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


def make_document(
    kind: str,
    house: Warehouse,
    settings: Settings,
    plan: str,
    quarter: str,
    language: str = "zh",
    as_of: datetime.date | None = None,
) -> Made:
    """A document of a quarter, compared with the build.

    Args:
        kind: `brief` (Word), `slides`, `workbook` or `page` (the leader's page).
        house: The build.
        settings: Where users keep decisions, seasons and changes of definition.
        plan: Plan id.
        quarter: Such as 2024Q3.
        language: `zh` or `en`.
        as_of: As-of dates after it do not count; None = all count.

    Raises:
        PipelineError: `no_plan`, `no_data_for_plan`, `not_a_quarter`, `quarter_too_early`, `document_differs`.
    """
    drawing = importlib.import_module(f"pipelines.briefing.{DRAWN_BY[kind]}")
    row = plan_row(house, plan)
    with in_language(language):
        scene = scene_of(house, settings, row, quarter_of(house, row, quarter, as_of), language)
        name = file_name(plan, quarter, kind, language, _ENDINGS[kind])
        return compared(drawing.draw(scene), scene.book, house, name)


def file_name(plan: str, period: str, kind: str, language: str, ending: str = "docx") -> str:
    """Name of a document's file: the plan, its period, what it is, and its language where that is not Chinese."""
    return f"{plan}_{period}_{kind}{'' if language == 'zh' else f'_{language}'}.{ending}"


def compared(drawn: Drawn, book: FactBook, house: Warehouse, name: str) -> Made:
    """A finished document that holds what the build says.

    Args:
        drawn: The file and its lines.
        book: Its facts.
        house: The build that they come from.
        name: Name of its file.

    Raises:
        PipelineError: `document_differs`.
    """
    proof = proofread(drawn.found, drawn.expected, book, house, name)
    return Made(name, drawn.document, proof, book.as_of, drawn.notices)


def scene_of(house: Warehouse, settings: Settings, plan: Any, quarter: Quarter, language: str) -> Scene:
    """The facts of a quarter and its plan, in one book."""
    book = FactBook(language, house.build_id, plan, quarter.known, bool(plan["is_synthetic"]))
    facts = QuarterFacts(house, settings, quarter, book)
    before = PlanFacts(house, book, quarter.earlier) if quarter.earlier else None
    return Scene(facts, PlanFacts(house, book), before, book)


def plan_row(house: Warehouse, plan: str) -> Any:
    """The row of a plan.

    Raises:
        PipelineError: `no_plan`, `no_data_for_plan`.
    """
    plans = {row["plan_id"]: row for row in house.plans()}
    if plan not in plans:
        raise no_plan(plan, plans)
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
    if datetime.date(year, n * 3 - 2, 1) > clock.today():
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
