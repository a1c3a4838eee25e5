"""The deck of a quarterly meeting: from the judgement to the decisions, with the tables behind it."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines import shown, situation
from pipelines.briefing import slide_plan, slide_proof, slide_quarter
from pipelines.briefing.blocks import Block, Heading, Paragraph, Passage, Quoted, Table, Words, fill, passage
from pipelines.briefing.fitting import fitting_size, height
from pipelines.briefing.forms import DATE, print_value
from pipelines.briefing.moulds import sentence
from pipelines.briefing.proofreading import Drawn
from pipelines.briefing.quarterly import advice, notes, outlook, tables
from pipelines.briefing.quarterly.scene import Scene, returns_in
from pipelines.briefing.slide_canvas import Deck, Slide
from pipelines.briefing.slide_layout import BOTTOM, BRAND, LEFT, MUTED, RIGHT, TOP, Box, Line
from pipelines.briefing.slide_sources import sources
from pipelines.texts import say

if TYPE_CHECKING:
    pass

WIDE, HIGH = RIGHT - LEFT, BOTTOM - TOP
GAP = 7.0
SIZES = (18, 17, 16, 15, 14, 13)


def draw(scene: Scene) -> Drawn:
    """The finished deck of a quarter, and what it says."""
    document, deck = deck_of(scene)
    return Drawn(document, slide_proof.expected(deck.written, scene.book), slide_proof.found(document))


def deck_of(scene: Scene) -> tuple[bytes, Deck]:
    """The finished file of a quarter's deck, and the deck with all that it says.

    Args:
        scene: The quarter, its plan and their facts.
    """
    made = datetime.datetime.combine(scene.book.as_of, datetime.time())
    mark = passage(say("product.synthetic")) if scene.book.is_synthetic else Passage()
    deck = Deck(scene.book, mark, _foot(scene), made)
    day = _day(scene)
    for slide in _slides(deck, scene):
        slide.notes([*slide.talk, *sources(slide.facts.values(), day)])
    return deck.encoded(str(_title(scene))), deck


def _slides(deck: Deck, scene: Scene) -> list[Slide]:
    """All slides, in order; what a plan or a quarter has nothing of is left out."""
    made = [_cover(deck, scene), slide_quarter.first_minute(deck, scene)]
    for build in (_plan, _quarter, _outlook, _decisions, _notes, _appendix):
        made += build(deck, scene)
    return made


def _title(scene: Scene) -> Passage:
    if situation.is_nation(scene.book.plan):
        return passage(Quoted(shown.named(scene.book.plan, "title"), "plan"), say("app.colon"), say("slides.progress"))
    return fill("slides.title.deck", quarter=scene.quarter_name)


def _day(scene: Scene) -> Passage:
    return passage(Quoted(print_value(scene.quarter.known, DATE), "period"))


def _foot(scene: Scene) -> Passage:
    plan = Quoted(shown.named(scene.book.plan, "title"), "plan")
    return fill("slides.foot", plan=plan, day=_day(scene), build=Quoted(scene.book.build, "build"))


def _cover(deck: Deck, scene: Scene) -> Slide:
    slide = deck.blank()
    lines = [Line(passage(Quoted(shown.named(scene.book.plan, "title"), "plan")))]
    lines.append(Line(fill("app.data_until", day=_day(scene)), colour=MUTED))
    if note := scene.plan.forecast_note():
        lines.append(Line(note, colour=MUTED))
    if owed := _owed(scene) or returns_in(scene):
        lines.append(Line(owed, colour=MUTED))
    if scene.book.is_synthetic:
        lines.append(Line(passage(say("slides.synthetic")), colour=MUTED))
    slide.cover(_title(scene), lines)
    return slide


def _owed(scene: Scene) -> Passage:
    """Who has not reported: what is owed, in one line."""
    owed = scene.quarter.owed
    if not owed:
        return Passage()
    return fill("app.not_reported", who=Quoted(_listed(owed), "period"))


def _listed(owed: Sequence) -> str:
    parts = [
        say(
            "app.missing_report",
            region=shown.named(row, "region_name") or row["region_code"],
            period=shown.period(row["period_start"], row["period_end"]),
            kind=say(f"app.kinds.{row['kind']}"),
        )
        for row in owed[:3]
    ]
    return say("slides.pause").join(parts) + (say("app.missing_more", n=len(owed)) if len(owed) > len(parts) else "")


def _plan(deck: Deck, scene: Scene) -> list[Slide]:
    return [*slide_plan.boards(deck, scene.plan), *slide_plan.target_slides(deck, scene)]


def _quarter(deck: Deck, scene: Scene) -> list[Slide]:
    if not scene.quarter.has_records:
        return []
    return [
        *slide_quarter.parts(deck, scene),
        slide_quarter.disasters(deck, scene),
        *slide_quarter.inspections(deck, scene),
    ]


def _outlook(deck: Deck, scene: Scene) -> list[Slide]:
    """What the coming quarter may hold: forecasts, seasons, risks, uncertainty; and the same quarter of five years."""
    lines = _lines(outlook.blocks(scene)[1:])
    title = fill("slides.title.outlook", quarter=scene.following_name)
    slides = _text_slides(deck, title, lines)
    if scene.quarter.has_records:
        table = tables.ahead(scene)
        slides += slide_plan.table_slides(deck, table.title, table)
    return slides


def _decisions(deck: Deck, scene: Scene) -> list[Slide]:
    """What the meeting is asked to decide, and what is advised, as a draft."""
    blocks = advice.blocks(scene)
    at = next((n for n, one in enumerate(blocks) if isinstance(one, Heading) and one.level == 1
               and str(one.text) == say("briefing.decisions.title")), len(blocks))  # fmt: skip
    drafted, asked = blocks[:at], blocks[at:]
    slides = _text_slides(deck, say("slides.title.decisions"), _lines(asked[1:])) if asked else []
    if drafted:
        lines = _lines(drafted[1:])
        if not asked:
            lines += [Line(passage(say("slides.title.decisions")), is_bold=True, colour=BRAND),
                      Line(sentence(say("slides.no_decisions")))]  # fmt: skip
        slides += _text_slides(deck, say("slides.title.advice"), lines)
    elif not asked:
        slides = _text_slides(deck, say("slides.title.decisions"), [Line(sentence(say("slides.no_decisions")))])
    return slides


def _notes(deck: Deck, scene: Scene) -> list[Slide]:
    return _text_slides(deck, say("slides.title.notes"), _lines(notes.blocks(scene)[1:]))


def _appendix(deck: Deck, scene: Scene) -> list[Slide]:
    """The tables that the charts stand for."""
    if not scene.quarter.has_records:
        return []
    found: list[Table | None] = [tables.sectors(scene), tables.places(scene), tables.comparison(scene, "type"),
                                 tables.comparison(scene, "cause"), tables.control(scene)]  # fmt: skip
    made = []
    for table in found:
        # the region's own control figure alone stands on the first slide already
        if table is not None and table.rows and (table.key != "control" or len(table.rows) > 1):
            made += slide_plan.table_slides(deck, fill("slides.title.appendix", name=table.title), table)
    return made


def _lines(blocks: Sequence[Block]) -> list[Line]:
    """Headings and paragraphs of the brief as lines of a slide."""
    lines = []
    for block in blocks:
        if isinstance(block, Heading):
            lines.append(Line(block.text, is_bold=True, colour=BRAND))
        elif isinstance(block, Paragraph):
            lines.append(Line(block.text, colour=MUTED if block.style == "draft" else ""))
    return lines


def _paged(lines: Sequence[Line]) -> list[tuple[list[Line], float]]:
    """Lines on as few slides as hold them, each with the size of its letters; a heading stays with what follows it."""
    texts = [str(line.text) for line in lines]
    size = fitting_size(texts, WIDE, HIGH, SIZES, gap=GAP)
    if size:
        return [(list(lines), size)]
    size = 15.0
    count = math.ceil(height(texts, size, WIDE, gap=GAP) / HIGH)
    limit = min(height(texts, size, WIDE, gap=GAP) / count * 1.15, HIGH)
    pages: list[list[Line]] = [[]]
    for line in lines:
        used = height([str(one.text) for one in [*pages[-1], line]], size, WIDE, gap=GAP)
        if pages[-1] and used > (limit if len(pages) < count else HIGH):
            pages.append([pages[-1].pop()] if pages[-1][-1].is_bold else [])
        pages[-1].append(line)
    return [(page, size) for page in pages]


def _text_slides(deck: Deck, title: Words, lines: Sequence[Line]) -> list[Slide]:
    pages = _paged(lines)
    slides = []
    for number, (part, size) in enumerate(pages, 1):
        of = Quoted(say("slides.part", n=number, of=len(pages)), "number") if len(pages) > 1 else ""
        slide = deck.slide(passage(title, of))
        slide.text(Box(LEFT, TOP, WIDE, HIGH), part, size, gap=GAP)
        slides.append(slide)
    return slides
