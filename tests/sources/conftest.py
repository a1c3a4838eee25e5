"""Fixtures of the source tests: the shared real data, and one file through the whole landing."""

import dataclasses
import datetime
import json
import os
from pathlib import Path

import duckdb
import pytest

from pipelines.sources.cast import Context
from pipelines.sources.codes import read_codes
from pipelines.sources.contract import load_contract
from pipelines.sources.file_work import ACCEPTED, RECEIPT, REJECTED
from pipelines.sources.land_file import land_file
from pipelines.sources.mapping import load_mapping

RECEIVED_ON = datetime.date(2024, 10, 8)


@pytest.fixture(scope="session")
def real_records(repository) -> Path:
    """The folder of real records beside the project; a test that needs it skips without it, and fails in CI."""
    folder = repository.parent / "shared" / "real-data" / "records"
    if not folder.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("../shared/real-data/records is missing, and CI must have it")
        pytest.skip("../shared/real-data/records is not here")
    return folder


@dataclasses.dataclass
class Landed:
    """What became of one file."""

    con: duckdb.DuckDBPyConnection
    folder: Path

    @property
    def receipt(self) -> dict:
        return json.loads((self.folder / RECEIPT).read_text(encoding="utf-8"))

    def accepted(self, select: str) -> list[tuple]:
        """Rows of `SELECT … FROM accepted`."""
        return self._rows(ACCEPTED, select)

    def rejected(self, select: str = "line_number, original_line, reasons") -> list[tuple]:
        """Rows of `SELECT … FROM rejected`, none where nothing was rejected."""
        return self._rows(REJECTED, select) if (self.folder / REJECTED).exists() else []

    def reasons(self) -> list[tuple]:
        """(line number, code, field, value) of every reason, in order."""
        found = []
        for line, reasons in self.rejected("line_number, reasons"):
            found += [(line, each["code"], each["field"], each["value"]) for each in json.loads(reasons)]
        return found

    def _rows(self, part: str, select: str) -> list[tuple]:
        return self.con.execute(f"SELECT {select} FROM read_parquet('{self.folder / part}')").fetchall()


@pytest.fixture
def land(tmp_path, repository):
    """Land one file: `land(path, kind)` or `land(path, mapping=path of a YAML)`."""
    codes = read_codes(repository / "data" / "codes")
    with duckdb.connect() as con:

        def one(path: Path, kind: str = "accidents", mapping: Path | None = None, received_on=RECEIVED_ON) -> Landed:
            read_by = load_mapping(mapping) if mapping else None
            contract = load_contract(read_by.kind if read_by else kind)
            context = Context("0" * 16, "test", received_on, codes)
            target = tmp_path / "landed" / (path.name + str(len(list(tmp_path.glob("landed/*")))))
            target.parent.mkdir(exist_ok=True)
            shown = f"data/raw/{contract.kind}/{path.name}"
            land_file(con, path, shown, target, contract, context, read_by, ())
            return Landed(con, target)

        yield one
