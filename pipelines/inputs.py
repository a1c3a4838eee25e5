"""What a build reads: landed records, code lists, plans' regions and printed figures, each with a fingerprint."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from pipelines.engine import Engine
from pipelines.record_measures import UNKNOWN
from pipelines.relations import RECORD_KINDS, SOURCE_RELATIONS
from pipelines.settings import Settings
from pipelines.sources.codes import NET, invalid_list, why_unreadable
from pipelines.sources.remarks import lacking

CALENDAR_YEARS = range(2000, 2041)


class Landing(Protocol):
    """What `pipelines.sources.land_all` hands over."""

    files: Sequence[Mapping[str, Any]]
    rejects: Sequence[Path] | Sequence[Mapping[str, Any]]
    reporting_calendar: Sequence[Mapping[str, Any]]
    fingerprint: str
    is_synthetic: bool
    warnings: Sequence[str]

    def parquet(self, kind: str) -> Sequence[Path]:
        """Landed files of accepted rows of one kind."""


@dataclass(frozen=True)
class Relation:
    """One source relation: Parquet files, or rows in memory."""

    name: str
    files: tuple[Path, ...] = ()
    rows: tuple[Mapping[str, Any], ...] = ()

    def register(self, engine: Engine) -> None:
        """Make it readable for the models."""
        columns = SOURCE_RELATIONS[self.name]
        if self.files:
            engine.register_parquet(self.name, self.files, columns)
        else:
            engine.register_rows(self.name, self.rows, columns)

    @property
    def fingerprint(self) -> str:
        """Changes whenever the rows may have changed; a landed folder's name holds the hashes of file and rules."""
        if self.files:
            told: object = sorted((f.parent.name, f.name, f.stat().st_size) for f in self.files)
        else:
            told = [[row.get(column) for column in SOURCE_RELATIONS[self.name]] for row in self.rows]
        return _digest([self.name, told])


@dataclass(frozen=True)
class Inputs:
    """All source relations of a build.

    Attributes:
        relations: By name; every relation of `SOURCE_RELATIONS` is there, empty where nothing came.
        fingerprint: Of all of them and of everything else that decides what the build holds.
        is_synthetic: Whether any file is simulated.
    """

    relations: dict[str, Relation]
    fingerprint: str
    is_synthetic: bool
    fingerprints: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        for name in SOURCE_RELATIONS:
            self.relations.setdefault(name, Relation(name))
        object.__setattr__(self, "fingerprints", {n: r.fingerprint for n, r in self.relations.items()})

    @property
    def file_prints(self) -> dict[str, dict[str, str]]:
        """By kind and file: changes whenever the rows that landed may have, or the days between which they count."""
        found: dict[str, dict[str, str]] = {}
        for kind in RECORD_KINDS:
            days = {row["file_id"]: row for row in self.relations[f"src_{kind}__files"].rows}
            found[kind] = {
                folder.partition("-")[0]: _digest([folder, list(days.get(folder.partition("-")[0], {}).values())])
                for folder in (file.parent.name for file in self.relations[f"src_{kind}"].files)
            }
        return found

    @property
    def files(self) -> tuple[Mapping[str, Any], ...]:
        """The rows of `src_files`."""
        return self.relations["src_files"].rows


def _digest(said: object) -> str:
    return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()[:16]


def gather(settings: Settings, landing: Landing, fingerprint: str) -> Inputs:
    """Bring together what was landed, the code lists, and what the plans say of regions and earlier figures."""
    files = tuple(landing.files)
    relations = [
        *(Relation(f"src_{kind}", files=tuple(landing.parquet(kind))) for kind in RECORD_KINDS),
        *files_by_kind(files),
        Relation("src_files", rows=files),
        uncounted_measures(files),
        _rejects(landing),
        Relation("src_calendar", rows=tuple(calendar_rows())),
        Relation("src_reporting_calendar", rows=tuple(landing.reporting_calendar)),
        *code_relations(settings.path("codes")),
        *plan_relations(settings.path("plans"), settings.path("catalogue")),
    ]
    return Inputs({relation.name: relation for relation in relations}, fingerprint, landing.is_synthetic)


