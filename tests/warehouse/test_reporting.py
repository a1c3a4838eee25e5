"""Whether months are reported: due or not, what was not there is no zero and no base of a change."""

import datetime

from pipelines.reporting import why_not_compared

D = datetime.date


def quarter(n, region="120113", year=2024):
    ends = {1: D(year, 3, 31), 2: D(year, 6, 30), 3: D(year, 9, 30), 4: D(year, 12, 31)}
    start = D(year, 3 * n - 2, 1)
    due = ends[n] + datetime.timedelta(days=15)
    return {"kind": "accidents", "region_code": region, "period_start": start, "period_end": ends[n], "due_on": due}


def accident(record_id, day, region="120113001", reported=None):
    return {
        "record_id": record_id,
        "region_code": region,
        "occurred_at": f"{day} 08:00:00",
        "reported_at": f"{reported or day} 12:00:00",
    }


def of(house, first, last, known, region="120113"):
    (found,) = house.reporting(region, [(first, last, known)])
    return found["accidents"]


def test_a_return_that_is_not_due_yet_is_out_all_the_same(warehouse_from):
    house = warehouse_from(
        accidents=[accident("A1", "2024-02-03")], reporting_calendar=[quarter(1), quarter(2)]
    )  # fmt: skip
    found = of(house, D(2024, 1, 1), D(2024, 6, 30), D(2024, 6, 30))
    assert house.missing_returns(D(2024, 6, 30)) == []
    assert (found.owed, found.n_in, found.out) == (2, 1, {"120113"})
    assert not found.is_whole and found.is_out("120113")


def test_only_regions_of_which_something_was_loaded_or_that_are_named_owe_a_return(warehouse_from):
    calendar = [quarter(1), quarter(1, "120116"), quarter(1, "000000")]
    house = warehouse_from(accidents=[accident("A1", "2023-02-03")], reporting_calendar=calendar)
    owed = {row["region_code"] for row in house.missing_returns(D(2024, 6, 30))}
    assert owed == {"120113"}  # a town of it has reported; the nation stands above and owes nothing for that
    house.office_regions = ("120000",)
    assert {row["region_code"] for row in house.missing_returns(D(2024, 6, 30))} == {"120113", "120116"}


def test_a_district_that_no_calendar_names_was_asked_for_nothing(warehouse_from):
    calendar = [quarter(1), {**quarter(1, "120000"), "kind": "disasters"}]
    house = warehouse_from(accidents=[accident("A1", "2023-02-03")], reporting_calendar=calendar)
    assert house.returns_asked("120113") == {"accidents"}
    assert house.returns_asked("120114") == frozenset()
    house.office_regions = ("120114",)
    assert house.returns_asked("120113") == frozenset(), "another office waits for these"


def test_what_came_after_a_day_is_told_apart_from_what_was_known_then(warehouse_from):
    late = [accident("A1", "2024-02-03", reported="2024-05-20"), accident("A2", "2024-03-03", reported="2024-03-04")]
    house = warehouse_from(accidents=[*late, accident("B1", "2024-04-01"), accident("C1", "2024-02-01", "120116403")])
    months = D(2024, 1, 1), D(2024, 3, 31)
    assert house.accidents_of("120113", *months, D(2024, 3, 31)) == (1, 2)
    assert house.accidents_of("120113", *months, D(2024, 3, 3)) == (0, 2)


def test_where_nothing_is_loaded_all_owe(warehouse_from):
    house = warehouse_from(reporting_calendar=[quarter(1), quarter(1, "120116")])
    assert len(house.missing_returns(D(2024, 6, 30))) == 2


def test_a_period_counts_as_it_was_at_the_day(warehouse_from):
    late = accident("A1", "2024-02-03", reported="2024-05-20")
    house = warehouse_from(accidents=[late], reporting_calendar=[quarter(1)])
    months = D(2024, 1, 1), D(2024, 3, 31)
    assert not of(house, *months, D(2024, 5, 19)).is_whole
    assert of(house, *months, D(2024, 5, 20)).is_whole


