"""Whether `baseline.compared` of the plans names changes of definition that stand between baseline and due year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from pipelines.catalogue.model import Indicator
from pipelines.catalogue.yamlfile import relative_to_project
from pipelines.errors import PipelineError, SeveralErrors
from pipelines.plans.model import Plan, Target

Known = Sequence[tuple[str, str, dt.date]]
"""Region, code and first day of every change of definition."""


def require_breaks(plans: Mapping[str, Plan], catalogue: Mapping[str, Indicator], known: Known, folder: Path) -> None:
    """Stop on comparisons across something that is no break of the target's series: they would bridge nothing.

    Args:
        plans: From `load_plans`.
        catalogue: Indicators by id; targets of others are left out.
        known: What `data/codes/series_breaks.csv` lists.
        folder: The plans' folder, for the line of the file.

    Raises:
        PipelineError: `plan_break`, one for each such code, with file and line.
    """
    faults = []
    for plan in plans.values():
        file = Path(folder) / f"{plan.id}.yml"
        for target in plan.targets:
            codes = [code for one in (target.baseline.compared if target.baseline else ()) for code in one.breaks]
            for code in codes if target.indicator in catalogue else ():
                indicator = catalogue[target.indicator]
                reason = _why_not(code, plan, target, indicator, known)
                if reason:
                    line = _line_of(file, target.id, code)
                    where = f"{relative_to_project(file)}:{line}" if line else relative_to_project(file)
                    fitting = sorted({one for _, one, _ in known if not _why_not(one, plan, target, indicator, known)})
                    facts = {"target": target.id, "break_code": code, "known": ", ".join(fitting) or "—"}
                    faults.append(PipelineError(f"plan_break_{reason}", where=where, line=line, **facts))
    if faults:
        raise faults[0] if len(faults) == 1 else SeveralErrors(faults)


def _why_not(code: str, plan: Plan, target: Target, indicator: Indicator, known: Known) -> str:
    """Why nothing can be compared across a code; empty where it can."""
    days = [day for region, one, day in known if one == code and region == plan.region_code]
    if not any(one == code for _, one, _ in known):
        return "unknown"
    if not days or code not in indicator.breaks:
        return "elsewhere"
    first = target.baseline.first_year or target.baseline.year
    return "" if any(dt.date(first, 1, 1) < day <= dt.date(target.due_year, 12, 31) for day in days) else "outside"


def _line_of(file: Path, target_id: str, code: str) -> int:
    """Line of a code below a target's `compared`; 0 where the file has changed since it was read."""
    root = yaml.compose(file.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    for target in _field(root, "targets") or ():
        named = _field(target, "id")
        baseline = next((value for key, value in target.value if key.value == "baseline"), None)
        if named != target_id or baseline is None:
            continue
        for one in _field(baseline, "compared") or ():
            for node in _field(one, "breaks") or ():
                if node.value == code:
                    return node.start_mark.line + 1
    return 0


def _field(node: yaml.Node | None, name: str) -> object:
    """What a mapping holds under a name: a text, or the nodes of a list; None where it has no such field."""
    return next((value.value for key, value in node.value if key.value == name), None) if node else None