def files_by_kind(files: Iterable[Mapping[str, Any]]) -> list[Relation]:
    """The receipts of each kind apart, so that models of one kind do not depend on files of another."""
    files = tuple(files)
    return [
        Relation(
            f"src_{kind}__files",
            rows=tuple(
                {column: row.get(column) for column in SOURCE_RELATIONS[f"src_{kind}__files"]}
                for row in files
                if row["kind"] == kind
            ),
        )
        for kind in RECORD_KINDS
    ]


def uncounted_measures(files: Iterable[Mapping[str, Any]]) -> Relation:
    """Which measures the records of each file say nothing of, as its remarks tell."""
    rows = (
        {
            **{name: file[name] for name in ("kind", "file_id")},
            "sheet": one["sheet"],
            "measure": measure,
            "counted_as": f"{measure}{UNKNOWN}",
        }
        for file in files
        for one in lacking(file.get("remarks"))
        for measure in one["measures"]
    )
    return Relation("src_uncounted", rows=tuple(rows))


def _rejects(landing: Landing) -> Relation:
    rejects = tuple(landing.rejects)
    if rejects and isinstance(rejects[0], Path):
        return Relation("src_rejects", files=rejects)
    return Relation("src_rejects", rows=rejects)


def calendar_rows() -> list[dict[str, Any]]:
    """Every month of the calendar's years, so that no model has to make a date spine."""
    rows = []
    for year in CALENDAR_YEARS:
        for month in range(1, 13):
            quarter = (month + 2) // 3
            after = date(year + 1, 1, 1) if quarter == 4 else date(year, 3 * quarter + 1, 1)
            rows.append(
                {
                    "month": date(year, month, 1),
                    "year": year,
                    "quarter": quarter,
                    "quarter_end": after - timedelta(days=1),
                }
            )
    return rows


# Relation, file, and the columns that have another name there.
_CODE_LISTS = (
    ("src_regions", "regions.csv", {}),
    ("src_sectors", "sectors.csv", {}),
    ("src_hazards", "hazards.csv", {"hazard_code": "code"}),
    ("src_grades", "accident_grades.csv", {}),
)
# Lists of which readers need only the names: file and column of the code.
_NAMED_LISTS = {
    "industries": "industry_code",
    "accident_types": "type_code",
    "causes": "code",
    "inspection_kinds": "code",
    "training_kinds": "code",
    "measures": "measure",
    "statistics_measures": "measure",
}


def code_relations(folder: Path) -> list[Relation]:
    """The code lists that models read.

    Raises:
        PipelineError: `code_list_invalid`, when a list is missing, lacks a column or holds a value of the wrong type.
    """
    relations = [Relation(name, rows=_typed_rows(folder / file, name, other)) for name, file, other in _CODE_LISTS]
    counted = _typed_rows(folder / "measures.csv", "src_measures", {"nature": ""})
    returned = _typed_rows(folder / "statistics_measures.csv", "src_measures", {"kind": ""})
    measures = (*counted, *({**row, "kind": "statistics", "nature": _nature(row)} for row in returned))
    named = (
        {"list": name, "code": row[column], "name_zh": row["name_zh"], "name_en": row["name_en"]}
        for name, column in _NAMED_LISTS.items()
        for row in _rows(folder / f"{name}.csv", ("name_zh", "name_en", column))
    )
    return [*relations, Relation("src_measures", rows=measures), Relation("src_codes", rows=tuple(named))]


def _nature(row: Mapping[str, str]) -> str:
    """What a statistic is; a flow that may fall is told by its code."""
    return "net" if row["measure"].endswith(NET) else row["nature"]


