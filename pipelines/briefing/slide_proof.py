"""Reads a finished deck again: the texts of every slide, and every chart's cache and embedded workbook."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from pptx import Presentation
from pptx.oxml.ns import qn

from pipelines.briefing.blocks import Passage, passage
from pipelines.briefing.charts import FactChart
from pipelines.briefing.facts import FactBook
from pipelines.briefing.proofreading import Found, Line
from pipelines.briefing.slide_layout import Written
from pipelines.texts import say


def expected(written: Written, book: FactBook) -> list[Line]:
    """The lines that a deck must hold: its paragraphs slide by slide, then the data of its charts.

    Args:
        written: What was written on the slides.
        book: The facts; the values of charts are written into it as the charts hold them.
    """
    lines = [Line(_slide(number), text) for number, text in sorted(written.passages, key=lambda one: one[0]) if text]
    for number, chart in enumerate(written.charts, 1):
        section = say("slides.proof_chart", n=number)
        lines += [Line(section, text) for text in _said(chart, book)]
    return lines


def _said(chart: FactChart, book: FactBook) -> Iterator[Passage]:
    columns = chart.printed(book)
    drawn = [one.column for one in chart.in_order]
    for place in drawn:  # the cache holds what is drawn
        yield chart.columns[place].name
        yield from (passage(fact) for fact in columns[place] if fact is not None)
    for place, column in enumerate(chart.columns):  # the workbook holds every column
        yield column.name
        for category, fact in zip(chart.categories, columns[place], strict=True):
            if fact is not None:
                yield passage(category, " ", fact)


def found(file: Path | bytes) -> list[Found]:
    """The lines that a finished deck holds."""
    deck = Presentation(io.BytesIO(file) if isinstance(file, bytes) else str(file))
    lines: list[Found] = []
    charts: list[Found] = []
    for number, slide in enumerate(deck.slides, 1):
        for shape in slide.shapes:
            frames = []
            if shape.has_text_frame:
                frames = [shape.text_frame]
            elif shape.has_table:
                frames = [cell.text_frame for row in shape.table.rows for cell in row.cells]
            elif shape.has_chart:
                section = say("slides.proof_chart", n=len({one.section for one in charts}) + 1)
                charts += [Found(section, text) for text in _of_chart(shape.chart)]
            lines += [Found(_slide(number), text) for frame in frames for text in _paragraphs(frame)]
        if slide.has_notes_slide:
            lines += [Found(_slide(number), text) for text in _paragraphs(slide.notes_slide.notes_text_frame)]
    return lines + charts


def _slide(number: int) -> str:
    return say("slides.proof_slide", n=number)


def _paragraphs(frame) -> list[str]:
    return [text for paragraph in frame.paragraphs if (text := "".join(run.text for run in paragraph.runs)).strip()]


def _of_chart(chart) -> Iterator[str]:
    for series in chart._chartSpace.iter(qn("c:ser")):
        yield series.find(f".//{qn('c:tx')}//{qn('c:v')}").text
        yield from (plain(float(one.text)) for one in series.findall(f".//{qn('c:val')}//{qn('c:v')}"))
    yield from _of_workbook(chart.part.chart_workbook.xlsx_part.blob)


def _of_workbook(content: bytes) -> Iterator[str]:
    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(content), data_only=True).worksheets[0]
    rows = list(sheet.values)
    for place, name in enumerate(rows[0][1:], 1):
        yield str(name)
        yield from (f"{row[0]} {plain(row[place])}" for row in rows[1:] if row[place] is not None)


def plain(value: float) -> str:
    """A number of a chart with all the digits that a fact is compared in."""
    return f"{value:.10g}"
