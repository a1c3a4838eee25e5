"""Forecasts by hand for the small office: one target whose chance is one half, and what it is made of."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

from pipelines import publish
from pipelines.assessment.tables import create_table
from pipelines.build import make
from pipelines.forecast.targets.recipe import Recipe, Term
from pipelines.forecast.targets.schema import TABLES
from pipelines.forecast.targets.series import N_PATHS
from pipelines.settings import Settings
from tests.dashboard.hand import ACCIDENTS, AS_OF, BEFORE, FILES, assess
from tests.rows import landed_inputs

DEATHS, EMPLOYED = "industrial_deaths@120000", "industrial_employed@120000"
FEW, MANY = 11, 14  # deaths of 2025 in either half of the paths; 12 among a million employed are just allowed


def rows() -> dict[str, list[dict]]:
    """Rows by table and column; a column that is not named is NULL."""
    here = {"plan_id": "tianjin", "as_of_on": AS_OF}
    on_t2 = {**here, "target_id": "t2"}
    halves = [float(FEW)] * (N_PATHS // 2) + [float(MANY)] * (N_PATHS // 2)
    paths = []
    for year in (2023, 2024, 2025):
        for part in ("deaths", "kept", "ahead"):
            known = 12.0 if year < 2025 and part != "ahead" else 0.0 if year < 2025 else None
            paths.append({**here, "driver": DEATHS, "part": part, "year": year, "known": known,
                          "paths": [] if known is not None else halves})  # fmt: skip
        paths.append({**here, "driver": EMPLOYED, "part": "level", "year": year, "known": 1e6, "paths": []})
    recipe = Recipe(
        target_id="t2", kind="end_value", start=2021, due=2025, operator="<=", bound=1.2, first_year=2023,
        numerator=(Term(DEATHS, "deaths"),), denominator=Term(EMPLOYED, "level"), scale=1e5,
    )  # fmt: skip
    change = {"plan_id": "tianjin", "target_id": "t2", "from_as_of": BEFORE, "to_as_of": AS_OF, "year": 2023}
    band = {"lo50": 1.1, "hi50": 1.15, "lo80": 1.0, "hi80": 1.3, "median": 1.12, "observed_share": 0.5}
    return {
        "forecast_probabilities": [
            {**on_t2, "as_of_on": day, "has_forecast": True, "probability": chance, "verdict": verdict}
            for day, chance, verdict in ((BEFORE, 0.84, "likely"), (AS_OF, 0.5, "possible"))
        ],
        "forecast_driver_paths": paths,
        "forecast_recipes": [{**on_t2, "recipe": json.dumps(recipe.to_json())}],
        "forecast_sector_shares": [{**here, "driver": DEATHS, "sector_code": "construction", "share": 1.0}],
        "forecast_control_figures": [
            {**here, "measure": "work_deaths", "year": 2024, "region_code": "120000", "sector_code": "",
             "figure": 480.0, "used": 340, "probability_within": 0.04}
        ],
        "forecast_changes": [{**change, "cause": "late_reports", "amount": 0.02, "records": 3}],
        "forecast_fans": [{**on_t2, "as_of_on": datetime.date(2023, 6, 30), "year": 2023, **band}],
    }  # fmt: skip


def forecast(engine, settings, progress) -> None:
    """The assessment by hand, with the forecasts beside it; a build's step."""
    assess(engine, settings, progress)
    known = rows()
    for name, columns in TABLES.items():
        listed = [tuple(row.get(column) for column in columns) for row in known.get(name, [])]
        create_table(engine.connection, name, columns, listed)


def publish_forecast_office(root: Path) -> Settings:
    """Build and publish the small office with forecasts below a folder."""
    settings = Settings(root=root)
    inputs = landed_inputs(root / "landed", files=FILES, accidents=ACCIDENTS, plans={"tianjin": "120000"})
    with publish.writer(settings) as folder:
        make(settings, folder, inputs, assess=forecast)
    return settings
