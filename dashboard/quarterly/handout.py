"""The button that hands out the quarter's brief."""

from __future__ import annotations

from dashboard import data, handing
from pipelines.quarters import Quarter
from pipelines.texts import current_language, say


def button(view, quarter: Quarter) -> None:
    """A button for the Word brief of the quarter; it is made, and compared with the build, only when somebody asks.

    Args:
        view: The view of this run.
        quarter: Which quarter.
    """
    reader, plan, as_of, language = view.reader, view.plan["plan_id"], view.as_of, current_language()
    handing.button(
        say("briefing.page.button"),
        lambda: data.document(reader, "brief", plan, quarter.code, as_of, language),
        f"{plan}_{quarter.code}_brief{'' if language == 'zh' else f'_{language}'}.docx",
        key=f"brief_{plan}_{quarter.code}",
        words=say("briefing.page.help"),
    )
