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
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from pipelines import warehouse
from pipelines.settings import Settings, load_settings
from pipelines.texts import current_language

if TYPE_CHECKING:
    from pipelines.meetings import Meeting, Seasons


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


def meeting(plan: str) -> Meeting:
    """Decisions and views of a plan's meetings, as users wrote them; new words are there at once, without a build."""
    return warehouse.read_meeting(settings(), plan)


def seasons() -> Seasons:
    """Seasons and holidays, as users wrote them."""
    return warehouse.read_seasons(settings())


def series_breaks(region: str, first: datetime.date, last: datetime.date) -> list[dict]:
    """Changes of definition of a region that begin inside a period."""
    return [row for row in warehouse.read_series_breaks(settings(), region) if first < row["begins_on"] <= last]


@functools.cache
def asset(name: str) -> str:
    """Text of a file of `dashboard/assets`, read once."""
    return (Path(__file__).resolve().parent / "assets" / name).read_text(encoding="utf-8")


def newest(dates: list[dict]) -> datetime.date | None:
    """The newest as-of date of a plan."""
    return max((row["as_of_on"] for row in dates), default=None)
