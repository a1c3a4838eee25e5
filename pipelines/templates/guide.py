"""The pages of a template that are read, not filled in: instructions with every field, and the codes.

No row of these pages may look like a heading of the contract to the reader of workbooks: the fields stand below each
other with a number in front.
"""

from __future__ import annotations

import datetime

from xlsxwriter.worksheet import Worksheet

from pipelines.templates.checks import DAYS, rules_of
from pipelines.templates.fields import Column, Form
from pipelines.texts import say

_GUIDE_COLUMNS = {"column": 26, "needed": 18, "written_in": 12, "meaning": 52, "allowed": 34, "example": 26}
_CODE_COLUMNS = {"column": 22, "name": 44, "code": 34, "unit": 12}
_LINE_WIDTH = 160  # of a note, in half-width signs


def kind_name(form: Form) -> str:
    """The kind of record, as a title begins."""
    name = say(f"app.kinds.{form.kind}", form.language)
    return name[:1].upper() + name[1:]


def allowed(form: Form, column: Column) -> str:
    """What may stand in the cells of a column, in words."""
    language, item = form.language, column.field
    if column.choices:
        return say("template.guide.from_list", language, n=len(column.choices))
    if item.type in ("integer", "number", "money") and column.bounds is not None:
        low, high = (f"{bound:,.0f}" for bound in column.bounds)
        parts = [
            say(f"template.guide.{'integer' if item.type == 'integer' else 'number'}", language, low=low, high=high)
        ]
    elif item.type == "text" and item.max_length:
        parts = [say("template.guide.text_limited", language, n=item.max_length)]
    elif item.type in ("integer", "number", "money"):
        parts = [say("template.guide.measured", language)]
    else:
        parts = [say(f"template.guide.{item.type}", language)]
    if item.past:
        parts.append(say("template.guide.not_future", language))
    headings = {each.name: each.heading.removesuffix(" *") for each in form.columns}
    words = {"<=": "no_later", ">=": "no_earlier"} if item.type in DAYS else {"<=": "at_most", ">=": "at_least"}
    for sign, other in rules_of(form.contract, column.name):
        told = say(f"template.guide.{words[sign]}", language)
        parts.append(say("template.guide.rule", language, sign=told, other=headings[other]))
    return say("sources.comma", language).join(parts) if language == "en" else "；".join(parts)


def write_guide(page: Worksheet, form: Form, formats, rows: int, sheet: str) -> None:
    """The instructions: what to do with the sheet, then every field."""
    language = form.language
    page.hide_gridlines(2)
    for i, width in enumerate(_GUIDE_COLUMNS.values()):
        page.set_column(i, i, width)
    kind = kind_name(form)
    page.write_string(0, 0, say("template.guide.title", language, kind=kind), formats.title)
    page.set_row(0, 26)
    page.write_string(1, 0, say("template.notes.title", language), formats.section)
    at = 2
    for number, note in enumerate(_notes(form, rows, sheet), start=1):
        text = f"{number}. {note}"
        page.merge_range(at, 0, at, len(_GUIDE_COLUMNS) - 1, text, formats.note)
        page.set_row(at, 15 * (1 + _half_widths(text) // _LINE_WIDTH))
        at += 1
    at += 1
    for i, name in enumerate(_GUIDE_COLUMNS):
        page.write_string(at, i, say(f"template.guide.{name}", language), formats.optional)
    for number, column in enumerate(form.columns, start=1):
        at += 1
        cells = [
            f"{number}. {column.heading}",
            _needed(form, column),
            column.unit,
            column.meaning,
            allowed(form, column),
            _shown(column.example),
        ]
        for i, text in enumerate(cells):
            page.write_string(at, i, text, formats.strong if i == 0 and column.is_required else formats.cell)
        widths = list(_GUIDE_COLUMNS.values())
        page.set_row(at, 15 * max(1 + (_half_widths(text) - 1) // int(1.1 * widths[i]) for i, text in enumerate(cells)))
    _print_on_paper(page)


def _notes(form: Form, rows: int, sheet: str) -> list[str]:
    names = ["how", "zero", "revise", "strike", "blank", "money", "personal", "codes", "rows", "invented"]
    if form.kind == "statistics":
        names.remove("zero")
    date = next((c.heading for c in form.columns if c.name in (form.contract.date_field, "period")), "").removesuffix(
        " *"
    )
    facts = {"how": {"sheet": sheet}, "zero": {"date": date}, "rows": {"n": f"{rows:,}"}}
    return [say(f"template.notes.{name}", form.language, **facts.get(name, {})) for name in names]


def _needed(form: Form, column: Column) -> str:
    if not column.is_required:
        return say("template.guide.optional", form.language)
    if not column.excused:
        return say("template.guide.required", form.language)
    between = "、" if form.language == "zh" else ", "
    return say("template.guide.except_when", form.language, statuses=between.join(column.excused))


def _shown(value: object) -> str:
    if value is None:
        return ""
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime.datetime) else str(value)


def _half_widths(text: str) -> int:
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)


def write_codes(page: Worksheet, form: Form, formats) -> None:
    """Every entry of every drop-down: name, code, and for measures the unit that holds when none is given."""
    for i, (name, width) in enumerate(_CODE_COLUMNS.items()):
        page.set_column(i, i, width)
        page.write_string(0, i, say(f"template.codes.{name}", form.language), formats.optional)
    at = 0
    for column in form.columns:
        for choice in column.choices if column.field.type == "code" else ():
            at += 1
            cells = (column.heading.removesuffix(" *"), choice.name, choice.code, choice.unit)
            for i, text in enumerate(cells):
                page.write_string(at, i, text, formats.code)
    page.autofilter(0, 0, at, len(_CODE_COLUMNS) - 1)
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    _print_on_paper(page)


def _print_on_paper(page: Worksheet) -> None:
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
