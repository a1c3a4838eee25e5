"""What senders write that a code list lacks and an office adds itself: places, and measures of statistics.

Such a value may well be right, so it is told with the line to add; once, in however many files it stands.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipelines.errors import SHOWN_ROWS, PipelineError
from pipelines.sources.codes import Codes
from pipelines.sources.regions import Regions
from pipelines.texts import say

REGIONS, MEASURES = "data/codes/regions.csv", "data/codes/statistics_measures.csv"
_ERRORS = {REGIONS: "places_unlisted", MEASURES: "measures_unlisted"}
_SHOWN_FILES = 3
_LEVELS = ("nation", "city", "district")  # from the top; what lies deeper is a town


@dataclass(frozen=True)
class Unlisted:
    """One value of one file: in which list it is not, how many rows have it, and what may be meant."""

    list_file: str
    value: str
    nearest: str | None
    n: int
    file: str


def is_unlisted(reason: Mapping[str, object]) -> bool:
    """Whether a row was rejected for a value that the office may have to add to a list of its own."""
    return reason["code"] == "unknown_code" and _list_of(reason) in _ERRORS


def unlisted_in(file: str, reasons: Iterable[Mapping[str, object]], n: int) -> list[Unlisted]:
    """The values among the reasons of `n` rows of a file that a list lacks."""
    return [
        Unlisted(_list_of(one), str(one["value"]).strip(), str(one["nearest"] or "") or None, n, file)
        for one in reasons
        if is_unlisted(one)
    ]


def unlisted_errors(found: Sequence[Unlisted], codes: Codes) -> list[PipelineError]:
    """One error for each list that lacks something, with every value once and a line to add for it."""
    errors = []
    for list_file, code in _ERRORS.items():
        mine = [one for one in found if one.list_file == list_file]
        by_value: dict[str, list[Unlisted]] = {}
        for one in mine:
            by_value.setdefault(one.value, []).append(one)
        lines = _lines_to_add(list_file, list(by_value), codes)
        if by_value:
            rows = [_told(value, of) for value, of in by_value.items()]
            unknown = not codes.regions.own and list_file == REGIONS
            facts = {"hint": say("sources.name_the_office") if unknown else ""}
            facts |= {"n": len(rows), "rows_n": sum(one.n for one in mine), "files": len({one.file for one in mine})}
            errors.append(PipelineError(code, where=list_file, rows=rows, lines="\n".join(lines), **facts))
    return errors


def _list_of(reason: Mapping[str, object]) -> str:
    return str(reason["rule"] or "").partition("\n")[0]


def _told(value: str, of: Sequence[Unlisted]) -> str:
    """One value: how many rows of which files have it, and what may be meant."""
    by_file: dict[str, int] = {}
    for one in of:
        by_file[one.file] = by_file.get(one.file, 0) + one.n
    places = [say("sources.rows_of", file=file, n=n) for file, n in list(by_file.items())[:_SHOWN_FILES]]
    more = say("sources.and_more_files", n=len(by_file)) if len(by_file) > _SHOWN_FILES else ""
    told = f"{say('readers.quoted', text=value)}  {say('sources.comma').join(places)}{more}"
    near = of[0].nearest
    if near:
        names = say("sources.comma").join(say("readers.quoted", text=name) for name in near.split("\n"))
        told += "  " + say("sources.nearest", nearest=names)
    return told


def _lines_to_add(list_file: str, values: Sequence[str], codes: Codes) -> list[str]:
    """A line of the list for each of the first values."""
    taken: dict[str, str] = {}
    if list_file == MEASURES:
        known = codes.lists["statistics_measures"].codes
        free = (name for number in range(1, len(known) + SHOWN_ROWS + 2) if (name := f"own_{number}") not in known)
        return [_csv((next(free), value, value, "个", "stock", "")) for value in values[:SHOWN_ROWS]]
    lines = []
    for value in values[:SHOWN_ROWS]:
        lines.append(_csv(_region(value, codes.regions, taken)))
    return lines


def _region(value: str, regions: Regions, taken: dict[str, str]) -> Sequence[str]:
    """The line of a place; `taken` holds the newest code that was given below each parent."""
    parent, name = _parent_and_name(value, regions)
    empty = ("", "", "") if regions.has_aliases else ("", "")  # order, note and, in newer lists, aliases
    if not parent:
        return (say("sources.new_code"), say("sources.code_above"), "town", name, name, *empty)
    code = value if value.isdigit() else str(int(taken[parent]) + 1) if parent in taken else regions.next_code(parent)
    if not value.isdigit():
        taken[parent] = code
    depth, above = 0, regions.parents.get(parent, "")
    while above:
        depth, above = depth + 1, regions.parents.get(above, "")
    return (code, parent, (*_LEVELS, "town")[min(depth + 1, len(_LEVELS))], name, name, *empty)


def _parent_and_name(value: str, regions: Regions) -> tuple[str, str]:
    """In which region a place lies, as far as its own text or the office says, and what it is called there."""
    if value.isdigit():
        inside = next((value[:width] for width in (9, 6) if value[:width] in regions.names and len(value) > width), "")
        return inside or _office(regions), say("sources.its_name")
    *around, name = value.split()
    above = next((code for part in reversed(around) if (code := regions.find(part).code)), None)
    return (above, name) if above else (_office(regions), value)


def _office(regions: Regions) -> str:
    return regions.own[0] if len(regions.own) == 1 else ""


def _csv(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()
