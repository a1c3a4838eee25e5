"""What decides what a build holds: its inputs, and the program itself."""

from __future__ import annotations

import functools
import hashlib
import json
from pathlib import Path

from pipelines.inputs import Landing
from pipelines.settings import Settings

PACKAGE = Path(__file__).parent
# What these folders hold does not change a single number of a build.
_WITHOUT_INFLUENCE = {"texts", "demo", "briefing", "__pycache__"}


def inputs_fingerprint(settings: Settings, landing: Landing) -> str:
    """Of everything that decides what a build holds: records, code lists, plans, settings, and the program."""
    digest = hashlib.sha256(landing.fingerprint.encode())
    digest.update(definitions_fingerprint(settings).encode())
    digest.update(code_fingerprint().encode())
    return digest.hexdigest()


def definitions_fingerprint(settings: Settings) -> str:
    """Of what assessments rest on beside records and program: code lists, plans, own indicators, and settings."""
    digest = hashlib.sha256()
    for name in ("codes", "plans", "catalogue"):
        for file in sorted(settings.path(name).glob("*.*")):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    for section in (settings.verdict, settings.statistics):
        digest.update(json.dumps(section.model_dump(), sort_keys=True).encode())
    return digest.hexdigest()


@functools.cache
def code_fingerprint() -> str:
    """Of the program's files that may change a number."""
    digest = hashlib.sha256()
    for file in sorted(PACKAGE.rglob("*")):
        place = file.relative_to(PACKAGE)
        if file.suffix in (".py", ".sql", ".yml") and not _WITHOUT_INFLUENCE & set(place.parts):
            digest.update(place.as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]
