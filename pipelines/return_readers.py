"""Questions about statistical returns: which of them count at a day, by the same rule as in the assessments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from pipelines.asking import Asking
from pipelines.assessment.arithmetic import exact
from pipelines.assessment.returns import Return, Returns
from pipelines.engine import Row

DOUBTED, ANOTHER_SOURCE = "doubted", "another_source"
"""Why a return is not used: another figure makes it impossible; a source that comes first printed the period too."""


class ReturnReaders(Asking):
    """Questions about statistical returns."""

    def returns_of(self, regions: Iterable[str], measures: Iterable[str]) -> Returns:
        """Every version of some statistics of some regions, of which it tells which count at a day."""
        return Returns(self._answers, regions, measures, self.preferred_sources())

    def preferred_sources(self) -> list[str]:
        """The sources whose figures count before those of others, as the build was made, the first before all."""
        sql = "SELECT source FROM assess_preferred_sources ORDER BY rank"
        return [row["source"] for row in self._if_there("assess_preferred_sources", sql)]

    def newest_returns(
        self, regions: Iterable[str], measures: Iterable[str], known: date
    ) -> dict[tuple[str, str], float]:
        """By measure and region the value of the newest period that counts at a day, of all sectors together."""
        places, wanted = sorted(regions), sorted(measures)
        returns = self.returns_of(places, wanted)
        found: dict[tuple[str, str], float] = {}
        for measure in wanted:
            for place in places:
                rows = returns.live(place, measure, known)
                if rows:  # of one period the figure that was known last
                    newest = max(enumerate(rows), key=lambda one: (one[1].period_end, one[0]))[1]
                    found[measure, place] = float(newest.value)
        return found

    def with_use(self, rows: list[Row], known: date) -> list[Row]:
        """Records of statistics, each with `not_used`: why it does not count at a day; None where it does."""
        returns = self.returns_of({row["region_code"] for row in rows}, {row["measure"] for row in rows})
        reasons: dict[tuple[str, str, str], dict[tuple, str | None]] = {}
        for row in rows:
            series = (row["region_code"], row["measure"], row["sector_code"] or "")
            if series not in reasons:
                reasons[series] = _reasons(returns, series, known)
            row["not_used"] = reasons[series].get(_key(row))
        return rows

    def _answers(self, sql: str, params: list) -> list[tuple]:
        return [tuple(row.values()) for row in self.query(sql, params)]


_NAMED_BY = ("source", "period_start", "period_end", "frequency", "known_on")


def _reasons(returns: Returns, series: tuple[str, str, str], known: date) -> dict[tuple, str | None]:
    region, measure, sector = series
    found: dict[tuple, str | None] = {}
    for row in returns.of_all_sources(region, measure, known, sector):
        found[_key_of(row)] = ANOTHER_SOURCE
    for row in returns.doubted(region, measure, known, sector):
        found[_key_of(row)] = DOUBTED
    return found | {_key_of(row): None for row in returns.live(region, measure, known, sector)}


def _key(row: Mapping[str, Any]) -> tuple:
    value = None if row["value"] is None else exact(row["value"])
    return (*(row[name] for name in _NAMED_BY), row["vintage"] or "", value)


def _key_of(row: Return) -> tuple:
    return (*(getattr(row, name) for name in _NAMED_BY), row.vintage, row.value)
