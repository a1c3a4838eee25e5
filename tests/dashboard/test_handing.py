"""Files that buttons hand out: in the page's language, and in words where they cannot be made."""

import io
import threading

import openpyxl
import pytest
from docx import Document
from pptx import Presentation

from dashboard import handing
from pipelines.errors import PipelineError
from pipelines.texts import current_language, in_language


def in_a_thread(content):
    """As Streamlit runs it: outside the thread of the page."""
    found = []
    thread = threading.Thread(target=lambda: found.append(content()))
    thread.start()
    thread.join()
    return found[0]


def text_of(content, ending):
    if ending == "csv":
        return content.decode("utf-8-sig")
    if ending == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        return "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    if ending == "docx":
        return "\n".join(one.text for one in Document(io.BytesIO(content)).paragraphs)
    shapes = Presentation(io.BytesIO(content)).slides[0].shapes
    return "\n".join(shape.text_frame.text for shape in shapes if shape.has_text_frame)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_file_is_made_in_the_language_of_the_page_that_offered_it(language):
    with in_language(language):
        content = handing.made(lambda: current_language().encode(), "csv")
    assert in_a_thread(content) == language.encode()


@pytest.mark.parametrize("ending", handing.KINDS)
def test_where_a_file_cannot_be_made_it_says_why_as_a_file_that_opens(ending):
    def make():
        raise PipelineError("no_root", where="somewhere")

    with in_language("zh"):
        content = handing.made(make, ending)
    said = text_of(in_a_thread(content), ending)
    assert "这份材料没有生成" in said and "没有这个文件夹" in said


@pytest.mark.parametrize("ending", handing.KINDS)
def test_our_own_fault_is_told_in_words_and_kept_in_the_log(ending, tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("ANLAN_ROOT", str(tmp_path))

    def make():
        return 1 / 0

    with in_language("en"):
        content = handing.made(make, ending)
    said = text_of(in_a_thread(content), ending)
    assert "could not be made" in said and handing.LOG in said and "ZeroDivisionError" in said
    assert "Traceback" not in said
    assert caplog.records[-1].exc_info[0] is ZeroDivisionError
