"""我们当时怎么说: what was published of one target, beside the verdicts recomputed from what was known then."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence

from dashboard.address import Place
from dashboard.components import grid, html, replay_parts
from pipelines.statements import statement
from pipelines.texts import say

MOST = 8
"""Statements shown on the screen; paper shows all."""


def card(
    row: Mapping,
    said: Sequence[Mapping],
    replay: Iterable[Mapping],
    dates: Sequence[datetime.date],
    as_of: datetime.date,
    place: Place,
    *,
    is_whole: bool = False,
) -> str:
    """The card of one target.

    Args:
        row: The target.
        said: What `statements` answers.
        replay: Verdicts of every as-of date, as `replay` answers.
        dates: As-of dates of the plan, oldest first.
        as_of: The date in force.
        place: Where we are.
        is_whole: All statements, not only the newest ones.
    """
    own = [one for one in replay if one["target_id"] == row["target_id"]]
    strip = replay_parts.strip([row], own, dates, as_of, place)
    inside = f"<small>{html.esc(say('said.replay'))}</small>{strip}"
    if said:
        heads = [say(f"said.{name}") for name in ("at", "as_of", "value_head", "verdict", "chance")]
        inside += grid.table(heads, [_cells(one, row) for one in said[: None if is_whole else MOST]], caption=_title())
    else:
        inside += f"<p>{html.esc(say('said.nothing'))}</p>"
    return html.card(_title(), inside + html.trust_line((say("said.foot"),)))


def _title() -> str:
    return say("said.title")


def _cells(said: Mapping, row: Mapping) -> list[str]:
    words = statement(said, row)
    return [
        f'<span title="{html.esc(said["build"])}">{html.esc(words.at)}</span>',
        html.esc(words.as_of),
        html.esc(words.value),
        html.badge(said["verdict"]),
        html.esc(words.chance),
    ]
