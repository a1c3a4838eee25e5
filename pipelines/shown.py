"""Numbers, dates and chances as Chinese and English readers write them. Rounding happens here and nowhere before.

Values come in the indicator's own unit (shares 0-1, money in 分) and leave as text.
"""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Mapping

from pipelines.assessment import digits
from pipelines.assessment.arithmetic import per_cent, printed
from pipelines.assessment.reasons import tell_at_least, tell_done, tell_furthest
from pipelines.texts import current_language, has, say

MINUS = "−"
NOTHING = "—"
OPERATORS = {"<": "＜", "<=": "≤", ">": "＞", ">=": "≥"}
_EXACT = 1e15
"""From here on a float has no digits after the point."""

_WHOLE = 1e12
"""Below this a whole number has nothing to round, and most numbers of a page are such."""

_SMALL = 10
"""Below this the tenths of a count matter to whoever plans a year."""
_MOST_DECIMALS = 6

_HUNDRED_MILLION = 100_000_000
_TEN_THOUSAND = 10_000


def fixed(value: float | int, decimals: int, comma: str = "") -> str:
    """A number with fixed decimals: `arithmetic.printed`, which the assessment rounds by as well.

    >>> fixed(6.25, 1), fixed(1234567, 0, ","), fixed(float("inf"), 0)
    ('6.3', '1,234,567', 'inf')
    """
    if not math.isfinite(value) or abs(value) >= _EXACT:
        return f"{value:{comma}.{decimals}f}"
    if not decimals and abs(value) < _WHOLE and value == int(value):
        return f"{int(value):{comma}d}"
    return printed(value, decimals, comma)


def number(value: float | int | None, decimals: int = 0, *, trim: bool = False) -> str:
    """A number with fixed decimals; from ten thousand on in 万 and 亿 (Chinese) or with commas (English).

    Args:
        value: What to print; None and NaN print as "—".
        decimals: Digits after the point of numbers below ten thousand.
        trim: Leave out zeros at the end, as plans print their targets.

    >>> number(0.03372, 4), number(None), number(-0.0001, 2), number(99_999_999), number(9999.6)
    ('0.0337', '—', '0.00', '1亿', '1万')
    """
    if value is None or math.isnan(value):
        return NOTHING
    size = abs(value)
    large = _in_large_unit(size, decimals) if current_language() == "zh" else None
    if large:
        text = "".join(large)
    else:
        text = fixed(size, decimals, "," if current_language() == "en" else "")
        text = _trimmed(text) if trim else text
    is_zero = not any(digit in text for digit in "123456789")
    return f"{MINUS}{text}" if value < 0 and not is_zero else text


def _in_large_unit(size: float, decimals: int) -> tuple[str, str] | None:
    """Number and unit, 万 or 亿; None where it is less, also after rounding: 99,999,999 is 1亿, never 10000万."""
    if size < _TEN_THOUSAND - 1 or float(fixed(size, decimals)) < _TEN_THOUSAND:
        return None
    in_ten_thousands = fixed(size / _TEN_THOUSAND, 2)
    if float(in_ten_thousands) < _TEN_THOUSAND:
        return _trimmed(in_ten_thousands), "万"
    return _trimmed(fixed(size / _HUNDRED_MILLION, 2)), "亿"


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def in_display_unit(value: float | None, indicator: Mapping, *, trim: bool = False) -> str:
    """A value of an indicator as its readers see it, without the unit.

    Args:
        value: In the indicator's own unit.
        indicator: With `display_factor` and `display_decimals`.
        trim: Leave out zeros at the end.
    """
    if value is None or math.isnan(value):
        return NOTHING
    if is_milestone(indicator):
        return tell_done(value >= 1)
    return number(value * (indicator["display_factor"] or 1), decimals_of(indicator), trim=trim)


def decimals_of(row: Mapping) -> int:
    """Decimals of an indicator's values; of a target's more where its value would print on the other side of its bound.

    Args:
        row: With `display_decimals` and `display_factor`; of a target also with `value_now` and `target_value`.
    """
    decimals, value, bound = int(row["display_decimals"] or 0), row.get("value_now"), row.get("target_value")
    if value is None or bound is None or not math.isfinite(value):
        return decimals
    factor = row["display_factor"] or 1
    return digits.of_value(value * factor, bound * factor, decimals)


def decimals_of_bound(row: Mapping) -> int:
    """Decimals of a target's bound: all that it has."""
    return digits.of_bound(row["target_value"] * (row["display_factor"] or 1), int(row["display_decimals"] or 0))


def decimals_required(row: Mapping) -> int:
    """Decimals of what the path requires now: of a count one where it lies between two whole numbers.

    The bound itself has the bound's, and what lies close to the value now has enough to tell the two apart.
    """
    required, factor, decimals = row["required_now"], row["display_factor"] or 1, decimals_of(row)
    if required is None:
        return decimals
    if required == row.get("target_value"):
        return max(decimals, decimals_of_bound(row))
    least = 1 if not decimals and not float(required).is_integer() else decimals
    value = row.get("value_now")
    return least if value is None else digits.of_path(required * factor, value * factor, least, decimals)


