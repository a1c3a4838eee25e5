"""Days without a year (3月5日) in a table whose title says of which year, or part of a year, it is.

The usual table of a Chinese bureau is headed 北辰区2025年一季度生产安全事故统计表 and writes month and day alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from pipelines.sources.values import Refused

_YEAR = r"(?:19|20)\d\d"
_WHOLE_DAY = re.compile(rf"{_YEAR}(?:年\d{{1,2}}月\d{{1,2}}|([./-])\d{{1,2}}\1\d{{1,2}})日?")
_YEARS_TO = re.compile(rf"{_YEAR}年?度?(?:-|至|到){_YEAR}")
_PERIOD = re.compile(
    rf"(?<!\d)({_YEAR})年度?(?:第?([一二三四1-4])季度|([上下])半年|前([二三23])(?:个)?季度|"
    r"(\d{1,2})月?(?:-|至|到)(\d{1,2})月|(\d{1,2})月)?"
)
_DAY_ALONE = re.compile(r"(\d{1,2})月\d{1,2}[日号].*", re.DOTALL)
_DASHES = str.maketrans("—–－~〜～−", "-------")
_NUMBERS = {"一": 1, "二": 2, "三": 3, "四": 4}


def period_in_titles(titles: Iterable[Sequence[str]], shown: str) -> str:
    """The period that title rows name for their table (2025年一季度, 2025年), as they write it; '' where they do not.

    Only where it leaves no doubt: one period in all title rows, no span of years, and no other year in the name of the
    file and sheet. The day on which a table was made is none.

    Args:
        titles: The rows above the heading.
        shown: File (and sheet), as messages name them.

    >>> period_in_titles([["北辰区2025年一季度事故统计表"], ["填报日期：2025年4月3日"]], "a.xlsx")
    '2025年一季度'
    >>> period_in_titles([["2021-2025年事故台账"]], "a.xlsx"), period_in_titles([["2025年事故"]], "2024年.xlsx")
    ('', '')
    """
    said = [_plain(cell) for row in titles for cell in row]
    if any(_YEARS_TO.search(cell) for cell in said):
        return ""
    found = {one[0]: one[1] for cell in said for one in _PERIOD.finditer(_WHOLE_DAY.sub("", cell))}
    named = {one[1] for one in _PERIOD.finditer(_plain(PurePosixPath(shown).name))}
    if len(found) != 1 or not named <= set(found.values()):
        return ""
    return next(iter(found))


def with_year(cell: str, period: str | None) -> str:
    """A cell with the year of its table's period where it writes month and day alone; any other cell as it is.

    Raises:
        Refused: `day_without_year` where no period is said, `day_outside_title` where the month is not in it.

    >>> with_year("3月5日 8时", "2025年一季度"), with_year("2024-03-05", "2025年一季度")
    ('2025年3月5日 8时', '2024-03-05')
    """
    if "月" not in cell:  # nearly every cell
        return cell
    plain = unicodedata.normalize("NFKC", cell).strip()
    day = _DAY_ALONE.fullmatch(plain)
    if day is None:
        return cell
    said = _PERIOD.fullmatch(_plain(period or ""))
    if said is None:
        raise Refused("day_without_year")
    if int(day[1]) not in _months(said):
        raise Refused("day_outside_title", period)
    return f"{said[1]}年{plain}"


def names_period(text: str) -> bool:
    """Whether a text is such a period."""
    return _PERIOD.fullmatch(_plain(text)) is not None


def is_day_alone(cell: str) -> bool:
    """Whether a cell writes month and day without a year."""
    return _DAY_ALONE.fullmatch(unicodedata.normalize("NFKC", cell).strip()) is not None


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", str(text)).translate(_DASHES).split())


def _months(said: re.Match[str]) -> range:
    """The months of a period as `_PERIOD` finds it."""
    _, quarter, half, first_quarters, first, last, month = said.groups()
    if quarter:
        number = _NUMBERS.get(quarter) or int(quarter)
        return range(3 * number - 2, 3 * number + 1)
    if half:
        return range(1, 7) if half == "上" else range(7, 13)
    if first_quarters:
        return range(1, 3 * (_NUMBERS.get(first_quarters) or int(first_quarters)) + 1)
    if month:
        return range(int(month), int(month) + 1)
    return range(int(first), int(last) + 1) if first else range(1, 13)
