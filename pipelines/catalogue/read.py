"""Read the catalogue: one YAML file per indicator."""

from __future__ import annotations

import csv
import functools
from pathlib import Path

from pipelines.catalogue.model import Indicator
from pipelines.catalogue.yamlfile import read_model, relative_to_project
from pipelines.errors import PipelineError, SeveralErrors
from pipelines.texts import has, say

OURS = Path(__file__).parent / "indicators"


def load_catalogue(*folders: Path) -> dict[str, Indicator]:
    """Every indicator by its id, in the order of the ids.

    Args:
        folders: Further folders of an office, read beside the shipped one. An id may not stand in two of them.

    Raises:
        PipelineError: Faults of all files together; the file's name must be the id.
    """
    found: dict[str, tuple[Indicator, str]] = {}
    faults: list[PipelineError] = []
    for file in [file for folder in (OURS, *folders) for file in sorted(Path(folder).glob("*.yml"))]:
        shown = relative_to_project(file)
        try:
            indicator = read_model(file, Indicator, shown_as=shown)
            if indicator.id != file.stem:
                raise PipelineError("catalogue_name", where=shown, id=indicator.id, name=file.stem)
            if indicator.id in found:
                raise PipelineError("catalogue_twice", where=shown, id=indicator.id, first=found[indicator.id][1])
            missing = [code for code in indicator.caveats if not has(f"catalogue.caveats.{code}")]
            if missing:
                raise PipelineError("catalogue_caveat", where=shown, codes=", ".join(missing))
            found[indicator.id] = (indicator, shown)
        except PipelineError as fault:
            faults.append(fault)
    _stop_on(faults)
    return {name: found[name][0] for name in sorted(found)}


@functools.lru_cache(maxsize=4)
def catalogue_of(build_id: str, own: Path) -> dict[str, Indicator]:
    """The catalogue beside a build, read once a build: reading it takes longer than any query of a page.

    Args:
        build_id: Name of the build.
        own: The office's folder of indicators.
    """
    return load_catalogue(own)


def check_catalogue(catalogue: dict[str, Indicator], codes: Path) -> None:
    """See that every measure, hazard and series break that an indicator names stands in the code lists.

    Args:
        catalogue: What `load_catalogue` gave.
        codes: The folder of code lists (`data/codes`).

    Raises:
        PipelineError: `catalogue_codes`, one row per unknown name.
    """
    known = {
        "measure": _column(codes / "measures.csv", "measure"),
        "statistic": _column(codes / "statistics_measures.csv", "measure"),
        "hazard": _column(codes / "hazards.csv", "code"),
        "break": _column(codes / "series_breaks.csv", "break_code"),
    }
    rows = [
        say("catalogue.unknown_code", indicator=indicator.id, kind=say(f"catalogue.code_kinds.{kind}"), name=name)
        for indicator in catalogue.values()
        for kind, name in names_used(indicator)
        if name not in known[kind]
    ]
    if rows:
        raise PipelineError("catalogue_codes", rows=rows, n=len(rows))


def names_used(indicator: Indicator) -> list[tuple[str, str]]:
    """Every code that an indicator reads: pairs of kind (measure, statistic, hazard, break) and name."""
    used: list[tuple[str, str | None]] = [("break", name) for name in indicator.breaks]
    for operand in filter(None, (indicator.numerator, indicator.denominator)):
        used += [("measure", operand.measure), ("statistic", operand.statistic), ("statistic", operand.published)]
        used += [("hazard", name) for name in operand.hazards or ()]
    if indicator.denominator:
        used.append(("statistic", indicator.denominator.constant_prices))
    return [(kind, name) for kind, name in used if name]


def _column(file: Path, name: str) -> set[str]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return {row[name] for row in csv.DictReader(opened)}


def _stop_on(faults: list[PipelineError]) -> None:
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise SeveralErrors(faults)
