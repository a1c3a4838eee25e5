"""The official form of the document, opened again by python-docx and as XML."""

import io
import re
import zipfile

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml import etree

from pipelines.briefing.blocks import Heading, Paragraph, Report, Table, passage
from pipelines.briefing.documents import make_document
from pipelines.briefing.facts import FactBook
from pipelines.briefing.fonts import FACES
from pipelines.briefing.packages import same_bytes
from pipelines.briefing.word import TEXT_MM, _title_indent, lines, write_word
from pipelines.briefing.word_parts import mm_to_points
from pipelines.briefing.word_reading import read_word
from pipelines.briefing.word_table import fitted
from tests.briefing.office import AS_OF

RED = re.compile(r"^(?:[A-F][0-9A-F]|[89][0-9A-F])(?:0|1|2|3)[0-9A-F](?:0|1|2|3)[0-9A-F]$", re.IGNORECASE)


def parts(document):
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        return {name: package.read(name) for name in package.namelist() if name.endswith(".xml")}


@pytest.fixture(scope="module")
def opened(beichen):
    return docx.Document(io.BytesIO(beichen[1].document))


def stories(opened):
    section = opened.sections[0]
    return [section.header, section.even_page_header], [section.footer, section.even_page_footer]


def test_paper_margins_and_pitch_are_those_of_official_documents(opened):
    section = opened.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = [section.top_margin, section.bottom_margin, section.left_margin, section.right_margin]
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]
    body = next(p for p in opened.paragraphs if p.text.startswith("1—9月"))
    assert body.paragraph_format.line_spacing == Pt(28.8)
    assert body._p.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"


def test_every_run_names_a_typeface_for_chinese_signs(beichen):
    names = {face.east_asian for face in FACES}
    for name, xml in parts(beichen[1].document).items():
        if re.match(r"word/(document|header|footer)", name):
            for run in etree.fromstring(xml).iter(qn("w:r")):
                if run.find(qn("w:t")) is not None:
                    fonts = run.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
                    assert fonts is not None and fonts.get(qn("w:eastAsia")) in names, run.findtext(qn("w:t"))
                    assert fonts.get(qn("w:ascii"))


def test_title_headings_and_body_have_the_typefaces_of_official_documents(opened):
    def face(start):
        paragraph = next(p for p in opened.paragraphs if p.text.startswith(start))
        return paragraph.runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")), paragraph.runs[0].font.size.pt

    assert face("北辰区2024年三季度") == ("方正小标宋简体", 22)
    assert face("一、总体情况") == ("黑体", 16)
    assert face("（一）约束性指标") == ("楷体_GB2312", 16)
    assert face("1—9月") == ("仿宋_GB2312", 16)


def test_typefaces_that_a_machine_may_lack_have_stand_ins(beichen):
    table = etree.fromstring(parts(beichen[1].document)["word/fontTable.xml"])
    others = {font.get(qn("w:name")): font.find(qn("w:altName")).get(qn("w:val")) for font in table}
    assert (
        "FangSong" in others["仿宋_GB2312"]
        and "SimHei" in others["黑体"]
        and set(others) == {f.east_asian for f in FACES}
    )


def test_pages_are_numbered_outside_and_every_page_is_marked_as_simulated(opened):
    headers, footers = stories(opened)
    assert [header.paragraphs[0].text for header in headers] == ["模拟数据", "模拟数据"]
    assert opened.settings.odd_and_even_pages_header_footer
    sides = [footer.paragraphs[0].alignment for footer in footers]
    assert sides == [2, 0]  # odd pages right, even pages left
    for footer in footers:
        assert footer.paragraphs[0].text == "— 1 —" and "PAGE" in footer._element.xml


def test_reported_data_carry_no_mark(house, office):
    opened = docx.Document(io.BytesIO(make_document("brief", house, office, "nation", "2024Q3").document))
    assert [header.paragraphs[0].text for header in stories(opened)[0]] == ["", ""]


def test_there_is_no_red_heading_and_no_document_number(beichen):
    text = "\n".join(line.text for line in read_word(beichen[1].document))
    assert not re.search(r"〔\d{4}〕|发〔|文件$|字第\d+号", text, re.MULTILINE)
    for name, xml in parts(beichen[1].document).items():
        if re.match(r"word/(document|header|footer)", name):
            colours = set(re.findall(rb'w:(?:color w:val|color|fill)="([0-9A-Fa-f]{6})"', xml))
            assert not [colour for colour in colours if RED.match(colour.decode())], name


