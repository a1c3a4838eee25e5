"""The journal of files: what arrived when, what was taken away when, and what was purged. Kept for good.

`receipts.jsonl` is a list of events, only ever appended to; the state of a file is what its events add up to. A line
that a crash cut short is left behind and not read, and any other that cannot be read stops a build: a file whose event
is lost would count as received today. Beside it, `archive/` keeps every original by its hash.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.errors import PipelineError
from pipelines.settings import Settings
from pipelines.sources.provenance import Provenance

JOURNAL = "receipts.jsonl"
ARCHIVE = "archive"


@dataclass(frozen=True)
class Receipt:
    """One file as the office received it, identified by its bytes.

    `arrival` is the number of the event in the journal that tells of it first, so a file that came later has a larger
    one, also on the same day. `withdrawn_on` is the day from which it is no longer there; earlier as-of dates still see
    its rows. `provenance` is what was last declared of it, as text. `is_published` says whether a published build held
    it; what only refused builds read was never said to anybody.
    """

    kind: str
    path: str
    sha256: str
    first_seen: date
    arrival: int
    withdrawn_on: date | None = None
    is_purged: bool = False
    provenance: str = "{}"
    is_published: bool = True

    @property
    def file_id(self) -> str:
        """First sixteen digits of the hash."""
        return self.sha256[:16]

    @property
    def declared(self) -> Provenance:
        """What was last declared of it."""
        return Provenance.model_validate_json(self.provenance)


class Journal:
    """The receipts of one office.

    Args:
        folder: data/journal; made when the first file is noted.
        is_dry: Note everything in memory only.

    Attributes:
        archived_now: Hashes of the originals that this journal has just kept.
    """

    def __init__(self, folder: Path, is_dry: bool = False):
        self.folder = folder
        self.is_dry = is_dry
        self.path = folder / JOURNAL
        self.receipts: dict[tuple[str, str], Receipt] = {}
        self.archived_now: set[str] = set()
        self._newest = date.min
        self._events = 0
        for event in _events(self.path):
            self._apply(event)

    def _apply(self, event: dict) -> None:
        key = (event["kind"], event["sha256"])
        on = date.fromisoformat(event["on"])
        self._newest = max(self._newest, on)
        self._events += event["event"] != "published"  # which tells of no file that was not told of
        known = self.receipts.get(key)
        if event["event"] == "seen":
            first, arrival = (known.first_seen, known.arrival) if known else (on, self._events)
            said = event["provenance"]
            published = known.is_published if known else event.get("published", True)  # older events say nothing of it
            self.receipts[key] = Receipt(key[0], event["path"], key[1], first, arrival, None, False, said, published)
        elif known is not None and event["event"] == "gone":
            self.receipts[key] = replace(known, withdrawn_on=on)
        elif known is not None and event["event"] == "published":
            self.receipts[key] = replace(known, is_published=True)
        elif known is not None and event["event"] == "purged":
            self.receipts[key] = replace(known, withdrawn_on=known.withdrawn_on or on, is_purged=True)

    def present(self) -> list[Receipt]:
        """The files that counted as being there when the journal was last written."""
        return [one for one in self.receipts.values() if one.withdrawn_on is None and not one.is_purged]

    def note(self, present: Iterable[tuple[str, str, str, Provenance]], today: date) -> list[Receipt]:
        """Write down what is there today and what is not there any more.

        A clock that was set back cannot make a file go before it came: the day written is never earlier than the
        newest one in the journal.

        Args:
            present: (kind, path, sha256, what is declared) of every file there is.
            today: The day of this build.

        Returns:
            The receipts of all files that ever were there and are not purged.

        Raises:
            PipelineError: A file that was purged is there again.
        """
        on = max(today, self._newest)
        events, here = [], set()
        for kind, path, sha256, declared in present:
            key, said = (kind, sha256), declared.model_dump_json(exclude_defaults=True)
            known = self.receipts.get(key)
            if known is not None and known.is_purged:
                raise PipelineError("purged_file_is_back", where=path, file_id=known.file_id)
            if key in here:
                continue
            here.add(key)
            if known is None or known.withdrawn_on is not None or (known.path, known.provenance) != (path, said):
                seen = {"event": "seen", "kind": kind, "path": path, "sha256": sha256, "provenance": said}
                events.append({**seen, "published": False} if known is None else seen)
        for key, known in self.receipts.items():
            if key not in here and known.withdrawn_on is None:
                events.append({"event": "gone", "kind": key[0], "path": known.path, "sha256": key[1]})
        self._append([{**event, "on": on.isoformat()} for event in events])
        return [receipt for receipt in self.receipts.values() if not receipt.is_purged]

    def note_published(self, keys: Iterable[tuple[str, str]], today: date) -> None:
        """Write down which files (kind, sha256) a published build holds; those of which it is known are passed over."""
        on = max(today, self._newest).isoformat()
        new = [self.receipts[key] for key in keys if key in self.receipts and not self.receipts[key].is_published]
        self._append(
            {"event": "published", "kind": one.kind, "path": one.path, "sha256": one.sha256, "on": on} for one in new
        )

    def purge(self, file_id: str, reason: str, today: date) -> list[Receipt]:
        """Take a file out of history: no as-of date sees it again. The original is deleted, the entry stays.

        Raises:
            PipelineError: No such file, it is still among the records, or there is no reason.
        """
        found = [receipt for receipt in self.receipts.values() if receipt.file_id == file_id]
        if not found:
            raise PipelineError("no_such_file", where=file_id)
        if not reason.strip():
            raise PipelineError("purge_needs_reason", where=found[0].path)
        on = max(today, self._newest).isoformat()
        self._append(
            {"event": "purged", "kind": r.kind, "path": r.path, "sha256": r.sha256, "reason": reason, "on": on}
            for r in found
        )
        for receipt in found:
            for kept in self.archived(receipt.sha256):
                kept.unlink()
        return found

    def _append(self, events: Iterable[dict]) -> None:
        events = list(events)
        if events and not self.is_dry:
            self._write(events)
        for event in events:
            self._apply(event)

    def _write(self, events: list[dict]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab+") as file:
            if file.tell() > 0:
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":  # a line cut short by a crash must not swallow the next one
                    file.write(b"\n")
            file.write(b"".join(json.dumps(event, ensure_ascii=False).encode() + b"\n" for event in events))
            file.flush()
            os.fsync(file.fileno())

    def archived(self, sha256: str) -> list[Path]:
        """Where the original of that hash is kept (none, or one)."""
        return sorted((self.folder / ARCHIVE / sha256[:2]).glob(f"{sha256}.*"))

    def archive(self, path: Path, sha256: str, shown: str) -> Path:
        """Keep the original of a file, once; what is landed is read from there, where nobody changes it.

        A copy that is no longer as long as the file is damaged, and made again.

        Raises:
            PipelineError: `source_changed`, when the bytes are no longer those that were hashed a moment ago.
        """
        kept = self.archived(sha256)
        if kept and kept[0].stat().st_size == path.stat().st_size:
            return kept[0]
        target = self.folder / ARCHIVE / sha256[:2] / f"{sha256}{path.suffix.lower()}"
        target.parent.mkdir(parents=True, exist_ok=True)
        working = target.parent / f".{target.name}.{os.getpid()}"
        digest = hashlib.sha256()
        try:
            with path.open("rb") as original, working.open("wb") as copy:
                while piece := original.read(1 << 22):
                    digest.update(piece)
                    copy.write(piece)
                copy.flush()
                os.fsync(copy.fileno())
            if digest.hexdigest() != sha256:
                raise PipelineError("source_changed", where=shown)
            working.replace(target)
            self.archived_now.add(sha256)
        finally:
            working.unlink(missing_ok=True)
        return target


def note_published(settings: Settings, files: Iterable[Mapping[str, Any]], today: date) -> None:
    """Note that a published build holds these files (rows of `src_files`), those that are gone aside."""
    there = [(file["kind"], file["sha256"]) for file in files if file["withdrawn_on"] is None]
    Journal(settings.path("journal")).note_published(there, today)


def purge(settings: Settings, file: str, reason: str, today: date) -> list[Receipt]:
    """Purge one file from the journal, the archive and what was landed; see `Journal.purge`.

    Args:
        settings: Paths of journal and warehouse.
        file: The file's id, or its path as `anlan status` prints it (the version that was there last).
        reason: Why, for the journal.
        today: The day that the journal notes.

    Raises:
        PipelineError: See there; also while the file still lies among the records.
    """
    journal = Journal(settings.path("journal"))
    of_path = [receipt.file_id for receipt in journal.receipts.values() if receipt.path == file.replace(os.sep, "/")]
    file_id = of_path[-1] if of_path else file
    for receipt in journal.receipts.values():
        if receipt.file_id == file_id and (settings.root / receipt.path).exists() and receipt.withdrawn_on is None:
            raise PipelineError("purge_while_there", where=receipt.path)
    found = journal.purge(file_id, reason, today)
    landed = settings.path("warehouse") / "landed"
    for receipt in found:
        for folder in (landed / receipt.kind).glob(f"{file_id}-*"):
            shutil.rmtree(folder)
    return found


def _events(path: Path) -> Iterable[dict]:
    if not path.exists():
        return
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        text = line.strip(b"\0 \r")  # what a disk that lost its power leaves behind an event that was being written
        if not text:
            continue
        try:
            event = json.loads(text)
        except ValueError:
            if text.endswith(b"}"):
                raise PipelineError(
                    "journal_damaged", where=f"data/journal/{path.name}", line=number, journal=path.name
                ) from None
            continue
        if not _is_event(event):
            raise PipelineError("journal_damaged", where=f"data/journal/{path.name}", line=number, journal=path.name)
        yield event


def _is_event(event: object) -> bool:
    if not isinstance(event, dict):
        return False
    needed = _NEEDED if event.get("event") == "seen" else _NEEDED[:4]
    if not all(isinstance(event.get(name), str) for name in needed):
        return False
    try:
        date.fromisoformat(event["on"])
    except ValueError:
        return False
    return True


_NEEDED = ("event", "kind", "sha256", "on", "path", "provenance")
