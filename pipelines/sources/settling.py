"""Who waits for the disk when a landed folder is finished: nobody but a thread, while the next file is cast.

A disk takes some thousandths of a second to confirm a file, and a small file is cast in little more.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

Bring = Callable[[], None]
Settle = Callable[[Bring], object]


def at_once(bring: Bring) -> None:
    """Bring a finished folder to the disk before anything else."""
    bring()


class Settling:
    """A thread that brings finished folders to the disk, one after the other."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._under_way: list[Future[None]] = []

    def __enter__(self) -> Settling:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown()

    def settle(self, bring: Bring) -> None:
        """Have it done beside other work."""
        self._under_way.append(self._thread.submit(bring))

    def wait(self) -> None:
        """Wait until all are there, and raise what went wrong with one."""
        while self._under_way:
            self._under_way.pop(0).result()
