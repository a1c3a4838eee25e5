"""JSON lines: one object per line; numbers keep their digits, a broken line is a fault and not the end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb

from pipelines.errors import PipelineError
from pipelines.sources.contract import Contract
from pipelines.sources.headings import HeadingRow, match_headings, one_line
from pipelines.sources.readers.encoding import decide, text_chunks
from pipelines.sources.readers.not_records import own_places
from pipelines.sources.readers.raw_table import BLOT, MAX_COLUMNS, MAX_FAULTS, RawTable, RowFault, Source
from pipelines.sources.readers.tables import text_table

_MAX_LINE = 1 << 20


class _Twice(ValueError):
    """A key that stands twice in one object."""


def read_json_lines(
    path: Path,
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    shown: str,
    *,
    encoding: str | None = None,
    means: Callable[[str], bool] | None = None,
) -> RawTable:
    """Read a file of JSON objects, one per line; their keys are the headings.

    Raises:
        PipelineError: No line is an object, a wrong byte, too many different keys, or what `match_headings` finds.
    """
    encoding = decide(path, shown, encoding)
    keys: dict[str, int] = {}
    faults: list[RowFault] = []
    for number, line, text in _lines(path, encoding, shown):
        parsed = _object(text)
        if isinstance(parsed, dict):
            for key in parsed:
                keys.setdefault(key, len(keys))
            if len(keys) > MAX_COLUMNS:
                raise PipelineError("too_many_columns", where=shown, n=len(keys), limit=MAX_COLUMNS)
        else:
            faults.append(RowFault(number, line, parsed[0], parsed[1], text[:_MAX_LINE]))
            if len(faults) > MAX_FAULTS:
                raise _no_lines(shown, faults)
    if not keys:
        raise _no_lines(shown, faults)
    names = list(keys)
    raw = RawTable(Source(""), {}, names, "jsonl", encoding=encoding, faults=faults)
    if means is None:
        matched = match_headings(contract, HeadingRow(0, 0, names, [None] * len(names), len(names)), shown)
        raw.columns, raw.heading_units = matched.columns, matched.heading_units
        raw.unmatched_headings, raw.dropped = matched.unmatched_headings, matched.dropped
        raw.own_places, raw.periods = own_places(raw.columns, contract), matched.periods
    if raw.dropped and faults:
        raw.faults = [RowFault(f.record_number, f.line_number, f.code, f.facts, BLOT) for f in faults]
    raw.source = Source(text_table(con, _cells(path, encoding, shown, keys), len(names)), is_temporary=True)
    raw.lines_of = lambda table, wanted: _pick(path, encoding, shown, table, wanted)
    return raw


def _no_lines(shown: str, faults: list[RowFault]) -> PipelineError:
    """What is said of a file whose lines are no objects; one list of objects is what many programs write."""
    first = faults[0].original_line if faults else ""
    if first.lstrip().startswith("["):
        return PipelineError("json_array", where=shown)
    return PipelineError("not_json_lines", where=shown, first=one_line(first))


def _lines(path: Path, encoding: str, shown: str) -> Iterator[tuple[int, int, str]]:
    """Record number, physical line and text of each line that is not blank."""
    rest, number, line = "", 0, 0
    for chunk in text_chunks(path, encoding, shown):
        parts = (rest + chunk).split("\n")
        rest = parts.pop()[: _MAX_LINE + 1]
        for part in parts:
            line += 1
            if part.strip():
                number += 1
                yield number, line, part.strip("\r")
    if rest.strip():
        yield number + 1, line + 1, rest.strip("\r")


def _object(text: str) -> dict[str, str] | tuple[str, dict[str, object]]:
    """The object of a line as text values, or the code and facts of its fault."""
    if len(text) > _MAX_LINE:
        return "line_too_long", {"limit": _MAX_LINE}
    try:
        value = json.loads(text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_pairs)
    except _Twice as fault:
        return "key_twice", {"key": str(fault)}
    except (ValueError, RecursionError) as fault:
        return "not_json", {"at": getattr(fault, "pos", 0) + 1}
    if not isinstance(value, dict):
        return "not_an_object", {}
    return {key: _text(each) for key, each in value.items()}


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        raise _Twice(next(key for key, _ in pairs if key in seen or seen.add(key)))
    return found


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cells(path: Path, encoding: str, shown: str, keys: dict[str, int]) -> Iterator[tuple[list[str], int, int]]:
    for number, line, text in _lines(path, encoding, shown):
        parsed = _object(text)
        if isinstance(parsed, dict):
            cells = [""] * len(keys)
            for key, value in parsed.items():
                cells[keys[key]] = value
            yield cells, number, line


def _pick(path: Path, encoding: str, shown: str, raw: RawTable, wanted: list[int]) -> dict[int, str]:
    places, found = set(wanted), {}
    secret = {raw.headings[int(column[1:])] for column in raw.dropped}
    for _, line, text in _lines(path, encoding, shown):
        if line in places:
            parsed = _object(text)
            if secret and isinstance(parsed, dict):
                text = json.dumps({k: BLOT if k in secret else v for k, v in parsed.items()}, ensure_ascii=False)
            found[line] = text
        elif line > wanted[-1]:
            break
    return found
