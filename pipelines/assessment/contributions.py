"""Which numerator, denominator, sector, town or year moved a value, ready for the table of contributions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from pipelines.assessment.arithmetic import exact
from pipelines.assessment.decomposition import mean_by_year, ratio_change, shared
from pipelines.assessment.values import Reader, YearValue


class Contribution(NamedTuple):
    """One part of a change (or of a mean), in the indicator's own unit.

    `part` is numerator, denominator, sector:<code>, region:<code> (the plan's own code: not assigned to a lower
    region) or year:<year>. Numerator and denominator sum to the change; the sectors sum to the numerator, and so do the
    regions; the years sum to the mean.
    """

    from_year: int
    to_year: int
    part: str
    amount: Fraction


def of_change(
    reader: Reader, years: Mapping[int, YearValue], first: int, last: int, as_of: dt.date
) -> list[Contribution]:
    """Parts of the change of the yearly value from `first` to `last`; empty unless both years have a value."""
    before, after = years.get(first), years.get(last)
    if first == last or before is None or after is None or before.value is None or after.value is None:
        return []
    if reader.indicator.form not in ("count", "ratio"):
        return []
    scale, divisors = Fraction(1), None
    parts: dict[str, Fraction] = {"numerator": after.value - before.value}
    if reader.indicator.denominator is not None:
        scale, divisors = exact(reader.indicator.scale), (before.denominator, after.denominator)
        above, below = ratio_change((before.numerator, divisors[0]), (after.numerator, divisors[1]), scale)
        parts = {"numerator": above, "denominator": below}
    source, name = reader.indicator.numerator.source(reader.figures)
    if source == "measure":
        for label, what in (("sector", "sector"), ("region", "child")):
            was, now = (reader.facts.of_year(what, reader.region, name, as_of, year) for year in (first, last))
            if set(now) - {"", reader.region}:
                for code, amount in shared(was, now, divisors, scale).items():
                    parts[f"{label}:{code}"] = amount
    return [Contribution(first, last, part, amount) for part, amount in parts.items()]


def of_mean(years: Mapping[int, YearValue], start: int, last: int) -> list[Contribution]:
    """How much each complete plan year puts into the mean so far."""
    values = {
        year: known.value
        for year, known in years.items()
        if start <= year <= last and known.is_complete and known.value is not None
    }
    return [Contribution(start, last, f"year:{year}", amount) for year, amount in mean_by_year(values).items()]
