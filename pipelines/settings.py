"""One office's settings: `anlan.toml` with a default for everything."""

from __future__ import annotations

import csv
import os
import re
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipelines.errors import PipelineError
from pipelines.faults import Said, in_words
from pipelines.texts import say

SETTINGS_FILE = "anlan.toml"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Paths(_Section):
    """Folders, relative to the project's root or absolute."""

    raw: Path = Path("data/raw")
    demo: Path = Path("data/demo")
    plans: Path = Path("data/plans")
    codes: Path = Path("data/codes")
    catalogue: Path = Path("data/catalogue")
    journal: Path = Path("data/journal")
    warehouse: Path = Path("data/warehouse")

    @model_validator(mode="after")
    def _apart(self) -> Paths:
        """Received files and what the product makes must not lie in one another."""
        folders = {name: Path(os.path.normpath(value)) for name, value in self}
        for name, folder in folders.items():
            if folder == Path("."):
                raise Said("path_is_root", name=name)
            for other, place in folders.items():
                if name != other and (folder == place or place in folder.parents):
                    raise Said("paths_overlap", name=name, other=other)
        return self


class Office(_Section):
    """Whose returns are owed to this office: codes of regions, each with all below it.

    Empty means the regions of which records of its own are loaded; see `LoadReaders.regions_owing`.
    """

    regions: tuple[str, ...] = ()


class App(_Section):
    """Where the app listens and in which language it opens."""

    address: str = "127.0.0.1"
    port: int = Field(8501, ge=1, le=65535)
    language: Literal["zh", "en"] = "zh"


class Build(_Section):
    """Limits of a build.

    A file stops it when more than `max_rejected_share` (0-1) of its rows and more than `rejected_rows_borne` of them
    are rejected; an office that gets short forms lets a few bad rows pass with the second.
    """

    max_rejected_share: float = Field(0.05, ge=0, le=1)
    rejected_rows_borne: int = Field(0, ge=0)
    keep_builds: int = Field(10, ge=1)
    keep_bytes: int = Field(20_000_000_000, ge=1)
    memory_limit: str = "2GB"
    threads: int = Field(2, ge=1)


class Spark(_Section):
    """Where `anlan build --engine spark` runs the models; see docs/other-engines.md.

    `master` is Spark's own word for it (local[2], spark://host:7077, yarn); `python` is the Python that holds pyspark,
    relative to the root, by default the one of `.venv-spark`; `config` is whatever else Spark is told.
    """

    master: str = "local[2]"
    python: str = ""
    driver_memory: str = Field("1g", pattern=r"^[1-9][0-9]*[kmgKMG]$")
    config: dict[str, str] = {}


class Statistics(_Section):
    """Which sources of statistics count where two print different figures: the first in the list that printed one.

    Where none is named, or none of them printed the figure, the one counts that was known last.
    """

    preferred: tuple[str, ...] = ()


class Verdict(_Section):
    """Lowest displayed probability (share 0-1) of each word.

    `loose` is the share of a bound below which every value so far must lie for the target to be marked 目标宽松.
    """

    likely: float = Field(0.8, ge=0, le=1)
    possible: float = Field(0.5, ge=0, le=1)
    needs_effort: float = Field(0.2, ge=0, le=1)
    loose: float = Field(0.2, ge=0, le=1)

    @model_validator(mode="after")
    def _descending(self) -> Verdict:
        if not self.likely >= self.possible >= self.needs_effort:
            raise Said("verdict_order")
        return self


class Role(_Section):
    """What one sign-in name may see: codes of regions, each with all below it; `*` is everything."""

    regions: tuple[str, ...] = Field(min_length=1)


class SignIn(_Section):
    """How people say who they are.

    `none` is for an office of one machine; `oidc` asks an OpenID Connect provider (its address and secrets stand in
    `.streamlit/secrets.toml`), `claim` is what a person is called in `[roles]`, and after `hours` one signs in again;
    `proxy` believes `user_header` from a proxy on this machine that sends the secret in `secret_header`.
    """

    method: Literal["none", "oidc", "proxy"] = "none"
    claim: str = Field("email", min_length=1)
    hours: float = Field(12, gt=0, le=720)
    user_header: str = Field("X-Forwarded-User", pattern=r"^[A-Za-z0-9-]+$")
    secret_header: str = Field("X-Anlan-Secret", pattern=r"^[A-Za-z0-9-]+$")
    secret_file: Path | None = None


