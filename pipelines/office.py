"""Whether a folder is an office: what the product brings along must lie there before anything can be read."""

from __future__ import annotations

from pathlib import Path

from pipelines.errors import PipelineError
from pipelines.settings import Settings
from pipelines.texts import say

PROGRAM = Path(__file__).resolve().parents[1]
BROUGHT = ("codes", "plans", "catalogue", "raw")


def require_office(settings: Settings) -> None:
    """Refuse a folder without code lists, and say what to copy there.

    Raises:
        PipelineError: `no_office`.
    """
    if settings.path("codes").is_dir():
        return
    names = [settings.paths.model_dump()[name] for name in BROUGHT if not settings.path(name).is_dir()]
    folders = say("sources.comma").join(Path(name).as_posix() for name in names)
    raise PipelineError("no_office", where=str(settings.root), folders=folders, program=PROGRAM)
