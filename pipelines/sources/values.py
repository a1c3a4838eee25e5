"""From what a cell says to the value that lands; used for every value that is not in its plainest form.

The plainest forms (1234, 2024-03-01, 56.7) are cast by DuckDB in bulk; see `cast`. Here stand the others, exactly:
money is decimal arithmetic to whole 分, an integer never rounds, a year has four digits.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from pipelines.sources.units import Units

MISSING = frozenset({"-", "--", "—", "——", "/", "\\", "n/a", "na", "null", "none", "#n/a", "未填", "暂无", "缺"})
_LONGEST_MISSING = max(map(len, MISSING))
FIRST_YEAR, LAST_YEAR = 1950, 2100  # of days: 1900-01-01 is what a spreadsheet makes of a 1
FIRST_PERIOD = 1900  # of the periods of statistics
_NUMBER = re.compile(r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:e[+-]?\d{1,3})?)(.*)", re.IGNORECASE)
_DATE = re.compile(r"(\d{1,4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})[日号]?)?(?:[t,\s]*(.+))?")
_TIME = re.compile(
    r"(上午|下午|am|pm)?(\d{1,2})(?:[:时点](\d{1,2})?(?:[:分](\d{1,2})(?:\.\d+)?)?)?[秒分]?(?:整)?(am|pm)?"
)
_ZONE = re.compile(r"(?<=\d)(?:z|([+-])(\d{2}):?(\d{2})?)$")
_CHINESE_DAY = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})[日号]"
)
_DIGITS = {"〇": "0", "○": "0", "零": "0", **{sign: str(n) for n, sign in enumerate("一二三四五六七八九", start=1)}}
_YEAR_LAST = re.compile(r"[0-9]{1,2}([./-])[0-9]{1,2}\1[0-9]{4}(?![0-9])")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[t\s]?(\d{2})(\d{2})(\d{2})?)?")
_PLAIN = re.compile(
    r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[ T]([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2}))?)?"
)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_TRUE = frozenset({"是", "y", "yes", "true", "t", "1", "1.0", "有", "√", "对"})
_FALSE = frozenset({"否", "n", "no", "false", "f", "0", "0.0", "无", "×", "不是"})
_FACTORS_OF_TEN = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}


class Refused(Exception):
    """A value that cannot land: `code` is a text below `sources.reasons`; `rule` and `nearest` are facts for it."""

    def __init__(self, code: str, rule: str = "", nearest: str | None = None):
        super().__init__(code)
        self.code = code
        self.rule = rule
        self.nearest = nearest


@dataclass(frozen=True)
class Period:
    """A stretch of time a figure is about; both ends belong to it. A point has equal ends."""

    start: date
    end: date
    frequency: str


def folded(text: str) -> str:
    """NFKC, without spaces at the ends, long dashes and minus signs as '-'.

    >>> folded("　１２．５　")
    '12.5'
    """
    return unicodedata.normalize("NFKC", text).strip().translate({0x2212: "-", 0x2013: "-", 0xFF0D: "-"})


def is_missing(text: str) -> bool:
    """Whether a cell says that nothing is known; an empty one, a dash, N/A."""
    said = text.strip()
    return not said or (len(said) <= _LONGEST_MISSING and folded(said).casefold() in MISSING)


def to_decimal(text: str) -> tuple[Decimal, str]:
    """The number at the head of a text and the unit behind it.

    >>> to_decimal("1,234.50 万元")
    (Decimal('1234.50'), '万元')
    """
    plain = folded(text).lstrip("¥￥$").replace(" ", "")
    found = _NUMBER.fullmatch(plain)
    digits = found[1].replace(",", "") if found else ""
    if not found or not any(sign.isdigit() for sign in digits):
        raise Refused("not_a_number")
    return Decimal(digits), found[2]


def to_unit(text: str, unit: str, units: Units, said: str | None = None) -> Decimal:
    """A quantity in `unit`, from the unit in the cell, else the one `said` by the heading, else in `unit` as it stands.

    Raises:
        Refused: No number, or its unit does not measure the same.
    """
    number, behind = to_decimal(text)
    if behind and behind[0] in "0123456789.,+-":
        raise Refused("not_a_number")
    behind = re.sub(r"^(人民币)|(整)$", "", behind) if unit in ("分", "元") else behind
    scale = Decimal(1)
    factor = units.factor(behind, unit) if behind else None
    if behind and factor is None and behind[0] in _FACTORS_OF_TEN:  # 3万 in a column of 元, 2.5亿
        scale, behind = Decimal(_FACTORS_OF_TEN[behind[0]]), behind[1:]
        factor = units.factor(behind, unit) if behind else None
    if behind and factor is None:
        raise Refused("unknown_unit", unit)
    if factor is None and said:
        named = "元" if scale > 1 and (found := units.find(said)) and found.dimension == "money" else said
        factor = units.factor(named, unit)
        if factor is None:
            raise Refused("unknown_unit", unit)
    return number * scale * (1 if factor is None else factor)


def to_integer(text: str, unit: str | None, units: Units, said: str | None = None) -> int:
    """A whole number; 12.7 is refused, 12.0 and 1.2万 are not."""
    number = to_unit(text, unit or "个", units, said)
    whole = int(number)
    if whole != number:
        raise Refused("not_an_integer")
    return whole


def to_fen(text: str, units: Units, said: str | None = None) -> int:
    """An amount in whole 分, rounded half up from the exact decimal; without any unit it is in 元."""
    yuan = said or "元"
    number = to_unit(text, "分", units, yuan)
    if number.adjusted() > 20:  # more than any column holds, and than decimal arithmetic rounds
        raise Refused("above_range", "9.2e18") if number > 0 else Refused("below_range", "-9.2e18")
    return int(number.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def to_boolean(text: str) -> bool:
    """是/否, Y/N, 1/0."""
    plain = folded(text).casefold()
    if plain in _TRUE or plain in _FALSE:
        return plain in _TRUE
    raise Refused("not_yes_or_no")


def to_timestamp(text: str) -> datetime:
    """A date with or without a time of day; see `to_moment`. Without one it is the beginning of the day.

    >>> to_timestamp("2024年3月1日 8时5分").isoformat()
    '2024-03-01T08:05:00'
    >>> to_timestamp("45352.5").isoformat()
    '2024-03-01T12:00:00'
    >>> to_timestamp("二〇二四年三月一日8时许") == to_timestamp("2024-03-01T00:00:00Z")
    True
    """
    return to_moment(text)[0]


def to_moment(text: str) -> tuple[datetime, int | None]:
    """A date with or without a time of day, in any of the forms of the contracts, naive Asia/Shanghai; and its hour.

    A time that names its zone (`Z`, `+09:00`) is carried over to Asia/Shanghai; 24:00 is the beginning of the next day;
    about eight (`8时许`) is eight. A day alone has no hour, nor has a spreadsheet's serial number without a fraction,
    which is how a spreadsheet keeps a day.

    >>> to_moment("2024-03-01 00:00")[1], to_moment("2024-03-01")[1], to_moment("45352")[1], to_moment("45352.5")[1]
    (0, None, None, 12)
    """
    if (moment := printed_moment(text)) is not None:
        return moment, moment.hour
    if found := _PLAIN.fullmatch(text):  # what nearly every cell says; the rest below is four times slower
        try:
            moment = datetime(*map(int, found.groups(0)))
        except ValueError:
            pass  # no such day or time: told below, with its reason
        else:
            _require_year(moment.year)
            return moment, None if found[4] is None else moment.hour
    plain = folded(text).casefold()
    plain = re.sub(r"\s*(星期|周)[一二三四五六日天]\s*", " ", plain).strip()
    plain = _CHINESE_DAY.sub(_in_digits, plain)
    compact = _COMPACT.fullmatch(plain)
    if compact:
        year, month, day, hour, minute, second = (int(part or 0) for part in compact.groups())
        clock = time(hour, minute, second) if hour < 24 and minute < 60 > second else None
        return _moment(year, month, day, clock), None if compact[4] is None else hour
    if _SERIAL.fullmatch(plain):
        serial = Decimal(plain)
        if not 18264 <= serial < 73051:  # 1950 to 2099, so that a postcode or an amount is not taken for a day
            raise Refused("not_a_date")
        seconds = int((serial * 86400).quantize(Decimal(1), rounding=ROUND_HALF_UP))
        moment = datetime(1899, 12, 30) + timedelta(seconds=seconds)
        _require_year(moment.year)
        return moment, moment.hour if seconds % 86400 else None
    if _YEAR_LAST.match(plain):
        raise Refused("day_or_month_first")
    found = _DATE.fullmatch(plain)
    if not found or found[3] is None:
        raise Refused("not_a_date")
    if len(found[1]) != 4:
        raise Refused("two_digit_year")
    day = _moment(int(found[1]), int(found[2]), int(found[3]), time())
    if not found[4] or not found[4].strip():
        return day, None
    moment = day + _since_midnight(found[4])
    return moment, moment.hour


def to_date(text: str) -> date:
    """The day of a date; a time of day beside it is left out, so that 24:00 is still of the day that it ends.

    >>> to_date("2024-03-31 24:00").isoformat()
    '2024-03-31'
    """
    if len(text) == 10 and text[4] == text[7] == "-":
        moment = _as_printed(text)
        if moment is not None:
            return moment.date()
    moment = to_timestamp(text)
    ends = moment.time() == time() and re.search(r"24[:时点]", folded(text))
    return moment.date() - timedelta(days=1) if ends else moment.date()


def printed_moment(text: str) -> datetime | None:
    """A moment to the second in the form in which programs print it; None for what needs a closer look."""
    is_printed = len(text) == 19 and text[4] == text[7] == "-" and text[10] in " T" and text[13] == text[16] == ":"
    return _as_printed(text) if is_printed else None


def _as_printed(text: str) -> datetime | None:
    """A day or moment in the form in which programs print it, the quick way; None for what needs a closer look."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if FIRST_YEAR <= moment.year < LAST_YEAR and moment.tzinfo is None else None


