"""Which target of the plan above an inherited target stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.errors import PipelineError
from pipelines.plans.model import Plan, Target


@dataclass(frozen=True)
class Resolved:
    """The target that decides, and the plan in which it stands."""

    plan_id: str
    target: Target


def resolve(plans: Mapping[str, Plan], plan_id: str, target_id: str) -> Resolved | None:
    """The target that decides: the target itself, or for an inherited one the nearest one above it.

    Args:
        plans: All plans by id, checked by `refuse_circles`.
        plan_id: Plan of the target.
        target_id: Its id.

    Returns:
        None where it is not set (目标未定): an inherited target with nothing above it, or a draft without a value.
    """
    plan = plans[plan_id]
    target = plan.target(target_id)
    if target.kind != "inherited":
        return Resolved(plan_id, target) if target.is_set else None
    above = plans.get(plan.parent or "")
    while above:
        hit = next((other for other in above.targets if other.indicator == target.indicator and _decides(other)), None)
        if hit:
            return resolve(plans, above.id, hit.id)
        above = plans.get(above.parent or "")
    return None


def _decides(target: Target) -> bool:
    return target.kind not in ("monitored",)


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
