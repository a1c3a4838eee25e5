"""我们说得准不准: the evidence beside a probability, in words and as what was said beside what came true."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from dashboard import format as shown
from dashboard.components import html
from pipelines.assessment.verdict import probability_words
from pipelines.texts import say

INSIDE = {0: 0.05, 9: 0.875, 10: 0.95}
"""A probability inside the bins at the ends; the others are named by the tenth that is said."""


def of(reader, plan: str, target: str, as_of: datetime.date) -> tuple[Mapping | None, Sequence[Mapping]]:
    """What the build says of a target's evidence, and the bins of the same kind and lead.

    Args:
        reader: The pinned build.
        plan: Plan id.
        target: Target id.
        as_of: The date that is shown.
    """
    found = reader.evidence(plan, target, as_of)
    return found, reader.reliability(found["kind"], found["lead"]) if found else ()


def record(reader, plan: str, as_of: datetime.date) -> str:
    """How often we have been right, in one line; empty where nothing is forecast."""
    found = reader.track_record(plan, as_of)
    return found["text"] if found else ""


def card(found: Mapping | None, bins: Sequence[Mapping], *, is_open: bool = False) -> str:
    """The card of one target; empty where no probability is shown.

    Args:
        found: What `evidence` answers.
        bins: What `reliability` answers for its kind and lead.
        is_open: Whether the table is unfolded, as it must be on paper.
    """
    if found is None:
        return ""
    words = "".join(f"<p>{html.esc(text)}</p>" for text in found["texts"])
    basis = f"<small>{html.esc(say('forecast.proof.basis'))}</small>"
    return html.card(say("forecast.proof.title"), f"{words}{_came_true(bins, is_open)}{basis}")


def _came_true(bins: Sequence[Mapping], is_open: bool) -> str:
    """What was said, what share of it came true, and of how many targets."""
    if not bins:
        return ""
    heads = [say(f"forecast.proof.{key}") for key in ("stated", "came_true", "targets")]
    rows = [(shown.capital(said(one["bin"])), shown.share(one["happened"]), str(one["n"])) for one in bins]
    title = say("forecast.proof.reliability")
    table = html.table(heads, rows, numbers=(1, 2))
    unfolded = " open" if is_open else ""
    return f'<details{unfolded}><summary class="a-trust">{html.esc(title)}</summary>{table}</details>'


def said(number: int) -> str:
    """The words of a bin of `forecast_reliability`."""
    return probability_words(INSIDE.get(number, number / 10))
