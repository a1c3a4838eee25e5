"""How a value is printed in a document: one function, so that a number is printed and proofread by the same rule."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines import shown
from pipelines.assessment.reasons import tell_done, tell_reason
from pipelines.assessment.verdict import probability_words
from pipelines.briefing.typography import closed_up
from pipelines.texts import current_language, has, say


@dataclass(frozen=True)
class Form:
    """How a value is printed.

    Args:
        kind: A key of `PRINTERS`.
        decimals: Digits after the point.
        factor: From the value's own unit to the printed one (100 for a share that is printed as per cent).
        trim: Leave out zeros at the end.
        zero: Key below `app.missing` of the text that stands for zero, such as `no_event`.
        least: The value is a least amount, and stands behind 至少.
    """

    kind: str = "number"
    decimals: int = 0
    factor: float = 1.0
    trim: bool = False
    zero: str = ""
    least: bool = False


COUNT = Form()
SIZE = Form("size")
"""The size of a change, whose direction the sentence says."""
SHARE = Form("share", 1)
SHARE_SIZE = Form("share_size", 1)
MONEY = Form("money")
MONEY_SIZE = Form("money_size")
DAY = Form("day")
DATE = Form("date")
SIGNED = Form("signed")
"""A change with its sign, for tables."""

SHARE_SIGNED = Form("share_signed", 1)
MONEY_SIGNED = Form("money_signed")
CHANCE = Form("chance")
VERDICT = Form("verdict")
TEXT = Form("text")


def of_indicator(row: Mapping[str, Any], *, trim: bool = False) -> Form:
    """The form of an indicator's values, as its catalogue entry says.

    Args:
        row: With `form`, `display_factor`, `display_decimals`.
        trim: Leave out zeros at the end.
    """
    if shown.is_milestone(row):
        return Form("done")
    return Form("number", shown.decimals_of(row), float(row["display_factor"] or 1), trim)


def sign_of(row: Mapping[str, Any]) -> str:
    """The operator of a target as the language prints it; empty for a milestone, and where the plan has none."""
    if shown.is_milestone(row) or not row["operator"]:
        return ""
    sign = shown.OPERATORS[row["operator"]]
    return sign if current_language() == "zh" else {"＜": "<", "＞": ">"}.get(sign, sign)


def bound_of(row: Mapping[str, Any]) -> Form:
    """The form of a target's bound: all digits that it has."""
    if shown.is_milestone(row) or row["target_value"] is None:
        return of_indicator(row)
    return Form("number", shown.decimals_of_bound(row), float(row["display_factor"] or 1), trim=True)


def required_of(row: Mapping[str, Any]) -> Form:
    """The form of what the path requires."""
    form, value = of_indicator(row), row["required_now"]
    if value is not None and value == row["target_value"]:
        return bound_of(row)  # the bound itself, with the digits of the plan
    return form if form.kind != "number" else Form("number", shown.decimals_required(row), form.factor)


def print_value(value: Any, form: Form, missing: str = "") -> str:
    """A value as it stands in a document, in the current language.

    Args:
        value: In its own unit; None is missing.
        form: How it is printed.
        missing: Key below `app.missing` that says why it is missing; without one it prints "—".
    """
    if value is None:
        return shown.missing(missing) if missing else shown.NOTHING
    if form.zero and value == 0:
        return say(f"app.missing.{form.zero}")
    return (say("assessment.at_least") if form.least else "") + PRINTERS[form.kind](value, form)


def of_sum(measure: str, *, least: bool = False, is_told: bool = False) -> Form:
    """The form of a sum of records.

    Args:
        measure: Its code; money ends in `_fen`.
        least: Whether records leave the measure blank.
        is_told: Whether a zero says that nothing happened.
    """
    return Form(
        "money" if measure.endswith("_fen") else "number", zero="no_event" * (is_told and not least), least=least
    )


def _number(value: float, form: Form) -> str:
    return shown.number(value * form.factor, form.decimals, trim=form.trim)


def _sign(value: float) -> str:
    return "+" if value > 0 else shown.MINUS if value < 0 else ""


def _full(value: float, form: Form) -> str:
    comma = "," if current_language() == "en" else ""
    return shown.fixed(value * form.factor, form.decimals if value else 0, comma)


def in_full(form: Form, *, money: bool) -> Form:
    """The form of the same value in a table, where numbers below each other have one unit and as many decimals.

    Args:
        form: The value's own form.
        money: Whether it is an amount of 分, told in 万元 (Chinese) or yuan (English).
    """
    if not money:
        return Form("full", form.decimals, form.factor, least=form.least)
    decimals, factor = (0, 1 / 100) if current_language() == "en" else (2, 1 / 1_000_000)
    return Form("full", decimals, factor, least=form.least)


def _date(value: datetime.date, form: Form) -> str:
    name = say(f"app.quarterly.month_{value.month}")
    return say("briefing.date", year=value.year, month=str(value.month), day=value.day, name=name)


def _reason(value: tuple, form: Form) -> str:
    """A verdict's reason: its code and the facts that the assessment kept."""
    code, facts = value
    is_told = code and has(f"assessment.reasons.{code}")
    return closed_up(tell_reason(code, _parsed(facts))) if is_told else shown.NOTHING


def _forecast(value: str, form: Form) -> str:
    from pipelines.forecast.targets.reasons import tell_forecast  # brings the models' libraries with it

    return closed_up(tell_forecast(_parsed(value)))


def _parsed(facts: Any) -> Mapping[str, Any]:
    return json.loads(facts) if isinstance(facts, str) and facts else facts or {}


def _verdict(value: str, form: Form) -> str:
    text = say(f"verdicts.{value}")
    return text if current_language() == "zh" else text.lower()


PRINTERS = {
    "number": _number,
    "size": lambda value, form: shown.number(abs(value) * form.factor, form.decimals, trim=form.trim),
    "share": lambda value, form: shown.share(value, form.decimals),
    "share_size": lambda value, form: shown.share(abs(value), form.decimals),
    "signed": lambda value, form: _sign(value) + shown.number(abs(value) * form.factor, form.decimals, trim=form.trim),
    "share_signed": lambda value, form: _sign(value) + shown.share(abs(value), form.decimals),
    "money_signed": lambda value, form: _sign(value) + shown.money(abs(round(value))).replace(" ", ""),
    # all digits, for tables whose rows name their unit
    "full": lambda value, form: _full(value, form),
    "full_signed": lambda value, form: _sign(value) + _full(abs(value), form),
    "points": lambda value, form: shown.fixed(abs(value) * 100, form.decimals),
    "money": lambda value, form: shown.money(round(value)).replace(" ", ""),
    "money_size": lambda value, form: shown.money(abs(round(value))).replace(" ", ""),
    "done": lambda value, form: tell_done(value >= 1),
    "year": lambda value, form: str(int(value)),
    "day": lambda value, form: shown.day(value),
    "date": _date,
    "chance": lambda value, form: probability_words(value),
    "verdict": _verdict,
    "reason": _reason,
    "forecast": _forecast,
    "text": lambda value, form: str(value),
    # with the digits in which the data of charts and the cells of workbooks are proofread
    "plain": lambda value, form: f"{value * form.factor:.10g}",
    "plain_size": lambda value, form: f"{abs(value * form.factor):.10g}",
}
