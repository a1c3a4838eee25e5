"""A name for the content of a series, from which its random numbers follow.

The same content gives the same paths whatever else is simulated, in whatever order, in however many processes.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

MODEL_VERSION = 1
"""Counted up when a model's draws are to change."""
PACKAGE = Path(__file__).parent.parent


def content_key(*parts: object) -> str:
    """Thirty-two hexadecimal digits of everything that decides a simulation.

    >>> content_key("a", np.array([1.0])) == content_key("a", np.array([1.0]))
    True
    """
    digest = hashlib.blake2b(str(MODEL_VERSION).encode(), digest_size=16)
    _feed(digest, parts)
    return digest.hexdigest()


@functools.cache
def program_key() -> str:
    """Of the forecasting code: paths that another program simulated are not taken from the cache."""
    digest = hashlib.blake2b(digest_size=4)
    for file in sorted(PACKAGE.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def generator(key: str) -> np.random.Generator:
    """The generator that belongs to a key."""
    return np.random.default_rng(int(key, 16))


def _feed(digest: hashlib.blake2b, part: object) -> None:
    if isinstance(part, np.ndarray):
        digest.update(f"{part.dtype.kind}{part.shape}".encode())
        digest.update(np.ascontiguousarray(part).tobytes())
    elif isinstance(part, Mapping):
        for name in sorted(part):
            _feed(digest, (name, part[name]))
    elif isinstance(part, tuple | list):
        digest.update(f"({len(part)}".encode())
        for one in part:
            _feed(digest, one)
    else:
        digest.update(f"{type(part).__name__}{part!r}\0".encode())
