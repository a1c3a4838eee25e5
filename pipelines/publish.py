"""Publish, find, keep and roll back builds.

A build is a folder `builds/<build_id>/` that is never changed once it is published. `current/<seq>.json` points to
one; the highest valid pointer wins, so nothing that somebody has open is ever replaced, and a build that was killed
half-way is a folder to which nothing points.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

import pipelines.journal
from pipelines.at_work import HOLDER, holder, note_writer
from pipelines.disk import disk_full
from pipelines.engine import is_open_elsewhere
from pipelines.errors import PipelineError
from pipelines.manifest import (
    DATABASE_NAME,
    MANIFEST_NAME,
    SCHEMA_VERSION,
    Manifest,
    decode,
    sha256_of,
    sync_file,
    sync_folder,
    write_durably,
)
from pipelines.settings import Settings

BUILDS = "builds"
CURRENT = "current"
LANDED = "landed"
LOCK = "build.lock"
OPENED = "opened"
VERIFIED = "verified.json"
KEEP_AFTER_OPENING_SECONDS = 3600
_MAKING, _DROPPED = ".making-", ".dropped-"


@dataclass(frozen=True)
class Published:
    """A build that a pointer names and whose files are whole.

    Attributes:
        folder: `builds/<build_id>`.
        manifest: What it says about itself.
        sequence: Number of the pointer.
        fell_back_from: Build that the newest pointer names when that one is damaged; empty otherwise.
    """

    folder: Path
    manifest: Manifest
    sequence: int
    fell_back_from: str = ""

    @property
    def build_id(self) -> str:
        """Name of the build."""
        return self.manifest.build_id

    @property
    def database(self) -> Path:
        """Its database file."""
        return self.folder / DATABASE_NAME


@dataclass(frozen=True)
class BuildRow:
    """One build in a list: `made_at` is None and the size counts what is left when its manifest is unreadable."""

    build_id: str
    is_current: bool
    made_at: datetime | None
    size_bytes: int
    schema_version: int | None


@contextlib.contextmanager
def writer(settings: Settings) -> Iterator[Path]:
    """Be the one writer of a warehouse while the block runs; leftovers of killed builds are swept first.

    Yields:
        The warehouse's folder.

    Raises:
        PipelineError: `build_running`, with the process and the build that hold the lock.
    """
    folder = settings.path("warehouse")
    for name in (BUILDS, CURRENT):
        (folder / name).mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise PipelineError("build_running", where=settings.paths.warehouse.as_posix(), **holder(folder)) from None
    try:
        (folder / HOLDER).unlink(missing_ok=True)
        note_writer(folder)
        sweep(folder)
        _catch_up(settings.path("journal"), folder)
        yield folder
    except Exception as fault:
        full = disk_full(fault, settings)
        if full is None:
            raise
        raise full from fault
    finally:
        with contextlib.suppress(OSError):
            (folder / HOLDER).unlink(missing_ok=True)
        lock.release()


def _catch_up(journal: Path, folder: Path) -> None:
    now_current = current(folder)
    standing = {str(said.get("build_id")) for _, said in _pointers(folder)}
    standing |= {entry.name for entry in (folder / BUILDS).iterdir()}  # swept: those that no pointer names are gone
    seen = (now_current.build_id, now_current.database) if now_current else ("", None)
    pipelines.journal.catch_up(journal, *seen, standing)


def sweep(folder: Path) -> None:
    """Remove what killed builds left behind: drafts, half-landed files, half-deleted folders, builds never pointed to.

    While a pointer is unreadable nobody knows which build it named, so whole builds stay.
    """
    pointers = _pointers(folder)
    named = {said.get("build_id") for _, said in pointers}
    for entry in (folder / BUILDS).iterdir():
        is_draft = entry.name.startswith((_MAKING, _DROPPED))
        if is_draft or (entry.is_dir() and all(said for _, said in pointers) and entry.name not in named):
            shutil.rmtree(entry, ignore_errors=True)
    for draft in (folder / CURRENT).glob(".*.tmp"):
        draft.unlink(missing_ok=True)
    for draft in (folder / LANDED).glob("*/.*"):
        shutil.rmtree(draft, ignore_errors=True)


def new_build_id(folder: Path, fingerprint: str) -> str:
    """Local time and six digits of the inputs' fingerprint; a second one within a second gets a number."""
    stamp = f"{datetime.now():%Y%m%dT%H%M%S}-{fingerprint[:6]}"
    taken = {entry.name for entry in (folder / BUILDS).iterdir()}
    return next(name for n in range(1, 1000) if (name := stamp if n == 1 else f"{stamp}-{n}") not in taken)


