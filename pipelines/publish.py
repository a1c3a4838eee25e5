"""Publish, keep and roll back builds.

A build is a folder `builds/<build_id>/` that is never changed once it is published. `current/<seq>.json` points to
one; the highest valid pointer wins (`published.py`), so nothing that somebody has open is ever replaced, and a build
that was killed half-way is a folder to which nothing points.
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
from pathlib import Path

from filelock import FileLock, Timeout

import pipelines.journal
from pipelines import clock
from pipelines.at_work import HOLDER, holder, note_writer
from pipelines.disk import disk_full
from pipelines.engine import is_open_elsewhere
from pipelines.errors import PipelineError
from pipelines.manifest import (
    DATABASE_NAME,
    MANIFEST_NAME,
    Manifest,
    rename_whole,
    sync_file,
    sync_folder,
    write_durably,
)
from pipelines.published import (
    BUILDS,
    CURRENT,
    OPENED,
    Published,
    current,
    find,
    list_builds,
    newest_first,
    pointers_of,
    remember_verified,
    require_schema,
    size_of,
    superseded,
)
from pipelines.settings import Settings

LANDED = "landed"
LOCK = "build.lock"
KEEP_AFTER_OPENING_SECONDS = 3600
_MAKING, _DROPPED = ".making-", ".dropped-"


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
    standing = {str(said.get("build_id")) for _, said in pointers_of(folder)}
    standing |= {entry.name for entry in (folder / BUILDS).iterdir()}  # swept: those that no pointer names are gone
    seen = (now_current.build_id, now_current.database) if now_current else ("", None)
    pipelines.journal.catch_up(journal, *seen, standing)


def sweep(folder: Path) -> None:
    """Remove what killed builds left behind: drafts, half-landed files, half-deleted folders, builds never pointed to.

    While a pointer is unreadable nobody knows which build it named, so whole builds stay.
    """
    pointers = pointers_of(folder)
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
    """Time in China and six digits of the inputs' fingerprint; a second one within a second gets a number."""
    stamp = f"{clock.now():%Y%m%dT%H%M%S}-{fingerprint[:6]}"
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
    remember_verified(draft, manifest)
    final = folder / BUILDS / manifest.build_id
    rename_whole(draft, final)
    sync_folder(final.parent)
    published = Published(final, manifest, _point_to(folder, manifest))
    pipelines.journal.note(journal, manifest.build_id, "published")
    return published


def _point_to(folder: Path, manifest: Manifest) -> int:
    sequence = max((number for number, _ in pointers_of(folder)), default=0) + 1
    said = {
        "build_id": manifest.build_id,
        "manifest_sha256": hashlib.sha256(manifest.encoded()).hexdigest(),
        "pointed_at": clock.now().isoformat(sep=" ", timespec="seconds"),
    }
    write_durably(folder / CURRENT / f"{sequence:08d}.json", json.dumps(said, indent=1).encode())
    return sequence


def note_opened(published: Published) -> None:
    """Leave a sign that somebody reads this build, so that it is not removed under their hands."""
    with contextlib.suppress(OSError):
        (published.folder / OPENED).touch()


def keep_within_limits(settings: Settings, folder: Path) -> list[str]:
    """Remove the builds that a later one supersedes, and the oldest beyond the number and the bytes that are kept.

    A build and its forecasts count as one. The current build, one opened within the last hour, and one that a reader
    holds open stay.

    Returns:
        Names of the builds that were removed.
    """
    now_current = current(folder)
    passed = superseded(folder)
    kept_bytes, kept, removed = 0, 0, []
    for entry in newest_first(folder):
        if entry.name in passed:
            if not _in_use(entry) and _remove(entry):
                removed.append(entry.name)
            continue
        size = size_of(entry)
        within = kept < settings.build.keep_builds and kept_bytes + size <= settings.build.keep_bytes
        if within or (now_current and entry.name == now_current.build_id) or _in_use(entry) or not _remove(entry):
            kept, kept_bytes = kept + 1, kept_bytes + size
        else:
            removed.append(entry.name)
    for sequence, said in pointers_of(folder):
        if said.get("build_id") in removed:
            (folder / CURRENT / f"{sequence:08d}.json").unlink(missing_ok=True)
    return removed


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


def rollback(settings: Settings, build_id: str) -> Published:
    """Make an older build current again by a new pointer; nothing is copied or removed.

    One that was published again with its forecasts comes back with them.

    Raises:
        PipelineError: `no_build`, when it is not kept or not whole; `schema_mismatch`, when another version of the
            program made it.
    """
    with writer(settings) as folder:
        found = find(folder, superseded(folder).get(build_id, build_id))
        if found is None:
            names = ", ".join(row.build_id for row in list_builds(settings)) or "—"
            raise PipelineError("no_build", where=build_id, names=names)
        require_schema(found)
        made_current = Published(found.folder, found.manifest, _point_to(folder, found.manifest))
        pipelines.journal.note(settings.path("journal"), found.build_id, "rolled_back")
        return made_current
