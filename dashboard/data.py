"""Caching between the pages and the one gate; nothing else is read, and nothing is computed.

A page run pins one build (`pin`). Every answer is cached under the build, the regions of whoever asks, the question and
its parameters, so that nobody is served another's rows and a new build never mixes with an old one; and under the
language, because some answers are in words.
"""

from __future__ import annotations

import datetime
import functools
import os
import pickle
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import warehouse
from pipelines.principals import Principal
from pipelines.settings import SETTINGS_FILE, Settings, load_settings
from pipelines.texts import current_language

if TYPE_CHECKING:
    from pipelines.meetings import Meeting, Seasons


Regions = tuple[str, ...] | None
OPEN_BUILDS = 64
"""Builds that are held open, times groups of people who may see the same; an idle one costs a few hundred kilobytes."""


@functools.lru_cache(maxsize=4)
def _settings(root: str, *_: int) -> Settings:
    """Read once for each time that the file was written, so that a role that was taken away is gone at once."""
    return load_settings(root)


def settings() -> Settings:
    """The office's settings as they stand in the file now."""
    root = os.environ.get("ANLAN_ROOT", ".")
    try:
        written = (Path(root) / SETTINGS_FILE).stat()
    except OSError:
        return _settings(root)
    return _settings(root, written.st_mtime_ns, written.st_size)


# What falls out of this cache is closed when the last page that asks it is done; closing it here would break that page.
# Streamlit's own cache takes half a millisecond to find one, and a page asks twenty times.
@functools.lru_cache(maxsize=OPEN_BUILDS)
def _gate(root: str, build: str, regions: Regions) -> warehouse.Warehouse:
    principal = Principal("", None if regions is None else frozenset(regions))
    return warehouse.open(settings(), build=build, principal=principal)


class _Answers:
    """The latest answers, packed, so that every page gets a copy of its own; the longest unasked fall out.

    Streamlit's own cache takes half a millisecond to find the name of a question, and a page asks thirty.

    Args:
        room: Bytes of all that is kept. An answer of more than an eighth of it, such as the rows of a download, is not.
    """

    def __init__(self, room: int):
        self._room, self._held, self._lock = room, 0, threading.Lock()
        self._packed: OrderedDict[bytes, bytes] = OrderedDict()
        self._asked: dict[bytes, threading.Lock] = {}

    def ask(self, *question: object) -> object:
        """The answer to root, build, regions, language, method, arguments; of sessions that ask at once one works."""
        key = pickle.dumps(question, pickle.HIGHEST_PROTOCOL)
        if (packed := self._kept(key)) is not None:
            return pickle.loads(packed)
        with self._lock:
            turn = self._asked.setdefault(key, threading.Lock())
        try:
            with turn:
                if (packed := self._kept(key)) is not None:
                    return pickle.loads(packed)
                root, build, regions, _, method, arguments = question
                answer = getattr(_gate(root, build, regions), method)(*arguments)
                self._keep(key, pickle.dumps(answer, pickle.HIGHEST_PROTOCOL))
                return answer
        finally:
            with self._lock:
                self._asked.pop(key, None)

    def _kept(self, key: bytes) -> bytes | None:
        with self._lock:
            if key in self._packed:
                self._packed.move_to_end(key)
            return self._packed.get(key)

    def _keep(self, key: bytes, packed: bytes) -> None:
        if len(key) + len(packed) > self._room / 8:
            return
        with self._lock:
            self._held += len(key) + len(packed) - self._size(key)
            self._packed[key] = packed
            while self._held > self._room:
                self._held -= self._size(next(iter(self._packed)))
                self._packed.popitem(last=False)

    def _size(self, key: bytes) -> int:
        return len(key) + len(self._packed[key]) if key in self._packed else 0

    @property
    def held(self) -> int:
        """Bytes of all that is kept."""
        return self._held

    def clear(self) -> None:
        """Forget all answers."""
        with self._lock:
            self._packed.clear()
            self._held = 0


ANSWERS = _Answers(64 * 1024 * 1024)


@dataclass(frozen=True)
class Reader:
    """One build as one principal may see it; every method asks the gate's method of that name.

    Args:
        root: The office's root folder.
        build: Build id, pinned for the run of a page.
        seen: Regions of whoever asks (`Principal.key`); None sees all.
        fell_back_from: A newer build whose files are damaged; empty when this is the newest.
    """

    root: str
    build: str
    seen: Regions = None
    fell_back_from: str = ""

    def __getattr__(self, method: str):
        if method.startswith("_"):
            raise AttributeError(method)
        return lambda *arguments: ANSWERS.ask(self.root, self.build, self.seen, current_language(), method, arguments)


def pin(principal: Principal) -> Reader:
    """The current build, for one run of a page.

    Args:
        principal: Who asks.

    Raises:
        PipelineError: There is no build yet, or none that can be read.
    """
    root = os.environ.get("ANLAN_ROOT", ".")
    found = warehouse.current_published(settings())
    return Reader(root, found.build_id, principal.key, found.fell_back_from)


def current_build() -> str:
    """Name of the build that a page would take now."""
    return warehouse.current(settings())


def document(reader: Reader, kind: str, plan: str, quarter: str, as_of: datetime.date, language: str) -> bytes:
    """A document of a quarter as a file, from the pinned build and for whoever asks.

    Args:
        reader: The pinned build.
        kind: `brief`, `slides`, `workbook` or `page`.
        plan: Plan id.
        quarter: Such as 2024Q3.
        as_of: As-of dates after it do not count.
        language: `zh` or `en`.

    Raises:
        PipelineError: The finished file and the build differ.
    """
    from pipelines.briefing.documents import make_document  # only here: no page needs what it brings

    house = _gate(reader.root, reader.build, reader.seen)
    return make_document(kind, house, settings(), plan, quarter, language, as_of).document


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
