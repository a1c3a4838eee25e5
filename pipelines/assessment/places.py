"""Where a row stands that a sentence names: its file, and its line as far as readers may know it."""

from __future__ import annotations

import functools

from pipelines.assessment.returns import Ask
from pipelines.rejected_regions import SPEAKING


class Places:
    """Files by id and kind.

    Of a file that also speaks of regions outside the one that is assessed, be it in rejected rows alone, no line is
    told: between two of its own rows lie the others'.
    """

    def __init__(self, ask: Ask):
        self._ask = ask

    def of(self, region: str, kind: str, file_id: str | None, line: int | None) -> dict[str, object]:
        """The place of a row (fit for JSON) for the sentences of a region: `file`, and `line` or None."""
        is_own = (file_id, region) in self._whole
        return {"file": self._paths.get((file_id, kind), ""), "line": line if is_own else None}

    @functools.cached_property
    def _paths(self) -> dict[tuple[str, str], str]:
        return {(file_id, kind): path for file_id, kind, path in self._ask(_PATHS, [])}

    @functools.cached_property
    def _whole(self) -> set[tuple[str, str]]:
        """Every file with each region within which all of it lies."""
        return {(file_id, region) for file_id, region in self._ask(_WHOLE, [])}


_PATHS = "SELECT file_id, kind, path FROM mart_files"
_WHOLE = f"""
WITH told AS (
    SELECT file_id, region_code, COUNT(*) OVER (PARTITION BY file_id) AS regions FROM ({SPEAKING})
)
SELECT told.file_id, above.ancestor_code
FROM told JOIN core_regions__ancestors AS above ON above.region_code = told.region_code
GROUP BY told.file_id, above.ancestor_code
HAVING COUNT(*) = MAX(told.regions)
"""
