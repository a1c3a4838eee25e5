"""Why targets moved that each of several regions must meet, and milestones."""

import datetime as dt
import itertools

import pytest

from pipelines.assessment.arithmetic import exact
from pipelines.assessment.assess import assess_targets
from pipelines.forecast.targets.changes import change_rows, read_moves, value_of
from tests.forecast_targets import district

DATES = [dt.date(2021, 12, 31), dt.date(2022, 3, 31), dt.date(2022, 6, 30), dt.date(2022, 9, 30)]


def returned(measure, region, year, value, known, *, ends=None, name=None):
    row = district._return(measure, year, 12, value, known, "year")
    return {**row, "region_code": region, "record_id": name or f"{measure}-{region}-{year}"} | (
        {"period_end": ends} if ends else {}
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    folder = tmp_path_factory.mktemp("regions")
    rows = [
        returned("central_or_fixed_shelters_new", "120113", 2021, 2.0, "2022-02-10"),
        returned("central_or_fixed_shelters_new", "120116", 2021, 1.0, "2022-05-10"),
        returned("central_or_fixed_shelters_new", "120113", 2021, 3.0, "2022-08-10"),
        returned("risk_survey_done", "120113", 2022, 1.0, "2022-05-20", ends="2022-05-12", name="survey"),
        returned("risk_survey_done", "120113", 2022, 1.0, "2022-08-20", ends="2022-08-02", name="survey"),
    ]
    rows[2]["status"] = rows[4]["status"] = "revised"
    opened = district.build(folder, {"statistics": rows})
    yield opened, folder
    opened.close()


def moved(house, plan_name, indicator):
    """(to_as_of, region, year, cause, amount, records) of the one target with an indicator."""
    opened, folder = house
    office = district.office_of(folder, "tianjin", "beichen")
    gatherer = district.gatherer_of(opened, office, DATES[-1])
    plan = office.plans[plan_name]

    def ask(sql, params):
        return [tuple(row.values()) for row in opened.query(sql, params)]

    moves = read_moves(ask, {"120000", "120113", "120116"}, gatherer.measures)
    found = []
    for before, as_of in itertools.pairwise(DATES):
        (one,) = [one for one in assess_targets(gatherer.archive, plan, as_of) if one.target.indicator == indicator]
        rows = list(change_rows(gatherer.archive, plan, one, before, as_of, moves))
        found += [(as_of, region, year, cause, amount, n) for _, _, region, _, _, year, cause, amount, n in rows]
    return gatherer.archive, plan, found


def test_a_target_of_each_region_is_told_region_by_region_and_sums_to_its_change(house):
    archive, plan, found = moved(house, "tianjin", "central_shelters_new")
    assert found == [
        (DATES[1], "120113", 2021, "new_events", 2, 1),
        (DATES[2], "120116", 2021, "new_events", 1, 1),
        (DATES[3], "120113", 2021, "revisions", 1, 1),
    ]
    (target,) = [one for one in plan.targets if one.indicator == "central_shelters_new"]
    for region in ("120113", "120116"):
        reader = archive.reader(plan, target, region)
        now = value_of(archive.years(reader, DATES[-1]), 2021, None)
        assert sum(exact(row[4]) for row in found if row[1] == region) == now


def test_a_milestone_is_told_when_it_is_reached_and_when_its_date_is_corrected(house):
    _, _, found = moved(house, "beichen", "risk_survey_done")
    assert found == [(DATES[2], None, 2022, "new_events", 1, 1), (DATES[3], None, 2022, "revisions", 0, 1)]
