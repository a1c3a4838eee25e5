"""A deck is opened again: its charts carry their data, every run has its typefaces, and tampering is found."""

import io
import zipfile

import pytest
from openpyxl import load_workbook
from pptx import Presentation
from pptx.oxml.ns import qn

from pipelines.briefing import slide_proof, slide_quarter, slide_tables
from pipelines.briefing.blocks import Quoted, Table, passage
from pipelines.briefing.proofreading import proofread
from pipelines.briefing.slide_canvas import Deck
from pipelines.briefing.slide_layout import Box, Line
from pipelines.briefing.slide_tables import divided
from pipelines.errors import PipelineError
from pipelines.texts import in_language
from tests.briefing_reports.hand import DAY, Facts, fan

DEATHS = "死亡"


def table(facts):
    rows = [[f"行业{name}", facts(f"t{n}", n)] for n, name in enumerate("甲乙丙丁", 3)]
    return Table.of("sector", "分行业", ["行业", DEATHS], rows, numbers=[1], sums=[0])


@pytest.fixture
def deck():
    """A slide with a chart, one with a table, with notes."""
    facts = Facts()
    with in_language("zh"):
        made = Deck(facts.book, passage("模拟数据"), passage("北辰区 · 数据截至 ", facts("day", 7)), DAY)
        first = made.slide(passage("死亡率：", facts("rate", 0.0518)))
        first.chart(Box(40, 100, 560, 380), fan(facts), "死亡率的走势")
        first.text(Box(620, 100, 300, 200), [Line(passage("需加力"), mark="▲", colour="96600a")], 14)
        first.notes([passage("来源：记录 ", Quoted("a/1", "number"))])
        made.slide("分行业").table(Box(40, 100, 600, 200), table(facts), 12)
        yield made, facts


def proof(content, made, facts):
    with in_language("zh"):
        lines = slide_proof.expected(made.written, facts.book)
        return proofread(slide_proof.found(content), lines, facts.book, facts.house, "deck.pptx")


def test_what_is_written_is_what_is_read(deck):
    made, facts = deck
    told = proof(made.encoded("x"), made, facts)
    assert told.facts == len(facts.book) and told.numbers > 40


def test_the_chart_is_native_and_carries_its_data(deck):
    made, _ = deck
    slide = Presentation(io.BytesIO(made.encoded("x"))).slides[0]
    chart = next(shape.chart for shape in slide.shapes if shape.has_chart)
    assert [type(plot).__name__ for plot in chart.plots] == ["AreaPlot", "LinePlot"]
    band = next(series for plot in chart.plots for series in plot.series if series.name == "区间")
    assert list(band.values) == pytest.approx([0, 0, 0, 0.0157, 0.03])
    assert list(chart.plots[0].categories) == ["2021", "2022", "2023", "2024", "2025"]
    sheet = load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
    assert [cell.value for cell in sheet[1]] == [None, "实际值", "目标", "下限", "上限", "区间"]
    assert sheet["F5"].value == "=E5-D5"  # who edits an edge sees the band follow


def test_every_run_has_a_typeface_for_both_scripts(deck):
    made, _ = deck
    for slide in Presentation(io.BytesIO(made.encoded("x"))).slides:
        trees = [slide._element] + ([slide.notes_slide._element] if slide.has_notes_slide else [])
        runs = [run for tree in trees for run in tree.iter(qn("a:r"))]
        assert runs
        for run in runs:
            properties = run.find(qn("a:rPr"))
            assert properties.find(qn("a:ea")).get("typeface") == "Microsoft YaHei"
            assert properties.find(qn("a:latin")) is not None


def test_chart_texts_have_a_typeface_for_both_scripts(deck):
    made, _ = deck
    slide = Presentation(io.BytesIO(made.encoded("x"))).slides[0]
    chart = next(shape.chart for shape in slide.shapes if shape.has_chart)
    for text in chart._chartSpace.iter(qn("a:defRPr")):
        if text.getparent().getparent().getparent().tag == qn("c:txPr"):
            assert text.find(qn("a:ea")).get("typeface") == "Microsoft YaHei"


