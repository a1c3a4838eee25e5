"""The leader's page: one A4 page with the judgement, the board of targets, what needs attention, what is asked for.

What does not fit in readable letters is not squeezed in: the least urgent targets are left out, and their number told.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines import marks, shown, situation, standing
from pipelines.briefing import target_words as words
from pipelines.briefing import word_parts as parts
from pipelines.briefing.arrangement import row_line
from pipelines.briefing.blocks import Passage, Quoted, Table, fill, joined, passage
from pipelines.briefing.fitting import column_widths
from pipelines.briefing.fitting import lines as lines_in
from pipelines.briefing.fonts import BODY, HEADING, TABLE, TITLE, Face
from pipelines.briefing.forms import DATE, print_value
from pipelines.briefing.packages import same_bytes
from pipelines.briefing.proofreading import Drawn, Line
from pipelines.briefing.quarterly import outlook, overall
from pipelines.briefing.quarterly.scene import Scene, new_records, returns_in
from pipelines.briefing.word_reading import read_word
from pipelines.briefing.word_table import PADDING, Look, table_xml
from pipelines.situation import Row
from pipelines.texts import current_language, say

if TYPE_CHECKING:
    pass

MARGIN_MM = 18
ROOM_MM = {"width": 174, "height": 258}
SCALES = (1.2, 1.15, 1.1, 1.05, 1.0, 0.95, 0.9, 0.86, 0.82, 0.78)
MOST = 3
LARGEST, PITCH = 11, 1.45
BOARD = 10.5
LATIN = {"zh": 0.88, "en": 0.8}
"""How wide letters and figures of these typefaces are against those that `fitting` reckons with."""

LONG_UNIT = 12  # letters
SHORT_UNITS = ("%", "‰")
MOST_LINES = 3
"""Letters larger than usual must not break a row of the board into more lines."""

ROW = 2.5  # points of a table's row beside its lines


@dataclass(frozen=True)
class Piece:
    """A paragraph of the page.

    Args:
        text: What it says.
        face: Typeface.
        size: Points of the letters at full scale.
        is_bold: Whether it stands out.
        before: Points above it.
        align: left or center.
    """

    text: Passage
    face: Face = BODY
    size: float = LARGEST
    is_bold: bool = False
    before: float = 0.0
    align: str = "left"


@dataclass(frozen=True)
class Page:
    """The page as it is laid out: paragraphs above the board, the board, paragraphs below it, and the scale of all."""

    above: Sequence[Piece]
    board: Table | None
    below: Sequence[Piece]
    scale: float


def draw(scene: Scene) -> Drawn:
    """The finished page of a quarter, and what it says."""
    page = page_of(scene)
    mark = passage(say("product.synthetic")) if scene.book.is_synthetic else Passage()
    document = _write(scene, page, mark)
    return Drawn(document, expected(page, mark), read_word(document))


def expected(page: Page, mark: Passage) -> list[Line]:
    """Every line that the page holds."""
    section = say("leader_page.name")
    texts = [mark] if mark else []
    texts += [piece.text for piece in page.above]
    if page.board:
        texts += [row_line(row) for row in (page.board.columns, *page.board.rows)]
    texts += [piece.text for piece in page.below]
    return [Line(section, text) for text in texts if text]


def page_of(scene: Scene) -> Page:
    """Everything at the largest scale at which it fits on one page; then without the least urgent targets."""
    rows = standing.by_risk(standing.main_group(scene.plan.rows) or scene.plan.rows)
    above, below = _above(scene), _below(scene)
    for kept in range(len(rows), 0, -1):
        left_out = len(rows) - kept
        more = [*below, _left_out(scene, rows, kept)] if left_out else below
        table = _board(scene, rows[:kept])
        for scale in SCALES if not left_out else SCALES[-1:]:
            page = Page(above, table, more, scale)
            is_even = scale <= 1 or max(_lines_of_rows(page)) <= MOST_LINES
            if is_even and _height(page) <= parts.mm_to_points(ROOM_MM["height"]):
                return page
    return Page(above, None, below, SCALES[-1])


def _above(scene: Scene) -> list[Piece]:
    title = fill("leader_page.title", plan=Quoted(shown.named(scene.book.plan, "title"), "plan"))
    day = Quoted(print_value(scene.quarter.known, DATE), "period")
    known = [
        fill("app.data_until", day=day),
        scene.plan.forecast_note(),
        fill("app.build", build=Quoted(scene.book.build, "build")),
    ]
    owed = _owed(scene)
    known.append(fill("app.not_reported", who=owed) if owed else returns_in(scene))
    pieces = [
        Piece(title, TITLE, 17, align="center"),
        Piece(fill("leader_page.subtitle", quarter=scene.quarter_name), BODY, 11, align="center"),
        Piece(joined([one for one in known if one], " · "), TABLE, 8.5, before=2, align="center"),
        Piece(words.judgement(scene.plan), HEADING, 11.5, before=6),
    ]
    if scene.quarter.has_records:
        pieces.append(Piece(overall.counts(scene), BODY, LARGEST, before=3))
    elif not situation.is_nation(scene.book.plan):
        nothing = fill("slides.nothing", region=scene.region, quarter=scene.quarter_name)
        pieces.append(Piece(nothing, BODY, LARGEST, before=3))
    has_binding = any(row["nature"] == "binding" for row in scene.plan.rows)
    pieces.append(_heading("leader_page.board" if has_binding else "leader_page.board_plain"))
    return pieces


def _heading(key: str, **facts) -> Piece:
    return Piece(fill(key, **facts), HEADING, 11, is_bold=True, before=7)


def _owed(scene: Scene) -> Passage:
    owed = scene.quarter.owed
    named = [
        say("app.missing_report", region=shown.named(row, "region_name") or row["region_code"],
            period=shown.period(row["period_start"], row["period_end"]), kind=say(f"app.kinds.{row['kind']}"))
        for row in owed[:MOST]
    ]  # fmt: skip
    more = say("app.missing_more", n=len(owed)) if len(owed) > MOST else ""
    return passage(Quoted(say("slides.pause").join(named) + more, "period")) if owed else Passage()


def _board(scene: Scene, rows: Sequence[Row]) -> Table:
    p = scene.plan
    heads = [say(f"slides.board.{one}") for one in ("nature", "name", "now", "target", "pace", "chance", "verdict")]
    body = [
        [
            say(f"app.nature.{row['nature']}"),
            _name(row),
            _value(scene, row),
            words.bound_with_unit(p, row) if _is_short(row) else words.bound(p, row),
            words.pace(p, row),
            words.chance(p, row),
            words.verdict(p, row),
        ]
        for row in rows
    ]
    return Table.of("board", say("slides.board.title"), heads, body, numbers=(2, 3, 4))


def _name(row: Row) -> Passage:
    """The target with its unit; English names say it themselves."""
    unit = shown.unit(row)
    if not unit or unit in SHORT_UNITS or current_language() == "en":
        return passage(words.name(row))
    return fill("slides.name_unit", name=words.name(row), unit=Quoted(unit, "name"))


def _value(scene: Scene, row: Row) -> Passage:
    """The value now, with a unit that the target's name does not say."""
    return words.value_now(scene.plan, row, bare=not _is_short(row))