def furthest(row: Mapping) -> str:
    """Of which region the value of a target is that each of several must meet, to stand before it; else nothing."""
    return tell_furthest(parsed(row.get("reason_facts"), {}) or {})


def kind(row: Mapping) -> str:
    """How a target is judged, in a word or two."""
    by_share = "each" in (parsed(row.get("reason_facts"), {}) or {})
    return say("app.target_kinds.events_share" if by_share else f"app.target_kinds.{row['kind']}")


def at_least(row: Mapping) -> str:
    """至少, to stand before the value now of a target where it can only be higher; else nothing."""
    is_told = row["value_now"] is not None
    return tell_at_least(parsed(row.get("reason_facts"), {}) or {}) if is_told else ""


def value_now(row: Mapping) -> str:
    """The value now with its unit, and of a demand on each of several regions with the region that it is of."""
    return furthest(row) + at_least(row) + with_unit(in_display_unit(row["value_now"], row), unit(row))


def with_unit(number: str, unit: str) -> str:
    """A printed number with its unit: a per cent or per mille sign right behind it, any other unit after a gap.

    >>> with_unit("90.3", "%"), with_unit("12", "人"), with_unit("已完成", ""), with_unit("—", "人")
    ('90.3%', '12 人', '已完成', '—')
    """
    if number == NOTHING:
        return number
    return f"{number}{unit}" if unit in ("%", "‰") else f"{number} {unit}".strip()


def target(row: Mapping) -> str:
    """Operator and value of a target as the plan prints it, such as "≤ 1.2"; 目标未定 where it is not set, else "—"."""
    if row["target_value"] is None:
        return say("app.plans.unset") if row.get("verdict_reason_code") == "target_unset" else NOTHING
    if is_milestone(row):
        return tell_done(True)
    operator = row["operator"] or ""
    sign = OPERATORS.get(operator, "")
    if current_language() == "en" and len(operator) == 1:  # the wide < and > belong among Chinese letters
        sign = operator
    bound = row["target_value"] * (row["display_factor"] or 1)
    return f"{sign} {number(bound, decimals_of_bound(row), trim=True)}".strip()


def quoted_demand(row: Mapping) -> str:
    """The demand as another cell of the plan's table prints it, where the quoted words do not hold it; else nothing."""
    quote, demand = row.get("quote") or "", row.get("printed") or ""
    return demand if quote and demand and demand not in quote else ""


def is_milestone(row: Mapping) -> bool:
    """Whether a value says done or not done, and is no amount."""
    return row.get("form") == "milestone"


def unit(row: Mapping) -> str:
    """The unit beside a number; counts and rates alike."""
    if is_milestone(row):
        return ""
    english = row.get("display_unit_en") if current_language() == "en" else None
    return english or row["display_unit"] or ""


def points_or_unit(row: Mapping, kind: str) -> str:
    """The unit of a change: percentage points where the value is a percentage."""
    return say("app.change.points") if kind == "absolute" and unit(row) == "%" else unit(row)


def required(row: Mapping) -> str:
    """What the path requires now."""
    value = row["required_now"]
    if value is None or is_milestone(row):
        return in_display_unit(value, row)
    return number(value * (row["display_factor"] or 1), decimals_required(row), trim=value == row.get("target_value"))


def apart(distance: float, row: Mapping) -> str:
    """How far two amounts of a target lie from each other, without sign; what is not nothing never prints as nothing.

    Args:
        distance: In the own unit.
        row: The target.
    """
    size, decimals = abs(distance) * (row["display_factor"] or 1), decimals_required(row)
    if row.get("target_value") is not None:
        decimals = max(decimals, decimals_of_bound(row))
    while size and decimals < _MOST_DECIMALS and not any(digit in fixed(size, decimals) for digit in "123456789"):
        decimals += 1
    return number(size, decimals, trim=decimals > decimals_of(row))


def required_rate(row: Mapping) -> str:
    """What each remaining year must bring: a share per year, an amount more or less, or an amount to use or to reach.

    Where nothing is left to use, or nothing more is asked for, it says so: a rate below zero would be read as one.

    Args:
        row: With `required_rate`, `required_rate_kind`, `operator` and how its values are shown.
    """
    value, kind = row["required_rate"], row.get("required_rate_kind") or "absolute"
    if kind == "budget" and value <= 0:
        is_cap = row["operator"] in ("<", "<=")
        return say("app.indicator.rate_used_up" if is_cap else "app.indicator.rate_reached")
    if value == 0:
        return say("app.indicator.rate_reached")
    sign = "" if kind == "budget" else "+" if value > 0 else MINUS
    if kind == "geometric":
        return say("app.indicator.rate_geometric", amount=f"{sign}{share(abs(value), 1)}")
    amount = sign + with_unit(_of_a_year(abs(value), row), points_or_unit(row, kind))
    if kind == "budget":
        return say(
            "app.indicator.rate_cap" if row["operator"] in ("<", "<=") else "app.indicator.rate_each", amount=amount
        )
    return say("app.indicator.rate_absolute", amount=amount)


