"""Simulated paths kept by their content's key, one small file each, safe against being killed at any moment."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Container
from pathlib import Path

import numpy as np

from pipelines.forecast.targets.series import Paths


class Cache:
    """Files `<key>.npz` in a folder; a file that is damaged is as good as none.

    Args:
        folder: Where the files are; None keeps nothing.
    """

    def __init__(self, folder: Path | None):
        self.folder = folder

    def get(self, key: str) -> Paths | None:
        """What was kept under a key."""
        if self.folder is None:
            return None
        try:
            with np.load(self.folder / f"{key}.npz") as stored:
                return {name: stored[name] for name in stored.files}
        except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile):
            return None

    def put(self, key: str, paths: Paths) -> None:
        """Keep paths under a key: written beside, then renamed, so that nobody reads half a file."""
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f"{key}.{os.getpid()}.part"
        with draft.open("wb") as opened:
            np.savez(opened, **paths)
        os.replace(draft, self.folder / f"{key}.npz")

    def keep_only(self, keys: Container[str]) -> None:
        """Remove what is no longer asked for."""
        if self.folder is None or not self.folder.exists():
            return
        for file in self.folder.iterdir():
            if file.suffix == ".part" or (file.suffix == ".npz" and file.stem not in keys):
                file.unlink(missing_ok=True)
