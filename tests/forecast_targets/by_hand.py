"""The probability and the bands of a target worked out a second time, from the stored paths and nothing else of ours.

Plain loops over paths and years in place of the product's arrays: slow, and with no line in common.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict

SLACK = 1e-9


class Stored:
    """What a build holds of the paths of a plan.

    Args:
        ask: Answers a SELECT by its rows.
        plan: Plan id.
    """

    def __init__(self, ask, plan: str):
        self.paths: dict = defaultdict(dict)
        rows = ask(f"SELECT driver, part, year, known, paths FROM forecast_driver_paths WHERE plan_id = '{plan}'")
        for driver, part, year, known, paths in rows:
            self.paths[driver, part][year] = known if paths is None or not len(paths) else [float(one) for one in paths]
        recipes = ask(f"SELECT target_id, recipe FROM forecast_recipes WHERE plan_id = '{plan}'")
        self.recipes = {target: json.loads(recipe) for target, recipe in recipes}

    def at(self, driver: str, part: str, year: int, path: int) -> float:
        """One year of one path."""
        found = self.paths[driver, part][year]
        return found[path] if isinstance(found, list) else found


def yearly(stored: Stored, recipe: dict, year: int, path: int) -> float:
    """The indicator's value in one year of one path, own unit."""
    final = {int(one): value for one, value in recipe["final"].items()}
    if year in final:
        return final[year]
    above = 0.0
    for term in recipe["numerator"]:
        above += term["sign"] * stored.at(term["driver"], term["part"], year, path)
    above = max(above, 0.0)
    below = recipe["denominator"]
    if below is None:
        return above
    divisor = stored.at(below["driver"], below["part"], year, path)
    if recipe["at_mean"]:
        divisor = (divisor + stored.at(below["driver"], below["part"], year - 1, path)) / 2
    return recipe["empty"] if divisor == 0 else above / divisor * recipe["scale"]


def is_met(value: float, operator: str, bound: float) -> bool:
    """Whether a value is on the right side; equal to nine digits is equal."""
    near = abs(value - bound) <= SLACK * abs(bound)
    return {
        "<=": value <= bound or near,
        "<": value < bound and not near,
        ">=": value >= bound or near,
        ">": value > bound and not near,
    }[operator]


def hits(stored: Stored, recipe: dict, kind: str, start: int, n_paths: int) -> list[bool]:
    """Whether each path meets a target of a kind; for events only the paths that have one."""
    if recipe["regions"]:
        each = [hits(stored, one, kind, start, n_paths) for one in recipe["regions"]]
        return [all(own) for own in zip(*each, strict=True)]
    met, due, operator = [], recipe["due"], recipe["operator"]
    for path in range(n_paths):
        if kind == "events":
            driver = recipe["numerator"][0]["driver"]
            events, good = (stored.at(driver, part, due, path) for part in ("events", "in_time"))
            if events:
                met.append(is_met(good, ">=", (recipe["required_share"] or 1) * events))
            continue
        values = [yearly(stored, recipe, year, path) for year in range(start, due + 1)]
        bound = recipe["bound"]
        if recipe["baseline_years"]:
            base = [yearly(stored, recipe, year, path) for year in recipe["baseline_years"]]
            bound = (1 - recipe["reduction"]) * sum(base) / len(base)
        if kind == "every_year":
            met.append(all(is_met(value, operator, bound) for value in values))
        else:
            judged = {"period_mean": sum(values) / len(values), "period_total": sum(values)}.get(kind, values[-1])
            met.append(is_met(judged, operator, bound))
    return met


def band(values: list[float], share: float) -> float:
    """The quantile of a sample, straight between its two neighbours in order."""
    ordered, place = sorted(values), share * (len(values) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def bands(stored: Stored, recipe: dict, start: int, n_paths: int, *, running: bool = False) -> dict[int, tuple]:
    """Median, 50 % and 80 % band of each plan year, or of the total run up to it."""
    found, totals = {}, [0.0] * n_paths
    for year in range(start, recipe["due"] + 1):
        values = [yearly(stored, recipe, year, path) for path in range(n_paths)]
        totals = [total + value for total, value in zip(totals, values, strict=True)]
        found[year] = tuple(band(totals if running else values, share) for share in (0.5, 0.25, 0.75, 0.1, 0.9))
    return found
