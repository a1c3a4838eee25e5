"""Ten years of records of one district, drawn from a known process, with late reports, revisions and strike-offs."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np

from pipelines import publish, warehouse
from pipelines.assessment.assessor import Office, quarter_ends
from pipelines.build import make
from pipelines.catalogue import load_catalogue
from pipelines.forecast.targets.gather import Gatherer
from pipelines.forecast.targets.tables import open_gatherer
from pipelines.plans import load_plans
from pipelines.settings import Settings
from tests.rows import landed_inputs

ROOT = Path(__file__).resolve().parents[2]
FIRST, LAST = 2014, 2023
YI = 10_000_000_000
MONTHLY_ACCIDENTS = 3.0


def records(seed: int = 1) -> dict[str, list[dict]]:
    """Accidents, disasters, training and returns of Beichen as its bureau would have sent them."""
    rng = np.random.default_rng(seed)
    accidents, disasters, training = [], [], []
    for year in range(FIRST, LAST + 1):
        for month in range(1, 13):
            accidents += _accidents(rng, year, month)
            if month in (7, 8) and rng.random() < 0.7:
                disasters.append(_disaster(rng, year, month))
            for day in rng.integers(1, 28, 4):
                on = f"{year}-{month:02d}-{day:02d}"
                training.append({"held_on": on, "training_kind_code": "drill", "reported_at": f"{on} 12:00:00"})
    return {"accidents": accidents, "disasters": disasters, "training": training, "statistics": _returns()}


def _accidents(rng: np.random.Generator, year: int, month: int) -> list[dict]:
    rows = []
    for number in range(rng.poisson(MONTHLY_ACCIDENTS)):
        on = dt.date(year, month, int(rng.integers(1, 28)))
        late = on + dt.timedelta(days=int(rng.choice([1, 5, 40, 100], p=[0.5, 0.3, 0.15, 0.05])))
        row = {
            "record_id": f"A{year}{month:02d}{number:02d}",
            "occurred_at": f"{on} 08:00:00",
            "reported_at": f"{late} 09:00:00",
            "region_code": str(rng.choice(["120113001", "120113101"])),
            "sector_code": str(rng.choice(["construction", "chemicals", "road_traffic"], p=[0.2, 0.1, 0.7])),
            "deaths": int(rng.choice([0, 1, 2, 4], p=[0.3, 0.6, 0.08, 0.02])),
            "missing": 0,
            "status": "reported",
        }
        rows.append(row)
        if rng.random() < 0.05:
            later = late + dt.timedelta(days=int(rng.integers(3, 120)))
            status = "struck_off" if rng.random() < 0.5 else "revised"
            rows.append({**row, "deaths": row["deaths"] + 1, "status": status, "reported_at": f"{later} 09:00:00"})
    return rows


def _disaster(rng: np.random.Generator, year: int, month: int) -> dict:
    on = dt.date(year, month, int(rng.integers(1, 28)))
    return {
        "record_id": f"D{year}{month:02d}",
        "started_on": on.isoformat(),
        "reported_at": f"{on + dt.timedelta(days=2)} 09:00:00",
        "region_code": "120113",
        "hazard_code": "flood",
        "direct_loss_fen": int(rng.pareto(1.5) * 1e9),
        "affected_person_times": int(rng.pareto(1.5) * 1e3),
        "deaths": 0,
        "hours_to_basic_relief": float(rng.uniform(2, 11)),
    }


def _returns() -> list[dict]:
    rows = []
    for year in range(FIRST - 1, LAST + 1):
        values = {
            "gdp": 500 * YI * 1.05 ** (year - FIRST),
            "gdp_at_2020_prices": 500 * YI * 1.05 ** (2020 - FIRST) * 1.04 ** (year - 2020),
            "population": 900_000.0,
            "industrial_employed": 200_000.0,
            "plan_holders": 12.0,
            "warning_coverage": min(0.5 + 0.04 * (year - FIRST), 0.97),
            "central_or_fixed_shelters_new": float(year % 2),
        }
        for measure, value in values.items():
            rows.append(_return(measure, year, 12, value, f"{year + 1}-03-15", "year"))
        for month, share in ((3, 0.22), (6, 0.47), (9, 0.73)):
            known = f"{year}-{month + 1:02d}-26"
            rows.append(_return("gdp", year, month, share * values["gdp"], known, "quarter_ytd"))
    for region, sector, value in (("120113", None, 40.0), ("120113001", None, 1000.0), ("120113", "road_traffic", 0.0)):
        row = _return("control_work_deaths", LAST, 12, value, f"{LAST}-03-10", "year")
        rows.append({**row, "region_code": region, "sector_code": sector, "record_id": f"control-{region}-{sector}"})
    return rows


def _return(measure: str, year: int, month: int, value: float, known: str, frequency: str) -> dict:
    ends = {3: "31", 6: "30", 9: "30", 12: "31"}[month]
    return {
        "record_id": f"{measure}-{year}-{month}",
        "region_code": "120113",
        "measure": measure,
        "period_start": f"{year}-01-01",
        "period_end": f"{year}-{month:02d}-{ends}",
        "frequency": frequency,
        "value": value,
        "unit": "",
        "reported_at": f"{known} 09:00:00",
    }


def known_by(rows: dict[str, list[dict]], as_of: dt.date) -> dict[str, list[dict]]:
    """Only what had been reported by the end of a day."""
    return {
        kind: [row for row in found if row["reported_at"][:10] <= as_of.isoformat()] for kind, found in rows.items()
    }


def build(folder: Path, rows: dict[str, list[dict]]) -> warehouse.Warehouse:
    """Build a warehouse from rows and open it."""
    settings = settings_of(folder)
    with publish.writer(settings) as place:
        make(settings, place, landed_inputs(folder / "landed", **rows))
    return warehouse.open(settings)


def settings_of(folder: Path) -> Settings:
    """Settings of an office in a folder, with the shipped plans and code lists."""
    paths = {"plans": ROOT / "data/plans", "codes": ROOT / "data/codes"}
    return Settings(root=folder, paths=paths)


def office_of(folder: Path, *plans: str) -> Office:
    """The shipped plans of those names (all of them unless named)."""
    settings = settings_of(folder)
    found = load_plans(settings.path("plans"))
    chosen = {name: found[name] for name in plans or found}
    return Office.open(settings, load_catalogue(), chosen)


def gatherer_of(house, office: Office, as_of: dt.date) -> Gatherer:
    """Everything that the plans of an office read, at every quarter-end up to a date."""

    def ask(sql, params):
        return [tuple(row.values()) for row in house.query(sql, params)]

    dates = {plan.id: quarter_ends(plan.period.start, as_of) for plan in office.plans.values()}
    return open_gatherer(ask, office, dates)
