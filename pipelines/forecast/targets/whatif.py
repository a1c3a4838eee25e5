"""What if: the stored paths of the drivers under stated changes, and the probability of every target after them.

Nothing is fitted and no record is read: the paths of the build are transformed and judged by the same recipes.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from pipelines.errors import PipelineError
from pipelines.forecast.targets.recipe import Judgement, Recipe, judge
from pipelines.forecast.targets.series import N_PATHS, Paths

DEATHS = ("industrial_deaths", "other_deaths")
OF_FLOOD = ("loss", "flood_loss", "affected", "dead")


class House(Protocol):
    """The part of the warehouse's gate that is needed."""

    def query(self, sql: str, params: Any = ()) -> list[dict[str, Any]]:
        """Answer one SELECT by rows that name their columns."""


@dataclass(frozen=True)
class DriverPaths:
    """The stored paths of one plan at its newest quarter-end.

    Attributes:
        plan_id, as_of: Which.
        first_year: Year of the first row of every array.
        paths: Yearly paths by driver and part, (years, n_paths).
        recipes: Arithmetic of every target that has a probability.
        sector_shares: Share of each sector in the recent deaths of a driver.
    """

    plan_id: str
    as_of: dt.date
    first_year: int
    paths: Mapping[str, Paths]
    recipes: Mapping[str, Recipe]
    sector_shares: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @classmethod
    def read(cls, house: House, plan_id: str) -> DriverPaths:
        """Read them through the gate.

        Raises:
            PipelineError: `no_driver_paths`: the build has none for the plan.
        """
        key = {"plan": plan_id}
        recipes = house.query("SELECT * FROM forecast_recipes WHERE plan_id = $plan ORDER BY target_id", key)
        rows = house.query("SELECT * FROM forecast_driver_paths WHERE plan_id = $plan ORDER BY driver, part, year", key)
        if not rows:
            raise PipelineError("no_driver_paths", where=plan_id)
        first, last = min(row["year"] for row in rows), max(row["year"] for row in rows)
        paths: dict[str, Paths] = {}
        for row in rows:
            own = paths.setdefault(row["driver"], {})
            if row["part"] not in own:
                own[row["part"]] = np.full((last - first + 1, N_PATHS), np.nan)
            own[row["part"]][row["year"] - first] = row["paths"] if row["known"] is None else row["known"]
        shares: dict[str, dict[str, float]] = {}
        for row in house.query("SELECT * FROM forecast_sector_shares WHERE plan_id = $plan", key):
            shares.setdefault(row["driver"], {})[row["sector_code"]] = row["share"]
        read = {row["target_id"]: Recipe.from_json(json.loads(row["recipe"])) for row in recipes}
        return cls(plan_id, rows[0]["as_of_on"], first, _without_gaps(paths, read), read, shares)


@dataclass(frozen=True)
class Changes:
    """What is assumed from the as-of date on; everything left at None stays as forecast.

    Attributes:
        gdp_growth: Growth of GDP a year, as a share (0.05), in place of the expected growth of the years after the
            as-of year; the uncertainty around it stays.
        flood_like: Year on record whose disasters come again, at least as bad, in `flood_in`.
        flood_in: Year in which they come; the plan's last one unless said.
        fewer_deaths: Deaths fewer in every quarter that is left.
        sector_drop: Sector code → share (0-1) by which its deaths fall in the time that is left.
    """

    gdp_growth: float | None = None
    flood_like: int | None = None
    flood_in: int | None = None
    fewer_deaths: float | None = None
    sector_drop: Mapping[str, float] = field(default_factory=dict)


def what_if(driver_paths: DriverPaths, changes: Changes | None = None) -> dict[str, Judgement]:
    """Judge every target that has a probability on changed paths.

    Args:
        driver_paths: The stored paths.
        changes: What is assumed; None changes nothing, and gives the probabilities of the build.

    Returns:
        What the paths say, by target id; `.probability` is the chance of meeting the target.

    Raises:
        PipelineError: `what_if_impossible`: a year, growth, number or sector that the paths do not allow.
    """
    paths = {name: dict(parts) for name, parts in driver_paths.paths.items()}
    if changes is not None:
        _require_possible(driver_paths, changes)
        if changes.gdp_growth is not None:
            _grow(paths, driver_paths, changes.gdp_growth)
        if changes.flood_like is not None:
            _flood(paths, driver_paths, changes.flood_like, changes.flood_in)
        if changes.sector_drop:
            _drop_sectors(paths, driver_paths, changes.sector_drop)
        if changes.fewer_deaths is not None:
            _fewer_deaths(paths, driver_paths, changes.fewer_deaths)
    return {target: judge(recipe, paths) for target, recipe in driver_paths.recipes.items()}


