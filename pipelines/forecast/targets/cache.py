"""Simulated paths kept by the key of their content and program, one small file each, safe against being killed."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from pipelines.forecast.targets.seeds import program_key
from pipelines.forecast.targets.series import Paths


class Cache:
    """Files `<key>-<program>.npz` in a folder; a file that is damaged is as good as none.

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
            with np.load(self.folder / self._name(key)) as stored:
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
        os.replace(draft, self.folder / self._name(key))

    @staticmethod
    def _name(key: str) -> str:
        return f"{key}-{program_key()}.npz"

    def keep_only(self, keys: Iterable[str]) -> None:
        """Remove what is no longer asked for."""
        if self.folder is None or not self.folder.exists():
            return
        kept = {self._name(key) for key in keys}
        for file in self.folder.iterdir():
            if file.suffix in (".part", ".npz") and file.name not in kept:
                file.unlink(missing_ok=True)
