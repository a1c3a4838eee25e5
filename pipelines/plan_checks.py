"""What a build wants to know of the plans before anything is computed for them."""

from __future__ import annotations

from pipelines.catalogue import load_catalogue
from pipelines.plans import load_plans
from pipelines.plans.read import require_indicators
from pipelines.plans.units import require_units
from pipelines.settings import Settings
from pipelines.sources.codes import read_codes


def require_fitting_plans(settings: Settings) -> None:
    """See that every target has an indicator, and figures in that indicator's unit.

    Raises:
        PipelineError: One fault for each target, with file and line.
    """
    folder = settings.path("plans")
    plans, catalogue = load_plans(folder), load_catalogue(settings.path("catalogue"))
    require_indicators(plans, catalogue, folder)
    require_units(plans, catalogue, read_codes(settings.path("codes")).units.factor, folder)