def _is_short(row: Row) -> bool:
    """Whether the unit stands behind the numbers."""
    unit = shown.unit(row)
    return unit in SHORT_UNITS or (current_language() == "en" and len(unit) <= LONG_UNIT)


def _left_out(scene: Scene, rows: Sequence[Row], kept: int) -> Piece:
    n = scene.plan.verdict_count(list(rows[kept:]), "", f"left-out-after-{kept}")
    return Piece(fill("leader_page.left_out", n=n), TABLE, 8.5, before=3)


def _below(scene: Scene) -> list[Piece]:
    pieces = [_heading("app.cards.alerts")]
    alerts = words.alerts(scene.plan, MOST)
    pieces += [Piece(passage(f"{marks.shape(row['verdict'])} ", text)) for row, text in alerts]
    if not alerts:
        pieces.append(Piece(words.no_alerts(scene.plan)))
    ahead = overall.above_pace(scene)[:MOST] if scene.quarter.has_records else []
    if ahead:
        pieces.append(_heading("app.quarterly.ahead_title"))
        pieces += [Piece(passage("▲ ", outlook.control_line(scene, one))) for one in ahead]
    pieces += _changes(scene)
    pieces += _decisions(scene)
    foot = passage(Quoted(say("app.board.foot_chance"), "text"), " · ", Quoted(say("leader_page.foot"), "text"))
    return [*pieces, Piece(foot, TABLE, 8.5, before=6)]


