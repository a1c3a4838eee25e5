"""A query on a bureau's own database as a source of records: `data/raw/<kind>/<name>.source.yml`.

The file says where to ask, what, and by which column new rows are known. It never holds a password: a service of
`pg_service.conf` or an environment variable leads to the database, and the password stands where libpq looks for it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from pipelines.catalogue.yamlfile import read_model
from pipelines.errors import PipelineError, SeveralErrors
from pipelines.faults import Said
from pipelines.settings import Settings
from pipelines.sources.contract import KINDS

ENDING = ".source.yml"
_NAME = re.compile(r"[\w-]+")
_SECRET = re.compile(r"pass(word|wd|phrase)?|pwd|secret|token", re.IGNORECASE)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Connection(_Part):
    """Which database: exactly one of the two.

    `service` is a section of `pg_service.conf`; `environment` is the name of a variable that holds a connection string.
    """

    service: str = Field("", max_length=120)
    environment: str = Field("", pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")

    @model_validator(mode="before")
    @classmethod
    def _holds_no_secret(cls, said: object) -> object:
        if isinstance(said, dict) and any(_SECRET.search(str(key)) for key in said):
            raise Said("secret_in_file")
        return said

    @model_validator(mode="after")
    def _is_one(self) -> Connection:
        if bool(self.service) == bool(self.environment):
            raise Said("one_connection")
        return self


class DatabaseSource(_Part):
    """What is asked, and how its rows are known again.

    Attributes:
        database: Which reader asks; `postgresql` unless another one is installed.
        connection: See `Connection`.
        query: One SELECT; its columns are the headings of the records.
        cursor: Column that only grows as rows are made or changed: a time, a date or a whole number. Without it every
            pull takes the whole answer in the place of the former one.
        look_back: How far before the last cursor to ask again (`3 days`, `12 hours`, `1000` for numbers), because a
            row that is stamped early may be committed late. Required with `cursor`.
        source, publisher, publisher_en, mapping: As in `provenance.yml`.
        first_pull_is_history: The time of report in the records of the first pull is the time at which they became
            known; those of later pulls became known when they were pulled.
        timeout_seconds: Longest time for the database to answer one step.
        batch_rows: Rows held in memory at once.
    """

    database: str = "postgresql"
    connection: Connection
    query: str = Field(min_length=1)
    cursor: str = ""
    look_back: str = Field("", pattern=r"^(\d{1,9}( (days?|hours?|minutes?))?)?$")
    source: str = Field("", max_length=120)
    publisher: str = Field("", max_length=120)
    publisher_en: str = Field("", max_length=120)
    mapping: str | None = None
    first_pull_is_history: bool = False
    timeout_seconds: int = Field(300, ge=1, le=86_400)
    batch_rows: int = Field(10_000, ge=1, le=1_000_000)

    @field_validator("look_back", mode="before")
    @classmethod
    def _number_is_text(cls, said: object) -> object:
        return str(said) if isinstance(said, int) and not isinstance(said, bool) else said

    @model_validator(mode="after")
    def _looks_back(self) -> DatabaseSource:
        if bool(self.cursor) != bool(self.look_back):
            raise Said("cursor_needs_look_back")
        return self

    @property
    def query_digest(self) -> str:
        """Changes with what is asked: the query and its cursor."""
        return hashlib.sha256(f"{self.query.strip()}\n{self.cursor}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Asked:
    """One `*.source.yml`.

    Attributes:
        path: The file; `shown` is how messages name it.
        kind: Of its records.
        name: The file's name without its ending.
        said: Its content.
    """

    path: Path
    shown: str
    kind: str
    name: str
    said: DatabaseSource

    @property
    def folder(self) -> Path:
        """Where its pulls are kept, among the records."""
        return self.path.parent / self.name


def find_sources(settings: Settings) -> list[Asked]:
    """All database sources of the office, in the order of their paths.

    Raises:
        PipelineError: What is wrong with any of the files, together.
    """
    found: list[Asked] = []
    errors: list[PipelineError] = []
    for path, shown, kind in _files(settings):
        name = path.name.removesuffix(ENDING)
        try:
            if not path.name.endswith(ENDING) or not _NAME.fullmatch(name):
                raise PipelineError("database_source_name", where=shown, ending=ENDING)
            found.append(Asked(path, shown, kind, name, read_model(path, DatabaseSource, shown_as=shown)))
        except PipelineError as error:
            errors.append(error)
    if errors:
        raise errors[0] if len(errors) == 1 else SeveralErrors(errors)
    return found


def _files(settings: Settings) -> Iterator[tuple[Path, str, str]]:
    root = settings.path("raw")
    for kind in KINDS:
        for path in sorted((root / kind).glob("*.source.y*ml")):
            shown = path.relative_to(settings.root) if path.is_relative_to(settings.root) else path
            yield path, shown.as_posix(), kind
