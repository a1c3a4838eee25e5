"""Reads the lines of a finished Word document: headers, paragraphs, rows of tables, text boxes, pictures' texts.

It reads the file's XML and knows nothing of the report that was written.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from lxml import etree

from pipelines.briefing.proofreading import Found

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_STORIES = ("header", "footer", "footnotes", "endnotes", "comments")


def read_word(document: bytes) -> list[Found]:
    """Every line of a document, headers and footers first; the number of the page itself is no line."""
    found: list[Found] = []
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        names = [name for name in package.namelist() if name.startswith("word/") and name.endswith(".xml")]
        stories = [name for name in names if name.removeprefix("word/").startswith(_STORIES)]
        for name in [*sorted(stories), "word/document.xml"]:
            root = etree.fromstring(package.read(name))
            found += [Found(name, text) for text in _lines(root) if text.strip(" —")]
    return found


def _lines(root: etree._Element) -> Iterator[str]:
    for node in _flow(root):
        if node.tag == f"{W}tbl":
            for row in node.iterchildren(f"{W}tr"):
                cells = row.iterchildren(f"{W}tc")
                yield "\t".join(" ".join(filter(None, _lines(cell))) for cell in cells)
        else:
            yield from _paragraph(node)


def _flow(root: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables in order, wherever they are wrapped; not those inside of one another."""
    for child in root:
        if child.tag in (f"{W}p", f"{W}tbl"):
            yield child
        elif isinstance(child.tag, str):
            yield from _flow(child)


def _paragraph(paragraph: etree._Element) -> Iterator[str]:
    yield from (node.get("descr") for node in paragraph.iter(f"{WP}docPr") if node.get("descr"))
    for box in paragraph.iter(f"{W}txbxContent"):
        yield from _lines(box)
    text = []
    field = ""
    for node in paragraph.iter(f"{W}t", f"{W}tab", f"{W}br", f"{W}fldChar", f"{W}instrText"):
        if next(node.iterancestors(f"{W}p")) is not paragraph:
            continue  # it stands in a text box
        if node.tag == f"{W}fldChar":
            field = {"begin": "code", "separate": field, "end": ""}[node.get(f"{W}fldCharType")]
        elif node.tag == f"{W}instrText":
            field = "page" if (node.text or "").split()[:1] == ["PAGE"] else "other"
        elif node.tag == f"{W}t" and field != "page":
            text.append(node.text or "")
        elif node.tag in (f"{W}tab", f"{W}br"):
            text.append(" ")
    yield "".join(text)