def _changes(scene: Scene) -> list[Piece]:
    if scene.before is None or scene.quarter.quarter.earlier is None:
        return [_heading("app.quarterly.changes_none"), Piece(passage(say("app.quarterly.no_earlier")))]
    day = Quoted(print_value(scene.quarter.quarter.earlier, DATE), "period")
    pieces = [_heading("app.quarterly.changes_title", day=day)]
    news = scene.quarter.news
    if news is not None:
        text = new_records(scene)
        changed = [key for key in ("revised", "removed") if news[key].value]
        for key in changed:
            text += fill(f"briefing.overall.{key}", n=news[key])
        if not changed:
            text += passage(say("briefing.overall.none_revised"))
        pieces.append(Piece(passage("· ", text)))
    moved = words.changes(scene.plan, scene.before)
    pieces += [Piece(passage(f"{marks.shape(now['verdict'])} ", text)) for now, _, text in moved[:MOST]]
    return pieces if moved else [*pieces, Piece(passage("· ", say("app.quarterly.no_verdicts")))]


def _decisions(scene: Scene) -> list[Piece]:
    code = scene.quarter.quarter.code
    asked = [one for one in scene.quarter.meeting.decisions if one.quarter == code]
    pieces = [_heading("slides.title.decisions")]
    for one in asked[:MOST]:
        due = print_value(one.due_on, DATE) if one.due_on else ""
        said = " · ".join(part for part in (one.text, one.owner, due) if part)
        pieces.append(Piece(passage("? ", Quoted(said, "said"))))
    return pieces if asked else [*pieces, Piece(passage(say("slides.no_decisions"), say("app.full_stop")))]


# On paper


def _height(page: Page) -> float:
    """Points that the page takes."""
    room = parts.mm_to_points(ROOM_MM["width"])
    latin = LATIN[current_language()]
    total = 0.0
    for piece in (*page.above, *page.below):
        size = piece.size * page.scale
        total += piece.before * page.scale + lines_in(str(piece.text), room / size, latin) * size * PITCH
    if page.board:
        size, _ = _set(_cells(page.board), page.scale)
        total += sum(most * size * 1.35 + ROW for most in _lines_of_rows(page))
    return total


def _lines_of_rows(page: Page) -> list[int]:
    """Lines of every row of the board, the heading first; one of none where there is no board."""
    if not page.board:
        return [0]
    cells, latin = _cells(page.board), LATIN[current_language()]
    size, widths = _set(cells, page.scale)
    return [
        max(lines_in(text, (wide - PADDING) / size, latin) for text, wide in zip(row, widths, strict=True))
        for row in cells
    ]


def _set(cells: Sequence[Sequence[str]], scale: float) -> tuple[float, list[float]]:
    """Size of the board's letters and widths of its columns, in points."""
    size = round(BOARD * scale * 2) / 2
    room, latin = parts.mm_to_points(ROOM_MM["width"]), LATIN[current_language()]
    return size, column_widths(cells, room, size, padding=PADDING, bold={0}, latin=latin)


def _cells(table: Table) -> list[list[str]]:
    return [[str(cell) for cell in row] for row in (table.columns, *table.rows)]


def _write(scene: Scene, page: Page, mark: Passage) -> bytes:
    import docx
    from docx.shared import Mm

    document = docx.Document()
    parts.remove_body(document)
    parts.drop_thumbnail(document)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(MARGIN_MM)
    section.top_margin, section.bottom_margin = Mm(20), Mm(14)
    section.header_distance, section.footer_distance = Mm(9), Mm(6)
    parts.set_defaults(document, BODY, LARGEST, scene.book.language)
    parts.name_fonts(document)
    if mark:
        head = section.header.paragraphs[0]
        head.alignment = parts.ALIGN["center"]
        parts.run(head, str(mark), HEADING, 11, is_bold=True)
    for piece in page.above:
        _paragraph(document, piece, page.scale)
    if page.board:
        cells = _cells(page.board)
        size, widths = _set(cells, page.scale)
        look = Look(TABLE, size, size * 1.35, widths, page.board.numbers, frozenset(), is_kept=True, is_followed=False)
        parts.append(document, table_xml(str(page.board.title), cells[0], cells[1:], look))
    for piece in page.below:
        _paragraph(document, piece, page.scale)
    core = document.core_properties
    core.title, core.author, core.last_modified_by, core.comments = str(page.above[0].text), "", "", ""
    core.created = core.modified = datetime.datetime.combine(scene.book.as_of, datetime.time())
    core.revision = 1
    file = io.BytesIO()
    document.save(file)
    return same_bytes(file.getvalue())


def _paragraph(document, piece: Piece, scale: float) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = parts.ALIGN[piece.align]
    size = round(piece.size * scale * 2) / 2
    parts.set_pitch(paragraph, round(size * PITCH, 1))
    if piece.before:
        paragraph.paragraph_format.space_before = parts.points(round(piece.before * scale, 1))
    parts.run(paragraph, str(piece.text), piece.face, size, is_bold=piece.is_bold)
