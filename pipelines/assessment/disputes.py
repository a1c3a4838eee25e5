"""Years of which two sources print different figures: which one is used, and where the other stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from pipelines.assessment.arithmetic import exact
from pipelines.assessment.prints import Print, is_year_figure, same_revision
from pipelines.assessment.returns import Return

SAME = exact(0.001)
"""Share of the larger figure up to which two prints differ by their rounding alone; `chk_one_figure_of_two_sources` has
the same."""


class Dispute(NamedTuple):
    """The figure of one year that is used, and those of other sources that say something else."""

    statistic: str
    year: int
    used: Return
    others: tuple[Return, ...]


def disputes(statistic: str, rows: Iterable[Return], used: Mapping[int, Print]) -> dict[int, Dispute]:
    """The years that are in dispute.

    Args:
        statistic: Measure of the returns.
        rows: Live returns of all sources, the newest known last.
        used: The print of each year that is used.
    """
    newest: dict[int, dict[str, Return]] = {}
    for row in filter(is_year_figure, rows):
        newest.setdefault(row.period_end.year, {})[row.source] = row
    found: dict[int, Dispute] = {}
    for year, by_source in newest.items():
        ours = [row for row in by_source.values() if year in used and row.value == used[year].value]
        if not ours:
            continue
        others = tuple(row for row in by_source.values() if _contradict(ours[-1], row))
        if others:
            found[year] = Dispute(statistic, year, ours[-1], others)
    return found


def _contradict(one: Return, other: Return) -> bool:
    """Whether two sources say different things of one edition; where a label is missing, it may be any."""
    if one.source == other.source or not _may_be_one_edition(one, other):
        return False
    return abs(one.value - other.value) > SAME * max(abs(one.value), abs(other.value))


def _may_be_one_edition(one: Return, other: Return) -> bool:
    return not one.vintage or not other.vintage or same_revision(one.vintage, other.vintage)


def excess(other: Return, used: Return) -> Fraction | None:
    """By what share of the used figure another one is higher (negative: lower); None where the used one is zero."""
    return (other.value - used.value) / used.value if used.value else None
