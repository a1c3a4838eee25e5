"""The story of the demonstration: areas, yearly numbers and sums, read from `scenario.yml` and `returns.yml`."""

from __future__ import annotations

import functools
from pathlib import Path

import yaml

from pipelines.demo.calendar import FIRST_YEAR, LAST_YEAR
from pipelines.demo.draws import Wheel

YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
Row = dict[str, object]


@functools.cache
def scenario(name: str = "scenario") -> dict:
    """One of the two YAML files beside this module."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((Path(__file__).parent / f"{name}.yml").read_text(encoding="utf-8"), loader)


def areas() -> dict[str, dict]:
    """Area name → region code, letters of its record ids, and the places in it with their weights."""
    return scenario()["areas"]


@functools.cache
def places(area: str) -> Wheel:
    """The places of an area in which things happen, by weight."""
    return Wheel(areas()[area]["places"])


def of_year(series: list, year: int):
    """The entry of a list that runs over the years from 2016.

    >>> of_year([5, 6, 7], 2018)
    7
    """
    return series[year - FIRST_YEAR]


def by_report(rows: list[Row]) -> list[Row]:
    """Rows in the order in which they were reported; ties by id, so that the order is total."""
    return sorted(rows, key=lambda row: (row["reported_at"], row["record_id"], row["status"], row["region_code"]))
