"""What a plan only watches: each of its years against the year before, with the test of the accidents behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard import format as shown
from dashboard.components import html
from pipelines.texts import say


def card(row: Mapping, years: Sequence[Mapping]) -> str:
    """A table of the years; an empty text for what is judged.

    Args:
        row: The target as assessed.
        years: Its rows of `assess_watched`.
    """
    if not years:
        return ""
    heads = [say(f"assessment.watched.{name}") for name in ("year", "value", "before", "tested", "finding")]
    cells = [
        (
            str(year["year"]),
            shown.in_display_unit(year["value"], row),
            shown.in_display_unit(year["value_before"], row),
            say(
                "assessment.watched.counts",
                tested=say(f"assessment.watched.measures.{year['tested_measure']}"),
                now=shown.number(year["count_now"]),
                before=shown.number(year["count_before"]),
            ),
            say(f"assessment.watched.findings.{year['finding']}"),
        )
        for year in years
    ]
    caption = f"{shown.named(row)} · {shown.unit(row)}"
    table = html.table(heads, cells, numbers=(1, 2), caption=caption)
    foot = f"<small>{html.esc(say('assessment.watched.foot'))}</small>"
    return html.card(say("assessment.watched.title"), table + foot)
