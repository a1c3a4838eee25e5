"""What is to be said of a file that was read: what nobody reads, what was hidden, what nobody said.

A remark is a code and its facts. Those of a file stand as JSON in `src_files`, so that every page tells them in its
reader's language.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipelines.errors import SHOWN_ROWS
from pipelines.sources.contract import Contract
from pipelines.sources.headings import heading_in, nearest
from pipelines.texts import current_language, say

PASSED, UNIT, LACKING, UNUSUAL = "sheet_passed_over", "unit_assumed", "column_lacking", "unusual"
COPIES, TOTAL_DIFFERS, BY_TITLE = "copies", "total_differs", "dates_by_title"
_LEFT_OUT = ("total_row", "footnote")
_FIRST = 3  # places that are named of what may be told of many rows
_HIDDEN = ("records_hidden", "rows_hidden", "columns_hidden", "sheet_not_seen_whole")
_TOLD = (PASSED, *_HIDDEN)  # of the notes of readers those that a sender may not expect


def remarks_of(contract: Contract, receipt: Mapping, is_mapped: bool, copies: Sequence[str] = ()) -> str | None:
    """The remarks of one landed file as JSON; None where nothing is to be said.

    Args:
        contract: Of its kind.
        receipt: What landing found; see `land_file`.
        is_mapped: Whether a mapping said which columns are read. What it leaves out is left out on purpose.
        copies: Other names under which the same bytes lie among the records.
    """
    unread = [] if is_mapped else [heading for sheet in receipt["sheets"] for heading in sheet["unmatched_headings"]]
    found = [
        {"code": "unread", "heading": heading, "nearest": _nearest(contract, heading)}
        for heading in dict.fromkeys(unread)
    ]
    if copies:
        found.append({"code": COPIES, "names": list(copies)})
    for sheet in receipt["sheets"]:
        found += [{"code": UNIT, "sheet": sheet["sheet"], "heading": name} for name in sheet.get("without_unit", ())]
        found += [{"code": BY_TITLE, "sheet": sheet["sheet"], **one} for one in sheet.get(BY_TITLE, ())]
        found += [{"code": note["code"], **note["facts"]} for note in sheet["notes"] if note["code"] in _TOLD]
        for what in _LEFT_OUT:
            lines = [note["facts"]["row"] for note in sheet["notes"] if note["code"] == what]
            if lines:
                found.append({"code": what, "sheet": sheet["sheet"], "n": len(lines), "lines": lines[:_FIRST]})
        found += [{"code": TOTAL_DIFFERS, **one} for one in sheet.get("totals", ())]
    for code, told in ((LACKING, "uncounted"), (UNUSUAL, "unusual")):
        for one in receipt.get(told, ()):
            names = {f"name_{language}": heading_in(contract, one["field"], language) for language in ("zh", "en")}
            found.append({"code": code, **one, **names})
    return json.dumps(found, ensure_ascii=False) if found else None


def lacking(encoded: str | None) -> list[dict[str, Any]]:
    """The columns that a file lacks and measures add up: `sheet`, `field`, `measures`, `name_zh`, `name_en`."""
    return [one for one in json.loads(encoded or "[]") if one["code"] == LACKING]


def remarks_text(encoded: str | None, language: str | None = None) -> str:
    """The remarks of a file in words; '' where there are none."""
    return say("sources.between_reasons", language).join(_parts(encoded, language))


def _parts(encoded: str | None, language: str | None = None) -> list[str]:
    """What is to be said of a file, each in words of its own."""
    told = json.loads(encoded or "[]")
    unread = [one for one in told if one["code"] == "unread"]
    parts = []
    if unread:
        names = say("sources.comma", language).join(_told(one, language) for one in unread[:SHOWN_ROWS])
        parts.append(say("sources.unread", language, names=names + " …" * (len(unread) > SHOWN_ROWS)))
    for one in told:
        if one["code"] == COPIES:
            names = say("sources.comma", language).join(one["names"])
            parts.append(say("sources.copies", language, names=names))
    sheets = [say("readers.quoted", language, text=one["sheet"]) for one in told if one["code"] == PASSED]
    if sheets:
        names = say("sources.comma", language).join(sheets[:SHOWN_ROWS]) + " …" * (len(sheets) > SHOWN_ROWS)
        parts.append(say("sources.passed_over", language, names=names))
    amounts = [_place(one, language) for one in told if one["code"] == UNIT]
    if amounts:
        parts.append(say("sources.unit_assumed", language, names=say("sources.comma", language).join(amounts)))
    for period in dict.fromkeys(one["period"] for one in told if one["code"] == BY_TITLE):
        places = [_place(one, language) for one in told if one["code"] == BY_TITLE and one["period"] == period]
        names = say("sources.comma", language).join(dict.fromkeys(places))
        parts.append(say("sources.dates_by_title", language, names=names, period=period))
    columns = [say("readers.quoted", language, text=name) for name in lacking_names(told, language)]
    if columns:
        names = say("sources.comma", language).join(columns)
        parts.append(say("sources.column_lacking", language, names=names))
    parts += [_unusual(one, language) for one in told if one["code"] == UNUSUAL]
    parts += [_left_out(of, language) for what in _LEFT_OUT if (of := [one for one in told if one["code"] == what])]
    parts += [_differs(one, language) for one in told if one["code"] == TOTAL_DIFFERS]
    for one in told:
        if one["code"] in _HIDDEN:
            names = say("sources.comma", language).join(
                say("readers.quoted", language, text=name) for name in one.get("headings", ())
            )
            parts.append(say(f"readers.notes.{one['code']}", language, **{**one, "names": names}))
    return parts


def lacking_names(told: Iterable[Mapping], language: str | None = None) -> list[str]:
    """Headings of the columns that a file lacks, each once, in the order of the contract."""
    name = f"name_{language or current_language()}"
    return list(dict.fromkeys(one[name] for one in told if one["code"] == LACKING))


def remarks_lines(files: Iterable[Mapping]) -> tuple[str, ...]:
    """What is to be said of the files that are there: what holds of several once, then the rest, a line for each file.

    The first lines are told, and how many more there are.

    Args:
        files: Rows of `src_files` or `mart_files`.
    """
    there = [file for file in files if file.get("remarks") and file["withdrawn_on"] is None]
    of: dict[str, list[str]] = {}
    for file in there:
        for part in _parts(file["remarks"]):
            of.setdefault(part, []).append(file["path"])
    gap = say("sources.between_reasons")
    alone: dict[str, list[str]] = {}
    for part, paths in of.items():
        if len(paths) == 1:
            alone.setdefault(paths[0], []).append(part)
    lines = [(_files(paths), part) for part, paths in of.items() if len(paths) > 1]
    lines += [(path, gap.join(parts)) for path, parts in alone.items()]
    told = [say("sources.remarked", file=file, text=text) for file, text in lines[:SHOWN_ROWS]]
    if len(lines) > SHOWN_ROWS:
        told.append(say("sources.remarked_more", n=len(lines) - SHOWN_ROWS))
    return tuple(told)


def _files(paths: Sequence[str]) -> str:
    more = say("sources.and_more_files", n=len(paths)) if len(paths) > _FIRST else ""
    return say("sources.comma").join(paths[:_FIRST]) + more


def _nearest(contract: Contract, heading: str) -> str | None:
    every = [each for field in contract.fields for each in (field.name, *field.headings)]
    return nearest([heading], every)


def _place(remark: Mapping, language: str | None) -> str:
    """A column, with its sheet where the file has sheets."""
    heading = say("readers.quoted", language, text=remark["heading"])
    return say("sources.of_sheet", language, sheet=remark["sheet"], heading=heading) if remark["sheet"] else heading


def _unusual(remark: Mapping, language: str | None) -> str:
    """Where a field has values out of the ordinary, the first of them with their lines."""
    name = remark[f"name_{language or current_language()}"]
    places = [
        say("sources.unusual_place", language, place=_row(remark["sheet"], one["line"], language), value=one["value"])
        for one in remark["first"][:_FIRST]
    ]
    more = say("sources.and_more", language, n=remark["n"]) if remark["n"] > len(places) else ""
    heading = say("readers.quoted", language, text=name)
    listed = say("sources.comma", language).join(places) + more
    return say("sources.unusual", language, heading=heading, places=listed, rule=remark["rule"])


def _left_out(remarks: Sequence[Mapping], language: str | None) -> str:
    """How many totals or notes of all sheets are no records, and where the first of them stand."""
    n = sum(remark["n"] for remark in remarks)
    rows = [_row(remark["sheet"], line, language) for remark in remarks for line in remark["lines"]][:_FIRST]
    more = say("sources.and_more", language, n=n) if n > len(rows) else ""
    places = say("sources.comma", language).join(rows) + more
    return say(f"sources.left_out.{remarks[0]['code']}", language, n=n, places=places)


def _differs(remark: Mapping, language: str | None) -> str:
    place = _row(remark["sheet"], remark["line"], language)
    heading = say("readers.quoted", language, text=remark["heading"])
    return say("sources.total_differs", language, **{**remark, "place": place, "heading": heading})


def _row(sheet: str, line: int, language: str | None) -> str:
    return say("sources.sheet_row" if sheet else "sources.row", language, sheet=sheet, line=line)


def _told(remark: Mapping, language: str | None) -> str:
    if not remark["nearest"]:
        return say("readers.quoted", language, text=remark["heading"])
    return say("sources.unread_near", language, heading=remark["heading"], nearest=remark["nearest"])
