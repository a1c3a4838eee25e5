"""Read the plans and the figures that they print for the period before."""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from pipelines.catalogue.yamlfile import read_model, relative_to_project
from pipelines.errors import PipelineError, SeveralErrors
from pipelines.plans.inherit import refuse_circles
from pipelines.plans.model import Plan
from pipelines.texts import say


def load_plans(folder: Path) -> dict[str, Plan]:
    """Every plan of a folder by its id, in the order of the files' names.

    Raises:
        PipelineError: Faults of all files together, names that would be overlooked among them; an unknown parent; a
            circle of parents.
    """
    folder = Path(folder)
    plans: dict[str, Plan] = {}
    faults: list[PipelineError] = [
        PipelineError("plan_suffix", where=relative_to_project(file), name=f"{file.stem}.yml")
        for file in sorted(folder.glob("*"))
        if file.suffix.lower() in (".yaml", ".yml") and file.suffix != ".yml"
    ]
    for file in sorted(folder.glob("*.yml")):
        shown = relative_to_project(file)
        try:
            plan = read_model(file, Plan, shown_as=shown)
            if plan.id != file.stem:
                raise PipelineError("plan_name", where=shown, id=plan.id, name=file.stem)
            plans[plan.id] = plan
        except PipelineError as fault:
            faults.append(fault)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise SeveralErrors(faults)
    refuse_circles(plans, {name: relative_to_project(folder / f"{name}.yml") for name in plans})
    return plans


def require_indicators(plans: Mapping[str, Plan], catalogue: Collection[str], folder: Path) -> None:
    """Stop on targets whose indicator is not in the catalogue, before anything is computed for them.

    Args:
        plans: From `load_plans`.
        catalogue: Ids of the indicators.
        folder: The plans' folder, for the line of the file.

    Raises:
        PipelineError: `assessment_indicator`, one for each such target, with file and line.
    """
    faults = []
    for plan in plans.values():
        file = Path(folder) / f"{plan.id}.yml"
        for target in plan.targets:
            if target.indicator in catalogue:
                continue
            line = line_of(file, target.id, "indicator")
            where = f"{relative_to_project(file)}:{line}" if line else relative_to_project(file)
            facts = {"indicator": target.indicator, "target": target.id, "line": line}
            faults.append(PipelineError("assessment_indicator", where=where, **facts))
    if faults:
        raise faults[0] if len(faults) == 1 else SeveralErrors(faults)


def line_of(file: Path, target_id: str, name: str) -> int:
    """Line of an entry of a target; 0 where it has none, or the file has changed since it was read."""
    root = yaml.compose(file.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    listed = next((value for key, value in root.value if key.value == "targets"), None) if root else None
    for target in listed.value if listed else ():
        fields = {key.value: value for key, value in target.value}
        if "id" in fields and fields["id"].value == target_id and name in fields:
            return fields[name].start_mark.line + 1
    return 0


@dataclass(frozen=True)
class PublishedFact:
    """One figure that a plan prints for the period before.

    Attributes:
        plan_id, kind: Plan, and kind of record (accidents, disasters, inspections, training, capability).
        measure: Code of the measure; empty for a statement without a figure.
        aggregation: `total` (sum over the period), `yearly_mean` (printed mean of the years), `mean_ratio` (mean of
            yearly ratios), `ratio` (of one year), `stock` (at the end of the period), `statement` (no figure).
        first_year, last_year: Period.
        value, unit: In the canonical unit of the measure; None for a statement.
        printed_value, printed_unit, printed_unit_en: As printed, with its precision; "" for a statement.
        is_exact: False for "more than", "nearly" and upper bounds.
        quote, note: Words of the plan; what we add.
    """

    plan_id: str
    kind: str
    measure: str
    aggregation: str
    first_year: int
    last_year: int
    value: float | None
    unit: str
    printed_value: str
    printed_unit: str
    printed_unit_en: str
    is_exact: bool
    quote: str
    note: str


FACT_COLUMNS = (
    "plan_id",
    "kind",
    "measure",
    "aggregation",
    "period_start_year",
    "period_end_year",
    "value",
    "unit",
    "printed_value",
    "printed_unit",
    "printed_unit_en",
    "is_exact",
    "quote",
    "note",
)


def load_facts(file: Path) -> list[PublishedFact]:
    """Read `data/plans/published-facts.csv`.

    Raises:
        PipelineError: `facts_invalid`, when a column is missing or a number is none.
    """
    where = relative_to_project(Path(file))
    try:
        with Path(file).open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened)
            rows, found = list(reader), reader.fieldnames or ()
    except (OSError, UnicodeDecodeError, csv.Error):
        raise PipelineError("facts_invalid", where=where, reason=say("plans.facts.no_csv")) from None
    lacking = [column for column in FACT_COLUMNS if column not in found]
    if lacking:
        reason = say("plans.facts.lacking", columns=", ".join(lacking))
        raise PipelineError("facts_invalid", where=where, reason=reason)
    facts = []
    for number, row in enumerate(rows, start=1):
        try:
            facts.append(_fact({column: row[column] or "" for column in FACT_COLUMNS}))
        except ValueError:
            raise PipelineError("facts_invalid", where=where, reason=say("plans.facts.no_number", row=number)) from None
    return facts


def _fact(row: dict[str, str]) -> PublishedFact:
    return PublishedFact(
        plan_id=row["plan_id"],
        kind=row["kind"],
        measure=row["measure"],
        aggregation=row["aggregation"],
        first_year=int(row["period_start_year"]),
        last_year=int(row["period_end_year"]),
        value=float(row["value"]) if row["value"] else None,
        unit=row["unit"],
        printed_value=row["printed_value"],
        printed_unit=row["printed_unit"],
        printed_unit_en=row["printed_unit_en"],
        is_exact=row["is_exact"] == "true",
        quote=row["quote"],
        note=row["note"],
    )


def load_parents(codes: Path) -> dict[str, str]:
    """Region code → code of the region above ('' for the nation), from `regions.csv` of the code lists."""
    with (Path(codes) / "regions.csv").open(encoding="utf-8-sig", newline="") as opened:
        return {row["region_code"]: row["parent_code"] for row in csv.DictReader(opened)}
