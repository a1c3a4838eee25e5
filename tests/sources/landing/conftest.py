"""A project of its own for each test: the real code lists, and whatever files the test writes."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.settings import load_settings
from pipelines.sources import land_all
from pipelines.sources.receipts import note_published

ROOT = Path(__file__).resolve().parents[3]
TODAY = date(2026, 11, 22)


class Project:
    """A project folder with files to land."""

    def __init__(self, root: Path):
        self.root = root
        shutil.copytree(ROOT / "data" / "codes", root / "data" / "codes")
        (root / "data" / "raw").mkdir()

    @property
    def settings(self):
        """Of an office that bears no rejected rows beyond their share, so that short files can stop a build."""
        said = load_settings(self.root)
        return said.model_copy(update={"build": said.build.model_copy(update={"rejected_rows_borne": 0})})

    def write(self, path: str, text: str, encoding: str = "utf-8") -> Path:
        target = self.root / "data" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode(encoding))
        return target

    def accidents(self, *rows: str, name: str = "q3.csv", heading: str = "", where: str = "raw") -> Path:
        heading = heading or "事故编号,行政区划代码,发生时间,报告时间,行业领域,死亡人数,直接经济损失（万元）"
        return self.write(f"{where}/accidents/{name}", "\n".join([heading, *rows, ""]))

    def land(self, today: date = TODAY, **more):
        """Land all files; where nothing is wrong they count as published, as after a build."""
        landing = land_all(self.settings, today=today, **more)
        if not landing.errors and more.get("write", True):
            note_published(self.settings, landing.files, today)
        return landing

    def rows(self, landing, kind: str, columns: str) -> list[tuple]:
        files = [str(path) for path in landing.parquet(kind)]
        con = duckdb.connect()
        try:
            return con.execute(
                f"SELECT {columns} FROM read_parquet(?) ORDER BY file_id, sheet, record_number", [files]
            ).fetchall()
        finally:
            con.close()


@pytest.fixture
def project(tmp_path, monkeypatch) -> Project:
    monkeypatch.setenv("ANLAN_LANG", "en")
    return Project(tmp_path)


@pytest.fixture(params=[5_000, 0], ids=["row by row", "in bulk"])
def cast_either_way(monkeypatch, request) -> None:
    """Each test twice: its small files are cast in Python, and as large ones are, by the database."""
    monkeypatch.setattr("pipelines.sources.land_table.FEW", request.param)
    monkeypatch.setattr("pipelines.sources.readers.csv_file.SMALL", request.param)
