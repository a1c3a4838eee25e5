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
    """Remove the folders of processes that are no more.

    Returns:
        How many there were.
    """
    removed = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        found = re.fullmatch(rf"{PREFIX}(\d+)-\w+", folder.name)
        if found and folder.is_dir() and not folder.is_symlink() and not _is_running(int(found[1])):
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed


def _is_running(process: int) -> bool:
    import psutil  # rarely needed, and not free to load

    return psutil.pid_exists(process)
