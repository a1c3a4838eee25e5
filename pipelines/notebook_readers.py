"""What an analyst asks for in a notebook: a whole table as pandas or Arrow, the catalogue, simulated paths.

from pipelines import warehouse
house = warehouse.open("..")                       # root of the office; see docs/notebooks.md
house.table("mart_measure_deltas").df()            # pandas
house.table("core_accidents__versions").arrow()    # Arrow
house.pandas("SELECT sector_code, COUNT(*) AS n FROM core_accidents__versions GROUP BY 1")
house.assessments("beichen", house.newest("beichen"))
house.simulated("beichen", "1").probability
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pipelines.asking import Asking
from pipelines.engine import Row, quoted
from pipelines.errors import PipelineError, no_plan

if TYPE_CHECKING:
    import numpy
    import pandas
    import pyarrow


@dataclass(frozen=True)
class Table:
    """One relation of a build; nothing is read before `df` or `arrow` asks for it.

    Attributes:
        name: Of the relation.
        columns: Names in their order; docs/architecture.md says what they hold.
    """

    name: str
    columns: tuple[str, ...]
    _house: NotebookReaders

    def __len__(self) -> int:
        """Number of rows."""
        return self._house.query(f"SELECT COUNT(*) AS n FROM {quoted(self.name)}")[0]["n"]

    def df(self) -> pandas.DataFrame:
        """All rows as pandas; money in 分, shares 0-1."""
        return self._house.pandas(f"SELECT * FROM {quoted(self.name)}")

    def arrow(self) -> pyarrow.Table:
        """All rows as Arrow."""
        return self._house.arrow(f"SELECT * FROM {quoted(self.name)}")


@dataclass(frozen=True)
class Simulated:
    """The simulated paths of one target, as its probability was counted on them.

    Attributes:
        as_of: Day up to which everything was known.
        years: Calendar years of the rows of `values`.
        values: Yearly paths in the indicator's own unit, (years, paths); what is final is the same on all of them.
            None for targets on events, and for those that each region must meet.
        judged: What each path is judged by: due value, mean or total, (paths,).
        hits: Whether each path meets the target, (paths,).
        probability: Share of the paths that meet it, of those that count; None where none does.
    """

    as_of: date
    years: tuple[int, ...]
    values: numpy.ndarray | None
    judged: numpy.ndarray
    hits: numpy.ndarray
    probability: float | None


class NotebookReaders(Asking):
    """Questions of notebooks; every number is the one that the pages show."""

    def table(self, name: str) -> Table:
        """One relation of the build.

        Raises:
            PipelineError: `no_relation`, with the name that is most like it.
        """
        known = self.tables()
        if name not in known:
            near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.3)
            raise PipelineError("no_relation", where=name, nearest=near[0] if near else "—", n=len(known))
        return Table(name, tuple(self.columns(name)), self)

    def newest(self, plan: str) -> date:
        """The newest day at which a plan was assessed.

        Raises:
            PipelineError: `no_plan`, or `no_data_for_plan`.
        """
        plans = {
            row["plan_id"]: row["newest_as_of"] for row in self._if_there("assess_plans", "SELECT * FROM assess_plans")
        }
        if plan not in plans:
            raise no_plan(plan, sorted(plans))
        if plans[plan] is None:
            raise PipelineError("no_data_for_plan", where=plan)
        return plans[plan]

    def indicators(self) -> list[Row]:
        """The indicators that the plans use, with unit, formula and explanation."""
        return self._if_there("assess_indicators", "SELECT * FROM assess_indicators ORDER BY indicator_id")

    def simulated(self, plan: str, target: str) -> Simulated:
        """The simulated paths of a target at the plan's newest quarter-end.

        Raises:
            PipelineError: `no_driver_paths`: the plan has none, or this target has no probability.
        """
        from pipelines.forecast.targets.recipe import judge
        from pipelines.forecast.targets.whatif import DriverPaths

        scene = DriverPaths.read(self, plan)
        if target not in scene.recipes:
            raise PipelineError("no_driver_paths", where=f"{plan} {target}")
        recipe = scene.recipes[target]
        found = judge(recipe, scene.paths)
        years = () if found.value is None else range(recipe.first_year, recipe.first_year + len(found.value))
        return Simulated(scene.as_of, tuple(years), found.value, found.judged, found.hits, found.probability)
