"""A workbook of tables: one sheet each, numbers as numbers, and nothing that a spreadsheet could take for a formula.

Every cell that is written is kept with the fact or the words that it came from, so that proofreading can hold the
finished file against it cell by cell.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.briefing.blocks import Passage, Quoted, Table, joined, passage
from pipelines.briefing.facts import Fact, FactBook
from pipelines.briefing.fitting import lines, width
from pipelines.briefing.forms import DAY, Form
from pipelines.briefing.packages import same_bytes
from pipelines.texts import say

HEAD_ROW = 3
NARROWEST, WIDEST = 9.0, 46.0
HEADED = 7.0  # ems of a heading above numbers before it is broken
TEN_THOUSAND_YUAN = 1_000_000  # 分
A4 = 9
FACE = "Microsoft YaHei"
BRAND, PALE, RULE, MUTED, AMBER = "#123A5C", "#EEF2F6", "#D5DBE2", "#5B6774", "#A3500B"
HEADING = {"bold": True, "bg_color": PALE, "bottom": 1, "bottom_color": MUTED, "text_wrap": True}
_LONGEST_NAME = 31
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Sheet:
    """A sheet.

    Args:
        name: On its tab.
        table: What stands on it; its notes stand below it.
    """

    name: str
    table: Table

    @property
    def tab(self) -> str:
        """The name as office programs allow it."""
        return self.name.translate(_FORBIDDEN).strip()[:_LONGEST_NAME]


@dataclass(frozen=True)
class Written:
    """A cell that was written.

    Args:
        tab: Name of its sheet.
        row, column: From 0.
        said: Words or fact that it holds.
        held: How a reader of the file finds it: a number with all its digits, a date, or a text.
    """

    tab: str
    row: int
    column: int
    said: Passage
    held: Passage


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula, not even after it was saved in another format.

    >>> harmless("=1+1"), harmless("北辰区")
    ("'=1+1", '北辰区')
    """
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def number_of(fact: Fact) -> tuple[float | datetime.date, str, Form] | None:
    """A fact's value as a spreadsheet holds it, its number format, and its form with all digits; None for words.

    Money is in 万元, shares are 0-1 and shown as per cent, everything else is in the unit that readers see.
    """
    value, form = fact.value, fact.form
    if value is None or isinstance(value, str | tuple) or form.kind not in _NUMBERS:
        return None
    if form.kind in ("day", "date"):
        return value, "yyyy-mm-dd", DAY
    places = 2 if form.kind.startswith("money") else form.decimals
    digits = "." + "0" * places if places else ""
    factor, style = _NUMBERS[form.kind]
    plain = Form("plain_size" if form.kind in _SIZES else "plain", factor=form.factor if factor is None else factor)
    number = float(value) * plain.factor
    before = '"{}"'.format(say("assessment.at_least")) if form.least else ""
    return (abs(number) if form.kind in _SIZES else number), before + style.format(digits=digits), plain


_NUMBERS: dict[str, tuple[float | None, str]] = {
    "number": (None, "#,##0{digits}"),
    "size": (None, "#,##0{digits}"),
    "share": (1.0, "0{digits}%"),
    "share_size": (1.0, "0{digits}%"),
    "money": (1 / TEN_THOUSAND_YUAN, "#,##0{digits}"),
    "money_size": (1 / TEN_THOUSAND_YUAN, "#,##0{digits}"),
    "signed": (None, "+#,##0{digits};-#,##0{digits};0"),
    "share_signed": (1.0, "+0{digits}%;-0{digits}%;0%"),
    "money_signed": (1 / TEN_THOUSAND_YUAN, "+#,##0{digits};-#,##0{digits};0"),
    "full": (None, "#,##0{digits}"),
    "points": (100.0, "0{digits}"),
    "day": (None, ""),
    "date": (None, ""),
}
_SIZES = ("size", "share_size", "money_size", "points")


def write_workbook(
    title: Passage, marks: Sequence[Passage], sheets: Sequence[Sheet], book: FactBook, made: datetime.datetime
) -> tuple[bytes, list[Written]]:
    """A workbook with a page of contents; the same sheets give the same bytes.

    Args:
        title: Its title.
        marks: What stands at the head of every sheet, such as 模拟数据 and the data's date.
        sheets: The sheets, in order.
        book: The facts; numbers are written into it as the cells hold them.
        made: When the file says that it was made.
    """
    import xlsxwriter

    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as made_book:
        made_book.set_properties({"title": str(title), "created": made})
        pen = _Pen(made_book, book)
        line = joined(marks, " · ")
        pen.contents(title, line, sheets)
        for sheet in sheets:
            pen.sheet(sheet, line)
    return same_bytes(file.getvalue()), pen.written


