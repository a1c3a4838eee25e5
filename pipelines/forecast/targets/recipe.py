"""A target's arithmetic on paths, written down as plain data, so that the app can repeat it on changed paths.

A recipe says which drivers make the numerator and the denominator, which years are final, and what must be met. The
probabilities of the build and those of a what-if come from the same few lines below.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

import numpy as np

from pipelines.forecast.targets.meeting import judged_value, meets, meets_bound
from pipelines.forecast.targets.series import Paths


@dataclass(frozen=True)
class Term:
    """One driver of a numerator: its name, its sign, and which of its paths are read under which variant."""

    driver: str
    part: str
    sign: float = 1.0
    variants: Mapping[str, str] = field(default_factory=dict)

    def of(self, paths: Mapping[str, Paths], variant: str) -> np.ndarray:
        """Its yearly paths with their sign."""
        return self.sign * paths[self.driver][self.variants.get(variant, self.part)].astype(float)


@dataclass(frozen=True)
class Recipe:
    """How a target is judged on paths.

    Attributes:
        target_id: Which target.
        kind: Kind of the target that decides.
        start, due: First plan year, due year.
        operator: As printed.
        bound: What must be met, own unit; for a reduction from a baseline that is not printed see below.
        reduction: Share by which a baseline is to fall; None for every other kind.
        baseline_years: Years whose mean on each path is the baseline; empty = `bound` decides, from a printed one.
        counted_years: Years of the baseline, printed or not.
        first_year: Year of the first row of the paths.
        numerator, denominator: Drivers.
        at_mean: The denominator is the mean of two year-ends.
        scale: Factor of a ratio.
        empty: Value of a year whose denominator is zero.
        final: Years that are final, with their values.
        required_share: Share of the events that must be in time.
        regions: For a target that each region must meet, one recipe each.
    """

    target_id: str
    kind: str
    start: int
    due: int
    operator: str
    bound: float
    first_year: int
    numerator: tuple[Term, ...] = ()
    denominator: Term | None = None
    at_mean: bool = False
    scale: float = 1.0
    empty: float = 0.0
    reduction: float | None = None
    baseline_years: tuple[int, ...] = ()
    counted_years: tuple[int, ...] = ()
    final: Mapping[int, float] = field(default_factory=dict)
    required_share: float | None = None
    regions: tuple[Recipe, ...] = ()

    @property
    def drivers(self) -> tuple[str, ...]:
        """Names of every driver that is read."""
        own = [term.driver for term in (*self.numerator, *((self.denominator,) if self.denominator else ()))]
        return tuple(dict.fromkeys([*own, *(name for one in self.regions for name in one.drivers)]))

    def to_json(self) -> dict:
        """As plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, said: Mapping) -> Recipe:
        """From what `to_json` gave."""
        below = said["denominator"]
        return cls(
            **{
                **said,
                "numerator": tuple(Term(**term) for term in said["numerator"]),
                "denominator": Term(**below) if below else None,
                "baseline_years": tuple(said["baseline_years"]),
                "counted_years": tuple(said["counted_years"]),
                "final": {int(year): value for year, value in said["final"].items()},
                "regions": tuple(cls.from_json(one) for one in said["regions"]),
            }
        )


@dataclass(frozen=True)
class Judgement:
    """What the paths say.

    Attributes:
        hits: Whether each path meets the target, (n_paths,).
        judged: What each path is judged by: due value, mean or total; the number of regions that meet theirs; the
            share of events in time; NaN where a year of it is not reported and comes before others that are.
        value: Yearly paths, (years, n_paths); None for events and for what each region must meet.
        counts: Paths that count; False where no event put the target to the test. None = all.
    """

    hits: np.ndarray
    judged: np.ndarray
    value: np.ndarray | None = None
    counts: np.ndarray | None = None

    @property
    def lacks_a_year(self) -> bool:
        """Whether a year that is asked for has no value on the paths: nobody knows what it was, so it is no miss."""
        return bool(np.isnan(self.judged).any())

    @property
    def hits_if_tested(self) -> np.ndarray:
        """`hits`, with the paths that no event tests filled up in turn from those that one does."""
        if self.counts is None or self.counts.all() or not self.counts.any():
            return self.hits
        filled = self.hits.copy()
        filled[~self.counts] = np.resize(self.hits[self.counts], int((~self.counts).sum()))
        return filled

    @property
    def probability(self) -> float | None:
        """Share of the paths that count which meet the target; None when none counts, or a year is not reported."""
        if self.lacks_a_year:
            return None
        if self.counts is None:
            return float(self.hits.mean())
        return float(self.hits[self.counts].mean()) if self.counts.any() else None


