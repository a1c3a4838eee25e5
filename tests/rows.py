"""Rows in sight → landed Parquet → a published build: what tests of models, assessment and app stand on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.inputs import Inputs, Relation, calendar_rows, files_by_kind, uncounted_measures
from pipelines.relations import RECORD_KINDS, SOURCE_RELATIONS

ARROW_TYPES = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
}

# What a row says when a test does not care.
DEFAULTS: dict[str, dict[str, Any]] = {
    "accidents": {"occurred_at": "2024-03-10 08:00:00", "sector_code": "construction", "deaths": 1, "missing": 0},
    "disasters": {"started_on": "2024-07-10", "hazard_code": "flood"},
    "inspections": {"inspected_on": "2024-03-10", "inspection_kind_code": "routine"},
    "training": {"held_on": "2024-03-10", "training_kind_code": "enterprise"},
    "statistics": {
        "measure": "gdp",
        "period_start": "2024-01-01",
        "period_end": "2024-12-31",
        "frequency": "year",
        "value": 1.0,
        "unit": "分",
        "vintage": "final",
        "rounding": "exact",
    },
}
DATE_FIELDS = {
    "accidents": "occurred_at",
    "disasters": "started_on",
    "inspections": "inspected_on",
    "training": "held_on",
    "statistics": "period_end",
}
REGIONS = (
    ("000000", None, "nation", "全国", "China"),
    ("120000", "000000", "city", "天津市", "Tianjin"),
    ("120113", "120000", "district", "北辰区", "Beichen"),
    ("120113001", "120113", "town", "果园新村街道", "Guoyuanxincun"),
    ("120113101", "120113", "town", "天穆镇", "Tianmu"),
    ("120116", "120000", "district", "滨海新区", "Binhai"),
    ("120116403", "120116", "town", "东疆", "Dongjiang"),
    ("350212", "000000", "district", "同安区", "Tong'an"),
)
SECTORS = (
    ("construction", "建筑施工", "Construction", True),
    ("chemicals", "化工", "Chemicals", True),
    ("road_traffic", "道路运输", "Road traffic", False),
    ("fire", "火灾", "Fire", False),
)
HAZARDS = (("flood", "洪涝", "Flood", True), ("hail_wind", "风雹", "Wind and hail", False))
GRADES = (
    ("general", "一般", "General", 1, 0, 0, 0),
    ("larger", "较大", "Larger", 2, 3, 10, 1_000_000_000),
    ("major", "重大", "Major", 3, 10, 50, 5_000_000_000),
    ("extraordinary", "特别重大", "Extraordinary", 4, 30, 100, 10_000_000_000),
)


def rows_of(relation: str, values: Iterable[tuple]) -> tuple[dict[str, Any], ...]:
    """Tuples as rows of a relation; columns that a tuple does not reach are NULL."""
    columns = list(SOURCE_RELATIONS[relation])
    return tuple(dict(zip(columns, row, strict=False)) for row in values)


def landed_inputs(
    folder: Path,
    *,
    files: Mapping[str, Mapping[str, Any]] | None = None,
    rejects: Iterable[Mapping[str, Any]] = (),
    reporting_calendar: Iterable[Mapping[str, Any]] = (),
    plans: Mapping[str, str] | None = None,
    facts: Iterable[Mapping[str, Any]] = (),
    regions: Iterable[tuple] = REGIONS,
    measures: Iterable[Mapping[str, Any]] = (),
    **records: Iterable[Mapping[str, Any]],
) -> Inputs:
    """Write landed Parquet for rows and return the inputs of a build.

    Args:
        folder: Where the Parquet goes.
        files: Facts of a file by the name that rows give in `file`: received_on, arrival, withdrawn_on, is_history, …;
            a file that is not named here is history.
        records: Rows by kind. A row may leave out everything: id, region and dates are filled in. `file` names the
            file that it stands in; rows of one file are numbered in order.
        rejects, reporting_calendar, facts, measures: Rows of those relations.
        plans: Region by plan id.
        regions: region_code, parent_code, level, name_zh, name_en.
    """
    receipts: dict[tuple[str, str], dict[str, Any]] = {}
    relations: dict[str, Relation] = {}
    rejects = tuple(rejects)
    for kind in RECORD_KINDS:
        by_file: dict[str, list[dict[str, Any]]] = {}
        for number, said in enumerate(records.get(kind, ()), start=1):
            row = dict(said)
            name = row.pop("file", f"{kind}.csv")
            by_file.setdefault(name, []).append(_filled(kind, row, number))
        relations[f"src_{kind}"] = Relation(
            f"src_{kind}", files=tuple(_landed(folder, kind, name, rows) for name, rows in by_file.items())
        )
        for name, rows in by_file.items():
            told = (files or {}).get(name, {})
            n_rejected = sum(1 for row in rejects if row.get("file_id") == _id(name) and row.get("kind") == kind)
            receipts[kind, name] = {
                "file_id": _id(name),
                "kind": kind,
                "path": f"{kind}/{name}",
                "source": "bureau",
                "sha256": _id(name) * 4,
                "received_on": "2024-10-01",
                "arrival": 1,
                "withdrawn_on": None,
                "is_history": not told,
                "is_synthetic": False,
                "is_published": False,
                "format": "csv",
                "encoding": "utf-8",
                "records": len(rows) + n_rejected,
                "accepted": len(rows),
                "rejected": n_rejected,
                **told,
            }
    file_rows = tuple(receipts.values())
    named = [
        Relation("src_files", rows=file_rows),
        uncounted_measures(file_rows),
        *files_by_kind(file_rows),
        Relation("src_rejects", rows=rejects),
        Relation("src_calendar", rows=tuple(calendar_rows())),
        Relation("src_reporting_calendar", rows=tuple(reporting_calendar)),
        Relation("src_regions", rows=rows_of("src_regions", regions)),
        Relation("src_sectors", rows=rows_of("src_sectors", SECTORS)),
        Relation("src_hazards", rows=rows_of("src_hazards", HAZARDS)),
        Relation("src_grades", rows=rows_of("src_grades", GRADES)),
        Relation("src_measures", rows=tuple(measures)),
        Relation("src_plans", rows=rows_of("src_plans", (plans or {}).items())),
        Relation("src_published_facts", rows=tuple(facts)),
    ]
    relations |= {relation.name: relation for relation in named}
    told = json.dumps({name: relation.fingerprint for name, relation in sorted(relations.items())})
    is_synthetic = any(row["is_synthetic"] for row in file_rows)
    return Inputs(relations, hashlib.sha256(told.encode()).hexdigest(), is_synthetic)


def _id(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def _filled(kind: str, said: Mapping[str, Any], number: int) -> dict[str, Any]:
    unknown = set(said) - set(SOURCE_RELATIONS[f"src_{kind}"])
    if unknown:
        raise KeyError(f"{kind} has no {', '.join(sorted(unknown))}")
    row = {
        "source": "bureau",
        "record_id": f"{kind}-{number}",
        "status": "reported",
        "region_code": "120113",
        **DEFAULTS[kind],
        **said,
    }
    if kind == "accidents" and len(at := str(row["occurred_at"])) > len("2024-03-10"):
        row = {"occurred_hour": int(at[11:13]), **row}
    happened = str(row[DATE_FIELDS[kind]])[:10]
    return {"reported_at": f"{happened} 23:00:00", **row}


def _landed(folder: Path, kind: str, name: str, rows: list[dict[str, Any]]) -> Path:
    columns = SOURCE_RELATIONS[f"src_{kind}"]
    lined = [
        {"sheet": "", "record_number": n, "line_number": n + 1, **row, "file_id": _id(name)}
        for n, row in enumerate(rows, start=1)
    ]
    digest = hashlib.sha256(json.dumps(lined, default=str).encode()).hexdigest()[:12]
    place = folder / kind / f"{_id(name)}-{digest}"
    place.mkdir(parents=True, exist_ok=True)
    arrays = [pa.array([row.get(c) for row in lined]).cast(ARROW_TYPES[t]) for c, t in columns.items()]
    table = pa.table(arrays, names=list(columns))
    pq.write_table(table, place / "accepted.parquet")
    return place / "accepted.parquet"


def day(text: str) -> date:
    """A date from its ISO form."""
    return date.fromisoformat(text)
