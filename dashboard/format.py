"""Numbers, dates and chances as the pages print them: the same functions as the brief's."""

from decimal import Decimal

from pipelines.shown import MINUS as MINUS
from pipelines.shown import NOTHING as NOTHING
from pipelines.shown import OPERATORS as OPERATORS
from pipelines.shown import apart as apart
from pipelines.shown import at_least as at_least
from pipelines.shown import change as change
from pipelines.shown import day as day
from pipelines.shown import flags as flags
from pipelines.shown import furthest as furthest
from pipelines.shown import in_display_unit as in_display_unit
from pipelines.shown import is_milestone as is_milestone
from pipelines.shown import kind as kind
from pipelines.shown import missing as missing
from pipelines.shown import money as money
from pipelines.shown import named as named
from pipelines.shown import number as number
from pipelines.shown import parsed as parsed
from pipelines.shown import period as period
from pipelines.shown import points as points
from pipelines.shown import points_or_unit as points_or_unit
from pipelines.shown import quarter as quarter
from pipelines.shown import quoted_demand as quoted_demand
from pipelines.shown import required as required
from pipelines.shown import required_rate as required_rate
from pipelines.shown import share as share
from pipelines.shown import target as target
from pipelines.shown import unit as unit
from pipelines.shown import value_now as value_now
from pipelines.shown import verdict_word as verdict_word
from pipelines.shown import with_unit as with_unit
from pipelines.texts import current_language, has, say


def unit_name(code: str) -> str:
    """A canonical unit in the reader's language; 1 is a share and has none."""
    key = f"app.units.{code}"
    return say(key) if has(key) else code


def as_filed(value: float, unit: str) -> str:
    """A number of a record with all the digits that its file gives, without a unit other than that of money.

    Args:
        value: In the canonical unit.
        unit: The canonical unit; 分 is told in 元, 万元 or 亿元, a share (1) in per cent.

    >>> as_filed(18261.0, "人"), as_filed(0.903, "1"), as_filed(123_456_700.0, "分"), as_filed(5.4317e12, "分")
    ('18261', '90.3', '123.4567 万元', '543.17 亿元')
    """
    if unit != "分":
        return _digits(value * 100 if unit == "1" else value)
    yuan = value / 100
    if current_language() == "en":
        return f"¥{_digits(yuan)}"
    factor, word = next((one for one in ((1e8, "亿"), (1e4, "万")) if abs(yuan) >= one[0]), (1, ""))
    return f"{_digits(yuan / factor)} {word}元"


def _digits(value: float) -> str:
    comma = "," if current_language() == "en" else ""
    text = format(Decimal(f"{value:.12g}"), f"{comma}f")  # 12 digits: less than a float's noise
    return text.rstrip("0").rstrip(".") if "." in text else text


def figure(value: float | None, unit: str) -> str:
    """A figure with its canonical unit: amounts in 元, shares in per cent."""
    if value is None:
        return NOTHING
    if unit == "分":
        return money(value)
    if unit == "1":
        return number(value * 100, 4, trim=True) + "%"
    return f"{number(value, 4, trim=True)} {unit_name(unit)}".strip()


def side_by_side(printed: float | None, computed: float | None, unit: str) -> tuple[str, str]:
    """A printed figure and what the records make of it, amounts in one unit: the one in which the larger is told.

    >>> side_by_side(0.000256, 0.00025579996, "1"), side_by_side(1_663_735_000.0, 965_000.0, "分")
    (('0.0256%', '0.0256%'), ('1663.74 万元', '0.97 万元'))
    """
    if unit != "分" or current_language() == "en":
        return figure(printed, unit), figure(computed, unit)
    size = max((abs(one) / 100 for one in (printed, computed) if one is not None), default=0)
    factor, word = next((one for one in ((1e8, "亿"), (1e4, "万")) if size >= one[0]), (1, ""))
    first, second = (NOTHING if one is None else f"{number(one / 100 / factor, 2, trim=True)} {word}元"
                     for one in (printed, computed))  # fmt: skip
    return first, second


def capital(text: str) -> str:
    """A text that stands alone, such as a choice or a cell: with a capital where the language has some."""
    return text[:1].upper() + text[1:]


def short_month(number: int) -> str:
    """Name of a month where there is little room: 3月, Mar."""
    name = say(f"app.quarterly.month_{number}")
    return name[:3] if current_language() == "en" else name
