"""Whether the figures of the plans are in the units of their indicators: 5 万人 are no five people, 80 no 80 %."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from pipelines.catalogue.model import Indicator
from pipelines.catalogue.yamlfile import relative_to_project
from pipelines.errors import PipelineError, SeveralErrors
from pipelines.plans.model import PRINTED_FACTORS, Plan, Target
from pipelines.plans.read import line_of

Factor = Callable[[str, str], Decimal | None]
"""How many of the second unit one of the first holds; None where they do not measure the same."""
_UNMEASURED = ("inherited", "monitored", "milestone")


def require_units(plans: Mapping[str, Plan], catalogue: Mapping[str, Indicator], factor: Factor, folder: Path) -> None:
    """Stop on figures in another unit than their indicator's, and on those that the indicator can never reach.

    Only % and ‰ are converted. Anything else is read as it stands, so it must stand in the indicator's unit.

    Args:
        plans: From `load_plans`.
        catalogue: Indicators by id; targets of others are left out.
        factor: Between units (`Units.factor` of the code lists).
        folder: The plans' folder, for the line of the file.

    Raises:
        PipelineError: `plan_unit` or `plan_value`, one for each such figure, with file and line.
    """
    faults = []
    for plan in plans.values():
        file = Path(folder) / f"{plan.id}.yml"
        for target in plan.targets:
            indicator = catalogue.get(target.indicator)
            if indicator is None or target.measured_as is not None:
                continue
            for code, name, facts in _faults(target, indicator, factor):
                line = line_of(file, target.id, name)
                where = f"{relative_to_project(file)}:{line}" if line else relative_to_project(file)
                faults.append(PipelineError(code, where=where, line=line, target=target.id, **facts))
    if faults:
        raise faults[0] if len(faults) == 1 else SeveralErrors(faults)


def _faults(target: Target, indicator: Indicator, factor: Factor) -> Iterator[tuple[str, str, dict[str, object]]]:
    own = indicator.unit.zh
    baseline = target.baseline
    if target.value is not None and target.kind not in (*_UNMEASURED, "reduction"):
        if not _fits(target.unit, own, factor):
            yield "plan_unit", "unit", {"printed": f"{target.value:g}{target.unit}", "own": own}
        else:
            low, high = indicator.bounds.value
            for value in dict.fromkeys([target.value_in_unit, *(target.region_bounds or {}).values()]):
                if (low is not None and value < low) or (high is not None and value > high):
                    limits = {"low": "—" if low is None else f"{low:g}", "high": "—" if high is None else f"{high:g}"}
                    yield (
                        "plan_value",
                        "value",
                        {"value": f"{value:g}", "own": own, "unit": target.unit or "—", **limits},
                    )
    if baseline is not None and baseline.printed is not None and not _fits(baseline.unit, own, factor):
        yield "plan_unit", "baseline", {"printed": f"{baseline.printed:g}{baseline.unit}", "own": own}


def _fits(unit: str, own: str, factor: Factor) -> bool:
    """Whether a figure in a printed unit is one in the indicator's: the same, per cent of a share, or not said."""
    held = factor(unit, own) if unit else Decimal(1)
    if unit in PRINTED_FACTORS:
        return held == PRINTED_FACTORS[unit]
    return held == 1 if held is not None else own.startswith(f"{unit}/")
