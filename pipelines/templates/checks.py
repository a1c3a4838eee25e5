"""What a sheet checks by itself: for each column a formula of the spreadsheet that is true of a good cell.

The same formula stands behind the rule for typing (data validation) and behind the colour that marks what was pasted.
Excel, WPS and LibreOffice know every function used here.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.sources.contract import Contract, Rule
from pipelines.sources.values import FIRST_YEAR, LAST_YEAR
from pipelines.templates.fields import Column, Form

NUMBERS = ("integer", "number", "money", "measured")
DAYS = ("date", "timestamp")


def rules_of(contract: Contract, name: str) -> list[tuple[str, str]]:
    """The fields that bound a field, each with the sign that must hold: `("<=", "hazards_found")`."""

    def sign(rule: Rule, is_other: bool) -> str:
        return "<=" if bool(rule.at_most) != is_other else ">="

    found = [(sign(rule, False), rule.other) for rule in contract.rules if rule.field == name]
    return found + [(sign(rule, True), rule.field) for rule in contract.rules if rule.other == name]


def good_cell(form: Form, column: Column, cells: Mapping[str, str], lists: Mapping[str, tuple[str, str]]) -> str:
    """A formula that is true of a filled cell with a value that can land.

    Args:
        form: The template.
        column: Its column.
        cells: Field → reference of its cell in the first row (`$C6`).
        lists: Field → references of the names and of the codes of its list.
    """
    cell, kind = cells[column.name], column.field.type
    conditions: list[str] = []
    if column.choices:
        names, codes = lists[column.name]
        found = [f'ISNUMBER(MATCH({cell}&"",{where},0))' for where in (names, codes) if where]
        return f"OR({','.join(found)})"
    if kind in NUMBERS or kind in DAYS:
        conditions.append(f"ISNUMBER({cell})")
    if kind == "integer":
        conditions.append(f"{cell}=INT({cell})")
    if column.bounds is not None:
        low, high = column.bounds
        conditions += [f"{cell}>={low:.0f}", f"{cell}<={high:.0f}"]
    if kind in DAYS:
        conditions += [f"{cell}>=1", f"{cell}<DATE({LAST_YEAR},1,1)"]
        if column.field.past:
            conditions.append(f"INT({cell})<=TODAY()")
    if kind == "period":
        conditions += [f"VALUE(LEFT({cell},4))>={FIRST_YEAR}", f"VALUE(LEFT({cell},4))<{LAST_YEAR}"]
    if column.field.max_length:
        conditions.append(f"LEN({cell})<={column.field.max_length}")
    for sign, other in rules_of(form.contract, column.name):
        mine, theirs = (f"INT({cell})", f"INT({cells[other]})") if kind in DAYS else (cell, cells[other])
        conditions.append(f'IF({cells[other]}="",TRUE,{mine}{sign}{theirs})')
    return f"IFERROR(AND({','.join(conditions)}),FALSE)" if conditions else ""


def is_lacking(column: Column, cells: Mapping[str, str], row: str) -> str:
    """A formula that is true where a row says something, but not in this required cell.

    Args:
        column: A required column.
        cells: As for `good_cell`.
        row: Reference of the whole row (`$B6:$U6`).
    """
    excuses = "".join(f',{cells["status"]}<>"{name}"' for name in column.excused)
    return f'AND(COUNTA({row})>0,{cells[column.name]}=""{excuses})'
