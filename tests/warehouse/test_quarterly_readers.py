"""What the page of the quarterly situation asks of a build."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from scipy.stats import binomtest

from pipelines.briefing import queries
from pipelines.periods import Period
from pipelines.place_readers import years_before
from pipelines.principals import Principal
from pipelines.shrinkage import shrunk_rates
from pipelines.situation import is_least, name_of, values

KNOWN = date(2024, 9, 30)
HISTORY = {"accidents.csv": {"received_on": "2024-01-01", "is_history": True}}


def accident(number, occurred, reported=None, **more):
    return {
        "file": "accidents.csv", "record_id": f"A{number}", "occurred_at": f"{occurred} 08:00:00",
        "reported_at": f"{reported or occurred} 09:00:00", "region_code": "120113001", **more,
    }  # fmt: skip


def parts(rows, cut):
    return {row["code"]: row for row in rows if row["cut"] == cut}


def test_every_year_is_taken_as_it_was_known_at_the_same_age(warehouse_from):
    house = warehouse_from(
        files=HISTORY,
        accidents=[
            accident(1, "2024-09-01"),
            accident(2, "2023-09-01"),
            accident(3, "2023-09-02", reported="2023-11-01"),  # a year ago nobody knew of it
            accident(4, "2022-02-01", deaths=2, missing=1),
            accident(5, "2023-10-01"),  # beyond the months
            accident(6, "2024-03-01", counts_as_work_safety=False),
        ],
    )
    total = parts(house.situation("p", "120113", 2024, 9, KNOWN), "total")[""]
    assert [total[f"accidents{s}"] for s in ("", "_before", "_before2")] == [1, 1, 1]
    assert [total[f"deaths{s}"] for s in ("", "_before", "_before2")] == [1, 1, 3]


def test_the_parts_of_every_cut_sum_to_the_total(warehouse_from):
    rows = [
        accident(n, f"{2022 + n % 3}-0{1 + n % 8}-1{n % 9}", deaths=n % 4, region_code=place, sector_code=sector)
        for n, (place, sector) in enumerate(
            (place, sector) for place in ("120113001", "120113101", "120113") for sector in ("fire", "chemicals", None)
        )
    ]
    house = warehouse_from(files=HISTORY, accidents=rows)
    found = house.situation("p", "120113", 2024, 9, KNOWN)
    total = parts(found, "total")[""]
    for cut in {row["cut"] for row in found}:
        for name in ("accidents", "deaths_before", "loss_fen_before2"):
            assert sum(row[name] for row in found if row["cut"] == cut) == total[name], cut
    assert parts(found, "region")[""]["accidents"] > 0, "what names no town stands as not assigned"
    assert len(parts(found, "hour")) == 24 and len(parts(found, "month")) == 9 and len(parts(found, "weekday")) == 7


def test_a_day_without_an_hour_is_no_midnight(warehouse_from):
    rows = [
        accident(1, "2024-03-01"),
        {**accident(2, "2024-03-02"), "occurred_at": "2024-03-02 00:00:00"},
        {**accident(3, "2024-03-03"), "occurred_at": "2024-03-03"},
        {**accident(4, "2023-03-03"), "occurred_at": "2023-03-03", "deaths": 2},
    ]
    house = warehouse_from(files=HISTORY, accidents=rows)
    hours = parts(house.situation("p", "120113", 2024, 9, KNOWN), "hour")
    assert {code: row["accidents"] for code, row in hours.items() if row["accidents"]} == {"8": 1, "0": 1, "": 1}
    assert (hours[""]["deaths_before"], hours[""]["finding"]) == (2, None)
    assert list(hours)[-1] == "" and name_of(hours[""]) == "时刻不详"
    periods = (Period(0, date(2024, 1, 1), date(2024, 9, 30), KNOWN),)
    counted = queries.of_cut("120113", periods, "hour")
    found = {row["code"]: row["accidents"] for row in house.query(counted.sql, dict(counted.params))}
    assert found == {"8": 1, "0": 1, "": 1}, "the documents count the same by their own query"


def test_hours_are_tested_where_nearly_all_accidents_give_theirs(warehouse_from):
    before = [accident(n, f"2023-0{1 + n % 9}-05") for n in range(15)]
    now = [accident(100 + n, f"2024-0{1 + n % 9}-05") for n in range(48)]
    silent = [{**accident(200 + n, f"2023-0{1 + n % 9}-06"), "occurred_at": f"2023-0{1 + n % 9}-06"} for n in range(9)]
    for without, finding in ((0, "higher"), (1, "higher"), (9, None)):
        house = warehouse_from(files=HISTORY, accidents=[*before, *now, *silent[:without]])
        found = parts(house.situation("p", "120113", 2024, 9, KNOWN), "hour")
        assert found["8"]["finding"] == finding, f"{without} of the year before may have happened at eight too"


def test_a_clear_rise_is_told_and_a_small_base_is_not_tested(warehouse_from):
    before = [accident(n, f"2023-0{1 + n % 9}-05", sector_code="fire" if n < 12 else "chemicals") for n in range(15)]
    now = [accident(100 + n, f"2024-0{1 + n % 9}-05", sector_code="fire") for n in range(48)]
    house = warehouse_from(files=HISTORY, accidents=[*before, *now])
    found = house.situation("p", "120113", 2024, 9, KNOWN)
    sectors = parts(found, "sector")
    assert sectors["fire"]["finding"] == "higher" and sectors["fire"]["q_value"] < 0.05
    assert sectors["chemicals"]["finding"] == "too_few" and sectors["chemicals"]["p_value"] is None
    assert sectors["chemicals"]["change_share"] is None and sectors["fire"]["change_share"] == pytest.approx(3.0)
    assert {row["finding"] for row in found if row["cut"] == "grade"} == {None}, "grades are not tested"


def test_months_and_days_of_the_week_are_tested_over_the_days_that_they_have(warehouse_from):
    """2024 has 29 days of February and 53 Mondays, 2023 has 28 and 52."""
    mondays = [f"2024-02-{d:02d}" for d in (5, 12, 19, 26)] * 6 + [f"2023-02-{d:02d}" for d in (6, 13, 20, 27)] * 3
    house = warehouse_from(accidents=[accident(n, on) for n, on in enumerate(mondays)])
    found = house.situation("p", "120113", 2024, 12, date(2025, 1, 31))
    assert parts(found, "month")["2"]["p_value"] == pytest.approx(binomtest(24, 36, 29 / 57).pvalue)
    assert parts(found, "weekday")["1"]["p_value"] == pytest.approx(binomtest(24, 36, 53 / 105).pvalue)
    assert parts(found, "total")[""]["p_value"] == pytest.approx(binomtest(24, 36, 366 / 731).pvalue)


def test_where_the_assessment_tested_these_months_its_finding_stands(warehouse_from):
    columns = (
        "plan_id VARCHAR, as_of_on DATE, measure VARCHAR, region_code VARCHAR, sector_code VARCHAR, period VARCHAR, "
        "count_now BIGINT, count_before BIGINT, p_value DOUBLE, q_value DOUBLE, finding VARCHAR"
    )

    def assess(engine, settings, progress):
        engine.connection.execute(f"CREATE TABLE assess_tests ({columns})")
        row = ("p", KNOWN, "accidents", "120113", "", "2024-01/2024-09", 1, 0, 0.01, 0.02, "higher")
        engine.connection.execute(f"INSERT INTO assess_tests VALUES ({', '.join('?' * len(row))})", row)

    house = warehouse_from(files=HISTORY, accidents=[accident(1, "2024-03-01")], assess=assess)
    total = parts(house.situation("p", "120113", 2024, 9, KNOWN), "total")[""]
    assert (total["finding"], total["q_value"]) == ("higher", 0.02)
    assert parts(house.situation("p", "120113", 2024, 8, KNOWN), "total")[""]["finding"] == "too_few"


def test_measures_to_date_are_the_sums_of_what_became_known_day_by_day(warehouse_from):
    days = [date(2019 + n % 6, 1 + n % 9, 10) for n in range(60)]
    rows = [
        accident(n, f"{on}", reported=f"{date.fromordinal(on.toordinal() + 19 * (n % 13))}")
        for n, on in enumerate(days)
    ]
    house = warehouse_from(files=HISTORY, accidents=rows)
    changes = house.query("SELECT * FROM mart_measure_deltas")
    for month, known in ((9, KNOWN), (9, date(2024, 8, 25)), (12, date(2024, 12, 31)), (3, date(2024, 4, 1))):
        expected = Counter()
        for row in changes:
            back = 2024 - row["month"].year
            if 0 <= back <= 5 and row["month"].month <= month and row["known_on"] <= years_before(known, back):
                expected[row["measure"], back] += row["delta"]
        found = {
            (r["measure"], r["years_back"]): r["to_date"] for r in house.measures_to_date("120113", 2024, month, known)
        }
        assert {key: n for key, n in found.items() if n} == {key: n for key, n in expected.items() if n}, known


def test_measures_to_date_the_quarter_and_the_quarter_that_follows(warehouse_from):
    house = warehouse_from(
        files=HISTORY,
        accidents=[
            accident(1, "2024-02-01"),
            accident(2, "2024-07-01"),
            accident(3, "2023-11-05"),
            accident(4, "2023-12-05", reported="2024-02-01"),
            accident(5, "2023-02-07"),
            accident(6, "2022-03-07"),
        ],
    )
    found = {(row["measure"], row["years_back"]): row for row in house.measures_to_date("120113", 2024, 9, KNOWN)}
    assert (found["accidents", 0]["to_date"], found["accidents", 0]["quarter"]) == (2, 1)
    assert found["accidents", 1]["next_quarter"] == 2 and found["accidents", 1]["to_date"] == 1
    winter = {r["years_back"]: r["next_quarter"] for r in house.measures_to_date("120113", 2023, 12, KNOWN)
              if r["measure"] == "accidents"}  # fmt: skip
    assert winter == {0: 0, 1: 1, 2: 1, 3: 0, 4: 0, 5: 0}, "after a fourth quarter comes the first of the next year"


def test_records_that_leave_a_measure_blank_are_counted_beside_its_sum_as_they_were_known(warehouse_from):
    full = {"serious_injuries": 0, "minor_injuries": 0, "direct_loss_fen": 100}
    blank = {**full, "direct_loss_fen": None}
    house = warehouse_from(
        files=HISTORY,
        accidents=[
            accident(1, "2024-02-01", **blank),
            accident(2, "2024-07-01", **full),
            accident(3, "2023-11-05", **blank),
            accident(4, "2023-02-05", **blank),
            accident(4, "2023-02-05", reported="2023-12-20", **full),  # filled in after the day a year ago
            accident(5, "2022-08-05", region_code="120116403", **blank),  # of another district
            accident(6, "2022-08-05", reported="2023-02-01", **blank),  # not known then
        ],
    )
    rows = [row for row in house.sums_to_date("120113", 2024, 9, KNOWN) if row["measure"].endswith("__blank")]
    sums = values(rows)
    left_blank = {"accident_loss_fen", "larger_accidents", "major_accidents"}  # a loss alone can make it larger
    assert {row["measure"] for row in rows} == {f"{name}__blank" for name in left_blank}
    assert [is_least(sums, "accident_loss_fen", back) for back in range(4)] == [True, True, False, False]
    assert not is_least(sums, "accident_loss_fen", 0, "quarter") and not is_least(sums, "accidents", 0)
    assert [is_least(sums, "accident_loss_fen", back, "next_quarter") for back in range(3)] == [False, True, False]
    winter = values(house.sums_to_date("120113", 2023, 12, KNOWN))
    assert is_least(winter, "accident_loss_fen", 0, "quarter")
    assert [is_least(winter, "accident_loss_fen", back, "next_quarter") for back in range(1, 3)] == [False, False]


def test_what_became_known_between_two_meetings(warehouse_from):
    house = warehouse_from(
        files=HISTORY,
        accidents=[
            accident(1, "2024-05-01"),
            accident(2, "2024-06-01"),
            accident(2, "2024-06-01", reported="2024-08-01", status="revised", deaths=4),
            accident(3, "2024-06-20", reported="2024-07-05"),
            accident(4, "2024-08-20"),
            accident(5, "2024-04-01"),
            accident(5, "2024-04-01", reported="2024-07-20", status="struck_off"),
        ],
    )
    found = house.changes_between("120113", date(2024, 1, 1), date(2024, 6, 30), KNOWN)
    assert found == {
        "new_accidents": 2, "new_deaths": 2, "late_accidents": 1, "revised": 1, "deaths_revised": 3,
        "removed": 1, "deaths_removed": 1, "older_accidents": 0,
    }  # fmt: skip


def test_a_record_that_came_and_went_is_new_and_struck_off_and_one_sent_again_is_not_revised(warehouse_from):
    house = warehouse_from(
        files=HISTORY,
        accidents=[
            accident(1, "2024-06-01"),
            accident(1, "2024-06-01", reported="2024-08-01"),  # the same once more
            accident(2, "2024-06-02", deaths=1),
            accident(2, "2024-06-02", reported="2024-08-01", direct_loss_fen=700),
            accident(3, "2024-07-03", deaths=2),
            accident(3, "2024-07-03", reported="2024-09-19", status="struck_off"),
        ],
    )
    days = date(2024, 1, 1), date(2024, 6, 30), KNOWN
    found = house.changes_between("120113", *days)
    assert (found["revised"], found["removed"], found["deaths_removed"]) == (1, 1, 2)
    assert (found["new_accidents"], found["new_deaths"]) == (1, 2)  # two were known, and two are: 2 + 1 - 1
    query = queries.of_news("120113", *days)
    (again,) = house.query(query.sql, dict(query.params))
    assert again == found


def test_what_came_of_years_long_past_is_counted_apart(warehouse_from):
    late = {"reported": "2024-08-01", "deaths": 1}
    house = warehouse_from(
        files=HISTORY,
        accidents=[
            accident(1, "2022-05-05", **late),
            accident(2, "2021-05-05", **late),
            accident(2, "2021-05-05", reported="2024-09-01", deaths=2),  # the same one, revised
            accident(3, "2021-06-05"),
            accident(4, "2023-01-01", **late),
        ],
    )
    days = date(2023, 1, 1), date(2024, 6, 30), KNOWN
    found = house.changes_between("120113", *days)
    assert (found["new_accidents"], found["late_accidents"], found["older_accidents"]) == (1, 1, 2)
    query = queries.of_news("120113", *days)
    assert house.query(query.sql, dict(query.params)) == [found]


def test_the_last_larger_accident_and_the_first_day_of_the_records(warehouse_from):
    house = warehouse_from(
        files=HISTORY,
        accidents=[accident(1, "2020-01-05"), accident(2, "2022-05-05", deaths=3), accident(3, "2024-10-05", deaths=3)],
    )
    found = {"last_on": date(2022, 5, 5), "first_on": date(2020, 1, 5)}
    assert house.last_larger_accident("120113", KNOWN, KNOWN) == found
    later = date(2024, 12, 31)
    assert house.last_larger_accident("120113", later, KNOWN) == found, "what happened after the quarter is of the next"
    assert house.last_larger_accident("120113", later, later)["last_on"] == date(2024, 10, 5)
    assert house.last_larger_accident("350212", KNOWN, KNOWN) == {"last_on": None, "first_on": None}


def test_major_hazards_are_open_until_the_day_they_are_rectified(warehouse_from):
    def found_on(day, due, done=None, place="120113001"):
        return {
            "file": "checks.csv", "record_id": day + place, "inspected_on": day, "reported_at": f"{day} 10:00:00",
            "region_code": place, "major_hazards": 1, "major_due_on": due, "major_rectified_on": done,
        }  # fmt: skip

    house = warehouse_from(
        files={"checks.csv": {"received_on": "2023-01-01", "is_history": True}},
        inspections=[
            found_on("2024-02-01", "2024-03-01", "2024-02-20"),
            found_on("2024-03-01", "2024-04-01", "2024-10-20"),  # later than the day at which it is asked
            found_on("2023-05-01", "2023-06-01"),
            found_on("2024-09-01", "2024-12-01"),
            found_on("2024-09-02", "2024-09-20", place="120113101"),
        ],
    )
    answer = house.major_hazards("120113", date(2024, 1, 1), KNOWN)
    first, second = answer["places"]
    told = {"hazards": 4, "listed": 3, "rectified": 1, "open": 3, "overdue": 2}
    assert first == {"code": "120113001"} | told | {"untold": 0, "new_untold": 0, "undated": 0}
    assert (second["code"], second["open"], second["overdue"]) == ("120113101", 1, 1)
    assert [row["major_due_on"] for row in answer["overdue"]] == [
        date(2023, 6, 1), date(2024, 4, 1), date(2024, 9, 20),
    ]  # fmt: skip
    assert answer["overdue"][0]["path"] and answer["overdue"][0]["line_number"]


def test_town_rates_keep_the_official_order_and_the_grade_that_was_known(warehouse_from):
    rows = [accident(n, f"2024-0{1 + n % 9}-05") for n in range(9)] + [accident(90, "2024-01-05", region_code="120113")]
    grade = {
        "measure": "official_risk_grade", "region_code": "120113001", "period_start": "2023-01-01",
        "period_end": "2023-12-31", "value": 1.0, "unit": "级", "reported_at": "2024-02-01 00:00:00",
    }  # fmt: skip
    house = warehouse_from(files=HISTORY, accidents=rows, statistics=[grade])
    rates = house.town_rates("120113", KNOWN, KNOWN)
    assert [place["code"] for place in rates["places"]] == ["120113001", "120113101"]
    busy, quiet = rates["places"]
    assert rates["unassigned"] == 1 and not rates["per_residents"] and rates["start"] == date(2021, 10, 1)
    assert (busy["rate"], quiet["rate"]) == (3.0, 0.0)
    assert quiet["rate"] < quiet["shrunk"] < rates["mean"] < busy["shrunk"] < busy["rate"]
    assert (busy["official_risk_grade"], quiet["official_risk_grade"]) == (1.0, None)
    assert house.town_rates("120113001", KNOWN, KNOWN)["places"] == []


def test_town_rates_are_per_resident_only_where_every_town_has_a_population(warehouse_from):
    def people(place, value):
        return {
            "measure": "population", "region_code": place, "period_start": "2023-01-01", "period_end": "2023-12-31",
            "value": value, "unit": "人", "reported_at": "2024-02-01 00:00:00",
        }  # fmt: skip

    rows = [people("120113001", 50_000), people("120113101", 100_000)]
    for statistics, is_known in ((rows[:1], False), (rows, True)):
        house = warehouse_from(accidents=[accident(1, "2024-03-01")], files=HISTORY, statistics=statistics)
        rates = house.town_rates("120113", KNOWN, KNOWN)
        assert rates["per_residents"] is is_known
    assert rates["places"][0]["rate"] == pytest.approx(1 / 3 / 0.5), "a year and 100,000 residents"


def test_a_principal_counts_only_what_is_theirs(warehouse_from):
    rows = [accident(1, "2024-03-01"), accident(2, "2024-03-02", region_code="120116403")]
    who = Principal("somebody", frozenset({"120116"}))
    house = warehouse_from(files=HISTORY, accidents=rows, principal=who)
    assert parts(house.situation("p", "120000", 2024, 9, KNOWN), "total")[""]["accidents"] == 1
    assert house.changes_between("120000", date(2024, 1, 1), date(2024, 1, 2), KNOWN)["new_accidents"] == 1
    assert sum(row["to_date"] for row in house.measures_to_date("120000", 2024, 9, KNOWN)
               if row["measure"] == "accidents" and not row["years_back"]) == 1  # fmt: skip
    assert house.major_hazards("120000", date(2024, 1, 1), KNOWN) == {"places": [], "overdue": []}
    assert sum(place["accidents"] for place in house.town_rates("120000", KNOWN, KNOWN)["places"]) == 1


def test_shrinking_is_the_posterior_mean_of_the_gamma_poisson_model():
    counts, exposures = [2, 9, 30], [1.0, 2.0, 4.0]
    result = shrunk_rates(counts, exposures)
    alpha, beta = result.mean**2 / result.variance, result.mean / result.variance
    assert result.mean == pytest.approx(41 / 7)
    for n, e, rate in zip(counts, exposures, result.rates, strict=True):
        assert rate == pytest.approx((n + alpha) / (e + beta))
    assert list(result.weights) == sorted(result.weights), "the more there is to go by, the less is borrowed"


def test_places_that_differ_by_chance_alone_all_get_the_mean():
    result = shrunk_rates([3, 4, 5], [1.0, 1.0, 1.0])
    assert result.rates == (4.0, 4.0, 4.0) and result.variance == 0.0
    assert shrunk_rates([0, 0], [1.0, 1.0]).rates == (0.0, 0.0)
    assert shrunk_rates([], []).rates == ()


def test_leap_days():
    assert years_before(date(2024, 2, 29), 1) == date(2023, 2, 28)
    assert years_before(date(2023, 2, 28), 3) == date(2020, 2, 29)
    assert years_before(date(2024, 9, 30), 2) == date(2022, 9, 30)
