"""Slides about the targets: what stands in the first minute, the board, and one slide for each that matters most."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines import marks, shown, standing
from pipelines.assessment.verdict import DECIDED
from pipelines.briefing import target_words as words
from pipelines.briefing.blocks import Passage, Quoted, Table, fill, passage
from pipelines.briefing.fitting import height
from pipelines.briefing.plan_facts import PlanFacts
from pipelines.briefing.quarterly.scene import Scene
from pipelines.briefing.quarterly.targets import told
from pipelines.briefing.slide_canvas import Deck, Slide
from pipelines.briefing.slide_layout import BOTTOM, LEFT, MUTED, RIGHT, TOP, Box, Line
from pipelines.briefing.slide_tables import divided, table_height, table_widths
from pipelines.briefing.target_charts import is_far, trajectory_chart
from pipelines.briefing.trajectory_facts import Trajectories
from pipelines.original import original
from pipelines.situation import Row
from pipelines.texts import current_language, say

MOST_TARGETS = 5
SIZES = (13, 12, 11, 10.5, 10)
WIDE, HIGH = RIGHT - LEFT, BOTTOM - TOP


def table_slides(deck: Deck, title: Passage, table: Table, colours=lambda row, column: "") -> list[Slide]:
    """A table on one slide in the largest letters in which it fits, else on several.

    Args:
        deck: The deck.
        title: Title of the slides.
        table: The table; its notes stand below it.
        colours: Colour of a cell's text, by row and column of the whole table.
    """
    notes = [Line(passage(note), colour=MUTED) for note in table.notes]
    room = HIGH - (18 * len(notes) if notes else 0)
    size = next((one for one in SIZES if table_height(table, WIDE, one) <= room), 11)
    made, first = [], 0
    widths = table_widths(table, WIDE, size)
    pieces = divided(table, WIDE, size, room)
    for number, piece in enumerate(pieces, 1):
        of = Quoted(say("slides.part", n=number, of=len(pieces)), "number") if len(pieces) > 1 else ""
        slide = deck.slide(passage(title, of))

        def of_piece(row: int, column: int, first=first) -> str:
            return colours(row + first, column)

        end = slide.table(Box(LEFT, TOP, WIDE, HIGH), piece, size, colours=of_piece, widths=widths)
        if notes:
            slide.text(Box(LEFT, TOP + end + 6, WIDE, 18 * len(notes)), notes, (10.5, 10, 9.5, 9, 8), gap=2)
        made.append(slide)
        first += len(piece.rows)
    return made


def boards(deck: Deck, facts: PlanFacts) -> list[Slide]:
    """The targets of the plan's table, then tasks and what is only watched; the binding ones first."""
    made = []
    for key, rows in (
        ("main", standing.by_risk(standing.main_group(facts.rows))),
        ("rest", standing.by_risk([row for row in facts.rows if row["nature"] in standing.SECOND_GROUP])),
    ):
        if not rows:
            continue
        table = words.board(facts, rows, f"board_{key}")
        is_plain = key == "main" and not any(row["nature"] == "binding" for row in rows)
        title = fill(f"slides.title.board_{key}{'_plain' if is_plain else ''}", n=facts.verdict_count(rows, "", key))
        last = len(table.columns) - 1

        def colour(row: int, column: int, rows=rows, last=last) -> str:
            return marks.colour(rows[row]["verdict"]) if column == last else ""

        made += table_slides(deck, title, table, colour)
    return made


def most_important(facts: PlanFacts) -> list[Row]:
    """The binding targets, and after them those of the table that are most at risk."""
    rows = standing.by_risk(standing.main_group(facts.rows) or facts.rows)
    first = [row for row in rows if row["nature"] == "binding"]
    urgent = [row for row in rows if row not in first and standing.risk(row["verdict"]) <= standing.URGENT]
    more = urgent if first else urgent or rows
    return [*first, *more[: max(MOST_TARGETS - len(first), 0)]]


def target_slides(deck: Deck, scene: Scene) -> list[Slide]:
    """One slide for each of the most important targets."""
    ways = Trajectories(scene.plan)
    return [_target(deck, scene, ways, row) for row in most_important(scene.plan)]


def _target(deck: Deck, scene: Scene, ways: Trajectories, row: Row) -> Slide:
    facts = scene.plan
    trajectory = ways.of(row)
    bound = facts.fact(row, "target_value")
    slide = deck.slide(passage(words.name(row), say("app.colon"), facts.fact(row, "verdict")))
    chart = trajectory_chart(trajectory, bound if bound.value is not None else None)
    left = 560 if chart else 0
    side = LEFT + left + (20 if chart else 0)
    foot = _below(facts, row, is_outside=is_far(trajectory, bound), has_chart=chart is not None)
    if chart:
        alt = fill("slides.alt_target", name=words.name(row), unit=Quoted(shown.unit(row), "name"))
        unit = fill("slides.unit", unit=Quoted(shown.unit(row), "name"))
        slide.text(Box(LEFT, TOP - 2, left, 16), [Line(unit, colour=MUTED)], (11,))
        slide.chart(Box(LEFT, TOP + 14, left, 322), chart, str(alt))
    used = slide.text(Box(side, TOP, RIGHT - side, 70), _headline(facts, row), (22, 20, 18, 16, 14), gap=2)
    table = _numbers(facts, row)
    size = next(one for one in (13, 12, 11, 10) if table_height(table, RIGHT - side, one) <= 200)
    end = TOP + used + 8
    end += slide.table(Box(side, end, RIGHT - side, 200), table, size)
    reasons = [Line(text) for text in _reasons(facts, row)]
    room = (436 if chart else BOTTOM - 30) - end - 10
    while reasons and _too_much(reasons, RIGHT - side, room):
        reasons.pop()
    slide.text(Box(side, end + 10, RIGHT - side, room), reasons, (13, 12, 11, 10.5, 10), gap=5)
    slide.talk.append(told(scene, row, set()))
    low = 60 if chart else 24
    while len(foot) > 1 and height([str(line.text) for line in foot], 9, WIDE, gap=2) > low:
        slide.talk.append(foot.pop().text)  # a doubt that is too long for the foot is read out
    slide.text(Box(LEFT, 440 if chart else BOTTOM - 24, WIDE, low), foot, (10.5, 10, 9.5, 9), gap=2)
    return slide


