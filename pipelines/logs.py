"""One rotating log file. It holds what was done and what went wrong, never a record or a person."""

from __future__ import annotations

import contextlib
import logging
import logging.handlers

from pipelines.settings import Settings

LOG_BYTES = 2_000_000
LOG_FILES = 5


class _Rotating(logging.handlers.RotatingFileHandler):
    """Goes on in a full file while Windows refuses to rename it because another process has it open."""

    def doRollover(self) -> None:
        """Begin a new file, or try again with the next line."""
        with contextlib.suppress(PermissionError):
            super().doRollover()


def log_to_file(settings: Settings) -> None:
    """Send the logger `anlan` to `logs/anlan.log` of the project; a folder that cannot be written is no fault."""
    logger = logging.getLogger("anlan")
    if logger.handlers:
        return
    logger.setLevel(logging.INFO)
    logger.propagate = False
    folder = settings.root / "logs"
    try:
        folder.mkdir(exist_ok=True)
        handler: logging.Handler = _Rotating(
            folder / "anlan.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8", delay=True
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger.addHandler(handler)
