"""`anlan check`: read everything that users edit, stop on faults, list the doubts. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from pipelines import clock
from pipelines.assessment.assessor import read_breaks
from pipelines.catalogue.read import check_catalogue, load_catalogue
from pipelines.errors import PipelineError, SeveralErrors
from pipelines.inputs import code_relations
from pipelines.meetings import plans_with_decisions, read_meeting, read_seasons
from pipelines.model_files import load_models
from pipelines.plans import load_facts, load_parents, load_plans
from pipelines.plans.comparisons import require_breaks
from pipelines.plans.lint import Doubt, lint
from pipelines.plans.read import require_indicators
from pipelines.plans.units import require_units
from pipelines.portable_types import require_portable
from pipelines.settings import Settings
from pipelines.sources.codes import read_codes
from pipelines.sources.contract import KINDS, load_contract
from pipelines.sources.definitions import check_definitions

Found = TypeVar("Found")


@dataclass(frozen=True)
class Checked:
    """How much was read, and what is doubtful in the plans."""

    contracts: int
    indicators: int
    plans: int
    targets: int
    doubts: tuple[Doubt, ...]


def check_everything(settings: Settings, today: date | None = None) -> Checked:
    """Read models, contracts, catalogue, plans, code lists and what stands beside the records, and look for doubts.

    Args:
        settings: Where they are.
        today: The day of the check, after which nothing can have been received; None means the clock's.

    Raises:
        PipelineError: The faults of all of them together.
    """
    faults: list[PipelineError] = []

    def read(what: Callable[[], Found]) -> Found | None:
        try:
            return what()
        except PipelineError as fault:
            faults.extend(fault.errors if isinstance(fault, SeveralErrors) else [fault])
            return None

    contracts = [read(lambda kind=kind: load_contract(kind)) for kind in KINDS]
    catalogue = read(lambda: load_catalogue(settings.path("catalogue")))
    plans = read(lambda: load_plans(settings.path("plans")))
    facts = read(lambda: load_facts(settings.path("plans") / "published-facts.csv"))
    models = read(load_models)
    if models is not None:
        read(lambda: require_portable(models))
    read(lambda: check_definitions(settings, today or clock.today()))
    breaks = codes = None
    if not any(fault.code == "code_list_invalid" for fault in faults):
        read(lambda: code_relations(settings.path("codes")))
        breaks = read(lambda: read_breaks(settings.path("codes")))
        codes = read(lambda: read_codes(settings.path("codes")))
    read(lambda: read_seasons(settings))
    for plan_id in plans_with_decisions(settings):
        read(lambda plan_id=plan_id: read_meeting(settings, plan_id))
    if catalogue is not None and plans is not None:
        read(lambda: require_indicators(plans, catalogue, settings.path("plans")))
    if catalogue is not None and plans is not None and breaks is not None:
        known = [(region, one.code, one.begins_on) for region, one in breaks]
        read(lambda: require_breaks(plans, catalogue, known, settings.path("plans")))
    if catalogue is not None and plans is not None and codes is not None:
        read(lambda: require_units(plans, catalogue, codes.units.factor, settings.path("plans")))
    if catalogue is not None and not any(fault.code == "code_list_invalid" for fault in faults):
        read(lambda: check_catalogue(catalogue, settings.path("codes")))
    if faults:
        raise faults[0] if len(faults) == 1 else SeveralErrors(faults)
    parents = load_parents(settings.path("codes"))
    targets = sum(len(plan.targets) for plan in plans.values())
    return Checked(len(contracts), len(catalogue), len(plans), targets, tuple(lint(plans, catalogue, facts, parents)))
