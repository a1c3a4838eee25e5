"""What stands on the pages of a plan of whose region nothing is known: why, what to do, and what waits to be judged."""

from __future__ import annotations

import streamlit as st

from dashboard import format as shown
from dashboard import questions
from dashboard.components import html
from pipelines.original import original
from pipelines.texts import say

HEADS = ("nature", "name", "printed", "due", "clause")


def stop(view) -> None:
    """Say so, list the plan's targets in its own words, and end the page.

    Args:
        view: The view of this run.
    """
    targets = questions.targets(view.reader, view.plan["plan_id"])
    region = view.region_name
    is_office = view.reader.seen is None
    why = say(f"app.trouble.no_records{'' if is_office else '_yours'}", region=region, n=len(targets))
    title = say("app.trouble.no_records_title", region=region)
    st.html(html.empty(title, why, say("app.trouble.command") if is_office else ""))
    if targets:
        st.html(html.card(say("app.trouble.no_records_targets"), table(targets)))
    st.stop()


def table(targets: list[dict]) -> str:
    """Targets as their plan prints them (HTML)."""
    rows = [
        [
            say(f"app.nature.{row['nature']}"),
            shown.named(row),
            original(row.get("printed") or row["quote"] or "") or shown.NOTHING,
            str(row["due_year"] or shown.NOTHING),
            original(row["clause"] or row["section"] or "") or shown.NOTHING,
        ]
        for row in targets
    ]
    return html.table([say(f"app.trouble.no_records_heads.{head}") for head in HEADS], rows)
