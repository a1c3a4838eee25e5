"""A deck of slides, 16:9: text, native tables and native charts at stated places, every run in a typeface of its own.

Whatever is written is kept as the passage that it came from, in the order of the file, so that proofreading can hold
the finished deck against it sign by sign.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.parts.chart import ChartPart
from pptx.util import Pt

from pipelines.briefing import chart_xml
from pipelines.briefing.blocks import Passage, Quoted, Table, Words, passage
from pipelines.briefing.charts import FactChart
from pipelines.briefing.facts import FactBook
from pipelines.briefing.fitting import column_widths, fitting_size, height, lines
from pipelines.briefing.packages import same_bytes

WIDTH, HEIGHT = 960.0, 540.0
LEFT, RIGHT = 40.0, 920.0
TOP, BOTTOM = 96.0, 500.0
FACES = {"zh": "Microsoft YaHei", "en": "Arial"}
EAST_ASIAN = "Microsoft YaHei"
INK, MUTED, RULE, BRAND, PALE, AMBER = "1d2733", "5b6774", "d5dbe2", "123a5c", "eef2f6", "a3500b"
CELL = 4.0  # points between a cell's edge and its text, at each side
_TITLE_ONLY = 5


@dataclass(frozen=True)
class Box:
    """A place on a slide, in points."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Line:
    """A paragraph on a slide.

    Args:
        text: What it says.
        mark: A shape before it, such as that of a verdict.
        colour: Hex digits of the text; empty for ink.
        mark_colour: Hex digits of the mark.
        is_bold: Whether it stands out.
        scale: Its letters against those of the box.
    """

    text: Passage
    mark: str = ""
    colour: str = ""
    mark_colour: str = ""
    is_bold: bool = False
    scale: float = 1.0


@dataclass
class Written:
    """What a deck holds, for proofreading.

    Args:
        passages: Number of the slide and text of every paragraph, in the order of the file: slide by slide, shape by
            shape, then the notes.
        charts: Every chart, in the order of the file.
    """

    passages: list[tuple[int, Passage]] = field(default_factory=list)
    charts: list[FactChart] = field(default_factory=list)


class Deck:
    """A presentation in the making.

    Args:
        book: Its facts.
        mark: What stands on every slide where the data are simulated; empty where they are not.
        foot: The line at the foot of every slide.
        made: When the file says that it was made.
    """

    def __init__(self, book: FactBook, mark: Passage, foot: Passage, made: datetime.datetime):
        self.book = book
        self.language = book.language
        self.mark = mark
        self.foot = foot
        self.made = made
        self.written = Written()
        self._file = Presentation()
        self._file.slide_width, self._file.slide_height = Pt(WIDTH), Pt(HEIGHT)
        _widen(self._file)

    @property
    def count(self) -> int:
        """How many slides there are."""
        return len(self._file.slides)

    def slide(self, title: Words) -> Slide:
        """A new slide with its title."""
        made = Slide(self, self._file.slides.add_slide(self._file.slide_layouts[_TITLE_ONLY]))
        made.title(passage(title))
        return made

    def encoded(self, title: str) -> bytes:
        """The finished file; the same deck gives the same bytes.

        Args:
            title: What the file's properties call it.
        """
        properties = self._file.core_properties
        properties.title, properties.author, properties.last_modified_by = title, "", ""
        properties.created = properties.modified = self.made
        properties.revision = 1
        properties.language = "zh-CN" if self.language == "zh" else "en"
        for part in self._file.part.package.iter_parts():
            if part.partname.startswith("/ppt/theme/"):
                part._blob = _with_faces(part.blob, FACES[self.language])
        file = io.BytesIO()
        self._file.save(file)
        return same_bytes(file.getvalue())


