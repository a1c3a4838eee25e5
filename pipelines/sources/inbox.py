"""What lies in the folders of records: which files there are, of which kind, and whose."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import time
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.errors import PipelineError, SeveralErrors
from pipelines.settings import Settings
from pipelines.sources import provenance
from pipelines.sources.contract import KINDS
from pipelines.sources.provenance import Provenance, has_entry, provenance_of, refuse_odd_entries
from pipelines.sources.readers import SUFFIXES, unknown_suffix
from pipelines.sources.returned import read_returned
from pipelines.texts import say

CORRECTIONS = "corrections.yml"
_OURS = {".yml", ".yaml", ".md"}
_LITTER = {"thumbs.db", "desktop.ini", "readme.txt", "readme"}
_UNFINISHED = {".tmp", ".part", ".crdownload", ".bak", ".lock"}
_MAX_RETURNS = 20  # times that the same rows may have come back
_SETTLED_NS = 2_000_000_000


@dataclass(frozen=True)
class Found:
    """One file of records. `shown` is its path from the project's root, as users know it."""

    path: Path
    shown: str
    kind: str
    kind_folder: Path
    declared: Provenance
    is_demo: bool


def find_files(settings: Settings, today: date | None = None) -> list[Found]:
    """The files of this office: its own records, or where it has none the demonstration's; the published ones always.

    Args:
        settings: Where the records are.
        today: Refuse what is declared to have been received later, or of files that are not there; None means no look.

    Raises:
        PipelineError: A folder of no kind, a file that is none of the forms, or own and simulated records together.
    """
    errors: list[PipelineError] = []
    own = _walk(settings, "raw", errors)
    if today is not None and not errors:
        _refuse_odd_entries(settings, own, today, errors)
    demo = _walk(settings, "demo", errors)
    if errors:
        raise errors[0] if len(errors) == 1 else SeveralErrors(errors)
    simulated = [file for file in own if file.declared.synthetic]
    real = [file for file in own if not file.declared.published and not file.declared.synthetic]
    if real and (demo or simulated):
        example = (simulated or demo)[0]
        raise PipelineError(
            "own_and_demo_records",
            where=example.shown,
            own=real[0].shown,
            n_own=len(real),
            n_demo=len(demo) + len(simulated),
            demo=_shown(settings, settings.path("demo")),
        )
    return own if real else own + demo


def _refuse_odd_entries(settings: Settings, own: list[Found], today: date, errors: list[PipelineError]) -> None:
    for folder in (settings.path("raw") / kind for kind in KINDS):
        if folder.is_dir():
            files = [file.path for file in own if file.kind_folder == folder]
            try:
                refuse_odd_entries(folder, _shown(settings, folder), files, today)
            except PipelineError as error:
                errors.append(error)


def unreadable(shown: str, fault: OSError) -> PipelineError:
    """The error for a file or folder that the system does not open."""
    is_forbidden = fault.errno in (errno.EACCES, errno.EPERM)
    return PipelineError(
        "file_unreadable", where=shown, reason=say(f"sources.closed.{'right' if is_forbidden else 'else'}")
    )


def holds_own_records(settings: Settings) -> bool:
    """Whether data/raw holds a file beside the published ones."""
    return any(not file.declared.published for file in _walk(settings, "raw", []))


def own_records(settings: Settings) -> list[str]:
    """The office's own files, as users know them: neither published ones nor simulated."""
    files = _walk(settings, "raw", [])
    return [file.shown for file in files if not file.declared.published and not file.declared.synthetic]


def holds_demo_records(settings: Settings) -> bool:
    """Whether there are demonstration records."""
    return bool(_walk(settings, "demo", []))