def draft_folder(folder: Path, build_id: str) -> Path:
    """An empty folder in which a build is made; nothing points there."""
    draft = folder / BUILDS / f"{_MAKING}{build_id}"
    draft.mkdir()
    return draft


def publish(folder: Path, draft: Path, manifest: Manifest, journal: Path) -> Published:
    """Make a finished draft the current build: keep what it says, name its folder, then add the pointer.

    Args:
        folder: The warehouse.
        draft: Where the build was made.
        manifest: What it says about itself.
        journal: Where its assessments are kept for good.

    Whatever moment the process dies, either the pointer is there and everything it names is on the disk, or it is
    not and the former build stays current.
    """
    sync_file(draft / DATABASE_NAME)
    pipelines.journal.keep(journal, draft / DATABASE_NAME, manifest.build_id)
    write_durably(draft / MANIFEST_NAME, manifest.encoded())
    _remember_verified(draft, manifest)
    final = folder / BUILDS / manifest.build_id
    os.rename(draft, final)
    sync_folder(final.parent)
    published = Published(final, manifest, _point_to(folder, manifest))
    pipelines.journal.note(journal, manifest.build_id, "published")
    return published


def _point_to(folder: Path, manifest: Manifest) -> int:
    sequence = max((number for number, _ in _pointers(folder)), default=0) + 1
    said = {
        "build_id": manifest.build_id,
        "manifest_sha256": hashlib.sha256(manifest.encoded()).hexdigest(),
        "pointed_at": datetime.now().isoformat(sep=" ", timespec="seconds"),
    }
    write_durably(folder / CURRENT / f"{sequence:08d}.json", json.dumps(said, indent=1).encode())
    return sequence


def _pointers(folder: Path) -> list[tuple[int, dict]]:
    """Every pointer, the newest first; an unreadable one is an empty dict."""
    found: list[tuple[int, dict]] = []
    for file in (folder / CURRENT).glob("*.json"):
        if not file.stem.isdigit():
            continue
        try:
            said = json.loads(file.read_bytes())
        except (OSError, ValueError):
            said = {}
        found.append((int(file.stem), said if isinstance(said, dict) else {}))
    return sorted(found, key=lambda pair: pair[0], reverse=True)


def current(folder: Path) -> Published | None:
    """The build that readers take: the one of the highest pointer whose files are whole; None when there is none."""
    newest = ""
    for sequence, said in _pointers(folder):
        build_id = str(said.get("build_id", ""))
        newest = newest or build_id or f"{CURRENT}/{sequence:08d}.json"
        manifest = _whole(folder, build_id, said.get("manifest_sha256"))
        if manifest is not None:
            fell_back = "" if newest == build_id else newest
            return Published(folder / BUILDS / build_id, manifest, sequence, fell_back)
    return None


def find(folder: Path, build_id: str) -> Published | None:
    """A published build by its name, if it is still kept and whole."""
    for sequence, said in _pointers(folder):
        if said.get("build_id") == build_id:
            manifest = _whole(folder, build_id, said.get("manifest_sha256"))
            if manifest is not None:
                return Published(folder / BUILDS / build_id, manifest, sequence)
    return None


def _whole(folder: Path, build_id: str, manifest_sha256: object) -> Manifest | None:
    """The manifest of a build, None when its files are not exactly those that were published."""
    if not build_id or Path(build_id).name != build_id:
        return None
    place = folder / BUILDS / build_id
    try:
        content = (place / MANIFEST_NAME).read_bytes()
        status = (place / DATABASE_NAME).stat()
    except OSError:
        return None
    manifest = decode(content)
    if manifest is None or hashlib.sha256(content).hexdigest() != manifest_sha256:
        return None
    if status.st_size != manifest.database_bytes:
        return None
    if _remembered(place) == _state(place, manifest):
        return manifest
    if sha256_of(place / DATABASE_NAME) != manifest.database_sha256:
        return None
    _remember_verified(place, manifest)
    return manifest


def _state(place: Path, manifest: Manifest) -> dict[str, object]:
    status = (place / DATABASE_NAME).stat()
    return {"sha256": manifest.database_sha256, "bytes": status.st_size, "modified": status.st_mtime_ns}


