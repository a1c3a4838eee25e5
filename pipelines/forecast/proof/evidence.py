"""The shipped evidence: what was stated beside what came true on real series, and the scores of it."""

from __future__ import annotations

import csv
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "evidence"
RELIABILITY = {
    "kind": "VARCHAR",
    "lead": "INTEGER",
    "bin": "INTEGER",
    "stated": "DOUBLE",
    "happened": "DOUBLE",
    "n": "INTEGER",
}
SKILL = {
    "kind": "VARCHAR",
    "lead": "INTEGER",
    "model": "VARCHAR",
    "targets": "INTEGER",
    "cases": "INTEGER",
    "countries": "INTEGER",
    "brier": "DOUBLE",
    "reliability": "DOUBLE",
    "resolution": "DOUBLE",
    "uncertainty": "DOUBLE",
    "within": "DOUBLE",
    "ece": "DOUBLE",
    "ece_if_perfect": "DOUBLE",
    "ece_limit": "DOUBLE",
    "skill": "DOUBLE",
    "skill_se": "DOUBLE",
    "coverage80": "DOUBLE",
    "coverage80_se": "DOUBLE",
    "width80": "DOUBLE",
}
_READ = {"VARCHAR": str, "INTEGER": int, "DOUBLE": float}


def reliability_rows() -> list[tuple]:
    """Rows of `forecast_reliability`: bins of stated probability by kind and lead (0 = all leads)."""
    return _rows("reliability.csv", RELIABILITY)


def skill_rows() -> list[tuple]:
    """Rows of `forecast_skill`: Brier with its parts, skill, coverage and width by kind, lead and model."""
    return _rows("scores.csv", SKILL)


def sample_rows() -> list[tuple]:
    """Bins of the small part of the cases that a test recomputes."""
    return _rows("sample.csv", RELIABILITY)


def _rows(name: str, columns: dict[str, str]) -> list[tuple]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as lines:
        read = csv.DictReader(line for line in lines if not line.startswith("#"))
        return [tuple(_READ[kind](row[column]) for column, kind in columns.items()) for row in read]
