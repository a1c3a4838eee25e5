"""Folders for working copies: a text turned into UTF-8, a member of an archive, the sheets of a workbook.

They hold what the sender wrote, names and telephone numbers included, so none may outlive the reading: not when the
file is refused halfway, and not when the process was killed (`remove_left_behind` takes those away).
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

PREFIX = "anlan-read-"
_CLOCK_SECONDS = 60  # a clock that is set may move the start of a process against the time of a folder
_Owner = TypeVar("_Owner")


def working_folder() -> Path:
    """A new folder in the system's folder for temporary files, named after this process."""
    return Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))


def with_working_folder(read: Callable[[Path], _Owner]) -> _Owner:
    """What `read` makes of a new folder; the folder goes when that goes, or at once when `read` fails."""
    folder = working_folder()
    try:
        owner = read(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    weakref.finalize(owner, shutil.rmtree, folder, True)
    return owner


def remove_left_behind() -> int:
    """Remove the folders of processes that are no more, also where another one has got the number of theirs.

    Returns:
        How many there were.
    """
    removed = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        found = re.fullmatch(rf"{PREFIX}(\d+)-\w+", folder.name)
        if found and folder.is_dir() and not folder.is_symlink() and not _is_in_use(folder, int(found[1])):
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed


def _is_in_use(folder: Path, process: int) -> bool:
    """Whether the process runs that made a folder, and not a younger one that got the same number."""
    import psutil  # rarely needed, and not free to load

    try:
        began = psutil.Process(process).create_time()
        return began <= folder.stat().st_mtime + _CLOCK_SECONDS
    except (psutil.NoSuchProcess, FileNotFoundError):
        return False
    except psutil.AccessDenied:
        return True
