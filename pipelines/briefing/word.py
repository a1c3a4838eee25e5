"""A report as a Word document in official form: A4, 仿宋 in 28.8 points, 小标宋 title, page numbers “— 1 —”.

Every run names its typeface for Chinese signs, every figure has its text in words, and the same report gives the same
bytes: nothing in the file tells when it was written.
"""

from __future__ import annotations

import datetime
import io
import math
from typing import TYPE_CHECKING, Any

from pipelines.briefing import word_parts as parts
from pipelines.briefing.arrangement import Placed, arranged, lines_of
from pipelines.briefing.blocks import Figure, Heading, PageBreak, Paragraph, Passage, Report, Table
from pipelines.briefing.fitting import width
from pipelines.briefing.fonts import BODY, HEADING, SUBHEADING, TABLE, TITLE, Face, figure_font
from pipelines.briefing.packages import same_bytes
from pipelines.briefing.proofreading import Drawn, Line
from pipelines.briefing.word_reading import read_word
from pipelines.briefing.word_table import Look, fitted, height, table_xml
from pipelines.texts import in_language, say

if TYPE_CHECKING:
    from docx.document import Document

MARGINS_MM = {"top": 37, "bottom": 35, "left": 28, "right": 26}
TEXT_MM = 156
PITCH = 28.8
"""Points from line to line."""

SIZES = {"title": 22.0, "body": 16.0, "table": 10.5, "note": 10.5, "page": 14.0}
ENGLISH_SIZES = {"title": 18.0, "body": 12.0, "table": 9.5, "note": 9.5, "page": 10.5}
KEPT_LINES = 30
"""A table of up to so many lines is kept on one page."""


def draw(report: Report) -> Drawn:
    """A report as a Word document, the lines that it must hold, and those that were read from it again."""
    with in_language(report.book.language):
        document = write_word(report)
        notices = () if figure_font(report.book.language) else (say("briefing.no_font"),)
        return Drawn(document, lines(report), read_word(document), notices)


def write_word(report: Report) -> bytes:
    """The document's bytes.

    Args:
        report: What it says.
    """
    with in_language(report.book.language):
        return _Writer(report).write()


def lines(report: Report) -> list[Line]:
    """Every line that the document holds, in the order in which `word_reading` finds them."""
    placed = arranged(report)
    marks = [Line(say("briefing.word.header", report.book.language), mark) for mark in report.marks]
    return [*marks, *marks, *lines_of(placed, report.title, report.subtitle)]


