"""What a build says that it holds is what is in force: a former edition of a file is counted no second time."""

import datetime
from pathlib import Path
from types import SimpleNamespace

from pipelines import build

ROW = {"kind": "accidents", "path": "data/raw/accidents/a.csv", "sha256": "x", "records": 12, "rejected": 1}


def test_editions_that_were_withdrawn_are_counted_no_second_time(tmp_path):
    database = Path(tmp_path / "a.duckdb")
    database.write_bytes(b"x")
    former = {**ROW, "records": 11, "withdrawn_on": datetime.date(2026, 11, 22)}
    files = [{**ROW, "withdrawn_on": None}, former]
    inputs = SimpleNamespace(files=files, fingerprint="f", is_synthetic=False, fingerprints={}, file_prints={})
    made = build._manifest("b", inputs, "code", {}, [], {}, database, None)
    assert (made.files, made.records, made.rejected) == (1, 12, 1)
    assert len(made.inputs) == 2
