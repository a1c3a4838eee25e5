"""What python-docx has no word for: typefaces for Chinese signs, fields, row heads, descriptions of pictures."""

from __future__ import annotations

from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt, RGBColor

from pipelines.briefing.fonts import FACES, Face

ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "both": WD_ALIGN_PARAGRAPH.JUSTIFY,
}
PAGE = WD_BREAK.PAGE
BLACK = RGBColor(0, 0, 0)
STYLES = ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3", "Header", "Footer")


def points(size: float) -> Pt:
    """Points as a length of python-docx."""
    return Pt(size)


def mm_to_points(size: float) -> float:
    """Millimetres in points."""
    return size * 72 / 25.4


def run(paragraph: Any, text: str, face: Face, size: float, *, is_bold: bool = False) -> Any:
    """A run with its typefaces named, for Chinese signs too."""
    made = paragraph.add_run(text)
    _set_face(made._r.get_or_add_rPr(), face)
    made.font.size = Pt(size)
    made.font.bold = is_bold
    made.font.italic = False
    made.font.color.rgb = BLACK
    return made


def _set_face(properties: Any, face: Face) -> None:
    fonts = properties.get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for name, value in (
        ("ascii", face.latin),
        ("hAnsi", face.latin),
        ("eastAsia", face.east_asian),
        ("cs", face.latin),
    ):
        fonts.set(qn(f"w:{name}"), value)


def remove_body(document: Any) -> None:
    """Take away the template's own empty paragraph."""
    for paragraph in list(document.paragraphs):
        paragraph._p.getparent().remove(paragraph._p)


def set_defaults(document: Any, face: Face, size: float, language: str) -> None:
    """Typefaces, size and language of everything that names none; headings without the template's colours."""
    for name in STYLES:
        style = document.styles[name]
        _set_face(style.element.get_or_add_rPr(), face)
        style.font.size = Pt(size)
        style.font.bold = style.font.italic = False
        style.font.color.rgb = BLACK
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
        for border in style.element.findall(f".//{qn('w:pBdr')}"):
            border.getparent().remove(border)
    defaults = document.styles.element.find(qn("w:docDefaults")).find(f".//{qn('w:rPr')}")
    _set_face(defaults, face)
    for old in defaults.findall(qn("w:lang")):
        defaults.remove(old)
    said = OxmlElement("w:lang")
    for attribute, value in (("val", "en-GB" if language == "en" else "en-US"), ("eastAsia", "zh-CN")):
        said.set(qn(f"w:{attribute}"), value)
    defaults.append(said)


def drop_thumbnail(document: Any) -> None:
    """Take away the template's picture of its own first page."""
    relations = document.part.package.rels
    for key in [key for key, relation in relations.items() if relation.reltype.endswith("/thumbnail")]:
        del relations[key]


def set_flag(properties: Any, name: str, *, is_on: bool) -> None:
    """Switch a property of paragraphs that python-docx has no word for."""
    flag = OxmlElement(f"w:{name}")
    flag.set(qn("w:val"), "1" if is_on else "0")
    properties.insert_element_before(
        flag, "w:topLinePunct", "w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid",
        "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents", "w:suppressOverlap", "w:jc",
        "w:textDirection", "w:textAlignment", "w:textboxTightWrap", "w:outlineLvl", "w:divId", "w:cnfStyle", "w:rPr",
        "w:sectPr", "w:pPrChange",
    )  # fmt: skip


def name_fonts(document: Any) -> None:
    """Say which typefaces may stand in for those that a machine does not have."""
    entries = "".join(
        f'<w:font w:name="{face.east_asian}"><w:altName w:val="{face.otherwise}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{"swiss" if face.latin == "Arial" else "roman"}"/><w:pitch w:val="auto"/></w:font>'
        for face in FACES
    )
    xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>{entries}</w:fonts>'
    for part in document.part.package.iter_parts():
        if part.partname == "/word/fontTable.xml":
            part._blob = xml.encode("utf-8")  # python-docx knows no font table, and keeps it as bytes


def set_pitch(paragraph: Any, size: float) -> None:
    """A fixed distance from line to line, in points; no sign hangs over the margin, where some programs lose it."""
    set_flag(paragraph._p.get_or_add_pPr(), "overflowPunct", is_on=False)
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = Pt(size)


def indent_two(paragraph: Any, size: float) -> None:
    """Indent the first line by two signs, whatever their size."""
    paragraph.paragraph_format.first_line_indent = Pt(2 * size)
    paragraph._p.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLineChars"), "200")


def page_number(paragraph: Any, face: Face, size: float) -> None:
    """The page's number between two dashes."""
    run(paragraph, "— ", face, size)
    for kind, text in (("begin", None), (None, " PAGE "), ("separate", None), (None, "1"), ("end", None)):
        piece = run(paragraph, "", face, size)
        if kind:
            field = OxmlElement("w:fldChar")
            field.set(qn("w:fldCharType"), kind)
            piece._r.append(field)
        elif text == "1":
            piece.text = text
        else:
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = text
            piece._r.append(code)
    run(paragraph, " —", face, size)


def append(document: Any, element: Any) -> None:
    """Put an element at the end of the body, before the properties of its section."""
    document.element.body.sectPr.addprevious(element)


def describe(picture: Any, title: str, text: str) -> None:
    """Name a picture, and say in words what it shows."""
    properties = picture._inline.docPr
    properties.set("name", title)
    properties.set("descr", text)