def _walk(settings: Settings, where: str, errors: list[PipelineError]) -> list[Found]:
    root = settings.path(where)
    found: list[Found] = []
    for entry in sorted(root.iterdir()) if root.is_dir() else []:
        if _is_ignored(entry) or (entry.is_file() and entry.suffix.lower() in _OURS):
            continue
        if _printable(entry.name) != entry.name:
            errors.append(PipelineError("file_name_unreadable", where=_printable(_shown(settings, entry))))
            continue
        if entry.is_file() or entry.name not in KINDS:
            errors.append(PipelineError("unknown_kind", where=_shown(settings, entry), kinds=", ".join(KINDS)))
            continue
        if not entry.is_dir():
            errors.append(PipelineError("not_a_folder", where=_shown(settings, entry)))
            continue
        try:
            files = _files(entry)
        except OSError as fault:
            folder = Path(fault.filename) if fault.filename else entry
            errors.append(unreadable(_shown(settings, folder), fault))
            continue
        for path in files:
            shown = _shown(settings, path)
            if _printable(shown) != shown:
                errors.append(PipelineError("file_name_unreadable", where=_printable(shown)))
                continue
            if not path.is_file():
                errors.append(PipelineError("not_a_regular_file", where=shown))
                continue
            if path.suffix.lower() not in SUFFIXES:
                errors.append(unknown_suffix(path, shown))
                continue
            try:
                declared = _declared(path, entry, _shown(settings, entry))
            except PipelineError as error:
                if not any(error.tell("en") == other.tell("en") for other in errors):
                    errors.append(error)
                continue
            if where == "demo" and not declared.synthetic:
                declared = declared.model_copy(update={"synthetic": True})
            found.append(Found(path, shown, entry.name, entry, declared, where == "demo"))
    return found


def _declared(path: Path, kind_folder: Path, shown: str) -> Provenance:
    """What is declared of a file; rejected rows that came back mended are what the file is that they came from."""
    whose, returned = path, read_returned(path)
    for _ in range(_MAX_RETURNS):
        if returned is None or has_entry(whose, kind_folder, shown):
            break
        whose = kind_folder / returned.file
        returned = read_returned(whose)
    declared = provenance_of(whose, kind_folder, shown)
    return declared if whose == path else declared.model_copy(update={"received_on": None})


def _files(folder: Path) -> list[Path]:
    found = []
    for entry in sorted(folder.iterdir()):
        if _is_ignored(entry):
            continue
        if entry.is_dir() and not entry.is_symlink():  # a linked folder may lead back to itself
            found += _files(entry)
        elif entry.suffix.lower() not in _OURS:
            found.append(entry)
    return found


def _printable(text: str) -> str:
    """A name with a question mark for each control sign and each byte that is not UTF-8."""
    return "".join("?" if unicodedata.category(sign) in ("Cc", "Cs") else sign for sign in text)


def _is_ignored(path: Path) -> bool:
    name = path.name
    return name.startswith((".", "~$")) or name.endswith("~") or name.lower() in _LITTER or path.suffix in _UNFINISHED


def _shown(settings: Settings, path: Path) -> str:
    return path.relative_to(settings.root).as_posix() if path.is_relative_to(settings.root) else str(path)


class Hashes:
    """SHA-256 of files, remembered by path, size and times, so that an unchanged file is not read again.

    A file that was changed within the last two seconds before it was hashed is not remembered: its time might not tell
    a second change in the same tick.
    """

    def __init__(self, path: Path):
        self.path = path
        self.computed = 0
        try:
            self._known = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self._known = {}
        self._used: dict[str, list] = {}

    def sha256(self, path: Path, shown: str = "") -> str:
        """The hash of a file's bytes; `shown` is its name in messages.

        Raises:
            PipelineError: The file cannot be read.
        """
        try:
            stat = path.stat()
            told = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
            known = self._known.get(str(path))
            if known and known[:4] == told:
                self._used[str(path)] = known
                return known[4]
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as fault:
            raise unreadable(shown or path.name, fault) from None
        self.computed += 1
        if time.time_ns() - max(stat.st_mtime_ns, stat.st_ctime_ns) > _SETTLED_NS:
            self._used[str(path)] = [*told, digest]
        return digest

    def keep(self) -> None:
        """Write down what was asked for; the rest is forgotten."""
        if self._used == self._known:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        working = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        working.write_text(json.dumps(self._used), encoding="utf-8")
        try:
            working.replace(self.path)
        except PermissionError:  # Windows, while another process reads it: hashed again next time
            working.unlink()


def mapping_path(file: Found) -> Path | None:
    """Where the mapping of a foreign publisher's file stands: beside it, or above it up to the kind's folder.

    Raises:
        PipelineError: The provenance names a mapping that is not there.
    """
    if file.declared.mapping is None:
        return None
    folder = file.path.parent
    while True:
        candidate = folder / file.declared.mapping
        if candidate.is_file():
            return candidate
        if folder == file.kind_folder:
            named = f"{file.shown.rsplit('/', 1)[0]}/{provenance.FILE}"
            raise PipelineError("mapping_missing", where=named, mapping=file.declared.mapping)
        folder = folder.parent