def test_the_mark_stands_on_every_slide(deck):
    made, _ = deck
    for slide in Presentation(io.BytesIO(made.encoded("x"))).slides:
        assert any(shape.has_text_frame and shape.text_frame.text == "模拟数据" for shape in slide.shapes)


def test_the_same_facts_give_the_same_bytes():
    def made():
        facts = Facts()
        with in_language("zh"):
            deck = Deck(facts.book, passage("模拟数据"), passage("脚注"), DAY)
            deck.slide("题").chart(Box(40, 100, 560, 380), fan(facts), "图")
            return deck.encoded("x")

    assert made() == made()


def changed(content, name, old, new):
    """A package with one part's text changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(file, "w") as after:
        for entry in before.infolist():
            body = before.read(entry)
            if entry.filename == name:
                assert old in body
                body = body.replace(old, new)
            after.writestr(entry, body)
    return file.getvalue()


@pytest.mark.parametrize(
    ("part", "old", "new", "told"),
    [
        ("ppt/slides/slide2.xml", b"<a:t>4</a:t>", b"<a:t>5</a:t>", "第2页：写为 5，应为 4"),
        ("ppt/slides/slide1.xml", "需加力".encode(), "有望完成".encode(), "第1页"),
        ("ppt/charts/chart1.xml", b"<c:v>0.0518</c:v>", b"<c:v>0.0418</c:v>", "图1的数据：写为 0.0418，应为 0.0518"),
    ],
)
def test_tampering_is_found(deck, part, old, new, told):
    made, facts = deck
    with pytest.raises(PipelineError) as error:
        proof(changed(made.encoded("x"), part, old, new), made, facts)
    assert error.value.code == "document_differs" and told in error.value.tell("zh")


def test_tampering_with_a_chart_s_workbook_is_found(deck):
    made, facts = deck
    content = made.encoded("x")
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        name = next(one for one in package.namelist() if one.endswith(".xlsx"))
        inner = changed(package.read(name), "xl/worksheets/sheet1.xml", b"<v>0.05</v>", b"<v>0.0757</v>")
        old = package.read(name)
    with pytest.raises(PipelineError, match=r"0\.0757"):
        proof(changed(content, name, old, inner), made, facts)


def test_a_build_that_says_otherwise_is_found(deck):
    made, facts = deck
    content = made.encoded("x")
    facts.house.values["h25"] = 0.07
    with pytest.raises(PipelineError, match="h25"):
        proof(content, made, facts)


def test_a_text_that_does_not_fit_is_our_mistake():
    facts = Facts()
    with in_language("zh"):
        slide = Deck(facts.book, passage(), passage("脚注"), DAY).slide("题")
        with pytest.raises(ValueError, match="runs over"):
            slide.text(Box(40, 100, 100, 20), [Line(passage("很长很长的一句话" * 9))], (14, 12))


def test_a_long_table_is_divided_and_loses_no_row():
    facts = Facts()
    rows = [["名称", facts(f"r{n}", n)] for n in range(40)]
    whole = Table.of("t", "表", ["名", "数"], rows, numbers=[1], sums=[39])
    pieces = divided(whole, 400, 12, 300)
    assert [row for piece in pieces for row in piece.rows] == list(whole.rows)
    assert len(pieces) > 1 and pieces[-1].sums == {len(pieces[-1].rows) - 1} and not pieces[0].sums


def test_letters_of_a_table_are_small_enough_to_keep_its_words_whole():
    heads = ("Place", "Listed this year", "Rectified", "Open", "Overdue")
    made = Table.of("hazards", "Major hazards", heads, [("Beichen District", "—", "—", "—", "—")])
    with in_language("en"):
        size = slide_quarter._fitting(made, 340, 300)
        assert slide_tables.keeps_words(made, 340, size) and not slide_tables.keeps_words(made, 340, 14)
        assert slide_quarter._fitting(made, 900, 300) == 14
