"""Who sent a file, when it came, and what may be believed of its dates: `provenance.yml` beside the files."""

from __future__ import annotations

import functools
from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipelines.errors import PipelineError
from pipelines.sources.contract import LOADER

FILE = "provenance.yml"
DEFAULT = "default"


class Provenance(BaseModel):
    """What is declared of one file.

    `history` means that the time of report in each record is the time at which it became known; otherwise nothing of
    the file was known before `received_on`. `mapping` names a mapping YAML in the same folder. `published` marks the
    figures of a publisher that are shipped with the product; they always come along.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field("", max_length=120)
    publisher: str = ""
    received_on: date | None = None
    history: bool = False
    synthetic: bool = False
    published: bool = False
    mapping: str | None = None
    note: str = ""


def provenance_of(path: Path, kind_folder: Path, shown: str) -> Provenance:
    """What the nearest `provenance.yml` (the file's own folder, else one above it up to the kind's) says of a file.

    Args:
        path: The file.
        kind_folder: Folder of the kind, such as data/raw/accidents.
        shown: How messages name that folder.

    Raises:
        PipelineError: The YAML cannot be read, or says something unknown.
    """
    folder = path.parent
    while True:
        said = _said(folder / FILE, f"{shown}/{(folder / FILE).relative_to(kind_folder).as_posix()}")
        entry = said.get(path.relative_to(folder).as_posix()) or said.get(path.name)
        if entry or DEFAULT in said or folder == kind_folder:
            merged = {"source": folder.name, **said.get(DEFAULT, {}), **(entry or {})}
            return Provenance(**merged)
        folder = folder.parent


def _said(path: Path, shown: str) -> dict[str, dict]:
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        return {}
    return _read(path, changed, shown)


@functools.lru_cache(maxsize=256)
def _read(path: Path, _changed: int, shown: str) -> dict[str, dict]:
    try:
        said = yaml.load(path.read_text(encoding="utf-8"), LOADER) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise PipelineError("provenance_unreadable", where=shown, reason=" ".join(str(fault).split())) from None
    rows = []
    for name, entry in said.items() if isinstance(said, dict) else [("?", None)]:
        if not isinstance(entry, dict):
            rows.append(f"{name}: {entry!r}")
            continue
        try:
            Provenance(**entry)
        except ValidationError as fault:
            rows += [f"{name}.{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in fault.errors()]
    if rows:
        known = ", ".join(Provenance.model_fields)
        raise PipelineError("provenance_invalid", where=shown, rows=rows, n=len(rows), known=known)
    return {str(name): entry for name, entry in said.items()}
