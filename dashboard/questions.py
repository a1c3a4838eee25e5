"""Questions of single pages that are no method of the gate: SQL over the relations of `docs/architecture.md`."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

from dashboard.data import Reader
from pipelines.record_measures import DATE_COLUMNS


def records_by_month(reader: Reader, kind: str, region: str, start, end, as_of: datetime.date) -> list[dict]:
    """How many records of a kind fell into each month, as known at a date: `month, n`.

    Args:
        reader: The pinned build.
        kind: One of the five kinds of record.
        region: Code of a region; all below it count.
        start: First day of occurrence.
        end: Last day of occurrence.
        as_of: What was known by then.
    """
    day = DATE_COLUMNS[kind]
    sql = (
        f"SELECT CAST(DATE_TRUNC('month', v.{day}) AS DATE) AS month, COUNT(*) AS n FROM core_{kind}__versions AS v "
        f"WHERE v.known_on <= $as_of AND (v.superseded_on IS NULL OR v.superseded_on > $as_of) "
        f"AND v.{day} BETWEEN $start AND $end AND v.region_code IN "
        "(SELECT a.region_code FROM core_regions__ancestors AS a WHERE a.ancestor_code = $region) "
        "GROUP BY 1 ORDER BY 1"
    )
    return reader.query(sql, {"as_of": as_of, "start": start, "end": end, "region": region})


def below(regions: Iterable[Mapping], root: str) -> list[Mapping]:
    """A region and all below it, in the order of the code list, the region itself first."""
    rows = list(regions)
    parent = {row["region_code"]: row["parent_code"] for row in rows}

    def is_below(code: str | None) -> bool:
        while code is not None and code != root:
            code = parent.get(code)
        return code == root

    inside = [row for row in rows if is_below(row["region_code"])]
    return sorted(inside, key=lambda row: row["region_code"] != root)