def _grow(paths: dict[str, Paths], scene: DriverPaths, growth: float) -> None:
    """Put a stated mean growth in place of the expected one, year by year after the as-of year."""
    for name, parts in paths.items():
        if name.partition("@")[0] != "gdp":
            continue
        for part, values in list(parts.items()):
            changed = values.copy()
            start = scene.as_of.year - scene.first_year
            if not np.isfinite(values[start]).all():
                continue
            expected = np.median(values[start])
            wanted = expected
            for at in range(start + 1, len(values)):
                wanted *= 1 + growth
                changed[at] = values[at] * (wanted / np.median(values[at]))
            parts[part] = changed


def _flood(paths: dict[str, Paths], scene: DriverPaths, like: int, when: int | None) -> None:
    """Let one year be at least as bad as a year on record."""
    at = (when if when is not None else _last_year(scene)) - scene.first_year
    for name, parts in paths.items():
        if name.partition("@")[0] != "disasters":
            continue
        for part in (*OF_FLOOD, "without_largest"):
            source = parts["loss" if part == "without_largest" else part]
            changed = parts[part].copy()
            changed[at] = np.maximum(changed[at], source[like - scene.first_year])
            parts[part] = changed


def _fewer_deaths(paths: dict[str, Paths], scene: DriverPaths, fewer: float) -> None:
    """Take deaths off what is still to come, from each driver in proportion to its own, never below zero."""
    names = [name for name in paths if name.partition("@")[0] in DEATHS]
    ahead = {name: paths[name]["ahead"] for name in names}
    total = sum(ahead.values()) if len(names) == len(DEATHS) else None
    for name in names:
        left = ahead[name]
        share = np.divide(left, total, out=np.zeros_like(left), where=total > 0) if total is not None else 1.0
        quarters = np.array([_quarters_left(scene, year) for year in _years(scene)])[:, None]
        _take(paths[name], np.minimum(left, fewer * quarters * share))


def _drop_sectors(paths: dict[str, Paths], scene: DriverPaths, drops: Mapping[str, float]) -> None:
    """Take off a sector's usual share of the deaths that are still to come."""
    for name, shares in scene.sector_shares.items():
        fall = sum(shares.get(sector, 0.0) * drop for sector, drop in drops.items())
        if fall and name in paths:
            _take(paths[name], paths[name]["ahead"] * min(fall, 1.0))


def _take(parts: Paths, amount: np.ndarray) -> None:
    for part in ("deaths", "kept", "ahead"):
        parts[part] = np.maximum(parts[part] - amount, 0)


def _quarters_left(scene: DriverPaths, year: int) -> float:
    if year < scene.as_of.year:
        return 0.0
    return 4.0 if year > scene.as_of.year else (12 - scene.as_of.month) / 3


def _years(scene: DriverPaths) -> range:
    rows = max(len(values) for parts in scene.paths.values() for values in parts.values())
    return range(scene.first_year, scene.first_year + rows)


def _last_year(scene: DriverPaths) -> int:
    return max(recipe.due for recipe in scene.recipes.values())


def _require_possible(scene: DriverPaths, changes: Changes) -> None:
    years = _years(scene)
    sectors = {sector for shares in scene.sector_shares.values() for sector in shares}
    wrong: list[str] = []
    if changes.gdp_growth is not None and not -0.5 < changes.gdp_growth < 0.5:
        wrong.append(f"gdp_growth {changes.gdp_growth}")
    if changes.flood_like is not None and not years.start <= changes.flood_like < scene.as_of.year:
        wrong.append(f"flood_like {changes.flood_like}")
    if changes.flood_in is not None and not scene.as_of.year <= changes.flood_in < years.stop:
        wrong.append(f"flood_in {changes.flood_in}")
    if changes.fewer_deaths is not None and changes.fewer_deaths < 0:
        wrong.append(f"fewer_deaths {changes.fewer_deaths}")
    wrong += [
        f"sector_drop {sector} {drop}"
        for sector, drop in changes.sector_drop.items()
        if sector not in sectors or not 0 <= drop <= 1
    ]
    if wrong:
        raise PipelineError("what_if_impossible", where=scene.plan_id, rows=wrong, n=len(wrong))


def _without_gaps(paths: dict[str, Paths], recipes: Mapping[str, Recipe]) -> dict[str, Paths]:
    """Events have one row, the due year's."""
    events = {recipe.numerator[0].driver for recipe in recipes.values() if recipe.kind == "events"}
    for name in events & set(paths):
        paths[name] = {part: values[np.isfinite(values).all(axis=1)] for part, values in paths[name].items()}
    return paths
