"""Write a template: the sheet to fill in, the page of instructions, the page of codes, and the hidden lists."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from pipelines.sources.values import LAST_YEAR
from pipelines.templates.checks import DAYS, NUMBERS, good_cell, is_lacking, rules_of
from pipelines.templates.fields import Column, Form
from pipelines.templates.guide import allowed, kind_name, write_codes, write_guide
from pipelines.texts import say

ROWS = 2_000
EXAMPLE_ROW, HEADING_ROW, FIRST_ROW = 2, 3, 4  # 0-based
_MADE = datetime.datetime(2021, 1, 1)  # not the clock: the same contract gives the same bytes
_TEXT = {"zh": "Microsoft YaHei", "en": "Arial"}
_TITLE_LIMIT, _MESSAGE_LIMIT = 32, 255  # of the file format
_NUMBER_FORMATS = {"date": "yyyy-mm-dd", "timestamp": "yyyy-mm-dd hh:mm", **dict.fromkeys(NUMBERS, "General")}


def write_template(file: BinaryIO, form: Form) -> None:
    """Write the workbook to an empty file that is open for writing."""
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title(form), "created": _MADE})
    sheet = book.add_worksheet(sheet_name(form))
    guide = book.add_worksheet(say("template.guide_sheet", form.language))
    codes = book.add_worksheet(say("template.codes_sheet", form.language))
    hidden = book.add_worksheet(say("template.lists", form.language))
    formats = _Formats(book, _TEXT[form.language])
    lists = _write_lists(hidden, form)
    _write_sheet(sheet, form, formats, lists)
    write_guide(guide, form, formats, ROWS, sheet_name(form))
    write_codes(codes, form, formats)
    sheet.activate()
    book.close()


def title(form: Form) -> str:
    """What stands above the table."""
    kind = kind_name(form)
    key = "template.title_region" if form.region_name else "template.title"
    facts = {"region": form.region_name} if form.region_name else {}
    return say(key, form.language, kind=kind, **facts)


def sheet_name(form: Form) -> str:
    """Name of the sheet to fill in."""
    return kind_name(form)


class _Formats:
    """The few looks that cells of a template have."""

    def __init__(self, book: xlsxwriter.Workbook, font: str):
        base = {"font_name": font, "font_size": 10, "valign": "vcenter"}
        framed = {**base, "border": 1, "border_color": "#B8C1CC"}
        wrapped = {**framed, "text_wrap": True, "valign": "top"}
        self.title = book.add_format({**base, "font_size": 15, "bold": True})
        self.section = book.add_format({**base, "font_size": 11, "bold": True})
        self.hint = book.add_format({**base, "font_color": "#5A6675"})
        self.note = book.add_format({**base, "text_wrap": True, "valign": "top"})
        self.required = book.add_format({**wrapped, "bold": True, "bg_color": "#CFDDEE", "valign": "vcenter"})
        self.optional = book.add_format({**wrapped, "bg_color": "#EAEFF5", "valign": "vcenter"})
        self.cell = book.add_format(wrapped)
        self.strong = book.add_format({**wrapped, "bold": True})
        self.code = book.add_format({**framed, "num_format": "@"})
        self.lacking = book.add_format({"bg_color": "#FFF1B8"})
        self.wrong = book.add_format({"bg_color": "#F6C7BD"})
        self.columns = {
            form: book.add_format({**base, "num_format": form}) for form in ("@", *_NUMBER_FORMATS.values())
        }
        faint = {**framed, "font_color": "#7A8491", "italic": True, "bg_color": "#F4F5F7"}
        self.examples = {form: book.add_format({**faint, "num_format": form}) for form in self.columns}


def _write_lists(hidden: Worksheet, form: Form) -> dict[str, tuple[str, str]]:
    """The lists of all columns, names and codes side by side; field → references of both ('' where they are equal).

    A list is never written into the rule itself: there it may have 255 characters only, and no comma in a name.
    """
    hidden.hide()
    references: dict[str, tuple[str, str]] = {}
    name = f"'{hidden.get_name()}'!"
    at = 0
    for column in form.columns:
        if not column.choices:
            continue
        texts = [[choice.name for choice in column.choices], [choice.code for choice in column.choices]]
        if column.field.type == "boolean" or texts[0] == texts[1]:
            texts[1] = []
        places = []
        for items in texts:
            letter = xl_col_to_name(at)
            hidden.write_string(0, at, column.name)
            for row, text in enumerate(items, start=1):
                hidden.write_string(row, at, text)
            places.append(f"{name}${letter}$2:${letter}${len(items) + 1}" if items else "")
            at += 1
        references[column.name] = (places[0], places[1])
    return references


def _write_sheet(sheet: Worksheet, form: Form, formats: _Formats, lists: Mapping[str, tuple[str, str]]) -> None:
    language = form.language
    last = len(form.columns)
    sheet.write_string(0, 0, title(form), formats.title)
    sheet.write_string(1, 0, say("template.hint", language, row=FIRST_ROW + 1), formats.hint)
    sheet.set_row(0, 26)
    sheet.set_row(HEADING_ROW, 45)
    sheet.set_column(0, 0, 6)
    sheet.write_string(EXAMPLE_ROW, 0, say("template.example", language), formats.examples["@"])
    sheet.write_string(HEADING_ROW, 0, say("template.number", language), formats.optional)
    cells = {column.name: f"${xl_col_to_name(i)}{FIRST_ROW + 1}" for i, column in enumerate(form.columns, start=1)}
    row = f"$B{FIRST_ROW + 1}:${xl_col_to_name(last)}{FIRST_ROW + 1}"
    for i, column in enumerate(form.columns, start=1):
        shown = _NUMBER_FORMATS.get(column.field.type, "@")
        sheet.set_column(i, i, _width(column), formats.columns[shown])
        sheet.write_string(HEADING_ROW, i, column.heading, formats.required if column.is_required else formats.optional)
        _write_example(sheet, i, column, formats.examples[shown])
        area = (FIRST_ROW, i, FIRST_ROW + ROWS - 1, i)
        check = good_cell(form, column, cells, lists)
        sheet.data_validation(*area, _rule(form, column, check, lists))
        if check:
            broken = f'=AND({cells[column.name]}<>"",NOT({check}))'
            sheet.conditional_format(*area, {"type": "formula", "criteria": broken, "format": formats.wrong})
        if column.is_required:
            lacking = f"={is_lacking(column, cells, row)}"
            sheet.conditional_format(*area, {"type": "formula", "criteria": lacking, "format": formats.lacking})
    sheet.freeze_panes(FIRST_ROW, 1 + next(i for i, c in enumerate(form.columns, start=1) if c.name == "record_id"))
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.set_margins(0.3, 0.3, 0.4, 0.4)
    sheet.repeat_rows(HEADING_ROW)
    sheet.fit_to_pages(1, 0)
    sheet.print_area(0, 0, FIRST_ROW + 30, last)


def _width(column: Column) -> float:
    longest = max((sum(2 if ord(sign) > 0x2E80 else 1 for sign in c.name) for c in column.choices), default=0)
    by_type = {"timestamp": 18, "date": 13, "text": 20}.get(column.field.type, 12)
    return min(max(by_type, longest + 2), 28)


def _write_example(sheet: Worksheet, at: int, column: Column, look) -> None:
    value = column.example
    if isinstance(value, datetime.date):  # a moment is one as well
        sheet.write_datetime(EXAMPLE_ROW, at, value, look)
    elif isinstance(value, int | float):
        sheet.write_number(EXAMPLE_ROW, at, value, look)
    elif value is None:
        sheet.write_blank(EXAMPLE_ROW, at, None, look)
    else:
        sheet.write_string(EXAMPLE_ROW, at, str(value), look)


def _rule(form: Form, column: Column, check: str, lists: Mapping[str, tuple[str, str]]) -> dict:
    """What the sheet does while somebody types into a cell of the column."""
    language = form.language
    said = allowed(form, column)
    message = f"{column.meaning}\n{say('template.guide.typing', language, allowed=said)}"
    fault = say("template.guide.fault", language, heading=column.heading, allowed=said)
    rule = {
        "input_title": _cut(column.heading, _TITLE_LIMIT),
        "input_message": _cut(message, _MESSAGE_LIMIT),
        "error_title": say("template.guide.fault_title", language),
        "error_message": _cut(fault, _MESSAGE_LIMIT),
        "ignore_blank": True,
    }
    item = column.field
    if column.choices:
        return {**rule, "validate": "list", "source": f"={lists[column.name][0]}"}
    if rules_of(form.contract, column.name) or item.type == "period":
        return {**rule, "validate": "custom", "value": f"={check}"}
    if item.type in NUMBERS:
        low, high = column.bounds or (-1e15, 1e15)
        kind = "integer" if item.type == "integer" else "decimal"
        return {**rule, "validate": kind, "criteria": "between", "minimum": f"{low:.0f}", "maximum": f"{high:.0f}"}
    if item.type in DAYS:
        today = "=TODAY()" if item.type == "date" else "=TODAY()+1"
        first, last = datetime.date(1900, 1, 2), today if item.past else datetime.date(LAST_YEAR - 1, 12, 31)
        return {**rule, "validate": "date", "criteria": "between", "minimum": first, "maximum": last}
    if item.max_length:
        return {**rule, "validate": "length", "criteria": "<=", "value": item.max_length}
    return {**rule, "validate": "any"}


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
