"""Files that a button hands out: made when somebody asks for one, and never Streamlit's own box where that fails."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable

import streamlit as st

from dashboard import data, export
from pipelines.errors import PipelineError
from pipelines.logs import log_to_file
from pipelines.texts import current_language, in_language, say

LOG = "logs/anlan.log"
LOGGER = logging.getLogger("anlan")
_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    "csv": "text/csv",
    "xlsx": export.XLSX,
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "pptx": f"{_OFFICE}.presentationml.presentation",
}


def button(label: str, make: Callable[[], bytes], name: str, *, key: str, words: str | None = None) -> None:
    """A button for a file.

    Args:
        label: What stands on it.
        make: Makes the file's content.
        name: File name; its ending says which kind of file it is.
        key: Name of the widget, unique on the page.
        words: What a reader is told who points at it.
    """
    ending = name.rpartition(".")[2]
    file = {"data": made(make, ending), "file_name": name, "mime": KINDS[ending]}
    st.download_button(label, **file, on_click="ignore", key=key, help=words)


def made(make: Callable[[], bytes], ending: str) -> Callable[[], bytes]:
    """What makes the file when it is asked for, in the language of the page: that is another thread than the page's.

    Where it cannot be made, the file says so in our words, as a file that its program opens: a browser that was
    promised a file can be told nothing else.

    Args:
        make: Makes the file's content.
        ending: csv, xlsx, docx or pptx.
    """
    language = current_language()

    def content() -> bytes:
        with in_language(language):
            log_to_file(data.settings())
            try:
                return make()
            except PipelineError as fault:
                return _apology(fault, ending)
            except Exception as fault:
                LOGGER.exception("unexpected fault in a file")
                return _apology(told(fault), ending)

    return content


def told(fault: Exception) -> PipelineError:
    """A fault of ours in words; in full it stands in the log."""
    return PipelineError("own_fault", reason=f"{type(fault).__name__}: {fault}", log=LOG, exit_code=1)


def _apology(fault: PipelineError, ending: str) -> bytes:
    lines = [say("app.trouble.no_file"), *fault.tell().splitlines()]
    if ending in ("csv", "xlsx"):
        make = export.csv if ending == "csv" else export.workbook
        return make((lines[:1], [[line] for line in lines[1:]]))
    file = io.BytesIO()
    if ending == "docx":
        from docx import Document

        word = Document()
        for line in lines:
            word.add_paragraph(line)
        word.save(file)
    else:
        from pptx import Presentation

        slides = Presentation()
        slide = slides.slides.add_slide(slides.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text = lines[0], "\n".join(lines[1:])
        slides.save(file)
    return file.getvalue()