class _Pen:
    """Writes cells and keeps what was written."""

    def __init__(self, made_book, book: FactBook):
        self._made_book = made_book
        self._book = book
        self.written: list[Written] = []
        self._formats: dict[tuple, object] = {}

    def _format(self, **wanted):
        key = tuple(sorted(wanted.items()))
        if key not in self._formats:
            base = {"font_name": FACE, "font_size": 10, "valign": "vcenter"}
            self._formats[key] = self._made_book.add_format({**base, **wanted})
        return self._formats[key]

    def _keep(self, sheet, row: int, column: int, said: Passage, held: Passage | None = None) -> None:
        self.written.append(Written(sheet.get_name(), row, column, said, said if held is None else held))

    def _text(self, sheet, row: int, column: int, said: Passage, **look) -> None:
        text = harmless(str(said))
        sheet.write_string(row, column, text, self._format(**look))
        self._keep(sheet, row, column, said, passage("'", said) if text != str(said) else said)

    def _link(self, sheet, row: int, tab: str, said: Passage) -> None:
        sheet.write_url(row, 0, f"internal:'{tab}'!A1", self._format(font_color=BRAND, underline=1), str(said))
        self._keep(sheet, row, 0, said)

    def _cell(self, sheet, row: int, column: int, said: Passage, **look) -> None:
        alone = number_of(said.facts[0]) if len(said.pieces) == 1 and said.facts else None
        if alone is None:
            self._text(sheet, row, column, said, **{"text_wrap": True, **look})
            return
        value, style, form = alone
        if isinstance(value, datetime.date):
            sheet.write_datetime(row, column, value, self._format(num_format=style, **look))
        else:
            sheet.write_number(row, column, value, self._format(num_format=style, **look))
        suffix = f"cell-{form.kind}-{form.factor:g}"
        self._keep(sheet, row, column, said, passage(self._book.as_printed(said.facts[0], form, suffix)))

    def contents(self, title: Passage, marks: Passage, sheets: Sequence[Sheet]) -> None:
        """The first sheet: what there is, with links."""
        sheet = self._made_book.add_worksheet(say("workbook.contents"))
        self._head(sheet, title, marks)
        for place, head in enumerate((say("workbook.sheet"), say("workbook.about"))):
            self._text(sheet, HEAD_ROW, place, passage(head), **HEADING)
        for row, one in enumerate(sheets, HEAD_ROW + 1):
            self._link(sheet, row, one.tab, passage(Quoted(one.tab, "name")))
            self._text(sheet, row, 1, one.table.title)
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 70)
        sheet.freeze_panes(HEAD_ROW + 1, 0)
        self._print(sheet, marks, columns=2)

    def sheet(self, one: Sheet, marks: Passage) -> None:
        """One table on a sheet of its own."""
        table = one.table
        sheet = self._made_book.add_worksheet(one.tab)
        self._head(sheet, table.title, marks)
        self._link(sheet, 2, say("workbook.contents"), passage(say("workbook.contents")))
        widths = [_column_width(table, place) for place in range(len(table.columns))]
        for number, row in enumerate((table.columns, *table.rows)):
            look = HEADING if not number else {"bottom": 4, "bottom_color": RULE}
            if number - 1 in table.sums:
                look = {**look, "bold": True, "bg_color": PALE}
            for place, cell in enumerate(row):
                aligned = {"align": "right"} if place in table.numbers else {}
                self._cell(sheet, HEAD_ROW + number, place, cell, **look, **aligned)
            most = max(lines(str(cell), widths[place] * 0.5) for place, cell in enumerate(row))
            sheet.set_row(HEAD_ROW + number, 14.0 * most + (6 if not number else 3))
        for place, wide in enumerate(widths):
            sheet.set_column(place, place, wide)
        last = HEAD_ROW + len(table.rows)
        if table.rows:
            sheet.autofilter(HEAD_ROW, 0, last, len(table.columns) - 1)
        for row, note in enumerate(table.notes, last + 2):
            self._text(sheet, row, 0, note, font_color=MUTED)
        sheet.freeze_panes(HEAD_ROW + 1, 1)
        self._print(sheet, marks, len(table.columns))

    def _head(self, sheet, title: Passage, marks: Passage) -> None:
        self._text(sheet, 0, 0, title, bold=True, font_size=14, font_color=BRAND)
        sheet.set_row(0, 24)
        self._text(sheet, 1, 0, marks, bold=True, font_color=AMBER)

    def _print(self, sheet, marks: Passage, columns: int) -> None:
        sheet.set_paper(A4)
        if columns > 4:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEAD_ROW)
        sheet.set_margins(0.5, 0.5, 0.7, 0.7)
        sheet.set_header("&L&9" + str(marks).replace("&", "&&"), {"margin": 0.3})
        sheet.set_footer("&L&9&A&R&9&P / &N", {"margin": 0.3})
        sheet.hide_gridlines(2)


def _column_width(table: Table, place: int) -> float:
    """Width in the spreadsheet's own unit, which is about one digit; a Chinese sign takes two."""
    said = max((width(str(row[place])) for row in table.rows), default=0.0)
    head = width(str(table.columns[place]))
    wanted = max(said, min(head, HEADED) if place in table.numbers else head) * 1.95 + 3
    return min(max(wanted, NARROWEST), WIDEST)
