"""Every file that is handed out is one that Word, PowerPoint and Excel open without an offer to repair it."""

import functools
import io
import zipfile

import pytest

from pipelines.briefing import evaluation
from pipelines.briefing.documents import DRAWN_BY, make_document
from pipelines.templates import make_template
from tests.briefing_reports.packages import faults

OF_A_QUARTER = tuple(DRAWN_BY)


@pytest.fixture(scope="module")
def made(house, office):
    """Documents by kind and plan, each made once."""

    @functools.cache
    def make(kind, plan="beichen", quarter="2024Q3"):
        if kind in OF_A_QUARTER:
            return make_document(kind, house, office, plan, quarter).document
        return evaluation.make_evaluation(house, office, plan, kind).document

    return make


@pytest.mark.parametrize("kind", [*OF_A_QUARTER, *evaluation.KINDS])
@pytest.mark.parametrize("plan", ["beichen", "nation"])
def test_a_document_of_every_kind_is_sound(made, kind, plan):
    assert faults(made(kind, plan)) == []


@pytest.mark.parametrize("kind", OF_A_QUARTER)
def test_a_document_of_which_nothing_is_known_is_sound(made, kind):
    assert faults(made(kind, "tongan", "2025Q1")) == []


@pytest.mark.parametrize("kind", ["accidents", "disasters", "inspections", "training", "statistics"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_blank_form_of_every_kind_is_sound(office, tmp_path, kind, language):
    assert faults(make_template(office, kind, tmp_path, "beichen", language).read_bytes()) == []


def test_rejected_rows_go_back_in_sound_workbooks(office):
    found = sorted((office.path("warehouse") / "rejected").glob("*.xlsx"))
    assert found and [fault for path in found for fault in faults(path.read_bytes())] == []


def changed(package, part, old, new):
    """A package of which one part says something else; `old` must be there."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as before, zipfile.ZipFile(file, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            if name == part:
                assert old in data, (part, old)
                data = data.replace(old, new, 1)
            after.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("kind", "part", "old", "new", "told"),
    [
        ("brief", "word/document.xml", b"</w:p></w:tc>", b"</w:p><w:tbl/></w:tc>", "does not end with a paragraph"),
        ("brief", "word/document.xml", b"<w:gridCol ", b"<w:gridCol/><w:gridCol ", "cells in a table of"),
        ("brief", "word/document.xml", b"<w:rPr>", b"<w:rPr><w:lang/>", "comes too late"),
        ("brief", "word/document.xml", b"<w:pPr>", b"<w:pPr><w:jc/>", "comes too late"),
        ("brief", "word/document.xml", b'r:embed="rId', b'r:embed="rId99', "leads nowhere"),
        ("brief", "word/document.xml", b"</w:body>", b"<w:p/></w:body>", "does not end with its section"),
        ("brief", "[Content_Types].xml", b'Extension="png"', b'Extension="gif"', "has no content type"),
        ("brief", "word/_rels/document.xml.rels", b"media/image1.png", b"media/lost.png", "is not there"),
        ("slides", "ppt/presentation.xml", b"<p:sldId ", b'<p:sldId id="257"/><p:sldId ', "p:sldId 257 stands"),
        ("slides", "ppt/charts/chart1.xml", b"<c:order ", b"<c:tx/><c:order ", "order comes too late"),
        ("workbook", "xl/worksheets/sheet2.xml", b"<sheetData", b"<pageMargins/><sheetData", "comes too late"),
        ("workbook", "xl/workbook.xml", b'<sheet name="', b'<sheet name="a/b', "no sheet may be called"),
    ],
)
def test_what_these_programs_refuse_is_found(made, kind, part, old, new, told):
    spoilt = changed(made(kind), part, old, new)
    assert any(told in fault for fault in faults(spoilt)), faults(spoilt)
