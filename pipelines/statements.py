"""Words of what was published before: one statement as one line, or as the cells of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pipelines import shown
from pipelines.assessment.verdict import DECIDED, probability_words
from pipelines.texts import say


class Statement(NamedTuple):
    """What was said of a target, in words.

    Args:
        at: When it became what readers see, and whether by a roll back.
        as_of: The date up to which records counted.
        value: Value with its unit and year.
        verdict: The verdict.
        chance: The chance as it was displayed; a dash where none was.
    """

    at: str
    as_of: str
    value: str
    verdict: str
    chance: str


def statement(row: Mapping, target: Mapping) -> Statement:
    """A row of `statements` in words.

    Args:
        row: What was said.
        target: The target with the display of its indicator: `display_factor`, `display_decimals`, unit and names.
    """
    value = shown.in_display_unit(row["value_now"], target)
    if row["value_now"] is not None:
        value = f"{value} {shown.unit(target)}".strip()
        if shown.furthest(target):  # which region it was is not in what was published
            value = say("said.of_regions", value=value)
        if row["value_year"] is not None:
            value = say("said.value", value=value, year=row["value_year"])
    chance = row["probability"]
    return Statement(
        at=say(f"said.{row['event']}", at=str(row["at"])[:16]),
        as_of=shown.day(row["as_of_on"]),
        value=value,
        verdict=say(f"verdicts.{row['verdict']}"),
        chance=shown.NOTHING if chance is None or row["verdict"] in DECIDED else probability_words(chance),
    )


def tell_statement(row: Mapping, target: Mapping) -> str:
    """The same as one line that names the target and the build."""
    words = statement(row, target)._asdict()
    key = "said.line" if words["chance"] != shown.NOTHING else "said.line_without_chance"
    return say(key, target=f"{row['target_id']} {shown.named(target)}", build=row["build"], **words)