class Slide:
    """One slide; made by `Deck.slide`."""

    def __init__(self, deck: Deck, slide):
        self._deck = deck
        self._slide = slide

    def title(self, text: Passage) -> None:
        """The title in its own placeholder, with the rule below it, the mark and the foot."""
        shape = self._slide.shapes.title
        shape.left, shape.top, shape.width, shape.height = Pt(LEFT), Pt(26), Pt(RIGHT - LEFT - 96), Pt(58)
        size = fitting_size([str(text)], RIGHT - LEFT - 96, 58, (26, 24, 22, 20, 18)) or 16
        frame = shape.text_frame
        _plain(frame, MSO_ANCHOR.MIDDLE)
        frame.paragraphs[0].alignment = PP_ALIGN.LEFT
        self._paragraph(frame.paragraphs[0], Line(text, colour=BRAND, is_bold=True), size)
        self.rule(88)
        if self._deck.mark:
            self.text(Box(RIGHT - 90, 44, 90, 22), [Line(self._deck.mark, colour=AMBER, is_bold=True)], 14, right=True)
        self.text(Box(LEFT, 508, RIGHT - LEFT - 60, 20), [Line(self._deck.foot, colour=MUTED)], 10)
        self.text(
            Box(RIGHT - 60, 508, 60, 20),
            [Line(passage(Quoted(str(self._deck.count), "number")), colour=MUTED)],
            10,
            right=True,
        )

    def rule(self, top: float, colour: str = RULE) -> None:
        """A thin line across the slide."""
        shape = self._slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Pt(LEFT), Pt(top), Pt(RIGHT - LEFT), Pt(1))
        shape.fill.solid()
        shape.fill.fore_color.rgb = RGBColor.from_string(colour.upper())
        shape.line.fill.background()
        style = shape._element.find(qn("p:style"))  # the theme's shadow
        shape._element.remove(style)

    def text(
        self,
        box: Box,
        texts: Sequence[Line],
        sizes: float | Sequence[float],
        *,
        right: bool = False,
        middle: bool = False,
        gap: float = 4.0,
        fill: str = "",
        padding: float = 0.0,
    ) -> float:
        """Paragraphs in the largest of some sizes in which they fit.

        Args:
            box: Where they stand.
            texts: What they say; without any, nothing is written.
            sizes: Points, the largest first.
            right: Whether they are aligned to the right.
            middle: Whether they stand in the middle of the box's height.
            gap: Points between two paragraphs.
            fill: Colour of the ground; empty for none.
            padding: Points between the edge and the text, for a box with a ground.

        Returns:
            Points from the box's top to the end of the text.

        Raises:
            ValueError: They do not fit; our mistake, for whoever calls must divide what is too long.
        """
        if not texts:
            return 0.0
        options = [sizes] if isinstance(sizes, int | float) else list(sizes)
        room = box.height - 2 * padding
        size = next((one for one in options if self._needs(texts, one, box.width - 2 * padding, gap) <= room + 0.5), 0)
        if not size:
            raise ValueError(f"text runs over its box: {texts[0].text}")
        shape = self._slide.shapes.add_textbox(Pt(box.left), Pt(box.top), Pt(box.width), Pt(box.height))
        if fill:
            shape.fill.solid()
            shape.fill.fore_color.rgb = RGBColor.from_string(fill.upper())
        _plain(shape.text_frame, MSO_ANCHOR.MIDDLE if middle else MSO_ANCHOR.TOP, padding)
        for number, line in enumerate(texts):
            paragraph = shape.text_frame.paragraphs[0] if not number else shape.text_frame.add_paragraph()
            paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
            paragraph.space_after = Pt(gap)
            self._paragraph(paragraph, line, size * line.scale)
        return self._needs(texts, size, box.width - 2 * padding, gap) + 2 * padding

    @staticmethod
    def _needs(texts: Sequence[Line], size: float, width: float, gap: float) -> float:
        total = sum(height([_said(line)], size * line.scale, width) for line in texts)
        return total + gap * max(len(texts) - 1, 0)

    def table(
        self,
        box: Box,
        table: Table,
        size: float,
        *,
        colours: Callable[[int, int], str] = lambda row, column: "",
    ) -> float:
        """A native table.

        Args:
            box: Where it stands; it must fit (`table_height`).
            table: What it says; its title is not drawn, the slide has one.
            size: Points of the letters.
            colours: Colour of a cell's text by row and column, from 0 without the headings; empty for ink.

        Returns:
            Points from the box's top to the table's end.
        """
        widths = table_widths(table, box.width, size)
        rows = [table.columns, *table.rows]
        heights = row_heights(table, widths, size)
        shape = self._slide.shapes.add_table(
            len(rows), len(table.columns), Pt(box.left), Pt(box.top), Pt(box.width), Pt(sum(heights))
        )
        shape.name = str(table.title)
        _describe(shape, str(table.title))
        grid = shape.table
        _bare(grid)
        for column, wide in zip(grid.columns, widths, strict=True):
            column.width = Pt(wide)
        for number, (row, cells) in enumerate(zip(grid.rows, rows, strict=True)):
            row.height = Pt(heights[number])
            is_head, is_sum = number == 0, number - 1 in table.sums
            for place, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
                cell.margin_left = cell.margin_right = Pt(CELL)
                cell.margin_top = cell.margin_bottom = Pt(2)
                cell.vertical_anchor = MSO_ANCHOR.MIDDLE
                _ground(cell, PALE if is_head or is_sum else "", is_last=is_head or is_sum)
                colour = MUTED if is_head else colours(number - 1, place)
                paragraph = cell.text_frame.paragraphs[0]
                paragraph.alignment = PP_ALIGN.RIGHT if place in table.numbers else PP_ALIGN.LEFT
                stands_out = is_head or is_sum or bool(colour)
                self._paragraph(paragraph, Line(text, colour=colour, is_bold=stands_out), size)
        return sum(heights)

    def chart(self, box: Box, chart: FactChart, alt: str, *, size: float = 11) -> None:
        """A native chart that carries its data.

        Args:
            box: Where it stands.
            chart: Its data and look.
            alt: What it shows, in words.
            size: Points of its letters.
        """
        drawn = chart.drawn(self._deck.book, FACES[self._deck.language], size)
        package = self._slide.part.package
        name = PackURI(f"/ppt/charts/chart{len(self._deck.written.charts) + 1}.xml")
        part = ChartPart.load(name, CONTENT_TYPE.DML_CHART, package, chart_xml.xml(drawn))
        part.chart_workbook.update_from_xlsx_blob(chart_xml.workbook(drawn, self._deck.made))
        relation = self._slide.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
        place = (Pt(box.left), Pt(box.top), Pt(box.width), Pt(box.height))
        frame = self._slide.shapes._add_chart_graphicFrame(relation, *place)
        frame.nvGraphicFramePr.cNvPr.set("descr", alt)
        self._deck.written.charts.append(chart)

    def notes(self, texts: Sequence[Passage]) -> None:
        """What the speaker reads: sources and addresses."""
        frame = self._slide.notes_slide.notes_text_frame
        for number, text in enumerate(texts):
            paragraph = frame.paragraphs[0] if not number else frame.add_paragraph()
            self._paragraph(paragraph, Line(text), 12)

    def _paragraph(self, paragraph, line: Line, size: float) -> None:
        if line.mark:
            self._run(paragraph, f"{line.mark} ", size, line.mark_colour or INK, is_bold=True)
        self._run(paragraph, str(line.text), size, line.colour or INK, is_bold=line.is_bold)
        said = passage(f"{line.mark} ", line.text) if line.mark else line.text
        self._deck.written.passages.append((self._deck.count, said))

    def _run(self, paragraph, text: str, size: float, colour: str, *, is_bold: bool) -> None:
        run = paragraph.add_run()
        run.text = text
        font = run.font
        font.size, font.bold, font.name = Pt(round(size * 2) / 2), is_bold, FACES[self._deck.language]
        font.color.rgb = RGBColor.from_string(colour.upper())
        properties = run._r.get_or_add_rPr()
        properties.set("lang", "zh-CN" if self._deck.language == "zh" else "en-GB")
        properties.set("altLang", "en-GB" if self._deck.language == "zh" else "zh-CN")
        latin = properties.find(qn("a:latin"))
        latin.addnext(parse_xml(f'<a:ea xmlns:a="{_A}" typeface="{EAST_ASIAN}"/>'))


