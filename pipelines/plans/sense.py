"""Entries of a target that would say nothing beside one another, or contradict each other: none is passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.faults import Said

if TYPE_CHECKING:
    from pipelines.plans.model import Target

ON_A_PATH = ("end_value", "reduction", "period_total")
"""Kinds that can be required year by year; a mean and a demand on each year ask the same of every year."""


def require_sense(target: Target) -> None:
    """Stop on entries that nothing would read.

    Raises:
        Said: Which of them, as `catalogue.faults`.
    """
    _path(target)
    if target.each_region is not None:
        _each_region(target)
    baseline = target.baseline
    if baseline is None:
        return
    if baseline.first_year is not None and baseline.first_year > baseline.year:
        raise Said("baseline_years", first=baseline.first_year, last=baseline.year)
    if baseline.year >= target.due_year:
        raise Said("baseline_after_due", year=baseline.year, due=target.due_year)


def _path(target: Target) -> None:
    if target.path == "linear":
        return
    if target.kind not in ON_A_PATH:
        raise Said("path_kind")
    if target.measured_as is not None or target.each_region is not None:
        raise Said("path_alone")
    if target.path.get(target.due_year, target.value) != target.value:
        raise Said("path_end", due=target.due_year)


def _each_region(target: Target) -> None:
    if not target.each_region or target.kind == "monitored":
        raise Said("each_region_kind")
    if target.measured_as is not None:
        raise Said("each_region_measured_as")
    if target.kind != "reduction":
        return
    if target.baseline is not None and target.baseline.printed is not None:
        raise Said("each_region_baseline")
    if not all(0 < share < 1 for share in target.region_bounds.values()):
        raise Said("reduction_value")
