"""Months whose owed returns never came are neither calm months nor whole ones."""

import datetime as dt

import numpy as np

from pipelines import publish, warehouse
from pipelines.build import make
from pipelines.forecast.proof.subjects import subjects_of
from pipelines.forecast.targets.probability import prepare
from tests.forecast_targets import district
from tests.rows import landed_inputs

AS_OF = dt.date(2023, 9, 30)


def owed(kind, year, quarter):
    starts, ends = dt.date(year, 3 * quarter - 2, 1), dt.date(year, 3 * quarter, 30 if quarter in (2, 3) else 31)
    return {"kind": kind, "region_code": "120113", "period_start": starts, "period_end": ends, "due_on": ends}


def test_a_quarter_without_its_disaster_return_is_missing_in_the_history_and_in_its_backtest(tmp_path):
    rows = district.records()
    rows["disasters"] = [row for row in rows["disasters"] if not "2019-07" <= row["started_on"][:7] <= "2019-09"]
    zero = {"region_code": "120113", "status": "zero_return", "hazard_code": None, "source": "office"}
    for year in range(2014, 2024):
        for quarter in range(1, 5):
            if (year, quarter) != (2019, 3):
                period = owed("disasters", year, quarter)
                known = period["period_end"] + dt.timedelta(days=5)
                row = {"record_id": f"Z{year}{quarter}", "started_on": period["period_start"].isoformat()}
                row["reported_at"] = f"{known} 09:00:00"
                rows["disasters"].append({**zero, **row})
    calendar = [owed("disasters", year, quarter) for year in range(2014, 2024) for quarter in range(1, 5)]
    settings = district.settings_of(tmp_path)
    with publish.writer(settings) as place:
        make(settings, place, landed_inputs(tmp_path / "landed", reporting_calendar=calendar, **rows))
    with warehouse.open(settings) as house:
        gatherer = district.gatherer_of(house, district.office_of(tmp_path, "tianjin", "beichen"), AS_OF)
        prepared = prepare(gatherer, gatherer.archive.office.plans["beichen"], AS_OF)
    numbers = prepared.series["disasters@120113"].numbers
    missing = int(numbers["first_month"]) + np.flatnonzero(~numbers["is_in"])
    assert missing.tolist() == [2019 * 12 + 6, 2019 * 12 + 7, 2019 * 12 + 8]
    found = {key[-2:]: subject for key, subject in subjects_of(gatherer, [prepared]).items()}
    values = found["disasters@120113", "loss"].values
    assert np.flatnonzero(np.isnan(values)).tolist() == (missing - int(numbers["first_month"])).tolist()
