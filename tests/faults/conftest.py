"""A small office whose builds take a second, and the command as an administrator runs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines import warehouse
from pipelines.settings import load_settings
from tests.principals.office import BEICHEN, REPOSITORY, write_file

ROWS = 20


def add_file(root: Path, number: int) -> None:
    """Twenty further accidents in a file of their own."""
    place = BEICHEN.places[0]
    rows = [
        (f"F{number}-{n}", "reported", place, f"2023-05-{n + 1:02d} 08:00", f"2023-05-{n + 2:02d} 09:00",
         "construction", 1, 0, 1000 + n, "Y", "甲厂")
        for n in range(ROWS)
    ]  # fmt: skip
    write_file(root, "accidents", f"f{number:03d}.csv", rows)


def accidents(root: Path, **more) -> int:
    """How many accidents readers see."""
    with warehouse.open(load_settings(root), **more) as house:
        return house.query("SELECT COUNT(*) AS n FROM core_accidents__versions")[0]["n"]


def make_small_office(root: Path, warehouse_at: Path | None = None) -> Path:
    """The code lists, one plan, one file; not built yet."""
    said = (REPOSITORY / "anlan.toml").read_text(encoding="utf-8")
    if warehouse_at is not None:
        said = said.replace('"data/warehouse"', f'"{warehouse_at.as_posix()}"')
    (root / "anlan.toml").write_text(said, encoding="utf-8")
    for folder in ("codes", "catalogue"):
        shutil.copytree(REPOSITORY / "data" / folder, root / "data" / folder)
    (root / "data/plans").mkdir(parents=True)
    shutil.copy(REPOSITORY / "data/plans/beichen.yml", root / "data/plans")
    shutil.copy(REPOSITORY / "data/plans/tianjin.yml", root / "data/plans")
    shutil.copy(REPOSITORY / "data/plans/published-facts.csv", root / "data/plans")
    add_file(root, 0)
    return root


@pytest.fixture
def small_office(tmp_path):
    return make_small_office(tmp_path)


def command(root: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "pipelines.cli", "--root", str(root), *words]


def environment() -> dict[str, str]:
    return {**os.environ, "ANLAN_LANG": "en", "COLUMNS": "240", "PYTHONUTF8": "1"}


@pytest.fixture
def anlan():
    """Run one command to its end."""

    def run(root: Path, *words: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            command(root, *words), cwd=REPOSITORY, env=environment(), capture_output=True, text=True, timeout=300
        )

    return run