def _in_digits(found: re.Match) -> str:
    """A day in Chinese numerals as digits: 二〇二四年十二月三十一日."""
    year = "".join(_DIGITS[sign] for sign in found[1])
    return f"{year}年{_below_hundred(found[2])}月{_below_hundred(found[3])}日"


def _below_hundred(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    if len(tens) > 1 or len(ones) > 1:
        raise Refused("not_a_date")
    return 10 * int(_DIGITS.get(tens, 1) if ten else 0) + int(_DIGITS.get(ones, 0))


def _since_midnight(text: str) -> timedelta:
    """A time of day, from midnight of its day in Asia/Shanghai."""
    text = re.sub(r"^约|(许|左右|前后)$", "", text.replace(" ", ""))
    zone = _ZONE.search(text) if ":" in text else None
    moved = timedelta()
    if zone:
        text = text[: zone.start()]
        ahead = int(zone[2] or 0) * 60 + int(zone[3] or 0)
        if ahead > 14 * 60:
            raise Refused("not_a_date")
        moved = timedelta(hours=8) - timedelta(minutes=-ahead if zone[1] == "-" else ahead)
    found = _TIME.fullmatch(text)
    if not found:
        raise Refused("not_a_date")
    half, hour = found[1] or found[5], int(found[2])
    if half in ("下午", "pm") and hour < 12:
        hour += 12
    if half in ("上午", "am") and hour == 12:
        hour = 0
    minute, second = int(found[3] or 0), int(found[4] or 0)
    if (hour, minute, second) != (24, 0, 0) and not (hour < 24 and minute < 60 and second < 60):
        raise Refused("impossible_date")
    return timedelta(hours=hour, minutes=minute, seconds=second) + moved


def _require_year(year: int, first: int = FIRST_YEAR) -> None:
    if not first <= year < LAST_YEAR:
        raise Refused("year_out_of_range", f"{first}–{LAST_YEAR - 1}")


def _moment(year: int, month: int, day: int, clock: time | None) -> datetime:
    _require_year(year)
    if not 1 <= month <= 12 or clock is None:
        raise Refused("impossible_date")
    if not 1 <= day <= monthrange(year, month)[1]:
        raise Refused("impossible_date")
    return datetime.combine(date(year, month, day), clock)


_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_YEAR = re.compile(r"(\d{4})(?:\.0)?年?(?:度|全年)?")
_QUARTER = re.compile(r"(\d{4})年?[-.]?q([1-4])|(\d{4})年?第?([一二三四1-4])季度?")
_FIRST_QUARTERS = re.compile(r"(\d{4})年?(?:前|上)([一二三四两1-4])(?:个)?季度")
_HALF = re.compile(r"(\d{4})年?(?:上半年|h1)")
_FIRST_MONTHS = re.compile(
    r"(\d{4})(?:[年./]?(?:1|01|一)月?(?:-|至|到|~)|[年./-](?:1|01|一)月?(?:-|至|到|~)\1[年./-])(\d{1,2})月?份?"
)
_MONTH = re.compile(r"(\d{4})(?:年|-|/|\.)(\d{1,2})月?(?:份)?|(\d{4})(\d{2})|(\d{4})年?m(\d{2})")
_YEAR_END = re.compile(r"(\d{4})年?度?(?:末|底|年末|年底)")
_SINGLE_QUARTER = re.compile(r".*(?:当季|单季|本季)度?(?:数|值)?")
_DASHES = re.compile(r"[\u2010-\u2015-]+")  # of a span; printed bulletins have em dashes


def to_period(text: str) -> Period:
    """The period of a statistical return.

    A quarter of a flow is printed cumulative within the year, so 2024Q3, 2024年前三季度 and 2024年1-9月 are one period.

    >>> to_period("2024年前三季度") == to_period("2024Q3") == to_period("2024年1-9月")
    True
    A figure of one quarter alone is refused: nobody could tell it from a cumulative one later.

    >>> to_period("2024年前三季度") == to_period("2024Q3") == to_period("2024年1—9月")
    True
    >>> to_period("2024年").frequency, to_period("2024-09").frequency, to_period("2024-12-31").frequency
    ('year', 'month', 'point')
    >>> to_period("截至2024年9月末止") == to_period("2024三季度末") == to_period("2024-09-30")
    True
    """
    plain = _DASHES.sub("-", "".join(folded(text).casefold().split()))
    plain = plain.removesuffix("累计").removesuffix("止").removeprefix("截至").removeprefix("截止")
    if _SINGLE_QUARTER.fullmatch(plain):
        raise Refused("single_quarter")
    if found := _YEAR.fullmatch(plain):
        return _span(int(found[1]), 1, 12, "year")
    if found := _YEAR_END.fullmatch(plain):
        return _span(int(found[1]), 1, 12, "year")
    if plain.endswith(("末", "底")) and not plain.endswith(("末", "底"), 0, -1):
        end = to_period(plain[:-1]).end
        return Period(end, end, "point")
    if found := _QUARTER.fullmatch(plain):
        return _span(int(found[1] or found[3]), 1, 3 * _QUARTERS[found[2] or found[4]], "quarter_ytd")
    if found := _FIRST_QUARTERS.fullmatch(plain):
        return _span(int(found[1]), 1, 3 * (2 if found[2] == "两" else _QUARTERS[found[2]]), "quarter_ytd")
    if found := _HALF.fullmatch(plain):
        return _span(int(found[1]), 1, 6, "quarter_ytd")
    if found := _FIRST_MONTHS.fullmatch(plain):
        last = int(found[2])
        if last == 1:
            return _span(int(found[1]), 1, 1, "month")
        if last not in (3, 6, 9, 12):
            raise Refused("not_a_period")
        return _span(int(found[1]), 1, last, "quarter_ytd")
    if found := _MONTH.fullmatch(plain):
        year, month = (int(part) for part in found.groups() if part)
        return _span(year, month, month, "month")
    try:
        day = to_date(plain)
    except Refused as fault:
        raise Refused(fault.code if fault.code != "not_a_date" else "not_a_period") from None
    return Period(day, day, "point")


def _span(year: int, first: int, last: int, frequency: str) -> Period:
    _require_year(year, FIRST_PERIOD)
    if not 1 <= first <= last <= 12:
        raise Refused("impossible_date")
    return Period(date(year, first, 1), date(year, last, monthrange(year, last)[1]), frequency)