def judge(recipe: Recipe, paths: Mapping[str, Paths], variant: str = "") -> Judgement:
    """Judge every path.

    Args:
        recipe: The target's arithmetic.
        paths: Yearly paths by driver.
        variant: `kept` leaves out strike-offs, recorded and to come, `calm` the worst disaster on record, '' nothing.
    """
    if recipe.regions:
        every = [judge(one, paths, variant) for one in recipe.regions]
        hits = [one.hits for one in every]
        lacks = any(one.lacks_a_year for one in every)
        return Judgement(np.all(hits, axis=0), np.nan if lacks else np.sum(hits, axis=0).astype(float))
    if recipe.kind == "events":
        own = paths[recipe.numerator[0].driver]
        events, in_time = own["events"][0].astype(float), own["in_time"][0].astype(float)
        tested = events > 0
        hits = tested & meets(in_time, ">=", (recipe.required_share or 1.0) * events)
        return Judgement(hits, in_time / np.maximum(events, 1), None, tested)
    value = yearly_values(recipe, paths, variant)
    years = range(recipe.first_year, recipe.first_year + len(value))
    bound = bound_of(recipe, value)
    hits = meets_bound(recipe.kind, recipe.due, recipe.operator, bound, value, years, recipe.start)
    judged = judged_value(recipe.kind, recipe.due, value, years, recipe.start)
    return Judgement(hits, np.where(np.isnan(bound), np.nan, judged), value)


def yearly_values(recipe: Recipe, paths: Mapping[str, Paths], variant: str = "") -> np.ndarray:
    """Yearly paths of the indicator in its own unit, (years, n_paths); NaN where a year can have no value."""
    above = np.maximum(sum(term.of(paths, variant) for term in recipe.numerator), 0)
    struck = 0.0
    for term in recipe.numerator if variant == "kept" else ():
        if term.variants.get("struck") in paths[term.driver]:
            struck = struck + term.of(paths, "struck")
    if recipe.denominator is not None:
        below = recipe.denominator.of(paths, variant)
        if recipe.at_mean:
            below = np.vstack([np.full(below.shape[1], np.nan), (below[1:] + below[:-1]) / 2])
        with np.errstate(invalid="ignore", divide="ignore"):
            above = np.where(below > 0, above / below * recipe.scale, np.where(below == 0, recipe.empty, np.nan))
            struck = np.where(below > 0, struck / below * recipe.scale, 0.0)
    for year, value in recipe.final.items():
        at = year - recipe.first_year
        if 0 <= at < len(above):  # what was struck off of a final year is put back
            above[at] = value + (struck[at] if np.ndim(struck) else struck)
    return above


def bound_of(recipe: Recipe, value: np.ndarray) -> float | np.ndarray:
    """What must be met; for a reduction from a baseline that is not printed, one bound per path."""
    if not recipe.baseline_years:
        return recipe.bound
    return (1 - recipe.reduction) * np.mean([value[year - recipe.first_year] for year in recipe.baseline_years], axis=0)


def underlying(recipe: Recipe, paths: Mapping[str, Paths]) -> float | None:
    """Chance that the rate behind the figures has fallen by as much as is asked, the baseline's own luck included.

    None for what is no reduction, or whose rate is not modelled apart from the counts.
    """
    if recipe.reduction is None or not all("rate" in term.variants for term in recipe.numerator):
        return None
    rate = yearly_values(replace(recipe, final={}), paths, "rate")
    start = np.mean([rate[year - recipe.first_year] for year in recipe.counted_years], axis=0)
    return float((rate[recipe.due - recipe.first_year] <= (1 - recipe.reduction) * start).mean())
