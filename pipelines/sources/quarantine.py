"""Rows that did not land: why, in words, and whether there are too many of them to go on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb

from pipelines.errors import SHOWN_ROWS, PipelineError
from pipelines.sources.contract import Contract
from pipelines.sources.lookups import code_rule_parts
from pipelines.sources.unlisted import Unlisted, is_unlisted, unlisted_in
from pipelines.texts import current_language, has, say

COLUMNS = {
    "file_id": "VARCHAR",
    "kind": "VARCHAR",
    "sheet": "VARCHAR",
    "record_number": "BIGINT",
    "line_number": "BIGINT",
    "source": "VARCHAR",
    "record_id": "VARCHAR",
    "original_line": "VARCHAR",
    "reasons": "VARCHAR",
}
READER = "reader:"
_FIRST = 3  # places that are named of a fault that many rows have
_MOST_FAULTS = 5_000  # that are looked at of one file


class TooMany(NamedTuple):
    """Why a file stops the build: its error, if its rows have other faults too; and the values that a list lacks."""

    error: PipelineError | None
    unlisted: list[Unlisted]


class Fault(NamedTuple):
    """The reasons that some rows of a file share: how many rows, and sheet and line of the first of them."""

    reasons: list[dict[str, object]]
    n: int
    places: list[tuple[str, int]]


def reason_text(reason: Mapping[str, object], label: str | None = None, language: str | None = None) -> str:
    """One reason in words: the field, what it says, what it must be, and the nearest that is known.

    Args:
        reason: code, field, value, rule, nearest, as landed.
        label: How the sender calls the field; its name unless said.
        language: zh, en, or None for the current one.
    """
    code = str(reason["code"])
    facts = {key: "" if value is None else value for key, value in reason.items()}
    facts["field"] = label or reason["field"] or ""
    if code.startswith(READER):
        key = f"readers.faults.{code.removeprefix(READER)}"
        told = json.loads(str(reason["rule"] or "{}"))
        text = say(key, language, **told)
        return f"{facts['field']}  {text}" if facts["field"] else text
    if code == "duplicate":
        place, _, line = str(facts["rule"]).rpartition(" ")
        place = say("sources.duplicate_place", language, place=place) if place else ""
        return say("sources.reasons.duplicate", language, **facts, place=place, line=line)
    facts["rule"], allowed = code_rule_parts(str(facts["rule"]), language or current_language())
    text = say(f"sources.reasons.{code}", language, **facts)
    value = reason["value"]
    if code == "missing_required" and not str(value or "").strip():
        value = None
    shown = say("sources.value", language, field=facts["field"], value=value) if value is not None else facts["field"]
    told = f"{shown}  {text}" + _instead(reason, allowed, language)
    return told + ("  " + say("sources.may_be_right", language) if is_unlisted(reason) else "")


def _instead(reason: Mapping[str, object], allowed: Sequence[str], language: str | None) -> str:
    """What may be meant, and all that may be written where that is little."""
    near = str(reason.get("nearest") or "").split("\n")
    comma = say("sources.comma", language)
    told = ""
    if near != [""]:
        names = comma.join(say("readers.quoted", language, text=name) for name in near)
        trimmed = str(reason["value"] or "").strip() == near[0]
        told = "  " + say("sources.nearest", language, nearest=names)
        told += say("sources.remove_space", language) if trimmed else ""
    return told + (say("sources.allowed", language, names=comma.join(allowed)) if allowed else "")


def row_text(row: Mapping[str, object], labels: Mapping[str, str], language: str | None = None) -> str:
    """One rejected row in words; `row` has sheet, line_number and reasons."""
    place = _place(str(row["sheet"] or ""), int(str(row["line_number"])), language)
    return f"{place}  " + _reasons_text(json.loads(str(row["reasons"])), labels, language)


def _place(sheet: str, line: int, language: str | None = None) -> str:
    return say("sources.sheet_row" if sheet else "sources.row", language, sheet=sheet, line=line)


def _reasons_text(reasons: Iterable[Mapping], labels: Mapping[str, str], language: str | None = None) -> str:
    gap = say("sources.between_reasons", language)
    return gap.join(reason_text(reason, labels.get(reason["field"] or ""), language) for reason in reasons)


def fault_text(fault: Fault, labels: Mapping[str, str]) -> str:
    """A fault in words, with the places of the first rows that have it."""
    places = say("sources.comma").join(_place(sheet, line) for sheet, line in fault.places)
    more = say("sources.and_more", n=fault.n) if fault.n > len(fault.places) else ""
    return f"{places}{more}  {_reasons_text(fault.reasons, labels)}"


def _rows(path: Path, sql: str) -> list[tuple]:
    """What a query that reads one file gives."""
    con = duckdb.connect()
    try:
        return con.execute(sql, [str(path)]).fetchall()
    finally:
        con.close()


def faults_of(path: Path) -> list[Fault]:
    """The first faults of a rejected.parquet, each once, in the order of the rows that have them first."""
    found = _rows(
        path,
        f"SELECT reasons, COUNT(*), MIN(ROW(COALESCE(sheet, ''), line_number), {_FIRST}) AS places "
        f"FROM read_parquet(?) GROUP BY reasons ORDER BY places, reasons LIMIT {_MOST_FAULTS}",
    )
    return [Fault(json.loads(reasons), n, [tuple(place) for place in places]) for reasons, n, places in found]


def rejected_rows(path: Path, limit: int | None = None) -> list[dict[str, object]]:
    """The rows of a rejected.parquet, in the order of the file."""
    found = _rows(
        path,
        f"SELECT sheet, record_number, line_number, original_line, reasons FROM read_parquet(?) "
        f"ORDER BY sheet, line_number, record_number{f' LIMIT {limit:d}' if limit else ''}",
    )
    names = ("sheet", "record_number", "line_number", "original_line", "reasons")
    return [dict(zip(names, row, strict=True)) for row in found]


def too_many_rejects(
    shown: str,
    contract: Contract,
    told: Mapping[str, object],
    rejected: Path,
    limit: float,
    workbook: str,
    borne: int = 0,
) -> TooMany | None:
    """Why a file stops the build whose share of rejected rows is above the limit, else None.

    What a list of the office lacks is no fault of the file, and told elsewhere; the file has an error of its own only
    where its other faults alone are too many.

    Args:
        shown: The file, as users know it.
        contract: Its contract, whose lines are the rules.
        told: Its landing receipt: records, rejected, labels.
        rejected: Its rejected.parquet.
        limit: Share 0-1.
        workbook: Where the rejected rows go back to the sender.
        borne: So many rejected rows are put up with, whatever their share.
    """
    records, count = int(str(told["records"])), int(str(told["rejected"]))
    if count <= borne or count <= limit * records:
        return None
    labels: Mapping[str, str] = told["labels"]  # type: ignore[assignment]
    faults = faults_of(rejected)
    unlisted = [one for fault in faults for one in unlisted_in(shown, fault.reasons, fault.n)]
    others = _without_unlisted(faults)
    count -= sum(fault.n for fault in faults if all(map(is_unlisted, fault.reasons)))
    if count <= borne or count <= limit * records:
        return TooMany(None, unlisted)
    every = [fault_text(fault, labels) for fault in others[:SHOWN_ROWS]]
    every += [""] * (len(others) - len(every))  # PipelineError shows the first and counts the rest
    fields = {str(reason["field"]) for fault in others[:SHOWN_ROWS] for reason in fault.reasons if reason["field"]}
    is_all = count == records and len(others) == 1
    error = PipelineError(
        "every_row_rejected" if is_all else "too_many_rejected",
        where=shown,
        rows=every,
        n=count,
        of=records,
        share=_percent(count / records),
        limit=_percent(limit),
        workbook=workbook,
        contract=contract.path,
        lines=say("sources.comma").join(str(line) for line in _lines(contract, fields)),
    )
    return TooMany(error, unlisted)


def _without_unlisted(faults: Sequence[Fault]) -> list[Fault]:
    """The faults without what a list lacks, those that are then the same put together."""
    found: dict[str, Fault] = {}
    for fault in faults:
        reasons = [reason for reason in fault.reasons if not is_unlisted(reason)]
        if reasons:
            key = json.dumps(reasons)
            same = found.get(key, Fault(reasons, 0, []))
            found[key] = Fault(reasons, same.n + fault.n, [*same.places, *fault.places][:_FIRST])
    return list(found.values())


def _lines(contract: Contract, fields: Iterable[str]) -> list[int]:
    return sorted(contract.by_name[name].line for name in fields if name in contract.by_name) or [1]


def _percent(share: float) -> str:
    shown = f"{100 * share:.1f}"
    return shown.removesuffix(".0")


def knows(code: str) -> bool:
    """Whether there are words for a reason."""
    return has(f"sources.reasons.{code}")


def reasons_text(kind: str, encoded: str | None) -> str:
    """The reasons of one row in words.

    Args:
        kind: Of record, whose labels the fields have.
        encoded: The list of reasons as JSON; what is none is given back as it is.
    """
    from pipelines.sources.contract import load_contract
    from pipelines.sources.headings import label

    try:
        reasons = json.loads(encoded or "[]")
    except ValueError:
        return encoded or ""
    told = []
    for reason in reasons:
        code = str(reason.get("code"))
        has_words = code.startswith(READER) or knows(code)
        field = label(load_contract(kind), str(reason.get("field") or ""))
        plain = " ".join(str(value) for value in reason.values() if value)
        told.append(reason_text(reason, field) if has_words else plain)
    return say("sources.between_reasons").join(told)
