"""Corrections to a source: `corrections.yml` in the folder of a kind. The file itself is never edited.

- file: q3.csv                  # or `source:`, then the record is looked for in every file of that source
record_id: A-2026-0093
action: set                   # or drop
field: deaths
expect: "1"                   # what the source says today; once it says something else, the entry fails
value: "2"
reason: two more victims died on the way, letter 2026-41
who: statistics division
since: 2026-10-09
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pipelines.errors import PipelineError
from pipelines.sources.codes import plain
from pipelines.sources.contract import LOADER, Contract

FILE = "corrections.yml"


class Correction(BaseModel):
    """One entry. `expect` is compared with the cell as it stands in the file, apart from spaces and width of signs."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    line: int
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
            raise ValueError("names either `file` or `source`")
        if self.action == "set" and (self.field is None or self.value is None):
            raise ValueError("`set` needs `field`, `expect` and `value`")
        if self.expect is None:
            raise ValueError("`expect` is missing: what does the source say today?")
        if self.action == "drop" and self.field is None:
            raise ValueError("`drop` needs a `field` to compare with `expect`")
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
    try:
        text = path.read_text(encoding="utf-8")
        said = yaml.load(text, LOADER) or []
        node = yaml.compose(text, LOADER)
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        rows = [" ".join(str(fault).split())]
        raise PipelineError("corrections_invalid", where=where, rows=rows, n=1) from None
    if not isinstance(said, list):
        raise PipelineError("corrections_invalid", where=where, rows=["- file: …"], n=1)
    found, rows = [], []
    for entry, place in zip(said, node.value if node is not None else [], strict=True):
        line = place.start_mark.line + 1
        try:
            correction = Correction(line=line, **(entry if isinstance(entry, dict) else {"?": entry}))
        except ValidationError as fault:
            rows += [f"{line}: {'.'.join(map(str, e['loc']))} {e['msg']}" for e in fault.errors()]
            continue
        if correction.field not in contract.by_name:
            rows.append(f"{line}: field {correction.field}")
        found.append(correction)
    if rows:
        raise PipelineError("corrections_invalid", where=where, rows=rows, n=len(rows))
    return found
