"""Progress bars on long work: rich ones on a terminal, nothing anywhere else."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Protocol

Advance = Callable[[int], None]


class Progress(Protocol):
    """What long work tells while it runs."""

    def task(self, text: str, total: int | None = None) -> contextlib.AbstractContextManager[Advance]:
        """Announce a piece of work; the block's function is called with every so many units done.

        Args:
            text: What is being done, in the user's language.
            total: Units in all; None when it is not known beforehand.
        """


class Silent:
    """Progress that nobody watches."""

    @contextlib.contextmanager
    def task(self, text: str, total: int | None = None) -> Iterator[Advance]:
        """Do the work and say nothing."""
        yield lambda done: None


class _Bars:
    def __init__(self, display):
        self._display = display

    @contextlib.contextmanager
    def task(self, text: str, total: int | None = None) -> Iterator[Advance]:
        number = self._display.add_task(text, total=total)
        try:
            yield lambda done: self._display.update(number, advance=done)
        finally:
            self._display.remove_task(number)


@contextlib.contextmanager
def progress_bar() -> Iterator[Progress]:
    """Bars on the terminal's error stream while the block runs; silent where that is no terminal."""
    if not sys.stderr.isatty():
        yield Silent()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as RichProgress

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with RichProgress(*columns, console=Console(stderr=True), transient=True) as display:
        yield _Bars(display)
