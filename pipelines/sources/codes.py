"""The code lists of `data/codes` and of the contracts: from what a sender writes to the code that lands."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

import yaml

from pipelines.errors import PipelineError
from pipelines.sources.bounds import COLUMNS, Bounds, NoBound, bounds_of
from pipelines.sources.bounds import FILE as BOUNDS
from pipelines.sources.code_list import CodeList
from pipelines.sources.contract import FOLDER, LOADER
from pipelines.sources.regions import Regions
from pipelines.sources.units import Units
from pipelines.texts import say

LISTS = (
    "regions",
    "sectors",
    "industries",
    "accident_types",
    "accident_grades",
    "causes",
    "hazards",
    "inspection_kinds",
    "training_kinds",
    "statistics_measures",
)
INNER = "_code_lists.yml"
NET = "_net"
"""Ends the code of a measure that additions and withdrawals make, the only kind that may fall, and lie below zero."""


@dataclass(frozen=True)
class Codes:
    """All lists of one office. `digest` changes whenever a list does; `measure_units` holds the canonical units.

    `unit_needed` names the measures of statistics whose figures nobody can tell apart without a unit: money, and stocks
    of people and area, which are printed in 人 and 万人, 平方米 and 公顷. `set_ahead` names those that are reported
    before their period is over: control figures, set for a year, and milestones, reached within one. `bounds` holds
    what a measure can be at all.
    """

    lists: dict[str, CodeList]
    units: Units
    measure_units: dict[str, str]
    digest: str
    unit_needed: frozenset[str] = frozenset()
    set_ahead: frozenset[str] = frozenset()
    bounds: Mapping[str, Bounds] = field(default_factory=dict)

    @property
    def regions(self) -> Regions:
        """The list of regions."""
        regions = self.lists["regions"]
        if not isinstance(regions, Regions):
            raise TypeError("the list of regions is none")
        return regions


def read_codes(folder: Path, own: Sequence[str] = ()) -> Codes:
    """Read every code list.

    Args:
        folder: Of the lists, `data/codes`.
        own: Codes of the regions of this office; among what lies in them the nearest is sought of a place that is
            not in the list. Nothing means everywhere.

    Raises:
        PipelineError: A list is missing, is not UTF-8, lacks a column, repeats a code, or has a row that is too short;
            or the regions form no tree.
    """
    digest = hashlib.sha256("\n".join(own).encode())
    lists: dict[str, CodeList] = {}
    measure_units: dict[str, str] = {}
    natures: dict[str, str] = {}
    for name in LISTS:
        rows = _rows(folder / f"{name}.csv", digest)
        code = next(iter(rows[0]))
        if name == "regions":
            lists[name] = Regions(f"data/codes/{name}.csv", rows, own)
            continue
        if name == "statistics_measures":
            measure_units = {row["measure"]: row["unit"] for row in rows}
            natures = {row["measure"]: row.get("nature") or "" for row in rows}
        spelled = [(r[code], r["name_zh"], r["name_en"], (r.get("aliases") or "").split("|")) for r in rows]
        lists[name] = CodeList(name, f"data/codes/{name}.csv", spelled)
    inner = (FOLDER / INNER).read_bytes()
    digest.update(inner)
    for name, entries in yaml.load(inner.decode("utf-8"), LOADER).items():
        spelled = [(code, entry["zh"], entry["en"], entry["aliases"]) for code, entry in entries.items()]
        lists[name] = CodeList(name, f"pipelines/sources/contracts/{INNER}", spelled)
    units = _rows(folder / "units.csv", digest)
    for line, row in enumerate(units, start=2):
        if not _is_factor(row["factor"]):
            raise invalid_list("data/codes/units.csv", "value", line=line, column="factor", value=row["factor"])
    known = Units(units)
    dimensions = {name: found.dimension for name, unit in measure_units.items() if (found := known.find(unit))}
    large = {name for name, of in dimensions.items() if of in ("people", "area") and natures[name] == "stock"}
    needed = large | {name for name, of in dimensions.items() if of == "money"}
    bounds = _bounds(folder, digest, measure_units, known)
    ahead = frozenset(name for name, nature in natures.items() if nature in ("control", "milestone"))
    return Codes(lists, known, measure_units, digest.hexdigest(), frozenset(needed), ahead, bounds)


def _bounds(folder: Path, digest: hashlib._Hash, measure_units: dict[str, str], units: Units) -> dict[str, Bounds]:
    path = folder / Path(BOUNDS).name
    if not path.exists():
        return {}
    try:
        return bounds_of(_rows(path, digest), measure_units, units)
    except NoBound as fault:
        told = {"line": fault.line, "column": fault.column, "value": fault.value}
        raise invalid_list(BOUNDS, "value", **told) from None


def _is_factor(text: str) -> bool:
    try:
        factor = Decimal(text)
    except InvalidOperation:
        return False
    return factor.is_finite() and factor > 0


def _rows(path: Path, digest: hashlib._Hash) -> list[dict[str, str]]:
    where = f"data/codes/{path.name}"
    try:
        content = path.read_bytes()
        reader = csv.DictReader(content.decode("utf-8-sig").splitlines(), strict=True)
        rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise invalid_list(where, *why_unreadable(fault)) from None
    digest.update(path.name.encode() + content)
    needed = {"regions": {"region_code", "parent_code", "name_zh", "name_en"}, "units": {"unit", "dimension", "factor"}}
    needed[Path(BOUNDS).stem] = set(COLUMNS)
    wanted = needed.get(path.stem, {"name_zh", "name_en"})
    wanted |= {"measure", "unit"} if path.stem == "statistics_measures" else set()
    missing = wanted - set(reader.fieldnames or ())
    if missing:
        raise invalid_list(where, "columns_missing", columns=", ".join(sorted(missing)))
    if not rows:
        raise invalid_list(where, "empty")
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise invalid_list(where, "cells", line=number, width=len(reader.fieldnames or ()))
    code = next(iter(rows[0]))
    first: dict[str, int] = {}
    for number, row in enumerate(rows, start=2):
        if not row[code].strip():
            raise invalid_list(where, "no_code", line=number, column=code)
        if row[code] in first:
            raise invalid_list(where, "twice", line=number, column=code, code=row[code], first=first[row[code]])
        first[row[code]] = number
    if path.stem == "regions":
        _refuse_no_tree(where, rows)
    return rows


def _refuse_no_tree(where: str, rows: list[dict[str, str]]) -> None:
    """Refuse regions whose parent is not in the list, or that lie in themselves by way of their parents."""
    parents = {row["region_code"]: row["parent_code"].strip() for row in rows}
    sound: set[str] = {""}
    for number, start in enumerate(parents, start=2):
        chain, code = [start], parents[start]
        while code not in sound and code not in chain:
            if code not in parents:
                line = number if len(chain) == 1 else list(parents).index(chain[-1]) + 2
                raise invalid_list(where, "unknown_parent", line=line, code=chain[-1], parent=code)
            chain.append(code)
            code = parents[code]
        if code not in sound:
            shown = " → ".join([*chain[chain.index(code) :], code])
            raise invalid_list(where, "region_cycle", line=list(parents).index(code) + 2, chain=shown)
        sound.update(chain)


def why_unreadable(fault: Exception) -> tuple[str, dict[str, object]]:
    """The reason below `sources.lists` for a list that cannot be read, and its facts."""
    if isinstance(fault, UnicodeDecodeError):
        return "not_utf8", {"offset": fault.start + 1}
    if isinstance(fault, FileNotFoundError):
        return "missing", {}
    return ("not_a_file" if isinstance(fault, OSError) else "not_csv"), {}


def invalid_list(where: str, code: str, more: dict[str, object] | None = None, /, **facts: object) -> PipelineError:
    """The error for one code list; the reason is `sources.lists.<code>` with its facts."""
    reason = say(f"sources.lists.{code}", **(more or {}), **facts)
    return PipelineError("code_list_invalid", where=where, reason=reason)
