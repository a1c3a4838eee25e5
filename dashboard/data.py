"""Caching between the pages and the one gate; nothing else is read, and nothing is computed.

A page run pins one build (`pin`). Every answer is cached under the build, the principal, the question and its
parameters, so that nobody is served another's rows and a new build never mixes with an old one; and under the language,
because some answers are in words.
"""

from __future__ import annotations

import datetime
import functools
import os
from dataclasses import dataclass

import streamlit as st

from pipelines import warehouse
from pipelines.settings import Settings, load_settings
from pipelines.texts import current_language


@functools.lru_cache(maxsize=4)
def _settings(root: str) -> Settings:
    return load_settings(root)


def settings() -> Settings:
    """The office's settings, read once for each root."""
    return _settings(os.environ.get("ANLAN_ROOT", "."))


@st.cache_resource(max_entries=3, show_spinner=False, on_release=lambda gate: gate.close())
def _gate(root: str, build: str, principal: str | None) -> warehouse.Warehouse:
    return warehouse.open(_settings(root), build=build, principal=principal)


@st.cache_data(max_entries=2000, show_spinner=False)
def _ask(root: str, build: str, principal: str | None, language: str, method: str, arguments: tuple) -> object:
    return getattr(_gate(root, build, principal), method)(*arguments)


@dataclass(frozen=True)
class Reader:
    """One build as one principal may see it; every method asks the gate's method of that name.

    Args:
        root: The office's root folder.
        build: Build id, pinned for the run of a page.
        principal: Who asks; None where nobody signs in.
    """

    root: str
    build: str
    principal: str | None = None

    def __getattr__(self, method: str):
        if method.startswith("_"):
            raise AttributeError(method)
        return lambda *arguments: _ask(self.root, self.build, self.principal, current_language(), method, arguments)


def pin(principal: str | None = None) -> Reader:
    """The current build, for one run of a page.

    Raises:
        PipelineError: There is no build yet, or none that can be read.
    """
    root = os.environ.get("ANLAN_ROOT", ".")
    return Reader(root, warehouse.current(settings()), principal)


def newest(dates: list[dict]) -> datetime.date | None:
    """The newest as-of date of a plan."""
    return max((row["as_of_on"] for row in dates), default=None)