def _remembered(place: Path) -> object:
    try:
        return json.loads((place / VERIFIED).read_bytes())
    except (OSError, ValueError):
        return None


def _remember_verified(place: Path, manifest: Manifest) -> None:
    # Hashing a large database takes a second; a reader without the right to write hashes every time.
    with contextlib.suppress(OSError):
        (place / VERIFIED).write_text(json.dumps(_state(place, manifest)), encoding="utf-8")


def note_opened(published: Published) -> None:
    """Leave a sign that somebody reads this build, so that it is not removed under their hands."""
    with contextlib.suppress(OSError):
        (published.folder / OPENED).touch()


def keep_within_limits(settings: Settings, folder: Path) -> list[str]:
    """Remove the oldest builds beyond the number and the bytes that are kept.

    The current build, one opened within the last hour, and one that a reader holds open stay.

    Returns:
        Names of the builds that were removed.
    """
    now_current = current(folder)
    kept_bytes, kept, removed = 0, 0, []
    for entry in _newest_first(folder):
        size = _size(entry)
        within = kept < settings.build.keep_builds and kept_bytes + size <= settings.build.keep_bytes
        if within or (now_current and entry.name == now_current.build_id) or _in_use(entry) or not _remove(entry):
            kept, kept_bytes = kept + 1, kept_bytes + size
        else:
            removed.append(entry.name)
    for sequence, said in _pointers(folder):
        if said.get("build_id") in removed:
            (folder / CURRENT / f"{sequence:08d}.json").unlink(missing_ok=True)
    return removed


def _newest_first(folder: Path) -> list[Path]:
    """The builds' folders in the order in which they were first pointed to; names tell seconds apart, not more."""
    first = {said.get("build_id"): sequence for sequence, said in _pointers(folder)}
    places = [entry for entry in (folder / BUILDS).iterdir() if entry.is_dir() and not entry.name.startswith(".")]
    return sorted(places, key=lambda place: (first.get(place.name, 0), place.name), reverse=True)


def _size(place: Path) -> int:
    return sum(file.stat().st_size for file in place.iterdir() if file.is_file())


def _in_use(place: Path) -> bool:
    opened = place / OPENED
    if opened.exists() and time.time() - opened.stat().st_mtime < KEEP_AFTER_OPENING_SECONDS:
        return True
    database = place / DATABASE_NAME
    return database.exists() and is_open_elsewhere(database)


def _remove(place: Path) -> bool:
    """Rename, then delete: Windows refuses the first while a file is open, and nothing is half gone."""
    dropped = place.with_name(f"{_DROPPED}{place.name}")
    try:
        os.rename(place, dropped)
    except OSError as fault:
        if fault.errno in (errno.EACCES, errno.EPERM, errno.EBUSY):
            return False
        raise
    shutil.rmtree(dropped, ignore_errors=True)
    return True


def list_builds(settings: Settings) -> list[BuildRow]:
    """The builds that are kept, the newest first."""
    folder = settings.path("warehouse")
    if not (folder / BUILDS).is_dir():
        return []
    now_current = current(folder)
    rows = []
    for entry in _newest_first(folder):
        file = entry / MANIFEST_NAME
        manifest = decode(file.read_bytes()) if file.exists() else None
        rows.append(
            BuildRow(
                build_id=entry.name,
                is_current=now_current is not None and entry.name == now_current.build_id,
                made_at=manifest.made if manifest else None,
                size_bytes=_size(entry),
                schema_version=manifest.schema_version if manifest else None,
            )
        )
    return rows


def rollback(settings: Settings, build_id: str) -> Published:
    """Make an older build current again by a new pointer; nothing is copied or removed.

    Raises:
        PipelineError: `no_build`, when it is not kept or not whole; `schema_mismatch`, when another version of the
            program made it.
    """
    with writer(settings) as folder:
        found = find(folder, build_id)
        if found is None:
            names = ", ".join(row.build_id for row in list_builds(settings)) or "—"
            raise PipelineError("no_build", where=build_id, names=names)
        require_schema(found)
        made_current = Published(found.folder, found.manifest, _point_to(folder, found.manifest))
        pipelines.journal.note(settings.path("journal"), build_id, "rolled_back")
        return made_current


def require_schema(published: Published) -> None:
    """Refuse a build that another version of the program made."""
    made_with = published.manifest.schema_version
    if made_with != SCHEMA_VERSION:
        raise PipelineError("schema_mismatch", where=published.build_id, made_with=made_with, needed=SCHEMA_VERSION)