def _of_a_year(value: float, row: Mapping) -> str:
    """What is asked for in a year; small counts with the decimals that tell them from none: half a unit is not none."""
    decimals = int(row["display_decimals"] or 0)
    size = value * (row["display_factor"] or 1)
    if not decimals and size < _SMALL and not float(size).is_integer():
        decimals = 1
    while decimals < _MOST_DECIMALS and not any(digit in fixed(size, decimals) for digit in "123456789"):
        decimals += 1
    return number(size, decimals)


def change(now: float | None, before: float | None, row: Mapping) -> str:
    """From `before` to `now` in words: 上升, 下降, 持平; shares in percentage points.

    Args:
        now: The newer value, own unit.
        before: The older value, own unit.
        row: With `display_factor`, `display_decimals`, `display_unit`.
    """
    if now is None or before is None:
        return NOTHING
    size = in_display_unit(abs(now - before), row)
    if not any(digit in size for digit in "123456789"):
        return say("app.change.same")
    word = "app.change.up" if now > before else "app.change.down"
    shown = unit(row)
    shown = say("app.change.points") if shown == "%" else shown
    if current_language() == "en" and float(size.replace(",", "")) == 1:
        shown = ""  # units are plurals: down 1 deaths
    return say(word, size=size, unit=shown).strip()


def share(value: float | None, decimals: int = 0) -> str:
    """A share 0-1 as per cent: `share(0.75)` is "75%"; never 100% below the whole and never 0% above nothing."""
    if value is None or math.isnan(value):
        return NOTHING
    return f"{per_cent(value, decimals)}%" if math.isfinite(value) else NOTHING


def verdict_word(verdict: str, n: int = 1) -> str:
    """The word of a verdict inside a sentence, of one target or of several: 1 needs effort, 3 need effort."""
    many = f"verdicts_many.{verdict}"
    text = say(many if n > 1 and has(many) else f"verdicts.{verdict}")
    return text if current_language() == "zh" else text.lower()


def points(value: float) -> str:
    """A difference of two shares in percentage points, without sign."""
    return say("app.points", n=fixed(abs(value) * 100, 0))


def money(fen: int | None) -> str:
    """An amount of 分 in 元, 万元 or 亿元 (Chinese), in yuan (English).

    >>> money(1234_00), money(1234_567_00), money(None)
    ('1234 元', '123.46 万元', '—')
    """
    if fen is None:
        return NOTHING
    yuan = fen / 100
    if current_language() == "en":
        return f"¥{fixed(yuan, 0, ',')}"
    large = _in_large_unit(abs(yuan), 2)
    text, word = large or (_trimmed(fixed(abs(yuan), 2)), "")
    return f"{'-' if yuan < 0 and text != '0' else ''}{text} {word}元"


def day(value: datetime.date | datetime.datetime | str | None) -> str:
    """A date as 2024-09-30; "—" when there is none."""
    if value is None:
        return NOTHING
    return value.strftime("%Y-%m-%d") if isinstance(value, datetime.date) else str(value)[:10]


def quarter(value: datetime.date) -> str:
    """The quarter of a date in words: 2024年三季度, Q3 2024."""
    n = (value.month + 2) // 3
    return say("app.quarter", year=value.year, n=n, word=say(f"app.quarter_{n}"))


def period(start: datetime.date, end: datetime.date) -> str:
    """A reporting period in words: a month, a quarter, a year, else from - to."""
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    if start.day == 1 and months == 1:
        return say("app.period_month", year=start.year, month=start.month)
    if start.day == 1 and months == 3 and start.month % 3 == 1:
        return quarter(start)
    if months == 12 and start.month == 1:
        return say("app.period_year", year=start.year)
    return f"{day(start)} – {day(end)}"


def missing(reason: str | None) -> str:
    """The text for a value that is not there; each reason has its own, and none of them is zero."""
    key = f"app.missing.{reason or 'not_reported'}"
    return say(key if has(key) else "app.missing.not_reported")


def named(row: Mapping, stem: str = "name") -> str:
    """The Chinese or English name of a row; Chinese where there is no English one."""
    zh, en = row.get(f"{stem}_zh"), row.get(f"{stem}_en")
    return str(((en or zh) if current_language() == "en" else (zh or en)) or "")


def flags(row: Mapping) -> list[str]:
    """The flags of an assessed row that apply, by key."""
    said = parsed(row["flags"], [])
    return [name for name, applies in said.items() if applies] if isinstance(said, Mapping) else list(said or [])


def parsed(text: object, otherwise: object = None) -> object:
    """JSON of a column, or `otherwise` when the column is empty; a value that is parsed already stays."""
    if text is None or text == "":
        return otherwise
    return json.loads(text) if isinstance(text, str) else text
