"""Which print of a statistic counts for each year: a rate must not fall because a census found more below its line."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from pipelines.assessment.returns import Return


class Print(NamedTuple):
    """The printed figure of one year that is used.

    Attributes:
        value: In the canonical unit of the statistic.
        vintage: Its label.
        is_of_edition: It belongs to the revision that the judged year uses.
    """

    value: Fraction
    vintage: str
    is_of_edition: bool


def pick_vintage(rows: list[Return], judged: int | None) -> dict[int, Print]:
    """One print per year: as the years stood on the day on which the judged year's newest print came out.

    Baseline and judged year are to use one revision, so a rate does not fall because a census found more GDP in the
    later year. A label is no revision: the first print of 2025 stands on a census that the first print of 2020 does
    not know, while the 2020 that was revised by then does. Of prints that came on one day the one with the judged
    year's label is taken.

    Args:
        rows: Returns, the newest known last.
        judged: The year whose newest print decides, or the last year before it that has one; None = the newest of each
            year.
    """
    by_year: dict[int, list[Return]] = {}
    for row in sorted(filter(is_year_figure, rows), key=lambda row: (row.known_on, row.period_end)):
        by_year.setdefault(row.period_end.year, []).append(row)
    decisive = max((year for year in by_year if judged is not None and year <= judged), default=None)
    if decisive is None:
        return {year: Print(found[-1].value, found[-1].vintage, True) for year, found in sorted(by_year.items())}
    edition = by_year[decisive][-1]
    is_revised = len(by_year[decisive]) > 1
    return {year: _of_edition(found, edition, is_revised) for year, found in sorted(by_year.items())}


def _of_edition(found: list[Return], edition: Return, is_revised: bool) -> Print:
    """The print of one year that stood when `edition` came out; where there was none yet, the first one after it.

    Args:
        found: Prints of the year, the oldest first.
        edition: The newest print of the judged year.
        is_revised: `edition` is itself a revision of an earlier print.
    """
    stood = [row for row in found if row.known_on <= edition.known_on]
    newest = stood[-1] if stood else found[0]
    of_the_day = (row for row in stood if row.known_on == newest.known_on and row.vintage == edition.vintage)
    chosen = next(of_the_day, newest)
    revised_by_then = bool(stood) and chosen is not found[0] and not is_revised
    return Print(chosen.value, chosen.vintage, same_revision(chosen.vintage, edition.vintage) or revised_by_then)


def same_revision(first: str, second: str) -> bool:
    """Whether two prints belong to one revision: the same label, or the same class of label."""
    return first == second or _vintage_class(first) == _vintage_class(second)


def _vintage_class(vintage: str) -> str:
    for mark in ("(", "（", ":", "：", ";", "；", ","):
        vintage = vintage.split(mark)[0]
    return vintage.strip().removesuffix(" preliminary")


def is_year_figure(row: Return) -> bool:
    """A stock counted in summer says nothing about the year's end; a cumulative figure is a year's only in December."""
    return row.frequency == "year" or (row.frequency in ("quarter_ytd", "point") and row.period_end.month == 12)
