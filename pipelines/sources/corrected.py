"""What a correction leaves of the word before it: the record as it was read until the day from which it is corrected.

A file is landed once for each day on which one of its corrections takes effect. Where a record became known before
that day, the corrected one stands beside it as a later version: known on that day (`corrected_on`), under the sheet
`corrections.yml:<day>`. An earlier as-of date still sees what was known then; only a purge rewrites that. Its time of
report stays the sender's, so that a report which was overtaken since (revised, struck off) stays overtaken.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

from pipelines.relations import LINEAGE
from pipelines.sources.cast import text
from pipelines.sources.columns import landed_columns
from pipelines.sources.contract import Contract

_KEY = ("source", "record_id", "region_code")
_AT = "now.sheet IS NOT DISTINCT FROM was.sheet AND now.record_number = was.record_number"


def keep_versions(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    stages: Sequence[tuple[date | None, Path]],
    received_on: date,
    *,
    is_history: bool,
    target: Path,
) -> int:
    """Write the rows of a corrected file with the versions that stood before.

    Args:
        con: Engine.
        contract: Kind of record.
        stages: Accepted rows without corrections (None), then with those of the first day, of the first two, and so on.
        received_on: The day on which the file came.
        is_history: Whether the time of report is the time at which a record became known.
        target: Where all rows go; may be the last stage.

    Returns:
        How many rows there are.
    """
    columns = list(landed_columns(contract))
    con.execute(f"CREATE OR REPLACE TEMP TABLE versions AS SELECT * FROM {_rows(stages[0][1])}")
    for (_, before), (since, after) in itertools.pairwise(stages):
        _add(con, columns, before, after, f"DATE '{since}'", received_on, is_history=is_history)
    whole = target.with_suffix(".versions")
    con.execute(f"COPY versions TO {text(whole)} (FORMAT parquet, COMPRESSION snappy)")
    ((n,),) = con.execute("SELECT count(*) FROM versions").fetchall()
    con.execute("DROP TABLE versions")
    whole.replace(target)
    return n


def _add(
    con, columns: Sequence[str], before: Path, after: Path, since: str, received: date, *, is_history: bool
) -> None:
    """The changes of one day: to records known before it as further versions, to others in their place."""
    reported = "CAST({row}.reported_at AS DATE)"
    came = reported if is_history else f"greatest({reported}, DATE '{received}')"
    known = f"CASE WHEN {{row}}.reported_at IS NULL THEN DATE '{received}' ELSE {came} END".format
    said = [name for name in columns if name not in LINEAGE]
    differs = " OR ".join(f"now.{name} IS DISTINCT FROM was.{name}" for name in said)
    moved = " OR ".join(f"now.{name} IS DISTINCT FROM was.{name}" for name in _KEY if name in columns)
    is_new = "was.record_number IS NULL"
    is_late = f"{known(row='was')} < {since} AND was.status <> 'zero_return'"
    sheet = f"concat_ws(' ', nullif(was.sheet, ''), 'corrections.yml:' || {since}"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE changes AS SELECT now.record_number IS NOT NULL AS is_there, "
        f"{is_late} AS is_late, "
        f"{is_new} AS is_new, {moved} AS is_moved, now, was FROM {_rows(after)} AS now "
        f"FULL JOIN {_rows(before)} AS was ON {_AT} WHERE {is_new} OR now.record_number IS NULL OR {differs}"
    )
    con.execute(
        "DELETE FROM versions AS v USING changes AS c WHERE NOT c.is_new AND NOT c.is_late "
        "AND v.sheet IS NOT DISTINCT FROM c.was.sheet AND v.record_number = c.was.record_number"
    )
    noted = {"corrected_on": since, "sheet": f"{sheet})"}
    revised = {
        **noted,
        "corrected_on": f"greatest({known(row='now')}, {since})",
        "status": "CASE WHEN now.status = 'reported' THEN 'revised' ELSE now.status END",
    }
    struck = {
        "corrected_on": since,
        "sheet": f"{sheet}, 'struck_off')",
        "status": "'struck_off'",
    }
    for row, where, put in (
        ("now", f"is_new AND {known(row='now')} < {since}", noted),
        ("now", f"is_there AND (is_new AND {known(row='now')} >= {since} OR NOT is_new AND NOT is_late)", {}),
        ("now", "is_there AND is_late", revised),
        ("was", "is_late AND (NOT is_there OR is_moved)", struck),
    ):
        values = ", ".join(f"{put.get(name, f'{row}.{name}')} AS {name}" for name in columns)
        con.execute(f"INSERT INTO versions BY NAME SELECT {values} FROM changes WHERE {where}")
    con.execute("DROP TABLE changes")


def _rows(path: Path) -> str:
    return f"read_parquet({text(path)})"