def test_what_was_out_at_the_same_age_and_has_come_since_is_not_called_out(warehouse_from):
    late = [accident("A1", "2023-02-03", reported="2024-04-20"), accident("B1", "2024-02-03", reported="2024-03-01")]
    house = warehouse_from(accidents=late, reporting_calendar=[quarter(1, year=year) for year in (2022, 2023, 2024)])
    spans = [(D(year, 1, 1), D(year, 3, 31), D(year, 4, 30)) for year in (2024, 2023, 2022)]
    now, came, never = (found["accidents"] for found in house.reporting("120113", spans))
    assert (now.why_missing(), came.why_missing(), never.why_missing()) == ("", "came_later", "not_reported")
    assert why_not_compared(now, [came], "120113") == "before" and why_not_compared(came, [now], "120113") == "reported"
    assert not why_not_compared(now, [now], "120113")


def test_one_district_that_is_out_leaves_the_city_in_part(warehouse_from):
    house = warehouse_from(
        accidents=[accident("A1", "2024-02-03")],
        reporting_calendar=[quarter(1), quarter(1, region="120116403")],
    )
    found = of(house, D(2024, 1, 1), D(2024, 3, 31), D(2024, 12, 31), region="120000")
    assert (found.is_whole, found.out, found.is_out("120000")) == (False, {"120116403"}, False)


def test_a_town_is_covered_by_the_return_of_its_district(warehouse_from):
    house = warehouse_from(accidents=[accident("A1", "2024-02-03")], reporting_calendar=[quarter(1)])
    assert of(house, D(2024, 1, 1), D(2024, 3, 31), D(2024, 12, 31), region="120113001").is_whole


def test_without_a_calendar_months_older_than_what_was_known_then_are_no_base(warehouse_from):
    old = accident("A1", "2023-02-03", reported="2024-04-05")
    house = warehouse_from(accidents=[old, accident("A2", "2024-02-03", reported="2024-04-05")])
    assert of(house, D(2024, 1, 1), D(2024, 3, 31), D(2024, 4, 5)).is_whole
    assert not of(house, D(2023, 1, 1), D(2023, 3, 31), D(2023, 4, 5)).is_whole  # nobody knew anything then
    assert of(house, D(2023, 1, 1), D(2023, 3, 31), D(2024, 4, 5)).is_whole


def test_one_district_does_not_speak_for_a_city_of_which_others_never_reported(warehouse_from):
    house = warehouse_from(accidents=[accident("A1", "2024-02-03")], reporting_calendar=[quarter(1, region="120000")])
    found = of(house, D(2024, 1, 1), D(2024, 3, 31), D(2024, 12, 31), region="120000")
    assert found.n_in == found.owed == 1 and not found.is_whole
    assert "120116" in found.silent and "120113" not in found.silent
    assert not found.is_out("120000") and found.absent == found.silent
    assert not of(house, D(2024, 1, 1), D(2024, 3, 31), D(2024, 12, 31), region="120113").silent


def test_what_comes_from_the_city_itself_speaks_for_all_its_districts(warehouse_from):
    told = [accident("A1", "2024-02-03"), accident("A2", "2024-03-03", region="120000")]
    house = warehouse_from(accidents=told, reporting_calendar=[quarter(1, region="120000")])
    assert not of(house, D(2024, 1, 1), D(2024, 3, 31), D(2024, 12, 31), region="120000").silent


def test_a_sum_is_compared_while_a_part_of_it_is_only_not_due_yet(warehouse_from):
    towns = ("120113001", "120113101")
    house = warehouse_from(
        accidents=[accident("A1", "2023-02-03"), accident("A2", "2024-02-03")],
        reporting_calendar=[quarter(1, town, year) for town in towns for year in (2023, 2024)],
    )
    months = D(2024, 1, 1), D(2024, 3, 31)
    found = of(house, *months, D(2024, 3, 31))
    assert found.compares("120113") and not found.is_whole and not found.overdue
    late = of(house, *months, D(2024, 4, 15))
    assert late.overdue and not late.compares("120113")
    own = of(house, *months, D(2024, 3, 31), region=towns[1])
    assert not own.compares(towns[1]), "what has not reported itself is never compared"
