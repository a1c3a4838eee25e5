"""What a published build says about itself: schema, inputs, checks, and the hash of its database."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

# Raised whenever a relation changes its columns or meaning; an older build is then rebuilt, never migrated.
SCHEMA_VERSION = 5
DATABASE_NAME = "anlan.duckdb"
MANIFEST_NAME = "manifest.json"
PATIENCE_SECONDS = 10
IS_WINDOWS = os.name == "nt"


@dataclass(frozen=True)
class Manifest:
    """One build.

    Attributes:
        build_id: Name of its folder.
        schema_version: `SCHEMA_VERSION` of the code that made it.
        made_at: Local time, to the second.
        fingerprint: Of everything that went in; equal fingerprints mean an equal build.
        code: Fingerprint of the program that made it.
        database_sha256, database_bytes: Of the database file.
        is_synthetic: Whether any record of it is simulated.
        files, records, rejected: How many files are in force, rows they hold, rows not accepted; not former editions.
        inputs: One entry per file: kind, path, sha256.
        files_landed: By kind and file, a fingerprint of the landed rows and of the days between which they count.
        models: Fingerprint of each model's rows, and of each source relation's.
        checks: Offending rows by check.
        steps: What it holds beside the models (`assessments`, `forecasts`), with the fingerprint of each.
        made_from: Build of which the unchanged tables were taken over; empty when all was made anew.
        extends: Build of which this one holds all, with more tables beside (the forecasts); empty for any other.
        engine: What ran the models.
    """

    build_id: str
    schema_version: int
    made_at: str
    fingerprint: str
    code: str
    database_sha256: str
    database_bytes: int
    is_synthetic: bool
    files: int
    records: int
    rejected: int
    inputs: list[dict[str, Any]] = field(default_factory=list)
    files_landed: dict[str, dict[str, str]] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)
    checks: dict[str, int] = field(default_factory=dict)
    steps: dict[str, str] = field(default_factory=dict)
    made_from: str = ""
    extends: str = ""
    engine: str = "duckdb"

    def encoded(self) -> bytes:
        """As it stands in the file."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()

    @property
    def made(self) -> datetime:
        """`made_at` as a time."""
        return datetime.fromisoformat(self.made_at)


def decode(content: bytes) -> Manifest | None:
    """A manifest from its bytes; None when they are none, or one of another version of the program."""
    try:
        said = json.loads(content)
        return Manifest(**said)
    except (ValueError, TypeError, RecursionError):
        return None


def sha256_of(file: Path) -> str:
    """Hash of a file, read in pieces."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def write_durably(file: Path, content: bytes) -> None:
    """Write a file so that after a power cut it is there whole or not at all: beside it, synced, then renamed."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    with draft.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    os.replace(draft, file)
    sync_folder(file.parent)


def rename_whole(draft: Path, final: Path) -> None:
    """Give a finished folder its name, which must be free.

    On Windows a virus scanner or an indexer may hold for a moment what was just written; it is waited for.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            os.rename(draft, final)
        except PermissionError:
            if not IS_WINDOWS or time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def sync_file(file: Path) -> None:
    """Bring a file's content to the disk."""
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def sync_folder(folder: Path) -> None:
    """Bring a folder's entries to the disk; Windows knows no such thing and needs none."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