_A = "http://schemas.openxmlformats.org/drawingml/2006/main"


def _said(line: Line) -> str:
    return f"{line.mark} {line.text}" if line.mark else str(line.text)


def table_widths(table: Table, points: float, size: float) -> list[float]:
    """Widths of a table's columns, in points."""
    return column_widths([[str(cell) for cell in row] for row in (table.columns, *table.rows)], points, size,
                         padding=2 * CELL)  # fmt: skip


def row_heights(table: Table, widths: Sequence[float], size: float) -> list[float]:
    """Heights of a table's rows, the heading first, in points."""
    found = []
    for row in (table.columns, *table.rows):
        most = max(lines(str(cell), (wide - 2 * CELL - 1) / size) for cell, wide in zip(row, widths, strict=True))
        found.append(most * size * 1.25 + 6)
    return found


def table_height(table: Table, points: float, size: float) -> float:
    """Height of a whole table in points."""
    return sum(row_heights(table, table_widths(table, points, size), size))


def divided(table: Table, points: float, size: float, room: float) -> list[Table]:
    """A table in pieces that each fit, every one with the headings; the columns keep their widths.

    Args:
        table: The whole.
        points: Width.
        size: Points of the letters.
        room: Height of one piece.
    """
    heights = row_heights(table, table_widths(table, points, size), size)
    pieces: list[list[int]] = [[]]
    used = heights[0]
    for number, high in enumerate(heights[1:]):
        if used + high > room and pieces[-1]:
            pieces.append([])
            used = heights[0]
        pieces[-1].append(number)
        used += high
    return [
        Table(
            table.key if not place else f"{table.key}_{place + 1}",
            table.title,
            table.columns,
            tuple(table.rows[n] for n in rows),
            table.numbers,
            frozenset(at for at, n in enumerate(rows) if n in table.sums),
            table.notes,
        )
        for place, rows in enumerate(pieces)
    ]


