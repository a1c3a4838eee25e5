"""Simulated paths kept by the key of their content and program, one small file each, safe against being killed.

A file is a checksum of what follows, one line of JSON (name, type and shape of each array), and the arrays themselves:
the archives of numpy take ten times as long to open, and a build opens hundreds of them.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from pipelines.forecast.targets.seeds import program_key
from pipelines.forecast.targets.series import Paths

SUFFIX = ".paths"
CHECKSUM = 4


class Cache:
    """Files `<key>-<program>.paths` in a folder; a file that is damaged is as good as none.

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
            kept = (self.folder / self._name(key)).read_bytes()
        except OSError:
            return None
        return _unpacked(kept)

    def put(self, key: str, paths: Paths) -> None:
        """Keep paths under a key: written beside, then renamed, so that nobody reads half a file."""
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f"{key}.{os.getpid()}.part"
        draft.write_bytes(_packed(paths))
        os.replace(draft, self.folder / self._name(key))

    @staticmethod
    def _name(key: str) -> str:
        return f"{key}-{program_key()}{SUFFIX}"

    def keep_only(self, keys: Iterable[str]) -> None:
        """Remove what is no longer asked for."""
        if self.folder is None or not self.folder.exists():
            return
        kept = {self._name(key) for key in keys}
        for file in self.folder.iterdir():
            if file.suffix in (".part", ".npz", SUFFIX) and file.name not in kept:
                file.unlink(missing_ok=True)


def _packed(paths: Paths) -> bytes:
    arrays = {name: np.ascontiguousarray(values) for name, values in paths.items()}
    head = json.dumps([(name, values.dtype.str, values.shape) for name, values in arrays.items()])
    body = b"".join([head.encode(), b"\n", *(values.tobytes() for values in arrays.values())])
    return _checksum(body) + body


def _unpacked(kept: bytes) -> Paths | None:
    """The arrays of a file, read only; None where it is damaged."""
    checksum, body = kept[:CHECKSUM], memoryview(kept)[CHECKSUM:]
    if not body or _checksum(body) != checksum:
        return None
    at = kept.index(b"\n", CHECKSUM) + 1
    found: Paths = {}
    for name, kind, shape in json.loads(kept[CHECKSUM : at - 1]):
        values = np.frombuffer(kept, np.dtype(kind), count=int(np.prod(shape)), offset=at).reshape(shape)
        found[name], at = values, at + values.nbytes
    return found


def _checksum(body: bytes | memoryview) -> bytes:
    return zlib.crc32(body).to_bytes(CHECKSUM)
