"""How many districts of a region never reported a kind of record, as known at a date."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from pipelines.assessment.returns import Ask
from pipelines.returns_in import is_in
from pipelines.silence import silent_districts


class Silent:
    """What came from where, of the regions that have districts directly below them.

    Args:
        ask: Answers a SELECT on the marts.
        regions: Region codes.
    """

    def __init__(self, ask: Ask, regions: Sequence[str]):
        self._districts: dict[str, list[str]] = defaultdict(list)
        for region, district in ask(_DISTRICTS, [regions]):
            self._districts[region].append(district)
        self._parents = dict(ask(_PARENTS, [])) if self._districts else {}
        self._came: dict[str, list[tuple]] = defaultdict(list)
        for kind, *rest in ask(_CAME, []) if self._districts else ():
            self._came[kind].append(rest)

    def count(self, region: str, kind: str, as_of: dt.date) -> int:
        """Districts directly below the region from which nothing of a kind had come, where some others spoke alone."""
        districts = self._districts.get(region)
        if not districts:
            return 0
        came = {code for code, known_on, gone_on in self._came.get(kind, ()) if is_in(known_on, gone_on, as_of)}
        return len(silent_districts(region, districts, self._parents, came))


_DISTRICTS = """
SELECT parent_code, region_code FROM mart_regions
WHERE level = 'district' AND parent_code IN (SELECT UNNEST($1::VARCHAR[])) ORDER BY region_code
"""
_PARENTS = "SELECT region_code, parent_code FROM mart_regions"
_CAME = (
    "SELECT kind, region_code, MIN(known_on), gone_on FROM core_reports__received GROUP BY kind, region_code, gone_on"
)
