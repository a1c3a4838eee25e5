"""Who sent a file, when it came, and what may be believed of its dates: `provenance.yml` beside the files."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipelines.catalogue.yamlfile import read_mapping
from pipelines.errors import PipelineError
from pipelines.faults import in_words
from pipelines.texts import current_language, say

FILE = "provenance.yml"
DEFAULT = "default"


class Provenance(BaseModel):
    """What is declared of one file.

    `history` means that the time of report in each record is the time at which it became known; otherwise nothing of
    the file was known before `received_on`. `mapping` names a mapping YAML in the same folder. `published` marks the
    figures of a publisher that are shipped with the product; they always come along. `publisher` (`publisher_en` in
    English) names the sender under every figure; without it the name of the source stands there.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field("", max_length=120)
    publisher: str = Field("", max_length=120)
    publisher_en: str = Field("", max_length=120)
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
    folder, said, entry = _nearest(path, kind_folder, shown)
    source = _source_above(folder, kind_folder, shown)
    return Provenance(**{"source": source, **said.get(DEFAULT, {}), **entry})


def _source_above(folder: Path, kind_folder: Path, shown: str) -> str:
    """The source of files of which nothing nearer names one: a folder alone makes no sender of its own.

    Else a ledger laid into a second folder, whose provenance says no more than `history: true`, would count twice.
    """
    while folder != kind_folder:
        folder = folder.parent
        said = _said(folder / FILE, f"{shown}/{(folder / FILE).relative_to(kind_folder).as_posix()}")
        if source := said.get(DEFAULT, {}).get("source"):
            return source
    return kind_folder.name


def has_entry(path: Path, kind_folder: Path, shown: str) -> bool:
    """Whether the nearest `provenance.yml` names the file itself; arguments and faults as for `provenance_of`."""
    return bool(_nearest(path, kind_folder, shown)[2])


def _nearest(path: Path, kind_folder: Path, shown: str) -> tuple[Path, dict[str, dict], dict]:
    """The folder that decides, everything that its file says, and the entry of one file ({} where there is none)."""
    folder = path.parent
    while True:
        said = _said(folder / FILE, f"{shown}/{(folder / FILE).relative_to(kind_folder).as_posix()}")
        entry = said.get(path.relative_to(folder).as_posix()) or said.get(path.name)
        if entry or DEFAULT in said or folder == kind_folder:
            return folder, said, entry or {}
        folder = folder.parent


def refuse_odd_entries(kind_folder: Path, shown: str, files: Iterable[Path], today: date) -> None:
    """Refuse what `provenance.yml` of one kind's folder says of files that are not there, or of days to come.

    Args:
        kind_folder: Folder of the kind.
        shown: How messages name it.
        files: The files of records in it.
        today: The day of the build; nothing can have been received later, but for what is shipped with the product.

    Raises:
        PipelineError: `provenance_odd`, with a row for each entry; or `provenance_name` for a file with another ending.
    """
    files = list(files)
    for folder in sorted({kind_folder, *(parent for file in files for parent in _up_to(file.parent, kind_folder))}):
        place = f"{shown}/{(folder / FILE).relative_to(kind_folder).as_posix()}"
        other = folder / FILE.replace(".yml", ".yaml")
        if other.exists():
            raise PipelineError("provenance_name", where=place.replace(".yml", ".yaml"), name=FILE)
        below = [file for file in files if file.is_relative_to(folder)]
        names = {file.relative_to(folder).as_posix() for file in below} | {file.name for file in below}
        rows = []
        for name, line, entry in _entries(folder / FILE, place):
            said = Provenance(**entry)
            if name != DEFAULT and name not in names:
                near = difflib.get_close_matches(name, sorted(names), n=1, cutoff=0.4)
                tail = say("sources.nearest", nearest=say("readers.quoted", text=near[0])) if near else ""
                rows.append(f"{say('sources.provenance.no_file', line=line, name=name)}  {tail}".rstrip())
            if said.received_on is not None and said.received_on > today and not said.published:
                rows.append(say("sources.provenance.to_come", line=line, name=name, day=said.received_on, today=today))
        if rows:
            raise PipelineError("provenance_odd", where=place, rows=rows, n=len(rows))


def _up_to(folder: Path, top: Path) -> Iterator[Path]:
    while folder != top:
        yield folder
        folder = folder.parent


def _said(path: Path, shown: str) -> dict[str, dict]:
    return {name: entry for name, _, entry in _entries(path, shown)}


def _entries(path: Path, shown: str) -> tuple[tuple[str, int, dict], ...]:
    """Name, line and content of every entry; none where there is no file."""
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        return ()
    return _read(path, changed, shown, current_language())


@functools.lru_cache(maxsize=256)
def _read(path: Path, _changed: int, shown: str, _language: str) -> tuple[tuple[str, int, dict], ...]:
    lines, said = read_mapping(path, shown)
    rows = []
    for name, entry in said.items():
        if not isinstance(entry, dict):
            reason = say("sources.provenance.no_entry")
            rows.append(say("catalogue.fault_row", line=lines[str(name)], path=name, reason=reason))
            continue
        try:
            Provenance(**{str(key): value for key, value in entry.items()})
        except ValidationError as fault:
            rows += [
                say(
                    "catalogue.fault_row",
                    line=lines[str(name)],
                    path=".".join(map(str, (name, *error["loc"]))),
                    reason=in_words(error),
                )
                for error in fault.errors()
            ]
    if rows:
        known = ", ".join(Provenance.model_fields)
        raise PipelineError("provenance_invalid", where=shown, rows=rows, n=len(rows), known=known)
    return tuple((str(name), lines[str(name)], entry) for name, entry in said.items())