class Settings(_Section):
    """All settings, with every path made absolute against `root`.

    `root` and `asks_as` (the sign-in name as which readers are opened; empty for the office itself) are said by whoever
    starts a command, and by no file.
    """

    root: Path
    asks_as: str = ""
    paths: Paths = Paths()
    office: Office = Office()
    app: App = App()
    build: Build = Build()
    spark: Spark = Spark()
    statistics: Statistics = Statistics()
    verdict: Verdict = Verdict()
    sign_in: SignIn = SignIn()
    roles: dict[str, Role] = {}

    def path(self, name: str) -> Path:
        """Absolute path of one of the folders of `[paths]`."""
        return self.root / getattr(self.paths, name)


def load_settings(root: Path | str | None = None) -> Settings:
    """Read `anlan.toml` of `root` (default: the environment's ANLAN_ROOT, else the current folder).

    Raises:
        PipelineError: There is no such folder, the file is no TOML, or a setting is unknown or out of range (all of
            them at once).
    """
    home = Path(root or os.environ.get("ANLAN_ROOT", ".")).resolve()
    if not home.is_dir():
        raise PipelineError("no_root", where=str(home))
    file = home / SETTINGS_FILE
    text = ""
    try:
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        said = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as fault:
        raise PipelineError("settings_unreadable", where=SETTINGS_FILE, reason=_reason(fault)) from None
    if own := sorted({"root", "asks_as"} & set(said)):  # fields of ours that no file may set
        rows = [_fault_row(text, (name,), say("catalogue.faults.extra_forbidden")) for name in own]
        raise PipelineError("settings_invalid", where=SETTINGS_FILE, rows=rows, n=len(rows))
    try:
        settings = Settings(root=home, **said)
    except ValidationError as fault:
        rows = [_fault_row(text, error["loc"], in_words(error)) for error in fault.errors()]
        raise PipelineError("settings_invalid", where=SETTINGS_FILE, rows=rows, n=len(rows)) from None
    rows = [_fault_row(text, ("office", "regions"), reason) for reason in _odd_regions(settings)]
    if rows:
        raise PipelineError("settings_invalid", where=SETTINGS_FILE, rows=rows, n=len(rows))
    return settings


def _odd_regions(settings: Settings) -> list[str]:
    """Why regions of `[office] regions` are none: a name in the place of a code, or nothing that is known."""
    file = settings.path("codes") / "regions.csv"
    if not settings.office.regions or not file.exists():
        return []  # that the list is missing is said by whoever needs it
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            known = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error):
        return []  # what is wrong with it as well
    codes = {row.get("region_code") for row in known}
    named = {row.get(name): row.get("region_code") for row in known for name in ("name_en", "name_zh")}
    odd = [region for region in settings.office.regions if region not in codes]
    return [
        say("settings.region_named", region=region, code=named[region.strip()])
        if region.strip() in named
        else say("settings.region_unknown", region=region)
        for region in odd
    ]


def _fault_row(text: str, place: tuple, reason: str) -> str:
    """One fault with the line of its setting; `tomllib` keeps no lines, so it is looked for as people write it."""
    return say("catalogue.fault_row", line=_line_of(text, place), path=".".join(map(str, place)) or "-", reason=reason)


def _line_of(text: str, place: tuple) -> int:
    found, section = 1, ""
    names = [str(part) for part in place if not isinstance(part, int)]
    for number, line in enumerate(text.splitlines(), start=1):
        plain = line.strip()
        if plain.startswith("["):
            section = plain.partition("]")[0].strip("[ \t").replace('"', "").replace("'", "")
            if section == ".".join(names[: section.count(".") + 1]):
                found = number
        elif "=" in plain and not plain.startswith("#"):
            key = plain.partition("=")[0].strip().strip("\"'")
            if ".".join(filter(None, (section, key))) == ".".join(names):
                return number
    return found


def _reason(fault: Exception) -> str:
    if isinstance(fault, UnicodeDecodeError):
        return say("catalogue.unreadable.not_utf8", offset=fault.start + 1)
    if isinstance(fault, OSError):
        return say("catalogue.unreadable.no_file")
    place = re.search(r"line (\d+), column (\d+)", str(fault))
    if place is None:
        return say("settings.not_toml")
    return say("settings.not_toml_at", line=place[1], column=place[2])
