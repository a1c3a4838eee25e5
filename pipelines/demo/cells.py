"""How a value is written into a cell: dates, money and codes in the forms that senders use."""

from __future__ import annotations

import csv
import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pipelines.demo.columns import COLUMNS, Column
from pipelines.demo.scenario import Row
from pipelines.errors import PipelineError

_CODE_COLUMN = {
    "sectors": "sector_code",
    "industries": "industry_code",
    "accident_types": "type_code",
    "accident_grades": "grade_code",
    "statistics_measures": "measure",
}
_WORDS = {
    "statuses": {
        "zh": {"reported": "初报", "revised": "续报", "struck_off": "核销", "zero_return": "零报告"},
        "en": {"reported": "reported", "revised": "revised", "struck_off": "struck off", "zero_return": "zero return"},
    },
    "roundings": {"zh": {"exact": "精确", "rounded": "约数"}, "en": {"exact": "exact", "rounded": "rounded"}},
}
_FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


@dataclass(frozen=True)
class Style:
    """How one file looks.

    Args:
        form: csv, xlsx, jsonl or parquet.
        encoding: Of a CSV: utf-8, utf-8-sig, utf-16 or gb18030.
        delimiter: Of a CSV.
        language: Of headings and names: zh or en.
        names: Codes written as names of that language (else as codes).
        money: 元 or 万元; the heading says which.
        dates: iso, slash, chinese or compact.
        full_width: Some numbers in full-width digits, as an input method leaves them.
        regions: `code` for one column of codes, `names` for two of district and town names.
        contacts: Two more columns with an invented clerk and a telephone number, which must not land.
        sheets: Of an XLSX: one sheet, or one per `half` or `year` of the event.
    """

    form: str = "csv"
    encoding: str = "utf-8"
    delimiter: str = ","
    language: str = "zh"
    names: bool = True
    money: str = "元"
    dates: str = "iso"
    full_width: bool = False
    regions: str = "code"
    contacts: bool = False
    sheets: str = "one"

    @property
    def typed(self) -> bool:
        """Whether numbers and dates stay numbers and dates in this form of file."""
        return self.form in ("jsonl", "parquet", "xlsx")