class _Writer:
    def __init__(self, report: Report):
        import docx

        self.report = report
        self.is_chinese = report.book.language == "zh"
        self.sizes = SIZES if self.is_chinese else ENGLISH_SIZES
        self.document: Document = docx.Document()
        parts.remove_body(self.document)
        parts.drop_thumbnail(self.document)

    def write(self) -> bytes:
        """Everything, in order."""
        self._page()
        self._properties()
        self._title()
        for placed in arranged(self.report):
            self._block(placed)
        file = io.BytesIO()
        self.document.save(file)
        return same_bytes(file.getvalue())

    # The frame

    def _page(self) -> None:
        from docx.shared import Mm, Pt

        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        for side, size in MARGINS_MM.items():
            setattr(section, f"{side}_margin", Mm(size))
        section.header_distance, section.footer_distance = Mm(15), Mm(25)
        self.document.settings.odd_and_even_pages_header_footer = True
        parts.set_defaults(self.document, BODY, self.sizes["body"], self.report.book.language)
        parts.name_fonts(self.document)
        for header, footer, side in (
            (section.header, section.footer, "right"),
            (section.even_page_header, section.even_page_footer, "left"),
        ):
            header.is_linked_to_previous = footer.is_linked_to_previous = False
            self._header(header)
            paragraph = footer.paragraphs[0]
            paragraph.style = self.document.styles["Normal"]
            paragraph.alignment = parts.ALIGN[side]
            setattr(paragraph.paragraph_format, f"{side}_indent", Pt(self.sizes["page"]))
            parts.page_number(paragraph, TABLE, self.sizes["page"])

    def _header(self, header: Any) -> None:
        paragraph = header.paragraphs[0]
        paragraph.style = self.document.styles["Normal"]
        paragraph.alignment = parts.ALIGN["center"]
        for number, mark in enumerate(self.report.marks):
            if number:
                paragraph = header.add_paragraph()
                paragraph.alignment = parts.ALIGN["center"]
            parts.run(paragraph, str(mark), HEADING, 12, is_bold=True)

    def _properties(self) -> None:
        core = self.document.core_properties
        book = self.report.book
        core.title, core.author = str(self.report.title), self.report.author
        core.last_modified_by, core.comments, core.keywords = self.report.author, "", ""
        core.subject = " ".join(str(mark) for mark in self.report.marks)
        core.language = "zh-CN" if self.is_chinese else "en-GB"
        core.created = core.modified = datetime.datetime.combine(book.as_of, datetime.time())
        core.revision = 1

    def _title(self) -> None:
        paragraph = self._paragraph(
            self.report.title, TITLE, self.sizes["title"], align="center", pitch=36, style="Title"
        )
        layout = paragraph.paragraph_format
        layout.space_before = layout.space_after = parts.points(6)
        indent = _title_indent(str(self.report.title), self.sizes["title"])
        layout.left_indent = layout.right_indent = parts.points(indent)
        if self.report.subtitle:
            below = self._paragraph(self.report.subtitle, SUBHEADING, self.sizes["body"], align="center")
            below.paragraph_format.space_after = parts.points(12)

    # Blocks

    def _block(self, placed: Placed) -> None:
        block = placed.block
        if isinstance(block, Heading):
            self._heading(placed.caption, block.level)
        elif isinstance(block, Paragraph):
            self._text(block)
        elif isinstance(block, Table):
            self._table(block, placed.caption)
        elif isinstance(block, Figure):
            self._figure(block, placed.caption)
        elif isinstance(block, PageBreak):
            self.document.paragraphs[-1].add_run().add_break(parts.PAGE)

    def _heading(self, text: Passage, level: int) -> None:
        face = (HEADING, SUBHEADING, BODY)[level - 1]
        style = f"Heading {level}"
        size = self.sizes["body"]
        paragraph = self._paragraph(
            text, face, size, indent=True, style=style, is_bold=level == 3 or not self.is_chinese
        )
        paragraph.paragraph_format.keep_with_next = True
        if not self.is_chinese:
            paragraph.paragraph_format.space_before = parts.points(8 if level == 1 else 4)

    def _text(self, block: Paragraph) -> None:
        if block.style == "note":
            self._note(block.text)
            return
        face = SUBHEADING if block.style == "draft" else BODY
        # Justified Chinese lines lose a sign that hangs over the margin in LibreOffice; left-aligned ones do not.
        align = "left" if self.is_chinese else "both"
        paragraph = self._paragraph(block.text, face, self.sizes["body"], indent=True, align=align)
        paragraph.paragraph_format.widow_control = True
        if block.style == "draft":
            paragraph.paragraph_format.keep_with_next = True

    def _note(self, text: Passage, *, is_kept: bool = False) -> None:
        pitch = 16 if self.is_chinese else 13
        paragraph = self._paragraph(text, TABLE, self.sizes["note"], pitch=pitch)
        paragraph.paragraph_format.keep_with_next = is_kept
        paragraph.paragraph_format.keep_together = True

    def _table(self, block: Table, caption: Passage) -> None:
        above = self._paragraph(caption, HEADING, self.sizes["table"] + 1.5, align="center", pitch=24)
        above.paragraph_format.space_before = parts.points(8)
        above.paragraph_format.keep_with_next = True
        cells = [[str(cell) for cell in row] for row in (block.columns, *block.rows)]
        size = self.sizes["table"]
        size, widths = fitted(cells, parts.mm_to_points(TEXT_MM), (size, size - 1, size - 1.5, size - 2.5))
        look = Look(
            TABLE,
            size,
            size + (5 if self.is_chinese else 3.5),
            widths,
            block.numbers,
            block.sums,
            is_kept=height(cells, size, widths) <= KEPT_LINES,
            is_followed=bool(block.notes),
        )
        parts.append(self.document, table_xml(str(caption), cells[0], cells[1:], look))
        for number, note in enumerate(block.notes):
            self._note(note, is_kept=number < len(block.notes) - 1)
        self._gap()

    def _gap(self) -> None:
        """Room below a table: Word has no margin there."""
        parts.set_pitch(self.document.add_paragraph(), 8)

    def _figure(self, block: Figure, caption: Passage) -> None:
        from docx.shared import Mm

        paragraph = self.document.add_paragraph()
        paragraph.alignment = parts.ALIGN["center"]
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before = parts.points(6)
        picture = paragraph.add_run().add_picture(io.BytesIO(block.draw()), width=Mm(TEXT_MM))
        parts.describe(picture, str(caption), str(block.alt))
        below = self._paragraph(caption, HEADING, self.sizes["table"] + 1.5, align="center", pitch=22)
        below.paragraph_format.keep_with_next = bool(block.notes)
        for number, note in enumerate(block.notes):
            self._note(note, is_kept=number < len(block.notes) - 1)
        self._gap()

    def _paragraph(
        self,
        text: Passage,
        face: Face,
        size: float,
        *,
        align: str = "left",
        indent: bool = False,
        pitch: float | None = None,
        style: str = "Normal",
        is_bold: bool = False,
    ) -> Any:
        paragraph = self.document.add_paragraph(style=style)
        paragraph.alignment = parts.ALIGN[align]
        parts.set_pitch(paragraph, pitch or (PITCH if self.is_chinese else 18))
        if indent and self.is_chinese:
            parts.indent_two(paragraph, size)
        elif style == "Normal" and not self.is_chinese and pitch is None:
            paragraph.paragraph_format.space_after = parts.points(4)
        parts.run(paragraph, str(text), face, size, is_bold=is_bold)
        return paragraph


def _title_indent(title: str, size: float) -> float:
    """Points to leave free on both sides, so that a title of several lines has lines of about one length.

    Without it a title that is a little too long leaves its last sign alone on a second line.
    """
    line = parts.mm_to_points(TEXT_MM)
    whole = width(title) * size
    lines = math.ceil(whole / line)
    return 0.0 if lines < 2 else max(0.0, (line - whole / lines - 2 * size) / 2)
