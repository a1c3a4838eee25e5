"""Buttons that hand out slides, workbook and leader's page; each is made, and compared with the build, on demand."""

from __future__ import annotations

from dashboard import data, handing
from pipelines.quarters import Quarter, chosen, quarters
from pipelines.texts import current_language, say

FILES = {"page": "docx", "slides": "pptx", "workbook": "xlsx"}


def buttons(view, quarter: Quarter | None = None) -> None:
    """A button for each document of a quarter.

    Args:
        view: The view of this run.
        quarter: Which quarter; without it the newest one that is over at the date in force.
    """
    quarter = quarter or chosen(quarters(view.dates, view.as_of), "")
    if quarter is None:
        return
    reader, plan, as_of, language = view.reader, view.plan["plan_id"], view.as_of, current_language()
    tail = "" if language == "zh" else f"_{language}"
    for kind, ending in FILES.items():
        handing.button(
            say(f"slides.button.{kind}"),
            lambda kind=kind: data.document(reader, kind, plan, quarter.code, as_of, language),
            f"{plan}_{quarter.code}_{kind}{tail}.{ending}",
            key=f"report_{kind}_{plan}_{quarter.code}",
            words=say("slides.button.help"),
        )
