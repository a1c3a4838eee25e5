"""Who writes the warehouse just now, since when, and at which step: what a second writer is told."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines import clock
from pipelines.progress import Advance, Progress
from pipelines.texts import say

HOLDER = "build.lock.json"


def note_writer(folder: Path, build_id: str | None = None, **step: str) -> None:
    """Write down that this process is at work, from the first call on.

    Args:
        folder: The warehouse, whose writer it is.
        build_id: Of the build that it makes; None leaves what was said.
        step: `step` in words and `step_since`.
    """
    said = _noted(folder)
    if said.get("pid") != os.getpid():
        said = {"pid": os.getpid(), "build": "", "since": _now()}
    said |= step if build_id is None else {**step, "build": build_id}
    (folder / HOLDER).write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")


def holder(folder: Path) -> dict[str, object]:
    """The facts of `build_running`: pid, build, since, and step as a part of the sentence."""
    said = _noted(folder)
    step = say("build.at_step", step=said["step"], since=said.get("step_since", "?")) if said.get("step") else ""
    return {
        "pid": said.get("pid", "?"),
        "build": said.get("build") or "…",
        "since": said.get("since", "?"),
        "step": step,
    }


@dataclass
class NotedProgress:
    """Progress that also tells a second writer at which step the first one is.

    Args:
        progress: Who watches.
        folder: The warehouse.
    """

    progress: Progress
    folder: Path
    steps: list[str] = field(default_factory=lambda: [say("build.between_steps")])

    def __post_init__(self) -> None:
        self._note()

    @contextlib.contextmanager
    def task(self, text: str, total: int | None = None) -> Iterator[Advance]:
        """Do a piece of work; see `Progress`."""
        self.steps.append(text)
        self._note()
        try:
            with self.progress.task(text, total) as advance:
                yield advance
        finally:
            self.steps.pop()
            self._note()

    def _note(self) -> None:
        note_writer(self.folder, step=self.steps[-1], step_since=_now())


def _now() -> str:
    return clock.now().isoformat(sep=" ", timespec="seconds")


def _noted(folder: Path) -> dict[str, Any]:
    try:
        said = json.loads((folder / HOLDER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}
