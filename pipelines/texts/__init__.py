"""Every sentence that users read, once per language: `zh.yml` and `en.yml` beside this file.

A text may name facts in braces (`{n} rows`). The two files hold the same keys with the same facts; a test sees to it.
"""

from __future__ import annotations

import contextlib
import contextvars
import functools
import os
from collections.abc import Iterator
from pathlib import Path

import yaml

LANGUAGES = ("zh", "en")
_current: contextvars.ContextVar[str | None] = contextvars.ContextVar("language", default=None)


@functools.cache
def _texts(language: str) -> dict[str, str]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    tree = yaml.load((Path(__file__).parent / f"{language}.yml").read_text(encoding="utf-8"), loader)
    return dict(_flat(tree))


def _flat(tree: dict, prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


def current_language() -> str:
    """`zh` unless the environment's ANLAN_LANG or `in_language` says `en`."""
    said = _current.get() or os.environ.get("ANLAN_LANG", "zh")[:2].lower()
    return said if said in LANGUAGES else "zh"


def set_language(language: str) -> None:
    """Make `language` the current one for this thread of work."""
    _current.set(language)


@contextlib.contextmanager
def in_language(language: str) -> Iterator[None]:
    """Make `language` the current one inside a with block."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def has(key: str) -> bool:
    """Whether there is a text of that key."""
    return key in _texts("en")


def template(key: str, language: str | None = None, /) -> str:
    """The text of a key with its braces as they are."""
    return _texts(language or current_language())[key]


def say(key: str, language: str | None = None, /, **facts: object) -> str:
    """The text of a key with its facts filled in.

    Args:
        key: Dotted path in the files, such as `verdicts.likely`.
        language: `zh`, `en`, or None for the current one.
        facts: Values for the braces of the text.

    Raises:
        KeyError: No such text, or a fact that the text names is missing; both are our mistakes.
    """
    text = _texts(language or current_language())[key]
    return text.format(**facts) if "{" in text else text