def _typed_rows(file: Path, relation: str, renamed: Mapping[str, str]) -> tuple[dict[str, Any], ...]:
    columns = SOURCE_RELATIONS[relation]
    places = {column: renamed.get(column, column) for column in columns}
    rows = _rows(file, [place for place in places.values() if place])
    found = []
    for number, row in enumerate(rows, start=2):
        typed: dict[str, Any] = {}
        for column, place in places.items():
            try:
                typed[column] = _typed(row[place], columns[column]) if place else None
            except ValueError:
                where = f"data/codes/{file.name}"
                raise invalid_list(where, "value", line=number, column=place, value=row[place]) from None
        found.append(typed)
    return tuple(found)


def _rows(file: Path, needed: Iterable[str]) -> list[dict[str, str]]:
    where = f"data/codes/{file.name}"
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened)
            rows, found = list(reader), reader.fieldnames or ()
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise invalid_list(where, *why_unreadable(fault)) from None
    lacking = [column for column in needed if column not in found]
    if lacking:
        raise invalid_list(where, "columns_missing", columns=", ".join(lacking))
    return rows


def _typed(text: str | None, kind: str) -> Any:
    text = (text or "").strip()
    if not text:
        return None
    if kind in ("INTEGER", "BIGINT"):
        return int(text)
    if kind == "DOUBLE":
        return float(text)
    if kind == "BOOLEAN":
        if text.lower() not in ("true", "false"):
            raise ValueError(f"{text}: true / false")
        return text.lower() == "true"
    return text


def plan_relations(folder: Path, *catalogues: Path) -> list[Relation]:
    """Region of each plan, and every figure that it prints for earlier years; `catalogues`: see `load_catalogue`."""
    from pipelines.catalogue import load_catalogue
    from pipelines.plans import load_facts, load_plans

    plans = tuple({"plan_id": plan.id, "region_code": plan.region_code} for plan in load_plans(folder).values())
    file = folder / "published-facts.csv"
    facts = load_facts(file) if file.exists() else []
    catalogue = load_catalogue(*catalogues)
    return [
        Relation("src_plans", rows=plans),
        Relation("src_published_facts", rows=tuple(_fact_row(fact, catalogue) for fact in facts)),
    ]


def _fact_row(fact: Any, catalogue: Mapping[str, Any]) -> dict[str, Any]:
    indicator = catalogue.get(fact.measure) if fact.aggregation in ("ratio", "mean_ratio") else None
    operands: dict[str, Any] = {"numerator": fact.measure}
    if indicator is not None and indicator.denominator is not None:
        operands = {
            "numerator": indicator.numerator.measure or indicator.numerator.statistic,
            "denominator": indicator.denominator.statistic or indicator.denominator.measure,
            "denominator_at": indicator.denominator.at,
            "scale": indicator.scale,
        }
    return {
        "plan_id": fact.plan_id,
        "kind": fact.kind,
        "measure": fact.measure,
        "aggregation": fact.aggregation,
        "period_start_year": fact.first_year,
        "period_end_year": fact.last_year,
        "value": fact.value,
        "unit": fact.unit,
        "tolerance": tolerance(fact.printed_value, fact.value, fact.is_exact, fact.aggregation),
        "is_exact": fact.is_exact,
        **operands,
        "quote": fact.quote,
        "note": fact.note,
    }


def tolerance(printed: str, value: float | None, is_exact: bool, aggregation: str) -> float | None:
    """How far from a printed figure another may lie and still be the same, in the unit of `value`.

    A sum that is printed exactly is that sum. A printed mean or ratio was rounded at its last digit. "More than 3000"
    and "nearly 240,000" were rounded at their last digit that is not zero.

    >>> tolerance("79000", 79000.0, False, "total")
    1000.0
    >>> tolerance("0.0186", 0.0186, True, "ratio")
    5e-05
    """
    if value is None or not printed:
        return None
    sign_and_digits = Decimal(printed).normalize() if not is_exact else Decimal(printed)
    step = Decimal(1).scaleb(int(sign_and_digits.as_tuple().exponent))
    in_unit = Decimal(repr(value)) / Decimal(printed) if Decimal(printed) else Decimal(1)
    if not is_exact:
        return float(step * in_unit)
    if aggregation in ("total", "stock"):
        return max(abs(value), 1.0) * 1e-9
    return float(step * in_unit / 2)