def _plain(frame, anchor, padding: float = 0.0) -> None:
    frame.word_wrap = True
    frame.vertical_anchor = anchor
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Pt(padding)


def _describe(shape, text: str) -> None:
    shape._element.nvGraphicFramePr.cNvPr.set("descr", text)


def _bare(grid) -> None:
    """Without the colours of a table style, so that the table looks the same in every office program."""
    properties = grid._tbl.tblPr
    properties.set("firstRow", "1")
    properties.set("bandRow", "0")
    for style in properties.findall(qn("a:tableStyleId")):
        style.text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # "no style, no grid"


def _ground(cell, fill: str, *, is_last: bool) -> None:
    properties = cell._tc.get_or_add_tcPr()
    for side in ("lnL", "lnR", "lnT"):
        properties.append(parse_xml(f'<a:{side} xmlns:a="{_A}" w="0"><a:noFill/></a:{side}>'))
    colour = "9aa7b3" if is_last else RULE
    properties.append(
        parse_xml(f'<a:lnB xmlns:a="{_A}" w="9525"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></a:lnB>')
    )
    body = f'<a:solidFill><a:srgbClr val="{fill}"/></a:solidFill>' if fill else "<a:noFill/>"
    properties.append(parse_xml(body.replace(">", f' xmlns:a="{_A}">', 1) if fill else f'<a:noFill xmlns:a="{_A}"/>'))


def _widen(file) -> None:
    """Stretch the layouts of the 4:3 template, so that slides which a user adds fit too."""
    for layout in (file.slide_master, *file.slide_layouts):
        for shape in layout.placeholders:
            if shape._element.spPr.xfrm is not None:
                shape.left, shape.width = shape.left * 4 // 3, shape.width * 4 // 3


def _with_faces(theme: bytes, face: str) -> bytes:
    """The theme with our typefaces for Latin and East Asian letters."""
    text = theme.decode("utf-8")
    for kind, name in (("latin", face), ("ea", EAST_ASIAN)):
        for part in ("majorFont", "minorFont"):
            head, _, rest = text.partition(f"<a:{part}>")
            before, _, after = rest.partition(f"<a:{kind} ")
            _, close, tail = after.partition("/>")
            text = f'{head}<a:{part}>{before}<a:{kind} typeface="{name}"{close}{tail}'
    return text.encode("utf-8")
