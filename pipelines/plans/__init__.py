"""Plans, their targets, what they inherit, and what is doubtful in them."""

from pipelines.plans.inherit import Resolved, ancestors, resolve
from pipelines.plans.model import Baseline, Plan, Target
from pipelines.plans.read import PublishedFact, load_facts, load_parents, load_plans

__all__ = [
    "Baseline",
    "Plan",
    "PublishedFact",
    "Resolved",
    "Target",
    "ancestors",
    "load_facts",
    "load_parents",
    "load_plans",
    "resolve",
]
