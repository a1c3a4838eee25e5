"""Years and regions that are not reported: never a part sum for a year, never an answer that they could overturn."""

from fractions import Fraction

import pytest

from pipelines.assessment.caveats import tell_years
from pipelines.assessment.reasons import tell_reason
from pipelines.assessment.tables import write_assessments
from tests.assessment.world import YI, World, make_target

LAST_QUARTER_OF_2023 = {"2023-12-31": None}
DEATHS = make_target("work_deaths", "reduction", "<=", 15, unit="%")
LOSS = make_target("disaster_loss_gdp_share", "period_mean", "<", 1, unit="%")
COMMUNITIES = make_target("national_communities_new", "period_total", ">=", 5)
MAJOR = make_target("major_accidents", "every_year", "<=", 0)
DRILLS = make_target("volunteer_trainings", "every_year", ">=", 2)
RELIEF = make_target("relief_hours", "events", "<=", 10, unit="小时")
SHELTERS = make_target("central_shelters_new", "period_total", ">=", 3, each_region={"120113101": 3, "120113102": 3})


@pytest.fixture
def world():
    return World()


def said(judged, language):
    return tell_reason(judged.finding.reason, judged.facts, language)


def test_a_past_year_with_a_quarter_missing_has_no_value_and_no_zero(world):
    world.reported(2020, 2024, late=LAST_QUARTER_OF_2023)
    world.counts("work_deaths", {2020: 11, 2021: 12, 2022: 12, 2023: 7, 2024: 3})
    judged = world.assess(DEATHS, "2024-09-30")
    missed = judged.years[2023]
    assert (missed.value, missed.missing_reason, missed.is_part, missed.is_complete) == (
        None,
        "not_reported",
        True,
        False,
    )
    assert (judged.progress.year, judged.progress.value) == (2022, 12)
    assert "latest_year_incomplete" in judged.flags
    assert judged.years[2024].missing_reason == "not_over"  # the running year stays a year to date
    assert judged.comparison.now == 3


def test_the_value_comes_back_with_the_missing_quarter(world):
    world.reported(2020, 2024, late={"2023-12-31": "2024-08-08"})
    world.counts("work_deaths", {2020: 11, 2023: 7})
    assert world.assess(DEATHS, "2024-06-30").years[2023].value is None
    assert world.assess(DEATHS, "2024-09-30").years[2023].value == 7


def test_a_part_of_a_denominator_divides_nothing(world):
    target = make_target("new_employee_training_share", "end_value", ">=", 100, unit="%")
    world.reported(2020, 2024, late=LAST_QUARTER_OF_2023)
    for year in (2022, 2023):
        world.count("new_employees_due", f"{year}-06", 100).count("new_employees_trained", f"{year}-06", 90)
        world.count("training_sessions", f"{year}-06", 1)
    years = world.assess(target, "2024-09-30").years
    assert (years[2022].value, years[2023].value, years[2023].denominator) == (Fraction(9, 10), None, None)


def test_the_worst_event_is_not_known_while_a_return_is_missing(world):
    world.reported(2020, 2025, late={"2025-09-30": None}).event("2025-03-01", relief=8)
    judged = world.assess(RELIEF, "2026-03-31")
    assert (judged.verdict, judged.finding.reason) == ("no_data", "year_not_reported")
    assert judged.years[2025].value is None
    world.event("2025-04-01", relief=30)  # what is missing cannot mend this one
    assert world.assess(RELIEF, "2026-03-31").verdict == "not_met"


