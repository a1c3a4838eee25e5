"""Which disk is full, how much is free on it, and how much a build needs."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from pipelines.errors import PipelineError, cannot_write
from pipelines.settings import Settings

SHARE_OF_FORMER = 1.5
"""A build is a copy of the former one that may grow while tables are made anew."""


def disk_full(fault: Exception, settings: Settings) -> PipelineError | None:
    """The sentence for a full disk with its name, what is free and what is needed; None where the fault is another.

    Args:
        fault: What was raised while something was written.
        settings: The folders of the office.
    """
    told = fault if isinstance(fault, PipelineError) else cannot_write(fault)
    if told is None or told.code != "disk_full":
        return None
    places = [settings.path(name) for name in ("warehouse", "journal")] + [Path(tempfile.gettempdir())]
    place = Path(told.where) if told.where and Path(told.where).is_absolute() else min(places, key=_free)
    needed = bytes_needed(settings)
    facts = {"disk": str(_mount(place)), "free": _megabytes(_free(place)), "needed": _megabytes(needed)}
    return PipelineError("disk_full_at", where=told.where, exit_code=1, **facts)


def bytes_needed(settings: Settings) -> int:
    """About how much a build needs: the largest build so far and half as much, or the records where there is none."""
    builds = settings.path("warehouse") / "builds"
    sizes = [file.stat().st_size for file in builds.glob("*/anlan.duckdb")]
    if not sizes:
        folders = [settings.path(name) for name in ("raw", "demo")]
        sizes = [sum(file.stat().st_size for folder in folders for file in folder.rglob("*") if file.is_file())]
    return int(SHARE_OF_FORMER * max(sizes))


def _free(place: Path) -> int:
    return shutil.disk_usage(_there(place)).free


def _there(place: Path) -> Path:
    """The nearest folder of a path that is there."""
    return next((folder for folder in (place, *place.parents) if folder.exists()), Path(place.anchor or "."))


def _mount(place: Path) -> Path:
    """Where the disk of a path begins: its mount point, or its drive."""
    there = _there(place).resolve()
    return next((folder for folder in (there, *there.parents) if os.path.ismount(folder)), there)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
