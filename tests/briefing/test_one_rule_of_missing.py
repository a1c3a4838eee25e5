"""What `status`, `assess` and the pages call missing is the same, on the demonstration and at several as-of dates."""

import datetime

import pytest

from pipelines.assessment.series import Facts
from pipelines.reporting import KINDS
from pipelines.returns_in import returns_out

D = datetime.date
BELOW = "SELECT region_code FROM core_regions__ancestors WHERE ancestor_code = $region"
DATES = [D(2022, 6, 30), D(2024, 6, 30), D(2024, 9, 30)]


def plan_regions(house):
    """The region of each plan with all below it."""
    codes = sorted({row["region_code"] for row in house.plans()})
    return {code: {row["region_code"] for row in house.query(BELOW, {"region": code})} for code in codes}


@pytest.mark.parametrize("as_of", DATES)
def test_status_lists_what_is_out_and_due(house, as_of):
    out = returns_out(house.reporting_status(), as_of)
    listed = [(r["kind"], r["region_code"], r["period_start"], r["period_end"]) for r in house.missing_returns(as_of)]
    assert set(listed) == {key for key, row in out.items() if row["due_on"] <= as_of}
    assert len(listed) == len(set(listed)) == (2 if as_of == DATES[-1] else len(listed))


@pytest.mark.parametrize("as_of", DATES)
def test_assess_counts_the_returns_that_status_knows_to_be_out(house, as_of):
    status, regions = house.reporting_status(), plan_regions(house)
    facts = Facts(lambda sql, given: [tuple(row.values()) for row in house.query(sql, given)], regions, (), (), [as_of])
    out, compared = returns_out(status, as_of), 0
    for region, inside in regions.items():
        asked = {(r["kind"], r["period_end"].year) for r in status if r["region_code"] in inside and r["kind"] in KINDS}
        for kind, year in sorted(asked):
            mine = [key for key in out if (key[0], key[3].year) == (kind, year) and key[1] in inside]
            owed, in_hand, _ = facts.owed(region, kind, year, as_of)
            assert (region, kind, year, owed - in_hand) == (region, kind, year, len(mine))
            compared += len(mine)
    assert compared > 0


@pytest.mark.parametrize("as_of", DATES)
def test_the_pages_name_the_regions_whose_returns_are_out(house, as_of):
    quarter = (D(as_of.year, as_of.month - 2, 1), as_of)
    out = returns_out(house.reporting_status(), as_of)
    for region, inside in plan_regions(house).items():
        (found,) = house.reporting(region, [(*quarter, as_of)])
        for kind, one in found.items():
            mine = {
                key[1]: row for key, row in out.items() if key[0] == kind and key[2] <= as_of and key[3] >= quarter[0]
            }
            mine = {code: row for code, row in mine.items() if code in inside}
            if mine:
                assert one.out == set(mine)
                assert one.overdue == {code for code, row in mine.items() if row["due_on"] <= as_of}
