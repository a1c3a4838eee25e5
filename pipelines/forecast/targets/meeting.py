"""Whether each path meets the target: the rule of each kind of target on whole arrays."""

from __future__ import annotations

import numpy as np

TOLERANCE = 2.0**-22
"""Relative: 0.67 * 300 deaths is 200.99999999999997 in binary, and 201 deaths meet a reduction by 33 %.

Paths are kept as floats of 24 binary digits, so a year of 0.9 is 0.89999998 on them, and a ratio is off by twice that.
"""


def meets(value: np.ndarray, operator: str, bound: float | np.ndarray) -> np.ndarray:
    """Whether values are on the right side of a bound; NaN never is.

    >>> meets(np.array([201.0, 202.0]), "<=", 0.67 * 300)
    array([ True, False])
    """
    slack = TOLERANCE * np.abs(bound)
    if operator == "<=":
        return value <= bound + slack
    if operator == "<":
        return value < bound - slack
    return value >= bound - slack if operator == ">=" else value > bound + slack


def meets_bound(
    kind: str, due: int, operator: str, bound: float | np.ndarray, value: np.ndarray, years: range, start: int
) -> np.ndarray:
    """Whether each path meets the target.

    Args:
        kind: Kind of the target that decides; what is not a mean, a total or a demand on every year is judged by the
            due year alone.
        due: Due year.
        operator: As printed.
        bound: What must be met, own unit; one number, or one per path where the baseline is uncertain itself.
        value: Yearly paths, (years, n_paths).
        years: Years of the rows.
        start: First plan year.
    """
    plan_years = value[start - years.start : due - years.start + 1]
    if kind == "period_mean":
        return meets(plan_years.mean(axis=0), operator, bound)
    if kind == "period_total":
        return meets(plan_years.sum(axis=0), operator, bound)
    if kind == "every_year":
        return meets(plan_years, operator, bound).all(axis=0)
    return meets(value[due - years.start], operator, bound)


def judged_value(kind: str, due: int, value: np.ndarray, years: range, start: int) -> np.ndarray:
    """The one number per path that is held against the bound (for `every_year` the sum of the years)."""
    plan_years = value[start - years.start : due - years.start + 1]
    if kind == "period_mean":
        return plan_years.mean(axis=0)
    if kind in ("period_total", "every_year"):
        return plan_years.sum(axis=0)
    return value[due - years.start]
