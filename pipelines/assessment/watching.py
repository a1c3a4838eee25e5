"""What is only watched (坚决遏制…, 持续下降): each year against the year before, with a test, never judged."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from pipelines.assessment.assessor import Archive
from pipelines.assessment.comparisons import one_year_before
from pipelines.assessment.significance import false_discovery, finding, tested
from pipelines.assessment.values import Reader, YearValue
from pipelines.plans import Plan

TESTED = ("accidents", "larger_accidents", "major_accidents", "fatal_accidents")
"""Counts of accidents. Deaths come in clusters: their change is shown, and the accidents behind it are tested."""


@dataclass(frozen=True)
class WatchedYear:
    """One year against the year before.

    Attributes:
        year: The later year.
        now, before: The indicator's values, in its own unit.
        measure: What was tested; the accidents, where the indicator counts something else.
        tested_now, tested_before: The counts that were tested.
        p_value, q_value, finding: As in `significance`, corrected over the years that are watched.
    """

    year: int
    now: Fraction
    before: Fraction
    measure: str
    tested_now: int
    tested_before: int
    p_value: float | None
    q_value: float | None
    finding: str


def watch(
    archive: Archive, reader: Reader, years: dict[int, YearValue], plan: Plan, as_of: dt.date
) -> list[WatchedYear]:
    """Every complete plan year against the year before it, the earlier one as it was known one year earlier.

    So both are equally old: late reports have added to the earlier one for a year more. Nothing is compared across a
    change of definition. Empty where there are no accidents to test, as with published deaths and with disasters.
    """
    measure, counts = _tested(archive, reader, years, as_of)
    if not measure:
        return []
    same_age = one_year_before(as_of)
    years_before = archive.years(reader, same_age)
    _, counts_before = _tested(archive, reader, years_before, same_age)
    breaks = archive.office.breaks_of(reader.region, reader.indicator)
    pairs = [
        year
        for year in range(plan.period.start, as_of.year + 1)
        if _is_known(years.get(year)) and year in counts
        if _is_known(years_before.get(year - 1)) and year - 1 in counts_before
        if not any(one.lies_between(year - 1, year) for one in breaks)
    ]
    p_values = [tested(counts[year], counts_before[year - 1], _days(year), _days(year - 1)) for year in pairs]
    return [
        WatchedYear(
            year,
            years[year].value,
            years_before[year - 1].value,
            measure,
            counts[year],
            counts_before[year - 1],
            p,
            q,
            finding(counts[year], counts_before[year - 1], q, _days(year), _days(year - 1)),
        )
        for year, p, q in zip(pairs, p_values, false_discovery(p_values), strict=True)
    ]


def _tested(
    archive: Archive, reader: Reader, years: dict[int, YearValue], as_of: dt.date
) -> tuple[str, dict[int, int]]:
    measure = reader.indicator.numerator.measure or ""
    if reader.indicator.numerator.source(reader.figures)[0] != "measure" or reader.kinds[measure] != "accidents":
        return "", {}
    valued = {year: known for year, known in years.items() if known.value is not None}
    if measure in TESTED:
        return measure, {year: int(known.numerator) for year, known in valued.items()}
    found = dict.fromkeys(valued, 0)  # a year that was reported without an accident is a count, too
    for (year, _), amount in archive.facts.months(reader.region, "accidents", as_of).items():
        if year in found:
            found[year] += amount
    return "accidents", found


def _is_known(known: YearValue | None) -> bool:
    return known is not None and known.is_complete and known.value is not None


def _days(year: int) -> int:
    return (dt.date(year + 1, 1, 1) - dt.date(year, 1, 1)).days
