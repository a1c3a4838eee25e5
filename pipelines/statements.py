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
        value = shown.with_unit(value, shown.unit(target))
        if shown.furthest(target):  # which region it was is not in what was published
            value = say("said.of_regions", value=value)
        if row["value_year"] is not None:
            value = say("said.value", value=value, year=row["value_year"])
    return Statement(
        at=say(f"said.{row['event']}", at=str(row["at"])[:16]),
        as_of=shown.day(row["as_of_on"]),
        value=value,
        verdict=say(f"verdicts.{row['verdict']}"),
        chance=_chance(row),
    )


def _chance(row: Mapping) -> str:
    """The chance as it was shown, with the day of its forecast where that is not the statement's own."""
    if row["probability"] is None or row["verdict"] in DECIDED:
        return shown.NOTHING
    day = row.get("forecast_on") or row["as_of_on"]
    of_day = "" if day == row["as_of_on"] else say("app.indicator.head_forecast_of", day=shown.day(day))
    return probability_words(row["probability"]) + of_day


def tell_statement(row: Mapping, target: Mapping) -> str:
    """The same as one line that names the target and the build."""
    words = statement(row, target)._asdict()
    key = "said.line" if words["chance"] != shown.NOTHING else "said.line_without_chance"
    return say(key, target=f"{row['target_id']} {shown.named(target)}", build=row["build"], **words)
