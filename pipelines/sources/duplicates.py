"""Rows that report what a row before them reports: the first one counts, the others are rejected."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb

from pipelines.sources.cast import text
from pipelines.sources.contract import Contract


class Former(NamedTuple):
    """A file whose rejected rows came back in the one that is landed: its name, and its accepted rows."""

    name: str
    accepted: Path


def has_repeated(con: duckdb.DuckDBPyConnection, part: Path, contract: Contract) -> bool:
    """Whether two rows of a landed table report the same; a rare yes may be wrong."""
    counted = f"SELECT count(*), count(DISTINCT hash({_key(contract)})) FROM read_parquet({text(part)})"
    rows, different = con.execute(counted).fetchall()[0]
    return rows != different


def keep_first(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    parts: Sequence[Path],
    sheets: Sequence[str],
    former: Sequence[Former],
    target: Path,
) -> int:
    """Write the first row of each key to a file, in the order of the sender's file, and add the others to `rejects`.

    Args:
        con: With the table `rejects`.
        contract: Its key is what may stand once.
        parts: Accepted rows of each table of the file.
        sheets: Of the file, in order.
        former: Files whose rows come before those of this one.
        target: The file that is written.

    Returns:
        How many rows it has.
    """
    source, key = "read_parquet([" + ", ".join(text(part) for part in parts) + "])", _key(contract)
    turn = "CASE sheet " + " ".join(f"WHEN {text(s)} THEN {i}" for i, s in enumerate(sheets)) + " ELSE 0 END"
    every = f"SELECT *, NULL AS file, {turn} AS turn FROM {source}"
    for number, one in enumerate(former, start=1):
        every += (
            f" UNION ALL BY NAME SELECT *, {text(one.name)} AS file, {-number} AS turn "
            f"FROM read_parquet({text(one.accepted)}) WHERE hash({key}) IN (SELECT hash({key}) FROM {source})"
        )
    window = f"OVER (PARTITION BY {key} ORDER BY turn, record_number)"
    con.execute(
        "CREATE OR REPLACE TEMP TABLE repeated AS SELECT * FROM (SELECT file, sheet, record_number, line_number, "
        f"record_id, row_number() {window} AS place, first_value(line_number) {window} AS first_line, "
        f"first_value(sheet) {window} AS first_sheet, first_value(file) {window} AS first_file FROM ({every})) "
        "WHERE place > 1 AND file IS NULL"
    )
    elsewhere = "CASE WHEN first_file IS NOT NULL OR first_sheet <> sheet THEN nullif(first_sheet, '') END"
    rule = f"concat_ws(' ', first_file, {elsewhere}, first_line)"
    con.execute(
        "INSERT INTO rejects SELECT sheet, record_number, line_number, CAST(to_json([{'code': 'duplicate', "
        f"'field': 'record_id', 'value': record_id, 'rule': {rule}, 'nearest': CAST(NULL AS VARCHAR)}}]) AS VARCHAR) "
        "FROM repeated"
    )
    again = "SELECT 1 FROM repeated WHERE repeated.sheet = kept.sheet AND repeated.record_number = kept.record_number"
    kept = f"SELECT * FROM {source} AS kept WHERE NOT EXISTS ({again}) ORDER BY {turn}, record_number"
    return con.execute(f"COPY ({kept}) TO {text(target)} (FORMAT parquet, COMPRESSION snappy)").fetchall()[0][0]


def _key(contract: Contract) -> str:
    """What may stand once in a file: the key, of one kind of report, with one time of report."""
    parts = [*contract.key, *(["vintage"] if contract.kind == "statistics" else [])]
    return ", ".join([*parts, "CASE WHEN status IN ('revised', 'struck_off') THEN status END", "reported_at"])
