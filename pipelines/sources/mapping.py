"""A foreign publisher's file by a YAML and no code: what such a mapping may say, and how it is read.

The manual with three real examples is docs/mapping-a-foreign-file.md.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

import duckdb
import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from pipelines.catalogue.yamlfile import fault_row, reason_unreadable, relative_to_project
from pipelines.errors import PipelineError
from pipelines.faults import Said
from pipelines.sources.contract import NAME_FIELDS, Contract, load_contract
from pipelines.sources.headings import nearest
from pipelines.texts import say

MAX_BYTES = 1 << 20
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
BUILT_IN = ("record_number", "file", "sheet")
_Names = Annotated[tuple[str, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileHints(_Part):
    """How the file is laid out, as far as it cannot be found out.

    `heading_row` is the physical line (sheet row) of the heading, 1-based; 0 = there is none, and the columns are
    called c1, c2, …. `member` is a pattern for the table inside a .zip. `sheet` is a name, or a number from 1, or a
    list of names.
    """

    encoding: Literal["utf-8", "gb18030", "utf-16", "big5", "cp950", "cp949", "cp1252", "utf-8 else cp1252"] | None = (
        None
    )
    delimiter: Literal[",", ";", "tab", "|"] | None = None
    sheet: str | tuple[str, ...] | None = None
    heading_row: int | None = Field(None, ge=0, le=1000)
    member: str | None = None


class Condition(_Part):
    """Which rows are records: what a column must be. The rows left out are counted and said."""

    column: str
    filled: bool | None = None
    equals: _Names | None = None
    differs: _Names | None = None
    matches: str | None = None

    @model_validator(mode="after")
    def _one_test(self):
        if sum(value is not None for value in (self.filled, self.equals, self.differs, self.matches)) != 1:
            raise Said("mapping_one_test")
        return self


class FillDown(_Part):
    """Continuation rows, which belong to the row above: `where_blank` is blank there, or repeats as merged cells do.

    `columns` are then taken from above wherever they are blank, and so is `where_blank` itself.
    """

    where_blank: str
    columns: _Names = ()


class DateParts(_Part):
    """A date in several columns. `day` may be a number (1) where the publisher gives months only."""

    year: str
    month: str
    day: str
    time: str | None = None


class FieldMap(_Part):
    """Where one field comes from: exactly one of the first six; the rest say how its text is understood.

    Attributes:
        column: Heading of the column (or a name of `columns`).
        constant: The same text for every row.
        join: Columns put together, with `separator` between those that are filled.
        sum: Columns of numbers added up; blank ones count as nothing, all blank is blank.
        template: Text with {headings}, {record_number}, {file} and {sheet} in braces.
        date_parts: Year, month, day (and time) in columns of their own.
        extract: Regular expression; its first group is the value, no match is blank.
        codes: Their code → ours; a code that is not listed stays as it is and is then rejected.
        default: Where the cell is blank, and for codes that are not listed.
        missing: Texts that mean blank, in this field only.
        suffixes: Letter behind a number → what it multiplies by (K: 1000); case does not matter.
        factor: Multiplies every number, such as a rate of exchange.
        unit: Unit of the numbers (万元); without it that of the contract.
        dates: Forms of the date: `roc` (民國 year, month, day) or strptime patterns, tried in turn.
        pivot: For %y: two-digit years below it are 20xx, the others 19xx.
    """

    column: str | None = None
    constant: str | None = None
    join: tuple[str, ...] | None = None
    sum: tuple[str, ...] | None = None
    template: str | None = None
    date_parts: DateParts | None = None
    separator: str = " "
    extract: str | None = None
    codes: dict[str, str] | None = None
    default: str | None = None
    missing: _Names = ()
    suffixes: dict[str, Decimal] | None = None
    factor: Decimal | None = None
    unit: str | None = None
    dates: _Names = ()
    pivot: int | None = Field(None, ge=0, le=99)

    @model_validator(mode="before")
    @classmethod
    def _a_heading_alone(cls, said):
        return {"column": said} if isinstance(said, str) else said

    @model_validator(mode="after")
    def _one_origin(self):
        origins = (self.column, self.constant, self.join, self.sum, self.template, self.date_parts)
        if sum(origin is not None for origin in origins) != 1:
            raise Said("mapping_one_origin")
        if self.pivot is not None and not any("%y" in form for form in self.dates):
            raise Said("mapping_pivot")
        if self.join == () or self.sum == ():
            raise Said("mapping_no_column")
        return self

    def uses(self) -> list[str]:
        """The columns it needs."""
        found = [self.column] if self.column else []
        found += [*(self.join or ()), *(self.sum or ())]
        found += [name for name in PLACEHOLDER.findall(self.template or "") if name not in BUILT_IN]
        if self.date_parts:
            parts = (self.date_parts.year, self.date_parts.month, self.date_parts.day, self.date_parts.time)
            found += [part for part in parts if part and not part.isdigit()]
        return found


class Mapping(_Part):
    """One publisher's form. `columns` gives names to headings that differ between editions of the form.

    `personal` columns are blotted out wherever an original line is kept. `missing` are texts that mean blank in
    every column.
    """

    kind: Literal["accidents", "disasters", "inspections", "training", "statistics"]
    about: str = ""
    file: FileHints = FileHints()
    columns: dict[str, _Names] = {}
    missing: _Names = ()
    personal: _Names = ()
    fill_down: FillDown | None = None
    keep: tuple[Condition, ...] = ()
    fields: dict[str, FieldMap]
    path: str = ""

    @property
    def reads(self) -> list[str]:
        """Every column that the mapping needs, once."""
        found = [name for each in self.fields.values() for name in each.uses()]
        found += [each.column for each in self.keep]
        if self.fill_down:
            found += [self.fill_down.where_blank, *self.fill_down.columns]
        return list(dict.fromkeys(found))

    def headings_of(self, column: str) -> tuple[str, ...]:
        """The headings under which a column may stand in a file."""
        return self.columns.get(column, (column,))


class _Twice(Exception):
    """A key that stands twice in one mapping."""

    def __init__(self, key: str, line: int):
        super().__init__(key)
        self.key, self.line = key, line


class _Loader(yaml.BaseLoader):
    """Every scalar is text (so that a code NO is not a boolean); a key may stand once; no aliases."""


def _mapping_once(loader: yaml.BaseLoader, node: yaml.MappingNode) -> dict:
    seen: dict = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise _Twice(str(key), key_node.start_mark.line + 1)
        seen[key] = loader.construct_object(value_node, deep=True)
    return seen


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping_once)


def load_mapping(path: Path, shown: str | None = None) -> Mapping:
    """Read a mapping and check it against its contract, before any file is read with it.

    Raises:
        PipelineError: `mapping_unreadable` (no such file, no YAML), or `mapping_invalid` with every fault and its line.
    """
    shown = shown or relative_to_project(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise PipelineError("mapping_unreadable", where=shown, reason=say("readers.mapping.too_large", n=MAX_BYTES))
        text = path.read_text(encoding="utf-8-sig")
        alias = next((event for event in yaml.parse(text, _Loader) if isinstance(event, yaml.AliasEvent)), None)
        if alias is not None:
            reason = say("readers.mapping.alias", line=alias.start_mark.line + 1)
            raise PipelineError("mapping_unreadable", where=shown, reason=reason)
        said = yaml.load(text, _Loader)  # a BaseLoader makes nothing but texts, lists and mappings
        tree = yaml.compose(text, _Loader)
    except _Twice as fault:
        reason = say("readers.mapping.twice", line=fault.line, key=fault.key)
        raise PipelineError("mapping_unreadable", where=shown, reason=reason) from None
    except (OSError, UnicodeError, yaml.YAMLError, RecursionError) as fault:
        raise PipelineError("mapping_unreadable", where=shown, reason=reason_unreadable(fault)) from None
    if not isinstance(said, dict):
        raise PipelineError("mapping_invalid", where=shown, rows=[say("readers.mapping.not_a_mapping")], n=1)
    try:
        mapping = Mapping(**{**said, "path": shown})
    except ValidationError as fault:
        rows = [fault_row(tree, error) for error in fault.errors()]
        raise PipelineError("mapping_invalid", where=shown, rows=rows, n=len(rows)) from None
    rows = _against_contract(mapping, load_contract(mapping.kind), tree)
    if rows:
        raise PipelineError("mapping_invalid", where=shown, rows=rows, n=len(rows))
    return mapping


def _line(node: yaml.Node, place: tuple) -> str:
    """`line 12: ` for the deepest part of a place that the YAML holds; '' where it holds none."""
    line = 0
    for part in place:
        step = None
        if isinstance(node, yaml.MappingNode):
            step = next(((key, value) for key, value in node.value if key.value == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            step = (node.value[part], node.value[part])
        if step is None:
            break
        line, node = step[0].start_mark.line + 1, step[1]
    return say("readers.mapping.line", n=line) if line else ""


def _against_contract(mapping: Mapping, contract: Contract, tree: yaml.Node) -> list[str]:
    """Faults that only the contract knows of, and patterns that are none."""
    rows, unknown = [], False
    known = {*contract.by_name, *NAME_FIELDS}
    for name in mapping.fields:
        if name not in known:
            line = _line(tree, ("fields", name))
            near = nearest([name], sorted(known))
            rows.append(line + say("readers.mapping.no_field", field=name, kind=mapping.kind))
            rows[-1] += say("sources.nearest_field", nearest=near) if near else ""
            unknown = True
    if unknown:
        names = say("readers.comma").join([*contract.by_name, *NAME_FIELDS])
        rows.append(say("readers.mapping.fields", kind=mapping.kind, names=names))
    for lacking in contract.missing_required(mapping.fields):
        rows.append(_line(tree, ("fields",)) + say("readers.mapping.required", field=lacking.name))
    patterns = [(("fields", name, "extract"), each.extract) for name, each in mapping.fields.items() if each.extract]
    patterns += [(("keep", i, "matches"), each.matches) for i, each in enumerate(mapping.keep) if each.matches]
    with duckdb.connect() as con:
        for place, pattern in patterns:
            try:
                con.execute("SELECT regexp_matches('', ?)", [pattern]).fetchall()
            except duckdb.Error:
                shown = ".".join(map(str, place))
                rows.append(_line(tree, place) + say("readers.mapping.bad_pattern", place=shown, pattern=pattern))
    return rows
