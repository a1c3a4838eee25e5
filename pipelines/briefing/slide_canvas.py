"""A deck of slides, 16:9: text, native tables and native charts at stated places, every run in a typeface of its own.

Whatever is written is kept as the passage that it came from, in the order of the file, so that proofreading can hold
the finished deck against it sign by sign.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Sequence

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.parts.chart import ChartPart
from pptx.util import Pt

from pipelines.briefing import chart_xml
from pipelines.briefing.blocks import Passage, Quoted, Table, Words, passage
from pipelines.briefing.charts import FactChart
from pipelines.briefing.facts import Fact, FactBook
from pipelines.briefing.fitting import LEADING, fitting_size, height
from pipelines.briefing.packages import same_bytes
from pipelines.briefing.slide_layout import (
    AMBER,
    BRAND,
    EAST_ASIAN,
    FACES,
    HEIGHT,
    INK,
    LEFT,
    MUTED,
    PALE,
    RIGHT,
    RULE,
    WIDTH,
    Box,
    Line,
    Written,
)
from pipelines.briefing.slide_style import A, bare, ground, widen, with_faces
from pipelines.briefing.slide_tables import CELL, row_heights, table_widths

_TITLE_ONLY = 5


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
        widen(self._file)

    @property
    def count(self) -> int:
        """How many slides there are."""
        return len(self._file.slides)

    def slide(self, title: Words) -> Slide:
        """A new slide with its title."""
        made = self.blank()
        made.title(passage(title))
        return made

    def blank(self) -> Slide:
        """A new slide whose title is still to be written."""
        return Slide(self, self._file.slides.add_slide(self._file.slide_layouts[_TITLE_ONLY]))

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
                part._blob = with_faces(part.blob, FACES[self.language], EAST_ASIAN)
        file = io.BytesIO()
        self._file.save(file)
        return same_bytes(file.getvalue())


class Slide:
    """One slide; made by `Deck.slide`.

    Attributes:
        facts: What it shows, by address.
        talk: What the speaker may say to it; it stands at the head of the notes.
    """

    def __init__(self, deck: Deck, slide):
        self._deck = deck
        self._slide = slide
        self._number = deck.count
        self.facts: dict[str, Fact] = {}
        self.talk: list[Passage] = []

    def cover(self, title: Passage, lines: Sequence[Line]) -> None:
        """The first slide: its title in the middle, and what must be known about the data."""
        shape = self._slide.shapes.title
        size = fitting_size([str(title)], 800, 110, (40, 36, 32, 28)) or 24
        _place(shape, Box(80, 130, 800, 110))
        _plain(shape.text_frame, MSO_ANCHOR.BOTTOM)
        shape.text_frame.paragraphs[0].alignment = PP_ALIGN.LEFT
        self._paragraph(shape.text_frame.paragraphs[0], Line(title, colour=BRAND, is_bold=True), size)
        self.rule(256, BRAND)
        self._frame()
        self.text(Box(80, 276, 800, 190), lines, (18, 16, 14, 12), gap=8)

    def title(self, text: Passage) -> None:
        """The title in its own placeholder, with the rule below it, the mark and the foot."""
        shape = self._slide.shapes.title
        _place(shape, Box(LEFT, 26, RIGHT - LEFT - 136, 58))
        size = fitting_size([str(text)], RIGHT - LEFT - 136, 58, (26, 24, 22, 20, 18)) or 16
        frame = shape.text_frame
        _plain(frame, MSO_ANCHOR.MIDDLE)
        frame.paragraphs[0].alignment = PP_ALIGN.LEFT
        self._paragraph(frame.paragraphs[0], Line(text, colour=BRAND, is_bold=True), size)
        self.rule(88)
        self._frame()

    def _frame(self) -> None:
        """The mark of simulated data, the foot and the number of the slide."""
        if self._deck.mark:
            self.text(
                Box(RIGHT - 130, 44, 130, 22),
                [Line(self._deck.mark, colour=AMBER, is_bold=True)],
                (14, 12, 11),
                right=True,
            )
        self.text(Box(LEFT, 508, RIGHT - LEFT - 60, 20), [Line(self._deck.foot, colour=MUTED)], (10, 9, 8))
        self.text(
            Box(RIGHT - 60, 508, 60, 20),
            [Line(passage(Quoted(str(self._number), "number")), colour=MUTED)],
            10,
            right=True,
        )

    def tiles(self, first: Box, tiles: Sequence[tuple[Passage, Passage, Sequence[Passage]]], *, gap: float) -> None:
        """Numbers with what they are and a few words of context, each on a ground of its own, in letters of one size.

        Args:
            first: The first one's place; the others stand to the right of it.
            tiles: Label, number and the lines below it.
            gap: Points between two of them.
        """
        texts = [
            [Line(label, colour=MUTED), Line(number, colour=BRAND, is_bold=True, scale=1.9), *map(Line, below)]
            for label, number, below in tiles
        ]
        sizes = (12, 11.5, 11, 10.5, 10, 9.5, 9, 8.5, 8)
        self.columns(first, texts, sizes, space=gap, gap=1, fill=PALE, padding=8)

    def columns(
        self,
        first: Box,
        columns: Sequence[Sequence[Line]],
        sizes: Sequence[float],
        *,
        space: float,
        gap: float = 4.0,
        fill: str = "",
        padding: float = 0.0,
    ) -> None:
        """Paragraphs side by side, in letters of one size; the longest decides.

        Args:
            first: The first column's place; the others stand to the right of it.
            columns: What they say.
            sizes: Points, the largest first.
            space: Points between two columns.
            gap: Points between two paragraphs.
            fill: Colour of the ground; empty for none.
            padding: Points between the edge and the text.
        """
        wide, room = first.width - 2 * padding, first.height - 2 * padding
        fits = (one for one in sizes if all(self._needs(told, one, wide, gap) <= room + 0.5 for told in columns))
        size = next(fits, sizes[-1])
        for number, told in enumerate(columns):
            box = Box(first.left + number * (first.width + space), first.top, first.width, first.height)
            self.text(box, told, size, gap=gap, fill=fill, padding=padding)

    def rule(self, top: float, colour: str = RULE) -> None:
        """A thin line across the slide."""
        shape = self._slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Pt(LEFT), Pt(top), Pt(RIGHT - LEFT), Pt(1))
        shape.fill.solid()
        shape.fill.fore_color.rgb = RGBColor.from_string(colour.upper())
        shape.line.fill.background()
        style = shape._element.find(qn("p:style"))  # the theme's shadow
        shape._element.remove(style)

    def tile(self, box: Box, label: Passage, number: Passage, below: Sequence[Line]) -> None:
        """A number with what it is and a few words of context, on a ground of its own."""
        lines = [Line(label, colour=MUTED), Line(number, colour=BRAND, is_bold=True, scale=1.9), *below]
        self.text(box, lines, (12, 11.5, 11, 10.5, 10, 9.5, 9), gap=1, fill=PALE, padding=8)

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
        widths: Sequence[float] = (),
    ) -> float:
        """A native table.

        Args:
            box: Where it stands; it must fit (`table_height`).
            table: What it says; its title is not drawn, the slide has one.
            size: Points of the letters.
            colours: Colour of a cell's text by row and column, from 0 without the headings; empty for ink.
            widths: Points of each column; without any, as its texts need.

        Returns:
            Points from the box's top to the table's end.
        """
        widths = widths or table_widths(table, box.width, size)
        rows = [table.columns, *table.rows]
        heights = row_heights(table, widths, size)
        shape = self._slide.shapes.add_table(
            len(rows), len(table.columns), Pt(box.left), Pt(box.top), Pt(box.width), Pt(sum(heights))
        )
        shape.name = str(table.title)
        _describe(shape, str(table.title))
        grid = shape.table
        bare(grid)
        for column, wide in zip(grid.columns, widths, strict=True):
            column.width = Pt(wide)
        for number, (row, cells) in enumerate(zip(grid.rows, rows, strict=True)):
            row.height = Pt(heights[number])
            is_head, is_sum = number == 0, number - 1 in table.sums
            for place, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
                cell.margin_left = cell.margin_right = Pt(CELL)
                cell.margin_top = cell.margin_bottom = Pt(2)
                cell.vertical_anchor = MSO_ANCHOR.MIDDLE
                ground(cell, PALE if is_head or is_sum else "", is_last=is_head or is_sum)
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
        self.facts |= {fact.address: fact for fact in chart.facts}

    def notes(self, texts: Sequence[Passage]) -> None:
        """What the speaker reads: sources and addresses."""
        frame = self._slide.notes_slide.notes_text_frame
        for number, text in enumerate(texts):
            paragraph = frame.paragraphs[0] if not number else frame.add_paragraph()
            self._paragraph(paragraph, Line(text), 12)

    def _paragraph(self, paragraph, line: Line, size: float) -> None:
        paragraph.line_spacing = Pt(round(size * LEADING * 2) / 2)  # typefaces differ in what they call a line
        if line.mark:
            self._run(paragraph, f"{line.mark} ", size, line.mark_colour or INK, is_bold=True)
        self._run(paragraph, str(line.text), size, line.colour or INK, is_bold=line.is_bold)
        said = passage(f"{line.mark} ", line.text) if line.mark else line.text
        self._deck.written.passages.append((self._number, said))
        self.facts |= {fact.address: fact for fact in line.text.facts}

    def _run(self, paragraph, text: str, size: float, colour: str, *, is_bold: bool) -> None:
        run = paragraph.add_run()
        run.text = " ".join(text.split("\n"))
        font = run.font
        font.size, font.bold, font.name = Pt(round(size * 2) / 2), is_bold, FACES[self._deck.language]
        font.color.rgb = RGBColor.from_string(colour.upper())
        properties = run._r.get_or_add_rPr()
        properties.set("lang", "zh-CN" if self._deck.language == "zh" else "en-GB")
        properties.set("altLang", "en-GB" if self._deck.language == "zh" else "zh-CN")
        latin = properties.find(qn("a:latin"))
        latin.addnext(parse_xml(f'<a:ea xmlns:a="{A}" typeface="{EAST_ASIAN}"/>'))


def _said(line: Line) -> str:
    return f"{line.mark} {line.text}" if line.mark else str(line.text)


def _place(shape, box: Box) -> None:
    shape.left, shape.top, shape.width, shape.height = (Pt(one) for one in (box.left, box.top, box.width, box.height))


def _plain(frame, anchor, padding: float = 0.0) -> None:
    frame.word_wrap = True
    frame.auto_size = MSO_AUTO_SIZE.NONE
    frame.vertical_anchor = anchor
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Pt(padding)


def _describe(shape, text: str) -> None:
    shape._element.nvGraphicFramePr.cNvPr.set("descr", text)
