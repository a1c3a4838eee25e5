"""The columns of a template: what a contract and the code lists say of each field, in one language."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from pipelines.sources.cast import missing_is_excused
from pipelines.sources.codes import Codes
from pipelines.sources.contract import LOADER, Contract, ContractField, load_contract
from pipelines.sources.headings import heading_in
from pipelines.texts import has, say

EXAMPLES = Path(__file__).with_name("examples.yml")
YES_NO = ("yes", "no")
_HEADINGS = {  # clearer here than the first heading of the contract
    "source": {"zh": "报送单位", "en": "reporting unit"},
    "region_code": {"zh": "行政区划", "en": "region"},
}
_FEN = {"元": 100, "万元": 1_000_000}
_UNIT_EXAMPLES = {"分": "亿元", "1": "%"}  # canonical units in which nobody reports
_ENGLISH_UNITS = {"元": "yuan", "万元": "10000 yuan", "公顷": "ha", "小时": "hours", "秒": "seconds"}


@dataclass(frozen=True)
class Choice:
    """One entry of a drop-down: what the sheet shows, and the code that lands (and for measures a unit)."""

    name: str
    code: str
    unit: str = ""


@dataclass(frozen=True)
class Column:
    """One column of a template.

    Attributes:
        field: Of the contract.
        heading: As printed: the contract's own heading, the unit in brackets, `*` where it must be filled.
        unit: Unit of what is typed into the cells, '' for none.
        meaning: What belongs here, in words.
        choices: Entries of the drop-down, in the order of the code list.
        excused: Statuses (names as in the drop-down) under which a required cell may stay empty.
        example: Value of the example, as a cell of the sheet; None = empty.
        landed_per_unit: How many landed units (分) one unit of the cells holds.
    """

    field: ContractField
    heading: str
    unit: str
    meaning: str
    choices: tuple[Choice, ...] = ()
    excused: tuple[str, ...] = ()
    example: object = None
    landed_per_unit: int = 1

    @property
    def name(self) -> str:
        """Name of the field."""
        return self.field.name

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Lowest and highest value in the unit of the cells."""
        if self.field.range is None:
            return None
        low, high = self.field.range
        return low / self.landed_per_unit, high / self.landed_per_unit

    @property
    def is_required(self) -> bool:
        """Whether the form asks for it: the contract bears a figure without a unit, but nobody means 分 by it."""
        return self.field.required or self.field.name == "unit"


@dataclass(frozen=True)
class Form:
    """A template before it is written: its columns, and whose it is."""

    contract: Contract
    region_code: str
    region_name: str
    language: str
    columns: tuple[Column, ...] = field(repr=False)

    @property
    def kind(self) -> str:
        """Kind of record."""
        return self.contract.kind


def describe_form(kind: str, codes: Codes, region_code: str | None, language: str) -> Form:
    """Everything that a template of one kind says.

    Args:
        kind: Kind of record.
        codes: The office's code lists.
        region_code: Region whose towns are offered, itself first; None offers all regions.
        language: zh or en.
    """
    contract = load_contract(kind)
    lists = {item.name: _choices(kind, item, codes, region_code, language) for item in contract.fields}
    examples = _examples(kind)
    columns = tuple(
        Column(
            item,
            _heading(item, contract, language),
            _unit(item, language),
            _meaning(kind, item.name, language),
            lists[item.name],
            tuple(choice.name for choice in lists["status"] if choice.code in missing_is_excused(item, contract)),
            _example(item, examples[item.name], lists[item.name], language),
            _FEN.get(_unit_zh(item), 1) if item.type == "money" else 1,
        )
        for item in contract.fields
    )
    shown = codes.regions.labels[region_code][language] if region_code else ""
    return Form(contract, region_code or "", shown, language, columns)


def _heading(item: ContractField, contract: Contract, language: str) -> str:
    said = _HEADINGS.get(item.name, {}).get(language, "")
    if contract.match(said).field != item.name:
        said = heading_in(contract, item.name, language)
    text = said if language == "zh" else said[:1].upper() + said[1:]
    unit = _unit(item, language)
    brackets = {"zh": "（{}）", "en": " ({})"}[language]
    return text + (brackets.format(unit) if unit else "") + (" *" if item.required or item.name == "unit" else "")


def _unit_zh(item: ContractField) -> str:
    """Losses are reported in 万元, fines in 元."""
    return "万元" if item.name.endswith("_loss_fen") else item.unit or ""


def _unit(item: ContractField, language: str) -> str:
    """The unit as headings print it; English ones leave out what is only counted."""
    return _unit_zh(item) if language == "zh" else _ENGLISH_UNITS.get(_unit_zh(item), "")


def _meaning(kind: str, name: str, language: str) -> str:
    own = f"template.fields.{kind}.{name}"
    return say(own if has(own) else f"template.fields.common.{name}", language)


def _choices(
    kind: str, item: ContractField, codes: Codes, region_code: str | None, language: str
) -> tuple[Choice, ...]:
    if item.type == "boolean":
        return tuple(Choice(say(f"template.{word}", language), word) for word in YES_NO)
    if item.name == "unit":
        return tuple(Choice(unit, unit) for unit in codes.units.names)
    if item.codes is None:
        return ()
    if item.codes == "regions":
        return tuple(_regions(codes, region_code, language))
    known = codes.lists[item.codes]
    units = codes.measure_units if item.codes == "statistics_measures" else {}
    found = []
    for code in known.codes:
        if kind == "statistics" and code == "zero_return":  # a figure that is not there is not reported
            continue
        name, unit = known.labels[code][language], units.get(code, "")
        found.append(Choice(name if known.find(name).code == code else code, code, _UNIT_EXAMPLES.get(unit, unit)))
    return tuple(found)


def _regions(codes: Codes, region_code: str | None, language: str) -> Sequence[Choice]:
    """The region and all below it by the shortest name that means only that one."""
    regions = codes.regions
    found = []
    for code in regions.codes:
        if region_code and not regions.is_below(code, region_code):
            continue
        names = [regions.labels[code][language], *(regions.paths(code) if language == "zh" else ()), code]
        found.append(Choice(next(name for name in names if regions.find(name).code == code), code))
    return found


@functools.cache
def _examples(kind: str) -> dict[str, object]:
    return yaml.load(EXAMPLES.read_text(encoding="utf-8"), LOADER)[kind]


def _example(item: ContractField, said: object, choices: Sequence[Choice], language: str) -> object:
    if isinstance(said, dict):
        return said[language]
    if said == "REGION":
        return choices[0].name
    if isinstance(said, bool):
        return say(f"template.{YES_NO[0] if said else YES_NO[1]}", language)
    if item.type == "timestamp" and said is not None:
        return datetime.datetime.fromisoformat(str(said))
    return next((choice.name for choice in choices if choice.code == said), said)
