"""One fault of several sheets, or of several files, is told once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipelines.errors import PipelineError, SeveralErrors
from pipelines.texts import say

_SHOWN = 3  # sheets of a file and files of a kind that are named
_SHEET = re.compile(r"(.+) \[(.*)\]", re.DOTALL)
_HEADINGS = "headings"  # what else stands in a file is no part of its fault


def told_once(errors: Iterable[PipelineError]) -> list[PipelineError]:
    """The errors in their order, those that say the same of several places put together.

    Args:
        errors: Of all files; those of one workbook may come together (`SeveralErrors`).
    """
    same: dict[tuple[object, ...], list[PipelineError]] = {}
    for error in errors:
        for one in error.errors if isinstance(error, SeveralErrors) else (error,):
            facts = sorted((name, repr(fact)) for name, fact in one.facts.items() if name != _HEADINGS)
            same.setdefault((one.code, one.exit_code, one.rows, *facts), []).append(one)
    return [of[0] if len(of) == 1 else _together(of) for of in same.values()]


def _together(errors: Sequence[PipelineError]) -> PipelineError:
    first = errors[0]
    facts = dict(first.facts)
    if len({str(error.facts.get(_HEADINGS)) for error in errors}) > 1:
        facts[_HEADINGS] = say("sources.others_differ", headings=facts[_HEADINGS])
    where = _places(dict.fromkeys(error.where for error in errors))
    return PipelineError(first.code, where=where, rows=first.rows, exit_code=first.exit_code, **facts)


def _places(places: Iterable[str]) -> str:
    """The files, each with its sheets; of many the first and how many there are."""
    sheets: dict[str, list[str]] = {}
    for place in places:
        found = _SHEET.fullmatch(place)
        sheets.setdefault(found[1] if found else place, []).extend([found[2]] if found else [])
    told = [_file(file, of) for file, of in list(sheets.items())[:_SHOWN]]
    more = say("sources.and_more_files", n=len(sheets)) if len(sheets) > _SHOWN else ""
    return say("sources.comma").join(told) + more


def _file(file: str, sheets: Sequence[str]) -> str:
    if not sheets:
        return file
    named = say("sources.comma").join(f"[{sheet}]" for sheet in sheets[:_SHOWN])
    more = say("sources.and_more_sheets", n=len(sheets)) if len(sheets) > _SHOWN else ""
    return f"{file} {named}{more}"
