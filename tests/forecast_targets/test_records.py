"""Records as the forecasts read them: by rows or by columns, they are the same."""

import datetime as dt

import numpy as np

from pipelines.forecast.targets.records import Records, by_columns, month_number

MEASURES = ("accidents", "work_deaths", "disaster_loss_fen", "drills")
REGION, DAY = "120113", dt.date(2024, 6, 30)


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def test_columns_of_the_database_and_columns_made_of_rows_tell_the_same(forecast_build):
    by_row = Records(by_columns(lambda *asked: forecast_build.execute(*asked).fetchall()), [REGION], MEASURES)
    by_column = Records(lambda *asked: [*forecast_build.execute(*asked).fetchnumpy().values()], [REGION], MEASURES)
    assert by_row.city_of == by_column.city_of == {REGION: "120000"}
    for region in (REGION, "120000"):
        for measure in MEASURES:
            read = [vars(one.changes(region, measure).known_by(DAY)) for one in (by_row, by_column)]
            assert same(*read)
        assert same(by_row.accidents(region, DAY), by_column.accidents(region, DAY))
        assert same(by_row.disasters(region, DAY), by_column.disasters(region, DAY))
    assert by_column.changes(REGION, "accidents").month.size > 100


def test_a_region_without_records_has_none(forecast_build):
    found = Records(lambda *asked: [*forecast_build.execute(*asked).fetchnumpy().values()], ["999999"], MEASURES)
    assert found.changes("999999", "accidents").monthly(month_number(DAY), month_number(DAY)).tolist() == [0.0]
    assert found.accidents("999999", DAY)["month"].size == 0
    assert found.pool_of("999999") == "999999"
