"""Questions about records that leave blank what a measure adds up: the sum of their months is a least amount."""

from __future__ import annotations

from datetime import date
from typing import Any

from pipelines.asking import Asking
from pipelines.engine import Row
from pipelines.record_measures import BLANK


class BlankReaders(Asking):
    """Questions about `mart_blank_records`, by the months and days of `measures_to_date`."""

    def blanks_to_date(self, region: str, spans: dict[tuple[int, str], tuple[date, date, date]]) -> list[Row]:
        """How many blank records each measure has in some months.

        Args:
            region: Code; all below it count.
            spans: First and last day of some months, and the day at which they are looked at, by years back and
                column of `measures_to_date`.

        Returns:
            `measure` (with `__blank` behind its name), `years_back`, and the columns of the spans.
        """
        if "mart_blank_records" not in self.tables() or not spans:
            return []
        sums, params = [], {"region": region}
        columns = sorted({column for _, column in spans})
        for n, ((back, column), days) in enumerate(spans.items()):
            params |= {f"{name}_{n}": day for name, day in zip(("first", "last", "known"), days, strict=True)}
            sums.append(
                f"SELECT b.measure, {int(back)} AS years_back, '{column}' AS span, COUNT(*) AS n "
                f"FROM blanks AS b WHERE b.month BETWEEN $first_{n} AND $last_{n} AND b.known_on <= $known_{n} "
                f"AND (b.superseded_on IS NULL OR b.superseded_on > $known_{n}) GROUP BY b.measure"
            )
        sql = (
            "WITH blanks AS (SELECT r.measure, r.month, r.known_on, r.superseded_on FROM mart_blank_records AS r "
            "JOIN core_regions__ancestors AS a ON a.region_code = r.region_code AND a.ancestor_code = $region) "
            + " UNION ALL ".join(sums)
        )
        found: dict[tuple[str, int], dict[str, Any]] = {}
        for row in self.query(sql, params):
            name, back = f"{row['measure']}{BLANK}", row["years_back"]
            empty = {"measure": name, "years_back": back, **dict.fromkeys(columns, 0)}
            found.setdefault((name, back), empty)[row["span"]] = row["n"]
        return list(found.values())
