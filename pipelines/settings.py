"""One office's settings: `anlan.toml` with a default for everything."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipelines.errors import PipelineError

SETTINGS_FILE = "anlan.toml"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Paths(_Section):
    """Folders, relative to the project's root or absolute."""

    raw: Path = Path("data/raw")
    demo: Path = Path("data/demo")
    plans: Path = Path("data/plans")
    codes: Path = Path("data/codes")
    journal: Path = Path("data/journal")
    warehouse: Path = Path("data/warehouse")


class App(_Section):
    """Where the app listens and in which language it opens."""

    address: str = "127.0.0.1"
    port: int = Field(8501, ge=1, le=65535)
    language: Literal["zh", "en"] = "zh"


class Build(_Section):
    """Limits of a build; `max_rejected_share` is a share 0-1 of the rows of one file."""

    max_rejected_share: float = Field(0.05, ge=0, le=1)
    keep_builds: int = Field(10, ge=1)
    keep_bytes: int = Field(20_000_000_000, ge=1)
    memory_limit: str = "2GB"
    threads: int = Field(2, ge=1)


class Verdict(_Section):
    """Lowest displayed probability (share 0-1) of each word.

    `loose` is the share of a bound below which every value so far must lie for the target to be marked 目标宽松.
    """

    likely: float = Field(0.8, ge=0, le=1)
    possible: float = Field(0.5, ge=0, le=1)
    needs_effort: float = Field(0.2, ge=0, le=1)
    loose: float = Field(0.2, ge=0, le=1)


class Role(_Section):
    """What one sign-in name may see: codes of regions, each with all below it; `*` is everything."""

    regions: tuple[str, ...] = Field(min_length=1)


class Settings(_Section):
    """All settings, with every path made absolute against `root`."""

    root: Path
    paths: Paths = Paths()
    app: App = App()
    build: Build = Build()
    verdict: Verdict = Verdict()
    roles: dict[str, Role] = {}

    def path(self, name: str) -> Path:
        """Absolute path of one of the folders of `[paths]`."""
        return self.root / getattr(self.paths, name)


def load_settings(root: Path | str | None = None) -> Settings:
    """Read `anlan.toml` of `root` (default: the environment's ANLAN_ROOT, else the current folder).

    Raises:
        PipelineError: The file is no TOML, or a setting is unknown or out of range (all of them at once).
    """
    home = Path(root or os.environ.get("ANLAN_ROOT", ".")).resolve()
    file = home / SETTINGS_FILE
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        return Settings(root=home, **said)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise PipelineError("settings_unreadable", where=SETTINGS_FILE, reason=str(fault)) from None
    except ValidationError as fault:
        rows = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in fault.errors()]
        raise PipelineError("settings_invalid", where=SETTINGS_FILE, rows=rows, n=len(rows)) from None