def _too_much(lines: Sequence[Line], width: float, room: float) -> bool:
    return height([str(line.text) for line in lines], 10, width, gap=5) > room


def _headline(facts: PlanFacts, row: Row) -> list[Line]:
    verdict = row["verdict"]
    lines = [
        Line(
            passage(facts.fact(row, "verdict")),
            mark=marks.shape(verdict),
            colour=marks.colour(verdict),
            mark_colour=marks.colour(verdict),
            is_bold=True,
        )
    ]
    chance = facts.fact(row, "probability")
    if chance.value is not None and verdict not in DECIDED:
        lines.append(Line(fill("slides.chance", chance=chance), scale=0.7))
    elif str(words.pace_words(facts, row)) != shown.NOTHING:
        lines.append(Line(words.pace_words(facts, row), scale=0.7))
    return lines


def _numbers(facts: PlanFacts, row: Row) -> Table:
    """The few numbers that a reader asks for first, without those that are not there."""
    now = facts.fact(row, "value_now")
    key = "now_mean" if row["kind"] == "period_mean" else "now_total" if row["kind"] == "period_total" else "now"
    year = facts.fact(row, "value_year")
    label = fill(f"slides.row.{key}", year=year) if year.value and now.value is not None else say("slides.board.now")
    if row["is_provisional"] and now.value is not None:
        label = passage(label, say("slides.row.provisional"))
    rows = [[label, words.value_now(facts, row)]]
    required, baseline = facts.fact(row, "required_now"), facts.baseline(row)
    if baseline.value is not None and row["baseline_year"]:
        label = fill("slides.row.baseline", year=Quoted(str(row["baseline_year"]), "plan"))
        rows.append([label, words.with_unit(baseline)])
    if required.value is not None:
        rows.append([say("slides.row.required"), words.with_unit(required)])
    if row["target_value"] is not None:
        due = Quoted(str(row["due_year"]), "plan") if row["due_year"] else ""
        rows.append([fill("slides.row.target", year=due), words.bound_with_unit(facts, row)])
    if str(words.pace(facts, row)) != shown.NOTHING:
        is_used = row["kind"] in ("period_mean", "period_total", "every_year") and row["operator"] in ("<", "<=")
        rows.append([say(f"slides.row.{'used' if is_used else 'pace'}"), words.pace(facts, row)])
    heads = [say("slides.row.item"), say("slides.row.value")]
    return Table.of(f"numbers-{row['target_id']}", passage(words.name(row)), heads, rows, numbers=(1,))


def _reasons(facts: PlanFacts, row: Row) -> list[Passage]:
    is_open = facts.fact(row, "probability").value is not None and row["verdict"] not in DECIDED
    found = [] if is_open else [facts.reason(row)]  # what an open target's reason says stands in the table
    if row["verdict"] == "no_forecast":
        refused = facts.why_not(row)
        return [passage(refused or facts.reason(row))]
    why = facts.why(row)
    if why is not None and row["verdict"] not in (*DECIDED, "no_data", "watched"):
        found.append(why)
    return [passage(one) for one in found if str(one) and str(one) != shown.NOTHING]


def _below(facts: PlanFacts, row: Row, *, is_outside: bool, has_chart: bool) -> list[Line]:
    """The trust line: clause, formula, date, and how the figure is to be read."""
    parts = []
    if row["clause"]:
        parts.append(fill("slides.clause", clause=Quoted(original(str(row["clause"])), "clause")))
    formula = row.get("formula_en" if current_language() == "en" else "formula_zh")
    if formula:
        parts.append(fill("slides.formula", formula=Quoted(formula, "name")))
    lines = [Line(_dotted(parts), colour=MUTED)] if parts else []
    if has_chart:
        notes = [say("slides.reading")]
        if row["kind"] == "period_mean":
            notes.append(say("slides.reading_mean"))
        if row["kind"] == "period_total":
            notes.append(say("slides.reading_total"))
        if is_outside:
            notes.append(say("slides.reading_far"))
        lines.append(Line(_dotted([Quoted(one, "text") for one in notes]), colour=MUTED))
    doubts = shown.parsed(row["doubts"], [])
    if doubts:
        said = [Quoted(str(one.get(current_language()) or one.get("zh")), "plan") for one in doubts]
        lines.append(Line(fill("slides.doubts", doubts=_dotted(said, "")), colour=MUTED))
    return lines


def _dotted(parts: Sequence, between: str = " · ") -> Passage:
    found = Passage()
    for number, part in enumerate(parts):
        found += passage(between, part) if number and between else passage(part)
    return found
