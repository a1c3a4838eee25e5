"""One file of any bytes through the whole landing, and what must hold whatever is in it."""

import datetime
import json
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path

import duckdb

from pipelines.errors import PipelineError
from pipelines.sources.cast import Context
from pipelines.sources.codes import read_codes
from pipelines.sources.contract import load_contract
from pipelines.sources.file_work import ACCEPTED, RECEIPT, REJECTED
from pipelines.sources.land_file import land_file
from pipelines.sources.quarantine import row_text

ROOT = Path(__file__).resolve().parents[2]
RECEIVED_ON = datetime.date(2024, 10, 8)
FREE_TEXTS = ("description", "enterprise", "topic")
MOBILE = re.compile(r"(?<![0-9A-Za-z])1[3-9][0-9]{9}(?![0-9A-Za-z])")


@cache
def _codes():
    return read_codes(ROOT / "data" / "codes")


def land_bytes(data: bytes, kind: str, suffix: str) -> str:
    """Land a file of these bytes and check everything that must hold; tell what became of it.

    Returns:
        "refused" when the file as a whole was turned away, else "landed".

    Raises:
        AssertionError: A promise is broken. Any other exception than PipelineError is a fault of ours as well.
    """
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    try:
        file = folder / f"x{suffix}"
        file.write_bytes(data)
        context = Context("0" * 16, "fuzz", RECEIVED_ON, _codes())
        contract, target = load_contract(kind), folder / "landed" / "x"
        with duckdb.connect(config={"threads": "1", "memory_limit": "1GB"}) as con:
            try:
                land_file(con, file, f"data/raw/{kind}/x{suffix}", target, contract, context, None, ())
            except PipelineError as fault:
                _check_told(fault, target)
                return "refused"
            _check_landed(con, target)
        assert file.read_bytes() == data, "the sender's file was changed"
        return "landed"
    finally:
        shutil.rmtree(folder)


def _check_told(fault: PipelineError, target: Path) -> None:
    for language in ("zh", "en"):
        assert fault.tell(language).strip()
    assert fault.exit_code == 2, f"{fault.code} is said to be our fault"
    assert not target.exists(), "half a landing was left"


def _check_landed(con: duckdb.DuckDBPyConnection, target: Path) -> None:
    receipt = json.loads((target / RECEIPT).read_text(encoding="utf-8"))
    accepted = con.execute(f"SELECT count(*) FROM read_parquet('{target / ACCEPTED}')").fetchall()[0][0]
    rejected = []
    if (target / REJECTED).exists():
        cursor = con.execute(f"SELECT * FROM read_parquet('{target / REJECTED}')")
        names = [one[0] for one in cursor.description]
        rejected = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    assert receipt["accepted"] == accepted
    assert receipt["rejected"] == len(rejected)
    assert receipt["records"] == accepted + len(rejected), "a row is lost"
    for row in rejected:
        for language in ("zh", "en"):
            assert row_text(row, receipt["labels"], language).strip()
        assert json.loads(row["reasons"]), "a row is rejected without a reason"
        assert not MOBILE.search(row["original_line"] or ""), "a telephone number is kept beside a reason"
    for column, *_ in con.execute(f"DESCRIBE SELECT * FROM read_parquet('{target / ACCEPTED}')").fetchall():
        if column in FREE_TEXTS:
            texts = con.execute(f"SELECT \"{column}\" FROM read_parquet('{target / ACCEPTED}')").fetchall()
            assert not any(MOBILE.search(text) for (text,) in texts if text), "a telephone number landed"
