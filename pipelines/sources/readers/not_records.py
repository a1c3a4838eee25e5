"""Rows that are no records: a total below (or above) the rows that it adds up, a note, who filled in the form.

One rule for every kind of file. A row that has the date or the number of a record is never one of these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipelines.sources.contract import Contract, normalise_heading
from pipelines.sources.headings import one_line
from pipelines.sources.personal import mask
from pipelines.sources.readers.raw_table import Note, RawTable, TotalRow

TOTAL, FOOTNOTE, BLANK, HEADING_AGAIN = "total_row", "footnote", "blank_row", "heading_again"
_FOOTNOTE = re.compile(
    r"\s*(注|註|备注|備註|说明|說明|填表|制表|填报|报送人|审核|单位负责人|统计负责人|报出日期|联系电话|note|source)",
    re.IGNORECASE,
)
# What a total is of: 一季度小计, 1-9月合计, 2024年合计, 各区合计.
_SPAN = (
    r"(第?[一二三四1-4]季度|[\d一二三四五六七八九十]+(\s*[-—–－~～至到]\s*[\d一二三四五六七八九十]+)?\s*月份?|\d{4}\s*年度?|"
    r"[上下]半年|全年|本年度?|本季度?|本月|本期|当年|当月|年初至今|截至目前|以上|各[区县镇乡街道单位]+|全[区市县])"
)
_WORDS = r"合\s*计|总\s*计|小\s*计|共\s*计|合\s*計|總\s*計|小\s*計|(sub|grand )?total"
_TOTAL = re.compile(rf"\s*{_SPAN}*\s*({_WORDS})\s*[:：]?\s*", re.IGNORECASE)
# Rows that sum or compare more than what stands above them; nothing of the table can be held against them.
_EARLIER = r"(上年|去年|上期|上月|上季度?)(同期)?数?|同期数?"
_CHANGE = r"((较|比)(上年|去年|上期|上月)?(同期)?)?(同比|环比|增减|增长|升降|增幅|降幅)+(率|数|情况)?"
_SUMMARY = re.compile(
    rf"\s*{_SPAN}*\s*(累\s*计|累\s*計|[年月季日]?平\s*均值?|均\s*值|average|mean|{_EARLIER}|{_CHANGE})"
    r"\s*([(（]\s*[±+-]?\s*[%％‰]?\s*[)）])?\s*[%％‰]?\s*[:：]?\s*",
    re.IGNORECASE,
)
FOOTNOTE_CELLS = 2


def date_column(contract: Contract) -> str:
    """The field that says when a record was; that of statistics is made of the period."""
    return "period" if contract.kind == "statistics" else contract.date_field


def no_record(cells: Sequence[str | None], own: Sequence[int]) -> str:
    """What a row is instead of a record: `TOTAL`, `FOOTNOTE`, or '' where it is not plainly one of them.

    Args:
        cells: Of the row.
        own: Places of what only a record has: its date, its number.

    >>> no_record(["合 计", None, "12"], [1]), no_record(["注：初步统计", "", ""], [1])
    ('total_row', 'footnote')
    >>> no_record(["合计", "2024-07-01", "12"], [1])
    ''
    """
    filled = [at for at, cell in enumerate(cells) if cell and not cell.isspace()]
    if not filled or any(at in own for at in filled[1:]):
        return ""
    first = cells[filled[0]] or ""
    if _TOTAL.fullmatch(first) or _SUMMARY.fullmatch(first):
        return TOTAL
    is_note = _FOOTNOTE.match(first) is not None and len(filled) <= FOOTNOTE_CELLS
    return FOOTNOTE if is_note or all(_FOOTNOTE.match(cells[at] or "") for at in filled) else ""


def what_instead(cells: Sequence[str | None], raw: RawTable) -> str:
    """What a row of a table is instead of a record, '' where it is one: also `BLANK` and `HEADING_AGAIN`.

    Blank is a row that fills no column that is read; a running number in front does not make it a record.
    """
    what = no_record(cells, raw.own_places)
    if what:
        return what
    filled = [at for at, cell in enumerate(cells) if cell and not cell.isspace()]
    if _says_nothing(cells, filled, raw):
        return BLANK
    return HEADING_AGAIN if len(filled) > 1 and _is_heading(cells, raw) else ""


def _says_nothing(cells: Sequence[str | None], filled: Sequence[int], raw: RawTable) -> bool:
    if not raw.columns or len(filled) > 1:  # a mapping says itself which rows are records
        return False
    read = {int(column[1:]) for column in (*raw.columns.values(), *raw.periods, *raw.dropped)}
    return not filled or (filled[0] not in read and (cells[filled[0]] or "").strip().isdecimal())


def _is_heading(cells: Sequence[str | None], raw: RawTable) -> bool:
    plain = (normalise_heading(cell or "")[0] for cell in cells[: len(raw.headings)])
    return len(cells) >= len(raw.headings) and all(
        one == normalise_heading(heading)[0] for one, heading in zip(plain, raw.headings, strict=True)
    )


def own_places(columns: Mapping[str, str], contract: Contract) -> list[int]:
    """Where the date and the number of a record stand in a table."""
    return [int(columns[name][1:]) for name in (date_column(contract), "record_id") if name in columns]


def leave_out(raw: RawTable, what: str, line: int, cells: Sequence[str | None]) -> None:
    """Note a row that is no record, so that it is told; a total of the rows above is kept to be compared with them."""
    if what == BLANK:
        return
    first = next((cell for cell in cells if cell and not cell.isspace()), "")
    raw.notes.append(Note(what, {"sheet": raw.sheet, "row": line, "text": mask(one_line(first))}))
    if what == TOTAL and _TOTAL.fullmatch(first):
        raw.totals.append(TotalRow(line, tuple(cells)))