def test_tables_hold_neither_value_nor_numerator_nor_months_of_a_part(world):
    world.reported(2020, 2024, late=LAST_QUARTER_OF_2023)
    world.count("work_deaths", "2023-05", 7).count("work_deaths", "2023-11", 2).count("work_deaths", "2024-02", 1)
    office = world.office(DEATHS)
    write_assessments(world.con, office.settings, office.catalogue, office.plans, today=None)
    newest = "as_of_on = (SELECT MAX(as_of_on) FROM assess_years)"
    year = f"SELECT value, numerator, is_complete, missing_reason FROM assess_years WHERE year = 2023 AND {newest}"
    assert world.con.execute(year).fetchall() == [(None, None, False, "not_reported")]
    months = f"SELECT month, value FROM assess_months WHERE YEAR(month) = 2023 AND {newest} ORDER BY month"
    found = {month.month: value for month, value in world.con.execute(months).fetchall()}
    assert (set(found), found[5]) == (set(range(1, 10)), 7)  # October to December are not reported


def test_after_the_due_date_a_mean_names_the_years_that_are_in_and_those_that_are_missing(world):
    world.reported(2020, 2025, late={"2024-12-31": None, "2025-12-31": None})
    world.counts("disaster_loss_fen", {2021: YI // 100, 2022: YI // 100, 2023: YI // 100, 2024: YI // 100})
    world.statistics("gdp", dict.fromkeys(range(2020, 2026), 100 * YI))
    judged = world.assess(LOSS, "2026-06-30")
    assert (judged.verdict, judged.finding.reason) == ("no_data", "years_not_reported")
    assert said(judged, "zh") == "2021—2023年已报送，2024—2025年各有1期没有报表或零报告，不能判断"
    assert said(judged, "en") == (
        "In: 2021–2023; of 2024–2025, returns (or zero returns) are out: 1 in each year; so nothing can be said"
    )


def test_a_year_that_is_out_beside_years_in_part_does_not_make_all_of_them_unreported(world):
    out = ("2021-03-31", "2021-06-30", "2021-09-30", "2021-12-31")
    world.reported(2021, 2022, late=dict.fromkeys((*out, "2022-12-31"))).counts("work_deaths", {2022: 1})
    judged = world.assess(MAJOR | {"due_year": 2022}, "2023-06-30")
    assert said(judged, "zh") == "2021—2022年共有5期没有报表或零报告，不能判断"
    world.reported(2025, 2025, late={"2025-09-30": None}).event("2025-03-01", relief=8)
    assert said(world.assess(RELIEF, "2026-03-31"), "zh") == "2025年有1期没有报表或零报告，不能判断"


def test_years_that_are_in_in_part_are_told_with_how_many_returns_are_out(world):
    world.reported(2020, 2025, late={"2025-12-31": None, "2025-09-30": None, "2024-12-31": None})
    world.counts("work_deaths", {2020: 11, 2024: 1, 2025: 1})
    world.counts("accidents", {2020: 11, 2024: 1, 2025: 1})
    judged = world.assess(DEATHS, "2026-06-30")
    assert (judged.finding.reason, judged.facts["returns_out"]) == ("year_not_reported", [2])
    assert said(judged, "zh") == "2025年有2期没有报表或零报告，不能判断"
    judged = world.assess(MAJOR, "2026-06-30")
    assert said(judged, "zh") == "2021—2023年已报送，2024—2025年共有3期没有报表或零报告，不能判断"
    assert said(judged, "en").endswith("returns (or zero returns) are out: 3 in all; so nothing can be said")


def test_a_mean_is_lost_for_good_by_what_is_in(world):
    world.reported(2020, 2025, late={"2024-12-31": None})
    world.counts("disaster_loss_fen", {2021: 6 * YI})
    world.statistics("gdp", dict.fromkeys(range(2020, 2026), 100 * YI))
    judged = world.assess(LOSS, "2026-06-30")
    assert (judged.verdict, judged.finding.reason) == ("not_met", "mean_not_met")
    assert said(judged, "zh").endswith("；2024年尚未报送，不影响结论")


def test_a_total_is_met_by_the_years_that_are_in_and_says_which(world):
    built = make_target("central_shelters_new", "period_total", ">=", 5)
    world.statistics("central_or_fixed_shelters_new", {2020: 1, 2021: 3, 2022: 2})
    judged = world.assess(built, "2026-06-30")
    assert judged.verdict == "met"
    assert said(judged, "zh") == "2021—2022年累计5处，达到目标（≥ 5处）；2023—2025年尚未报送，不影响结论"
    assert "2021–2022" in said(judged, "en") and "2023–2025" in said(judged, "en")


def test_a_total_of_titles_has_no_answer_while_a_missing_year_may_have_taken_some(world):
    world.statistics("national_communities_net", {2020: 1, 2021: 3, 2022: 2})
    judged = world.assess(COMMUNITIES, "2026-06-30")
    assert (judged.verdict, judged.progress.value) == ("no_data", 5)
    assert said(judged, "zh") == "2021—2022年已报送，2023—2025年尚未报送，不能判断"


def test_a_total_short_of_its_bound_has_no_answer_while_a_year_is_missing(world):
    world.statistics("national_communities_net", {2020: 1, 2021: 3, 2023: 1})
    judged = world.assess(COMMUNITIES, "2026-06-30")
    assert judged.verdict == "no_data"
    assert said(judged, "zh") == "2021年、2023年已报送，2022年、2024—2025年尚未报送，不能判断"
    world.statistic("national_communities_net", 2022, 0).statistic("national_communities_net", 2024, 0)
    world.statistic("national_communities_net", 2025, 0)
    assert world.assess(COMMUNITIES, "2026-06-30").verdict == "not_met"


def test_no_year_of_the_plan_at_all(world):
    world.statistic("national_communities_net", 2020, 1)
    assert said(world.assess(COMMUNITIES, "2026-06-30"), "zh") == "2021—2025年均未报送，不能判断"


def test_before_the_due_date_a_gap_is_named_and_decides_nothing(world):
    world.statistics("national_communities_net", {2020: 1, 2021: 3, 2023: 1})
    judged = world.assess(COMMUNITIES, "2024-06-30")
    assert judged.verdict == "undecided"
    assert said(judged, "zh") == "2021年、2023年累计4个，目标为2025年前≥ 5个；2022年尚未报送"


def test_every_year_needs_every_year_unless_one_of_those_in_has_missed(world):
    world.reported(2020, 2025, late={"2022-12-31": None})
    world.counts("volunteer_trainings", {2021: 2, 2022: 2, 2023: 2, 2024: 2, 2025: 2})
    assert world.assess(DRILLS, "2026-06-30").verdict == "met"  # what has come of 2022 is enough already
    world.counts("accidents", {2021: 5})
    assert said(world.assess(MAJOR, "2026-06-30"), "zh").startswith(
        "2021年、2023—2025年已报送，2022年有1期没有报表或零报告"
    )
    world.count("major_accidents", "2022-05", 1)
    judged = world.assess(MAJOR, "2026-06-30")
    assert (judged.verdict, judged.facts["lost_year"]) == ("not_met", 2022)


def test_a_region_that_has_not_reported_leaves_all_of_them_without_an_answer_once_due(world):
    for year in range(2021, 2026):
        world.statistic("central_or_fixed_shelters_new", year, 1, region="120113101")
    world.statistic("central_or_fixed_shelters_new", 2021, 1, region="120113102")
    assert world.assess(SHELTERS, "2024-06-30").verdict == "undecided"
    judged = world.assess(SHELTERS, "2026-06-30")
    assert (judged.verdict, judged.finding.reason) == ("no_data", "regions_not_reported")
    names = world.office(SHELTERS).regions
    met, missing = names["120113101"]["zh"], names["120113102"]["zh"]
    assert said(judged, "zh") == f"2个地区中，已达到各自目标的有：{met}；{missing}尚未报齐，不能判断"
    assert names["120113102"]["en"] in said(judged, "en")


def test_a_region_that_has_missed_decides_even_while_another_has_not_reported(world):
    for year in range(2021, 2026):
        world.statistic("central_or_fixed_shelters_new", year, 0, region="120113101")
    judged = world.assess(SHELTERS, "2026-06-30")
    assert (judged.verdict, judged.finding.reason) == ("not_met", "regions_not_met")
    assert world.office(SHELTERS).regions["120113101"]["zh"] in said(judged, "zh")
    assert said(judged, "zh").endswith("尚未报送")


def test_years_that_follow_each_other_are_drawn_together():
    assert tell_years([2021, 2022, 2023, 2025], "zh") == "2021—2023年、2025年"
    assert tell_years([2025, 2021, 2023], "en") == "2021, 2023 and 2025"
    assert tell_years([], "en") == ""


def test_a_reduction_without_a_start_names_the_return_that_is_missing(world):
    world.reported(2021, 2024).counts("work_deaths", {2021: 12, 2022: 12, 2023: 11, 2024: 3})
    judged = world.assess(DEATHS, "2024-09-30")
    assert judged.finding.reason == "baseline_missing"
    assert said(judged, "zh") == "规划未印基期值，北辰区2020年的生产安全事故死亡人数也没有报送，不能计算下降目标"
    assert "Work-safety deaths of Beichen" in said(judged, "en") and "for 2020" in said(judged, "en")


def test_a_rate_without_a_start_names_the_denominator_that_is_missing(world):
    world.reported(2020, 2024).counts("work_deaths", {2020: 11, 2021: 12, 2022: 12, 2023: 11, 2024: 3})
    world.statistics("gdp", {2021: 900 * YI, 2022: 950 * YI, 2023: 990 * YI})
    rate = make_target("work_deaths_per_100m_yuan_gdp", "reduction", "<=", 33, unit="%")
    judged = world.assess(rate, "2024-09-30")
    assert judged.finding.reason == "baseline_missing"
    assert "2020年的地区生产总值也没有报送" in said(judged, "zh")
    assert "死亡人数" not in said(judged, "zh")


def test_what_an_earlier_version_assessed_is_told_without_the_name_of_the_return():
    display = {"factor": 1, "decimals": 0, "unit_zh": "人", "unit_en": "people"}
    assert "基期年的数据也没有报送" in tell_reason("baseline_missing", {"display": display}, "zh")


def test_on_its_last_day_a_year_is_as_far_as_it_has_run_and_afterwards_not_reported_unless_something_came():
    """One accident of 2 October, known a day later, and nothing after the end of the year."""
    world = World().reported(2025, 2025, kinds=["accidents"], late={"2025-12-31": None})
    world.con.execute(
        "UPDATE mart_reporting_status SET known_on = DATE '2025-10-03', lapsed_on = DATE '2026-01-01' "
        "WHERE period_end = DATE '2025-12-31'"
    )
    world.count("accidents", "2025-10", 1, known="2025-10-03").count("work_deaths", "2025-10", 1, known="2025-10-03")
    target = make_target("work_deaths", "end_value", "<=", 3)
    on_its_last_day, later = world.assess(target, "2025-12-31"), world.assess(target, "2026-01-31")
    assert not on_its_last_day.years[2025].is_complete
    assert on_its_last_day.verdict not in ("met", "no_data")
    assert (later.verdict, later.years[2025].missing_reason) == ("no_data", "not_reported")


def test_before_the_first_year_of_a_period_is_complete_the_sentence_says_so(world):
    world.reported(2020, 2021, late={"2021-12-31": None})
    world.counts("disaster_loss", {2020: YI}).statistics("gdp", {2020: 900 * YI})
    judged = world.assess(LOSS, "2021-03-31")
    assert said(judged, "zh") == "2021—2025年中尚无完整的年度，目标为＜ 1%"
    assert said(judged, "en") == "No year of 2021 to 2025 is complete yet; the target is < 1%"