class CodeNames:
    """Names of the codes, read from the project's code lists; a code that an office took out is written as it is.

    Args:
        folder: Where the lists are (`data/codes`).

    Raises:
        PipelineError: `code_list_invalid`.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.regions = {row["region_code"]: row for row in self._rows("regions")}

    def _rows(self, name: str) -> list[dict[str, str]]:
        try:
            with (self.folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
                return list(csv.DictReader(lines))
        except (OSError, UnicodeDecodeError, csv.Error) as fault:
            raise PipelineError("code_list_invalid", where=f"{name}.csv", reason=str(fault)) from None

    @functools.cache  # noqa: B019 - one object per run
    def names(self, listed: str, language: str) -> dict[str, str]:
        """Code → name of one list in one language."""
        if listed in _WORDS:
            return _WORDS[listed][language]
        column = _CODE_COLUMN.get(listed, "code")
        return {row[column]: row[f"name_{language}"] for row in self._rows(listed)}

    def district_and_town(self, region: str) -> tuple[str, str]:
        """Chinese names of the district (or city) and, where the region is a town, of the town."""
        row = self.regions.get(region)
        if row is None:
            return region, ""
        if row["level"] == "town" and row["parent_code"] in self.regions:
            return self.regions[row["parent_code"]]["name_zh"], row["name_zh"]
        return row["name_zh"], ""


def headings(kind: str, style: Style) -> list[str]:
    """The heading of each cell that `writers` makes, in that order."""
    cells = []
    for column in COLUMNS[kind]:
        if column.field == "region_code" and style.regions == "names":
            cells += ["所属区县", "所属街镇"]
        elif column.kind == "money" and style.language == "zh":
            cells.append(f"{column.zh}（{style.money}）")
        else:
            cells.append(column.zh if style.language == "zh" else column.en)
    return cells + (["填报人", "联系电话"] if style.contacts else [])


def writers(kind: str, style: Style, codes: CodeNames) -> list[Callable[[Row], object]]:
    """One function per cell of a row, in the order of `headings`."""
    cells: list[Callable[[Row], object]] = []
    for column in COLUMNS[kind]:
        if column.field == "region_code" and style.regions == "names":
            cells.append(lambda row: codes.district_and_town(row["region_code"])[0])
            cells.append(lambda row: codes.district_and_town(row["region_code"])[1])
        else:
            cells.append(_writer(column, style, codes))
    if style.contacts:
        cells += [lambda row: "模拟填报人", lambda row: "13800138000"]
    return cells


def _writer(column: Column, style: Style, codes: CodeNames) -> Callable[[Row], object]:
    field = column.field
    if column.kind.startswith("code:"):
        listed = column.kind.removeprefix("code:")
        if listed in _WORDS or style.names:
            names = codes.names(listed, style.language)
            return lambda row: names.get(row.get(field), row.get(field))
        return lambda row: row.get(field)
    if column.kind == "money":
        return _money(field, style)
    if column.kind in ("date", "time"):
        return _dated(field, column.kind, style)
    if column.kind == "yes_no":
        if style.typed and style.form != "xlsx":
            return lambda row: row.get(field)
        words = {True: "是", False: "否"} if style.language == "zh" else {True: "Y", False: "N"}
        return lambda row: words.get(row.get(field))
    if column.kind == "period":
        return lambda row: _period(row.get(field), style)
    if column.kind in ("integer", "number") and style.full_width:
        return lambda row: _widened(row, field)
    return lambda row: row.get(field)


def _widened(row: Row, field: str) -> object:
    value = row.get(field)
    if value is None or not str(row["record_id"]).endswith(("07", "31", "58")):
        return value
    return str(value).translate(_FULL_WIDTH)


def _money(field: str, style: Style) -> Callable[[Row], object]:
    if style.money == "万元":

        def ten_thousands(row: Row) -> object:
            fen = row.get(field)
            if fen is None:
                return None
            whole, rest = divmod(fen, 1_000_000)
            return f"{whole}.{rest:06d}".rstrip("0").rstrip(".")

        return ten_thousands

    def yuan(row: Row) -> object:
        fen = row.get(field)
        return None if fen is None else fen // 100 if fen % 100 == 0 else f"{fen // 100}.{fen % 100:02d}"

    return yuan


def _dated(field: str, kind: str, style: Style) -> Callable[[Row], object]:
    if style.typed:
        return lambda row: row.get(field)
    write = _DATES[style.dates] if kind == "date" else _TIMES[style.dates]

    def dated(row: Row) -> object:
        value = row.get(field)
        return None if value is None else write(value)

    return dated


_DATES: dict[str, Callable[[date], str]] = {
    "iso": date.isoformat,
    "slash": lambda day: f"{day.year}/{day.month}/{day.day}",
    "chinese": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "compact": lambda day: f"{day.year}{day.month:02d}{day.day:02d}",
}
_TIMES: dict[str, Callable[[datetime], str]] = {
    "iso": lambda at: at.isoformat(" "),
    "slash": lambda at: f"{at.year}/{at.month}/{at.day} {at.hour}:{at.minute:02d}",
    "chinese": lambda at: f"{at.year}年{at.month}月{at.day}日{at.hour}时{at.minute}分",
    "compact": lambda at: f"{at.year}{at.month:02d}{at.day:02d} {at.hour:02d}{at.minute:02d}",
}
_TO_MONTH = {"03": "一季度", "06": "上半年", "09": "前三季度"}


def _period(period: object, style: Style) -> str:
    if isinstance(period, date):
        return period.isoformat()
    text = str(period)
    if len(text) == 4:
        return f"{text}年" if style.language == "zh" else text
    year, month = text.split("-")
    if style.language == "en":
        return f"{year}Q{int(month) // 3}"
    return f"{year}年{_TO_MONTH[month]}" if style.dates == "chinese" else f"{year}年1-{int(month)}月"
