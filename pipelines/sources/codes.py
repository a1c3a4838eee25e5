"""The code lists of `data/codes` and of the contracts: from what a sender writes to the code that lands."""

from __future__ import annotations

import csv
import difflib
import functools
import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import yaml

from pipelines.errors import PipelineError
from pipelines.sources.contract import FOLDER, LOADER
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
SHORT, NEAR = 12, 3  # a list of so many codes is told whole, of a longer one so many of the nearest
_LOOSE_ENDS = ("事故", "灾害", "领域", "行业")


def plain(text: str) -> str:
    """The comparable form of a value: NFKC, no spaces, no letter case.

    >>> plain(" 道路　运输 ")
    '道路运输'
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


@dataclass(frozen=True)
class Found:
    """The outcome of a look-up: the code, or why there is none and the nearest name that is known."""

    code: str | None
    fault: str | None = None
    nearest: str | None = None


class CodeList:
    """One list: every spelling of each code.

    Args:
        name: File name below `data/codes`, without `.csv`, or the name of an inner list.
        file: As the user knows it, for messages.
        rows: code, Chinese name, English name, aliases.

    Attributes:
        codes: In the order of the list.
        labels: Code → name by language.
    """

    def __init__(self, name: str, file: str, rows: Iterable[tuple[str, str, str, Iterable[str]]]):
        self.name = name
        self.file = file
        self.codes: list[str] = []
        self.labels: dict[str, dict[str, str]] = {}
        self._spellings: dict[str, set[str]] = {}
        self._shown: dict[str, str] = {}
        weaker: dict[str, set[str]] = {}
        for code, zh, en, aliases in rows:
            self.codes.append(code)
            self.labels[code] = {"zh": zh.strip(), "en": en.strip()}
            self._spell(code, code)
            for text in (zh, en):
                self._spell(text, code)
            for alias in aliases:
                if plain(alias):
                    weaker.setdefault(plain(alias), set()).add(code)
                    self._shown.setdefault(plain(alias), alias.strip())
        for text, codes in weaker.items():  # a name outranks an alias of another code
            self._spellings.setdefault(text, codes)
        self._numeric = {code.lstrip("0") or "0": code for code in self.codes if code.isdigit()}

    def _spell(self, text: str, code: str) -> None:
        if plain(text):
            self._spellings.setdefault(plain(text), set()).add(code)
            self._shown.setdefault(plain(text), text.strip())

    def find(self, text: str) -> Found:
        """The code for a code, a name in either language, or an alias."""
        wanted = plain(text)
        for form in (wanted, wanted.split("(", 1)[0], *(wanted.removesuffix(end) for end in _LOOSE_ENDS)):
            codes = self._spellings.get(form, ())
            if len(codes) == 1:
                return Found(next(iter(codes)))
            if codes:
                return Found(None, "ambiguous_code", ", ".join(sorted(codes)))
        if wanted.removesuffix(".0").isdigit():  # 02 that passed through a spreadsheet as 2
            code = self._numeric.get(wanted.removesuffix(".0").lstrip("0") or "0")
            if code is not None:
                return Found(code)
        return Found(None, "unknown_code", self.nearest(wanted))

    def nearest(self, wanted: str) -> str | None:
        """The known spelling that resembles a text most, as printed in the list."""
        close = difflib.get_close_matches(plain(wanted), self._spellings, n=1, cutoff=0.6)
        if close:
            return self._shown[close[0]]
        inside = [known for known in self._spellings if len(known) > 1 and (known in wanted or wanted in known)]
        return self._shown[max(inside, key=len)] if inside and wanted else None

    def choices(self, wanted: str, nearest: str | None) -> tuple[list[dict[str, str]], list[str]]:
        """What a sender may write instead: the names of all codes, of a short list; and of a long one the nearest.

        Args:
            wanted: What the sender wrote.
            nearest: The spelling that was found to resemble it most; it comes first.

        Returns:
            Names by language of every code, none for a list of more than `SHORT` codes; spellings of up to `NEAR` codes
            (of a short list only `nearest`).
        """
        near = [nearest] if nearest else []
        if len(self.codes) <= SHORT:
            return list(self.labels.values()), near
        seen = [self._spellings[plain(text)] for text in near]
        for close in difflib.get_close_matches(plain(wanted), self._spellings, n=4 * NEAR, cutoff=0.4):
            if self._spellings[close] not in seen and len(near) < NEAR:
                seen.append(self._spellings[close])
                near.append(self._shown[close])
        return [], near


class Regions(CodeList):
    """The regions, which may also be written as a path (天津市北辰区), or by a code of twelve digits."""

    def __init__(self, file: str, rows: list[dict[str, str]]):
        self.parents = {row["region_code"]: row["parent_code"].strip() for row in rows}
        self.names = {row["region_code"]: row["name_zh"] for row in rows}
        super().__init__("regions", file, [(r["region_code"], r["name_zh"], r["name_en"], ()) for r in rows])
        for code in self.codes:
            for path in self.paths(code):
                self._spell(path, code)

    def paths(self, code: str) -> Iterable[str]:
        """The Chinese name with those of the regions above it in front, the shortest first.

        >>> rows = [{"region_code": c, "parent_code": p, "name_zh": n, "name_en": ""} for c, p, n in
        ...         [("12", "", "天津市"), ("13", "12", "北辰区"), ("14", "13", "双街镇")]]
        >>> list(Regions("regions.csv", rows).paths("14"))
        ['北辰区双街镇', '天津市北辰区双街镇']
        """
        path, parent = self.names[code], self.parents.get(code, "")
        while parent and parent in self.names:
            path = self.names[parent] + path
            yield path
            parent = self.parents.get(parent, "")

    def is_below(self, code: str, ancestor: str) -> bool:
        """Whether a region is another one or lies in it."""
        while code and code != ancestor:
            code = self.parents.get(code, "")
        return code == ancestor

    def find(self, text: str) -> Found:
        """As for any list; a statistical code of nine or twelve digits loses its trailing zeros."""
        wanted = plain(text).removesuffix(".0")
        if wanted.isdigit() and wanted not in self.names:
            for width, tail in ((9, 3), (6, 6), (6, 3)):
                if len(wanted) == width + tail and wanted.endswith("0" * tail) and wanted[:width] in self.names:
                    return Found(wanted[:width])
        return super().find(text)

    def find_names(self, region: str, district: str, town: str) -> Found:
        """The region that names in up to three columns mean together, the lowest level that is given."""
        given = [part for part in (region, district, town) if part.strip()]
        whole = super().find("".join(given))
        if whole.code is not None or len(given) == 1:
            return whole
        lowest = super().find(given[-1])
        candidates = self._spellings.get(plain(given[-1]), set())
        above = [CodeList.find(self, part).code for part in given[:-1]]
        inside = [code for code in candidates if all(part and self.is_below(code, part) for part in above)]
        if len(inside) == 1:
            return Found(inside[0])
        return Found(None, "unknown_code", lowest.nearest or whole.nearest)


@dataclass(frozen=True)
class Unit:
    """One unit: its dimension and how many base units it holds."""

    name: str
    dimension: str
    factor: Decimal


class Units:
    """The units of `units.csv`, found by any of their spellings."""

    def __init__(self, rows: list[dict[str, str]]):
        self._by_text: dict[str, Unit] = {}
        self.names = [row["unit"] for row in rows]
        for row in rows:
            unit = Unit(row["unit"], row["dimension"], Decimal(row["factor"]))
            for text in (row["unit"], *(row.get("aliases") or "").split("|")):
                if plain(text):
                    self._by_text.setdefault(plain(text), unit)

    def find(self, text: str | None) -> Unit | None:
        """The unit of that spelling, None where there is none."""
        return self._by_text.get(plain(text)) if text else None

    def factor(self, text: str, canonical: str) -> Decimal | None:
        """How many `canonical` units one unit of that spelling holds; None where they do not measure the same."""
        unit, wanted = self.find(text), self.find(canonical)
        if unit is None or wanted is None:
            return Decimal(1) if plain(text) == plain(canonical) else None
        alike = {unit.dimension, wanted.dimension} <= {"people", "count"}  # 人 and 家次 are both counted
        return unit.factor / wanted.factor if unit.dimension == wanted.dimension or alike else None

    @functools.cached_property
    def spellings(self) -> list[str]:
        """All spellings, the longest first."""
        return sorted(self._by_text, key=len, reverse=True)


@dataclass(frozen=True)
class Codes:
    """All lists of one office. `digest` changes whenever a list does; `measure_units` holds the canonical units.

    `unit_needed` names the measures of statistics whose figures nobody can tell apart without a unit: money, and stocks
    of people and area, which are printed in 人 and 万人, 平方米 and 公顷.
    """

    lists: dict[str, CodeList]
    units: Units
    measure_units: dict[str, str]
    digest: str
    unit_needed: frozenset[str] = frozenset()

    @property
    def regions(self) -> Regions:
        """The list of regions."""
        regions = self.lists["regions"]
        if not isinstance(regions, Regions):
            raise TypeError("the list of regions is none")
        return regions


def read_codes(folder: Path) -> Codes:
    """Read every code list.

    Raises:
        PipelineError: A list is missing, is not UTF-8, lacks a column, repeats a code, or has a row that is too short;
            or the regions form no tree.
    """
    digest = hashlib.sha256()
    lists: dict[str, CodeList] = {}
    measure_units: dict[str, str] = {}
    stocks: set[str] = set()
    for name in LISTS:
        rows = _rows(folder / f"{name}.csv", digest)
        code = next(iter(rows[0]))
        if name == "regions":
            lists[name] = Regions(f"data/codes/{name}.csv", rows)
            continue
        if name == "statistics_measures":
            measure_units = {row["measure"]: row["unit"] for row in rows}
            stocks = {row["measure"] for row in rows if row.get("nature") == "stock"}
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
    large = {name for name, of in dimensions.items() if of in ("people", "area") and name in stocks}
    needed = large | {name for name, of in dimensions.items() if of == "money"}
    return Codes(lists, known, measure_units, digest.hexdigest(), frozenset(needed))


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
