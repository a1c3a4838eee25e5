"""Which target of the plan above an inherited target stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.errors import PipelineError
from pipelines.plans.model import Plan, Target


@dataclass(frozen=True)
class Resolved:
    """What decides a target: the demand as it holds for the plan that asks, and the plan in which it stands."""

    plan_id: str
    target: Target


def resolve(plans: Mapping[str, Plan], plan_id: str, target_id: str) -> Resolved | None:
    """The target that decides: the target itself, or for an inherited one the nearest one above it.

    A demand is inherited with its prices, a start and a day are not: a district falls from its own baseline, the one
    that its plan prints or else the one of its records, and by the year that its own plan names. Where the plan above
    prints one bound for each region, the district's own counts. A plan above asks nothing of years that are not those
    of the plan below it.

    Args:
        plans: All plans by id, checked by `refuse_circles`.
        plan_id: Plan of the target.
        target_id: Its id.

    Returns:
        None where it is not set (目标未定): an inherited target with nothing above it, a region for which the plan
        above prints no bound, or a draft without a value.
    """
    plan = plans[plan_id]
    target = plan.target(target_id)
    if target.kind != "inherited":
        return Resolved(plan_id, target) if target.is_set else None
    for above in ancestors(plans, plan_id):
        hit = next((other for other in above.targets if _decides(other, target, plan)), None)
        found = resolve(plans, above.id, hit.id) if hit else None
        if hit:
            return found and _inherited(found, target, plan.region_code)
    return None


def _decides(above: Target, target: Target, plan: Plan) -> bool:
    """Whether a target above is what an inherited one of a plan stands for."""
    is_of_period = plan.period.start <= above.due_year <= plan.period.end
    return above.indicator == target.indicator and above.kind != "monitored" and is_of_period


def _inherited(found: Resolved, target: Target, region: str) -> Resolved | None:
    """The demand of the plan above as it holds for the region of the plan that inherits it."""
    above = found.target
    start = {"printed": None, "unit": "", "is_upper_bound": False, "quote": ""}
    own: dict[str, object] = {
        "baseline": target.baseline or (above.baseline and above.baseline.model_copy(update=start)),
        "gdp_basis": target.gdp_basis or above.gdp_basis,
        "due_year": target.due_year,
        "each_region": target.each_region,
    }
    if above.each_region is not None and target.each_region is None:
        if region not in above.each_region:
            return None
        own |= {"value": above.each_region[region], "value_in_unit": above.region_bounds[region]}
    return Resolved(found.plan_id, above.model_copy(update=own))


def ancestors(plans: Mapping[str, Plan], plan_id: str) -> list[Plan]:
    """The plans above one plan, the nearest first."""
    chain: list[Plan] = []
    above = plans[plan_id].parent
    while above:
        chain.append(plans[above])
        above = plans[above].parent
    return chain


def refuse_circles(plans: Mapping[str, Plan], files: Mapping[str, str]) -> None:
    """See that every parent exists and that no plan is above itself.

    Args:
        plans: All plans by id.
        files: Plan id → its file, as messages name it.

    Raises:
        PipelineError: `plan_parent_unknown` or `plan_circle`.
    """
    for plan in plans.values():
        chain = [plan.id]
        parent = plan.parent
        while parent:
            if parent not in plans:
                raise PipelineError("plan_parent_unknown", where=files[chain[-1]], parent=parent)
            if parent in chain:
                raise PipelineError("plan_circle", where=files[plan.id], chain=" → ".join([*chain, parent]))
            chain.append(parent)
            parent = plans[parent].parent
