"""Find builds: the one that readers take, one by its name, and those that are kept.

`current/<seq>.json` names a build; the highest pointer to one whose files are exactly those that were published wins.
The forecasts of a build are published with everything else that it holds as a build of their own: from then on it is
superseded, and the two are one in every list.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipelines.errors import PipelineError
from pipelines.manifest import DATABASE_NAME, MANIFEST_NAME, SCHEMA_VERSION, Manifest, decode, sha256_of
from pipelines.settings import Settings

BUILDS = "builds"
CURRENT = "current"
OPENED = "opened"
VERIFIED = "verified.json"


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


def pointers_of(folder: Path) -> list[tuple[int, dict]]:
    """Every pointer, the newest first; an unreadable one is an empty dict."""
    found: list[tuple[int, dict]] = []
    for file in (folder / CURRENT).glob("*.json"):
        if not file.stem.isdigit():
            continue
        try:
            said = json.loads(file.read_bytes())
        except (OSError, ValueError, RecursionError):
            said = {}
        is_pointer = isinstance(said, dict) and isinstance(said.get("build_id"), str)
        found.append((int(file.stem), said if is_pointer else {}))
    return sorted(found, key=lambda pair: pair[0], reverse=True)


def current(folder: Path) -> Published | None:
    """The build that readers take: the one of the highest pointer whose files are whole; None when there is none."""
    newest = ""
    for sequence, said in pointers_of(folder):
        build_id = str(said.get("build_id", ""))
        newest = newest or build_id or f"{CURRENT}/{sequence:08d}.json"
        manifest = _whole(folder, build_id, said.get("manifest_sha256"))
        if manifest is not None:
            fell_back = "" if newest == build_id else newest
            return Published(folder / BUILDS / build_id, manifest, sequence, fell_back)
    return None


def find(folder: Path, build_id: str) -> Published | None:
    """A published build by its name, if it is still kept and whole; when it is not, the one that took its place."""
    pointers = pointers_of(folder)
    for wanted in (build_id, superseded(folder).get(build_id)):
        for sequence, said in pointers:
            if wanted and said.get("build_id") == wanted:
                manifest = _whole(folder, wanted, said.get("manifest_sha256"))
                if manifest is not None:
                    return Published(folder / BUILDS / wanted, manifest, sequence)
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
    remember_verified(place, manifest)
    return manifest


def _state(place: Path, manifest: Manifest) -> dict[str, object]:
    status = (place / DATABASE_NAME).stat()
    return {"sha256": manifest.database_sha256, "bytes": status.st_size, "modified": status.st_mtime_ns}


def _remembered(place: Path) -> object:
    try:
        return json.loads((place / VERIFIED).read_bytes())
    except (OSError, ValueError):
        return None


def remember_verified(place: Path, manifest: Manifest) -> None:
    """Leave beside a database that it was hashed, as long as it is not touched."""
    # Hashing a large database takes a second; a reader without the right to write hashes every time.
    with contextlib.suppress(OSError):
        (place / VERIFIED).write_text(json.dumps(_state(place, manifest)), encoding="utf-8")


def superseded(folder: Path) -> dict[str, str]:
    """Builds that were published again with their forecasts: by name, the whole build that took their place."""
    after = {}
    for _, said in reversed(pointers_of(folder)):
        manifest = _whole(folder, str(said.get("build_id", "")), said.get("manifest_sha256"))
        if manifest is not None and manifest.extends:
            after[manifest.extends] = manifest.build_id
    for former, later in after.items():
        while later in after:
            later = after[later]
        after[former] = later
    return after


def newest_first(folder: Path) -> list[Path]:
    """The builds' folders in the order in which they were first pointed to; names tell seconds apart, not more."""
    first = {said.get("build_id"): sequence for sequence, said in pointers_of(folder)}
    places = [entry for entry in (folder / BUILDS).iterdir() if entry.is_dir() and not entry.name.startswith(".")]
    return sorted(places, key=lambda place: (first.get(place.name, 0), place.name), reverse=True)


def size_of(place: Path) -> int:
    """Bytes of a build's files."""
    return sum(file.stat().st_size for file in place.iterdir() if file.is_file())


def list_builds(settings: Settings) -> list[BuildRow]:
    """The builds that are kept, the newest first; one that was published again with its forecasts is left out."""
    folder = settings.path("warehouse")
    if not (folder / BUILDS).is_dir():
        return []
    now_current = current(folder)
    passed = superseded(folder)
    rows = []
    for entry in newest_first(folder):
        if entry.name in passed:
            continue
        file = entry / MANIFEST_NAME
        manifest = decode(file.read_bytes()) if file.exists() else None
        rows.append(
            BuildRow(
                build_id=entry.name,
                is_current=now_current is not None and entry.name == now_current.build_id,
                made_at=manifest.made if manifest else None,
                size_bytes=size_of(entry),
                schema_version=manifest.schema_version if manifest else None,
            )
        )
    return rows


def require_schema(published: Published) -> None:
    """Refuse a build that another version of the program made."""
    made_with = published.manifest.schema_version
    if made_with != SCHEMA_VERSION:
        raise PipelineError("schema_mismatch", where=published.build_id, made_with=made_with, needed=SCHEMA_VERSION)
