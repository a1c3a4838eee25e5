"""What describes the records without being records: looked over by `anlan check`, without reading a row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from pipelines.errors import PipelineError, SeveralErrors
from pipelines.settings import Settings
from pipelines.sources.codes import read_codes
from pipelines.sources.contract import load_contract
from pipelines.sources.corrections import read_corrections
from pipelines.sources.database_source import find_sources
from pipelines.sources.inbox import find_files, mapping_path
from pipelines.sources.mapping import load_mapping
from pipelines.sources.reporting_calendar import reporting_calendar

Made = TypeVar("Made")


def check_definitions(settings: Settings, today: date) -> None:
    """Read the code lists, the reporting calendar, and the provenance, corrections and mappings beside the records.

    Args:
        settings: Where they stand.
        today: The day of the check; nothing can have been received later.

    Raises:
        PipelineError: The faults of all of them together (`SeveralErrors`).
    """
    errors: list[PipelineError] = []

    def read(what: Callable[[], Made]) -> Made | None:
        try:
            return what()
        except PipelineError as error:
            errors.extend(error.errors if isinstance(error, SeveralErrors) else [error])
            return None

    codes = read(lambda: read_codes(settings.path("codes")))
    if codes is not None:
        read(lambda: reporting_calendar(settings.path("codes"), codes.regions, today))
    files = read(lambda: find_files(settings, today)) or []
    read(lambda: find_sources(settings))
    folders = {file.kind_folder: (file.kind, file.shown.split(f"/{file.kind}/", 1)[0]) for file in files}
    for folder, (kind, above) in folders.items():
        read(lambda folder=folder, kind=kind, above=above: _corrections(folder, kind, above))
    seen = set()
    for file in files:
        named = (file.path.parent, file.declared.mapping)
        if named not in seen:
            seen.add(named)
            path = read(lambda file=file: mapping_path(file))
            if path is not None and path not in seen:
                seen.add(path)
                shown = path.relative_to(settings.root).as_posix()
                read(lambda path=path, shown=shown: load_mapping(path, shown))
    if errors:
        raise errors[0] if len(errors) == 1 else SeveralErrors(errors)


def _corrections(folder: Path, kind: str, above: str) -> None:
    read_corrections(folder, f"{above}/{kind}", load_contract(kind))
