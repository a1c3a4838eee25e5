"""What a kind of record must look like: one YAML of `contracts/` each, read once."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipelines.catalogue.yamlfile import reason_unreadable
from pipelines.errors import PipelineError
from pipelines.faults import Said, in_words
from pipelines.texts import say

FOLDER = Path(__file__).parent / "contracts"
KINDS = ("accidents", "disasters", "inspections", "training", "statistics")
NAME_FIELDS = ("region_name", "district_name", "town_name")
FieldType = Literal[
    "text", "integer", "number", "money", "share", "date", "timestamp", "boolean", "code", "period", "measured"
]
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BRACKETS = re.compile(r"[(\[【〔<《]([^()\[\]【】〔〕<>《》]*)[)\]】〕>》]")
_PERSONAL = re.compile(r"姓名|身份证|证件号|电话|手机|联系方式|联系人|住址|idcard|phone|mobile|fullname")
_FIGURES = re.compile(r"[\d\s.:/+-]*")
MONEY_UNITS = ("千元", "百万元", "万元", "亿元", "元")
_MONEY_BEHIND = re.compile(rf"(.+?)[\s/_,-]*({'|'.join(MONEY_UNITS)})")
_PADDING = re.compile(r"[\s_\-:：*·/\\,，、。.]+")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ContractField(_Part):
    """One field; its name is the column under which it lands.

    `unit` is the unit of a cell that names none (money: 元; what lands is 分). `range` holds both bounds, in the landed
    unit; a value from `unusual_from` on lands and is told. `hour` names the column for the hour of a time, which is
    empty where the cell holds a day alone. `past` forbids a date after the day on which the file was received; `over` a
    period that ends after the day of the report, unless its measure is set ahead. `personal` is keep or mask (persons
    found by pattern are blotted out); what must not land at all stands under `dropped`.
    """

    name: str
    line: int
    type: FieldType
    required: bool = False
    unit: str | None = None
    headings: tuple[str, ...] = ()
    codes: str | None = None
    range: tuple[float, float] | None = None
    unusual_from: float | None = None
    hour: str | None = None
    past: bool = False
    over: bool = False
    personal: Literal["keep", "mask"] = "keep"
    max_length: int | None = Field(None, ge=1)
    default: str | bool | None = None

    @model_validator(mode="after")
    def _code_has_a_list(self):
        if (self.type == "code") != (self.codes is not None):
            raise Said("contract_codes")
        return self

    @model_validator(mode="after")
    def _unusual_is_possible(self):
        if self.unusual_from is not None and not (self.range and self.range[0] < self.unusual_from <= self.range[1]):
            raise Said("contract_unusual")
        return self


class Rule(_Part):
    """A field that may not lie below (`at_least`) or above (`at_most`) another field of its row."""

    field: str
    line: int
    at_least: str | None = None
    at_most: str | None = None

    @model_validator(mode="after")
    def _one_side(self):
        if (self.at_least is None) == (self.at_most is None):
            raise Said("contract_rule")
        return self

    @property
    def other(self) -> str:
        """The field it is compared with."""
        return self.at_least or self.at_most or ""


class Heading(NamedTuple):
    """What a heading means: `use` is field, name, dropped, ignored or unknown; `field` is '' for the last three."""

    use: Literal["field", "name", "dropped", "ignored", "unknown"]
    field: str
    unit: str | None


class Contract(_Part):
    """One kind of record: its fields in landing order, keys, rules, and the headings that stand for each.

    `spare` headings may mean a field (日期 of a record with one date), and do where no other column means it.
    """

    kind: Literal["accidents", "disasters", "inspections", "training", "statistics"]
    path: str
    key: tuple[str, ...]
    date_field: str
    max_rejected_share: float | None = Field(None, ge=0, le=1)
    fields: tuple[ContractField, ...]
    names: dict[str, tuple[str, ...]]
    spare: dict[str, tuple[str, ...]] = {}
    dropped: tuple[tuple[str, ...], ...]
    ignored: tuple[str, ...]
    rules: tuple[Rule, ...]

    @model_validator(mode="after")
    def _consistent(self):
        known = {field.name for field in self.fields} | {"period_start"}
        wanted = {
            self.date_field,
            *self.key,
            *(rule.field for rule in self.rules),
            *(rule.other for rule in self.rules),
        }
        if wanted - known:
            raise Said("contract_no_field", names=", ".join(sorted(wanted - known)))
        if set(self.spare) - known - set(NAME_FIELDS):
            raise Said("contract_no_field", names=", ".join(sorted(set(self.spare) - known - set(NAME_FIELDS))))
        if set(self.names) - set(NAME_FIELDS):
            raise Said("contract_names", names=", ".join(NAME_FIELDS))
        seen: dict[str, str] = {}
        for owner, heading in self._spelled():
            plain = normalise_heading(heading)[0]
            if seen.setdefault(plain, owner) != owner:
                raise Said("contract_heading", heading=heading, first=seen[plain], second=owner)
        return self

    def _spelled(self):
        for field in self.fields:
            yield field.name, field.name
            for heading in field.headings:
                yield field.name, heading
        for name, headings in self.names.items():
            yield name, name
            for heading in headings:
                yield name, heading
        for headings in self.spare.values():
            for heading in headings:
                yield "(spare)", heading
        for group in self.dropped:
            for heading in group:
                yield "(dropped)", heading
        for heading in self.ignored:
            yield "(ignored)", heading

    @functools.cached_property
    def by_heading(self) -> dict[str, str]:
        """Normalised heading → field name, name field, `(dropped)` or `(ignored)`."""
        return {normalise_heading(heading)[0]: owner for owner, heading in self._spelled()}

    @functools.cached_property
    def by_name(self) -> dict[str, ContractField]:
        """The fields by their name."""
        return {field.name: field for field in self.fields}

    def match(self, heading: str) -> Heading:
        """What a heading of a file means.

        >>> load_contract("accidents").match("直接经济损失（万元）")
        Heading(use='field', field='direct_loss_fen', unit='万元')
        >>> load_contract("accidents").match("身份证号").use
        'dropped'
        """
        if _FIGURES.fullmatch(heading):  # most cells below a heading; none of them can be one
            return Heading("unknown", "", None)
        plain, unit = normalise_heading(heading)
        owner = self.by_heading.get(plain)
        if owner is None and unit is None:  # 直接经济损失/万元
            stem, behind = unit_behind(heading)
            owner = self.by_heading.get(stem)
            unit = behind if owner is not None else None
        if owner is None:
            return Heading("dropped" if _PERSONAL.search(plain) else "unknown", "", unit)
        if owner == "(spare)":
            return Heading("unknown", "", unit)
        if owner in ("(dropped)", "(ignored)"):
            return Heading(owner.strip("()"), "", unit)
        return Heading("name" if owner in self.names else "field", owner, unit)

    def spare_for(self, found: Collection[str], headings: Sequence[str]) -> dict[str, int]:
        """Fields that have no column among those found, and one of the headings that may mean each.

        Args:
            found: The fields that have a column.
            headings: Every heading of the table.

        Returns:
            Field → place among the headings; none for a field that two of them may mean.
        """
        spared = {}
        for name, spellings in self.spare.items():
            stand_in = {name, "region_code", *NAME_FIELDS} if name in self.names else {name}
            plain = {normalise_heading(each)[0] for each in spellings}
            places = [i for i, heading in enumerate(headings) if normalise_heading(heading)[0] in plain]
            if len(places) == 1 and stand_in.isdisjoint(found):
                spared[name] = places[0]
        return spared

    def missing_required(self, found: set[str] | dict) -> list[ContractField]:
        """Required fields for which a file has no column; a region may also be given by its names."""
        has_names = any(name in found for name in NAME_FIELDS)
        return [
            field
            for field in self.fields
            if field.required and field.name not in found and not (field.name == "region_code" and has_names)
        ]


@functools.lru_cache(maxsize=1 << 16)
def normalise_heading(heading: str) -> tuple[str, str | None]:
    """The comparable form of a heading and the unit that stands in its brackets or behind its slash or comma.

    >>> normalise_heading("死亡 人数（人）*")
    ('死亡人数', '人')
    >>> normalise_heading("其中：农业损失（万元）")
    ('农业损失', '万元')
    >>> normalise_heading("Direct_Loss")
    ('directloss', None)
    """
    text = unicodedata.normalize("NFKC", str(heading)).strip()
    inside = [found.strip() for found in _BRACKETS.findall(text)]
    plain = _PADDING.sub("", _BRACKETS.sub("", text)).casefold().removeprefix("其中")
    units = [re.sub(r"^(单位|unit)\s*[::]?\s*", "", found, flags=re.IGNORECASE) for found in inside if found]
    return plain, next((unit for unit in units if unit), None)


def unit_behind(heading: str) -> tuple[str, str | None]:
    """The comparable form of a heading without the unit of money that stands behind it, and that unit.

    >>> unit_behind("直接经济损失/万元"), unit_behind("死亡人数")
    (('直接经济损失', '万元'), ('', None))
    """
    found = _MONEY_BEHIND.fullmatch(unicodedata.normalize("NFKC", heading).strip())
    return (normalise_heading(found[1])[0], found[2]) if found else ("", None)


@functools.cache
def load_contract(kind: str) -> Contract:
    """The contract of a kind.

    Raises:
        PipelineError: No such kind, or the YAML breaks the schema (all faults at once, with their lines).
    """
    path = FOLDER / f"{kind}.yml"
    if kind not in KINDS or not path.exists():
        raise PipelineError("unknown_kind", where=kind, kinds=", ".join(KINDS))
    return read_contract(path)


def read_contract(path: Path) -> Contract:
    """Read one contract file; see `load_contract`."""
    shown = f"pipelines/sources/contracts/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
        said = yaml.load(text, LOADER)
        lines = _lines(yaml.compose(text, LOADER))
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as fault:
        raise PipelineError("contract_invalid", where=shown, rows=[reason_unreadable(fault)], n=1) from None
    if not isinstance(said, dict) or not isinstance(said.get("fields"), dict):
        raise PipelineError("contract_invalid", where=shown, rows=[say("catalogue.not_a_mapping")], n=1)
    fields = [{"name": name, "line": lines[f"fields.{name}"], **body} for name, body in said["fields"].items()]
    rules = [{"line": lines[f"rules.{i}"], **rule} for i, rule in enumerate(said.get("rules") or [])]
    try:
        return Contract(**{**said, "fields": fields, "rules": rules, "path": shown})
    except ValidationError as fault:
        rows = [_row(error, [one["line"] for one in fields]) for error in fault.errors()]
        raise PipelineError("contract_invalid", where=shown, rows=rows, n=len(rows)) from None


def _row(error: Mapping[str, Any], lines: list[int]) -> str:
    """One fault with the line of its field; the fields stand in a list, whose numbers say nothing to a reader."""
    place = error["loc"]
    line = lines[place[1]] if len(place) > 1 and place[0] == "fields" else 1
    return say("catalogue.fault_row", line=line, path=".".join(map(str, place)) or "-", reason=in_words(error))


def _lines(root: yaml.MappingNode) -> dict[str, int]:
    """Line of each field and rule in the YAML, 1-based."""
    found: dict[str, int] = {}
    for key, value in root.value:
        if key.value == "fields" and isinstance(value, yaml.MappingNode):
            for name, _ in value.value:
                found[f"fields.{name.value}"] = name.start_mark.line + 1
        if key.value == "rules" and isinstance(value, yaml.SequenceNode):
            for i, item in enumerate(value.value):
                found[f"rules.{i}"] = item.start_mark.line + 1
    return found
