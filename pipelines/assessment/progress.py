"""Value now, required path, pace against elapsed time, rate required from now on, and room left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from pipelines.assessment import arithmetic as maths
from pipelines.assessment.arithmetic import Bound
from pipelines.assessment.values import YearValue


@dataclass(frozen=True)
class Progress:
    """Where a target stands; exact, in the indicator's own unit.

    Attributes:
        value: Value now: the last complete year, the due year at the latest; for a mean or a total, that of the
            complete plan years so far.
        year: Last complete year that it rests on.
        is_provisional: The year is not final yet.
        path: Required value by year, comparable with `value`.
        budget: For a mean, the sum of the yearly values that may be used up by each year.
        required: The path at `year`.
        pace: Share of the targeted change achieved, or of the total (the five-year budget) reached (used).
        elapsed: Share of the time to the due date that has passed at the as-of date.
        elapsed_at_value: The same at the end of `year`, which is what `pace` is held against.
        rate: Required per year from now on; see `rate_kind`.
        rate_kind: `geometric` (share per year), `absolute` (own unit per year), `budget` (own unit each year), ''.
        room: Distance to the bound, positive on the right side; for a mean, what is left of the five-year sum. What is
            counted of years that are not complete (`so_far`) is used up, too.
        total: For a mean or a total, the sum of the yearly values so far.
        so_far: The same with what is counted of the plan years that have no value yet, `open_years`; None where there
            is nothing of them, or where yearly values are ratios.
        open_years: The plan years that `so_far` holds a part of: the running one, and those of which returns are owed.
        ratio_of_sums: For a mean of ratios, sum of numerators over sum of denominators, per `scale`.
        years_used: Complete plan years behind a mean or a total.
    """

    value: Fraction | None = None
    year: int | None = None
    is_provisional: bool = False
    path: dict[int, Fraction] = field(default_factory=dict)
    budget: dict[int, Fraction] = field(default_factory=dict)
    required: Fraction | None = None
    pace: Fraction | None = None
    elapsed: Fraction = Fraction(0)
    elapsed_at_value: Fraction | None = None
    rate: Fraction | float | None = None
    rate_kind: str = ""
    room: Fraction | None = None
    total: Fraction | None = None
    so_far: Fraction | None = None
    open_years: tuple[int, ...] = ()
    ratio_of_sums: Fraction | None = None
    years_used: int = 0


def progress_of(
    kind: str,
    bound: Bound | None,
    years: Mapping[int, YearValue],
    frozen: YearValue | None,
    baseline: tuple[int, Fraction] | None,
    start: int,
    due: int,
    as_of: dt.date,
    path: dict[int, Fraction] | None = None,
    *,
    is_ratio: bool = False,
) -> Progress:
    """Where a target stands at a date.

    Args:
        kind: Kind of the target.
        bound: What must be met; None where there is none.
        years: Yearly values as known at the date.
        frozen: The due year when it first was final; it then is the value.
        baseline: Year and value of the start.
        start: First plan year.
        due: Due year.
        as_of: The date.
        path: Required values that the plan itself prints, instead of the straight line; of a total those of some years,
            between which the line is straight.
        is_ratio: Yearly values are ratios, of which those of a part of a year cannot be summed up.
    """
    first, last = dt.date(start, 1, 1), dt.date(due, 12, 31)
    elapsed = maths.elapsed_share(as_of, first, last)
    complete = [year for year, known in years.items() if known.is_complete and known.value is not None]
    if kind in ("period_mean", "period_total"):
        used = [year for year in complete if start <= year <= due]
        past = sum(as_of > dt.date(year, 12, 31) for year in range(start, due + 1))
        span = range(start, due + 1)
        counted = [] if is_ratio else [year for year in span if year in years and year not in used]
        open_years = tuple(year for year in counted if years[year].numerator is not None)
        return _whole_period(kind, bound, years, used, start, due, elapsed, past, open_years, path)
    judged = complete if kind == "monitored" else [year for year in complete if year <= due]
    year = due if frozen else max(judged, default=None)
    known = frozen or (years[year] if year is not None else None)
    value = known.value if known else None
    road = _path(kind, bound, baseline, start, due) if path is None else path
    pace = rate = room = None
    rate_kind = ""
    if value is not None and bound is not None and kind in ("end_value", "reduction"):
        pace = maths.achieved_share(baseline[1], value, bound) if baseline else None
        is_cut = kind == "reduction"
        rate = (maths.geometric_rate if is_cut else maths.absolute_rate)(value, bound, due - year)
        rate_kind = "geometric" if is_cut else "absolute"
    if value is not None and bound is not None and kind in ("end_value", "reduction", "events"):
        room = bound.room(value)
    return Progress(
        value=value,
        year=year,
        is_provisional=bool(known and not known.is_final),
        path=road,
        required=road.get(year) if year is not None else None,
        pace=pace,
        elapsed=elapsed,
        elapsed_at_value=maths.elapsed_share(dt.date(year, 12, 31), first, last) if year is not None else None,
        rate=rate,
        rate_kind=rate_kind if rate is not None else "",
        room=room,
    )


def _whole_period(
    kind: str,
    bound: Bound | None,
    years: Mapping[int, YearValue],
    used: list[int],
    start: int,
    due: int,
    elapsed: Fraction,
    past: int,
    open_years: tuple[int, ...],
    printed: dict[int, Fraction] | None,
) -> Progress:
    """A mean or a total: what the complete plan years have used up, and what is left for those to come.

    Where one of the `past` years has no value, nobody knows what is left, and no rate is told: that year is no year in
    which anything can still be saved.
    """
    length = due - start + 1
    span = range(start, due + 1)
    total = sum((years[year].value for year in used), Fraction(0))
    is_mean = kind == "period_mean"
    reached = total + sum((years[year].numerator for year in open_years), Fraction(0))
    so_far = reached if open_years else None
    if bound is None:
        return Progress(elapsed=elapsed)
    whole = bound.value * length if is_mean else bound.value
    budget = {year: whole * (year - start + 1) / length for year in span}
    path = dict.fromkeys(span, bound.value) if is_mean else budget
    if printed:
        points = {start - 1: Fraction(0), due: whole} | printed
        path = {year: value for year, value in maths.path_through(points).items() if year >= start}
    last = max(used, default=None)
    first, end = dt.date(start, 1, 1), dt.date(due, 12, 31)
    if last is None:
        rate = None if past else maths.budget_rate(Fraction(0), whole, length)
        kind_of_rate = "" if rate is None else "budget"
        return Progress(
            path=path,
            budget=budget if is_mean else {},
            elapsed=elapsed,
            rate=rate,
            rate_kind=kind_of_rate,
            room=Bound(bound.operator, whole).room(reached) if open_years else None,
            so_far=so_far,
            open_years=open_years,
        )
    rate = maths.budget_rate(total, whole, length - len(used)) if len(used) >= past else None
    return Progress(
        value=total / len(used) if is_mean else total,
        year=last,
        is_provisional=any(not years[year].is_final for year in used),
        path=path,
        budget=budget if is_mean else {},
        required=path[last],
        pace=total / whole if whole > 0 else None,
        elapsed=elapsed,
        elapsed_at_value=maths.elapsed_share(dt.date(last, 12, 31), first, end),
        rate=rate,
        rate_kind="budget" if rate is not None else "",
        room=Bound(bound.operator, whole).room(reached),
        total=total,
        so_far=so_far,
        open_years=open_years,
        ratio_of_sums=_ratio_of_sums([years[year] for year in used]) if is_mean else None,
        years_used=len(used),
    )


def _ratio_of_sums(used: list[YearValue]) -> Fraction | None:
    """Sum of numerators over sum of denominators, at the scale of the yearly values; None for what is no ratio."""
    if any(year.numerator is None or not year.denominator for year in used):
        return None
    first = next((year for year in used if year.numerator), None)
    if first is None:
        return Fraction(0)
    scale = first.value * first.denominator / first.numerator
    return maths.ratio_of_sums([year.numerator for year in used], [year.denominator for year in used], scale)


def _path(
    kind: str, bound: Bound | None, baseline: tuple[int, Fraction] | None, start: int, due: int
) -> dict[int, Fraction]:
    if bound is None or kind == "monitored":
        return {}
    if kind == "every_year":
        return dict.fromkeys(range(start, due + 1), bound.value)
    if kind in ("end_value", "reduction"):
        return maths.end_path(baseline, bound, due, start)
    return {due: bound.value}
