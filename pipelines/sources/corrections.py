"""Corrections to a source: `corrections.yml` in the folder of a kind. The file itself is never edited.

- file: q3.csv                  # or `source:`, then the record is looked for in every file of that source
record_id: A-2026-0093
action: set                   # or drop
field: deaths
expect: "1"                   # what the source says today; once it says something else, the entry fails
value: "2"
reason: two more victims died on the way, letter 2026-41
who: statistics division
since: 2026-10-09             # known from that day on: earlier as-of dates still see what the source said
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from pipelines.catalogue.yamlfile import read_list
from pipelines.faults import Said
from pipelines.sources.code_list import plain
from pipelines.sources.contract import Contract
from pipelines.texts import say

FILE = "corrections.yml"
INVALID = "corrections_invalid"


class Correction(BaseModel):
    """One entry. `expect` is compared with the cell as it stands in the file, apart from spaces and width of signs."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    line: int = 0
    file: str | None = None
    source: str | None = None
    record_id: str
    action: Literal["set", "drop"]
    field: str | None = None
    expect: str | None = None
    value: str | None = None
    reason: str = Field(min_length=3)
    who: str = Field(min_length=1)
    since: date

    @field_validator("expect", "value", mode="before")
    @classmethod
    def _as_written(cls, said):
        return said.isoformat() if isinstance(said, date) else said

    @model_validator(mode="after")
    def _complete(self):
        if (self.file is None) == (self.source is None):
            raise Said("correction_place")
        if self.action == "set" and (self.field is None or self.value is None):
            raise Said("correction_set")
        if self.expect is None:
            raise Said("correction_expect")
        if self.action == "drop" and self.field is None:
            raise Said("correction_drop")
        return self

    def concerns(self, name: str, source: str) -> bool:
        """Whether it may apply to a file of that name (relative to the folder) and source."""
        return self.file == name if self.file is not None else plain(self.source or "") == plain(source)


def read_corrections(folder: Path, shown: str, contract: Contract) -> list[Correction]:
    """The corrections of one kind's folder; none where there is no file.

    Raises:
        PipelineError: The YAML cannot be read, or entries are incomplete or name an unknown field.
    """
    path = folder / FILE
    where = f"{shown}/{FILE}"
    if not path.exists():
        return []

    def unknown(line: int, one: Correction) -> list[str]:
        known = one.field in contract.by_name
        return [] if known else [say("sources.corrections.no_field", line=line, field=one.field, kind=contract.kind)]

    found = read_list(path, Correction, where, INVALID, unknown)
    return [one.model_copy(update={"line": line}) for line, one in found]