def test_tables_repeat_their_headings_and_split_no_row(opened, beichen):
    tables = [block for block in beichen[0].blocks if isinstance(block, Table)]
    assert len(opened.tables) == len(tables) > 8
    for made, block in zip(opened.tables, tables, strict=True):
        rows = made._tbl.findall(qn("w:tr"))
        assert rows[0].find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)
        assert [cell.text for cell in made.rows[1].cells] == [str(cell) for cell in block.rows[0]]
        width = sum(int(column.get(qn("w:w"))) for column in made._tbl.tblGrid)
        assert width <= Mm(156).pt * 20 + 20


def test_pictures_are_told_in_words_and_carry_nothing_but_the_picture(opened, beichen):
    described = [node.get("descr") for node in opened.element.body.iter(qn("wp:docPr"))]
    assert len(described) == 2 and "2024年累计事故26起、死亡28人" in described[0]
    for part in opened.part.package.iter_parts():
        if part.partname.endswith(".png"):
            assert part.blob.startswith(b"\x89PNG") and b"tEXt" not in part.blob and b"tIME" not in part.blob


def test_language_and_properties_are_set_and_tell_no_time_of_writing(opened, beichen):
    core = opened.core_properties
    assert (core.title, core.author, core.language) == ("北辰区2024年三季度安全形势分析", "安澜", "zh-CN")
    assert core.created.date() == core.modified.date() == AS_OF
    assert b'w:eastAsia="zh-CN"' in parts(beichen[1].document)["word/styles.xml"]
    with zipfile.ZipFile(io.BytesIO(beichen[1].document)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not any("thumbnail" in name for name in package.namelist())


def small(*blocks):
    book = FactBook("zh", "b1", {}, AS_OF, True)
    return Report(passage("题目"), passage(), (passage("模拟数据"),), tuple(blocks), book, "安澜")


def test_what_is_read_is_what_was_written_line_by_line():
    report = small(
        Heading(1, passage("甲")),
        Paragraph(passage("一段话。")),
        Table.of("t", "表", ["项", "数"], [["乙", "—"], ["丙", "持平"]], notes=["注。"]),
        Heading(2, passage("丁")),
    )
    found = [line.text for line in read_word(write_word(report))]
    texts = [
        "模拟数据",
        "模拟数据",
        "题目",
        "一、甲",
        "一段话。",
        "表1　表",
        "项\t数",
        "乙\t—",
        "丙\t持平",
        "注。",
        "（一）丁",
    ]
    assert [line for line in found if line] == texts
    assert [str(line.text) for line in lines(report)] == texts


def test_a_text_box_a_footnote_and_another_field_are_read_too():
    document = write_word(small(Paragraph(passage("正文。"))))
    box = (
        '<w:p xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:r><w:pict><w:txbxContent>'
        "<w:p><w:r><w:t>框内 9 起</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>NUMPAGES</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>17</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                content = content.replace(b"<w:sectPr", box.encode() + b"<w:sectPr", 1)
            new.writestr(name, content)
    found = [line.text for line in read_word(same_bytes(file.getvalue()))]
    assert "框内 9 起" in found and "17" in found


@pytest.mark.parametrize("sizes", [(10.5, 9.5, 8.0)])
def test_columns_fill_the_page_and_short_cells_stay_on_one_line(sizes):
    heads = ["单位", "起数", "说明"]
    size, widths = fitted([heads, ["甲", "1234", "很长的说明" * 12], ["乙", "5", "短"]], 442.0, sizes)
    assert abs(sum(widths) - 442) < 0.5 and widths[1] >= 4 * 0.6 * size and widths[2] > widths[0]
    crowded = [["项目"] * 9, ["一二三四五六七八九"] * 9]
    assert fitted(crowded, 442.0, sizes)[0] == 8.0


def test_a_title_of_two_lines_leaves_no_sign_alone_on_the_second():
    line = mm_to_points(TEXT_MM)
    assert _title_indent("短" * 19, 22) == 0
    for signs in (21, 25, 33):
        free = line - 2 * _title_indent("长" * signs, 22)
        assert signs * 22 / 2 <= free < signs * 22, "two lines, neither of them nearly empty"
